import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { associateTradeInfo, downloadCertificates, sendCoupon, useCoupon } from '../../src/products/operations.ts'
import { expectRefusal, test } from './doors.ts'

const order = (coupon_code: string, number: string) => ({
  stock_id: '100088',
  coupon_code,
  out_trade_no: "T'1\n\\n $(x)",
  out_request_no: number,
})

describe('an exchange', () => {
  test('is sent again, signed afresh, and when it was not let in only if that is said', async ({
    control,
    merchant,
    machine,
  }) => {
    const body = order('sxxe34343434', 'A1')
    await merchant.request({
      method: 'POST',
      target: associateTradeInfo.path,
      body,
      signInstead: { body: Buffer.from('{}') },
    })
    const [refused] = await control.journal()
    machine.pass(3_600_000)

    await expectRefusal(control.replayExchange(refused?.id ?? ''), 'MOCK_EXCHANGE_UNAUTHENTICATED', '/path/id')
    expect(await control.journal()).toHaveLength(1)
    const made = await control.replayExchange(refused?.id ?? '', { unauthenticated: 'sign' })

    expect(made).toMatchObject({ response: { status: 200 }, request: { body: JSON.stringify(body) } })
    expect(made.request.headers.authorization).not.toBe(refused?.request.headers.authorization)
    expect((await control.journal()).map(({ id }) => id)).toEqual([refused?.id, made.id])
    expect(await control.coupon('100088', 'sxxe34343434')).toMatchObject({ associate_out_trade_no: body.out_trade_no })
  })

  test('is made as another call with a number of its own, and the rest as it came', async ({ control, merchant }) => {
    const body = '{ "coupon_code":"sxxe34343434", "stock_id" : "100088","out_trade_no":"T1", "out_request_no" : "A1" }'
    await merchant.request({ method: 'POST', target: associateTradeInfo.path, body })
    const [first] = await control.journal()
    expect(first).toMatchObject({ response: { status: 200 } })
    await control.patchCoupon('100088', 'sxxe34343434', { state: 'EXPIRED' })

    expect(await control.replayExchange(first?.id ?? '')).toMatchObject({ response: { status: 200 } })
    const made = await control.replayExchange(first?.id ?? '', { request_no: 'new' })

    expect(made).toMatchObject({ code: 'INVALID_REQUEST', response: { status: 400 } })
    const [, number] = /"out_request_no" : "(R\d{20})" \}$/.exec(String(made.request.body)) ?? []
    expect(made.request.body).toBe(body.replace('A1', number ?? ''))
  })

  test('is sent again with another method, path, body and merchant, and what is left out stays', async ({
    control,
    merchant,
  }) => {
    await merchant.call(associateTradeInfo, { ...order('sxxe34343434', 'A1'), out_trade_no: 'T1' })
    const [first] = await control.journal()
    const { mchid } = await control.createMerchant()

    const other = await control.sendCall(first?.id ?? '', { body: '{"stock_id":"一"', mchid })
    expect(other).toMatchObject({
      mchid,
      response: { status: 400 },
      request: { method: 'POST', body: '{"stock_id":"一"' },
    })
    expect(other.request.target).toBe(associateTradeInfo.path)

    const target = '/v3/pay/transactions/out-trade-no/NONE01?mchid=1900000001'
    const asked = await control.sendCall(other.id, { method: 'GET', target, body: '', mchid: '1900000001' })
    expect(asked).toMatchObject({ response: { status: 404 }, request: { target, body: '' } })
    expect(asked.request.headers).not.toHaveProperty('content-type')

    await expectRefusal(control.sendCall(asked.id, { mchid: '1900000404' }), 'MOCK_MERCHANT_UNKNOWN', '/mchid')
    await expectRefusal(control.sendCall(asked.id, { target: 'https://example.com' }), 'MOCK_INPUT', '/target')
  })

  test('is not sent again where that cannot be the same', async ({ control, merchant }) => {
    await control.sendNotification({ event_type: 'COUPON.SEND', url: 'https://shop.example.com/' })
    await merchant.request({ method: 'POST', target: associateTradeInfo.path, body: 'x'.repeat(70_000) })
    const [callback, large] = await control.journal()

    await expectRefusal(control.replayExchange(callback?.id ?? ''), 'MOCK_EXCHANGE_CALLBACK', '/path/id')
    await expectRefusal(control.replayExchange(large?.id ?? ''), 'MOCK_EXCHANGE_CUT', '/path/id')
    await expectRefusal(control.exchangeCurl('none'), 'MOCK_EXCHANGE_UNKNOWN', '/path/id')
  })

  test('becomes a contract, or says why not', async ({ control, merchant, request }) => {
    await merchant.call(associateTradeInfo, { ...order('sxxe34343434', 'A1'), out_trade_no: 'T1' })
    await request('/_mock/health')
    await merchant.request({ target: '/v3/nowhere' })
    const [good, bad] = await control.journal()

    expect(await control.exchangePact(good?.id ?? '', { consumer: 'my-shop' })).toMatchObject({
      consumer: { name: 'my-shop' },
      metadata: { pactSpecification: { version: '4.0' } },
      interactions: [{ providerStates: [{ name: expect.any(String) }] }],
    })
    await expectRefusal(control.exchangePact(bad?.id ?? ''), 'MOCK_NO_CONTRACT', '/path/id')
  })

  test('is found in the time line of its coupon', async ({ control, merchant, machine }) => {
    const body = { ...order('sxxe34343434', 'A1'), out_trade_no: 'T1' }
    await merchant.call(associateTradeInfo, body)
    machine.pass(1_000)
    await merchant.call(associateTradeInfo, { ...body, out_trade_no: 'T2', out_request_no: 'A2' })
    machine.pass(1_000)
    await merchant.call(useCoupon, {
      stock_id: '100088',
      coupon_code: 'sxxe34343434',
      appid: 'wx0000000000000001',
      use_time: '2026-11-25T12:00:00+08:00',
      use_request_no: 'U1',
    })
    machine.pass(1_000)
    await control.patchCoupon('100088', 'sxxe34343434', { state: 'SENDED' })

    const { coupon, entries } = await control.couponTimeline('100088', 'sxxe34343434')

    expect(coupon).toMatchObject({ coupon_code: 'sxxe34343434', state: 'SENDED' })
    expect(entries).toMatchObject([
      { event: 'set' },
      { event: 'used', exchange: { operation: 'useCoupon', status: 200 } },
      { exchange: { operation: 'associateTradeInfo', status: 400 } },
      { event: 'associated', out_trade_no: 'T1', exchange: { operation: 'associateTradeInfo', status: 200 } },
      { event: 'sent' },
    ])
    expect(entries[0]).not.toHaveProperty('exchange')
    expect(entries[2]).not.toHaveProperty('event')
  })

  test('leads to the coupons that it names, gives out, or tells of', async ({ control, merchant }) => {
    await control.addStock({ stock_id: '500000', coupon_code_mode: 'WECHATPAY_MODE' })
    // Another batch with a coupon of the same code is not meant.
    await control.addCoupon({ stock_id: '600000', coupon_code: 'sxxe34343434' })
    await merchant.call(associateTradeInfo, order('sxxe34343434', 'A1'))
    const [openid, appid] = ['oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', 'wx0000000000000001']
    const sent = await merchant.call(sendCoupon, { stock_id: '500000', openid, appid, out_request_no: 'S1' })
    await control.sendNotification({ event_type: 'COUPON.SEND', url: 'https://shop.example.com/' })
    await merchant.call(associateTradeInfo, order('never', 'A2'))
    await merchant.call(downloadCertificates)

    expect(sent).toMatchObject({ status: 200 })
    const found = (await control.journal()).map(async ({ id }) =>
      (await control.exchangeCoupons(id)).map(({ mchid, stock_id, state }) => [mchid, stock_id, state]),
    )
    expect(await Promise.all(found)).toEqual([
      [['1900000001', '100088', 'SENDED']],
      [['1900000001', '500000', 'SENDED']],
      [['1900000001', '500000', 'SENDED']],
      [],
      [],
    ])
  })

  test("does not lead to another merchant's coupon of the same name", async ({ control, merchant }) => {
    const { mchid } = await control.createMerchant()
    await control.addCoupon({ mchid, stock_id: '100088', coupon_code: 'sxxe34343434' })
    await merchant.call(associateTradeInfo, order('sxxe34343434', 'A1'))

    const [{ id } = { id: '' }] = await control.journal()

    expect(await control.exchangeCoupons(id)).toMatchObject([{ mchid: '1900000001', coupon_code: 'sxxe34343434' }])
  })

  test('leads to its coupons however deep they stand, in what nobody would send', async ({ control, merchant }) => {
    const depth = 10_000
    const body = `${'['.repeat(depth)}{"coupon_code":"sxxe34343434"}${']'.repeat(depth)}`
    await merchant.request({ method: 'POST', target: associateTradeInfo.path, body })

    const [{ id } = { id: '' }] = await control.journal()

    expect(await control.exchangeCoupons(id)).toMatchObject([{ coupon_code: 'sxxe34343434' }])
  })

  test('operations and snippets can be listed', async ({ control }) => {
    const { mchid } = await control.createMerchant()
    expect(await control.operations()).toContainEqual(
      expect.objectContaining({ id: 'associateTradeInfo', errors: expect.arrayContaining([expect.anything()]) }),
    )
    expect(await control.credentialsSnippet('php', { mchid })).toContain(`'mchid' => '${mchid}'`)
    expect(await control.credentialsSnippet('env')).toContain("'1900000001'")
    await expectRefusal(control.credentialsSnippet('php', { mchid: '1900000404' }), 'MOCK_MERCHANT_UNKNOWN')
  })
})

