import { hash } from 'node:crypto'
import { decode, encodeGbk, encodeUtf8, encodeWideUtf8 } from './charset.ts'
import { jsonVariants } from './json-body.ts'
import { nameOf, sortMembers } from './json-style.ts'
import { type JsonNode, MAX_JSON_CHARACTERS, parseJsonTree } from './json-tree.ts'
import { type Cause, type CauseName, cause, type Rank, type Variant, Variants } from './variant.ts'
import { isLong, type Work } from './work.ts'

type JsonObject = Extract<JsonNode, { kind: 'object' }>

/**
 * An object as programs other than JSON serialisers write it: as a form, or in the language's own notation.
 *
 * Trees are at most 64 deep, and no output is much longer than its tree.
 * @internal
 */
export function printedForms(tree: JsonObject): OtherForm[] {
  const encoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  const plainly = (text: string) => text
  return [
    ['body_form_encoded', 'form', 2, () => form(tree, encoded)],
    ['body_form_encoded', 'form, not encoded', 2, () => form(tree, plainly)],
    ['body_form_encoded', 'form, sorted, not encoded', 2, () => form(sorted(tree), plainly)],
    ['body_object_printed', 'Python', 2, () => print(tree, PYTHON)],
    ['body_object_printed', 'Java', 2, () => print(tree, JAVA)],
    ['body_object_printed', 'Go', 3, () => print(tree, GO)],
  ]
}

function sorted({ members }: JsonObject): JsonObject {
  return sortMembers({ kind: 'object', members }, 'sorted_top') as JsonObject
}

function form({ members }: JsonObject, encode: (text: string) => string): string {
  return members.map((member) => `${encode(nameOf(member))}=${encode(plain(member.value))}`).join('&')
}

/** Scalars without quotes, the rest as compact JSON. */
function plain(node: JsonNode): string {
  if (node.kind === 'string') return textOf(node.raw)
  if (node.kind === 'array') return `[${node.items.map(json).join(',')}]`
  if (node.kind === 'object') return `{${node.members.map(({ key, value }) => `${key}:${json(value)}`).join(',')}}`
  return node.raw
}

function json(node: JsonNode): string {
  return node.kind === 'string' ? node.raw : plain(node)
}

function textOf(raw: string): string {
  return String(JSON.parse(raw))
}

interface Printer {
  readonly list: (items: readonly string[]) => string
  readonly map: (entries: readonly (readonly [name: string, value: string])[]) => string
  readonly text: (raw: string) => string
  readonly literal: (raw: string) => string
  readonly arrange?: (node: JsonObject) => JsonObject
}

const PYTHON: Printer = {
  list: (items) => `[${items.join(', ')}]`,
  map: (entries) => `{${entries.map(([name, value]) => `${pythonText(name)}: ${value}`).join(', ')}}`,
  text: (raw) => pythonText(textOf(raw)),
  literal: (raw) => ({ true: 'True', false: 'False', null: 'None' })[raw] ?? raw,
}

const JAVA: Printer = {
  list: (items) => `[${items.join(', ')}]`,
  map: (entries) => `{${entries.map(([name, value]) => `${name}=${value}`).join(', ')}}`,
  text: textOf,
  literal: (raw) => raw,
}

const GO: Printer = {
  list: (items) => `[${items.join(' ')}]`,
  map: (entries) => `map[${entries.map(([name, value]) => `${name}:${value}`).join(' ')}]`,
  text: textOf,
  literal: (raw) => (raw === 'null' ? '<nil>' : raw),
  arrange: sorted,
}

function pythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const written = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(quote, `\\${quote}`)
  return quote + written + quote
}

function print(node: JsonNode, printer: Printer): string {
  if (node.kind === 'string') return printer.text(node.raw)
  if (node.kind === 'array') return printer.list(node.items.map((item) => print(item, printer)))
  if (node.kind !== 'object') return printer.literal(node.raw)
  const { members } = printer.arrange?.(node) ?? node
  return printer.map(members.map((member) => [nameOf(member), print(member.value, printer)]))
}

