import { describe, expect, onTestFinished, test } from 'vitest'
import { notifications } from '../../src/engine/callbacks/notifications.ts'
import type { OpenMockOptions } from '../../src/open-mock.ts'
import type { WorldJson } from '../../src/products/json.ts'
import { scenario } from '../../src/products/scenarios/index.ts'
import { createMerchantClient, type MerchantClient } from '../../src/testing/merchant-client.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import type { OpenedMock } from '../helpers/engine.ts'
import { openMock } from '../helpers/engine.ts'
import { save } from '../helpers/save-callback.ts'
import { aDataFile } from '../stores/data-files.ts'

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'
const NOON = Date.parse('2026-11-25T12:00:00+08:00')
const LINK = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'MCH_1', out_request_no: 'R-1' }

/** Opens a mock, and closes it after the test if the test does not. */
async function opened(options: OpenMockOptions): Promise<OpenedMock> {
  const mock = await openMock(options)
  onTestFinished(() => mock.close())
  return mock
}

async function clientOf(mock: OpenedMock, mchid?: string): Promise<MerchantClient> {
  const credentials = await mock.control.credentials(mchid)
  return createMerchantClient({ credentials, send: (request) => mock.handle(request), now: () => mock.clock.now() })
}

async function link(mock: OpenedMock, more: Partial<typeof LINK> = {}) {
  const { status, body } = await (await clientOf(mock)).request({ target: ASSOCIATE, body: { ...LINK, ...more } })
  return { status, body }
}

/** State of a mock that a test can see from any process. */
async function seen({ control }: OpenedMock) {
  const { taken_at: _, ...world } = await control.world()
  return {
    world,
    settings: await control.settings(),
    faults: await control.faults(),
    platform: await control.platform(),
  }
}

