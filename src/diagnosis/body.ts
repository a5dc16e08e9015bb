import { hash } from 'node:crypto'
import { type Cause, cause } from './cause.ts'
import { decode, encodeGbk } from './charset.ts'
import { jsonVariants } from './json-body.ts'
import { MAX_JSON_CHARACTERS, parseJsonTree } from './json-tree.ts'
import { printObject } from './printed-object.ts'
import { type Rank, type Variant, Variants } from './variant.ts'
import type { Work } from './work.ts'

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
  rewritten(body, add, work)
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

function rewritten(body: Buffer, add: Add, work: Work): void {
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
  const tree = parseJsonTree(text.trim())
  charsets(body, text, add)
  add(Buffer.from(`${text} `), cause('body_space_added', 'behind'), 3)
  add(Buffer.from(` ${text}`), cause('body_space_added', 'in front'), 3)
  add(Buffer.from(JSON.stringify(text)), cause('body_stringified_twice'), 2)
  add(Buffer.from(body.toString('base64')), cause('body_base64'), 3)
  // The text was decoded, so it is well-formed.
  const encoded = encodeURIComponent(text)
  add(Buffer.from(encoded), cause('body_url_encoded', 'encodeURIComponent'), 3)
  add(Buffer.from(encoded.replaceAll('%20', '+')), cause('body_url_encoded', 'form'), 3)
  if (tree?.kind === 'object') {
    for (const [form, written, rank] of printObject(tree)) {
      const name = form.startsWith('form') ? 'body_form_encoded' : 'body_object_printed'
      add(Buffer.from(written), cause(name, form), rank)
    }
  }
  // Last, since it continues with combinations of two until the work is used up.
  if (tree) jsonVariants(text.trim(), tree, (written, causes, rank) => add(Buffer.from(written), causes, rank), work)
}

function charsets(body: Buffer, text: string, add: Add): void {
  if (!/[^\0-\u007F]/.test(text)) {
    add(Buffer.from(text, 'utf16le'), cause('body_charset', 'UTF-16LE'), 3)
    return
  }
  add(encodeGbk(text), cause('body_charset', 'GBK'), 1)
  add(Buffer.from(text.replaceAll(/[^\0-\u007F]/gu, '?')), cause('body_charset', '?'), 2)
  add(Buffer.from(text, 'utf16le'), cause('body_charset', 'UTF-16LE'), 3)
  add(Buffer.from(body.toString('latin1')), cause('body_mojibake', 'ISO-8859-1'), 2)
  add(Buffer.from(new TextDecoder('gbk').decode(body)), cause('body_mojibake', 'GBK'), 2)
}
