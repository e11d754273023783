import { html, type Markup, markup, textOf } from './html.ts'
import { PASSWORD, PEOPLE, type Person } from './people.ts'

interface LoginForm {
  readonly app: string
  readonly username?: string
  /** Somebody who is signed in already and is asked to prove it again. */
  readonly again?: Person
  readonly failed?: boolean
}

export function loginPage({ app, username, again, failed = false }: LoginForm): string {
  const title = again ? `Confirm it’s you, ${again.name}` : `Sign in to ${app}`
  return page(
    title,
    html`<h1>${title}</h1>
      <p class="lead">${again ? `${app} wants to be sure before it goes on.` : `${app} never gets to see your password.`}</p>
      ${failed ? html`<p class="problem" id="problem" role="alert">That user name and password don’t belong together.</p>` : undefined}
      <form method="post">
        <label for="username">User name</label>
        <input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none"
          spellcheck="false" required ${failed ? FAILED : undefined} ${username ? undefined : FOCUS} />
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password"
          required ${failed ? FAILED : undefined} ${username ? FOCUS : undefined} />
        <div class="actions">
          <button class="primary" name="action" value="sign-in">${again ? 'Confirm' : 'Sign in'}</button>
          <button class="quiet" name="action" value="cancel" formnovalidate>Cancel</button>
        </div>
      </form>
      <aside aria-label="Who you can be here">
        <p>This is a demo. Be ${orList(PEOPLE)}, with the password <kbd>${PASSWORD}</kbd>.</p>
      </aside>`,
  )
}

/** `form` is the provider's own, with its guard against forged requests. */
export function logoutPage(form: Markup, app?: string): string {
  return page(
    'Sign out?',
    html`<h1>Sign out?</h1>
      <p class="lead">${app ? `${app} asks to sign you out of Demo ID.` : 'You will be signed out of Demo ID.'}</p>
      ${form}
      <div class="actions">
        <button class="primary" form="op.logoutForm" name="logout" value="yes">Sign out</button>
        <button class="quiet" form="op.logoutForm">Stay signed in</button>
      </div>`,
  )
}

export function signedOutPage(appUrl: string): string {
  return page(
    'You are signed out',
    html`<h1>You are signed out</h1>
      <p class="lead">See you soon.</p>
      <div class="actions"><a class="primary" href="${appUrl}">Open Notes</a></div>`,
  )
}

export function errorPage({
  title,
  words,
  code,
  appUrl,
}: Record<'title' | 'words' | 'code' | 'appUrl', string>): string {
  return page(
    title,
    html`<h1>${title}</h1>
      <p class="lead">${words}</p>
      <p class="code"><code>${code}</code></p>
      <div class="actions"><a class="primary" href="${appUrl}">Back to Notes</a></div>`,
  )
}

export function outagePage(seconds: number): string {
  return page(
    'Back in a moment',
    html`<h1>Back in a moment</h1>
      <p class="lead">Demo ID plays dead for another ${`${seconds}`} s, as somebody asked it to. Then load this page again.</p>`,
  )
}

const FOCUS = html`autofocus`
const FAILED = html`aria-invalid="true" aria-describedby="problem"`

function orList(people: readonly Person[]): Markup {
  return markup(people.map(({ id }) => textOf(html`<kbd>${id}</kbd>`)).join(' or '))
}

function page(title: string, body: Markup): string {
  return textOf(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · Demo ID</title>
    <link rel="icon" type="image/svg+xml" href="/assets/mark.svg" />
    <link rel="stylesheet" href="/assets/style.css" />
  </head>
  <body>
    <main>
      <header><img src="/assets/mark.svg" alt="" width="40" height="40" /><p>Demo ID</p></header>
      <div class="sheet">
      ${body}
      </div>
    </main>
  </body>
</html>
`)
}
