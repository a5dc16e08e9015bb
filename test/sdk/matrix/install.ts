import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Command, Sdk } from './sdk.ts'
import { buildOf, folderOf } from './tool-chains.ts'

const INSTALL_LIMIT_MS = 900_000

/** Reason why an SDK cannot run on this machine; `undefined` if it can. */
export async function whatIsMissing({ tools, language }: Pick<Sdk, 'tools' | 'language'>): Promise<string | undefined> {
  for (const tool of tools) {
    try {
      await run(tool, '.', 30_000)
    } catch {
      return `no ${language} tool chain on this machine: \`${tool.join(' ')}\` does not answer`
    }
  }
  return undefined
}

/**
 * Installs an SDK with its dependencies, and builds its program; does nothing if that was done before with the same pins.
 *
 * @throws the output of the package manager or compiler
 */
export async function install({ id, pins, install: commands, env }: Sdk, say: (text: string) => void): Promise<void> {
  const [folder, build] = [folderOf(id), buildOf(id)]
  if (commands.length > 0) await installOnce({ id, folder, build, pins, commands, ...(env && { env }) }, say)
}

/** An installation by a package manager or a compiler. */
export interface Installation {
  /** For the log. */
  readonly id: string
  /** Working directory of the commands. */
  readonly folder: string
  /** Output directory of the commands. */
  readonly build: string
  /** Files in the folder that determine what is installed. */
  readonly pins: readonly string[]
  readonly commands: readonly Command[]
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs commands that install something; skips them if that was done before with the same pins.
 *
 * @throws the output of the package manager or compiler
 */
export async function installOnce(
  { id, folder, build, pins, commands, env }: Installation,
  say: (text: string) => void,
): Promise<void> {
  const stampFile = join(build, 'stamp')
  const stamp = await stampOf(folder, pins, commands)
  if ((await readFile(stampFile, 'utf8').catch(() => undefined)) === stamp) return
  await mkdir(build, { recursive: true })
  for (const command of commands) {
    say(`${id}: ${command.map((word) => word.replace(build, '…')).join(' ')}`)
    await run(command, folder, INSTALL_LIMIT_MS, env)
  }
  await writeFile(stampFile, stamp)
}

async function stampOf(folder: string, pins: readonly string[], commands: readonly Command[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(commands))
  for (const pin of pins) hash.update(await readFile(join(folder, pin)))
  return hash.digest('hex')
}

async function run([program, ...args]: Command, cwd: string, timeout: number, env = {}): Promise<void> {
  await promisify(execFile)(program, args, { cwd, timeout, env: { ...process.env, ...env }, maxBuffer: 16 << 20 })
}