describe('a mock with a data file', () => {
  test('goes on after it was closed as if it never had been', async () => {
    const data = await aDataFile()
    const first = await opened({ data, clockStart: { now: NOON, frozen: true } })
    const { mchid } = await first.control.createMerchant({ name: '新商户' })
    const answer = await link(first)
    await first.control.changeSettings({ orders: 'known', signature_clock: 'mock' })
    await first.control.planFault({ operation: 'useCoupon', error: 'system_error', times: 3 })
    await first.control.rotatePlatformCertificate()
    await first.control.advance('P1DT12H')
    const before = await seen(first)
    await first.close()

    const second = await opened({ data })

    expect(answer.status).toBe(200)
    expect(await seen(second)).toEqual(before)
    expect(second.clock.frozen).toBe(true)
    expect(second.clock.now()).toBe(NOON + 36 * 3_600_000)
    expect(await link(second)).toEqual(answer)
    const fresh = await (await clientOf(second, mchid)).request({ method: 'GET', target: '/v3/certificates' })
    expect(fresh.status).toBe(200)
  })

  test('keeps how merchants stand and which certificates they have, until a reset', async () => {
    const data = await aDataFile()
    const first = await opened({ data })
    const { mchid } = await first.control.createMerchant({ certificate_state: 'revoked' })
    const original = await first.control.credentials()
    const renewed = await first.control.replaceCertificate(original.mchid)
    await first.control.changeMerchant(original.mchid, { api_v3_key_set: false })
    await first.control.changeMerchant(mchid, { certificate_state: 'expired' })
    const before = await first.control.merchants()
    await first.close()

    const second = await opened({ data })

    expect(await second.control.merchants()).toEqual(before)
    expect(await second.control.credentials()).toEqual(renewed)
    expect(await link(second)).toMatchObject({ status: 401, body: { message: '商户未设置APIv3密钥。' } })
    await second.control.reset()
    expect(await second.control.credentials()).toEqual(original)
    expect(await link(second)).toMatchObject({ status: 200 })
    expect((await second.control.merchants({ text: mchid })).items).toMatchObject([{ certificate_state: 'revoked' }])
  })

  test('takes a seed that says how merchants stand, the well-known one too', async () => {
    const data = await aDataFile()
    const seed: WorldJson = {
      merchants: [
        { mchid: '1900000001', certificate_state: 'expired' },
        { mchid: '1900000077', api_v3_key_set: false, replaced_serials: ['AB'.repeat(20)] },
      ],
    }
    for (const mock of [await opened({ data, seed }), await opened({ seed })]) {
      expect(await link(mock)).toMatchObject({ status: 401, body: { message: '商户证书已过期。' } })
      const fresh = await (await clientOf(mock, '1900000077')).request({ method: 'GET', target: '/v3/certificates' })
      expect(fresh).toMatchObject({ status: 401, body: { message: '商户未设置APIv3密钥。' } })
    }
  })

  test('goes back with a reset to what the file began with, also after it was opened again', async () => {
    const data = await aDataFile()
    const first = await opened({ data, seed: 'life', clockStart: { now: NOON, frozen: true } })
    const { world } = await seen(first)
    await first.control.addCoupon({ stock_id: '400001', coupon_code: 'MORE' })
    await first.close()

    const second = await opened({ data, clockStart: { now: NOON, frozen: true } })
    await second.control.changeSettings({ orders: 'known' })
    await second.control.planFault({ effect: 'reset' })
    await second.control.reset()

    const after = await seen(second)
    expect(after.world).toEqual(world)
    expect(after.settings.orders).toBe('any')
    expect(after.faults).toEqual([])
    expect(second.clock.now()).toBe(NOON)
  })

  test('does not look at a seed when it has a state, and not even asks for one', async () => {
    const data = await aDataFile()
    const first = await opened({ data, seed: 'empty' })
    await first.close()

    const second = await opened({ data, seed: () => Promise.reject(new Error('Nobody is to ask.')) })

    expect((await second.control.world()).coupons).toEqual([])
  })

  test('takes a seed with merchants, which is asked for once', async () => {
    const data = await aDataFile()
    let asked = 0
    const seed = async (): Promise<WorldJson> => {
      asked++
      return { ...scenario('default'), merchants: [{ mchid: '1900000077' }] }
    }
    const first = await opened({ data, seed })
    const { merchant_certificate } = await first.control.credentials('1900000077')
    await first.close()
    const second = await opened({ data, seed })

    expect(asked).toBe(1)
    expect((await second.control.credentials('1900000077')).merchant_certificate).toBe(merchant_certificate)
    const answer = await (await clientOf(second, '1900000077')).request({ method: 'GET', target: '/v3/certificates' })
    expect(answer.status).toBe(200)
  })

  test('has no state when its seed does not fit, and takes the next one', async () => {
    const data = await aDataFile()
    const unfit: WorldJson = { coupons: [{ stock_id: '1', coupon_code: '' }] }

    await expect(openMock({ data, seed: unfit })).rejects.toThrow(UsageError)
    const mock = await opened({ data })
    expect((await link(mock)).status).toBe(200)
  })

  test('counts a planned fault on', async () => {
    const data = await aDataFile()
    const first = await opened({ data })
    await first.control.planFault({ operation: 'associateTradeInfo', error: 'system_error', nth: 2, times: 2 })
    const statuses = [(await link(first)).status, (await link(first)).status]
    await first.close()
    const second = await opened({ data })

    for (let i = 0; i < 2; i++) statuses.push((await link(second)).status)
    expect(statuses).toEqual([200, 500, 500, 200])
  })

  test('gives out other numbers after it was opened again, though they are seeded', async () => {
    const data = await aDataFile()
    const codes: string[] = []
    for (let i = 0; i < 3; i++) {
      const mock = await openMock({ data, randomSeed: 'same', seed: 'empty' })
      const { coupon_code } = await mock.control.addCoupon({ stock_id: '100088' })
      codes.push(coupon_code)
      await mock.close()
    }

    expect(new Set(codes).size).toBe(3)
  })

  test('delivers after it was opened again what was to be delivered', async () => {
    const data = await aDataFile()
    const clockStart = { now: NOON, frozen: true }
    const first = await opened({ data, clockStart, receive: () => new Response(null, { status: 500 }) })
    await save(first, { url: 'https://shop.example.com/a' })
    await first.outbox.idle()
    await save(first, { url: 'https://shop.example.com/b', dueAt: NOON + 60_000 })
    await first.close()

    const received: string[] = []
    const second = await opened({
      data,
      receive: (request) => {
        received.push(request.url)
        return new Response(null, { status: 204 })
      },
    })
    await second.advance(60_000)

    expect(received.toSorted()).toEqual(['https://shop.example.com/a', 'https://shop.example.com/b'])
    expect((await second.control.notifications()).map(({ state }) => state)).toEqual(['delivered', 'delivered'])
  })

  test('ends a try that nobody makes any more, and repeats the callback', async () => {
    const data = await aDataFile()
    const received: string[] = []
    let machine = NOON
    const clock = { now: () => machine }
    const first = await opened({ data, clock, clockStart: { now: NOON, frozen: true } })
    const attempts = [{ at: NOON, heldUntil: machine + 200 }]
    for (const name of ['a', 'last']) {
      const { dueAt, ...made } = await save(first, { url: `https://shop.example.com/${name}`, dueAt: NOON + 60_000 })
      const begun = { ...made, attempts, ...(name === 'a' && dueAt !== undefined && { dueAt }) }
      await first.store.transaction((tx) => tx.in(notifications).save(begun))
    }
    await first.close()
    const second = await opened({
      data,
      clock,
      receive: (request) => {
        received.push(request.url)
        return new Response(null, { status: 204 })
      },
    })
    const states = async () =>
      (await second.control.notifications()).map(({ url, state }) => `${url.slice(25)} ${state}`).toSorted()

    expect(await states()).toEqual(['a pending', 'last pending'])
    machine += 200
    await expect.poll(states).toEqual(['a pending', 'last failed'])
    await second.advance(60_000)
    expect(await states()).toEqual(['a delivered', 'last failed'])
    expect(received).toEqual(['https://shop.example.com/a'])
    const [delivered] = await second.control.notifications({ state: 'delivered' })
    expect(delivered?.attempts).toEqual([
      expect.objectContaining({ error: 'The process that made this attempt ended before it had a reply.' }),
      expect.objectContaining({ status: 204 }),
    ])
  })
})

test('without a file a mock is in memory, and takes merchants along', async () => {
  const mock = await opened({ seed: { ...scenario('default'), merchants: [{ mchid: '1900000077' }] } })

  expect((await link(mock)).status).toBe(200)
  expect((await mock.control.credentials('1900000077')).mchid).toBe('1900000077')
})
