import { UsageError } from '../wire/protocol/errors.ts'
import { firstRounded, withLargeIntegers } from '../wire/protocol/large-integers.ts'
import { isError } from '../wire/shared/errors.ts'
import { jsonFault, shortened, type Texts } from '../wire/shared/texts.ts'
import {
  MOST_MEMBERS,
  misfitAt,
  PIECE,
  pointer,
  THING_LIMITS,
  TOO_DEEP,
  TOO_MANY_MEMBERS,
  TOO_MANY_VALUES,
} from './world/read-input.ts'

/** The largest element or other member, in MiB. */
const LARGEST_MIB = 16
const TOO_LARGE = { en: `larger than ${LARGEST_MIB} MiB`, zh: `超过 ${LARGEST_MIB} MiB` }

/** How many bytes of a list are parsed at once. */
const STRETCH_BYTES = 262_144

const TWICE = { en: 'there twice, leave one out', zh: '出现了两次，请去掉一个' }

/** Bytes of a text. */
interface Stretch {
  readonly from: number
  readonly until: number
}

/** Elements of a list that stand next to each other. An empty list has one stretch of one element, with nothing in it. */
export interface Elements extends Stretch {
  readonly elements: number
}

/** Where a JSON text has a value, or the elements of a list. */
export type Place = { readonly value: Stretch } | { readonly list: readonly Elements[] }

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf]

/** Limits of a text. */
export interface OutlineRules {
  /** Elements of all lists that have parts. */
  readonly mostElements: number
  /** Whether lists that are members have parts too, as in a world. */
  readonly splitsMembers: boolean
  /** Called with the name of each member of an object; throws to refuse it. */
  readonly checkMember?: (name: string) => void
}

/**
 * Finds the parts of a JSON text while it arrives: each can then be parsed by itself, and a text that cannot be taken is refused before the rest of it
 * has come. It looks for the bounds of strings, lists and objects only; whoever parses the parts finds what else is wrong.
 */
export class JsonOutline {
  readonly #rules: OutlineRules
  #members: Map<string, Place> | undefined
  #place: Place | undefined
  #expected: 'value' | 'member' | 'name' | 'colon' | 'member value' | 'thing' | 'element' | 'comma' | 'nothing' =
    'value'
  #at = 0
  #isInString = false
  #isEscaped = false
  #depth = 0
  /** Depth at which a comma ends an element or another value. */
  #level = 0
  #name: string | undefined
  /** Beginning of the current name, element or other value; its values; and whether a list or object in it has just begun. */
  #from = 0
  #values = 1
  #hasBegun = false
  /** The current list, and the beginning of its last stretch, with its elements and values. */
  #list: Elements[] = []
  #stretchFrom = 0
  #stretchElements = 0
  #stretchValues = 0
  /** Elements of the current list, and of all. */
  #elements = 0
  #allElements = 0

  constructor(rules: OutlineRules) {
    this.#rules = rules
  }

