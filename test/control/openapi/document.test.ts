import { expect, test } from 'vitest'
import { z } from 'zod'
import { wellKnownCredentials } from '../../../fixtures/credentials.ts'
import { apiDocument } from '../../../src/control/calls/operations.ts'
import type { OpenApiDocument } from '../../../src/control/openapi/document.ts'
import { SchemaCollector } from '../../../src/control/openapi/simulated.ts'
import type { OperationDescription } from '../../../src/engine/operation.ts'
import { eventsOf, operationsOf } from '../../../src/engine/product.ts'
import { events } from '../../../src/products/index.ts'
import { createMerchantClient } from '../../../src/testing/merchant-client.ts'
import { commonErrors } from '../../../src/wire/protocol/common-errors.ts'
import { hasBody } from '../../../src/wire/protocol/errors.ts'
import { controlApp } from '../../helpers/control-app.ts'
import { calls } from '../../helpers/control-calls.ts'
import { createMock } from '../../helpers/engine.ts'
import { firstProducts } from '../../helpers/first-products.ts'
import { operations } from '../../helpers/operations.ts'

const about = { calls, version: '1.2.3', serverUrl: 'http://127.0.0.1:8089' }
const document = await apiDocument({ ...about, operations, events })

interface DocumentedOperation {
  readonly method: string
  readonly path: string
  readonly operationId: string
  readonly tags: readonly string[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly requestBody?: { readonly required: boolean }
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly headers?: Readonly<Record<string, unknown>>
        readonly content?: Record<string, { examples?: Record<string, unknown> }>
      }
    >
  >
}

function documentedBy({ paths }: OpenApiDocument): DocumentedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...(operation as Omit<DocumentedOperation, 'path' | 'method'>),
      method,
      path,
    })),
  )
}

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' ? [member] : refsIn(member),
  )
}

/** Resolves a reference, through all further references. */
function resolve(root: unknown, ref: string, seen: readonly string[] = []): unknown {
  if (seen.includes(ref)) throw new Error(`${ref} refers to itself`)
  const target = ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root)
  const next = (target as { $ref?: string } | undefined)?.$ref
  return next === undefined ? target : resolve(root, next, [...seen, ref])
}

/** The value itself, or the target of its reference. */
function resolved<Value>(value: Value): Value {
  const { $ref } = Object(value) as { $ref?: string }
  return $ref === undefined ? value : (resolve(document, $ref) as Value)
}

const everyOperation = documentedBy(document)

/** Header fields that a document declares elsewhere, that concern the connection, or that the real service does not have. */
const NOT_DECLARED = ['content-type', 'connection', 'keep-alive', 'wechatpay-mock-diagnosis']