describe('as curl', () => {
  test.override('door', 'http')
  // The shell's curl signs nothing, and its time is the machine's.
  test.override('machine', () => ({ now: () => Date.now(), pass: () => {} }))

  // The server is in this process, so it must not wait for the shell.
  const run = async (command: string) =>
    (await promisify(execFile)('bash', ['-c', command], { encoding: 'utf8', env: { ...process.env, no_proxy: '*' } }))
      .stdout
  const hasCurl = process.platform !== 'win32'

  test.runIf(hasCurl)(
    'a call works as it was sent, with every byte (not on Windows: bash)',
    async ({ control, merchant }) => {
      await merchant.call(associateTradeInfo, order('sxxe34343434', 'A1'))
      const [exchange] = await control.journal()

      const command = await control.exchangeCurl(exchange?.id ?? '')
      expect(await run(command)).toContain('200 OK')
      const [, again] = await control.journal()
      expect(again?.request.body).toBe(exchange?.request.body)
      expect(await control.exchangeCurl(exchange?.id ?? '', 'as_sent')).toContain('mchid="1900000001"')
    },
  )

  test.runIf(hasCurl)(
    'a call is the same one whatever is in it, and ends (not on Windows: bash)',
    async ({ control, merchant }) => {
      await merchant.request({ target: "/v3/[1-9]{a,b}?q='$(x)`y`&c=[1-3]" })
      await merchant.request({ target: '/v3/a#b' })
      await merchant.request({ method: 'HEAD', target: downloadCertificates.path })
      await merchant.request({
        method: 'POST',
        target: '/v3/nowhere',
        body: '@/etc/passwd',
        headers: { 'X-Empty': '' },
      })
      const sent = await control.journal()

      for (const { id } of sent) await run(await control.exchangeCurl(id))
      const again = (await control.journal()).slice(sent.length)
      expect(again).toHaveLength(sent.length)
      for (const [i, { request, response }] of again.entries()) {
        expect(response?.status).toBe(sent[i]?.response?.status)
        expect({ ...request, headers: {} }).toEqual({ ...sent[i]?.request, headers: {} })
        expect(request.headers['x-empty']).toBe(sent[i]?.request.headers['x-empty'])
      }
    },
  )

  test.runIf(hasCurl)(
    'a call as it was sent has no header field more (not on Windows: bash)',
    async ({ mock, control }) => {
      const body = Buffer.from('{}')
      await mock.handle({ method: 'POST', target: associateTradeInfo.path, headers: { host: 'a' }, body })
      const [{ id } = { id: '' }] = await control.journal()

      await run(await control.exchangeCurl(id, 'as_sent'))
      const [, again] = await control.journal()
      expect(Object.keys(again?.request.headers ?? {}).sort()).toEqual(['content-length', 'host'])
      expect(again?.response?.status).toBe(400)
    },
  )

  test.runIf(hasCurl)(
    'the first call works as pasted, and the next one too (not on Windows: bash)',
    async ({ control }) => {
      for (const _ of [1, 2]) expect(await run(await control.sampleCurl())).toContain('wechatpay_associate_time')
    },
  )
})
