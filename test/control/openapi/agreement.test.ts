import { expect, test } from 'vitest'
import { apiDocument } from '../../../src/control/calls/operations.ts'
import { events } from '../../../src/products/index.ts'
import { commonErrors } from '../../../src/wire/protocol/common-errors.ts'
import type { ErrorDefinition } from '../../../src/wire/protocol/errors.ts'
import { calls } from '../../helpers/control-calls.ts'
import { operations } from '../../helpers/operations.ts'
import given from './busifavor.openapi.json' with { type: 'json' }
import { DocumentFacts, differences, type Fields } from './facts.ts'
import { KNOWN_DIFFERENCES } from './known-differences.ts'

const PREFIX = '/v3/marketing/busifavor/'
const NONE: Fields = new Map()

const theirs = new DocumentFacts(given)
const ours = new DocumentFacts(
  await apiDocument({
    calls,
    operations,
    events,
    version: '1.0.0',
    serverUrl: 'http://127.0.0.1:8089',
  }),
)
const common = theirs.callsBelow(PREFIX).filter((call) => ours.callsBelow(PREFIX).includes(call))

/** Every way in which ours says something else than the given document, as one line each. */
function allDifferences(): string[] {
  return [...common.flatMap(differencesOf), ...webhookDifferences()]
}

function differencesOf(call: string): string[] {
  const [a, b] = [theirs.call(call), ours.call(call)]
  const id = a.operationId
  return [
    ...(a.operationId === b.operationId ? [] : [`${id} operationId: ours ${b.operationId}`]),
    ...differences(`${id} parameter`, a.parameters, b.parameters, 'request'),
    ...(Boolean(a.body) === Boolean(b.body) ? [] : [`${id} body: given ${Boolean(a.body)}, ours ${Boolean(b.body)}`]),
    ...differences(`${id} body`, a.body ?? NONE, b.body ?? NONE, 'request'),
    ...(a.success === b.success ? [] : [`${id} status: given ${a.success}, ours ${b.success}`]),
    ...differences(`${id} answer`, a.answer ?? NONE, b.answer ?? NONE, 'answer'),
    ...rateDifferences(call, id),
    ...errorDifferences(call, id),
  ]
}

function rateDifferences(call: string, id: string): string[] {
  const documented = String(theirs.raw(call)['x-qps'])
  const [, calls, minute] = /^(\d+)( per minute)?/.exec(documented) ?? []
  const expected = calls === undefined ? undefined : { calls: Number(calls), seconds: minute ? 60 : 1 }
  const rate = operations.find((operation) => operation.id === id)?.rateLimit
  const own = rate && { calls: rate.calls, seconds: rate.seconds }
  const [a, b] = [JSON.stringify(expected) ?? 'none', JSON.stringify(own) ?? 'none']
  return a === b ? [] : [`${id} rate: given ${a}, ours ${b}`]
}

function errorDifferences(call: string, id: string): string[] {
  const operation = operations.find((one) => one.id === id)
  const own = Object.values(operation?.errors ?? {}).map(rowOf)
  const given = (theirs.raw(call)['x-error-codes'] as readonly ErrorRow[]).map(rowOf)
  const common = Object.values(commonErrors).map(rowOf)
  return [
    ...given.filter((row) => ![...own, ...common].includes(row)).map((row) => `${id} error: ours has not ${row}`),
    ...new Set(own.filter((row) => !given.includes(row)).map((row) => `${id} error: only ours has ${row}`)),
  ]
}

type ErrorRow = Pick<ErrorDefinition, 'status' | 'code' | 'message'>

const rowOf = ({ status, code, message }: ErrorRow) => `${status} ${code} ${message}`

function webhookDifferences(): string[] {
  return theirs.webhooks.flatMap((name) => {
    const [a, b] = [theirs.webhook(name), ours.webhook(name)]
    const body = (document: DocumentFacts, webhook: typeof a) => document.contentOf(webhook.requestBody) ?? NONE
    return differences(`webhook ${name} body`, body(theirs, a), body(ours, b), 'answer')
  })
}

test('every call of the given document is served', () => {
  expect(theirs.callsBelow(PREFIX).filter((call) => !common.includes(call))).toEqual([])
  expect(common).toHaveLength(26)
})

test('no other call of the product is served', () => {
  expect(ours.callsBelow(PREFIX).filter((call) => !theirs.callsBelow(PREFIX).includes(call))).toEqual([])
})

test('fields, limits, answers, rates and errors are as given, but for differences that are known and have a reason', () => {
  const known = KNOWN_DIFFERENCES.flatMap(({ lines }) => lines)

  expect(allDifferences().filter((line) => !known.includes(line))).toEqual([])
})

test('no difference is known that there is not any more', () => {
  const found = allDifferences()
  const known = KNOWN_DIFFERENCES.flatMap(({ lines }) => lines)

  expect(known.filter((line) => !found.includes(line))).toEqual([])
  expect(new Set(known).size).toBe(known.length)
  expect(KNOWN_DIFFERENCES.filter(({ reason, lines }) => reason === '' || lines.length === 0)).toEqual([])
})