/** Texts that clients sign in place of a body that they do not send, or do not have yet. */
const PLACEHOLDERS: readonly (readonly [text: string, rank: Rank])[] = [
  ['{}', 1],
  ['null', 2],
  ['[]', 2],
  ['undefined', 2],
  ['[object Object]', 2],
  ['""', 3],
  ['None', 3],
  ['Array', 3],
  ['nil', 3],
]

/** Encodings of a hash of the body, and how usual each is with each algorithm. */
const HASHES: readonly (readonly [algorithm: string, hex: Rank, upperHex: Rank, base64: Rank])[] = [
  ['SHA-256', 1, 2, 2],
  ['MD5', 2, 3, 3],
  ['SHA-1', 3, 3, 3],
]

/**
 * Candidates for the signed body.
 *
 * @param signed bytes that the signature must cover
 * @param whole bytes of the whole body, which differ for an upload
 * @param target for clients that sign the query as the body
 */
export function bodyVariants(
  signed: Uint8Array,
  whole: Uint8Array,
  target: string,
  work: Work,
): readonly Variant<Buffer>[] {
  const body = bufferOf(signed)
  const variants = new Variants<Buffer>(body, keyOf)
  const add = (bytes: Uint8Array | undefined, causes: Cause | readonly Cause[], rank: Rank) => {
    if (bytes === undefined || !work.takeWriting(bytes.length)) return
    variants.add(bufferOf(bytes), Array.isArray(causes) ? causes : [causes as Cause], rank)
  }
  add(Buffer.alloc(0), cause('body_missing'), 1)
  if (whole !== signed && whole.length !== signed.length) add(whole, cause('body_whole_upload'), 1)
  for (const [text, rank] of PLACEHOLDERS) add(Buffer.from(text), cause('body_placeholder', text), rank)
  const query = target.split('?', 2)[1]
  if (query !== undefined && query !== '') queryAsBody(query, add)
  atTheEnds(body, add)
  hashes(body, add, work)
  if (body.length === 0 || body.length > Math.min(MAX_JSON_CHARACTERS, work.longestRead)) return variants.list
  // Counted as it was written.
  rewritten(body, add, (bytes, causes, rank) => variants.add(bytes, causes, rank), work)
  return variants.list
}

/**
 * Identifies a body. The variants of a long body only cut it, so its length and its beginning suffice; reading all of it takes as long as hashing it.
 */
function keyOf(bytes: Buffer): string {
  return bytes.length > MAX_JSON_CHARACTERS
    ? `${bytes.length} ${bytes.toString('latin1', 0, 16)}`
    : bytes.toString('latin1')
}

type Add = (bytes: Uint8Array | undefined, causes: Cause | readonly Cause[], rank: Rank) => void

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Includes the hash of an empty body, which some clients sign. */
function hashes(body: Buffer, add: Add, work: Work): void {
  for (const [algorithm, hex, upperHex, base64] of HASHES) {
    // A client that hashes the body mostly does it as it hashes the message.
    if (algorithm !== 'SHA-256' && isLong(body.length) && work.effort !== 'thorough') return
    if (!work.allows(body.length)) return
    work.count(body.length)
    const digest = hash(algorithm.replace('-', '').toLowerCase(), body, 'buffer')
    add(Buffer.from(digest.toString('hex')), cause('body_hash', `${algorithm} hex`), hex)
    add(Buffer.from(digest.toString('hex').toUpperCase()), cause('body_hash', `${algorithm} HEX`), upperHex)
    add(Buffer.from(digest.toString('base64')), cause('body_hash', `${algorithm} base64`), base64)
  }
}

function queryAsBody(query: string, add: Add): void {
  add(Buffer.from(query), cause('body_is_query', 'as sent'), 2)
  if (query.length > 4_096) return
  const parameters = Object.fromEntries(new URLSearchParams(query))
  add(Buffer.from(JSON.stringify(parameters)), cause('body_is_query', 'JSON'), 2)
}

