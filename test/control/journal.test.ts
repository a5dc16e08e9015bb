import { describe, expect } from 'vitest'
import { tablesOf } from '../../src/engine/product.ts'
import { memberOf } from '../../src/engine/state/table.ts'
import { products } from '../../src/products/index.ts'
import { associateTradeInfo, downloadCertificates } from '../../src/products/operations.ts'
import { expectRefusal, merchantOf, refusalOf, test } from './doors.ts'

const order = (coupon_code: string, number: string) => ({
  stock_id: '100088',
  coupon_code,
  out_trade_no: 'T1',
  out_request_no: number,
})

/** The rows of an exchange that read nothing. */
const NOTHING_FOUND = Object.fromEntries(
  tablesOf(products)
    .filter(({ inJournal }) => inJournal)
    .map((table) => [memberOf(table), []]),
)

describe('the journal', () => {
  test('has a call as it was sent and answered', async ({ control, merchant }) => {
    const { status, header, bytes } = await merchant.request({
      method: 'POST',
      target: associateTradeInfo.path,
      body: order('sxxe34343434', 'A1'),
    })

    const [exchange, ...others] = await control.journal()
    expect(others).toEqual([])
    expect(exchange).toEqual({
      id: header('Request-ID')?.split('-')[0],
      time: '2026-11-25T12:00:00.000+08:00',
      duration_ms: expect.any(Number),
      operation: 'associateTradeInfo',
      mchid: '1900000001',
      request: {
        method: 'POST',
        target: '/v3/marketing/busifavor/coupons/associate',
        headers: expect.objectContaining({ authorization: expect.stringContaining('mchid="1900000001"') }),
        body: JSON.stringify(order('sxxe34343434', 'A1')),
      },
      response: {
        status,
        headers: expect.objectContaining({ 'Request-ID': header('Request-ID') }),
        body: Buffer.from(bytes).toString(),
      },
      remarks: [],
      before: {
        ...NOTHING_FOUND,
        settings: await control.settings(),
        coupons: [expect.objectContaining({ stock_id: '100088', coupon_code: 'sxxe34343434', state: 'SENDED' })],
        stocks: [expect.objectContaining({ stock_id: '100088', state: 'RUNNING' })],
      },
    })
  })

  test('has what a call found, as it stood before the call', async ({ control, merchant }) => {
    await control.changeSettings({ orders: 'known', key_mode: 'certificate' })
    const { out_trade_no } = order('sxxe34343434', 'A1')
    await control.addOrder({ out_trade_no })
    await merchant.call(associateTradeInfo, order('sxxe34343434', 'A1'))
    await merchant.call(associateTradeInfo, order('sxxe34343434', 'A1'))

    const [first, repeat] = await control.journal()
    expect(first?.before).toEqual({
      ...NOTHING_FOUND,
      settings: expect.objectContaining({ orders: 'known', auth: 'strict', key_mode: 'certificate' }),
      coupons: [expect.not.objectContaining({ associate_out_trade_no: out_trade_no })],
      orders: [expect.objectContaining({ out_trade_no })],
      stocks: [expect.objectContaining({ stock_id: '100088' })],
    })
    expect(repeat?.before).toMatchObject({
      coupons: [],
      orders: [],
      requests: [{ operation: 'associateTradeInfo', values: ['100088', 'sxxe34343434', out_trade_no] }],
    })
  })

  test('has what a call found as it was at first, also where the call reads it again', async ({
    control,
    merchant,
  }) => {
    await control.addOrder({ out_trade_no: 'MCH_1234567', total: 100 })
    await merchant.request({
      target: '/v3/refund/domestic/refunds',
      body: {
        out_trade_no: 'MCH_1234567',
        out_refund_no: 'R_1234567',
        notify_url: 'https://shop.example.com/refund',
        amount: { refund: 30, total: 100, currency: 'CNY' },
      },
    })

    const [refund] = await control.journal()
    expect(refund?.before.orders).toMatchObject([{ out_trade_no: 'MCH_1234567', state: 'SUCCESS' }])
  })

  test('says why a signature was refused, and what would have been right', async ({ control, merchant }) => {
    await merchant.request({
      method: 'POST',
      target: associateTradeInfo.path,
      body: order('sxxe34343434', 'A1'),
      signInstead: { body: Buffer.from('{}') },
    })

    const [exchange] = await control.journal()
    expect(exchange).toMatchObject({ code: 'SIGN_ERROR', response: { status: 401 } })
    expect(exchange?.remarks).toEqual([
      {
        about: 'signature',
        text: expect.stringContaining('does not fit'),
        verdict: 'proved',
        causes: [
          {
            name: 'body_placeholder',
            value: '{}',
            explanation: expect.stringContaining('{}'),
            fix: expect.any(String),
          },
        ],
        expected_message: expect.stringContaining('POST\n/v3/marketing/busifavor/coupons/associate\n'),
        signed_message: expect.stringMatching(/\n\{\}\n$/),
        difference: expect.objectContaining({ line: 5, part: 'body' }),
      },
    ])
  })

  test('is filtered, oldest first, and the limit keeps the newest', async ({ control, mock, merchant }) => {
    const { mchid } = await control.createMerchant()
    await merchant.call(associateTradeInfo, order('COUPON_SENDED', 'A1'))
    await merchant.call(associateTradeInfo, order('COUPON_USED', 'A2'))
    await (await merchantOf(mock, mchid)).call(downloadCertificates)
    const nonce = /nonce_str="(.+?)"/.exec((await control.journal())[1]?.request.headers.authorization ?? '')?.[1] ?? ''

    const operations = async (filter: Parameters<typeof control.journal>[0]) =>
      (await control.journal(filter)).map(({ operation, response }) => [operation, response?.status])
    const [first, second, third] = [
      ['associateTradeInfo', 200],
      ['associateTradeInfo', 400],
      ['downloadCertificates', 200],
    ]
    expect(await operations({})).toEqual([first, second, third])
    expect(await operations({ operation: 'associateTradeInfo' })).toEqual([first, second])
    expect(await operations({ mchid })).toEqual([third])
    expect(await operations({ status: 400 })).toEqual([second])
    expect(await operations({ coupon_code: 'COUPON_SENDED' })).toEqual([first])
    expect(await operations({ stock_id: '100088', status: 200 })).toEqual([first])
    expect(await operations({ stock_id: '100089' })).toEqual([])
    expect(await operations({ nonce })).toEqual([second])
    expect(await operations({ nonce: 'nobodys' })).toEqual([])
    expect(await operations({ limit: 2 })).toEqual([second, third])
    expect(await operations({ operation: 'associateTradeInfo', limit: 1 })).toEqual([second])
    expect(await control.journalCount()).toBe(3)
    expect(await control.journalCount({ operation: 'associateTradeInfo', status: 200 })).toBe(1)
  })

  test('finds a call by its Request-ID, with or without the code behind the dash', async ({ control, merchant }) => {
    const { header } = await merchant.request({ target: '/v3/certificates' })
    const id = header('Request-ID') ?? ''

    const exchange = await control.exchange(id)
    expect(id.startsWith(`${exchange.id}-`)).toBe(true)
    expect(await control.exchange(exchange.id)).toEqual(exchange)
    const refusal = await refusalOf(control.exchange('08AAAA-0'))
    expect(refusal).toMatchObject({ code: 'MOCK_EXCHANGE_UNKNOWN', path: '/path/id' })
  })

  test('is cleared', async ({ control, merchant }) => {
    await merchant.call(downloadCertificates)
    expect(await control.journalCount()).toBe(1)

    await control.clearJournal()
    expect(await control.journal()).toEqual([])
  })

  test('has bytes that are not text as base64, and text as it is', async ({ control, mock }) => {
    const call = (body: Uint8Array) => mock.handle({ method: 'POST', target: '/v3/x', headers: {}, body })
    await call(Uint8Array.of(0xff, 0xfe, 0x00))
    await call(Buffer.from('\uFEFF{"券":1}'))

    const bodies = (await control.journal()).map(({ request }) => request.body)
    expect(bodies).toEqual([{ base64: '//4A' }, '\uFEFF{"券":1}'])
  })

  test('shows a long text as text where it is cut inside a character', async ({ control, mock }) => {
    const body = Buffer.from(`aa${'券'.repeat(30_000)}`)
    await mock.handle({ method: 'POST', target: '/v3/x', headers: {}, body })

    const [exchange] = await control.journal()
    expect(exchange?.request.body).toBe(`aa${'券'.repeat(21_844)}`)
  })

  test('shows no key', async ({ control, request, merchant, mock }) => {
    const made = await control.createMerchant()
    await merchant.call(downloadCertificates)
    await merchant.call(associateTradeInfo, order('COUPON_SENDED', 'A1'))
    await (await merchantOf(mock, made.mchid)).call(downloadCertificates)

    const text = await (await request('/_mock/journal')).text()
    expect(text).toContain('downloadCertificates')
    for (const { merchant_private_key, api_v3_key } of [made, await control.credentials()]) {
      expect(text).not.toContain('PRIVATE KEY')
      expect(text).not.toContain(merchant_private_key.split('\n')[1])
      expect(text).not.toContain(api_v3_key)
    }
  })

  test.for([
    ['?operation=associate', '/query/operation'],
    ['?status=', '/query/status'],
  ])('%s is refused rather than matching nothing', async ([query, path], { request }) => {
    const response = await request(`/_mock/journal${query}`)

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: expect.stringMatching(/^MOCK_/), path })
  })

  test('an operation that does not exist is answered with those that do', async ({ control }) => {
    await expectRefusal(control.journalCount({ operation: 'x' }), 'MOCK_OPERATION_UNKNOWN', '/query/operation')
    await expect(control.journalCount({ operation: 'x' })).rejects.toThrowError(/associateTradeInfo/)
  })
})
