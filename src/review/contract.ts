import { REQUEST_NO } from '../control/formats/exchange-summary.ts'
import { EVENT_TYPES } from '../products/index.ts'
import { isJsonObject, type JsonObject } from '../protocol/json-object.ts'
import { CALLBACK_REPEATED, REQUEST_REPEATED } from '../provider-states/states-of.ts'
import { quoted, type Texts } from '../shared/texts.ts'
import { type AskedCall, askedCall, lookupsOf, toldEvent, valuesAt } from './asked-call.ts'
import type { Finding, ReviewRuleName } from './rules.ts'

/** What was found in the contracts of one consumer. */
export interface ContractReview {
  readonly findings: readonly Finding[]
  /** How many interactions are about calls and callbacks of WeChat Pay. */
  readonly interactions: number
}

/**
 * Reviews the contracts of one consumer as a whole.
 *
 * @param pacts of specification 2, 3 or 4, parsed
 */
export function reviewContracts(pacts: readonly JsonObject[]): ContractReview {
  const interactions = pacts.flatMap(interactionsOf)
  const calls = interactions.flatMap(callIn)
  const messages = interactions.flatMap(messageIn)
  return {
    findings: [...reviewCalls(calls), ...reviewMessages(messages)],
    interactions: calls.length + messages.length,
  }
}

/** An interaction of any specification. */
interface Interaction {
  readonly description: string
  readonly states: readonly { readonly name: string; readonly params: JsonObject }[]
  readonly json: JsonObject
}

function interactionsOf({ interactions = [], messages = [] }: JsonObject): Interaction[] {
  return [interactions, messages].flatMap((list) =>
    (Array.isArray(list) ? list : []).filter(isJsonObject).map((json) => {
      const { description, providerStates, providerState } = json
      const states = Array.isArray(providerStates) ? providerStates.filter(isJsonObject) : []
      return {
        description: String(description),
        states: [
          ...states.map(({ name, params }) => ({ name: String(name), params: isJsonObject(params) ? params : {} })),
          ...(typeof providerState === 'string' ? [{ name: providerState, params: {} }] : []),
        ],
        json,
      }
    }),
  )
}

/** A call that a contract agrees on. */
interface AgreedCall extends Interaction {
  readonly asked: AskedCall
  readonly status: number
}

function callIn(interaction: Interaction): AgreedCall[] {
  const { request, response } = interaction.json
  if (!isJsonObject(request) || !isJsonObject(response)) return []
  const { method, path, query, body } = request
  const asked = askedCall(String(method).toUpperCase(), targetOf(String(path), query), contentOf(body))
  return asked ? [{ ...interaction, asked, status: Number(response.status) }] : []
}

