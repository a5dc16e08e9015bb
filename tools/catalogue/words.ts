/** Reads the limits that a description states in words. What is not read surely is left: a wrong fact would refuse a right client. */
import type { FieldFacts } from '../../src/catalogue/facts.ts'
import type { Example, Page, Row } from './page.ts'
import { plain } from './page.ts'
import { withoutGaps } from './shape.ts'

export const KINDS = ['characters', 'length', 'entries', 'range', 'https', 'fixed', 'together'] as const

type Kind = (typeof KINDS)[number]

/** The limits that words can state. */
export type Limits = Pick<FieldFacts, 'min' | 'max' | 'entries' | 'pattern' | 'values' | 'https' | 'orElse' | 'notWith'>

/** A sentence that states a limit, or looks as if it did. */
export interface Sentence {
  readonly file: string
  readonly line: number
  readonly name: string
  readonly kind: Kind
  readonly text: string
  /** Left out for a sentence that was not understood, or that an example of its page contradicts. */
  readonly limits?: Limits
}

/** Receives each sentence about a limit. */
export type Noted = (sentence: Sentence) => void

/** Whether an example meets the limits of a member. */
export function allows({ min, max, pattern, values, https }: Limits, example: Example): boolean {
  if (typeof example === 'number') return example >= (min ?? example) && example <= (max ?? example)
  if (typeof example === 'boolean') return values?.includes(String(example)) ?? true
  const length = [...example].length
  if (length < (min ?? 0) || length > (max ?? length)) return false
  if (pattern !== undefined && !new RegExp(pattern).test(example)) return false
  return (values?.includes(example) ?? true) && !(https && example.startsWith('http://'))
}

/**
 * The limits in the description of a member.
 *
 * @param siblings the members of the same object, which it may name
 */
export function limitsInWords(
  page: Page,
  row: Row,
  field: FieldFacts,
  siblings: readonly FieldFacts[],
  noted: Noted,
): Limits {
  let all: Limits = {}
  for (const text of sentencesOf(row.cells[3] ?? '')) {
    for (const kind of KINDS) {
      const { of, looks, read } = READERS[kind]
      const found = of(field) ? looks.exec(text) : null
      if (found === null) continue
      const stated = read(text, field, siblings)
      if (stated !== undefined && Object.keys(stated).length === 0) continue
      const before = text.slice(0, found.index)
      const isOnCondition = CONDITION.test(before) || (kind === 'entries' && OF_A_PART.test(before))
      const limits = isOnCondition ? undefined : stated
      const examples = field.list ? [] : (page.examples.get(field.name) ?? [])
      const isKept = limits !== undefined && examples.every((example) => allows(limits, example))
      if (isKept) all = both(all, limits)
      noted(
        withoutGaps<Sentence>({
          file: page.file,
          line: row.line,
          name: field.name,
          kind,
          text,
          limits: isKept ? limits : undefined,
        }),
      )
    }
  }
  return all
}

/** The limits of two sentences about one member; of two patterns, all that either has. */
function both(one: Limits, other: Limits): Limits {
  const patterns = [one.pattern, other.pattern].filter((pattern) => pattern !== undefined)
  return { ...one, ...other, ...(patterns.length > 0 && { pattern: eitherPattern(patterns) }) }
}

/** The sentences and the numbered points of a description, without its title. */
function sentencesOf(cell: string): string[] {
  return plain(cell.replace(/<\/?\w+\s*\/?>/g, '\n'))
    .replace(/^【[^】]*】/, '')
    .replaceAll('`', '')
    .split(/[\n。；;]|(?:^|[\s：])\d{1,2}[、.)）]\s*/m)
    .map((text) => text.trim())
    .filter((text) => text !== '')
}

/** Words before a limit that holds in some cases only; that the member is given at all does not count as one. */
const CONDITION =
  /若|如果(?!有)|如需(?!要配置)|如为|如[A-Za-z]|当[^前]|时[，,：]|时不|场景[下时]|情况|模式下|否则|建议|可以选/

/** Words before a limit for each entry, not for their number. */
const OF_A_PART = /[每单]个[^，,]*$|一个.*下/

interface Reader {
  readonly of: (field: FieldFacts) => boolean
  /** Sentences that look like one. */
  readonly looks: RegExp
  /** `undefined` for a sentence that is not understood; without members for one that says no more than the table. */
  readonly read: (text: string, field: FieldFacts, siblings: readonly FieldFacts[]) => Limits | undefined
}

const isFree = ({ type, encrypted, time, values }: FieldFacts) => type === 'string' && !(encrypted || time || values)

