import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'latchkey-packed-'))
const ONE_MINUTE = 60_000
let paths: string[] = []
const textOf = (path: string) => readFileSync(join(folder, path), 'utf8')

/** Builds into a folder of its own, as `npm run build` does into dist, and asks npm what it would publish. */
beforeAll(() => {
  for (const file of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'])
    cpSync(join(root, file), join(folder, file))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const arguments_ = [compiler, '-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')]
  expect(spawnSync(process.execPath, arguments_, { cwd: root, encoding: 'utf8' }).stdout).toBe('')
  const shell = process.platform === 'win32'
  const pack = spawnSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: folder,
    encoding: 'utf8',
    shell,
  })
  const [{ files }] = JSON.parse(pack.stdout) as [{ files: { path: string }[] }]
  paths = files.map(({ path }) => path)
}, ONE_MINUTE)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('I17 What is published', () => {
  it('is the library and its papers, and neither tests, sources nor source maps', () => {
    expect(paths).toContain('dist/index.js')
    expect(paths).toContain('dist/testing.js')
    const belongs = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.+\.(js|d\.ts))$/
    expect(paths.filter((path) => !belongs.test(path) || /\.test\.|\.map$|\.env|\.pem$|\.key$/.test(path))).toEqual([])
  })

  const never: Record<string, RegExp> = {
    'the address of a source map': /[#@]\s*source(Mapping)?URL=/,
    'a private key': /-----BEGIN|PRIVATE KEY|"d"\s*:\s*"[\w-]{20,}"|\bd:\s*['"][\w-]{20,}['"]/,
    'a token': /\bey[\w-]{10,}\.ey[\w-]{10,}/,
    'the place where it was built': new RegExp([root, folder].map(quoted).join('|')),
    'a path of some other machine': /(^|["'`(\s])(\/home\/|\/Users\/|\/root\/|file:\/\/|[A-Z]:\\\\)/m,
  }
  it.each(Object.entries(never))('holds nowhere %s', (_, pattern) => {
    const found = paths.filter((path) => pattern.test(textOf(path)))
    expect(found).toEqual([])
  })

  it('says so of a file that does', () => {
    const samples = [
      '//# sourceMappingURL=index.js.map',
      '-----BEGIN PRIVATE KEY-----',
      'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.',
      `import '${join(root, 'src/index.ts')}'`,
      "import '/home/ada/latchkey/src/index.ts'",
    ]
    const patterns = Object.values(never)
    expect(samples.map((sample, index) => patterns[index]?.test(sample))).toEqual(samples.map(() => true))
  })

  it('has tests’ keys made while they run: the testing entry holds no key material', () => {
    const testing = paths.filter((path) => path.startsWith('dist/testing'))
    expect(testing.length).toBeGreaterThan(10)
    for (const path of testing) expect(textOf(path), path).not.toMatch(/['"`][A-Za-z0-9+/_-]{80,}={0,2}['"`]/)
  })
})

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