/** The query is a text in specification 2, and has a list for each name since. */
function targetOf(path: string, query: unknown): string {
  if (typeof query === 'string') return `${path}?${query}`
  const pairs = Object.entries(isJsonObject(query) ? query : {}).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, String(value)]),
  )
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`
}

/** Since specification 4 a body says how it is encoded. */
function contentOf(body: unknown): unknown {
  return isJsonObject(body) && 'content' in body && 'contentType' in body ? body.content : body
}

function reviewCalls(calls: readonly AgreedCall[]): Finding[] {
  const findings: Finding[] = []
  for (const [name, same] of Map.groupBy(calls, ({ asked }) => asked.name)) {
    const [{ asked }] = same as [AgreedCall]
    if (asked.facts.method === 'GET') continue
    const found = (rule: ReviewRuleName) => findings.push({ rule, where: quoted(name) })
    if (!same.some(endsUnclear)) {
      if (asked.movesMoney) found('money-without-unclear-end')
      else if (!same.some(isRepeat)) found('change-without-unclear-end')
    }
    const lookups = lookupsOf(asked)
    if (lookups.length > 0 && !calls.some((call) => lookups.includes(call.asked.name))) found('never-looked-up')
  }
  return findings
}

function endsUnclear({ status }: AgreedCall): boolean {
  return status === 429 || status >= 500
}

/** Whether the call was made before: with the same bytes, or under the same number of a request. */
function isRepeat({ asked: { facts, members }, states, status }: AgreedCall): boolean {
  const given = (facts.body ?? []).map(({ name }) => name)
  const isMade = ([name, value]: [string, unknown]) =>
    REQUEST_NO.test(name) && given.includes(name) && members[name] === value
  return (
    status < 300 && states.some(({ name, params }) => name === REQUEST_REPEATED || Object.entries(params).some(isMade))
  )
}

/** A message about an event. */
interface AgreedMessage extends Interaction {
  readonly event: string
  /** What is sealed in the callback, if the message is about that. */
  readonly plaintext: JsonObject | undefined
}

function messageIn(interaction: Interaction): AgreedMessage[] {
  const { description, json } = interaction
  if (isJsonObject(json.request)) return []
  const [event] = EVENT_TYPES.filter((name) => description.includes(name)).toSorted((a, b) => b.length - a.length)
  if (event === undefined) return []
  const content = contentOf(json.contents ?? json.content)
  const isPlaintext = description.includes(`plaintext of ${event}`) && isJsonObject(content)
  return [{ ...interaction, event, plaintext: isPlaintext ? content : undefined }]
}

function reviewMessages(messages: readonly AgreedMessage[]): Finding[] {
  const findings: Finding[] = []
  for (const [event, about] of Map.groupBy(messages, (message) => message.event)) {
    if (!about.some(({ states }) => states.some(({ name }) => name === CALLBACK_REPEATED))) {
      findings.push({ rule: 'callback-once', where: quoted(event) })
    }
    const lacking = notExact(event, about)
    if (lacking) findings.push({ rule: 'amount-by-shape', where: lacking })
  }
  return findings
}

/** Members that no message about an event agrees on exactly; `undefined` if there is one, or none is about what was sealed. */
function notExact(event: string, messages: readonly AgreedMessage[]): Texts | undefined {
  const told = toldEvent(event)
  const plaintexts = messages.filter(({ plaintext }) => plaintext)
  if (!told?.number || told.amounts.length === 0 || plaintexts.length === 0) return undefined
  const number = [told.number]
  const lackingIn = (message: AgreedMessage) =>
    [
      isExact(message, number) ? [] : number,
      told.amounts.some((path) => isExact(message, path)) ? [] : (told.amounts[0] ?? []),
    ].filter((path) => path.length > 0)
  const lacking = plaintexts.map(lackingIn).toSorted((a, b) => a.length - b.length)[0] ?? []
  if (lacking.length === 0) return undefined
  const members = lacking.map((path) => path.join('.'))
  return { en: `${event}: ${members.join(', ')}`, zh: `${event}：${members.join('、')}` }
}

/** Whether a message has a member, and no rule of it lets another value through. */
function isExact({ plaintext, json: { matchingRules, generators } }: AgreedMessage, path: readonly string[]): boolean {
  if (valuesAt(plaintext, path).length === 0) return false
  if (ruleAt(generators, path)) return true
  const rule = ruleAt(matchingRules, path)
  const matchers: readonly unknown[] = Array.isArray(rule?.matchers) ? rule.matchers : rule ? [rule] : []
  return matchers.every((one) => isJsonObject(one) && one.match === 'equality')
}

/** The rule for a member of a body: that of the longest path which leads to it. */
function ruleAt(rules: unknown, path: readonly string[]): JsonObject | undefined {
  const ofBody = isJsonObject(rules) && isJsonObject(rules.body) ? rules.body : {}
  const [found] = Object.entries(ofBody)
    .map(([expression, rule]) => ({ steps: stepsIn(expression), rule }))
    .filter(({ steps }) => steps.every((step, i) => step === '*' || step === path[i]))
    .toSorted((a, b) => b.steps.length - a.steps.length)
  return isJsonObject(found?.rule) ? found.rule : undefined
}

/** The names in a path such as `$.amount.total`, `$['amount']['total']` or `$.sub_orders[*].amount`; without places in lists. */
function stepsIn(expression: string): readonly string[] {
  return Array.from(
    expression.replaceAll(/\[(?:\d+|\*)\]/g, '').matchAll(/\['([^']*)'\]|\.([^.[\]]+)/g),
    ([, quotedName, name]) => quotedName ?? name ?? '',
  )
}
