import { cause, permutations, type Rank, type Variant } from './variant.ts'

/** Text that is safe in a log and on a terminal: control characters, and those that reverse or end lines, are escaped as in JSON. */
export function visible(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll(/[\u007F-\u009F\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
}

/** The first place where two messages differ. */
export interface Difference {
  /** Number of equal bytes before it. */
  readonly offset: number
  /** Its line in the expected message, counted from 1. */
  readonly line: number
  /** The part in that line; `end` for the final line feed and anything behind it. */
  readonly part: (typeof LINES)[number] | 'end'
  /** The two messages around that place, with control characters escaped as in JSON. */
  readonly expected: string
  readonly signed: string
}

/** Number of bytes shown before the place. */
export const BEFORE_DIFFERENCE = 24
/** Number of bytes shown behind the place. */
const BEHIND = 40

/** The first difference between two messages, or undefined if they are equal. */
export function firstDifference(expected: Buffer, signed: Buffer): Difference | undefined {
  let offset = 0
  while (offset < expected.length && expected[offset] === signed[offset]) offset += 1
  if (offset === expected.length && offset === signed.length) return undefined
  const { line, part } = lineAt(expected, offset)
  return { offset, line, part, expected: shown(expected, offset), signed: shown(signed, offset) }
}

function lineAt(message: Buffer, offset: number): Pick<Difference, 'line' | 'part'> {
  let line = 1
  for (let at = 0; at < offset; at += 1) if (message[at] === 0x0a) line += 1
  // Line feeds in the body add lines after the fifth.
  const inLines = offset < message.length - 1
  const part = inLines ? (LINES[Math.min(line, LINES.length) - 1] ?? 'end') : 'end'
  return { line, part }
}

function shown(message: Buffer, offset: number): string {
  const start = characterStart(message, Math.max(0, offset - BEFORE_DIFFERENCE))
  const end = characterStart(message, Math.min(message.length, offset + BEHIND))
  return visible(message.toString('utf8', start, end))
}

function characterStart(message: Buffer, at: number): number {
  let start = at
  // A place outside the message is not inside a character.
  while (start > at - 3 && ((message[start] ?? 0) & 0xc0) === 0x80) start -= 1
  return start
}

/** The lines of a message, in their order. */
export const LINES = ['method', 'url', 'timestamp', 'nonce', 'body'] as const
export type Line = (typeof LINES)[number]

/** The text around the lines and, as `separator`, between them. */
export interface Ends {
  readonly before: (separator: string) => string
  readonly after: (separator: string) => string
}

const nothing = () => ''

export const USUAL_ENDS: Ends = { before: nothing, after: (separator) => separator }

function orders(): readonly Variant<readonly Line[]>[] {
  const named: [readonly Line[], Variant<readonly Line[]>['causes'], Rank][] = [
    [['timestamp', 'nonce', 'body'], [cause('response_layout')], 1],
    [['body'], [cause('body_only')], 2],
    ...LINES.map((line): (typeof named)[number] => [
      LINES.filter((other) => other !== line),
      [cause('line_missing', line)],
      2,
    ]),
    [['method', 'url', 'nonce', 'timestamp', 'body'], reordered('nonce, timestamp'), 1],
    [['url', 'method', 'timestamp', 'nonce', 'body'], reordered('url, method'), 1],
    [['method', 'url', 'timestamp', 'body', 'nonce'], reordered('body, nonce'), 2],
  ]
  const known = new Set([LINES.join(), ...named.map(([lines]) => lines.join())])
  return [
    ...named.map(([value, causes, rank]): Variant<readonly Line[]> => ({ value, causes, rank })),
    ...permutations(LINES)
      .filter((value) => !known.has(value.join()))
      .map((value): Variant<readonly Line[]> => ({ value, causes: reordered(value.join(', ')), rank: 'alone' })),
  ]
}

function reordered(order: string) {
  return [cause('lines_reordered', order)]
}

/** The signed lines and their order. */
export const ORDER_VARIANTS = orders()

/** Text between the lines other than a line feed. */
export const SEPARATOR_VARIANTS: readonly Variant<string>[] = [
  { value: '\r\n', causes: [cause('line_ends', 'CRLF')], rank: 1 },
  { value: '\\n', causes: [cause('line_feeds_literal', '\\n')], rank: 1 },
  // The first is a forgotten separator, the second that of API v2.
  ...['', '&'].map((value): Variant<string> => ({ value, causes: [cause('line_separator', value)], rank: 2 })),
  { value: '\r', causes: [cause('line_ends', 'CR')], rank: 3 },
  { value: '\\r\\n', causes: [cause('line_feeds_literal', '\\r\\n')], rank: 3 },
  { value: '\n\n', causes: [cause('line_ends', 'LF LF')], rank: 3 },
  ...[' ', ',', '|', ';', '\t', '<br>'].map(
    (value): Variant<string> => ({ value, causes: [cause('line_separator', value)], rank: 3 }),
  ),
  { value: ' \n', causes: [cause('message_spaces', 'before each line feed')], rank: 3 },
]

/** Values that a client may have appended to the five lines. */
interface Additions {
  readonly apiV2Key?: string
  readonly apiV3Key?: string
  readonly identity: string
  readonly serialNo: string
}

/** Text before and after the lines. */
export function endVariants(additions: Additions): readonly Variant<Ends>[] {
  const variants: Variant<Ends>[] = []
  const add = (causes: Variant<Ends>['causes'], rank: Rank, after: Ends['after'], before: Ends['before'] = nothing) =>
    variants.push({ value: { before, after }, causes, rank })
  add([cause('final_line_feed_missing')], 1, nothing)
  add([cause('final_line_feed_doubled')], 1, (separator) => separator + separator)
  add([cause('leading_line_feed')], 3, USUAL_ENDS.after, (separator) => separator)
  add([cause('message_spaces', 'behind')], 2, (separator) => `${separator} `)
  add([cause('message_spaces', 'before the last line feed')], 3, (separator) => ` ${separator}`)
  add([cause('message_spaces', 'in front')], 3, USUAL_ENDS.after, () => ' ')
  for (const [name, key] of [
    ['APIv2', additions.apiV2Key],
    ['APIv3', additions.apiV3Key],
  ] as const) {
    if (key === undefined) continue
    add([cause('key_appended', `${name}: &key=`)], 2, (separator) => `${separator}&key=${key}`)
    add([cause('key_appended', `${name}: &key=, no line feed`)], 2, () => `&key=${key}`)
    add([cause('key_appended', `${name}: &key=, line feed behind`)], 3, (separator) => `&key=${key}${separator}`)
    add([cause('key_appended', `${name}: line`)], 2, (separator) => `${separator}${key}${separator}`)
    add([cause('key_appended', `${name}: line, no line feed`)], 3, (separator) => `${separator}${key}`)
    add([cause('key_appended', `${name}: in front`)], 3, USUAL_ENDS.after, (separator) => `${key}${separator}`)
  }
  for (const [name, value] of [
    ['mchid', additions.identity],
    ['serial_no', additions.serialNo],
  ] as const) {
    add([cause('line_added', `${name}, last`)], 3, (separator) => `${separator}${value}${separator}`)
    add([cause('line_added', `${name}, first`)], 3, USUAL_ENDS.after, (separator) => `${value}${separator}`)
  }
  return variants
}
