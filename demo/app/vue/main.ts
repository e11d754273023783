import { authPlugin } from 'latchkey/vue'
import { createApp } from 'vue'
import { openDemo } from '../shared/open-demo.ts'
import NotesPage from './NotesPage.vue'
import '../styles/notes.css'
import '../styles/behind.css'

const demo = await openDemo('vue')

createApp(NotesPage, { demo }).use(authPlugin(demo.auth)).mount('#root')
