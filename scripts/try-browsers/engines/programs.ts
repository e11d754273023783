import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const FOLDERS = (process.env.PATH ?? '').split(delimiter)

/** The first of these programs that there is: the one that a variable of the environment names, or one on the path. */
export function findProgram(variable: string, ...names: readonly string[]): string | undefined {
  const named = process.env[variable]
  if (named && !isExecutable(named)) throw new Error(`${variable} names ${named}, which cannot be run`)
  return named || names.flatMap((name) => FOLDERS.map((folder) => join(folder, name))).find(isExecutable)
}

/** Distributions hide programs that nobody is to start by hand in folders of many names. */
export function findBelow(folder: string, matches: RegExp, name: string, depth = 2): string | undefined {
  for (const entry of listed(folder)) {
    const path = join(folder, entry)
    const found = matches.test(entry) ? join(path, name) : depth > 1 && findBelow(path, matches, name, depth - 1)
    if (found && isExecutable(found)) return found
  }
  return undefined
}

/** It does not outlive this script. */
export function startProgram(path: string, parameters: readonly string[], options: SpawnOptions): ChildProcess {
  const program = spawn(path, parameters, { stdio: 'ignore', ...options })
  const end = () => void program.kill()
  process.once('exit', end)
  program.once('exit', () => process.off('exit', end))
  return program
}

/** Asks it to end, and insists after five seconds. */
export async function endProgram(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return
  const gone = new Promise((resolve) => program.once('exit', resolve))
  program.kill()
  const insist = setTimeout(() => program.kill('SIGKILL'), 5_000)
  await gone
  clearTimeout(insist)
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
