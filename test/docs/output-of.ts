import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from './markdown.ts'

/** Options of Node with which the package is its source. */
export const FROM_SOURCE = ['--import', './test/docs/from-source.ts'] as const

/** What a program prints, run by Node from the root of the repository. @throws Error, with what it printed, for an exit code other than 0 */
export async function outputOf(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  return stdout
}
