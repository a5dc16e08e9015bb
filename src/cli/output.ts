import { once } from 'node:events'
import { oneLine } from '../wire/shared/shell.ts'

export { oneLine }

/** Writes to standard output and waits while the reader is slow. A reader that goes away (`| head`) only ends the writing. */
export async function print(text: string | Uint8Array): Promise<void> {
  if (process.stdout.destroyed || process.stdout.errored) return
  if (process.stdout.write(text)) return
  await once(process.stdout, 'drain').catch(() => {})
}

/** Prints JSON on one line, or indented on a terminal. */
export function printJson(value: unknown): Promise<void> {
  return print(`${JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0)}\n`)
}

/** Keeps a closed pipe from ending the process: the reader has seen enough. */
export function survivePipesThatClose(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  // Nobody is left to tell.
  process.stderr.on('error', () => {})
}

/** Writes a line about the program itself to standard error. */
export function warn(line: string): void {
  process.stderr.write(`wechatpay-mock: ${oneLine(line)}\n`)
}

/** Columns that a text takes up on a terminal: two for a Chinese character. */
export function columnsOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u2E80-\uFFEF]/u.test(character) ? 2 : 1), 0)
}
