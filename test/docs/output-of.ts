import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from './markdown.ts'

/** Options that make Node load the package from its source. */
export const FROM_SOURCE = ['--import', './test/docs/from-source.ts'] as const

/** Output of a program that Node runs from the root of the repository. @throws Error, with its output, for an exit code other than 0 */
export async function outputOf(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  return stdout
}