test('every call and every operation is in it, under its own id', () => {
  expect(everyOperation.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(
    [...calls, ...operations].map(({ method, path }) => `${method} ${path}`).sort(),
  )
  expect(everyOperation.map(({ operationId }) => operationId).sort()).toEqual(
    [...calls, ...operations].map(({ id }) => id).sort(),
  )
  expect(new Set(everyOperation.map(({ operationId }) => operationId)).size).toBe(everyOperation.length)
})

test.for(everyOperation)('$method $path declares the variables of its path and how it succeeds', (operation) => {
  const { path, parameters = [], responses } = operation
  const inPath = parameters.filter((parameter) => parameter.in === 'path')

  expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
  expect(inPath.every(({ required }) => required)).toBe(true)
  expect(new Set(parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).size).toBe(parameters.length)
  // One page lists 202 USERPAYING among its errors.
  const errorsOf = (status: string) => refsIn(responses[status]).filter((ref) => ref.endsWith('/WechatPayError'))
  const successes = Object.keys(responses).filter((status) => /^2\d\d$/.test(status) && errorsOf(status).length === 0)
  expect(successes.length === 1 || successes.join(' ')).toBe(path.endsWith('/codepay') ? '200 202' : true)
})

test('every reference leads somewhere, and none to itself', () => {
  const refs = [...new Set(refsIn(document))]

  expect(refs.length).toBeGreaterThan(10)
  for (const ref of refs) expect(resolve(document, ref), ref).toEqual(expect.any(Object))
  expect(JSON.stringify(document)).not.toContain('$defs')
})

test('every schema has a name that it was given: those made up are of recursive ones, which generated types do not take', () => {
  expect(Object.keys(document.components.schemas ?? {}).filter((name) => name.startsWith('__'))).toEqual([])
})

test('the errors of an operation stand under their status, and its rules beside them, with how we know them', () => {
  for (const { id, errors, rules } of operations) {
    const documented = everyOperation.find(({ operationId }) => operationId === id)
    expect(documented).toMatchObject({
      'x-rules': rules.map(({ rule, evidence }) => ({ rule, 'x-evidence': evidence })),
    })
    for (const [key, { status, code, message, evidence }] of Object.entries(errors)) {
      expect(documented?.responses[status]?.content?.['application/json']?.examples?.[key]).toMatchObject({
        value: { code, message },
        'x-evidence': evidence,
      })
    }
  }
})

test('errors that any call has stand under their status in every call, beside those of its own', () => {
  const withBody = Object.entries(commonErrors).filter(([, error]) => hasBody(error))
  for (const { operationId, responses } of everyOperation.filter(({ path }) => !path.startsWith('/_mock'))) {
    const own = operations.find(({ id }) => id === operationId)?.errors ?? {}
    for (const [key, error] of withBody.filter(([key]) => !Object.hasOwn(own, key))) {
      const { examples = {} } = resolved(responses[error.status])?.content?.['application/json'] ?? {}
      expect(resolved(examples[key]), `${operationId} ${key}`).toMatchObject({
        value: { code: error.code, message: error.message },
      })
    }
  }
})

test('a call is signed in Authorization, in words that tools understand', () => {
  expect(document.components.securitySchemes?.merchantSignature).toMatchObject({
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: expect.stringContaining('WECHATPAY2-SHA256-RSA2048'),
  })
})

test('the header fields of answers are declared, with those of the signature where there is one', async () => {
  const mock = createMock()
  const { request } = createMerchantClient({ credentials: wellKnownCredentials, send: (wire) => mock.handle(wire) })
  const link = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'M_1', out_request_no: 'R_1' }
  const target = '/v3/marketing/busifavor/coupons/associate'
  const answers = [
    await request({ target, body: link }),
    await request({ target, body: { ...link, coupon_code: 'none', out_request_no: 'R_2' } }),
    await request({ target, body: link, authorization: undefined }),
  ]

  expect(answers.map(({ status }) => status)).toEqual([200, 400, 401])
  const described = everyOperation.find(({ path }) => path === target)
  for (const { status, headers } of answers) {
    const { headers: named = {} } = resolved(described?.responses[status]) ?? {}
    const declared = Object.keys(named).map((name) => name.toLowerCase())
    const sent = headers.map(([name]) => name.toLowerCase()).filter((name) => !NOT_DECLARED.includes(name))
    expect(declared.toSorted(), String(status)).toEqual(sent.toSorted())
  }
})

test('bodies and queries come from the schemas that check them', () => {
  const of = (id: string) => everyOperation.find(({ operationId }) => operationId === id)

  expect(of('associateTradeInfo')?.requestBody).toMatchObject({
    required: true,
    content: {
      'application/json': {
        schema: {
          required: ['stock_id', 'coupon_code', 'out_trade_no', 'out_request_no'],
          additionalProperties: false,
        },
      },
    },
  })
  expect(of('createMerchant')?.requestBody).toMatchObject({ required: false })
  expect(of('addCoupons')?.requestBody).toMatchObject({
    content: {
      'application/json': { schema: { anyOf: [{ $ref: '#/components/schemas/Coupon' }, { type: 'array' }] } },
    },
  })
  expect(of('journal')?.parameters?.flatMap(({ name }) => name ?? [])).toEqual([
    'operation',
    'mchid',
    'status',
    'stock_id',
    'coupon_code',
    'nonce',
    'callbacks',
    'outcome',
    'cause',
    'from',
    'to',
    'limit',
  ])
})

