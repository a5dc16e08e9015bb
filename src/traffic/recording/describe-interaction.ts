import type { StateInRecordings } from '../../control/provider-states/state.ts'
import type { ExchangeJson } from '../../products/json.ts'
import type { Language, Texts } from '../../wire/shared/texts.ts'
import { type Condition, errorOf, objectIn, operationNamed, queryOf, recordedCall, stateNamed } from './conditions.ts'
import { kindOf } from './number-stand-ins.ts'

/** The parts of a description, in order. */
interface Parts {
  /** The call's action, as its operation words it. */
  readonly does: Texts
  /** The things that the call may be about, as the states describe them, the best match last. */
  readonly things: readonly (readonly Texts[])[]
  readonly circumstances: readonly Texts[]
  /** Optional members of the call. */
  readonly optional: readonly string[]
  readonly refusal: string | undefined
}

/**
 * A description for an exchange, such as `links a usable coupon to an order` or `关联订单信息：可用的券`: the operation's action on the things that the states
 * describe. It distinguishes interactions, and does not include values that differ in every run.
 */
export function describeInteraction(
  exchange: ExchangeJson,
  conditions: readonly Condition[],
  language: Language,
): string {
  const operation = operationNamed(exchange.operation)
  const call = recordedCall(exchange)
  const said = conditions.map(({ name, params }) => {
    const recorded: StateInRecordings = stateNamed(name).recorded ?? {}
    return { things: recorded.things?.(params, call) ?? [], circumstances: recorded.circumstances }
  })
  const parts: Parts = {
    does: { en: operation?.summary ?? '', zh: operation?.title ?? '' },
    things: said.map(({ things }) => things).filter((things) => things.length > 0),
    circumstances: said.flatMap(({ circumstances }) => circumstances ?? []),
    optional: optionalMembers(exchange),
    refusal: refusalOf(exchange),
  }
  return language === 'zh' ? inChinese(parts) : inEnglish(parts)
}

function inEnglish({ does, things, circumstances, optional, refusal }: Parts): string {
  const sentence = things.reduce((told, choice) => withThing(told, choice), thirdPerson(does.en))
  return [
    [sentence, ...circumstances.map(({ en }) => en)].join(' '),
    ...(optional.length > 0 ? [`with ${ENGLISH_LIST.format(optional)}`] : []),
    ...(refusal === undefined ? [] : [`and is refused: ${refusal}`]),
  ].join(', ')
}

function inChinese({ does, things, circumstances, optional, refusal }: Parts): string {
  const details = [
    ...things.map((choice) => chosen(does.en, choice).zh),
    ...circumstances.map(({ zh }) => zh),
    ...(optional.length > 0 ? [`带有 ${optional.join('、')}`] : []),
    ...(refusal === undefined ? [] : [`被拒绝：${refusal}`]),
  ]
  return details.length === 0 ? does.zh : `${does.zh}：${details.join('，')}`
}

const ENGLISH_LIST = new Intl.ListFormat('en-GB')

/** `Link a coupon to an order` in the third person, as an action of the consumer. */
function thirdPerson(summary: string): string {
  return summary.replace(/^[A-Z][a-z]*/, (word) => {
    const verb = word.toLowerCase()
    if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ies`
    return /(?:s|x|ch|sh)$/.test(verb) ? `${verb}es` : `${verb}s`
  })
}

/** Replaces the matching noun of a sentence with a thing, or appends the thing. */
function withThing(sentence: string, choice: readonly Texts[]): string {
  const { en } = chosen(sentence, choice)
  const place = placeOf(en, sentence)
  if (!place) return `${sentence}: ${en}`
  const { before, rest } = place
  // It already states its relation to the next thing: "a coupon that is linked to another order", so "to an order" is not repeated.
  if (lastWord(rest) !== '' && lastWord(rest) === lastWord(en)) return before + en
  if (!rest.startsWith(' of ')) return before + en + rest
  const { head, clause } = clauseOf(en)
  return before + head + rest + clause
}

/** The one of several kinds of things in a state that a sentence is about. */
function chosen(sentence: string, choice: readonly Texts[]): Texts {
  const [first = { en: '', zh: '' }] = choice
  return choice.find(({ en }) => placeOf(en, sentence)) ?? first
}

/** The text before and after a thing of some kind in a sentence: `an order`, or `a redeemed coupon`. */
function placeOf(thing: string, sentence: string): { readonly before: string; readonly rest: string } | undefined {
  const kind = lastWord(clauseOf(thing).head)
  const words = sentence.split(' ')
  const noun = words.findIndex(
    (word, i) => word.replace(',', '') === kind && [words[i - 1], words[i - 2]].some((one) => ARTICLES.has(one ?? '')),
  )
  if (noun === -1) return undefined
  const article = ARTICLES.has(words[noun - 1] ?? '') ? noun - 1 : noun - 2
  const before = words.slice(0, article).map((word) => `${word} `)
  const behind = words.slice(noun + 1).map((word) => ` ${word}`)
  return { before: before.join(''), rest: (words[noun] ?? '').slice(kind.length) + behind.join('') }
}

const ARTICLES = new Set(['a', 'an', 'one'])

/** A thing and its relative clause: `a coupon`, ` that is linked to an order`. */
function clauseOf(thing: string): { readonly head: string; readonly clause: string } {
  const starts = [' that ', ' whose '].map((word) => thing.indexOf(word)).filter((at) => at !== -1)
  const start = Math.min(thing.length, ...starts)
  return { head: thing.slice(0, start), clause: thing.slice(start) }
}

function lastWord(text: string): string {
  return text.split(' ').at(-1) ?? ''
}

/** Optional members of query and body: calls with and without one are different interactions. */
function optionalMembers({ operation, request }: ExchangeJson): string[] {
  const { query, body } = operationNamed(operation)?.input ?? {}
  const isOptional = (schema: unknown, name: string) => {
    const { shape = {} } = (schema ?? {}) as { shape?: Readonly<Record<string, { isOptional(): boolean }>> }
    // Clients may send `__proto__` and the like, which every object seems to have.
    return Object.hasOwn(shape, name) && (shape[name]?.isOptional() ?? false)
  }
  const asked = [...queryOf(request.target)].filter(([name]) => isOptional(query, name))
  const members = Object.keys(objectIn(request.body)).filter((name) => isOptional(body, name))
  return [...asked.map(([name, value]) => (kindOf(name) === undefined ? `${name} ${value}` : name)), ...members]
}

/** The key of the error, as `refuses` takes it, and the member that it is about. */
function refusalOf(exchange: ExchangeJson): string | undefined {
  const { response, code } = exchange
  if (response === undefined || response.status < 400) return undefined
  const { message } = objectIn(response.body)
  const [, member] = /^输入源“\/(?:body|query|path|uri_template)\/([^”]+)”/.exec(String(message)) ?? []
  return [errorOf(exchange) ?? code ?? String(response.status), ...(member === undefined ? [] : [member])].join(' ')
}
