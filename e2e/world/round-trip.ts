import type { Frame, Page } from '@playwright/test'

/**
 * Presses a button of the app that leads to the provider, and waits until the app is back from there. What it shows meanwhile says
 * nothing of that: with “Sign out” it knows nobody at once.
 */
export async function roundTrip(page: Page, button: 'Sign in' | 'Sign out'): Promise<void> {
  const { origin } = new URL(page.url())
  const isApp = (frame: Frame) => frame === page.mainFrame() && new URL(frame.url()).origin === origin
  const back = page.waitForEvent('framenavigated', isApp)
  await page.getByRole('button', { name: button }).click()
  await back
}
