import type { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect } from 'vitest'
import { verifyPacts } from '../../contracts/kit/index.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { createMock } from '../../src/mock.ts'
import { SOME_EVENTS } from '../helpers/events.ts'
import { callbackPact } from './callback-pacts.ts'
import { ASSOCIATE, type HandWrittenPact, LINK, test, V2, V3 } from './pacts.ts'

describe('pacts of other languages', () => {
  test.for([
    ['2', V2],
    ['3', V3],
  ] as const)('are verified in specification %s', async ([, pact], { write }) => {
    const { ok, interactions, problems } = await verifyPacts({ pactFiles: [await write(pact)] })

    expect({ ok, problems, interactions }).toEqual({
      ok: true,
      problems: [],
      interactions: [expect.objectContaining({ consumer: 'a Java shop', ok: true, reasons: [], mismatches: [] })],
    })
  })
})

describe.for(['3.0.0', '4.0'] as const)('callbacks of every event, as messages of specification %s,', (version) => {
  const verify = async (write: (pact: HandWrittenPact) => Promise<string>, differs?: object) => {
    const { interactions } = await verifyPacts({
      pactFiles: [await write(callbackPact(version, SOME_EVENTS, differs))],
    })
    return interactions.map(({ description, ok, reasons, mismatches }) => ({
      description,
      ok,
      reasons,
      mismatches: mismatches.map(({ type, at }) => `${type} ${at}`),
    }))
  }
  const each = (found: object) =>
    SOME_EVENTS.map((type) => ({ description: `a ${type} callback`, ok: true, reasons: [], mismatches: [], ...found }))

  test('are verified, their header fields as metadata', async ({ write }) => {
    expect(await verify(write)).toEqual(each({}))
  })

  test('fail where a member is another', async ({ write }) => {
    expect(await verify(write, { contents: { resource_type: 'plain' } })).toEqual(
      each({ ok: false, mismatches: ['BodyMismatch $.resource_type'] }),
    )
  })

  test('fail where a header field is another', async ({ write }) => {
    expect(await verify(write, { metadata: { 'Wechatpay-Signature-Type': 'none' } })).toEqual(
      each({ ok: false, mismatches: ['MetadataMismatch Wechatpay-Signature-Type'] }),
    )
  })
})

test('bodies that are hard to keep as they are do not hang, and are signed as they arrive', async ({ write }) => {
  const body =
    '{"stock_id":"券\\/1","coupon_code":"a","n":1.0,"big":12345678901234567890,"bigger":123456789012345678901234567890,"deep":{"a":{"b":{}},"c":[]}}'
  const file = await write(
    `{"consumer":{"name":"c"},"provider":{"name":"wechatpay"},"metadata":{"pactSpecification":{"version":"3.0.0"}},"interactions":[
      {"description":"asks too much","request":{"method":"POST","path":"${ASSOCIATE}","headers":{"Content-Type":"application/json"},"body":${body}},
       "response":{"status":400,"body":{"code":"PARAM_ERROR"}}}]}`,
  )

  const { ok, interactions } = await verifyPacts({ pactFiles: [file] })

  expect(interactions).toEqual([expect.objectContaining({ mismatches: [], reasons: [] })])
  expect(ok).toBe(true)
})

test('a pact that is not kept fails, with what is different', async ({ write }) => {
  const [kept] = V3.interactions ?? []
  const broken = {
    description: 'expects another code',
    request: { method: 'POST', path: ASSOCIATE, headers: { 'Content-Type': 'application/json' }, body: LINK },
    response: { status: 404, body: { code: 'RESOURCE_NOT_EXISTS' } },
  }
  const { ok, interactions } = await verifyPacts({
    pactFiles: [await write({ version: '3.0.0', interactions: [kept ?? {}, broken] })],
  })

  expect(ok).toBe(false)
  expect(interactions.map(({ description, ok }) => [description, ok])).toEqual([
    ['is refused a coupon that is linked to another order', true],
    ['expects another code', false],
  ])
  expect(interactions[1]?.mismatches).toEqual([
    expect.objectContaining({ type: 'StatusMismatch', text: expect.stringContaining('404') }),
    expect.objectContaining({ type: 'BodyMismatch', at: '$.code' }),
  ])
})

test('what the front itself would answer is no part of a contract', async ({ write }) => {
  const answered = { response: { status: 200 } }
  const file = await write({
    version: '3.0.0',
    interactions: [
      { description: 'sets a state', request: { method: 'POST', path: '/_pact/states' }, ...answered },
      { description: 'opens a tunnel', request: { method: 'CONNECT', path: '/v3/certificates' }, ...answered },
    ],
  })
  const { ok, interactions } = await verifyPacts({ pactFiles: [file] })

  const reasons = ['Its request did not reach the provider: this is no call of WeChat Pay.']
  expect(ok).toBe(false)
  expect(interactions).toMatchObject([
    { description: 'sets a state', ok: false, reasons },
    { description: 'opens a tunnel', ok: false, reasons },
  ])
})