test('a POST that needs no body says so, and takes one', () => {
  const cancel = document.paths['/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}/cancel']?.post

  expect(cancel?.requestBody).toMatchObject({ required: false, content: { 'application/json': { schema: {} } } })
  const getters = everyOperation.filter(({ method }) => method === 'get')
  expect(getters.filter((operation) => operation.requestBody)).toEqual([])
})

test('every control call, and no simulated one, refers to the header for its language', () => {
  const reference = '#/components/parameters/AcceptLanguage'
  for (const { operationId, path, parameters = [] } of everyOperation) {
    expect(refsIn(parameters).includes(reference), operationId).toBe(path.startsWith('/_mock'))
  }
  expect(resolve(document, reference)).toMatchObject({ name: 'Accept-Language', in: 'header' })
})

test('rates stand beside the call that has one', () => {
  const rateOf = (id: string) => {
    const call = everyOperation.find(({ operationId }) => operationId === id)
    return (call as Record<string, unknown> | undefined)?.['x-rate-limit']
  }

  expect(rateOf('associateTradeInfo')).toEqual({ calls: 500, seconds: 1, 'x-evidence': 'documented' })
  expect(rateOf('securityEcho')).toBeUndefined()
})

test('an upload has a part with its JSON and one with its file', () => {
  expect(everyOperation.find(({ operationId }) => operationId === 'uploadMarketingImage')?.requestBody).toEqual({
    required: true,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          required: ['meta', 'file'],
          properties: {
            meta: expect.objectContaining({ required: ['filename', 'sha256'] }),
            file: { type: 'string', format: 'binary', title: 'file' },
          },
        },
        encoding: { meta: { contentType: 'application/json' } },
      },
    },
  })
})

test('a shaped call says so, under the tag of its product, and its documented errors are examples', async () => {
  const operations = operationsOf(firstProducts)
  const document = await apiDocument({ ...about, operations, events: eventsOf(firstProducts) })
  const call = document.paths['/v3/payscore/serviceorder']?.post

  expect(call).toMatchObject({
    operationId: 'POST /v3/payscore/serviceorder',
    tags: ['payscore'],
    'x-served': 'shaped',
    responses: { 200: {}, 403: { content: { 'application/json': { examples: { NO_AUTH: { value: {} } } } } } },
  })
  expect(document.tags).toContainEqual({ name: 'payscore', description: '微信支付分 · WeChat Pay Score' })
  expect(document.webhooks['COMPLAINT.CREATE']?.post).toMatchObject({ tags: ['complaints'], 'x-served': 'shaped' })
  expect(document.paths['/v3/certificates']?.get).toMatchObject({ tags: ['simulated'], 'x-served': 'simulated' })
})

test('every tag is described once, every webhook has an id of its own, and no two paths differ only in their variables', () => {
  const tags = document.tags.map(({ name }) => name)
  const hooks = Object.values(document.webhooks).map(({ post }) => post as { operationId: string; tags: string[] })
  const ids = [...everyOperation, ...hooks].map(({ operationId }) => operationId)
  const shapes = Object.keys(document.paths).map((path) => path.replaceAll(/\{\w+\}/g, '{}'))

  for (const unique of [tags, ids, shapes]) expect(unique).toEqual([...new Set(unique)])
  expect(new Set([...everyOperation, ...hooks].flatMap(({ tags }) => tags))).toEqual(new Set(tags))
})

test('stays below five megabytes', () => {
  expect(JSON.stringify(document).length).toBeLessThan(5_000_000)
})

test('others are served while it is made', async () => {
  let turns = 0
  const count = (): void => {
    turns += 1
    counting = setImmediate(count)
  }
  let counting = setImmediate(count)
  await apiDocument({ calls: [], operations, events: [], version: '1', serverUrl: 'http://localhost' })
  clearImmediate(counting)

  expect(turns).toBeGreaterThan(operations.length / 2)
})

