import { describe, vi } from 'vitest'
import { connectControl } from '../../src/mock-control.ts'
import { associateTradeInfo, useCoupon } from '../../src/products/operations.ts'
import { expect, test, type WechatPay } from '../../src/testing/index.ts'
import { interceptWechatPay, loadMsw } from '../../src/testing/intercept.ts'

const ORIGIN = 'https://api.mch.weixin.qq.com'
const COUPON = ['100088', 'sxxe34343434'] as const
const ASSOCIATE = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: 'R-1',
}
const USE = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  appid: 'wx1234567889999',
  use_time: '2026-11-25T12:00:00+08:00',
  use_request_no: 'USE-1',
}

/** Message of a failed assertion. */
const messageOf = async (assertion: Promise<void>) => {
  const error = await assertion.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new Error('The assertion was to fail')
  return error.message
}

describe('the fixture wechatpay', () => {
  test('answers for WeChat Pay while the test runs', async ({ wechatpay }) => {
    const response = await fetch(`${ORIGIN}/v3/certificates`)

    expect(response.status).toBe(401)
    expect(await wechatpay.control.journalCount()).toBe(1)
  })

  test('has a client whose calls are signed and checked', async ({ wechatpay }) => {
    expect(await wechatpay.client.call(associateTradeInfo, ASSOCIATE)).toMatchObject({ status: 200 })
  })

  test('is fresh for each test', async ({ wechatpay }) => {
    await expect(wechatpay.coupon(...COUPON)).not.toBeAssociatedWith('MCH_102233445')
    expect(await wechatpay.control.journalCount()).toBe(0)
  })

  const urls: string[] = []

  test('starts one server, and only when it is asked for', async ({ wechatpay }) => {
    const [one, two] = await Promise.all([wechatpay.url(), wechatpay.url()])

    expect(one).toBe(two)
    expect(one).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await fetch(`${one}/_mock/health`)).status).toBe(200)
    urls.push(one)
  })

  test('closes it after the test', async () => {
    expect(urls).toHaveLength(1)
    await expect(fetch(`${urls[0]}/_mock/health`)).rejects.toThrow()
  })

  test('has the mock behind both doors', async ({ wechatpay }) => {
    await fetch(`${ORIGIN}/v3/certificates`)
    await fetch(`${await wechatpay.url()}/v3/certificates`)

    expect(await wechatpay.control.journalCount()).toBe(2)
  })
})

describe('toBeAnswered', () => {
  const spent = { ...USE, coupon_code: 'NONE' }

  test('passes for the status, and for any success without one', async ({ wechatpay }) => {
    await expect(wechatpay.client.call(associateTradeInfo, ASSOCIATE)).toBeAnswered(200)
    await expect(await wechatpay.client.call(associateTradeInfo, ASSOCIATE)).toBeAnswered()
    await expect(wechatpay.client.call(useCoupon, spent)).toBeAnswered(404)
    await expect(wechatpay.client.call(useCoupon, spent)).not.toBeAnswered()
  })

  test('says what came, and why', async ({ wechatpay }) => {
    const call = wechatpay.client.call(useCoupon, spent)
    // The message does not mention a later call that is refused for another reason.
    await call
    await wechatpay.client.call(useCoupon, { ...USE, appid: 1 })

    expect(await messageOf(expect(call).toBeAnswered(200))).toBe(
      [
        'The call should be answered with 200, and is answered with 404.',
        '',
        'Its body:',
        '  {"code":"RESOURCE_NOT_EXISTS","message":"查询的资源不存在"}',
        '',
        'The journal says:',
        '  refusal: not_found: there is no coupon NONE of batch 100088',
      ].join('\n'),
    )
  })

  test('says it of a whole answer, and of one that was not authenticated', async ({ wechatpay }) => {
    const answer = await wechatpay.client.request({ target: '/v3/certificates', authorization: undefined })

    const message = await messageOf(expect(answer).toBeAnswered())
    expect(message).toMatch(/^The call should be answered with a status from 200 to 299, and is answered with 401\./)
    expect(message).toContain('authorization: The request has no Authorization header.')
  })

  test('not: says what came', async ({ wechatpay }) => {
    const call = wechatpay.client.call(useCoupon, spent)

    expect(await messageOf(expect(call).not.toBeAnswered(404))).toMatch(
      /^The call is answered with 404, and should not be answered with 404\.[\s\S]*not_found: /,
    )
  })

  test('shows of a Response what is in it, which stays readable', async ({ wechatpay: _ }) => {
    const response = await fetch(`${ORIGIN}/v3/certificates`)

    expect(await messageOf(expect(response).toBeAnswered(200))).toContain('"code":"SIGN_ERROR"')
    expect(await response.json()).toMatchObject({ code: 'SIGN_ERROR' })
  })

  test('does without the journal, once it is cleared', async ({ wechatpay }) => {
    const answer = await wechatpay.client.call(useCoupon, spent)
    await wechatpay.control.clearJournal()

    expect(await messageOf(expect(answer).toBeAnswered(200))).not.toContain('The journal')
  })

  test('takes nothing else', async () => {
    await expect(expect('200').toBeAnswered(200)).rejects.toMatchObject({ code: 'MOCK_NOT_AN_ANSWER' })
  })
})

