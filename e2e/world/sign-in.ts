import { expect, type Page } from '@playwright/test'
import { PASSWORD } from '../../demo/provider/people.ts'
import { roundTrip } from './round-trip.ts'
import { status } from './test.ts'

/** From the app to the provider's sign-in form. */
export async function leaveForLogin(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByLabel('Password')).toBeVisible()
}

export async function fillIn(page: Page, username: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** From the app, through the provider, and back. */
export async function signIn(page: Page, username = 'ada'): Promise<void> {
  await leaveForLogin(page)
  await fillIn(page, username)
  await expect(status(page)).toHaveText(`signed in as ${username}`)
}

/** From the app, at the provider as well, and back. */
export async function signOut(page: Page): Promise<void> {
  await roundTrip(page, 'Sign out')
  await expect(status(page)).toHaveText('signed out')
}
