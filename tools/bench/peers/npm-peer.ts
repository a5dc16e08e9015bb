import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PATH } from '../associate-requests.ts'
import { installPackage } from './npm-package.ts'
import type { Peer } from './peer.ts'
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