describe('wechatpayOptions', () => {
  describe('seed as a scenario', () => {
    test.override('wechatpayOptions', { seed: 'empty' })

    test('starts from it', async ({ wechatpay }) => {
      expect((await wechatpay.control.world()).coupons).toEqual([])
    })
  })

  describe('seed as a world, with orders known', () => {
    test.override('wechatpayOptions', {
      orders: 'known',
      seed: {
        merchants: [{ mchid: '1900000109' }],
        coupons: [{ stock_id: 'BATCH', coupon_code: 'CODE', mchid: '1900000109', send_merchant: '1900000001' }],
      },
    })

    test('starts from it, merchants included', async ({ wechatpay }) => {
      expect(await wechatpay.control.credentials('1900000109')).toMatchObject({ mchid: '1900000109' })
      await expect(wechatpay.coupon('BATCH', 'CODE', { mchid: '1900000109' })).toBeInState('SENDED')
    })

    test('checks orders', async ({ wechatpay }) => {
      const call = wechatpay.client.call(associateTradeInfo, { ...ASSOCIATE, stock_id: 'BATCH', coupon_code: 'CODE' })

      await expect(call).toBeWechatPayError('RESOURCE_NOT_EXISTS', '查询记录为空')
    })
  })

  describe('clock as a time', () => {
    test.override('wechatpayOptions', { clock: '2020-02-29T12:00:00+08:00' })

    test('stands still there, and the world is of that time', async ({ wechatpay }) => {
      expect(await wechatpay.control.clock()).toEqual({ now: '2020-02-29T12:00:00.000+08:00', frozen: true })
      expect(await wechatpay.control.coupon(...COUPON)).toMatchObject({ receive_time: '2020-02-28T12:00:00+08:00' })
    })

    test('is gone back to by a reset', async ({ wechatpay }) => {
      await wechatpay.control.advance('P1D')
      await wechatpay.control.reset()

      expect(await wechatpay.control.clock()).toEqual({ now: '2020-02-29T12:00:00.000+08:00', frozen: true })
    })

    test("judges signatures by the machine's clock, which the client under test has", async ({ wechatpay }) => {
      const { status, body } = await wechatpay.client.call(associateTradeInfo, ASSOCIATE)

      expect({ status, body }).toEqual({
        status: 200,
        body: { wechatpay_associate_time: '2020-02-29T12:00:00+08:00' },
      })
    })
  })

  describe('clock as a time, with signatureClock mock', () => {
    test.override('wechatpayOptions', { clock: new Date('2020-02-29T04:00:00Z'), signatureClock: 'mock' })

    test('judges signatures by it', async ({ wechatpay }) => {
      expect(await wechatpay.client.call(associateTradeInfo, ASSOCIATE)).toMatchObject({ status: 200 })
      expect(await wechatpay.client.request({ target: '/v3/certificates', timestamp: seconds() })).toMatchObject({
        status: 401,
      })
    })
  })

  describe('clock as a source', () => {
    const source = { at: Date.parse('2020-02-29T12:00:00+08:00') }
    test.override('wechatpayOptions', { clock: { now: () => source.at } })

    test('is followed', async ({ wechatpay }) => {
      source.at += 1_000

      expect(await wechatpay.client.call(associateTradeInfo, ASSOCIATE)).toMatchObject({
        body: { wechatpay_associate_time: '2020-02-29T12:00:01+08:00' },
      })
    })
  })

  describe('keyMode', () => {
    test.override('wechatpayOptions', { keyMode: 'public-key' })

    test("is the mock's, and the credentials fit it", async ({ wechatpay }) => {
      const { serialNo } = await wechatpay.client.request({ target: '/v3/certificates' })

      expect(serialNo).toBe(wechatpay.credentials.platform_public_key?.id)
      expect(wechatpay.credentials.platform_certificates).toEqual([])
    })
  })

  describe('an option that does not exist', () => {
    test.override('wechatpayOptions', { intercpt: false } as object)

    test.fails('fails the test that has it', ({ wechatpay }) => {
      expect(wechatpay).toBeUndefined()
    })
  })

  describe('receive', () => {
    const received: Request[] = []
    test.override('wechatpayOptions', {
      receive(callback) {
        received.push(callback)
        return new Response(null, { status: 204 })
      },
    })

    test.for(['https://shop.example.com/notify', 'http://127.0.0.1:1/notify'])(
      'is called in place of %s',
      async (notify_url, { wechatpay: { control } }) => {
        received.length = 0
        await control.addOrder({ out_trade_no: 'MCH_1', state: 'NOTPAY', notify_url })
        await control.payOrder('MCH_1')

        expect(await control.deliverNotifications()).toMatchObject([{ state: 'delivered' }])
        expect(received.map(({ method, url }) => [method, url])).toEqual([['POST', notify_url]])
        expect(await received[0]?.json()).toMatchObject({ event_type: 'TRANSACTION.SUCCESS' })
      },
    )
  })

  describe('receive, with a bug in it', () => {
    test.override('wechatpayOptions', {
      receive: () => Promise.reject(new Error('The shop fell over')),
    })

    test('is a try without a reply, which says why', async ({ wechatpay: { control } }) => {
      const shown = await control.sendNotification({ event_type: 'COUPON.SEND', url: 'https://shop.example.com/' })

      expect(shown).toMatchObject({ state: 'pending', attempts: [{ error: expect.stringContaining('fell over') }] })
    })
  })

  test('without receive a callback to another machine is not sent, and says what would take it', async ({
    wechatpay: { control },
  }) => {
    const { attempts } = await control.sendNotification({ event_type: 'COUPON.SEND', url: 'https://shop.example.com/' })

    expect(attempts).toMatchObject([{ error: expect.stringMatching(/^Not sent: .*receive/) }])
  })

  describe('intercept false', () => {
    test.override('wechatpayOptions', { intercept: false })

    test('leaves the process alone', async ({ wechatpay }) => {
      const stop = await interceptWechatPay({ handle: () => Promise.reject(new Error('nothing comes here')) })
      stop()

      expect(await wechatpay.client.call(associateTradeInfo, ASSOCIATE)).toMatchObject({ status: 200 })
    })

    test.concurrent('lets tests run at once: one', async ({ wechatpay }) => {
      await wechatpay.client.call(associateTradeInfo, ASSOCIATE)
      await new Promise((resolve) => setTimeout(resolve, 20))
      await expect(wechatpay.coupon(...COUPON)).toBeAssociatedWith('MCH_102233445')
    })

    test.concurrent('lets tests run at once: two', async ({ wechatpay }) => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      await expect(wechatpay.coupon(...COUPON)).not.toBeAssociatedWith('MCH_102233445')
    })
  })

  describe('interception', () => {
    test.override('wechatpayOptions', { intercept: false })
    const handle = () => Promise.reject(new Error('nothing comes here'))

    test('is for one mock at a time, and says what to do', async () => {
      const stop = await interceptWechatPay({ handle })
      const second = interceptWechatPay({ handle })

      await expect(second).rejects.toMatchObject({
        code: 'MOCK_INTERCEPTED',
        message: expect.stringContaining('intercept: false'),
      })
      stop()
    })

    test('says what is missing when msw is not there', async () => {
      const loaded = () => loadMsw({ versionOf: () => undefined })

      await expect(interceptWechatPay({ handle }, loaded)).rejects.toMatchObject({
        name: 'UsageError',
        code: 'MOCK_MSW_MISSING',
        message: expect.stringMatching(/npm install --save-dev msw\. .*intercept: false/),
      })
    })

    test('hands on what else goes wrong, and can be tried again', async () => {
      const broken = new Error('msw is broken')

      await expect(interceptWechatPay({ handle }, () => Promise.reject(broken))).rejects.toBe(broken)
      const stop = await interceptWechatPay({ handle })
      stop()
    })
  })
})

