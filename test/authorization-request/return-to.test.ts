// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { firstVisit, returning } from '../browser.ts'
import { expectRefusal } from '../outcome.ts'

describe('returnTo', () => {
  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https:\\\\evil.example',
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://ada:pw@app.example.com/',
    'http://app.example.com/',
    '/\t/evil.example',
    '\n//evil.example',
    'javascript:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,x',
    'blob:https://app.example.com/x',
  ])('J13 refuses %j', async (returnTo) => {
    const { auth, tab } = firstVisit()
    await expectRefusal(auth.login({ returnTo }), 'configuration')
    expect(tab.departures).toEqual([])
  })

  it.each([
    ['/notes/7', 'https://app.example.com/notes/7'],
    ['%2f%2fevil.example', 'https://app.example.com/%2f%2fevil.example'],
    ['http:notes', undefined],
    ['?tab=2', 'https://app.example.com/?tab=2'],
    [undefined, 'https://app.example.com/start?x=1#y'],
  ])('takes people to %j of this origin', async (returnTo, expected) => {
    const stage = firstVisit(returnTo === undefined ? { url: 'https://app.example.com/start?x=1#y' } : {})
    if (expected === undefined) return expectRefusal(stage.auth.login({ returnTo: `${returnTo}` }), 'configuration')
    await stage.auth.login(returnTo === undefined ? {} : { returnTo })
    const { auth, tab } = await returning(stage)
    expect(await auth.start()).toMatchObject({ status: 'signed-in' })
    return expect(tab.url()).toBe(expected)
  })
})
