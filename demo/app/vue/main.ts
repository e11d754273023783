import { authPlugin } from 'latchkey/vue'
import { createApp } from 'vue'
import { createNotesAuth } from '../shared/create-notes-auth.ts'
import { loadDemoConfig } from '../shared/demo-config.ts'
import NotesPage from './NotesPage.vue'
import '../styles/notes.css'

const config = await loadDemoConfig()

createApp(NotesPage, { api: config.api })
  .use(authPlugin(createNotesAuth(config, '/vue.html')))
  .mount('#root')
