import { request as ask } from 'node:http'
import { test as base, describe, expect } from 'vitest'
import { rawServer } from '../../contracts/kit/raw-http.ts'
import { type SeenAnswer, startVerifyingFront, type VerifyingFront } from '../../contracts/kit/verifying-front.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { createMock, type MockOptions, type WechatPayMock } from '../../src/mock.ts'
import { EVENT_TYPES } from '../../src/products/events.ts'
import { products } from '../../src/products/index.ts'
import { checkAnswer } from '../../src/protocol/check-answer.ts'
import { open } from '../../src/protocol/envelope.ts'
import { platformKeysOf } from '../../src/testing/merchant-client.ts'
import { ASSOCIATE, LINK } from './pacts.ts'

const HELD = 'a user holds a usable coupon'

interface Stage {
  readonly mock: WechatPayMock
  readonly front: VerifyingFront
  readonly seen: SeenAnswer[]
  /** What reached the provider. */
  readonly arrived: WireRequest[]
  /** Posts a state change in JSON, as most verifiers do. */
  change(state: string, params?: object, action?: string): Promise<unknown>
  /** Sends the request to link a coupon, signed by nobody. */
  link(coupon?: object): Promise<{ status: number; body: unknown }>
  message(description: string, more?: object): Promise<Response>
}

const test = base.extend('stage', async ({ task: _ }, { onCleanup }) => stageWith((answer) => answer, onCleanup))

