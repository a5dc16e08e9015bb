import { type BigIntStats, realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

const LOG = '-wal'
/** What SQLite appends to the path of a database for the files that it keeps beside it. Each is created with the permissions of the database. */
const BESIDE = [LOG, '-shm', '-journal']
const OTHERS_CAN_DO_ANYTHING = 0o077n

/** The path of a database without symbolic links, as SQLite uses it: the other files are beside the database itself, not beside a link to it. */
export function realPathOf(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    // It is not there yet.
    return resolve(file)
  }
}

/** The files of a database that users other than their owner can read or write. Windows has no such permissions. */
export function filesOpenToOthers(file: string): readonly string[] {
  if (process.platform === 'win32') return []
  const real = realPathOf(file)
  return [file, ...BESIDE.map((end) => real + end)].filter((path) => {
    const mode = statOf(path)?.mode
    return mode !== undefined && (mode & OTHERS_CAN_DO_ANYTHING) !== 0n
  })
}

/**
 * The database and its log as they were opened. SQLite goes on writing to them when they are moved or deleted, where nobody finds what was written.
 */
export class OpenFiles {
  readonly #opened: readonly { readonly path: string; readonly stat: BigIntStats | undefined }[]

  /** Call it once SQLite has opened both. */
  constructor(file: string) {
    this.#opened = [resolve(file), realPathOf(file) + LOG].map((one) => ({ path: one, stat: statOf(one) }))
  }

  /** The path of one that is no longer there, even if another file is. */
  get missing(): string | undefined {
    return this.#opened.find(({ path, stat }) => {
      const now = statOf(path)
      return now?.ino !== stat?.ino || now?.dev !== stat?.dev
    })?.path
  }
}

/** `undefined` for a file that is not there or out of reach. */
function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
