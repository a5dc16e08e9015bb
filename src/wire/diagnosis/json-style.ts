import type { JsonMember, JsonNode } from './json-tree.ts'

/** White space of a serialiser. */
export interface JsonLayout {
  /** Its name for people, used as the `value` of causes. */
  readonly name: string
  readonly colon: string
  /** Between members on one line. */
  readonly comma: string
  /** Left out: everything on one line. */
  readonly indent?: string
  readonly lineEnd?: string
  /** Arrays stay on one line, like Jackson's. */
  readonly inlineArrays?: boolean
  readonly emptyObject?: string
  readonly emptyArray?: string
}

export const COMPACT: JsonLayout = { name: 'compact', colon: ':', comma: ',' }

/** Serialisers that write everything on one line, the usual ones first. */
export const SPACED: readonly JsonLayout[] = [
  { name: '", " and ": "', colon: ': ', comma: ', ' },
  { name: '": "', colon: ': ', comma: ',' },
  { name: '", "', colon: ':', comma: ', ' },
]

export const PRETTY: readonly JsonLayout[] = [
  { name: '2 spaces', colon: ': ', comma: ',', indent: '  ', lineEnd: '\n' },
  { name: '4 spaces', colon: ': ', comma: ',', indent: '    ', lineEnd: '\n' },
  { name: 'tabs', colon: ': ', comma: ',', indent: '\t', lineEnd: '\n' },
  {
    name: 'Jackson',
    colon: ' : ',
    comma: ', ',
    indent: '  ',
    lineEnd: '\n',
    inlineArrays: true,
    emptyObject: '{ }',
    emptyArray: '[ ]',
  },
  { name: '2 spaces, CRLF', colon: ': ', comma: ',', indent: '  ', lineEnd: '\r\n' },
  { name: 'tabs, no space', colon: ':', comma: ',', indent: '\t', lineEnd: '\n' },
  { name: '4 spaces, CRLF', colon: ': ', comma: ',', indent: '    ', lineEnd: '\r\n' },
  { name: '3 spaces', colon: ': ', comma: ',', indent: '   ', lineEnd: '\n' },
]

/** How a serialiser escapes strings; `as_is` leaves each one unchanged. */
export interface StringStyle {
  readonly unicode: 'plain' | 'lower' | 'upper'
  readonly slashes: boolean
  /** `go`: `<`, `>`, `&` and the two line separators; `gson`: those, `=` and `'`. */
  readonly html: 'plain' | 'go' | 'gson'
}

/** Every style, JavaScript's first, which has no peculiarities. @internal */
export const STRING_STYLES: readonly StringStyle[] = (['plain', 'lower', 'upper'] as const)
  .flatMap((unicode) =>
    [false, true].flatMap((slashes) =>
      (['plain', 'go', 'gson'] as const).map((html): StringStyle => ({ unicode, slashes, html })),
    ),
  )
  .toSorted((a, b) => peculiarities(a) - peculiarities(b))

