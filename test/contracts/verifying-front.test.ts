import { request as ask, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test as base, describe, expect } from 'vitest'
import { rawServer } from '../../contracts/kit/raw-http.ts'
import { createVerifier } from '../../contracts/kit/run-verifier.ts'
import {
  type SeenAnswer,
  startVerifyingFront,
  type VerifyingFront,
  type VerifyingFrontOptions,
} from '../../contracts/kit/verifying-front.ts'
import type { RefusedConnection } from '../../src/doors/transports/read-request.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { createMock, type MockOptions, type WechatPayMock } from '../../src/mock.ts'
import { products } from '../../src/products/index.ts'
import { platformKeysOf } from '../../src/testing/merchant-client.ts'
import { checkAnswer } from '../../src/wire/protocol/check-answer.ts'
import { open } from '../../src/wire/protocol/envelope.ts'
import { SOME_EVENTS, typeOfEvent } from '../helpers/events.ts'
import { ASSOCIATE, LINK, test as pacts } from './pacts.ts'

const HELD = 'a user holds a usable coupon'

interface Stage {
  readonly mock: WechatPayMock
  readonly front: VerifyingFront
  readonly seen: SeenAnswer[]
  readonly refused: RefusedConnection[]
  /** Requests that reached the provider. */
  readonly arrived: WireRequest[]
  /** Posts a state change in JSON, as most verifiers do. */
  change(state: string, params?: object, action?: string): Promise<unknown>
  /** Sends an unsigned request to link a coupon. */
  link(coupon?: object): Promise<{ status: number; body: unknown }>
  message(description: string, more?: object): Promise<Response>
}

const test = base.extend('stage', async ({ task: _ }, { onCleanup }) => stageWith((answer) => answer, onCleanup))

