import { operationsOf } from '../engine/product.ts'
import { products } from '../products/index.ts'
import { isJsonObject } from '../protocol/json-object.ts'
import { decoded } from '../shared/path-members.ts'
import { eventNamedIn } from './callback-message.ts'
import { numberStandIns } from './number-stand-ins.ts'
import type { PactInteraction } from './pact-file.ts'
import { replaced } from './stand-ins.ts'

/**
 * Interactions that the file does not have yet, in an order independent of when they happened.
 *
 * An interaction exists already if one has the same description, or makes the same call in the same states and is answered with the same status and
 * code. This preserves manual changes in the file, and recordings in another language or with older descriptions.
 *
 * @param at time of the comparison, epoch milliseconds
 */
export function newInteractions(
  known: readonly PactInteraction[],
  recorded: readonly PactInteraction[],
  at: number,
): PactInteraction[] {
  const added: PactInteraction[] = []
  const calls = known.map((one) => callOf(one, at))
  const described = new Set(known.map(({ description }) => description))
  for (const one of sortedByText(recorded)) {
    if (described.has(one.description)) continue
    const call = callOf(one, at)
    if (calls.some((other) => isSameCall(call, other))) continue
    described.add(one.description)
    added.push(one)
  }
  return added
}

/** An interaction without the values that differ in every run. */
interface ComparableCall {
  readonly text: string
  readonly states: readonly string[]
}

function callOf(
  { type, description, request, response, providerStates = [] }: PactInteraction,
  at: number,
): ComparableCall {
  const states = providerStates.map(({ name }) => name)
  if (type === 'Asynchronous/Messages')
    return { text: JSON.stringify(eventNamedIn(description) ?? description), states }
  const { method, path, query, headers, body } = request ?? {}
  const content = contentOf(body)
  const answer = contentOf(response?.body)
  const standIns = numberStandIns({
    operation: operationAt(String(method), String(path)),
    request: { target: targetOf(String(path), query), body: JSON.stringify(content) ?? '' },
    conditions: providerStates,
    answer,
    at,
  })
  const made = { method, target: segmentsOf(String(path), query), content, serial: serialIn(headers) }
  const { code } = isJsonObject(answer) ? answer : {}
  return { text: JSON.stringify([replaced(made, standIns), response?.status, code]), states }
}

/** A known call may have more states than it turned out to need. */
function isSameCall(recorded: ComparableCall, known: ComparableCall): boolean {
  return recorded.text === known.text && recorded.states.every((name) => known.states.includes(name))
}

function contentOf(body: unknown): unknown {
  return isJsonObject(body) ? body.content : undefined
}

/** Decoded parts of path and query, so that each can have a stand-in. */
function segmentsOf(path: string, query: unknown): unknown {
  return [path.split('/').map((segment) => decoded(segment)), query]
}

function targetOf(path: string, query: unknown): string {
  const pairs = Object.entries(isJsonObject(query) ? query : {}).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((value): [string, string] => [name, String(value)]),
  )
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`
}

/** The id of the operation at an address. */
function operationAt(method: string, path: string): string | undefined {
  const steps = path.split('/')
  return operationsOf(products).find((operation) => {
    const template = operation.path.split('/')
    return (
      operation.method === method &&
      template.length === steps.length &&
      template.every((step, i) => step.startsWith('{') || step === steps[i])
    )
  })?.id
}

function serialIn(headers: unknown): unknown {
  return isJsonObject(headers) ? headers['Wechatpay-Serial'] : undefined
}

function sortedByText(interactions: readonly PactInteraction[]): PactInteraction[] {
  return interactions
    .map((one) => ({ one, text: `${one.description} ${JSON.stringify(one)}` }))
    .toSorted((a, b) => (a.text < b.text ? -1 : a.text === b.text ? 0 : 1))
    .map(({ one }) => one)
}