const READERS: Readonly<Record<Kind, Reader>> = {
  characters: {
    of: isFree,
    looks:
      /^数字，(?:长度)?不超过|只能(?:是|由|填写)|必须(?:是|仅包含)(?=字母|数字|大小写)|仅(?:允许)?(?:支持|包含)(?=.*(?:字母|数字))|(?:由|可使用|可以是|可包含).{0,12}(?:数字|字母)|\[0-9/,
    read(text) {
      const digits = /^数字，/.test(text) ? '0-9' : undefined
      const patterns = [digits, listedCharacters(text), /[:：]\s*\[([^\]]+)\]/.exec(text)?.[1]].filter(
        (one) => one !== undefined,
      )
      return patterns.length === 0 ? undefined : { pattern: eitherPattern(patterns.map((one) => `^[${one}]+$`)) }
    },
  },
  length: {
    of: isFree,
    looks:
      /\d+\s*[-~～]\s*\d+\s*个?(?:UTF-?8)?字符|最短\s*\d+|字符长度为|(?:超过|最[多长]|限制|[要求]求?)\D{0,4}\d+\s*个?(?:UTF-?8)?-?字符/i,
    read(text, { max }) {
      const [, from, to] =
        /(\d+)\s*[-~～]\s*(\d+)\s*个?(?:UTF-?8)?字符/i.exec(text) ??
        /字符长度为\s*【\s*(\d+)\s*[,，]\s*(\d+)\s*】/.exec(text) ??
        []
      const least = from ?? /最短\s*(\d+)\s*个字符/.exec(text)?.[1]
      const most = to ?? /(?:超过|最[多长]|限制|要求)\D{0,4}(\d+)\s*个?(?:UTF-?8)?-?字符/i.exec(text)?.[1]
      if (least === undefined && most === undefined) return undefined
      return withoutGaps<Limits>({
        min: Number(least ?? 0) > 1 ? Number(least) : undefined,
        max: max === undefined && most !== undefined ? Number(most) : undefined,
      })
    },
  },
  entries: {
    of: ({ list }) => list === true,
    looks:
      /(?:最[多少大]|至少|不能?超过)[^，,]{0,12}?(?<!之)(?:\d+|[一二两三四五六七八九十])\s*(?!\d|个?(?:UTF|字)|M)|个数限制/,
    read(text, { type }) {
      const [, from, to] = /个数限制为\s*【\s*(\d+)\s*[,，]\s*(\d+)\s*】/.exec(text) ?? []
      const least = from ?? new RegExp(`(?:至少|最少)${DOING}(${COUNT})(?:${COUNTED}|$|，)`).exec(text)?.[1]
      const most = to ?? new RegExp(`(?:最多|最大|不能?超过)${DOING}(${COUNT})\\s*(?:${COUNTED}|$)`).exec(text)?.[1]
      if (least === undefined && most === undefined) return undefined
      const [min, max] = [least && countOf(least), most && countOf(most)].map((count) => count || undefined)
      return type === 'string'
        ? { entries: max === undefined ? [min ?? 0] : [min ?? 0, max] }
        : withoutGaps<Limits>({ min, max })
    },
  },
  range: {
    of: ({ type, list }) => type === 'integer' && !list,
    looks: /最[大小多少高低长]|[大小]于|不能?超过|范围|[<>≤≥＜＞]|不(?:可以?|能|允许)为\s*[0零]/,
    read(text, { fen }) {
      const [, from, to] =
        /(?:范围(?:为|是)?|取值(?:在|为))[:：]?\s*[[【［]\s*(-?\d+)\s*[,，]\s*(\d+)\s*[\]】］]/.exec(text) ??
        /范围(?:为|是)?[:：]?\s*(\d+)\s*[~～-]\s*(\d+)(?!\d)/.exec(text) ??
        []
      const above = /必须\s*(?:大于|[>＞])\s*0(?![.\d])|不(?:可以?|能|允许)为\s*[0零]/.test(text) ? '1' : undefined
      const least =
        from ??
        above ??
        amountIn(text, /(?:最[少小低]|至少|不(?:能|可|得)?(?:小于|少于|低于)|大于等于|≥|>=)(?:为|值)?/, fen)
      const most =
        to ?? amountIn(text, /(?:最[多大高](?:值|为|可以?配置)?|不(?:能|可|得)?(?:超过|大于)|小于等于|≤|<=)/, fen)
      if (least === undefined && most === undefined) return undefined
      return withoutGaps<Limits>({
        min: least === undefined ? undefined : Number(least),
        max: most === undefined ? undefined : Number(most),
      })
    },
  },
  https: {
    of: isFree,
    looks: /https(?!:\/\/)/i,
    read: (text) =>
      /(?:仅支持|只接受|须为|必须支持|必须使用|必须是|满足)\s*https(?!.*http(?!s))/i.test(text) &&
      !/公网域名必须/.test(text)
        ? { https: true }
        : undefined,
  },
  fixed: {
    of: ({ type, values }) => (type === 'boolean' || type === 'string') && values === undefined,
    looks: /固定(?:传|填|为|返回|值)/,
    read(text, { type }) {
      const value = /固定(?:传入?|填写?)\s*[:：]?\s*[“"]?([A-Za-z]\w*)/.exec(text)?.[1]
      if (value === undefined || (type === 'boolean' && !/^(?:true|false)$/.test(value))) return undefined
      return { values: [value] }
    },
  },
  together: {
    of: ({ required }) => required !== true,
    looks: /二选一|必填一个|必须.*之一(?:$|，)|至少传一个|不能同时|不可(?:与|同时)/,
    read(text, field, siblings) {
      const others = siblings
        .filter((one) => one.name !== field.name && one.required !== true)
        .filter(
          ({ name, title }) =>
            new RegExp(`(?<![A-Za-z_])${name}(?![A-Za-z_])`).test(text) || (title && text.includes(title)),
        )
        .map(({ name }) => name)
      const isOne = /必须且只能|不允许都填写/.test(text)
      const isNotBoth = /不能同时|不可(?:与|同时)/.test(text)
      if (others.length === 0 || (others.length > 1 && !isNotBoth)) return undefined
      return { ...(!isNotBoth && { orElse: others }), ...((isOne || isNotBoth) && { notWith: others }) }
    },
  },
}

/** Verbs between 最多 and a number. */
const DOING =
  '(?:可以?|支持|允许|只允许|只能|能|有|配置|上传|提交|录入|填入|填写|传入|传|批量|关联|取消|商品单条数|：|:|\\s)*'
const COUNT = '\\d[\\d,]*|[一二两三四五六七八九十]'
const COUNTED = '条|张|项|行|人|组|家|个(?!\\s*(?:字|UTF|中文|英文|汉))'

const DIGITS = '零一二三四五六七八九十'

const countOf = (text: string) =>
  text === '两' ? 2 : DIGITS.includes(text) ? DIGITS.indexOf(text) : Number(text.replaceAll(',', ''))

/** The number after some words, in fen if it is one of yuan. */
function amountIn(text: string, words: RegExp, fen: true | undefined): string | undefined {
  const after = '[:：]?\\s*(\\d[\\d,]*)\\s*([万亿])?\\s*(元)?(?![\\d.%年-])'
  const [, digits, unit, yuan] = new RegExp(words.source + after).exec(text) ?? []
  if (digits === undefined || (yuan !== undefined && !fen)) return undefined
  const factor = (unit === '万' ? 1e4 : unit === '亿' ? 1e8 : 1) * (yuan === undefined ? 1 : 100)
  return String(Number(digits.replaceAll(',', '')) * factor)
}

/** Characters by the words for them; the first that fits counts. */
const CHARACTERS: readonly (readonly [words: RegExp, characters: string])[] = [
  [
    /^(?:[、，,／/\s“”"]|英文半角(?:的|字符)|半角的|以及|和|与|或|及|的?任意组合|中的一种或几种|这些|特殊符号|等内容)/,
    '',
  ],
  [/^(?:阿拉伯)?数字/, '0-9'],
  [/^小写(?:英文)?字母/, 'a-z'],
  [/^大写(?:英文)?字母/, 'A-Z'],
  [/^(?:大小写)?(?:英文)?字母/, 'a-zA-Z'],
  [/^下划线/, '_'],
  [/^竖线/, '|'],
  [/^星号/, '*'],
  [/^(?:短横线|中划线|连接线|连字符)/, '-'],
  [/^[|｜]/, '|'],
  [/^[_*@-]/, ''],
]

const ONLY =
  /只能(?:是|由|填写)|必须(?:是|仅包含)|仅(?:允许)?(?:支持|包含)|(?:(?:由|可使用|可以是)(?=.*(?:组成|任意组合))|可包含(?=.*不允许))/

/** The characters in a list such as 只能是数字、大小写字母_-|*. */
function listedCharacters(text: string): string | undefined {
  const only = ONLY.exec(text)
  if (only === null) return undefined
  let rest = text.slice(only.index + only[0].length)
  let characters = ''
  for (;;) {
    const next = CHARACTERS.map(([words, which]) => ({ word: words.exec(rest)?.[0], which })).find(({ word }) => word)
    if (next?.word === undefined) break
    characters += next.which === '' && /^[_*@-]$/.test(next.word) ? next.word : next.which
    rest = rest.slice(next.word.length)
  }
  const isWhole = /^(?:$|组成|且|同一|长度|建议|如|[:：]|不允许|在|该|和(?=微信))/.test(rest)
  return isWhole && /0-9|[az]-/.test(characters) ? characters : undefined
}

/** One pattern for all characters of several that {@link limitsInWords} made. */
export function eitherPattern(patterns: readonly string[]): string {
  const characters = patterns.map((pattern) => pattern.slice('^['.length, -']+$'.length)).join('')
  const ranges = ['0-9', 'a-z', 'A-Z'].filter((range) => characters.includes(range))
  const symbols = new Set(ranges.reduce((rest, range) => rest.replaceAll(range, ''), characters))
  const isHyphen = symbols.delete('-')
  const ordered = ['_', '|', '*', '@'].filter((symbol) => symbols.delete(symbol))
  return `^[${[...ranges, ...ordered, ...symbols].join('')}${isHyphen ? '-' : ''}]+$`
}