async function stageWith(
  damage: (answer: WireResponse) => WireResponse | Promise<WireResponse>,
  onCleanup: (end: () => Promise<void>) => void,
  options: MockOptions = {},
  more: Partial<VerifyingFrontOptions> = {},
): Promise<Stage> {
  const mock = createMock({ seed: 'empty', ...options })
  const arrived: WireRequest[] = []
  const provider = await rawServer(async (request) => {
    arrived.push(request)
    return damage(await mock.handle(request))
  })
  const seen: SeenAnswer[] = []
  const refused: RefusedConnection[] = []
  const front = await startVerifyingFront({
    provider: provider.url,
    control: mock.control,
    messages: {},
    products,
    onAnswer: (answer) => seen.push(answer),
    onRefused: (one) => refused.push(one),
    ...more,
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
    refused,
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
    ['with a misspelt parameter', HELD, { coupon_cod: '1' }, 'no parameter coupon_cod. Did you mean coupon_code?'],
    ['whose name has no end', 'x'.repeat(1_000_000), {}, `no provider state "${'x'.repeat(100)}…". There are: `],
    ['whose parameter has no end', HELD, { ['x'.repeat(1_000_000)]: '1' }, `no parameter ${'x'.repeat(100)}…. It has`],
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
    ['that is no JSON', '', 'state=x', 'it is no JSON object'],
    ['that is a list', '', '["setup"]', 'it is no JSON object'],
    ['without a state', '', '{"states":["a user holds a usable coupon"]}', 'state is no text'],
    ['whose state is no text', '', '{"state":{"name":"x"}}', 'state is no text'],
    ['whose parameters are a list', '', '{"state":"an order exists","params":["x"]}', 'params is no object'],
    ['with an action that there is not', '', '{"action":"set_up","state":"x"}', 'there is no action "set_up"'],
    ['with such an action in the query', '?action=undo&state=x', '', 'there is no action "undo"'],
  ] as const)('fails on a state change %s', async ([, query, body, reason], { stage }) => {
    const answer = await fetch(`${stage.front.url}/_pact/states${query}`, { method: 'POST', body })

    expect([answer.status, await answer.json()]).toEqual([200, {}])
    expect((await stage.link()).status).toBe(599)
    expect(stage.seen[0]?.reasons).toEqual([
      expect.stringContaining(`The state change cannot be read (${reason}): post {"action":"setup"`),
    ])
    expect(stage.arrived).toEqual([])
  })

  test('whose HTTP client repeats what was refused for now is answered once more', async ({ stage }) => {
    await stage.change(HELD)
    await stage.change('the service is overloaded')
    const answers = [await stage.link(), await stage.link(), await stage.link()]

    // The third is the next interaction, which needs no state.
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 400])
    expect(answers[1]).toEqual(answers[0])
    expect(stage.seen.map(({ status, reasons }) => [status, reasons])).toEqual([
      [429, []],
      [400, []],
    ])
    expect(stage.front.interactions).toHaveLength(2)
  })

  test.for<[string, (stage: Stage) => Promise<unknown>, object, number]>([
    ['after a state change', ({ change }) => change(''), {}, 400],
    ['another request', async () => undefined, { coupon_code: 'another' }, 400],
  ])('whose next interaction is %s has it answered anew', async ([, between, differs, status], { stage }) => {
    await stage.change('the service is overloaded')
    expect(await stage.link()).toMatchObject({ status: 429 })
    await between(stage)

    expect(await stage.link(differs)).toMatchObject({ status })
    expect(stage.front.interactions).toHaveLength(2)
  })

  test('that posts its states elsewhere is told where to', async ({ stage }) => {
    const answer = await fetch(`${stage.front.url}/_pact/state`, { method: 'POST', body: '{}' })

    const reasons = [expect.stringContaining('/_pact/states')]
    expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 404, body: { reasons } })
    expect(stage.seen).toEqual([{ call: 'POST /_pact/state', status: 404, states: [], reasons }])
    expect(stage.arrived).toEqual([])
  })

  test('may say with null that there are no parameters, no state and no action', async ({ stage }) => {
    const nothing = JSON.stringify({ action: null, state: null, params: null })
    await fetch(`${stage.front.url}/_pact/states`, { method: 'POST', body: nothing })

    expect(await stage.link()).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
  })

  test('may tear down what it never set up, more than once', async ({ stage }) => {
    await stage.change('', {}, 'teardown')
    await stage.change(HELD, {}, 'teardown')
    await stage.change(HELD)
    expect(await stage.link()).toMatchObject({ status: 200 })
    await stage.change(HELD, {}, 'teardown')
    await stage.change(HELD, {}, 'teardown')

    expect(await stage.link()).toMatchObject({ status: 400 })
    expect(stage.front.interactions.map(({ states, reasons }) => [states, reasons])).toEqual([
      [[HELD], []],
      [[], []],
    ])
  })

  test.for(['/_pact/states', ASSOCIATE])(
    'with too large a body for %s fails that interaction alone',
    async (path, { stage }) => {
      await stage.change(HELD)
      const body = 'x'.repeat(3 * 1_048_576)
      const { status } = await fetch(stage.front.url + path, { method: 'POST', body })
      if (path === '/_pact/states') expect([status, (await stage.link()).status]).toEqual([200, 599])
      else expect(status).toBe(599)

      expect(stage.seen[0]).toMatchObject({
        states: [HELD],
        reasons: ['The body of this request is larger than any that WeChat Pay takes.'],
      })
      expect(await stage.link()).toMatchObject({ status: 400 })
      expect(stage.seen[1]).toMatchObject({ states: [], reasons: [] })
    },
  )

  test('does not reach the control API of the mock', async ({ stage }) => {
    const answer = await fetch(`${stage.front.url}/_mock/journal`, { method: 'DELETE' })

    expect(answer.status).toBe(599)
    expect(stage.arrived).toEqual([])
    expect(stage.seen[0]?.reasons).toEqual([expect.stringMatching(/^\/_mock is the control API of the mock/)])
  })
})

describe('a verifier that does not wait', () => {
  const AT_ONCE = expect.stringMatching(/^It came while another request or state change was still being answered: /)

  base('for the answer to a request is told so, and both are answered', async ({ onTestFinished }) => {
    const [first, second] = [signal(), signal()]
    const stage = await stageWith(async (answer) => {
      first.give()
      await second.given
      return answer
    }, onTestFinished)
    const linked = stage.link()
    await first.given
    const status = certificates(stage.front, second.give)

    expect([(await linked).status, await status]).toEqual([400, 599])
    expect(stage.arrived.map(({ target }) => target)).toEqual([ASSOCIATE])
    expect(stage.seen).toMatchObject([
      { call: `POST ${ASSOCIATE}`, reasons: [] },
      { call: 'GET /v3/certificates', reasons: [AT_ONCE] },
    ])
  })

  base('for its state gets no answer from a world that is half made', async ({ onTestFinished }) => {
    const mock = createMock({ seed: 'empty' })
    const [emptying, asked] = [signal(), signal()]
    const control = Object.assign(Object.create(mock.control), {
      async restore(world: object) {
        emptying.give()
        await asked.given
        await mock.control.restore(world)
      },
    })
    const stage = await stageWith((answer) => answer, onTestFinished, {}, { control })
    const changed = stage.change(HELD)
    await emptying.given
    const status = certificates(stage.front, asked.give)

    expect(await changed).toMatchObject({ coupon_code: LINK.coupon_code })
    expect(await status).toBe(599)
    expect(stage.arrived).toEqual([])
    expect(stage.seen).toMatchObject([{ states: [HELD], reasons: [AT_ONCE] }])
    expect(await certificates(stage.front)).toBe(200)
  })
})

