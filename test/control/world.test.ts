import forge from 'node-forge'
import { describe, expect } from 'vitest'
import { requests } from '../../src/engine/state/request-numbers.ts'
import type { WorldJson } from '../../src/products/json.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { stocks } from '../../src/products/merchant-coupon/stocks.ts'
import { associateTradeInfo, queryUserCoupon, useCoupon } from '../../src/products/operations.ts'
import { orders } from '../../src/products/payment/orders.ts'
import type { UsageErrorCode } from '../../src/wire/protocol/errors.ts'
import { createMock } from '../helpers/engine.ts'
import { doors, expectRefusal, json, merchantOf, NOON, refusalOf, test } from './doors.ts'

const use = {
  stock_id: '100088',
  coupon_code: 'COUPON_SENDED',
  appid: 'wx1',
  use_time: '2026-11-25T12:00:00+08:00',
  use_request_no: 'U1',
}
const order = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'A1' }

describe.for(doors)('how much there is, %s', (door) => {
  test.override('door', door)

  test('is counted kind by kind', async ({ control, merchant }) => {
    const before = await control.worldCounts()
    const world = await control.world()
    const { merchants, ...things } = before

    expect(merchants).toBe(1)
    expect(things).toEqual(
      Object.fromEntries(
        Object.entries(world).flatMap(([kind, list]) =>
          Array.isArray(list) && kind !== 'merchants' ? [[kind, list.length]] : [],
        ),
      ),
    )
    await control.createMerchant()
    await control.addOrder()
    await merchant.call(useCoupon, use)
    expect(await control.worldCounts()).toEqual({
      ...before,
      merchants: 2,
      orders: before.orders + 1,
      requests: before.requests + 1,
    })
  })
})

describe.for(doors)('a world as a file, %s', (door) => {
  test.override('door', door)

  test('is the snapshot, and is taken back', async ({ control, merchant }) => {
    await control.freeze()
    const file = await control.worldFile()
    const snapshot: unknown = JSON.parse(await file.text())
    expect(snapshot).toEqual(await control.world())

    await merchant.call(useCoupon, use)
    await control.restoreFile(file)
    expect(await control.coupon('100088', 'COUPON_SENDED')).toMatchObject({ state: 'SENDED' })
    expect(await control.world()).toEqual(snapshot)
  })

  test('that does not fit is refused, and changes nothing', async ({ control }) => {
    const before = await control.worldCounts()

    await expectRefusal(control.restoreFile(new Blob(['{"coupons":'])), 'MOCK_JSON')
    await expectRefusal(
      control.restoreFile(new Blob(['{"coupons":[{},{"state":"SPENT"}]}'])),
      'MOCK_INPUT',
      '/coupons/1/state',
    )
    expect(await control.worldCounts()).toEqual(before)
  })
})