describe('toBeAssociatedWith', () => {
  test('tells what is so, for a reference and for what the control API shows', async ({ wechatpay }) => {
    const { control, client } = wechatpay
    await client.call(associateTradeInfo, ASSOCIATE)

    await expect(wechatpay.coupon(...COUPON)).toBeAssociatedWith('MCH_102233445')
    await expect(control.coupon(...COUPON)).toBeAssociatedWith('MCH_102233445')
    await expect(await control.coupon(...COUPON)).toBeAssociatedWith('MCH_102233445')
    await expect(wechatpay.coupon(...COUPON)).not.toBeAssociatedWith('MCH_OTHER')
    await expect(wechatpay.coupon('100088', 'COUPON_SENDED')).not.toBeAssociatedWith('MCH_102233445')
  })

  test('looks up anew what the control API showed before', async ({ wechatpay }) => {
    const { control, client } = wechatpay
    const [added] = await control.addCoupons([{ stock_id: '100088' }])
    const coupon = await control.addCoupon({ stock_id: '100088', coupon_code: 'NEW' })
    const shown = await control.coupon('100088', 'NEW')
    const patched = await control.patchCoupon('100088', 'NEW', { openid: 'oNew' })

    await client.call(associateTradeInfo, { ...ASSOCIATE, coupon_code: 'NEW' })

    for (const subject of [coupon, shown, patched]) await expect(subject).toBeAssociatedWith('MCH_102233445')
    await expect(added).not.toBeAssociatedWith('MCH_102233445')
  })

  test("takes what a server's control shows as it was shown", async ({ wechatpay }) => {
    const control = connectControl(await wechatpay.url())
    const before = await control.coupon(...COUPON)

    await wechatpay.client.call(associateTradeInfo, ASSOCIATE)

    await expect(before).not.toBeAssociatedWith('MCH_102233445')
    await expect(control.coupon(...COUPON)).toBeAssociatedWith('MCH_102233445')
  })

  describe('when it fails', () => {
    test.override('wechatpayOptions', { clock: '2026-11-25T12:00:00+08:00' })

    test('says what is linked, what happened, and which calls there were', async ({ wechatpay }) => {
      await wechatpay.client.call(associateTradeInfo, { ...ASSOCIATE, out_trade_no: 'MCH_OTHER' })
      await wechatpay.client.call(associateTradeInfo, { ...ASSOCIATE, out_request_no: 'R-2' })

      const message = await messageOf(expect(wechatpay.coupon(...COUPON)).toBeAssociatedWith('MCH_102233445'))

      expect(message).toMatchInlineSnapshot(`
        "Coupon sxxe34343434 of batch 100088 should be associated with order MCH_102233445, and is associated with MCH_OTHER.

        What happened to it:
          2026-11-24T12:00:00+08:00 sent
          2026-11-25T12:00:00+08:00 associated MCH_OTHER

        The latest calls that named it:
          associateTradeInfo 200
          associateTradeInfo 400 INVALID_REQUEST"
      `)
    })

    test('says so when nothing is linked', async ({ wechatpay }) => {
      const message = await messageOf(expect(wechatpay.coupon(...COUPON)).toBeAssociatedWith('MCH_102233445'))

      expect(message).toMatchInlineSnapshot(`
        "Coupon sxxe34343434 of batch 100088 should be associated with order MCH_102233445, and is not associated with any.

        What happened to it:
          2026-11-24T12:00:00+08:00 sent"
      `)
    })

    test('says so when it should not be', async ({ wechatpay }) => {
      const coupon = wechatpay.coupon('100088', 'COUPON_LINKED')

      expect(await messageOf(expect(coupon).not.toBeAssociatedWith('MCH_UNPAID'))).toMatch(
        /^Coupon COUPON_LINKED of batch 100088 is associated with order MCH_UNPAID, and should not be\./,
      )
    })
  })

  test('fails for a coupon that does not exist, whichever way it is asked', async ({ wechatpay }) => {
    const coupon = wechatpay.coupon('100088', 'NONE')

    await expect(expect(coupon).toBeAssociatedWith('MCH_1')).rejects.toMatchObject({ name: 'UsageError' })
    await expect(expect(coupon).not.toBeAssociatedWith('MCH_1')).rejects.toMatchObject({ name: 'UsageError' })
  })

  test.for([undefined, null, 'sxxe34343434', {}, { status: 200, body: {} }])('takes no %j', async (subject) => {
    await expect(expect(subject).not.toBeAssociatedWith('MCH_1')).rejects.toMatchObject({ code: 'MOCK_NOT_A_COUPON' })
  })
})