/** Text that a verifier receives in place of an unavailable message; no JSON contract accepts it. */
async function failureOf(answer: Response): Promise<string> {
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([599, 'text/plain; charset=utf-8'])
  return answer.text()
}

interface Signal {
  readonly given: Promise<void>
  give(): void
}

function signal(): Signal {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { given: promise, give: resolve }
}

/** Requests the certificates, and returns the status. @param onArrival called once the front has received the whole request */
function certificates({ url }: VerifyingFront, onArrival = () => {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    ask(`${url}/v3/certificates`, { headers: { Expect: '100-continue' } }, (answer) =>
      resolve(answer.resume().statusCode),
    )
      .on('continue', onArrival)
      .on('error', reject)
      .end()
  })
}

describe('the port of the front', () => {
  test.for<[string, Record<string, string>, RefusedConnection]>([
    ['of another origin', { origin: 'https://shop.example' }, { reason: 'origin', host: 'https://shop.example' }],
    ['of another port', { origin: 'http://127.0.0.1:3000' }, { reason: 'origin', host: 'http://127.0.0.1:3000' }],
    ['whose name was pointed here', { host: 'shop.example' }, { reason: 'host_header', host: 'shop.example' }],
  ])('answers no web page %s', async ([, headers, refusal], { stage }) => {
    for (const path of ['/_pact/states', '/_pact/messages', ASSOCIATE]) {
      const status = await new Promise((resolve, reject) => {
        ask(stage.front.url + path, { method: 'POST', headers }, (answer) => resolve(answer.resume().statusCode))
          .on('error', reject)
          .end('{"state":"an order exists"}')
      })
      expect(status).toBe(403)
    }
    expect(stage.refused).toEqual([refusal, refusal, refusal])
    expect(stage.front.interactions).toEqual([])
    expect(stage.arrived).toEqual([])
  })
})

describe('a provider', () => {
  base.for([
    ['that never answers', (_: () => void) => {}],
    ['that never comes to an end', (goOn: () => void) => goOn()],
  ] as const)('%s is given up', async ([, answer], { onTestFinished }) => {
    const provider = createServer((_, outgoing) =>
      answer(() => {
        const drip = setInterval(() => outgoing.write(' '), 5)
        outgoing.on('close', () => clearInterval(drip))
      }),
    )
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      provider.closeAllConnections()
      provider.close()
    })
    const { port } = provider.address() as AddressInfo
    const stage = await stageWith(
      (answer) => answer,
      onTestFinished,
      {},
      {
        provider: `http://127.0.0.1:${port}`,
        answerLimitMs: 100,
      },
    )

    expect(await stage.link()).toMatchObject({ status: 599 })
    expect(stage.seen[0]?.reasons).toEqual([
      `The provider could not be asked: No answer to POST ${ASSOCIATE} came within 0.1 seconds.`,
    ])
    expect(stage.seen[0]).not.toHaveProperty('answer')
  })

  base(
    'that answers once, and not when it is asked again, fails, though its answer is known',
    async ({ onTestFinished }) => {
      let asked = 0
      const stage = await stageWith(
        (answer) => {
          asked += 1
          return asked === 1 ? answer : new Promise<WireResponse>(() => {})
        },
        onTestFinished,
        {},
        { answerLimitMs: 1_000 },
      )
      await stage.change(HELD)

      expect(await stage.link()).toMatchObject({
        status: 599,
        body: { reasons: [expect.stringContaining('No answer')] },
      })
      expect(stage.front.interactions).toMatchObject([{ answered: false, answer: { status: 200 } }])
    },
  )

  base('that refuses is quoted, with the reason in its journal', async ({ onTestFinished }) => {
    const stage = await stageWith((answer) => answer, onTestFinished)
    await stage.link()

    expect(stage.seen).toEqual([
      {
        call: `POST ${ASSOCIATE}`,
        status: 400,
        states: [],
        reasons: [],
        answer: {
          status: 400,
          code: 'INVALID_REQUEST',
          message: '券不存在',
          reason: expect.stringMatching(/^not_found: there is no coupon/),
        },
      },
    ])
  })

  base('is still being asked when the front closes, which waits for the end of that', async ({ onTestFinished }) => {
    const arrival = signal()
    const stage = await stageWith(() => {
      arrival.give()
      return new Promise<WireResponse>(() => {})
    }, onTestFinished)
    // The client's result depends on whether the connection is cut first.
    stage.link().catch(() => undefined)
    await arrival.given
    await stage.front.close()

    expect(stage.seen).toMatchObject([{ status: 599, reasons: [expect.stringContaining('could not be asked')] }])
  })
})

