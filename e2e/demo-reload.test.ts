import { expect, signInToDemo, test } from './world/demo.ts'

for (const path of ['', 'vue.html'])
  test(`G11 I14 a reload while the provider is down: nobody knows who is there, until “Try again” finds it up (${path || 'React'})`, async ({
    page,
    demo,
  }) => {
    await signInToDemo(page, demo, 'ada', '?home=page')
    const notes = page.getByRole('main').getByRole('listitem')
    await expect(notes).toHaveCount(4)
    demo.provider.control.play('down', 60)
    await page.goto(new URL(path || '?home=page', page.url()).href)
    const problem = page.getByRole('alert')
    await expect(problem).toContainText('so Notes does not know yet who you are.')
    await problem.getByRole('button', { name: 'Try again' }).click()
    await expect(problem).toContainText('so Notes does not know yet who you are.')
    demo.provider.control.play('down', 0)
    await problem.getByRole('button', { name: 'Try again' }).click()
    await expect(notes).toHaveCount(4)
    await expect(problem).toHaveCount(0)
  })
