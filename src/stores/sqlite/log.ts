import { statfsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { DatabaseSync } from 'node:sqlite'
import { isFromSystem } from '../../wire/shared/errors.ts'

/** Suffix of the write-ahead log, which is beside a database while that is open, and after a crash. */
export const LOG = '-wal'

export const PAGE_BYTES = 4_096
/** Pages in the write-ahead log before a checkpoint. Checkpoints are rare because they wait for the disk and hold up everything. */
const MOST_LOG_PAGES = 10_000
/** On a small or crowded disk the log gets this share of the free space, since a checkpoint may enlarge the file by as much. */
const LOG_SHARE = 1 / 8
const LEAST_LOG_PAGES = 16

/**
 * Limits the log to the space that the disk has. A log that has grown larger is cut with the first change after the next checkpoint.
 *
 * @param directory the directory of the log
 */
export function fitLog(database: DatabaseSync, directory: string): void {
  const fitting = Math.floor((freeBytes(directory) * LOG_SHARE) / PAGE_BYTES)
  const pages = Math.max(LEAST_LOG_PAGES, Math.min(fitting, MOST_LOG_PAGES))
  database.exec(`PRAGMA wal_autocheckpoint = ${pages}; PRAGMA journal_size_limit = ${pages * PAGE_BYTES}`)
}

/** Bytes that are free on the disk of a directory. */
export function freeBytes(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize
  } catch {
    // Some file systems do not report their free space.
    return Number.POSITIVE_INFINITY
  }
}

/** The log format of SQLite (https://www.sqlite.org/fileformat2.html#walformat): lengths in bytes, and where fields begin. */
const HEADER = { bytes: 32, pageSize: 8, salts: 16, sums: 24 } as const
const FRAME = { bytes: 24, committedPages: 4, salts: 8, sums: 16 } as const
/** The last bit says whether checksums read the bytes in network order. */
const MAGICS = [0x377f0682, 0x377f0683]

/**
 * The condition of a log. SQLite goes by the changes up to the first frame whose checksum is wrong, and says nothing of those behind it.
 *
 * - `none`: it does not exist, or is too short to have a change in it
 * - `whole`
 * - `cut`: it ends within a change, as after a crash at that moment, or where its end is missing
 * - `damaged`: changes follow behind damage
 */
export type LogCondition =
  | { readonly kind: 'none' | 'whole' | 'cut' }
  /** `wholeBytes`: how far it can be read. */
  | { readonly kind: 'damaged'; readonly wholeBytes: number }

/** Reads a log, and leaves it alone. @throws NodeJS.ErrnoException if the operating system refuses */
export async function examineLog(path: string): Promise<LogCondition> {
  const log = await readFile(path).catch((error: unknown) => {
    if (isFromSystem(error) && error.code === 'ENOENT') return undefined
    throw error
  })
  if (!log || log.length < HEADER.bytes + FRAME.bytes) return { kind: 'none' }
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength)
  const magic = view.getUint32(0)
  const sums = new Sums(view, magic % 2 === 0)
  sums.add(0, HEADER.sums)
  const frameBytes = FRAME.bytes + view.getUint32(HEADER.pageSize)
  if (!MAGICS.includes(magic) || !sums.areAt(HEADER.sums)) return { kind: 'damaged', wholeBytes: 0 }

  const isOfThisLog = (frame: number) =>
    view.getUint32(frame + FRAME.salts) === view.getUint32(HEADER.salts) &&
    view.getUint32(frame + FRAME.salts + 4) === view.getUint32(HEADER.salts + 4)
  let frame: number = HEADER.bytes
  let wholeBytes = frame
  for (; frame + frameBytes <= log.length && isOfThisLog(frame); frame += frameBytes) {
    sums.add(frame, FRAME.salts)
    sums.add(frame + FRAME.bytes, frameBytes - FRAME.bytes)
    if (!sums.areAt(frame + FRAME.sums)) break
    if (view.getUint32(frame + FRAME.committedPages) > 0) wholeBytes = frame + frameBytes
  }
  for (let later = frame + frameBytes; later + FRAME.bytes <= log.length; later += frameBytes) {
    if (isOfThisLog(later)) return { kind: 'damaged', wholeBytes }
  }
  // Behind the end stand frames that the log had before it was begun anew, which counted the first salt up.
  const isOlder =
    frame + FRAME.bytes <= log.length && view.getUint32(frame + FRAME.salts) < view.getUint32(HEADER.salts)
  return { kind: frame === wholeBytes && (frame === log.length || isOlder) ? 'whole' : 'cut' }
}

/** The running checksum of a log. */
class Sums {
  readonly #view: DataView
  readonly #littleEndian: boolean
  #first = 0
  #second = 0

  constructor(view: DataView, littleEndian: boolean) {
    this.#view = view
    this.#littleEndian = littleEndian
  }

  add(from: number, bytes: number): void {
    let [first, second] = [this.#first, this.#second]
    for (let at = from; at < from + bytes; at += 8) {
      first = (first + this.#view.getUint32(at, this.#littleEndian) + second) | 0
      second = (second + this.#view.getUint32(at + 4, this.#littleEndian) + first) | 0
    }
    this.#first = first
    this.#second = second
  }

  areAt(at: number): boolean {
    return this.#view.getInt32(at) === this.#first && this.#view.getInt32(at + 4) === this.#second
  }
}