describe('toBeInState', () => {
  test('tells what is so', async ({ wechatpay }) => {
    await wechatpay.client.call(useCoupon, USE)

    await expect(wechatpay.coupon(...COUPON)).toBeInState('USED')
    await expect(wechatpay.coupon(...COUPON)).not.toBeInState('SENDED')
    await expect(wechatpay.coupon('100088', 'COUPON_EXPIRED')).toBeInState('EXPIRED')
  })

  test('says what the state is', async ({ wechatpay }) => {
    expect(await messageOf(expect(wechatpay.coupon('100088', 'COUPON_USED')).toBeInState('SENDED'))).toMatch(
      /^Coupon COUPON_USED of batch 100088 is USED, and should be SENDED\./,
    )
    expect(await messageOf(expect(wechatpay.coupon('100088', 'COUPON_USED')).not.toBeInState('USED'))).toMatch(
      /^Coupon COUPON_USED of batch 100088 is USED, and should not\./,
    )
  })
})

describe('a call that was not let in', () => {
  test('is explained where an assertion about its answer fails', async ({ wechatpay: _ }) => {
    const refused = await fetch(`${ORIGIN}/v3/certificates`, { headers: { Accept: '*/*', 'User-Agent': 'test' } })

    expect(await messageOf(expect(refused).toBeSignedByWechatPay())).toMatch(
      /Why the request was refused: authorization; header_missing \(/,
    )
  })

  test('is explained where the client cannot trust its answer', async ({ wechatpay: { client } }) => {
    const refused = client.request({ target: '/v3/certificates', signInstead: { method: 'get' }, signed: true })

    await expect(refused).rejects.toThrow('Why the request was refused: proved; method_case (')
  })
})

describe('toBeSignedByWechatPay', () => {
  /** An answer of `fetch`, with changed headers. */
  const answer = async ({ client }: WechatPay, change: (headers: Headers) => void = () => {}) => {
    const { bytes, headers } = await client.request({ target: '/v3/certificates' })
    const changed = new Headers(headers.map(([name, value]): [string, string] => [name, value]))
    change(changed)
    return new Response(Uint8Array.from(bytes), { headers: changed })
  }

  test('takes an answer of the mock by the key that signed it, and leaves its body to be read', async ({
    wechatpay,
  }) => {
    const response = await answer(wechatpay)

    await expect(response).toBeSignedByWechatPay()
    await expect(response).toBeSignedByWechatPay({ key: 'certificate' })
    await expect(response).not.toBeSignedByWechatPay({ key: 'public-key' })
    expect(await response.json()).toMatchObject({ data: [expect.anything()] })
  })

  test.for<[string, (headers: Headers) => void]>([
    ['signature', (headers) => headers.set('Wechatpay-Signature', 'AAAA')],
    ['missing header', (headers) => headers.delete('Wechatpay-Nonce')],
    ['content type', (headers) => headers.set('Content-Type', 'text/plain')],
  ])('refuses another %s', async ([, change], { wechatpay }) => {
    await expect(await answer(wechatpay, change)).not.toBeSignedByWechatPay()
  })

  test('refuses an answer that is five minutes old', async ({ wechatpay }) => {
    const response = await answer(wechatpay)

    await expect(response).toBeSignedByWechatPay({ now: Date.now() + 299_000 - 1_000 })
    await expect(response).not.toBeSignedByWechatPay({ now: new Date(Date.now() + 300_000) })
  })

  test('says what is wrong', async ({ wechatpay }) => {
    const response = await fetch(`${ORIGIN}/v3/certificates`)

    expect(await messageOf(expect(response).toBeSignedByWechatPay())).toMatch(
      /^The answer 401 should be signed by WeChat Pay\. It has no Wechatpay-Nonce, .*\n\{"code":"SIGN_ERROR"/,
    )
    expect(await messageOf(expect(await answer(wechatpay)).not.toBeSignedByWechatPay())).toBe(
      'The answer is signed by WeChat Pay, and should not be.',
    )
  })

  test('says so when the body is read already', async ({ wechatpay }) => {
    const response = await answer(wechatpay)
    await response.text()

    await expect(expect(response).toBeSignedByWechatPay()).rejects.toMatchObject({ code: 'MOCK_BODY_READ' })
  })
})

describe('toBeWechatPayError', () => {
  const body = { code: 'INVALID_REQUEST', message: '券不存在' }

  test.for<[string, unknown]>([
    ['a Response', Response.json(body, { status: 400 })],
    ['an answer of the client', { status: 400, body }],
    ['what axios answers', { status: 400, data: body }],
    [
      'what axios throws',
      Object.assign(new Error('400'), { code: 'ERR_BAD_REQUEST', response: { status: 400, data: body } }),
    ],
    ['text', JSON.stringify(body)],
    ['a body', body],
    ['a promise', Promise.resolve({ body })],
  ])('finds the error in %s', async ([, answer]) => {
    await expect(answer).toBeWechatPayError('INVALID_REQUEST')
    await expect(answer).toBeWechatPayError('INVALID_REQUEST', '券不存在')
    await expect(answer).not.toBeWechatPayError('PARAM_ERROR')
    await expect(answer).not.toBeWechatPayError('INVALID_REQUEST', '券状态非可用态')
  })

  test('finds it in what a call rejects with', async () => {
    const call = () => Promise.reject(Object.assign(new Error('400'), { response: { data: body } }))

    await expect(call()).toBeWechatPayError('INVALID_REQUEST')
    await expect(call()).not.toBeWechatPayError('PARAM_ERROR')
  })

  test('hands on what a call rejects with when that is no error of WeChat Pay', async () => {
    const reason = new Error('connect ECONNREFUSED')

    await expect(expect(Promise.reject(reason)).toBeWechatPayError('INVALID_REQUEST')).rejects.toBe(reason)
    await expect(expect(Promise.reject(reason)).not.toBeWechatPayError('INVALID_REQUEST')).rejects.toBe(reason)
  })

  test.for([undefined, null, 'text', 1, {}, { status: 200, body: { wechatpay_associate_time: 'now' } }])(
    'finds none in %j',
    async (answer) => {
      await expect(answer).not.toBeWechatPayError('INVALID_REQUEST')
      expect(await messageOf(expect(answer).toBeWechatPayError('INVALID_REQUEST'))).toBe(
        'The answer should be the error INVALID_REQUEST, and is no error of WeChat Pay.',
      )
    },
  )

  test('says which error it is', async () => {
    expect(await messageOf(expect({ body }).toBeWechatPayError('PARAM_ERROR', '请求参数错误'))).toBe(
      'The answer should be the error PARAM_ERROR “请求参数错误”, and is the error INVALID_REQUEST “券不存在”.',
    )
    expect(await messageOf(expect({ body }).not.toBeWechatPayError('INVALID_REQUEST'))).toBe(
      'The answer is the error INVALID_REQUEST, and should not be.',
    )
  })
})

test("follows vitest's fake time", async ({ wechatpay, onTestFinished }) => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2027-01-01T00:00:00+08:00') })
  onTestFinished(() => {
    vi.useRealTimers()
  })

  expect(await wechatpay.client.call(associateTradeInfo, ASSOCIATE)).toMatchObject({
    status: 200,
    body: { wechatpay_associate_time: '2027-01-01T00:00:00+08:00' },
  })
})

const seconds = () => Math.floor(Date.now() / 1_000)