/** Characters that a style escapes besides quotes and control characters. */
const ESCAPED = {
  wide: /[\u0080-\uFFFF]+/g,
  go: /[<>&\u2028\u2029]/g,
  gson: /[<>&='\u2028\u2029]/g,
} as const

/** The styles that make a difference to a text that JavaScript has written, JavaScript's first: without a slash none is escaped. */
export function stylesFor(text: string): readonly StringStyle[] {
  const has = (characters: RegExp) => text.search(characters) !== -1
  const isWide = has(ESCAPED.wide)
  const hasSlash = text.includes('/')
  // Gson differs from Go in two characters.
  const differs = { plain: true, go: has(ESCAPED.go), gson: has(/[=']/) }
  return STRING_STYLES.filter(
    ({ unicode, slashes, html }) => (isWide || unicode === 'plain') && (hasSlash || !slashes) && differs[html],
  )
}

function peculiarities({ unicode, slashes, html }: StringStyle): number {
  return Number(unicode !== 'plain') + Number(slashes) + Number(html !== 'plain')
}

type NumberStyle = 'as_is' | 'decimals' | 'shortened' | 'as_text' | 'text_as_numbers'
type MemberOrder = 'as_is' | 'sorted' | 'sorted_top'

/** White space and numbers of a text; its strings stay as they are in the tree. */
export interface JsonStyle {
  readonly layout: JsonLayout
  readonly numbers: NumberStyle
}

/** Re-encodes the strings of a JSON text that JavaScript has written, or of its beginning. Nothing but strings has a character that styles differ in. */
export function restyled(text: string, style: StringStyle): string {
  let written = text
  if (style.slashes) written = written.replaceAll('/', '\\/')
  if (style.html !== 'plain') {
    written = written.replaceAll(ESCAPED[style.html], (unit) => escaped(unit, LOWER_DIGITS))
  }
  if (style.unicode === 'plain') return written
  const digits = style.unicode === 'lower' ? LOWER_DIGITS : UPPER_DIGITS
  return written.replaceAll(ESCAPED.wide, (units) => escaped(units, digits))
}

const LOWER_DIGITS = Buffer.from('0123456789abcdef')
const UPPER_DIGITS = Buffer.from('0123456789ABCDEF')
const [BACKSLASH = 0, SMALL_U = 0] = Buffer.from('\\u')
const scratch = Buffer.allocUnsafeSlow(6 * 4_096)

/** Writes bytes: to put a text together from thousands of escapes takes ten times as long. */
function escaped(units: string, digits: Buffer): string {
  let done = ''
  let length = 0
  for (let at = 0; at < units.length; at += 1) {
    if (length === scratch.length) {
      done += scratch.toString('latin1')
      length = 0
    }
    const unit = units.charCodeAt(at)
    scratch[length] = BACKSLASH
    scratch[length + 1] = SMALL_U
    scratch[length + 2] = digits[unit >> 12] ?? 0
    scratch[length + 3] = digits[(unit >> 8) & 15] ?? 0
    scratch[length + 4] = digits[(unit >> 4) & 15] ?? 0
    scratch[length + 5] = digits[unit & 15] ?? 0
    length += 6
  }
  return done + scratch.toString('latin1', 0, length)
}

/**
 * Writes a tree as JSON.
 *
 * @param limit maximum number of characters
 * @returns undefined if the result would be longer: a pretty print of nested arrays can be hundreds of times their size
 */
export function writeJson(tree: JsonNode, style: JsonStyle, limit: number): string | undefined {
  const writer = new Writer(style, limit)
  writer.node(tree, 0)
  return writer.length > limit ? undefined : writer.text
}

/** The beginning of what {@link writeJson} writes, up to a number of characters. */
export function beginningOf(tree: JsonNode, style: JsonStyle, characters: number): string {
  const writer = new Writer(style, characters)
  writer.node(tree, 0)
  return writer.text.slice(0, characters)
}

class Writer {
  readonly #style: JsonStyle
  readonly #limit: number
  text = ''

  constructor(style: JsonStyle, limit: number) {
    this.#style = style
    this.#limit = limit
  }

  get length(): number {
    return this.text.length
  }

  node(node: JsonNode, depth: number): void {
    if (this.length > this.#limit) return
    const { layout } = this.#style
    if (node.kind === 'object') {
      if (node.members.length === 0) this.text += layout.emptyObject ?? '{}'
      else this.#list('{', node.members, '}', depth)
    } else if (node.kind === 'array') {
      if (node.items.length === 0) this.text += layout.emptyArray ?? '[]'
      else if (layout.inlineArrays) this.#inline(node.items, depth)
      else this.#list('[', node.items, ']', depth)
    } else this.text += this.#scalar(node.kind, node.raw)
  }

  #list(start: string, parts: readonly (JsonMember | JsonNode)[], end: string, depth: number): void {
    const { indent, lineEnd = '', comma, colon } = this.#style.layout
    const inner = indent === undefined ? '' : lineEnd + indent.repeat(depth + 1)
    let before = start + inner
    for (const part of parts) {
      if (this.length > this.#limit) return
      this.text += before
      before = indent === undefined ? comma : `,${inner}`
      if ('kind' in part) this.node(part, depth + 1)
      else {
        this.text += part.key + colon
        this.node(part.value, depth + 1)
      }
    }
    this.text += indent === undefined ? end : lineEnd + indent.repeat(depth) + end
  }

  #inline(items: readonly JsonNode[], depth: number): void {
    this.text += '[ '
    for (const [index, item] of items.entries()) {
      if (this.length > this.#limit) return
      if (index > 0) this.text += this.#style.layout.comma
      this.node(item, depth)
    }
    this.text += ' ]'
  }

  #scalar(kind: 'string' | 'number' | 'literal', raw: string): string {
    const { numbers } = this.#style
    if (kind === 'string') {
      return numbers === 'text_as_numbers' && /^"-?(?:0|[1-9]\d{0,14})"$/.test(raw) ? raw.slice(1, -1) : raw
    }
    if (kind === 'literal' || numbers === 'as_is' || numbers === 'text_as_numbers') return raw
    if (numbers === 'as_text') return `"${raw}"`
    if (numbers === 'decimals') return /^-?\d+$/.test(raw) ? `${raw}.0` : raw
    return String(Number(raw))
  }
}

/** Sorts the members of an object, or also of every object inside it, by the UTF-16 code units of their names. A node that is sorted stays the same. */
export function sortMembers(node: JsonNode, order: Exclude<MemberOrder, 'as_is'>): JsonNode {
  const inside = (child: JsonNode) => (order === 'sorted' ? sortMembers(child, order) : child)
  if (node.kind === 'array') {
    const items = node.items.map(inside)
    return items.every((item, index) => item === node.items[index]) ? node : { kind: 'array', items }
  }
  if (node.kind !== 'object') return node
  let isSorted = true
  let before = ''
  const named = node.members.map((member) => {
    const name = nameOf(member)
    const value = inside(member.value)
    isSorted &&= before <= name && value === member.value
    before = name
    return { name, member: { key: member.key, value } }
  })
  if (isSorted) return node
  return { kind: 'object', members: named.toSorted((a, b) => compare(a.name, b.name)).map(({ member }) => member) }
}

/** Leaves out members, in every object, whose value is `null`, or is empty: `null`, `""`, `[]` or `{}`. */
export function withoutMembers(node: JsonNode, which: 'null' | 'empty'): JsonNode {
  if (node.kind === 'array') return { kind: 'array', items: node.items.map((item) => withoutMembers(item, which)) }
  if (node.kind !== 'object') return node
  const members = node.members
    .map(({ key, value }) => ({ key, value: withoutMembers(value, which) }))
    .filter(({ value }) => !(isNull(value) || (which === 'empty' && isEmpty(value))))
  return { kind: 'object', members }
}

/** The tree with its strings as JavaScript writes them; the same node if they are. */
export function withPlainStrings(node: JsonNode): JsonNode {
  if (node.kind === 'array') {
    const items = node.items.map(withPlainStrings)
    return items.every((item, index) => item === node.items[index]) ? node : { kind: 'array', items }
  }
  if (node.kind === 'string') {
    const raw = plainString(node.raw)
    return raw === node.raw ? node : { kind: 'string', raw }
  }
  if (node.kind !== 'object') return node
  const members = node.members.map(({ key, value }) => ({ key: plainString(key), value: withPlainStrings(value) }))
  const isPlain = node.members.every(
    ({ key, value }, index) => key === members[index]?.key && value === members[index]?.value,
  )
  return isPlain ? node : { kind: 'object', members }
}

/** Looking for an escape takes a tenth of the time that parsing takes. */
function plainString(raw: string): string {
  return raw.includes('\\') ? JSON.stringify(JSON.parse(raw)) : raw
}

function isNull(node: JsonNode): boolean {
  return node.kind === 'literal' && node.raw === 'null'
}

function isEmpty(node: JsonNode): boolean {
  if (node.kind === 'object') return node.members.length === 0
  return node.kind === 'array' ? node.items.length === 0 : node.raw === '""'
}

export function nameOf({ key }: JsonMember): string {
  // Parsing thousands of names takes as long as writing them.
  return key.includes('\\') ? String(JSON.parse(key)) : key.slice(1, -1)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
