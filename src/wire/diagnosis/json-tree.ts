/** A JSON text, parsed without losing how its keys, strings and numbers are written. White space between tokens is dropped. */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  /** `raw` includes its quotes. */
  | { readonly kind: 'string' | 'number' | 'literal'; readonly raw: string }

export interface JsonMember {
  /** Including its quotes. */
  readonly key: string
  readonly value: JsonNode
}

export const MAX_JSON_CHARACTERS = 65_536
const MAX_DEPTH = 64
const MAX_NODES = 4_000

const TOKEN =
  /[\t\n\r ]*(?:([[\]{},:])|("(?:[^"\\\p{Cc}]|[\u007F-\u009F]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?)|(true|false|null))/uy

/** Parses a JSON text. @returns undefined if it is not JSON, or longer, deeper or with more parts than a request can be expected to be */
export function parseJsonTree(text: string): JsonNode | undefined {
  if (text.length > MAX_JSON_CHARACTERS) return undefined
  return new Reader(text).read()
}

type Token = { readonly kind: 'mark' | 'string' | 'number' | 'literal'; readonly raw: string }

const MARKS: ReadonlyMap<string, Token> = new Map([...'[]{},:'].map((raw) => [raw, { kind: 'mark', raw }]))

const SPACE = 0x20
const QUOTE = 0x22
const BACKSLASH = 0x5c

class Reader {
  readonly #text: string
  #at = 0
  #nodes = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): JsonNode | undefined {
    const first = this.#token()
    const node = first && this.#node(first, 0)
    return node && this.#text.slice(this.#at).trim() === '' ? node : undefined
  }

  /** Takes marks and plain strings, which are most of a text, by their characters: an expression takes several times as long. */
  #token(): Token | undefined {
    const text = this.#text
    const at = this.#at
    const mark = MARKS.get(text.charAt(at))
    if (mark) {
      this.#at += 1
      return mark
    }
    if (text.charCodeAt(at) !== QUOTE) return this.#anyToken()
    let end = at + 1
    for (let unit = text.charCodeAt(end); unit !== QUOTE; unit = text.charCodeAt(end)) {
      // Behind the end it is NaN.
      if (!(unit >= SPACE) || unit === BACKSLASH) return this.#anyToken()
      end += 1
    }
    this.#at = end + 1
    return { kind: 'string', raw: text.slice(at, end + 1) }
  }

  #anyToken(): Token | undefined {
    TOKEN.lastIndex = this.#at
    const match = TOKEN.exec(this.#text)
    if (!match) return undefined
    this.#at = TOKEN.lastIndex
    const [, mark, string, number, literal] = match
    if (mark !== undefined) return { kind: 'mark', raw: mark }
    if (string !== undefined) return { kind: 'string', raw: string }
    if (number !== undefined) return { kind: 'number', raw: number }
    return literal === undefined ? undefined : { kind: 'literal', raw: literal }
  }

  #node({ kind, raw }: Token, depth: number): JsonNode | undefined {
    this.#nodes += 1
    if (depth > MAX_DEPTH || this.#nodes > MAX_NODES) return undefined
    if (kind !== 'mark') return { kind, raw }
    if (raw === '{') return this.#object(depth + 1)
    return raw === '[' ? this.#array(depth + 1) : undefined
  }

  #object(depth: number): JsonNode | undefined {
    const members: JsonMember[] = []
    let token = this.#token()
    if (token?.raw === '}') return { kind: 'object', members }
    while (token?.kind === 'string') {
      const key = token.raw
      if (this.#token()?.raw !== ':') return undefined
      const first = this.#token()
      const value = first && this.#node(first, depth)
      if (!value) return undefined
      members.push({ key, value })
      const next = this.#token()
      if (next?.raw === '}') return { kind: 'object', members }
      if (next?.raw !== ',') return undefined
      token = this.#token()
    }
    return undefined
  }

  #array(depth: number): JsonNode | undefined {
    const items: JsonNode[] = []
    let token = this.#token()
    if (token?.raw === ']') return { kind: 'array', items }
    while (token) {
      const item = this.#node(token, depth)
      if (!item) return undefined
      items.push(item)
      const next = this.#token()
      if (next?.raw === ']') return { kind: 'array', items }
      if (next?.raw !== ',') return undefined
      token = this.#token()
    }
    return undefined
  }
}

/** Number of values and members in a tree, including itself, and number of characters of its compact text. */
export function sizeOf(node: JsonNode): { parts: number; length: number } {
  const size = { parts: 0, length: 0 }
  measure(node, size)
  return size
}

function measure(node: JsonNode, size: { parts: number; length: number }): void {
  size.parts += 1
  if (node.kind === 'object') {
    size.parts += node.members.length
    // Two braces, a colon for each member, and a comma between two.
    size.length += Math.max(2, 2 * node.members.length + 1)
    for (const { key, value } of node.members) {
      size.length += key.length
      measure(value, size)
    }
  } else if (node.kind === 'array') {
    size.length += Math.max(2, node.items.length + 1)
    for (const item of node.items) measure(item, size)
  } else size.length += node.raw.length
}
