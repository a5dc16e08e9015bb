import { type BigIntStats, statSync } from 'node:fs'
import { resolve } from 'node:path'

const LOG = '-wal'
/** What SQLite appends to the path of a database for the files that it keeps beside it. Each is created with the permissions of the database. */
const BESIDE = ['', LOG, '-shm', '-journal']
const OTHERS_CAN_DO_ANYTHING = 0o077n

/** The files of a database that users other than their owner can read or write. Windows has no such permissions. */
export function filesOpenToOthers(file: string): readonly string[] {
  if (process.platform === 'win32') return []
  return BESIDE.map((end) => file + end).filter((path) => {
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
    const path = resolve(file)
    this.#opened = [path, path + LOG].map((one) => ({ path: one, stat: statOf(one) }))
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