test('a callback without an original type has none', () => {
  const resourceOf = (id: string) =>
    JSON.parse(JSON.stringify(document.webhooks[id])).post.requestBody.content['application/json'].schema.properties
      .resource

  expect(resourceOf('FAPIAO.ISSUED').properties).not.toHaveProperty('original_type')
  expect(resourceOf('FAPIAO.ISSUED').required).not.toContain('original_type')
  expect(resourceOf('securityEchoSuccess').required).toContain('original_type')
})

test('callbacks are webhooks: what stands around, and what is sealed', () => {
  const contentOf = (id: string) => JSON.parse(JSON.stringify(document.webhooks[id])).post.requestBody.content
  const { schema } = contentOf('securityEchoSuccess')['application/json']

  expect(schema.properties.event_type).toEqual({ type: 'string', const: 'SECURITY_ECHO.SUCCESS' })
  expect(schema.properties.resource.properties).toMatchObject({
    original_type: { const: 'security' },
    associated_data: { const: '' },
    ciphertext: { contentSchema: { $ref: '#/components/schemas/SecurityEchoEvent' } },
  })
  expect(Object.keys(document.webhooks)).toEqual(events.map(({ id }) => id))
  const { parameters } = JSON.parse(JSON.stringify(document.webhooks.securityEchoSuccess)).post
  const optional = parameters.filter(({ required }: { required: boolean }) => !required)
  expect(optional.map(({ name }: { name: string }) => name)).toEqual(['Wechatpay-Signature-Type'])
})

test('a callback is taken with 200 or 204, and with nothing else', () => {
  for (const { id } of events) {
    const { responses } = JSON.parse(JSON.stringify(document.webhooks[id])).post
    expect(Object.keys(responses)).toEqual(['200', '204', 'default'])
  }
})

test('that JavaScript can count with a number is not called a limit of it', () => {
  expect(JSON.stringify(document)).not.toContain(String(Number.MAX_SAFE_INTEGER))
})

test('an operation without an answer, or without schemas for its path, is described all the same', async () => {
  const silent: OperationDescription = {
    id: 'silent',
    method: 'DELETE',
    path: '/v3/things/{thing_id}',
    summary: 'Forget a thing',
    title: '忘',
    source: 'https://example.test',
    rules: [],
    input: {},
    output: z.undefined(),
    errors: {},
  }
  const [operation] = documentedBy(
    await apiDocument({ calls: [], operations: [silent], events: [], version: '1', serverUrl: 'http://localhost' }),
  )

  expect(Object.keys(operation?.responses ?? {})).toEqual(['204', '400', '401', '413', '429', '500'])
  expect(operation?.parameters).toEqual([
    { name: 'thing_id', in: 'path', required: true, schema: { type: 'string' } },
    { $ref: '#/components/parameters/WechatpaySerial' },
  ])
})

test('two schemas with one id are noticed', () => {
  const schemas = new SchemaCollector()
  schemas.convert(z.object({ a: z.string() }).meta({ id: 'Twin' }), 'input')
  schemas.convert(z.object({ a: z.string() }).meta({ id: 'Twin' }), 'input')

  expect(() => schemas.convert(z.object({ a: z.number() }).meta({ id: 'Twin' }), 'input')).toThrowError(/Twin/)
  expect(Object.keys(schemas.components)).toEqual(['Twin'])
})

test('is served with the address of the mock', async () => {
  const response = await (await controlApp(createMock())).request('http://127.0.0.1:1234/_mock/openapi.json')

  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ openapi: '3.1.1', servers: [{ url: 'http://127.0.0.1:1234' }] })
})

test('clients get the same bytes, whatever they call the mock: one that does not read its answer keeps no copy', async () => {
  const app = await controlApp(createMock())
  const bytesOf = async (host = 'localhost') => {
    const chunks: Uint8Array[] = []
    for await (const chunk of (await app.request(`http://${host}/_mock/openapi.json`)).body ?? []) chunks.push(chunk)
    return chunks.at(-1)
  }

  const [first, second] = [await bytesOf(), await bytesOf('127.0.0.1:1234')]

  expect(first?.length).toBeGreaterThan(1_000_000)
  // A comparison that fails would print megabytes.
  expect(second?.buffer === first?.buffer).toBe(true)
})