  /**
   * Reads what has arrived since the last time.
   *
   * @param bytes the text from its beginning
   * @throws UsageError `MOCK_INPUT` for what is too large, too deep or there twice, `MOCK_JSON` for invalid JSON
   */
  read(bytes: Uint8Array): void {
    for (; this.#at < bytes.length; this.#at++) {
      const byte = bytes[this.#at] ?? 0
      if (this.#isInString) this.#readInString(byte, bytes)
      else if (byte > 0x20 || !SPACES.has(byte)) this.#readOutside(byte)
    }
    const isWithin = this.#expected === 'thing' || this.#expected === 'element' || this.#expected === 'name'
    if (isWithin && this.#at - this.#from > LARGEST_MIB * 1_048_576) this.#refuse(TOO_LARGE)
  }

  /** The parts of a text that is there as a whole, those of each member if it is an object. @throws UsageError `MOCK_JSON` if it is cut off */
  end(): Place | ReadonlyMap<string, Place> {
    if (this.#expected === 'thing' && this.#level + this.#depth === 0 && !this.#isInString) this.#endThing()
    const place = this.#members ?? this.#place
    if (this.#expected !== 'nothing' || !place) throw notJson({ en: 'it is cut off', zh: '内容不完整' })
    return place
  }

  #readInString(byte: number, bytes: Uint8Array): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === BACKSLASH) this.#isEscaped = true
    else if (byte === QUOTE) {
      this.#isInString = false
      if (this.#expected === 'name') this.#beginMember(bytes)
    }
  }

  #readOutside(byte: number): void {
    switch (this.#expected) {
      case 'thing':
      case 'element':
        this.#readWithin(byte)
        break
      case 'value':
        if (byte === BYTE_ORDER_MARK[this.#at]) break
        if (byte === OPEN_OBJECT) this.#beginObject()
        else this.#beginValue(byte, true)
        break
      case 'member':
        if (byte === QUOTE) this.#beginName()
        else if (byte === CLOSE_OBJECT && this.#members?.size === 0) this.#expected = 'nothing'
        else this.#refuseByte()
        break
      case 'colon':
        if (byte !== COLON) this.#refuseByte()
        this.#expected = 'member value'
        break
      case 'member value':
        this.#beginValue(byte, this.#rules.splitsMembers)
        break
      case 'comma':
        this.#readAfterMember(byte)
        break
      default:
        this.#refuseByte()
    }
  }

  #beginObject(): void {
    this.#members = new Map()
    this.#depth = 1
    this.#expected = 'member'
  }

  #beginName(): void {
    this.#from = this.#at
    this.#isInString = true
    this.#expected = 'name'
  }

  #beginMember(bytes: Uint8Array): void {
    const name = parsed(bytes, { from: this.#from, until: this.#at + 1 })
    this.#name = String(name)
    if (this.#members?.has(this.#name)) this.#refuse(TWICE)
    if (this.#members && this.#members.size >= MOST_MEMBERS) throw misfitAt('', TOO_MANY_MEMBERS)
    this.#rules.checkMember?.(this.#name)
    this.#expected = 'colon'
  }

  #beginValue(byte: number, splits: boolean): void {
    const isList = splits && byte === OPEN_LIST
    this.#level = this.#depth
    this.#expected = isList ? 'element' : 'thing'
    if (isList) {
      this.#list = []
      this.#elements = 0
      this.#depth += 1
      this.#level = this.#depth
      this.#beginStretch()
    } else {
      this.#from = this.#at
      this.#values = 1
      this.#readWithin(byte)
    }
  }

  #readWithin(byte: number): void {
    const isClosing = byte === CLOSE_LIST || byte === CLOSE_OBJECT
    if (this.#hasBegun && !isClosing) this.#countValue()
    this.#hasBegun = false
    if (byte === QUOTE) this.#isInString = true
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      this.#depth += 1
      this.#hasBegun = true
      if (this.#depth - this.#level > THING_LIMITS.depth) this.#refuse(TOO_DEEP)
    } else if (this.#depth > this.#level) {
      if (byte === COMMA) this.#countValue()
      else if (isClosing) this.#depth -= 1
    } else if (byte === COMMA || isClosing) {
      if (this.#expected === 'element') this.#endElement(byte)
      else if (this.#members) {
        this.#endThing()
        this.#readAfterMember(byte)
      } else this.#refuseByte()
    }
  }

  #countValue(): void {
    this.#values += 1
    if (this.#values > THING_LIMITS.values) this.#refuse(TOO_MANY_VALUES)
  }

  #endElement(byte: number): void {
    this.#elements += 1
    this.#allElements += 1
    this.#stretchElements += 1
    this.#stretchValues += this.#values
    const { mostElements } = this.#rules
    if (this.#allElements > mostElements) {
      const list = this.#name === undefined ? '' : pointer([this.#name])
      throw misfitAt(list, {
        en: `more than ${mostElements.toLocaleString('en')} elements in one call`,
        zh: `一次超过 ${mostElements.toLocaleString('zh')} 项`,
      })
    }
    const isLast = byte === CLOSE_LIST
    if (!isLast && byte !== COMMA) this.#refuseByte()
    const bytes = this.#at - this.#stretchFrom
    const isFull =
      this.#stretchElements >= PIECE.elements || this.#stretchValues >= PIECE.values || bytes >= STRETCH_BYTES
    if (isLast || isFull) {
      this.#list.push({ from: this.#stretchFrom, until: this.#at, elements: this.#stretchElements })
      this.#beginStretch()
    }
    this.#from = this.#at + 1
    this.#values = 1
    if (!isLast) return
    this.#depth -= 1
    this.#put({ list: this.#list })
  }

  #beginStretch(): void {
    this.#stretchFrom = this.#at + 1
    this.#stretchElements = 0
    this.#stretchValues = 0
    this.#from = this.#stretchFrom
    this.#values = 1
  }

  #endThing(): void {
    this.#put({ value: { from: this.#from, until: this.#at } })
  }

  #put(place: Place): void {
    this.#place = place
    if (this.#members && this.#name !== undefined) this.#members.set(this.#name, place)
    this.#expected = this.#members ? 'comma' : 'nothing'
  }

  #readAfterMember(byte: number): void {
    if (byte === CLOSE_OBJECT) this.#expected = 'nothing'
    else if (byte === COMMA) this.#expected = 'member'
    else this.#refuseByte()
  }

  get #keys(): readonly PropertyKey[] {
    return [
      ...(this.#name === undefined ? [] : [this.#name]),
      ...(this.#expected === 'element' ? [this.#elements] : []),
    ]
  }

  #refuse(texts: Texts): never {
    throw misfitAt(pointer(this.#keys), texts)
  }

  #refuseByte(): never {
    throw notJson({ en: `byte ${this.#at + 1} does not belong there`, zh: `第 ${this.#at + 1} 个字节有误` })
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** How much of an integer without end a refusal repeats. */
const SHOWN_DIGITS = 40

/** The value of a part of a text. @throws UsageError `MOCK_JSON`; `MOCK_INPUT` for an integer that would be rounded */
export function parsed(
  bytes: Uint8Array,
  { from, until }: Stretch,
  around: readonly [string, string] = ['', ''],
): unknown {
  let text: string
  let value: unknown
  try {
    text = around[0] + utf8.decode(bytes.subarray(from, until)) + around[1]
    value = JSON.parse(text)
  } catch (cause) {
    // Invalid UTF-8 and text that is not JSON: the only two ways in which a client can make these calls throw.
    const { en, zh } = jsonFault(isError(cause) ? cause.message : String(cause))
    const isWhole = from === 0 && until === bytes.length
    throw notJson(
      isWhole ? { en, zh } : { en: `${en} (from byte ${from + 1} on)`, zh: `${zh}（从第 ${from + 1} 个字节起）` },
      cause,
    )
  }
  const rounded = firstRounded(withLargeIntegers(text))?.integer
  if (!rounded) return value
  const shown = shortened(String(rounded), SHOWN_DIGITS)
  throw new UsageError('MOCK_INPUT', {
    en: `The body has the integer ${shown}, which is beyond ${Number.MAX_SAFE_INTEGER} and would be rounded: send a smaller one, or a text.`,
    zh: `请求体中的整数 ${shown} 的绝对值超过 ${Number.MAX_SAFE_INTEGER}，会丢失精度：请使用较小的整数，或字符串。`,
  })
}

export function notJson({ en, zh }: Texts, cause?: unknown): UsageError {
  return new UsageError(
    'MOCK_JSON',
    { en: `The body is not JSON in UTF-8: ${en}.`, zh: `请求体不是 UTF-8 编码的 JSON：${zh}。` },
    { cause },
  )
}
