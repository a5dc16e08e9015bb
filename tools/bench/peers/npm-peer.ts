import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PATH } from '../associate-requests.ts'
import type { Peer, Run } from './peer.ts'
import { PLAIN_REQUEST } from './plain-request.ts'
import { freePort, startProgram } from './start-program.ts'

/** A simulator from npm that answers from a configuration file. */
export interface NpmPeer extends Pick<Peer, 'name' | 'does'> {
  readonly package: string
  /** The command of the package. */
  readonly command: string
  /** Content of the file, as JSON. */
  readonly content: (port: number) => unknown
  /** Arguments of the command. */
  readonly args: (file: string, port: number) => readonly string[]
}

/** Builds a peer that does not verify signatures from a package and a file. */
export function npmPeer({ name, does, command, content, args, ...npm }: NpmPeer): Peer {
  return {
    name,
    does,
    async start(folder, run) {
      const { version, script } = await installPackage(npm.package, command, folder, run)
      const port = await freePort()
      const file = join(folder, `${command}.json`)
      writeFileSync(file, JSON.stringify(content(port)))
      const program = await startProgram(process.execPath, [script, ...args(file, port)], { folder, port })
      return { ...program, version, url: `http://127.0.0.1:${port}${PATH}`, requests: async () => [PLAIN_REQUEST] }
    },
  }
}

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