test('a call that is not served fails, unless its contract is about that', async ({ write }) => {
  const order = '/v3/pay/transactions/out-trade-no/MCH_1'
  const call = (method: string, path: string, status: number, state?: string) => ({
    description: `${method} ${path} ${state ?? ''}`,
    ...(state !== undefined && { providerStates: [{ name: state }] }),
    request: { method, path },
    response: { status },
  })
  const none = 'there is no such call'
  const interactions = [
    call('GET', order.replace('trade', 'trad'), 404),
    call('DELETE', order, 405),
    call('GET', '/v3/nothing', 404, none),
    call('DELETE', order, 405, none),
    call('GET', order, 404, none),
  ]

  const verified = await verifyPacts({ pactFiles: [await write({ version: '3.0.0', interactions })] })

  const advice = `If the contract is about that, give the interaction the provider state "${none}".`
  expect(verified.interactions.map(({ ok, reasons }) => [ok, ...reasons])).toEqual([
    [false, expect.stringMatching(/^GET .*out-trad-no\/MCH_1 is no call of WeChat Pay\. .* GET .*out-trade-no.*\. /)],
    [false, expect.stringMatching(/^DELETE .*MCH_1 is no call of WeChat Pay\. Only the method differs: .* GET\. /)],
    [true],
    [true],
    [false, `GET ${order} is a call of WeChat Pay, although the provider state "${none}" says otherwise.`],
  ])
  expect(verified.interactions[0]?.reasons.join()).toContain(advice)
})

test('a state that does not exist, or has no such parameter, is a reason at once', async ({ write }) => {
  const [interaction] = V2.interactions ?? []
  const of = (providerStates: object[]) => ({ ...interaction, providerState: undefined, providerStates })
  const file = await write({
    version: '3.0.0',
    interactions: [
      { ...of([{ name: 'the moon is full' }]), description: 'a' },
      { ...of([{ name: 'an order exists', params: { coupon: '1' } }]), description: 'b' },
    ],
  })

  const { ok, interactions } = await verifyPacts({ pactFiles: [file] })

  expect(ok).toBe(false)
  expect(interactions.map(({ reasons }) => reasons)).toEqual([
    [expect.stringContaining('There is no provider state "the moon is full". There are: there is no coupon, ')],
    [expect.stringContaining('has no parameter coupon. It has: out_trade_no')],
  ])
})

test('a running mock has its state back afterwards', async ({ write, onTestFinished }) => {
  const mock = createMock()
  const server = await startServer({ mock, port: 0, controlToken: 'secret' })
  onTestFinished(() => server.close(0))
  await mock.control.changeSettings({ orders: 'known' })
  await mock.control.planFault({ error: 'rate_limited', times: 3 })
  await mock.control.freeze('2026-01-01T00:00:00+08:00')
  const look = async () => ({
    world: await mock.control.world(),
    clock: await mock.control.clock(),
    settings: await mock.control.settings(),
    // A fault that is planned again gets a new id.
    faults: (await mock.control.faults()).map(({ id: _, ...fault }) => fault),
  })
  const before = await look()

  const { ok, interactions } = await verifyPacts({
    pactFiles: [await write(V2), await write(V3)],
    url: server.url,
    controlToken: 'secret',
  })

  expect(interactions).toHaveLength(2)
  expect(ok).toBe(true)
  expect(await look()).toEqual(before)
})

describe('a running mock has its state back', () => {
  /** Verifies a message that does something while its verifier waits for it. */
  const verifying = async (
    write: (pact: HandWrittenPact) => Promise<string>,
    does: () => void,
    signal?: AbortSignal,
  ) => {
    const mock = createMock()
    const server = await startServer({ mock, port: 0 })
    const before = await mock.control.world()
    const file = await write({ version: '3.0.0', messages: [{ description: 'my event', contents: {} }] })

    const outcome = await verifyPacts({
      pactFiles: [file],
      url: server.url,
      messages: {
        // The world has been emptied for it.
        'my event': async () => {
          does()
          return { contents: {} }
        },
      },
      ...(signal && { signal }),
    }).catch((error: unknown) => error)
    await server.close(0)
    expect({ ...(await mock.control.world()), taken_at: before.taken_at }).toEqual(before)
    return outcome
  }

  test('when the verification is ended early', async ({ write }) => {
    const ending = new AbortController()

    const outcome = await verifying(write, () => ending.abort(new Error('enough')), ending.signal)

    expect(outcome).toBe(ending.signal.reason)
  })

  test("when Pact's verifier crashes, which is said", async ({ write, onTestFinished }) => {
    const children: ChildProcess[] = []
    const keep = (message: unknown) => void children.push((message as { process: ChildProcess }).process)
    subscribe('child_process', keep)
    onTestFinished(() => void unsubscribe('child_process', keep))

    const outcome = await verifying(write, () => children.at(-1)?.kill('SIGKILL'))

    expect(outcome).toMatchObject({
      code: 'MOCK_PACT_VERIFIER',
      message: expect.stringMatching(/pact\.json: Pact's verifier did not come to a result: SIGKILL; /),
    })
  })
})
