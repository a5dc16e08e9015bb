import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import type { Option } from 'commander'
import type { UsageError } from '../wire/protocol/errors.ts'
import { fileFault } from '../wire/shared/errors.ts'
import { listed } from '../wire/shared/texts.ts'
import { usageError } from './command.ts'
import { option, textLike } from './options.ts'
import { oneLine } from './output.ts'
import { commonTexts, type Language } from './texts.ts'

/** Where files that belong to this machine are kept, relative to the working directory. */
export const DEFAULT_DATA_DIRECTORY = '.wechatpay-mock'

export function dataDirectoryOption(language: Language): Option {
  const { authority } = commonTexts[language]
  return option('--data-dir <directory>', authority.dataDir, textLike(/^[^\0]+$/, authority.dataDirExpected)).default(
    DEFAULT_DATA_DIRECTORY,
  )
}

/** The terminal at which a person answers. */
interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/**
 * Lets a command replace existing files: if it was given `--force`, or a person at the terminal agrees.
 *
 * @param paths the files that would be replaced
 * @throws UsageError otherwise
 */
export async function allowReplacing(
  paths: readonly string[],
  force: boolean | undefined,
  language: Language,
  terminal: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (paths.length === 0 || force) return
  const { replacing } = commonTexts[language]
  const names = oneLine(listed(paths, language))
  if (!terminal.input.isTTY || !terminal.output.isTTY) throw usageError(replacing.refused(names))
  if (!(await agrees(replacing.question(names), terminal))) throw usageError(replacing.kept(names))
}

/** Asks a yes-or-no question. The end of the input is a no. */
async function agrees(question: string, { input, output }: Terminal): Promise<boolean> {
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input, output })
  return new Promise((resolve) => {
    lines.once('close', () => resolve(false))
    // Ctrl+C is for the program, as it would be without the question.
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    lines.question(question, (answer) => {
      resolve(/^\s*(?:y|yes|是)\s*$/i.test(answer))
      lines.close()
    })
  })
}

/** Reads a file, or standard input for `-`. @throws UsageError for a file that cannot be read, or is in UTF-16 */
export async function readBytes(path: string, language: Language): Promise<Buffer> {
  if (path === '-') {
    if (process.stdin.isTTY) process.stderr.write(`${commonTexts[language].files.readingStdin}\n`)
    return inUtf8(await buffer(process.stdin), path, language)
  }
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unreadable(path, cause, language)
  })
  return inUtf8(bytes, path, language)
}

/**
 * Reads a file, or standard input for `-`, until there are more than `limit` bytes.
 *
 * @throws UsageError for a file that cannot be read, or is in UTF-16
 */
export async function readUpTo(path: string, limit: number, language: Language): Promise<Buffer> {
  if (path === '-' && process.stdin.isTTY) process.stderr.write(`${commonTexts[language].files.readingStdin}\n`)
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of path === '-' ? process.stdin : createReadStream(path)) {
      chunks.push(chunk as Buffer)
      length += (chunk as Buffer).length
      if (length > limit) break
    }
  } catch (cause) {
    throw unreadable(path, cause, language)
  }
  return inUtf8(Buffer.concat(chunks), path, language)
}

/** Refuses UTF-16 with its mark: nothing that commands read is in it, but PowerShell 5.1 writes what is redirected in it. */
function inUtf8(bytes: Buffer, path: string, language: Language): Buffer {
  const [first, second] = bytes
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (isUtf16) throw usageError(commonTexts[language].files.utf16(nameOf(path, language)))
  return bytes
}

/** The error of a command whose input cannot be read. @param cause thrown by the read */
function unreadable(path: string, cause: unknown, language: Language): UsageError {
  const { files } = commonTexts[language]
  return usageError(files.unreadable(nameOf(path, language), faultOf(cause, language)), cause)
}

/** The error of a command whose output cannot be written. @param cause thrown by the write */
export function unwritable(path: string, cause: unknown, language: Language): UsageError {
  return usageError(commonTexts[language].files.unwritable(path, faultOf(cause, language)), cause)
}

/** @param error error of the operating system, of any kind */
function faultOf(error: unknown, language: Language): string {
  return fileFault(error as NodeJS.ErrnoException)[language]
}

export function nameOf(path: string, language: Language): string {
  return path === '-' ? commonTexts[language].files.stdin : path
}

/**
 * Parses JSON.
 *
 * @param name name of the text in messages
 * @throws UsageError with line and column where the text stops being JSON
 */
export function parseJson(text: string, name: string, language: Language): unknown {
  const json = text.replace(/^\uFEFF/, '')
  try {
    return JSON.parse(json)
  } catch (cause) {
    const offset = jsonErrorOffset(json)
    const before = json.slice(0, offset).split('\n')
    const place = `${name}:${before.length}:${(before.at(-1) ?? '').length + 1}`
    const [character] = json.slice(offset)
    const { files } = commonTexts[language]
    throw usageError(character === undefined ? files.jsonEnds(place) : files.notJson(place, character), cause)
  }
}

const BLANK = /[ \t\n\r]*/y
const SCALAR =
  /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|"[^"\\\p{Cc}]*(?:\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})[^"\\\p{Cc}]*)*")/uy

/** Offset at which a text stops being JSON. Only some messages of `JSON.parse` give it. */
function jsonErrorOffset(text: string): number {
  const open: string[] = []
  let expected: 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' = 'value'
  let at = 0
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    const [match = ''] = pattern.exec(text) ?? []
    at += match.length
    return match !== ''
  }
  for (;;) {
    skip(BLANK)
    const character = text[at]
    if (expected === 'comma or end' && open.length === 0) return at
    const ends = character !== undefined && character === open.at(-1)
    if (ends && expected !== 'value' && expected !== 'key' && expected !== 'colon') {
      open.pop()
      at++
      expected = 'comma or end'
    } else if (expected === 'comma or end') {
      if (character !== ',') return at
      at++
      expected = open.at(-1) === '}' ? 'key' : 'value'
    } else if (expected === 'colon') {
      if (character !== ':') return at
      at++
      expected = 'value'
    } else if (expected === 'key' || expected === 'key or end') {
      if (character !== '"' || !skip(SCALAR)) return at
      expected = 'colon'
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']')
      at++
      expected = character === '{' ? 'key or end' : 'value or end'
    } else {
      if (!skip(SCALAR)) return at
      expected = 'comma or end'
    }
  }
}
