import { type BigIntStats, realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

const LOG = '-wal'
/** Suffixes of the files that SQLite keeps beside a database. Each is created with the permissions of the database. */
const BESIDE = [LOG, '-shm', '-journal']
const OTHERS_CAN_DO_ANYTHING = 0o077n

/** The path of a database without symbolic links, as SQLite uses it: the other files are beside the database itself, not beside a link to it. */
export function realPathOf(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    // The file does not exist yet.
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

/** The database and its log as they were opened. SQLite continues to write to them after they are moved or deleted, where nobody finds the data. */
export class OpenFiles {
  readonly #opened: readonly { readonly path: string; readonly stat: BigIntStats | undefined }[]

  /** Call it once SQLite has opened both. */
  constructor(file: string) {
    this.#opened = [resolve(file), realPathOf(file) + LOG].map((one) => ({ path: one, stat: statOf(one) }))
  }

  /** The path of a file that was moved or deleted, even if another file has taken its place. */
  get missing(): string | undefined {
    return this.#opened.find(({ path, stat }) => {
      const now = statOf(path)
      return now?.ino !== stat?.ino || now?.dev !== stat?.dev
    })?.path
  }
}

/** `undefined` for a file that does not exist or is out of reach. */
function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
