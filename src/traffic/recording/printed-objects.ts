import { MOST_LEVELS } from '../../wire/protocol/json-object.ts'

/** Stands for what `util.inspect` does not show, such as objects below its depth. */
const HIDDEN = Symbol('hidden')

/** Whether a printed value, or a part of it, was not shown. */
export function isHidden(value: unknown): boolean {
  if (value === HIDDEN) return true
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(isHidden)
}

/** The second line of a response or an error of axios. */
const FIRST_MEMBER = /^ {2}(?:status|isAxiosError|message|code|config|response): /

/** Levels around the body that are read as well. */
const AROUND = 8

/**
 * The objects that `console.log` printed into a log, as far as they look like those of axios.
 *
 * @returns `cut`: the line of one that has no end; `deep`: of one that is nested too deep to be read
 */
export function printedObjects(text: string): {
  readonly objects: readonly { readonly line: number; readonly value: unknown }[]
  readonly cut?: number
  readonly deep?: number
} {
  const objects: { line: number; value: unknown }[] = []
  let line = 1
  let counted = 0
  for (let at = text.indexOf('{\n'); at !== -1; at = text.indexOf('{\n', at)) {
    if (!FIRST_MEMBER.test(text.slice(at + 2, at + 40))) {
      at += 2
      continue
    }
    for (let feed = text.indexOf('\n', counted); feed !== -1 && feed < at; feed = text.indexOf('\n', feed + 1)) {
      line += 1
      counted = feed + 1
    }
    const printed = new PrintedValue(text, at)
    const value = printed.read()
    if (printed.isTooDeep) return { objects, deep: line }
    if (printed.isCut) return { objects, cut: line }
    objects.push({ line, value })
    at = printed.at
  }
  return { objects }
}

const BLANK = /\s*/y
const NUMBER = /-?\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?n?(?=[\s,}\]])/y
const WORD = /[^\s,{}[\]'"`]+/y
const KEY = /(?:[A-Za-z_$][\w$]*|\[?Symbol\([^)\n]*\)\]?|<[^>\n]*>|\[[^\]\n]*\])(?=:)/y
const TAG = /\[[A-Za-z][^\]\n]*\]/y
const MORE = /\.\.\. \d+ more \w+/y
const WORDS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null, undefined }
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', '0': '\0' }

/** Reads a value that `util.inspect` printed. */
class PrintedValue {
  at: number
  isCut = false
  isTooDeep = false
  #levels = 0
  readonly #text: string

  constructor(text: string, at: number) {
    this.#text = text
    this.at = at
  }

  read(): unknown {
    this.#take(BLANK)
    const character = this.#text[this.at]
    if (character === undefined) return this.#cut()
    if (character === '{') return this.#inside(() => this.#object())
    if (/['"`]/.test(character)) return this.#string()
    if (this.#take(TAG) !== '') return this.#named(HIDDEN)
    if (character === '[') return this.#inside(() => this.#list())
    const number = this.#take(NUMBER)
    if (number !== '') return Number(number)
    const word = this.#take(WORD)
    if (Object.hasOwn(WORDS, word)) return WORDS[word]
    return word === '' ? this.#skip() : this.#named(HIDDEN)
  }

  /** An object behind its class, such as `Object [AxiosHeaders] {`, or something else that has a name. */
  #named(otherwise: unknown): unknown {
    for (;;) {
      this.#take(/[ \t]*/y)
      const character = this.#text[this.at]
      if (character === '{') return this.#inside(() => this.#object())
      if (character === undefined) return this.#cut()
      if (/[,}\]\n]/.test(character)) return otherwise
      if (this.#take(TAG) === '' && this.#take(WORD) === '') this.#skip()
    }
  }

  #inside(read: () => unknown): unknown {
    if (this.#levels === MOST_LEVELS + AROUND) {
      this.isTooDeep = true
      return this.#cut()
    }
    this.#levels += 1
    const value = read()
    this.#levels -= 1
    return value
  }

  #object(): unknown {
    const members: [string, unknown][] = []
    this.at += 1
    for (;;) {
      this.#take(BLANK)
      const character = this.#text[this.at]
      if (character === undefined) return this.#cut()
      if (character === '}') break
      if (character === ',') this.at += 1
      else {
        const key = /['"`]/.test(character) ? this.#string() : this.#take(KEY)
        if (this.#text[this.at] === ':') {
          this.at += 1
          members.push([String(key), this.read()])
        } else if (key === '') members.push(['', this.#take(MORE) === '' ? this.read() : HIDDEN])
        if (this.isCut) return HIDDEN
      }
    }
    this.at += 1
    return Object.fromEntries(members.filter(([key]) => key !== '__proto__'))
  }

  #list(): unknown {
    const items: unknown[] = []
    this.at += 1
    for (;;) {
      this.#take(BLANK)
      const character = this.#text[this.at]
      if (character === undefined) return this.#cut()
      if (character === ']') break
      if (character === ',') this.at += 1
      else items.push(this.#take(MORE) === '' ? this.read() : HIDDEN)
      if (this.isCut) return HIDDEN
    }
    this.at += 1
    return items
  }

  /** A text, which may be printed in several pieces. */
  #string(): unknown {
    let value = ''
    for (;;) {
      const quote = this.#text[this.at]
      const from = this.at + 1
      let end = from
      while (end < this.#text.length && this.#text[end] !== quote) end += this.#text[end] === '\\' ? 2 : 1
      if (end >= this.#text.length) return this.#cut()
      value += this.#text.slice(from, end).replaceAll(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(.))/gs, unescaped)
      this.at = end + 1
      if (this.#take(/ \+\s+(?=['"`])/y) === '') break
    }
    return this.#take(/\.\.\. \d+ more characters?/y) === '' ? value : HIDDEN
  }

  #skip(): unknown {
    this.at += 1
    return HIDDEN
  }

  #cut(): unknown {
    this.isCut = true
    this.at = this.#text.length
    return HIDDEN
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const [match = ''] = pattern.exec(this.#text) ?? []
    this.at += match.length
    return match
  }
}

function unescaped(_: string, hex = '', unicode = '', character = ''): string {
  if (hex + unicode !== '') return String.fromCharCode(Number.parseInt(hex + unicode, 16))
  return ESCAPES[character] ?? character
}