base('a message is none where the control API does not answer', async ({ onTestFinished }) => {
  const mock = createMock({ seed: 'empty' })
  const stage = await stageWith(
    (answer) => answer,
    onTestFinished,
    {},
    {
      control: Object.assign(Object.create(mock.control), { clock: () => Promise.reject(new Error('gone')) }),
    },
  )

  const answer = await stage.message('a COUPON.SEND callback')

  expect(await failureOf(answer)).toBe('gone')
  expect(stage.seen).toMatchObject([{ reasons: ['gone'] }])
})

base('a plaintext fails with the callback that it came in', async ({ onTestFinished }) => {
  const stage = await stageWith((answer) => answer, onTestFinished, {
    async receive(request) {
      request.headers.delete('Wechatpay-Signature')
      return fetch(request)
    },
  })

  const answer = await stage.message('the plaintext of COUPON.SEND')

  expect(await failureOf(answer)).toBe('It has no Wechatpay-Signature.')
})

base('a callback that does not arrive fails, and says where it was sent to', async ({ onTestFinished }) => {
  const stage = await stageWith((answer) => answer, onTestFinished, {
    receive: () => Promise.reject(new Error('connect ECONNREFUSED')),
  })

  const answer = await stage.message('a COUPON.SEND callback')

  const reason =
    /^The callback COUPON\.SEND did not arrive here; the mock has to run on this machine: .*ECONNREFUSED.* \(http:/
  expect(await failureOf(answer)).toMatch(reason)
})

base('a callback whose body is not JSON fails', async ({ onTestFinished }) => {
  const stage = await stageWith((answer) => answer, onTestFinished, {
    receive: (request) => fetch(request.url, { method: 'POST', body: 'hello' }),
  })

  const answer = await stage.message('a COUPON.SEND callback')

  expect(await failureOf(answer)).toBe('The callback COUPON.SEND arrived with a body that is no JSON object: hello')
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
  test.for(SOME_EVENTS)('of %s is what the mock delivers', async (eventType, { stage }) => {
    const answer = await stage.message(`a ${eventType} callback`)
    const body = Buffer.from(await answer.arrayBuffer())
    const metadata = JSON.parse(
      Buffer.from(answer.headers.get('Pact-Message-Metadata') ?? '', 'base64').toString(),
    ) as Record<string, string>

    const envelope = JSON.parse(body.toString())
    const credentials = await stage.mock.control.credentials()
    expect(envelope).toMatchObject({ event_type: typeOfEvent(eventType), resource_type: 'encrypt-resource' })
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

  test('whose description has no end is named by its beginning', async ({ stage }) => {
    const failure = await failureOf(await stage.message('x'.repeat(1_000_000)))

    expect(failure).toMatch(/^The message "x{200}…" names no event\./)
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

    expect(await failureOf(answer)).toMatch(reason)
    expect(answer.headers.has('Pact-Message-Metadata')).toBe(true)
  })
})

pacts(
  'a message that there is not is none for any verifier, however loose the contract',
  async ({ write, onTestFinished }) => {
    const stage = await stageWith((answer) => answer, onTestFinished)
    const file = await write({
      version: '4.0',
      interactions: [
        {
          type: 'Asynchronous/Messages',
          description: 'hello',
          contents: { content: {}, contentType: 'application/json', encoded: false },
        },
      ],
    })

    const verifier = createVerifier()
    onTestFinished(() => verifier.close())

    const { interactionResults } = await verifier.verify(file, {
      provider: 'wechatpay',
      pactUrls: [file],
      providerBaseUrl: stage.front.url,
      transports: [{ protocol: 'message', scheme: 'http', port: stage.front.port, path: '/_pact/messages' }],
      logLevel: 'error',
    })

    expect(interactionResults.map(({ result }) => result)).toEqual(['Error'])
  },
)
