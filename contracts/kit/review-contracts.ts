import { CALLBACK_REPEATED } from '../../src/control/provider-states/states-of.ts'
import { EVENT_TYPES } from '../../src/products/index.ts'
import type { Finding, ReviewRuleName } from '../../src/traffic/review/rules.ts'
import { type AskedCall, askedCall, lookupsOf, toldEvent } from '../../src/traffic/review/traffic.ts'
import { isJsonObject } from '../../src/wire/protocol/json-object.ts'
import { inBoth, listed, quoted, type Texts } from '../../src/wire/shared/texts.ts'
import { type Described, interactionsOf, type PactInteraction, targetOf } from './interactions.ts'
import type { PactDocument } from './pact-document.ts'

/** Findings in the contracts of one consumer. */
export interface ContractReview {
  readonly findings: readonly Finding[]
  /** How many interactions are about calls and callbacks of WeChat Pay. */
  readonly interactions: number
}

/** Reviews the contracts of one consumer as a whole. */
export function reviewContracts(pacts: readonly Pick<PactDocument, 'text'>[]): ContractReview {
  const interactions = pacts.flatMap(interactionsOf)
  const calls = interactions.flatMap(callIn)
  const messages = interactions.flatMap(messageIn)
  return {
    findings: [...reviewCalls(calls), ...reviewMessages(messages)],
    interactions: calls.length + messages.length,
  }
}

/** A call that a contract agrees on. */
interface AgreedCall {
  readonly asked: AskedCall
  readonly status: number
}

function callIn({ request, response }: PactInteraction): AgreedCall[] {
  if (!request || !response) return []
  const asked = askedCall(request.method, targetOf(request), request.body)
  return asked ? [{ asked, status: response.status }] : []
}

function reviewCalls(calls: readonly AgreedCall[]): Finding[] {
  const byName = new Map(calls.map(({ asked }) => [asked.name, asked]))
  const neverLookedUp = [...byName.values()].filter((asked) => {
    const lookups = lookupsOf(asked)
    return lookups.length > 0 && !lookups.some((name) => byName.has(name))
  })
  return [
    ...reviewUnclearEnds(calls.filter(({ asked }) => asked.facts.method !== 'GET')),
    ...neverLookedUp.map(({ name }): Finding => ({ rule: 'never-looked-up', where: quoted(name) })),
  ]
}

/** A client treats unclear ends of its calls in one way: one of each kind shows which. */
function reviewUnclearEnds(changes: readonly AgreedCall[]): Finding[] {
  const moving = changes.filter(({ asked }) => asked.movesMoney)
  const rule: ReviewRuleName = moving.length > 0 ? 'money-without-unclear-end' : 'change-without-unclear-end'
  const names = [...new Set((moving.length > 0 ? moving : changes).map(({ asked }) => asked.name))]
  const lacking = [
    ...(changes.some(({ status }) => status === 429) ? [] : ['429']),
    ...(changes.some(({ status }) => status >= 500) ? [] : ['5xx']),
  ]
  if (names.length === 0) return []
  return lacking.map((ends) => ({
    rule,
    where: inBoth((language) => `${ends}${language === 'zh' ? '：' : ': '}${listed(names, language)}`),
  }))
}

/** A message about an event. */
interface AgreedMessage {
  readonly event: string
  readonly isRepeated: boolean
  /** The sealed content of the callback, if the message is about that. */
  readonly plaintext: Described | undefined
}

function messageIn({ description, states, message }: PactInteraction): AgreedMessage[] {
  if (!message) return []
  const [event] = EVENT_TYPES.filter((name) => description.includes(name)).toSorted((a, b) => b.length - a.length)
  if (event === undefined) return []
  const isPlaintext = description.includes(`plaintext of ${event}`) && isJsonObject(message.body)
  const isRepeated = states.some(({ name }) => name === CALLBACK_REPEATED)
  return [{ event, isRepeated, plaintext: isPlaintext ? message : undefined }]
}

function reviewMessages(messages: readonly AgreedMessage[]): Finding[] {
  const byEvent = Map.groupBy(messages, ({ event }) => event)
  const names = [...byEvent.keys()]
  const once: Finding = { rule: 'callback-once', where: inBoth((language) => listed(names, language)) }
  return [
    ...(messages.length > 0 && !messages.some(({ isRepeated }) => isRepeated) ? [once] : []),
    ...[...byEvent].flatMap(([event, about]): Finding[] => {
      const where = notExact(event, about)
      return where ? [{ rule: 'amount-by-shape', where }] : []
    }),
  ]
}

/** Members that no message about an event agrees on exactly; `undefined` if there is one, or none is about what was sealed. */
function notExact(event: string, messages: readonly AgreedMessage[]): Texts | undefined {
  const told = toldEvent(event)
  const plaintexts = messages.flatMap(({ plaintext }) => plaintext ?? [])
  const [amount] = told?.amounts ?? []
  if (!told?.number || !amount || plaintexts.length === 0) return undefined
  const number = [told.number]
  const [lacking = []] = plaintexts
    .map((plaintext) => [
      ...(isExact(plaintext, number) ? [] : [number]),
      ...(told.amounts.some((path) => isExact(plaintext, path)) ? [] : [amount]),
    ])
    .toSorted((a, b) => a.length - b.length)
  if (lacking.length === 0) return undefined
  const members = lacking.map((path) => path.join('.'))
  return { en: `${event}: ${members.join(', ')}`, zh: `${event}：${members.join('、')}` }
}

/** Whether a message has a member, and lets no other value of it through. */
function isExact({ members }: Described, path: readonly string[]): boolean {
  const found = members.filter((term) => term.path.filter((name) => name !== '[]').join('.') === path.join('.'))
  return found.length > 0 && found.every(({ match }) => match.by === 'exactly')
}
