import { createPublicKey, X509Certificate } from 'node:crypto'
import { afterAll, expect } from 'vitest'
import { ShapedOperation } from '../../src/catalogue/shaped-operation.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { operationsOf } from '../../src/engine/product.ts'
import type { MockOptions } from '../../src/mock.ts'
import { products } from '../../src/products/index.ts'
import { faultsOfAnswer } from '../../src/testing/answer-faults.ts'
import { createMerchantClient, type MerchantRequest, platformKeysOf } from '../../src/testing/merchant-client.ts'
import { SIGNATURE_TYPE } from '../../src/wire/protocol/authorization.ts'
import { precedesAuthentication } from '../../src/wire/protocol/common-errors.ts'
import { isJsonObject } from '../../src/wire/protocol/json-object.ts'
import { encryptField } from '../../src/wire/protocol/sensitive-field.ts'
import { createMock, type OpenedMock } from '../helpers/engine.ts'
import { NOON, test } from '../helpers/world.ts'
import { brokenIn, misfitsOf } from './misfits.ts'
import { type Making, requestOf, saidOf } from './requests.ts'

/** The calls that make things first, so that others find them. */
const operations = operationsOf(products)
  .filter((one): one is ShapedOperation => one instanceof ShapedOperation && one.shaped)
  .toSorted((one, other) => Number(other.method === 'POST') - Number(one.method === 'POST'))

/** How much was tried. */
const counts: Record<string, number> = { calls: operations.length }
const count = (what: string) => {
  counts[what] = (counts[what] ?? 0) + 1
}
afterAll(() => process.stdout.write(`shaped calls: ${JSON.stringify(counts)}\n`))

/** Looks at a few calls at a time, as signatures are made in other threads, and collects the faults that are found. */
async function wrongIn(look: (operation: ShapedOperation) => Promise<readonly string[]>): Promise<readonly string[]> {
  const wrong: string[] = []
  const left = [...operations]
  const lane = async () => {
    for (let one = left.shift(); one; one = left.shift()) {
      const { id } = one
      wrong.push(...(await look(one)).map((text) => `${id}: ${text}`))
    }
  }
  await Promise.all([lane(), lane(), lane(), lane()])
  return wrong
}

/** A mock, and what a client of its merchant needs. */
async function opened(options: MockOptions, keys: 'certificate' | 'public-key' = 'certificate') {
  const mock = createMock({ seed: 'empty', randomSeed: 'every call', clock: { now: () => NOON }, ...options })
  const credentials = await mock.control.credentials()
  const [certificate] = credentials.platform_certificates
  const key =
    keys === 'certificate'
      ? new X509Certificate(certificate?.certificate ?? '').publicKey
      : createPublicKey(credentials.platform_public_key?.public_key ?? '')
  const serialNo = keys === 'certificate' ? certificate?.serial_no : credentials.platform_public_key?.id
  const making = (members: Making['members']): Making => ({ members, encrypt: (text) => encryptField(text, key) })
  return { mock, credentials, serialNo, making }
}

/** Sends a request without a signature. A door would hand over the same. */
function unsigned(mock: OpenedMock, { method = 'GET', target, body, headers }: MerchantRequest, serialNo?: string) {
  const json = body === undefined || body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))
  const named = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const)
  const request: WireRequest = {
    method,
    target,
    headers: {
      accept: 'application/json',
      'user-agent': 'test',
      'content-type': 'application/json',
      ...Object.fromEntries(named),
      ...(serialNo !== undefined && { 'wechatpay-serial': serialNo }),
    },
    body: json ?? new Uint8Array(0),
  }
  return mock.handle(request)
}

const bodyOf = ({ body }: WireResponse): Record<string, unknown> =>
  body.length === 0 ? {} : JSON.parse(Buffer.from(body).toString('utf8'))

test('an unsigned call is refused, but for those that need no signature', async () => {
  const { mock, making } = await opened({})
  const wrong = await wrongIn(async ({ facts }) => {
    const answer = await unsigned(mock, requestOf(facts, saidOf(facts, making('required'))))
    if (facts.unsigned) return answer.status === 200 ? [] : [`${answer.status}`]
    return answer.status === 401 && bodyOf(answer).code === 'SIGN_ERROR' ? [] : [`${answer.status}`]
  })
  expect(wrong).toEqual([])
  expect(operations.length).toBeGreaterThan(300)
})

