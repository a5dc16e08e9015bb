/** A text of at most so many characters and an ellipsis; no character is split. */
export function shortened(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** A text in both languages of the user interface. */
export interface Texts {
  readonly en: string
  readonly zh: string
}

/** Another program's words, the same in both languages. */
export function quoted(words: string): Texts {
  return { en: words, zh: words }
}

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** A text built in the same way for each language. */
export function inBoth(say: (language: Language) => string): Texts {
  return { en: say('en'), zh: say('zh') }
}

/** Joins words the way the language writes a list. */
export function listed(words: readonly string[], language: Language): string {
  return words.join(language === 'zh' ? '、' : ', ')
}

export function sentences(texts: readonly Texts[]): Texts {
  return { en: texts.map(({ en }) => en).join(' '), zh: texts.map(({ zh }) => zh).join('') }
}

/**
 * The cost of turning one list into another: 1 for each insertion or deletion, and `cost` for each replacement. A text counts as the list of its
 * characters.
 */
export function editDistance(
  one: Iterable<string>,
  other: Iterable<string>,
  cost: (a: string, b: string) => number = (a, b) => (a === b ? 0 : 1),
): number {
  const target = [...other]
  let row = target.map((_, i) => i + 1)
  let length = 0
  for (const a of one) {
    let diagonal = length
    length += 1
    let left = length
    row = row.map((above, j) => {
      const here = Math.min(left + 1, above + 1, diagonal + cost(a, target[j] ?? ''))
      diagonal = above
      left = here
      return here
    })
  }
  return row.at(-1) ?? length
}

/** The fraction of a word that may differ from the intended one. */
const TYPING_ERRORS = 0.4

/** The known word that an unknown one most likely means, ignoring case; `undefined` if none is similar. */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
  // A word differs by what it is longer at least, so a text without end is compared with nothing.
  const ofLength = (length: number) => Math.abs(word.length - length) / Math.max(word.length, length, 1)
  const [nearest] = words
    .filter((candidate) => ofLength(candidate.length) <= TYPING_ERRORS)
    .map((candidate) => ({
      candidate,
      difference: mistakes(word.toLowerCase(), candidate.toLowerCase()) / Math.max(word.length, candidate.length, 1),
    }))
    .toSorted(
      (a, b) => a.difference - b.difference || editDistance(word, a.candidate) - editDistance(word, b.candidate),
    )
  return nearest !== undefined && nearest.difference <= TYPING_ERRORS ? nearest.candidate : undefined
}

/** Advice that follows the refusal of an unknown word: the known one that is meant, or else all of them. */
export function inItsPlace(meant: string | undefined, known: readonly string[]): Texts {
  return meant === undefined
    ? { en: ` There are: ${listed(known, 'en')}.`, zh: `可用的有：${listed(known, 'zh')}。` }
    : { en: ` Did you mean ${meant}?`, zh: `是否想写 ${meant}？` }
}

/** Swapped letters, as in `prot`, count as one mistake. */
function mistakes(word: string, other: string): number {
  const distance = editDistance(word, other)
  const sorted = (text: string) => [...text].sort().join('')
  return distance === 2 && sorted(word) === sorted(other) ? 1 : distance
}

/** How many ranges of a header are examined; nobody ranks more languages than these. */
const RANGE_LIMIT = 32

/** A language range such as `zh-CN;q=0.9`: its primary language and its quality. */
const RANGE = /^\s*(\*|[a-z]{1,8})(?:-[a-z\d]{1,8})*\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i

/**
 * The language to answer in: the one of ours that an `Accept-Language` header prefers (RFC 9110, 12.5.4); if it likes both equally, the first.
 *
 * @param accepted the header; malformed ranges count as absent
 * @param otherwise used if the header is missing or prefers neither, such as `*` or `fr`
 */
export function preferredLanguage(accepted: string | null | undefined, otherwise: Language): Language {
  const qualities = new Map<string, number>()
  for (const range of accepted?.split(',', RANGE_LIMIT) ?? []) {
    const [, primary, quality = '1'] = RANGE.exec(range) ?? []
    const name = primary?.toLowerCase()
    if (name !== undefined) qualities.set(name, Math.max(Number(quality), qualities.get(name) ?? 0))
  }
  const qualityOf = (language: Language) => qualities.get(language) ?? qualities.get('*') ?? 0
  const named = [...qualities.keys()].filter((name): name is Language => LANGUAGES.some((one) => one === name))
  const [best = otherwise] = [...new Set([...named, otherwise, ...LANGUAGES])].toSorted(
    (one, other) => qualityOf(other) - qualityOf(one),
  )
  return qualityOf(best) > 0 ? best : otherwise
}

export type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeCase<Rest>}`
    : `_${Lowercase<First>}${SnakeCase<Rest>}`
  : Name

/** A camelCase name as JSON writes it: `subsidyReturns` is `subsidy_returns`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/**
 * Why a text is not JSON, as part of a sentence. `JSON.parse` speaks English only, so the Chinese text gives the position, counted from 1.
 *
 * @param said message of `JSON.parse`, which includes the position in some cases
 */
export function jsonFault(said: string): Texts {
  const position = /at position (\d+)/.exec(said)?.[1]
  return { en: said, zh: position === undefined ? '内容不完整或有误' : `第 ${Number(position) + 1} 个字符处有误` }
}

/** A text that a user sees on the phone, with the reason for the developer behind it. */
export function behind(shown: string, { en, zh }: Texts): Texts {
  return { en: `${shown}: ${en}`, zh: `${shown}：${zh}` }
}

/** Takes a text of {@link behind} apart; the first of the texts that users see stands in for one that has none. */
export function apart(
  text: string,
  [usual, ...others]: readonly [string, ...string[]],
): { readonly shown: string; readonly why: string } {
  const shown = [usual, ...others].find((one) => text.startsWith(one))
  if (shown === undefined) return { shown: usual, why: text }
  return { shown, why: text.slice(shown.length).replace(/^[:：]\s*/, '') }
}

/** Whether two lists have the same texts in the same order. */
export function sameValues(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i])
}

/**
 * A text as it can be shown beside others: invisible characters, and those that reverse the line, are escaped as in JSON.
 * Line feeds and tabs stay.
 */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b\ufeff]/gu, (character) => {
    if (character === '\n' || character === '\t') return character
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}

/** A time of the control API as a person reads it, in the zone that it is in: `2026-11-25 12:00:00 +08:00`. */
export function readable(time: string): string {
  return time.replace('T', ' ').replace(/(?:\.000)?([+-]\d\d:\d\d|Z)$/, ' $1')
}

const TIME_WITHIN = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d|Z)/g

/** A text with each of its times as people read them: those of China, which is the zone of all others on the page, without their zone. */
export function withReadableTimes(text: string): string {
  return text.replaceAll(TIME_WITHIN, (time) => readable(time).replace(' +08:00', ''))
}

/** The same to the second, and without its zone, as a list has room for it: `2026-11-25 12:00:00`. */
export function readableInShort(time: string): string {
  return readable(time).slice(0, '2026-11-25 12:00:00'.length)
}

/** Orders texts by their code units: the same on every machine, whatever its language. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
