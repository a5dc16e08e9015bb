import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from './peer.ts'

/** Installs the current version of a package; returns the version, and the script behind one of its commands. */
export async function installPackage(
  name: string,
  command: string,
  folder: string,
  run: Run,
): Promise<{ readonly version: string; readonly script: string }> {
  await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', `${name}@latest`])
  const home = join(folder, 'node_modules', name)
  const { version, bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    version: string
    bin: Record<string, string> | string
  }
  const script = typeof bin === 'string' ? bin : bin[command]
  if (script === undefined) throw new Error(`${name} has no command ${command}`)
  return { version, script: join(home, script) }
}
