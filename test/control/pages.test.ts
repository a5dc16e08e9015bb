import { describe, expect } from 'vitest'
import { engineOf } from '../../src/mock.ts'
import { associateTradeInfo, downloadCertificates, setCallback } from '../../src/products/operations.ts'
import { expectRefusal, test } from './doors.ts'

const order = (coupon_code: string, number: string) => ({
  stock_id: '100088',
  coupon_code,
  out_trade_no: 'T1',
  out_request_no: number,
})

describe('page by page', () => {
  test('the journal, the newest first', async ({ control, merchant }) => {
    for (const number of ['A1', 'A2', 'A3']) await merchant.call(associateTradeInfo, order('sxxe34343434', number))
    const [first, second, third] = await control.journal()

    const page = await control.journalPage({ limit: 2 })
    expect(page).toMatchObject({ items: [{ id: third?.id }, { id: second?.id }], total: 3 })
    // New exchanges at the front do not shift the page.
    await merchant.call(downloadCertificates)
    const rest = await control.journalPage({ limit: 2, cursor: page.next ?? '' })
    expect(rest.items.map(({ id }) => id)).toEqual([first?.id])
    expect(rest).not.toHaveProperty('next')
    expect(await control.journalPage({ limit: 4 })).not.toHaveProperty('next')
  })

  test('the journal finds a text in bodies and remarks, and filters', async ({ control, merchant }) => {
    await merchant.call(associateTradeInfo, order('sxxe34343434', 'Needle-1'))
    await merchant.request({ target: '/v3/certificates', signInstead: { method: 'PUT' } })

    expect((await control.journalPage({ text: 'nEEdle' })).items).toMatchObject([{ operation: 'associateTradeInfo' }])
    expect((await control.journalPage({ text: 'the method' })).items).toMatchObject([{ code: 'SIGN_ERROR' }])
    expect((await control.journalPage({ status: 401, text: 'Needle' })).total).toBe(0)
    expect((await control.journalPage({ coupon_code: 'sxxe34343434' })).total).toBe(1)
  })

  test('an exchange in short says why, also for those who say it in another language', async ({
    control,
    merchant,
  }) => {
    await merchant.call(associateTradeInfo, order('NO_SUCH_COUPON', 'A1'))
    await merchant.request({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })
    await merchant.call(downloadCertificates)

    const { items } = await control.journalPage()
    const [good, unsigned, refused] = items
    expect(refused).toMatchObject({
      title: 'Link a coupon to an order',
      message: expect.stringMatching(/\p{Script=Han}/u),
      remark: { about: 'refusal' },
    })
    expect(refused?.remark).not.toHaveProperty('causes')
    expect(unsigned).toMatchObject({
      message: expect.stringMatching(/\p{Script=Han}/u),
      remark: { about: 'signature', verdict: 'proved', causes: [{ name: expect.any(String) }] },
    })
    expect(good).not.toHaveProperty('message')
    expect(good).not.toHaveProperty('remark')
  })

  test('an exchange in short names what its request names, in its body, path or query', async ({
    control,
    merchant,
  }) => {
    await merchant.call(associateTradeInfo, order('sxxe34343434', 'A1'))
    await merchant.request({ target: '/v3/pay/transactions/out-trade-no/T%2F1?mchid=1900000001' })
    await merchant.request({ method: 'POST', target: '/v3/nowhere', body: { coupon_code: 'x'.repeat(1_000) } })
    await merchant.request({ method: 'POST', target: '/v3/refund/domestic/refunds', body: { out_refund_no: 'F1' } })
    const subsidies = '/v3/marketing/busifavor/subsidy'
    await merchant.request({
      method: 'POST',
      target: `${subsidies}/return-receipts`,
      body: { out_subsidy_return_no: 'B1' },
    })
    await merchant.request({ target: `${subsidies}/pay-receipts?out_subsidy_no=B%2F2` })
    await merchant.call(downloadCertificates)

    const { items } = await control.journalPage()
    expect(items.map(({ coupon_code, out_trade_no, request_no }) => [coupon_code, out_trade_no, request_no])).toEqual([
      [undefined, undefined, undefined],
      [undefined, undefined, 'B/2'],
      [undefined, undefined, 'B1'],
      [undefined, undefined, 'F1'],
      ['x'.repeat(300), undefined, undefined],
      [undefined, 'T/1', undefined],
      ['sxxe34343434', 'T1', 'A1'],
    ])
  })

  test('and what planned faults did to it', async ({ control, merchant }) => {
    await control.planFault({ effect: 'delay', delay_ms: 1 })
    await merchant.call(downloadCertificates)
    await control.planFault({ error: 'system_error' })
    await merchant.request({ target: '/v3/certificates' })
    await merchant.call(downloadCertificates)

    const { items } = await control.journalPage()
    expect(items.map(({ effects }) => effects)).toEqual([undefined, [], ['delay']])
  })

  test('the journal counts how its exchanges ended, whatever outcome is asked for', async ({ control, merchant }) => {
    await merchant.call(downloadCertificates)
    await merchant.call(associateTradeInfo, order('NO_SUCH_COUPON', 'Needle-1'))
    await merchant.request({ target: '/v3/certificates', signInstead: { method: 'PUT' } })
    await control.planFault({ error: 'system_error' })
    await merchant.request({ target: '/v3/certificates' })
    await control.planFault({ effect: 'delay', delay_ms: 1 })
    await merchant.call(downloadCertificates)
    const { id } = await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: 'http://127.0.0.1:1/' })
    const statuses = async (query: Parameters<typeof control.journalPage>[0]) => {
      const { items, counts } = await control.journalPage(query)
      expect(counts).toEqual({ all: 6, error: 4, '2xx': 2, '4xx': 2, '5xx': 1, other: 1, faulted: 2 })
      return items.map(({ status, callback }) => callback?.id ?? status)
    }

    expect(await statuses({})).toHaveLength(6)
    expect(await statuses({ outcome: 'error' })).toEqual([id, 500, 401, 400])
    expect(await statuses({ outcome: '4xx' })).toEqual([401, 400])
    expect(await statuses({ outcome: '5xx' })).toEqual([500])
    expect(await statuses({ outcome: 'other' })).toEqual([id])
    expect(await statuses({ outcome: 'faulted' })).toEqual([200, 500])
    expect((await control.journalPage({ outcome: '4xx', limit: 1 })).total).toBe(2)
    expect((await control.journalPage({ text: 'needle', outcome: '5xx' })).counts).toMatchObject({ all: 1, '4xx': 1 })
    expect(await control.journalCount({ outcome: 'error' })).toBe(4)
    expect((await control.journal({ outcome: '2xx' })).map(({ response }) => response?.status)).toEqual([200, 200])
    const { next = '' } = await control.journalPage({ limit: 1 })
    const behind = await control.journalPage({ cursor: next })
    expect(behind).not.toHaveProperty('counts')
    expect(behind).not.toHaveProperty('recent')
  })

  test('the journal counts its errors by cause, and lists those of one', async ({ control, machine, merchant }) => {
    const wrong = { target: '/v3/certificates', signInstead: { method: 'get' } }
    await merchant.request(wrong)
    machine.pass(60_000)
    await control.planFault({ effect: 'delay', delay_ms: 1 })
    await merchant.call(associateTradeInfo, order('NO_SUCH_COUPON', 'A1'))
    await merchant.request({ ...wrong, signInstead: { method: 'get', target: '/v3/certificates/' } })
    await control.planFault({ error: 'system_error' })
    await merchant.request({ target: '/v3/certificates' })
    await merchant.call(downloadCertificates)

    const { causes } = await control.journalPage({ limit: 1 })
    const [first, later] = ['2026-11-25T12:00:00.000+08:00', '2026-11-25T12:01:00.000+08:00']
    const once = { count: 1, first: later, last: later }
    expect(causes).toEqual([
      { cause: 'method_case', status: 401, text: 'The method was signed as get.', count: 2, first, last: later },
      { cause: 'not_found', status: 400, text: 'there is no coupon NO_SUCH_COUPON of batch 100088', ...once },
      { cause: 'url_trailing_slash_added', status: 401, text: 'The path was signed with a trailing slash.', ...once },
      { cause: 'fault', status: 500, text: expect.stringContaining('planned fault'), ...once },
    ])
    const narrowed = await control.journalPage({ cause: 'method_case' })
    expect(narrowed).toMatchObject({ total: 2, counts: { all: 2, error: 2 }, causes })
    expect((await control.journalPage({ cause: 'not_found' })).items).toMatchObject([
      { status: 400, effects: ['delay'] },
    ])
    expect(
      (await control.journalPage({ status: 500, text: 'certificates' })).causes?.map(({ count }) => count),
    ).toEqual([2, 1, 1])
    expect(await control.journalCount({ cause: 'fault' })).toBe(1)
    expect(await control.journalCount({ cause: 'nothing' })).toBe(0)
    const { next = '' } = await control.journalPage({ limit: 1 })
    expect(await control.journalPage({ cursor: next })).not.toHaveProperty('causes')
  })

  test('the journal shows the last five minutes, whatever outcome and time are asked for', async ({
    control,
    machine,
    merchant,
  }) => {
    await merchant.call(downloadCertificates)
    machine.pass(10_000)
    await merchant.call(associateTradeInfo, order('NO_SUCH_COUPON', 'A1'))
    machine.pass(5_000)
    await merchant.request({ target: '/v3/certificates', signInstead: { method: 'PUT' } })

    const page = await control.journalPage({ outcome: '5xx', from: '2030-01-01T00:00:00+08:00' })
    expect(page.total).toBe(0)
    expect(page.recent?.steps).toHaveLength(20)
    expect(page.recent?.steps.at(0)?.from).toBe('2026-11-25T11:55:30+08:00')
    const none = { '2xx': 0, '4xx': 0, '5xx': 0, other: 0 }
    expect(page.recent?.steps.slice(-3)).toEqual([
      { from: '2026-11-25T11:59:45+08:00', to: '2026-11-25T11:59:59.999+08:00', ...none },
      { from: '2026-11-25T12:00:00+08:00', to: '2026-11-25T12:00:14.999+08:00', ...none, '2xx': 1, '4xx': 1 },
      { from: '2026-11-25T12:00:15+08:00', to: '2026-11-25T12:00:29.999+08:00', ...none, '4xx': 1 },
    ])
    expect(page.recent?.duration_ms).toEqual({ median: expect.any(Number), p95: expect.any(Number) })
    // Other filters apply to the chart, too.
    const { recent } = await control.journalPage({ operation: 'associateTradeInfo' })
    expect(recent?.steps.at(-2)).toMatchObject({ ...none, '4xx': 1 })

    const { from, to } = page.recent?.steps.at(-2) ?? {}
    if (from === undefined || to === undefined) throw new Error('There is no such step')
    const chosen = await control.journalPage({ from, to })
    expect(chosen.items.map(({ status }) => status)).toEqual([400, 200])
    expect(chosen.counts).toMatchObject({ all: 2, '4xx': 1 })
    expect((await control.journalPage({ from: to })).items.map(({ status }) => status)).toEqual([401])

    await control.advance('PT5M')
    const later = await control.journalPage()
    expect(later.total).toBe(3)
    expect(later.recent).not.toHaveProperty('duration_ms')
    await control.freeze('9999-12-31T23:59:59+08:00')
    expect((await control.journalPage()).recent?.steps.at(-1)?.to).toBe('9999-12-31T23:59:59.999+08:00')
  })

  test('the journal tells of what it had to drop', async ({ control, mock, merchant }) => {
    await merchant.call(downloadCertificates)
    expect(await control.journalPage()).not.toHaveProperty('dropped')
    const [exchange] = await engineOf(mock).exchanges.list()
    if (!exchange) throw new Error('The journal is empty')
    for (let i = 0; i < 1_001; i++) engineOf(mock).journal.add({ ...exchange, id: `N${i}` })

    expect((await control.journalPage({ limit: 1 })).dropped).toEqual({ by_number: 2, by_size: 0 })
  })

  test('a page behind a journal that was cleared is empty', async ({ control, merchant }) => {
    await merchant.call(downloadCertificates)
    await merchant.call(downloadCertificates)
    const { next } = await control.journalPage({ limit: 1 })
    await control.clearJournal()

    expect(await control.journalPage({ cursor: next ?? '' })).toEqual({ items: [], total: 0 })
  })

  test('coupons: every one once, by state, batch and text', async ({ control }) => {
    await control.addCoupons(
      Array.from({ length: 120 }, (_, i) => ({
        stock_id: '500000',
        coupon_code: `C${i}`,
        openid: i === 7 ? 'oSeven' : 'oOther',
        ...(i % 2 === 0 && { state: 'USED' as const }),
      })),
    )

    const seen = []
    let cursor: string | undefined
    do {
      const page = await control.coupons({ stock_id: '500000', ...(cursor !== undefined && { cursor }) })
      expect(page.total).toBe(120)
      seen.push(...page.items.map(({ coupon_code }) => coupon_code))
      cursor = page.next
    } while (cursor !== undefined)
    expect(seen).toHaveLength(120)
    expect(new Set(seen).size).toBe(120)
    expect(await control.coupons({ stock_id: '500000', state: 'USED', limit: 1 })).toMatchObject({ total: 60 })
    expect((await control.coupons({ text: 'oseven' })).items).toMatchObject([{ coupon_code: 'C7' }])
    expect((await control.coupons({ mchid: '1900000099' })).total).toBe(0)
  })

  test('orders and batches', async ({ control }) => {
    await control.addOrder({ out_trade_no: 'OLD', create_time: '2026-01-01T00:00:00+08:00', state: 'CLOSED' })
    await control.addOrder({ out_trade_no: 'NEW', state: 'NOTPAY' })
    await control.addStock({ stock_id: '700001', stock_name: 'Needle' })

    const all = await control.orders()
    expect(all.items.findIndex((one) => one.out_trade_no === 'NEW')).toBeLessThan(
      all.items.findIndex((one) => one.out_trade_no === 'OLD'),
    )
    expect((await control.orders({ state: 'CLOSED', text: 'old' })).items).toMatchObject([{ out_trade_no: 'OLD' }])
    expect((await control.stocks({ text: 'needle' })).items).toMatchObject([{ stock_id: '700001' }])
  })

  test('merchants: the well-known one first, then the newest, with no keys', async ({ control }) => {
    const made = []
    for (const name of ['茶铺', 'Bakery', 'Florist']) {
      made.push(await control.createMerchant({ name, appids: [`wx${name.length}`], key_mode: 'public-key' }))
    }
    const [tea, bakery, florist] = made
    const first = await control.merchants({ limit: 2 })
    const rest = await control.merchants({ limit: 2, cursor: first.next ?? '' })

    expect(first).toMatchObject({
      items: [{ mchid: '1900000001', well_known: true }, { mchid: florist?.mchid }],
      total: 4,
    })
    expect(rest).toMatchObject({ items: [{ mchid: bakery?.mchid }, { mchid: tea?.mchid }], total: 4 })
    expect(rest).not.toHaveProperty('next')
    expect(rest.items[1]).toEqual({
      mchid: tea?.mchid,
      name: '茶铺',
      appids: ['wx2'],
      key_mode: 'public-key',
      certificate_state: 'valid',
      api_v3_key_set: true,
      serial_no: tea?.merchant_serial_no,
      well_known: false,
    })
    const all = JSON.stringify(await control.merchants())
    for (const { api_v3_key } of made) expect(all).not.toContain(api_v3_key)
    expect(all).not.toContain('-----')
  })

  test('merchants are found by number, name, serial and appid, with their event address', async ({
    control,
    merchant,
  }) => {
    const made = await control.createMerchant({ name: 'Florist', appids: ['wxFlowers'] })
    const { mchid, merchant_serial_no } = made
    await merchant.call(setCallback, { mchid: '1900000001', notify_url: 'https://shop.example.com/coupons' })

    for (const text of [mchid, 'florist', merchant_serial_no.toLowerCase(), 'WXflow']) {
      expect(await control.merchants({ text })).toMatchObject({ items: [{ mchid }], total: 1 })
    }
    expect(await control.merchants({ text: '1900000001' })).toMatchObject({
      items: [{ notify_url: 'https://shop.example.com/coupons' }],
    })
    expect((await control.merchants({ text: 'nobody' })).items).toEqual([])
  })

  test('a cursor that no page gave is refused', async ({ control }) => {
    await expectRefusal(control.coupons({ cursor: 'x' }), 'MOCK_INPUT', '/query/cursor')
    await expectRefusal(control.orders({ limit: 0 }), 'MOCK_INPUT', '/query/limit')
  })
})
