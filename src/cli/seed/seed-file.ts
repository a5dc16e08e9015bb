import { existsSync, type Stats } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { packageFolder } from '../../control/package-files.ts'
import type { WorldJson } from '../../products/json.ts'
import { isFromSystem } from '../../shared/file-fault.ts'
import { unwritable } from '../files.ts'
import type { Language } from '../language.ts'
import { print } from '../output.ts'

/** How many things go into one chunk of text. */
const CHUNK = 1_000

/** A world as the text of a seed file, one line for each thing, so that two versions can be compared line by line. */
export function* worldText(world: WorldJson, schema: string | undefined): Generator<string, void> {
  const members = Object.entries({ ...world, $schema: schema }).filter(([, value]) => value !== undefined)
  // The editor looks for the schema at the top.
  members.sort(([a], [b]) => Number(b === '$schema') - Number(a === '$schema'))
  yield '{'
  for (const [i, [name, value]] of members.entries()) {
    yield `${i === 0 ? '' : ','}\n${JSON.stringify(name)}: `
    if (Array.isArray(value)) yield* listText(value)
    else yield JSON.stringify(value)
  }
  yield '\n}\n'
}

function* listText(things: readonly unknown[]): Generator<string, void> {
  yield '['
  for (let at = 0; at < things.length; at += CHUNK) {
    const lines = things.slice(at, at + CHUNK).map((thing) => `\n  ${JSON.stringify(thing)}`)
    yield (at === 0 ? '' : ',') + lines.join(',')
  }
  yield '\n]'
}

/** Value of a seed file's `$schema` with which an editor finds the schema; `undefined` if the schema cannot be found from there. */
export function schemaFor(file: string): string | undefined {
  const folder = packageFolder()
  if (folder === undefined) return undefined
  const schema = join(folder, 'dist/src/scenarios/seed.schema.json')
  if (!existsSync(schema)) return undefined
  const path = relative(dirname(resolve(file)), schema).replaceAll(sep, '/')
  return /^(?:[./]|[A-Za-z]:)/.test(path) ? path : `./${path}`
}

/**
 * Writes text to a file, or to standard output without one. The file appears only once it is complete.
 *
 * @param onProgress told of the lines written so far
 * @returns bytes written
 */
export async function writeChunks(
  chunks: Iterable<string>,
  file: string | undefined,
  language: Language,
  onProgress?: (lines: number) => void,
): Promise<number> {
  if (file === undefined) return copy(chunks, print, onProgress)
  let handle: FileHandle | undefined
  let draft: string | undefined
  try {
    // Anything but a plain file, such as /dev/null or a named pipe, is written into, not replaced.
    const found = await statOf(file)
    draft = found && !found.isFile() ? undefined : `${file}.${process.pid}.new`
    handle = await open(draft ?? file, 'w')
    const target = handle
    const bytes = await copy(chunks, (text) => target.writeFile(text), onProgress)
    await handle.close()
    if (draft !== undefined) await rename(draft, file)
    return bytes
  } catch (error) {
    await handle?.close().catch(() => {})
    if (draft !== undefined) await rm(draft, { force: true })
    if (isFromSystem(error)) throw unwritable(file, error, language)
    throw error
  }
}

/** Whether a file exists that would be replaced. */
export async function isPlainFile(file: string): Promise<boolean> {
  return (await statOf(file))?.isFile() ?? false
}

/** `undefined` for a file that does not exist or cannot be examined; writing to it will say why. */
function statOf(file: string): Promise<Stats | undefined> {
  return stat(file).catch(() => undefined)
}

async function copy(
  chunks: Iterable<string>,
  write: (text: string) => Promise<void>,
  onProgress: ((lines: number) => void) | undefined,
): Promise<number> {
  let bytes = 0
  let lines = 0
  for (const chunk of chunks) {
    await write(chunk)
    if (write === print && process.stdout.errored) break
    bytes += Buffer.byteLength(chunk)
    lines += chunk.split('\n').length - 1
    onProgress?.(lines)
  }
  return bytes
}