describe('reset', () => {
  test('brings back the seed, forgets the calls and puts the clock back', async ({ control, merchant, machine }) => {
    const seed = await control.world()
    await merchant.call(useCoupon, use)
    await control.addOrder()
    await control.freeze('2030-01-01T00:00:00+08:00')
    await control.reset()
    machine.pass(1_000)

    expect(await control.world()).toEqual({ ...seed, taken_at: '2026-11-25T12:00:01+08:00' })
    expect(await control.journalCount()).toBe(0)
    expect(await control.clock()).toEqual({ now: '2026-11-25T12:00:01.000+08:00', frozen: false })
    expect(await merchant.call(useCoupon, use)).toMatchObject({ status: 200 })
  })

  test('of one merchant leaves the others, the journal and the clock alone', async ({ control, merchant }) => {
    const { mchid } = await control.createMerchant()
    await control.addCoupons([
      { mchid, stock_id: '1', coupon_code: 'A' },
      { coupon_code: 'MINE', stock_id: '1' },
    ])
    await merchant.call(useCoupon, use)
    await control.advance(60)
    await control.reset(mchid)

    expect((await control.world(mchid)).coupons).toEqual([])
    expect(await control.coupon('1', 'MINE')).toMatchObject({ state: 'SENDED' })
    expect(await control.coupon('100088', 'COUPON_SENDED')).toMatchObject({ state: 'USED' })
    expect(await control.journalCount()).toBe(1)
    expect(await control.clock()).toMatchObject({ now: '2026-11-25T12:01:00.000+08:00' })
  })

  test('of a creator that may not call', async ({ control }) => {
    await control.patchCoupon('200088', 'COUPON_FOREIGN', { state: 'USED' })
    await control.reset('1900000009')

    expect(await control.coupon('200088', 'COUPON_FOREIGN')).toMatchObject({ state: 'SENDED' })
  })

  test('merchants that were made stay', async ({ control }) => {
    const made = await control.createMerchant()
    await control.reset()

    expect(await control.credentials(made.mchid)).toEqual(made)
  })

  test('a merchant given in the body, where it would be overlooked, is refused', async ({ request, control }) => {
    await control.addOrder({ out_trade_no: 'KEEP' })
    const response = await request('/_mock/reset', json({ mchid: '1900000009' }))

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'MOCK_INPUT', path: '/mchid' })
    expect((await control.world()).orders.some(({ out_trade_no }) => out_trade_no === 'KEEP')).toBe(true)
  })

  test('a number that no one has', async ({ control }) => {
    await expectRefusal(control.reset('1900000404'), 'MOCK_MERCHANT_UNKNOWN', '/query/mchid')
    await expectRefusal(control.world('1900000404'), 'MOCK_MERCHANT_UNKNOWN', '/query/mchid')
  })
})

describe('a snapshot', () => {
  test('restores exactly in another mock, whatever time it is there', async ({ control, machine, mock }) => {
    machine.pass(123)
    const { mchid } = await control.createMerchant({ appids: ['wx1'], key_mode: 'certificate' })
    const merchant = await merchantOf(mock)
    await merchant.call(associateTradeInfo, order)
    await merchant.call(useCoupon, use)
    const time = {
      available_begin_time: '2026-01-01T00:00:00.001+08:00',
      available_end_time: '2026-12-31T23:59:59.999+08:00',
      available_week: { week_day: [1, 5], available_day_time: [{ begin_time: 0, end_time: 3_600 }] },
      irregulary_avaliable_time: [
        { begin_time: '2026-10-01T00:00:00.5+08:00', end_time: '2026-10-07T00:00:00.5+08:00' },
      ],
    }
    await control.addStock({
      mchid,
      stock_id: '1',
      comment: '备注',
      display_pattern_info: { background_color: 'Color010', nested: { a: [1, null] } },
      coupon_use_rule: { coupon_available_time: time, exchange_coupon: { exchange_price: 1, transaction_minimum: 2 } },
    })
    await control.addCoupons([
      { mchid, stock_id: '1', coupon_code: 'A', state: 'DEACTIVATED', deactivate_reason: '停用' },
      { mchid, stock_id: '1', coupon_code: 'B', return_request_no: 'R1' },
      { mchid, stock_id: '1', coupon_code: 'C', state: 'DELETED', use_request_no: 'U7' },
      { mchid, stock_id: '1', coupon_code: 'D', state: 'DELETED', deactivate_request_no: 'S7' },
    ])
    await control.patchCoupon('100088', 'COUPON_LINKED', { state: 'EXPIRED' })
    await control.advance('P40D')
    const snapshot = await control.world()

    const other = createMock({ seed: 'empty', clock: { now: () => NOON } })
    await other.control.restore(snapshot)
    // The states hold at taken_at, so they are only the same to look at from there.
    await other.control.freeze(snapshot.taken_at)

    expect(await other.control.world()).toEqual(snapshot)
    expect(snapshot.coupons.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['SENDED', 'USED', 'EXPIRED', 'DEACTIVATED', 'DELETED']),
    )
    expect(snapshot.coupons.find(({ coupon_code }) => coupon_code === 'C')).toMatchObject({ use_request_no: 'U7' })
    expect(snapshot.coupons.find(({ coupon_code }) => coupon_code === 'D')).toMatchObject({
      deactivate_request_no: 'S7',
    })
    expect(snapshot.merchants.map((merchant) => merchant.mchid)).toEqual([mchid])
    expect(snapshot.taken_at).toBe('2027-01-04T12:00:00.123+08:00')
    const state = async ({ store }: typeof mock) =>
      store.transaction(async (tx) => [
        await tx.in(stocks).list(),
        await tx.in(coupons).list(),
        await tx.in(orders).list(),
        await tx.in(requests).list(),
      ])
    expect(await state(other)).toEqual(await state(mock))
  })

  test('brings merchants along, with keys that still sign', async ({ control }) => {
    const { mchid } = await control.createMerchant({ appids: ['wx1'], key_mode: 'public-key' })
    await control.addCoupon({ mchid, stock_id: '1', coupon_code: 'A', openid: 'o1' })
    const other = createMock({ seed: 'empty', clock: { now: () => NOON } })
    await other.control.restore(await control.world())

    expect(await other.control.credentials(mchid)).toEqual({
      ...(await control.credentials(mchid)),
      base_url: 'https://api.mch.weixin.qq.com',
      proxy_url: null,
      ca_certificate: null,
    })
    const merchant = await merchantOf(other, mchid)
    const query = { openid: 'o1', coupon_code: 'A', appid: 'wx1' }
    expect(await merchant.call(queryUserCoupon, query)).toMatchObject({ status: 200 })
    expect(await merchant.call(queryUserCoupon, { ...query, appid: 'wx2' })).toMatchObject({ status: 400 })
  })

  test('keeps request numbers from doing anything twice', async ({ control, merchant }) => {
    const first = await merchant.call(useCoupon, use)
    const snapshot = await control.world()
    await control.reset()
    await control.restore(snapshot)

    expect(await merchant.call(useCoupon, use)).toEqual(first)
    expect(
      (await control.coupon('100088', 'COUPON_SENDED')).history.filter(({ event }) => event === 'used'),
    ).toHaveLength(1)
  })

  test('of one merchant has nothing of the others', async ({ control }) => {
    const [{ mchid }] = await Promise.all([control.createMerchant(), control.createMerchant()])
    await control.addOrder({ mchid, out_trade_no: 'T' })

    expect(await control.world(mchid)).toMatchObject({
      merchants: [{ mchid }],
      stocks: [],
      coupons: [],
      orders: [{ mchid, out_trade_no: 'T' }],
      requests: [],
    })
  })
})