test.for([
  ['required', 'public-key'],
  ['all', 'certificate'],
] as const)('a call with %s members is answered as documented, signed by the %s', async ([members, keys]) => {
  const { mock, credentials, serialNo, making } = await opened({ keyMode: keys }, keys)
  const client = createMerchantClient({ credentials, send: (request) => mock.handle(request), now: () => NOON })
  const wrong = await wrongIn(async (operation) => {
    const { facts, errors } = operation
    const request = requestOf(facts, saidOf(facts, making(members)))
    const answer = await client.request({ ...request, wechatpaySerial: keys })
    const said = `${answer.status} ${Buffer.from(answer.bytes).toString('utf8').slice(0, 200)}`
    if (answer.status < 300) {
      count('answered')
      const isSigned = answer.serialNo === serialNo || facts.answerType !== undefined
      if (answer.status !== facts.status || !isSigned) return [said]
      if (!facts.answer) return facts.answerType !== undefined || answer.body === undefined ? [] : [said]
      return isJsonObject(answer.body) ? misfitsOf(facts.answer, answer.body) : [said]
    }
    count('refused as documented')
    const known = Object.values(errors)
    const { code, message } = bodyOf({ ...answer, body: answer.bytes })
    const isKnown = known.some((one) => one.status === answer.status && one.code === code && one.message === message)
    return isKnown && answer.serialNo === serialNo ? [] : [said]
  })
  expect(wrong).toEqual([])
})

test('each limit that a page states in words is kept', async () => {
  // A limit may have been another one before.
  const { mock, making, serialNo } = await opened({ auth: 'lenient', formerlyDocumented: 'refuse' })
  const wrong = await wrongIn(async ({ facts }) => {
    const said = saidOf(facts, making('all'))
    const missed: string[] = []
    for (const part of ['path', 'query', 'body'] as const) {
      const fields = (part === 'path' ? facts.params : facts[part]) ?? []
      for (const { at, limit, object } of brokenIn(fields, said[part])) {
        count(`limits broken: ${limit}`)
        const answer = await unsigned(mock, requestOf(facts, { ...said, [part]: object }), serialNo)
        const { code } = bodyOf(answer)
        if (answer.status !== 400 || code !== 'PARAM_ERROR')
          missed.push(`${part}${at} ${limit}: ${answer.status} ${code}`)
      }
    }
    return missed
  })
  expect(wrong).toEqual([])
  expect(counts['limits broken: https']).toBeGreaterThan(0)
})

test('an upload without its file is told so', async () => {
  const { mock, making, serialNo } = await opened({ auth: 'lenient' })
  const wrong = await wrongIn(async ({ facts: { file, ...facts } }) => {
    if (file === undefined) return []
    count('files left out')
    const answer = await unsigned(mock, requestOf(facts, saidOf(facts, making('required'))), serialNo)
    const { code, message } = bodyOf(answer)
    return code === 'PARAM_ERROR' && String(message).includes(`“${file}”`) ? [] : [`${code} ${message}`]
  })
  expect(wrong).toEqual([])
  expect(counts['files left out']).toBeGreaterThan(0)
})

test('each documented error is answered where it is planned', async () => {
  const { mock, credentials, making, serialNo } = await opened({ auth: 'lenient' })
  const platformKeys = platformKeysOf(credentials)
  const wrong = await wrongIn(async (operation) => {
    const request = requestOf(operation.facts, saidOf(operation.facts, making('required')))
    const missed: string[] = []
    for (const [key, error] of Object.entries(operation.errors)) {
      count('errors planned')
      await mock.faults.plan({ operation: operation.id, error: key })
      const answer = await unsigned(mock, request, serialNo)
      const { code, message } = bodyOf(answer)
      const signed = !precedesAuthentication(error)
      const faults = faultsOfAnswer(answer, { signed, signatureType: SIGNATURE_TYPE, platformKeys, now: NOON })
      const isIt = answer.status === error.status && code === error.code && message === error.message
      if (!isIt || faults.length > 0)
        missed.push(`${key}: ${answer.status} ${code} ${message} ${faults.map(({ en }) => en).join(' ')}`)
    }
    return missed
  })
  expect(wrong).toEqual([])
  expect(mock.faults.planned).toEqual([])
})

test('each member of an answer is given as it is planned', async () => {
  const { mock, making, serialNo } = await opened({ auth: 'lenient' })
  const wrong = await wrongIn(async ({ id, facts }) => {
    if (!facts.answer) return []
    count('answers planned')
    const answer = { ...facts, path: '/', params: [], query: [], body: facts.answer }
    const plan = (encrypt: (text: string) => string) => saidOf(answer, { members: 'all', encrypt }).body
    await mock.control.answer(
      id,
      plan((text) => text),
    )
    const given = bodyOf(await unsigned(mock, requestOf(facts, saidOf(facts, making('required'))), serialNo))
    const expected = plan(() => expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/))
    expect(given, id).toMatchObject(expected)
    return []
  })
  expect(wrong).toEqual([])
  expect(await mock.control.answers()).toEqual([])
})