const BOM = Buffer.of(0xef, 0xbb, 0xbf)

function atTheEnds(body: Buffer, add: Add): void {
  if (body.length === 0) return
  let start = 0
  let end = body.length
  while (isSpace(body[start])) start += 1
  while (end > start && isSpace(body[end - 1])) end -= 1
  if (start > 0 || end < body.length) add(body.subarray(start, end), cause('body_trimmed'), 1)
  if (body.subarray(0, 3).equals(BOM)) add(body.subarray(3), cause('body_bom_missing'), 1)
  else if (body.length <= MAX_JSON_CHARACTERS) add(Buffer.concat([BOM, body]), cause('body_bom_added'), 2)
}

function isSpace(byte = 0): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

function rewritten(body: Buffer, add: Add, addWritten: Variants<Buffer>['add'], work: Work): void {
  const text = decode(body, 'utf-8')
  if (text === undefined) {
    const gbk = decode(body, 'gbk')
    if (gbk !== undefined) add(Buffer.from(gbk), cause('body_charset', 'UTF-8'), 1)
    return
  }
  if (text.includes('\n')) {
    add(Buffer.from(text.replaceAll(/\r?\n/g, '\r\n')), cause('body_line_ends', 'CRLF'), 2)
    add(Buffer.from(text.replaceAll('\r\n', '\n')), cause('body_line_ends', 'LF'), 2)
  }
  const isAscii = !/[^\0-\u007F]/.test(text)
  if (!isAscii) add(encodeGbk(text), cause('body_charset', 'GBK'), 1)
  const encoded = isAscii ? encodeUtf8 : encodeWideUtf8
  const tree = parseJsonTree(text.trim())
  const combine =
    tree &&
    jsonVariants(
      text.trim(),
      tree,
      (written, causes, rank) => addWritten((causes.some(isEscaped) ? encodeUtf8 : encoded)(written), causes, rank),
      work,
    )
  for (const [name, form, rank, write] of otherForms(body, text, tree, isAscii)) {
    if (!work.allowsWriting(body.length)) continue
    const written = write()
    add(typeof written === 'string' ? encoded(written) : written, cause(name, form), rank)
  }
  combine?.()
}

/** Whether a body that was signed by this mistake is ASCII. */
const isEscaped = ({ name }: Cause) => name === 'body_unicode_escaped'

type OtherForm = readonly [name: CauseName, form: string | undefined, rank: Rank, write: () => string | Buffer]

/** Forms that clients sign by mistake in place of a body, but do not send. */
function otherForms(body: Buffer, text: string, tree: JsonNode | undefined, isAscii: boolean): OtherForm[] {
  const utf16: OtherForm = ['body_charset', 'UTF-16LE', 3, () => Buffer.from(text, 'utf16le')]
  const charsets: OtherForm[] = [
    ['body_charset', '?', 2, () => text.replaceAll(/[^\0-\u007F]/gu, '?')],
    utf16,
    ['body_mojibake', 'ISO-8859-1', 2, () => body.toString('latin1')],
    ['body_mojibake', 'GBK', 2, () => new TextDecoder('gbk').decode(body)],
  ]
  return [
    ...(isAscii ? [utf16] : charsets),
    ['body_space_added', 'behind', 3, () => `${text} `],
    ['body_space_added', 'in front', 3, () => ` ${text}`],
    ['body_stringified_twice', undefined, 2, () => JSON.stringify(text)],
    ['body_base64', undefined, 3, () => body.toString('base64')],
    // The text was decoded, so it is well-formed.
    ['body_url_encoded', 'encodeURIComponent', 3, () => encodeURIComponent(text)],
    ['body_url_encoded', 'form', 3, () => encodeURIComponent(text).replaceAll('%20', '+')],
    ...(tree?.kind === 'object' ? printedForms(tree) : []),
  ]
}