describe('restoring', () => {
  test('replaces everything, and is what reset goes back to', async ({ control }) => {
    await control.restore({ orders: [{ out_trade_no: 'ONLY' }] })
    await control.addOrder({ out_trade_no: 'LATER' })
    await control.reset()

    const { stocks, coupons, orders } = await control.world()
    expect([stocks, coupons]).toEqual([[], []])
    expect(orders.map(({ out_trade_no }) => out_trade_no)).toEqual(['ONLY'])
  })

  test('merchants without keys get some, and those that exist are kept', async ({ control, mock }) => {
    const kept = await control.createMerchant()
    const world = await control.world()
    await control.restore({
      merchants: [...world.merchants, { mchid: '1900000088' }, { mchid: '1900000001' }, { name: '无号' }],
    })

    expect(await control.credentials(kept.mchid)).toEqual(kept)
    expect((await control.credentials('1900000088')).merchant_private_key).toContain('PRIVATE KEY')
    expect(mock.merchants.all).toHaveLength(4)
    await control.restore({ merchants: [{ mchid: '1900000088' }] })
    expect(mock.merchants.all).toHaveLength(4)
  })

  test('says how merchants stand, the well-known one too, whatever was changed before', async ({ control }) => {
    const { mchid } = await control.createMerchant({ certificate_state: 'revoked' })
    const standing = async () => {
      const { items } = await control.merchants()
      return Object.fromEntries(items.map((one) => [one.mchid, [one.certificate_state, one.api_v3_key_set]]))
    }
    await control.changeMerchant('1900000001', { api_v3_key_set: false })
    await control.restore({ merchants: [{ mchid: '1900000001', certificate_state: 'expired' }, { mchid }] })
    expect(await standing()).toEqual({ '1900000001': ['expired', true], [mchid]: ['valid', true] })

    await control.changeMerchant('1900000001', { certificate_state: 'valid' })
    await control.reset()
    expect(await standing()).toEqual({ '1900000001': ['expired', true], [mchid]: ['valid', true] })
    await control.restore({})
    expect(await standing()).toEqual({ '1900000001': ['valid', true], [mchid]: ['valid', true] })
  })

  test('gives back the certificates that merchants had, before and after they were replaced', async ({ control }) => {
    const { mchid } = await control.createMerchant()
    const both = async () => Promise.all([control.credentials(), control.credentials(mchid)])
    const worlds = [await control.world()]
    const credentials = [await both()]
    for (let i = 0; i < 2; i++) {
      await control.replaceCertificate('1900000001')
      await control.replaceCertificate(mchid)
      worlds.push(await control.world())
      credentials.push(await both())
    }
    await control.changeMerchant(mchid, { certificate_state: 'expired' })

    for (const i of [0, 2, 1, 0]) {
      await control.restore(worlds[i] ?? {})
      expect(await both()).toEqual(credentials[i])
      await control.reset()
      expect(await both()).toEqual(credentials[i])
      expect((await control.world()).merchants).toEqual(worlds[i]?.merchants)
    }
    const other = createMock({ seed: 'empty' })
    await other.control.restore(worlds[2] ?? {})
    expect(await other.control.merchants()).toEqual(
      await control.restore(worlds[2] ?? {}).then(() => control.merchants()),
    )
  })

  test('a world that does not fit changes nothing', async ({ control, mock, request }) => {
    const mine = await control.createMerchant()
    const other = createMock({ seed: 'empty' })
    await other.control.createMerchant({ mchid: '1900000066' })
    const { merchants } = await other.control.world()
    const stranger = { ...merchants[0], mchid: mine.mchid }
    const before = await control.world()

    const cases: [WorldJson, UsageErrorCode, string][] = [
      [{ stocks: [{ stock_id: '1' }], coupons: [{}, { coupon_code: '' }] }, 'MOCK_INPUT', '/coupons/1/coupon_code'],
      [
        { coupons: Array.from({ length: 2_500 }, (_, i) => (i === 1_700 ? { coupon_code: '' } : {})) },
        'MOCK_INPUT',
        '/coupons/1700/coupon_code',
      ],
      [
        { coupons: [{ state: 'SENDED', expire_time: '2020-01-01T00:00:00Z' }] },
        'MOCK_COUPON_STATE',
        '/coupons/0/expire_time',
      ],
      [{ merchants: [{}, { api_v3_key: 'x' }] }, 'MOCK_API_V3_KEY', '/merchants/1/api_v3_key'],
      [{ merchants: [{ mchid: '1900000067' }, stranger] }, 'MOCK_MERCHANT_EXISTS', '/merchants/1/mchid'],
      [{ merchants: [{ mchid: '1900000068' }, { mchid: '1900000068' }] }, 'MOCK_MERCHANT_EXISTS', '/merchants/1/mchid'],
    ]
    for (const [world, code, path] of cases) await expectRefusal(control.restore(world), code, path)
    const response = await request('/_mock/world', json({ scenario: 'default' }, 'PUT'))
    expect(await response.json()).toMatchObject({ code: 'MOCK_INPUT', path: '/scenario' })

    expect(await control.world()).toEqual(before)
    expect(mock.merchants.all).toHaveLength(2)
  })

  test('a certificate of the real Tenpay CA is refused by its place', async ({ control, mock }) => {
    const { privateKey, publicKey } = forge.pki.rsa.generateKeyPair(1_024)
    const certificate = forge.pki.createCertificate()
    certificate.publicKey = publicKey
    certificate.validity.notAfter = new Date(NOON)
    certificate.setIssuer([{ name: 'organizationName', value: 'Tenpay.com' }])
    certificate.sign(privateKey)
    const merchant_certificate = forge.pki.certificateToPem(certificate)
    const merchant_private_key = forge.pki.privateKeyToPem(privateKey)

    const refusal = await refusalOf(
      control.restore({ merchants: [{}, { merchant_certificate, merchant_private_key }] }),
    )
    expect(refusal).toMatchObject({ code: 'MOCK_TENPAY_CERTIFICATE', path: '/merchants/1/merchant_certificate' })
    expect(mock.merchants.all).toHaveLength(1)
  })
})
