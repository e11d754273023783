// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { createSharedMark } from '../../src/channel/shared-mark.ts'
import type { Vault } from '../../src/contract/vault.ts'
import { connected, MARK, openPage, quiet, stage } from './line.ts'

/** A vault that does nothing but to read what the tabs share. */
function reader() {
  const read: string[] = []
  const heard: string[] = []
  const life = new AbortController()
  const made = stage(({ shared }) => {
    const { read: present, onChange } = shared(MARK)
    onChange(() => heard.push(present()), life.signal)
    const note: Vault['wake'] = () => void read.push(present())
    return { wake: note, logout: async () => void made.written.write('new') }
  })
  return { ...made, read, heard, stop: () => life.abort() }
}

describe('What the tabs share', () => {
  it('comes along with each call, as the page reads it then', async () => {
    const { line, read } = reader()
    const page = openPage()
    const vault = await connected(line(), page)
    for (const mark of ['one', 'two']) {
      page.storage.set(MARK, mark)
      vault.wake()
      await quiet()
    }
    expect(read).toEqual(['one', 'two'])
  })

  it('is news once, to those who still listen', async () => {
    const { line, heard, stop } = reader()
    const page = openPage()
    page.storage.set(MARK, 'one')
    const vault = await connected(line(), page)
    vault.wake()
    page.storage.set(MARK, 'two')
    vault.wake()
    vault.wake()
    await quiet()
    expect(heard).toEqual(['one', 'two'])
    stop()
    page.storage.set(MARK, 'three')
    vault.wake()
    await quiet()
    expect(heard).toEqual(['one', 'two'])
  })

  it('is written by the page that asked, before its call is answered', async () => {
    const { line } = reader()
    const page = openPage()
    const vault = await connected(line(), page)
    await vault.logout()
    expect(page.storage.get(MARK)).toBe('new')
  })

  it('is nothing new where a page still reads, or has posted, what the vault has replaced', async () => {
    const { line, read, heard } = reader()
    const one = openPage(new Map([[MARK, 'old']]))
    const late = openPage(new Map([[MARK, 'old']]))
    const [vault, other] = [await connected(line(), one), await connected(line(), late)]
    await vault.logout()
    other.wake()
    await quiet()
    expect(read).toEqual(['new'])
    expect(heard).toEqual(['old'])
  })

  it('J09 is believed where it is of another tab', async () => {
    const { line, read } = reader()
    const page = openPage(new Map([[MARK, 'old']]))
    const vault = await connected(line(), page)
    await vault.logout()
    page.storage.set(MARK, 'of another tab')
    vault.wake()
    await quiet()
    expect(read).toEqual(['of another tab'])
  })

  it('is left alone where storage is blocked: the vault keeps its own', async () => {
    const { line, read } = reader()
    const blocked = {
      ...openPage(),
      sharedStorage: () => {
        throw new DOMException('Blocked', 'SecurityError')
      },
    }
    const vault = await connected(line(), blocked)
    await vault.logout()
    vault.wake()
    await quiet()
    expect(read).toEqual(['new'])
  })

  it('has the name that the vault gave it', () => {
    const mark = createSharedMark(() => {})
    mark.shared(MARK)
    expect(mark.name()).toBe(MARK)
  })
})
