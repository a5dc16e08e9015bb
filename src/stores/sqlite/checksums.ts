import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { quoted, type Texts } from '../../wire/shared/texts.ts'

/** Hexadecimal digits of a checksum, which stand before the JSON of each value: SQLite has none of its own. */
const DIGITS = 8

/** Content of a file that no mock has written. */
export class Damage extends Error {
  readonly texts: Texts

  constructor(texts: Texts) {
    super(texts.en)
    this.texts = texts
  }
}

/** A value as a file keeps it: as JSON, behind a checksum of that and of its place, the name of its table or document. */
export function sealed(place: string, value: unknown): string {
  const json = JSON.stringify(value)
  return checksumOf(place, json) + json
}

/**
 * The value that was {@link sealed}.
 *
 * @throws Damage if the checksum is of something else
 */
export function unsealed(place: string, text: unknown): unknown {
  return JSON.parse(checked(place, text))
}

/** The JSON of a value. @throws Damage as {@link unsealed} */
function checked(place: string, text: unknown): string {
  const json = typeof text === 'string' ? text.slice(DIGITS) : ''
  if (typeof text === 'string' && text.startsWith(checksumOf(place, json))) return json
  throw new Damage({ en: `a value of ${place} has another checksum`, zh: `${place} 中有一个值的校验和不符` })
}

function checksumOf(place: string, text: string): string {
  return crc32(text, crc32(place)).toString(16).padStart(DIGITS, '0')
}

/**
 * Stands behind the last page of a file that was closed, with a checksum of all that is before it. SQLite overlooks it, and cuts it off once the file
 * changes. So most files need no {@link examine}, which takes ten times as long.
 */
const CLOSED = Buffer.from('WPMc')
const CHECKSUM_BYTES = 4
const CHUNK_BYTES = 1_048_576

/** Marks a file that SQLite has closed. @throws NodeJS.ErrnoException */
export function markAsClosed(path: string): void {
  withFile(path, 'r+', (file, size) => {
    const checksum = Buffer.alloc(CHECKSUM_BYTES)
    checksum.writeUInt32BE(checksumOfFile(file, size))
    writeSync(file, Buffer.concat([CLOSED, checksum]), 0, CLOSED.length + CHECKSUM_BYTES, size)
  })
}

/** Whether a file is, byte for byte, as it was when it was closed. @throws NodeJS.ErrnoException */
export function isAsClosed(path: string): boolean {
  return withFile(path, 'r', (file, size) => {
    const pages = size - CLOSED.length - CHECKSUM_BYTES
    const end = Buffer.alloc(CLOSED.length + CHECKSUM_BYTES)
    readSync(file, end, 0, end.length, Math.max(pages, 0))
    return (
      end.subarray(0, CLOSED.length).equals(CLOSED) && end.readUInt32BE(CLOSED.length) === checksumOfFile(file, pages)
    )
  })
}

function withFile<Result>(path: string, flags: string, work: (file: number, size: number) => Result): Result {
  const file = openSync(path, flags)
  try {
    return work(file, fstatSync(file).size)
  } finally {
    closeSync(file)
  }
}

function checksumOfFile(file: number, bytes: number): number {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let checksum = 0
  for (let at = 0; at < bytes; ) {
    const read = readSync(file, chunk, 0, Math.min(CHUNK_BYTES, bytes - at), at)
    if (read === 0) break
    checksum = crc32(chunk.subarray(0, read), checksum)
    at += read
  }
  return checksum
}

/** Writes down the tables and indexes of a file, if they are others than before. Call it in a transaction that changes them. */
export function keepLayout(database: DatabaseSync): void {
  database.exec('CREATE TABLE IF NOT EXISTS layout (checksum TEXT NOT NULL)')
  const checksum = layoutOf(database)
  if (keptLayout(database) === checksum) return
  database.exec('DELETE FROM layout')
  database.prepare('INSERT INTO layout VALUES (?)').run(checksum)
}

function layoutOf(database: DatabaseSync): string {
  const all = database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all()
  return checksumOf('layout', JSON.stringify(all))
}

function keptLayout(database: DatabaseSync): unknown {
  return database.prepare('SELECT checksum FROM layout').get()?.checksum
}

/**
 * Reads a whole file: SQLite compares its tables with their indexes, and each value is compared with its checksum.
 *
 * @param areSealed whether values have checksums, as in files since version 9
 * @throws Damage for a file that is not as a mock has left it
 */
export function examine(database: DatabaseSync, areSealed: boolean): void {
  // Looking up each row in each index takes two thirds of the time with some more memory.
  database.exec('PRAGMA cache_size = -65536')
  const { integrity_check: check } = database.prepare('PRAGMA integrity_check(1)').get() ?? {}
  database.exec('PRAGMA cache_size = -2000; PRAGMA shrink_memory')
  // The last of several lines says what was found.
  if (check !== 'ok') throw new Damage(quoted(String(check).replace(/^.*\n/s, '')))
  if (!areSealed) return
  if (keptLayout(database) !== layoutOf(database))
    throw new Damage({ en: 'its tables have another checksum', zh: '表结构的校验和不符' })
  for (const { name, value } of database.prepare('SELECT name, value FROM documents').iterate())
    checked(documentPlace(String(name)), value)
  for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()) {
    const place = /^(?:seed|changed)_(.*)$/s.exec(String(name))?.[1]
    if (place === undefined) continue
    const values = database.prepare(`SELECT value FROM ${name} WHERE value IS NOT NULL`)
    for (const { value } of values.iterate()) checked(place, value)
  }
}

/** The place of a document, as a checksum has it: a table may have the same name. */
export function documentPlace(name: string): string {
  return `document ${name}`
}