async function stageWith(
  spoil: (answer: WireResponse) => WireResponse,
  onCleanup: (end: () => Promise<void>) => void,
  options: MockOptions = {},
): Promise<Stage> {
  const mock = createMock({ seed: 'empty', ...options })
  const arrived: WireRequest[] = []
  const provider = await rawServer(async (request) => {
    arrived.push(request)
    return spoil(await mock.handle(request))
  })
  const seen: SeenAnswer[] = []
  const front = await startVerifyingFront({
    provider: provider.url,
    control: mock.control,
    messages: {},
    products,
    onAnswer: (answer) => seen.push(answer),
  })
  onCleanup(async () => {
    await front.close()
    await provider.close()
  })
  const post = (path: string, body: object) =>
    fetch(front.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  return {
    mock,
    front,
    seen,
    arrived,
    async change(state, params = {}, action = 'setup') {
      const answer = await post('/_pact/states', { action, state, params })
      expect(answer.status).toBe(200)
      return answer.json()
    },
    async link(coupon = {}) {
      const answer = await post(ASSOCIATE, { ...LINK, ...coupon })
      return { status: answer.status, body: await answer.json() }
    },
    message: (description, more = {}) => post('/_pact/messages', { description, ...more }),
  }
}

describe('a verifier', () => {
  test('is handed the parameters that a state was set up with, the defaults among them', async ({ stage }) => {
    expect(await stage.change(HELD, { coupon_code: 'C-1', stock_id: 7 })).toEqual({
      coupon_code: 'C-1',
      stock_id: '7',
      openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
      out_trade_no: '',
    })
    expect(await stage.link({ coupon_code: 'C-1', stock_id: '7' })).toMatchObject({ status: 200 })
  })

  test('may post a state as a query', async ({ stage }) => {
    const query = new URLSearchParams({ state: HELD, coupon_code: 'C-2', action: 'setup' })
    const answer = await fetch(`${stage.front.url}/_pact/states?${query}`, { method: 'POST' })

    expect(await answer.json()).toMatchObject({ coupon_code: 'C-2', stock_id: '100088' })
    expect(await stage.link({ coupon_code: 'C-2' })).toMatchObject({ status: 200 })
  })

  test.for([
    ['announces each interaction and tears it down', true, true],
    ['announces each interaction', true, false],
    ['announces only states', false, false],
  ] as const)('that %s finds an empty world in each', async ([, announces, tearsDown], { stage }) => {
    const interaction = async (states: readonly string[]) => {
      for (const state of states.length === 0 && announces ? [''] : states) await stage.change(state)
      const { status } = await stage.link()
      if (tearsDown) for (const state of states) await stage.change(state, {}, 'teardown')
      return status
    }

    expect(await interaction([HELD, 'orders have to exist', 'an order exists'])).toBe(200)
    expect(await interaction([])).toBe(400)
    expect(await interaction([])).toBe(400)
    expect(await interaction([HELD])).toBe(200)
    expect(stage.seen.map(({ call, status, states }) => [call, status, states.length])).toEqual([
      [`POST ${ASSOCIATE}`, 200, 3],
      [`POST ${ASSOCIATE}`, 400, 0],
      [`POST ${ASSOCIATE}`, 400, 0],
      [`POST ${ASSOCIATE}`, 200, 1],
    ])
    expect((await stage.mock.control.world()).coupons.length).toBe(tearsDown ? 0 : 1)
  })

  test('that sends neither Accept nor User-Agent is let in', async ({ stage }) => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      ask(`${stage.front.url}/v3/certificates`, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on('error', reject)
        .end()
    })

    expect(status).toBe(200)
    expect(stage.arrived[0]?.headers).toMatchObject({ accept: 'application/json', 'user-agent': /./ })
  })

  test.for([
    ['that does not exist, with the nearest', 'a user holds a usable cupon', {}, `Did you mean "${HELD}"?`],
    ['that is like no other, with all there are', 'the moon is full', {}, 'There are: there is no coupon, '],
    ['without this parameter', HELD, { coupon: '1' }, 'has no parameter coupon. It has: stock_id, coupon_code'],
    ['whose parameter is a list', HELD, { coupon_code: ['1'] }, 'The parameter coupon_code'],
  ] as const)('fails on a state %s', async ([, state, params, reason], { stage }) => {
    expect(await stage.change(state, params)).toEqual({})

    const reasons = [expect.stringMatching(/^The provider state could not be set up: /)]
    expect(await stage.link()).toEqual({ status: 599, body: { reasons } })
    expect(stage.seen).toEqual([{ call: `POST ${ASSOCIATE}`, status: 599, states: [state], reasons }])
    expect(stage.seen[0]?.reasons[0]).toContain(reason)
    expect(stage.arrived).toEqual([])
  })

  test.for([
    ['that is not JSON', 'state=x'],
    ['that is a list', '[]'],
    ['without a state', '{"states":["a user holds a usable coupon"]}'],
    ['whose state is no text', '{"state":7}'],
    ['whose parameters are no object', '{"state":"a user holds a usable coupon","params":"C-1"}'],
  ] as const)('fails on a state change %s', async ([, body], { stage }) => {
    const answer = await fetch(`${stage.front.url}/_pact/states`, { method: 'POST', body })

    expect(answer.status).toBe(200)
    expect((await stage.link()).status).toBe(599)
    expect(stage.seen[0]?.reasons[0]).toContain('The state change cannot be read: post {"action":"setup"')
  })

  test('that posts its states elsewhere is told where to', async ({ stage }) => {
    const answer = await fetch(`${stage.front.url}/_pact/state`, { method: 'POST', body: '{}' })

    const reasons = [expect.stringContaining('/_pact/states')]
    expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 404, body: { reasons } })
    expect(stage.seen).toEqual([{ call: 'POST /_pact/state', status: 404, states: [], reasons }])
    expect(stage.arrived).toEqual([])
  })
})

base('a plaintext fails with the callback that it came in', async ({ onTestFinished }) => {
  const stage = await stageWith((answer) => answer, onTestFinished, {
    async receive(request) {
      request.headers.delete('Wechatpay-Signature')
      return fetch(request)
    },
  })

  const answer = await stage.message('the plaintext of COUPON.SEND')

  expect(await answer.json()).toEqual({ reasons: ['It has no Wechatpay-Signature.'] })
})

base('a callback that does not arrive fails, and says where it was sent to', async ({ onTestFinished }) => {
  const stage = await stageWith((answer) => answer, onTestFinished, {
    receive: () => Promise.reject(new Error('connect ECONNREFUSED')),
  })

  const answer = await stage.message('a COUPON.SEND callback')

  const reason =
    /^The callback COUPON\.SEND did not arrive here; the mock has to run on this machine: .*ECONNREFUSED.* \(http:/
  expect(await answer.json()).toEqual({ reasons: [expect.stringMatching(reason)] })
})

base('a callback whose body is not JSON fails', async ({ onTestFinished }) => {
  const stage = await stageWith((answer) => answer, onTestFinished, {
    receive: (request) => fetch(request.url, { method: 'POST', body: 'hello' }),
  })

  const answer = await stage.message('a COUPON.SEND callback')

  expect(await answer.json()).toEqual({
    reasons: ['The callback COUPON.SEND arrived with a body that is no JSON object: hello'],
  })
})

base('an answer whose signature is wrong is handed on as a failure', async ({ onTestFinished }) => {
  const stage = await stageWith(
    (answer) => ({ ...answer, body: Buffer.from(Buffer.from(answer.body).toString().replace('2026', '2025')) }),
    onTestFinished,
  )
  await stage.change('the time is', { now: '2026-01-05T10:20:30+08:00' })
  await stage.change(HELD)

  const { status, body } = await stage.link()

  expect(status).toBe(599)
  expect(body).toHaveProperty('wechatpay_associate_time')
  expect(stage.seen[0]?.reasons).toContain('Its signature does not verify.')
})

describe('a message', () => {
  test.for(EVENT_TYPES)('of %s is what the mock delivers', async (eventType, { stage }) => {
    const answer = await stage.message(`a ${eventType} callback`)
    const body = Buffer.from(await answer.arrayBuffer())
    const metadata = JSON.parse(
      Buffer.from(answer.headers.get('Pact-Message-Metadata') ?? '', 'base64').toString(),
    ) as Record<string, string>

    const envelope = JSON.parse(body.toString())
    const credentials = await stage.mock.control.credentials()
    expect(envelope).toMatchObject({ event_type: eventType, resource_type: 'encrypt-resource' })
    expect(open(envelope.resource, credentials.api_v3_key)).toMatchObject({ ok: true })
    expect(metadata).toMatchObject({ contentType: 'application/json', 'Content-Type': 'application/json' })
    const keys = platformKeysOf(credentials)
    const check = { header: (name: string) => metadata[name], body }
    expect(checkAnswer(check, { keyOf: (serial) => keys.get(serial), now: Date.now() }).faults).toEqual([])
    const [delivered] = await stage.mock.control.notifications()
    expect(delivered).toMatchObject({ id: envelope.id, state: 'delivered' })
    expect(stage.seen).toEqual([{ call: `a ${eventType} callback`, states: [], reasons: [] }])
  })

  test.for([
    ['COUPON.SEND', HELD, { coupon_code: 'C-3' }],
    ['TRANSACTION.SUCCESS', 'an order exists', { out_trade_no: 'O-3' }],
  ] as const)('of %s is about what is in the state, and its plaintext can be asked for', async (row, { stage }) => {
    const [eventType, state, params] = row
    await stage.change(state, params)

    expect(await (await stage.message(`the plaintext of ${eventType}`)).json()).toMatchObject(params)
  })

  test('of a refund is about the refund in the state that ended so', async ({ stage }) => {
    await stage.change('an order exists', { out_trade_no: 'O-4' })
    const { control } = stage.mock
    await control.refundOrder('O-4', { amount: 30, outcome: 'SUCCESS' })
    await control.refundOrder('O-4', { amount: 40, outcome: 'ABNORMAL' })

    const answer = await stage.message('the plaintext of REFUND.SUCCESS')

    expect(await answer.json()).toMatchObject({ out_trade_no: 'O-4', amount: { refund: 30 }, refund_status: 'SUCCESS' })
  })

  test('is asked for at / by verifiers that know no other place', async ({ stage }) => {
    const answer = await fetch(stage.front.url, { method: 'POST', body: '{"description":"a COUPON.SEND callback"}' })

    expect(await answer.json()).toMatchObject({ event_type: 'COUPON.SEND' })
  })

  test.for([
    ['that names no event', {}, /^The message "hello" names no event\. .*: COUPON\.SEND, .*TRANSACTION\.SUCCESS/],
    ['that expects an answer', { request: {} }, /^"hello" is a synchronous message, which WeChat Pay does not have: /],
  ] as const)('%s fails, and says what to do', async ([, more, reason], { stage }) => {
    const answer = await stage.message('hello', more)

    expect(await answer.json()).toEqual({ reasons: [expect.stringMatching(reason)] })
    expect(answer.headers.has('Pact-Message-Metadata')).toBe(true)
  })
})
