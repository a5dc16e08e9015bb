import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { WorldJson } from '../../src/products/json.ts'
import { associateTradeInfo, setCallback } from '../../src/products/operations.ts'
import { createMerchantClient, type MerchantClient } from '../../src/testing/merchant-client.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { isRepresentative } from '../helpers/representative.ts'
import { sendOverNode } from '../helpers/send-over-node.ts'
import { atOnce, type Balancer, type Instance, startBalancer, startInstance } from './instances.ts'
import { type RunningRedis, startRedis, until } from './redis-server.ts'

const STOCK = '700001'
const COUPONS = isRepresentative ? 200 : 500
const CALLS = isRepresentative ? 1_000 : 10_000

const world: WorldJson = {
  stocks: [{ stock_id: STOCK }],
  coupons: Array.from({ length: COUPONS }, (_, i) => ({ stock_id: STOCK, coupon_code: codeOf(i) })),
}

function codeOf(i: number): string {
  return `C${i}`
}

let redis: RunningRedis
let store: string
let instances: readonly [Instance, Instance, Instance]
let balancer: Balancer
let client: MerchantClient

beforeAll(async () => {
  redis = await startRedis()
  store = `${redis.url}?prefix=${randomUUID()}`
  instances = (await Promise.all([1, 2, 3].map(() => startInstance(store)))) as unknown as typeof instances
  balancer = await startBalancer(instances.map(({ url }) => url))
  client = createMerchantClient({
    credentials: await instances[0].control.credentials(),
    send: sendOverNode(balancer.url).send,
  })
})
afterAll(async () => {
  await balancer?.close()
  await Promise.all((instances ?? []).map((instance) => instance.stop()))
  await redis.remove()
})

/** Links coupons with orders, each call its own order, until each call has an answer of the service; who has linked which coupon. */
async function associateAll(
  calls: readonly number[],
  onAnswer: (done: number) => void = () => undefined,
): Promise<Map<string, string[]>> {
  const linked = new Map<string, string[]>()
  let done = 0
  await atOnce(200, calls, async (i) => {
    const code = codeOf(i % COUPONS)
    const order = `ORDER-${i}`
    const status = await insist(() =>
      client.call(associateTradeInfo, {
        stock_id: STOCK,
        coupon_code: code,
        out_trade_no: order,
        out_request_no: `LINK-${i}`,
      }),
    )
    if (status === 200) linked.set(code, [...(linked.get(code) ?? []), order])
    else expect(status).toBe(400)
    onAnswer(++done)
  })
  return linked
}

/** As a shop does: a call without an answer of WeChat Pay is made again, with the same number. */
async function insist(call: () => Promise<{ readonly status: number }>): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      return (await call()).status
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error('No answer after 50 tries.')
}

async function ordersOfCoupons(instance: Instance): Promise<Map<string, string | undefined>> {
  const { coupons } = await instance.control.world()
  return new Map(
    coupons
      .filter(({ stock_id }) => stock_id === STOCK)
      .map(({ coupon_code, associate_out_trade_no }) => [coupon_code, associate_out_trade_no]),
  )
}

describe('three instances behind a load balancer', () => {
  beforeEach(async () => {
    await instances[0].control.restore(world)
  })

  test(`${CALLS} calls at once that associate ${COUPONS} coupons link each coupon once`, {
    timeout: 180_000,
  }, async () => {
    const linked = await associateAll(Array.from({ length: CALLS }, (_, i) => i))

    expect([...linked.values()].map((orders) => orders.length)).toEqual(Array.from({ length: COUPONS }, () => 1))
    const kept = await ordersOfCoupons(instances[2])
    for (const [code, orders] of linked) expect([kept.get(code)]).toEqual(orders)
  })

  test('killing one in the middle loses nothing that was acknowledged', { timeout: 120_000 }, async () => {
    const victim = await startInstance(store)
    const both = await startBalancer([victim.url, instances[1].url])
    const before = client
    client = createMerchantClient({ credentials: before.credentials, send: sendOverNode(both.url).send })
    try {
      let killed: Promise<void> | undefined
      const linked = await associateAll(
        Array.from({ length: 4 * COUPONS }, (_, i) => i),
        (done) => {
          if (done >= COUPONS) killed ??= victim.kill()
        },
      )
      await killed

      const kept = await ordersOfCoupons(instances[2])
      expect([...linked.values()].every((orders) => orders.length === 1)).toBe(true)
      expect(linked.size).toBe(COUPONS)
      for (const [code, orders] of linked) expect([kept.get(code)]).toEqual(orders)
    } finally {
      client = before
      await both.close()
      await victim.kill()
    }
  })
})

describe('what is done at one instance is so at every one', () => {
  beforeEach(async () => {
    await instances[0].control.reset()
    await instances[0].control.restore(world)
  })

  test('a reset, before it answers', async () => {
    const seeded = await Promise.all(instances.map((instance) => instance.client()))
    for (let i = 0; i < 12; i++) {
      const linked = await seeded[i % 3]?.call(associateTradeInfo, link(0, i))
      expect(linked?.status).toBe(200)
      await instances[(i + 1) % 3]?.control.reset()
      expect((await ordersOfCoupons(instances[(i + 2) % 3] ?? instances[0])).get(codeOf(0))).toBeUndefined()
    }
  })

  test('a fresh merchant', async () => {
    const { mchid } = await instances[0].control.createMerchant()
    for (const instance of instances) {
      const merchant = await instance.client(mchid)
      // Known and let in; the batch is another merchant's.
      expect((await merchant.call(associateTradeInfo, link(0, 1))).status).toBe(403)
    }
  })

  test('how a merchant stands, and which certificate it has', async () => {
    const { mchid, merchant_serial_no } = await instances[0].control.createMerchant()
    const renewed = await instances[0].control.replaceCertificate(mchid)
    await instances[1].control.changeMerchant(mchid, { certificate_state: 'expired' })

    const listed = await Promise.all(instances.map(({ control }) => control.merchants({ text: mchid })))
    for (const { items } of listed) {
      expect(items).toMatchObject([
        {
          serial_no: renewed.merchant_serial_no,
          certificate_state: 'expired',
          replaced_serials: [merchant_serial_no],
        },
      ])
    }
    await instances[0].control.reset(mchid)
    expect((await instances[1].control.merchants({ text: mchid })).items).toMatchObject([
      { serial_no: merchant_serial_no, certificate_state: 'valid' },
    ])
  })

  test('the clock', async () => {
    await instances[1].control.freeze('2030-01-01T00:00:00+08:00')
    const frozen = await Promise.all(instances.map(({ control }) => control.clock()))
    expect(frozen).toEqual(Array.from({ length: 3 }, () => ({ now: '2030-01-01T00:00:00.000+08:00', frozen: true })))

    await instances[2].control.advance('PT1H')
    expect((await instances[0].control.clock()).now).toBe('2030-01-01T01:00:00.000+08:00')
    await instances[0].control.reset()
    expect((await instances[1].control.clock()).frozen).toBe(false)
  })

  test('settings', async () => {
    await instances[2].control.changeSettings({ orders: 'known' })
    for (const instance of instances) {
      const merchant = await instance.client()
      expect((await merchant.call(associateTradeInfo, link(0, 1))).status).toBe(404)
    }
  })

  test('a planned fault, that is counted at all together', async () => {
    await instances[0].control.planFault({ operation: 'associateTradeInfo', error: 'rate_limited', times: 20 })
    const clients = await Promise.all(instances.map((instance) => instance.client()))
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => (await clients[i % 3]?.call(associateTradeInfo, link(i, i)))?.status),
    )

    expect(statuses.filter((status) => status === 429)).toHaveLength(20)
    expect(statuses.filter((status) => status === 200)).toHaveLength(40)
    expect(await instances[1].control.faults()).toEqual([])
  })

  test('rates', async () => {
    await instances[0].control.freeze()
    await instances[0].control.changeSettings({ rate_limit: 'on' })
    const clients = await Promise.all(instances.map((instance) => instance.client()))
    const calls = 540
    const statuses: (number | undefined)[] = []
    await atOnce(
      30,
      Array.from({ length: calls }, (_, i) => i),
      async (i) => {
        statuses.push((await clients[i % 3]?.call(associateTradeInfo, link(i % COUPONS, i)))?.status)
      },
    )

    expect(associateTradeInfo.rateLimit?.calls).toBe(500)
    expect(statuses.filter((status) => status === 429)).toHaveLength(calls - 500)
  })

  test('the journal', async () => {
    const clients = await Promise.all(instances.map((instance) => instance.client()))
    for (const [i, each] of clients.entries()) {
      await each.call(associateTradeInfo, link(i, i))
      for (const { control } of instances) {
        expect((await control.journal({ operation: 'associateTradeInfo' })).map(({ id }) => id)).toHaveLength(i + 1)
      }
    }
    for (const { control } of instances) {
      const { counts, recent } = await control.journalPage({ operation: 'associateTradeInfo' })
      expect(counts).toMatchObject({ all: 3, '2xx': 3, error: 0 })
      expect(recent?.steps.reduce((sum, step) => sum + step['2xx'], 0)).toBe(3)
    }
    await instances[2].control.clearJournal()
    expect(await instances[0].control.journal()).toEqual([])
  })

  test('what a number was answered with, whoever is asked again', async () => {
    const clients = await Promise.all(instances.map((instance) => instance.client()))
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => clients[i % 3]?.call(associateTradeInfo, link(0, 7))),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })
})

function link(coupon: number, order: number) {
  return {
    stock_id: STOCK,
    coupon_code: codeOf(coupon),
    out_trade_no: `ORDER-${order}`,
    out_request_no: `LINK-${order}`,
  }
}

describe('callbacks', () => {
  beforeEach(async () => {
    await instances[0].control.reset()
    await instances[0].control.restore({ stocks: [{ stock_id: STOCK }] })
  })

  test('are delivered once, whichever instance made them', async () => {
    const receiver = await startReceiver()
    try {
      await (await instances[0].client()).call(setCallback, { notify_url: receiver.url })
      await Promise.all(
        Array.from({ length: 60 }, (_, i) => instances[i % 3]?.control.handOutCoupon(STOCK, { openid: `oUser-${i}` })),
      )
      await until(async () => receiver.received.length >= 60)
      // Time for those who look for what others left.
      await new Promise((resolve) => setTimeout(resolve, 1_500))

      expect(idsOf(receiver.received)).toHaveLength(60)
      expect(new Set(idsOf(receiver.received)).size).toBe(60)
      const shown = await instances[2].control.notifications()
      expect(shown.map(({ state }) => state)).toEqual(Array.from({ length: 60 }, () => 'delivered'))
    } finally {
      await receiver.close()
    }
  })

  test('of one instance have their reply when a move of the clock at another ends', async () => {
    const receiver = await startReceiver((_, response) => {
      setTimeout(() => response.writeHead(204).end(), 1_000)
    })
    try {
      await (await instances[0].client()).call(setCallback, { notify_url: receiver.url })
      await instances[0].control.freeze()
      await instances[0].control.handOutCoupon(STOCK, { openid: 'oUser-1' })
      await until(async () => receiver.received.length === 1)

      await instances[1].control.advance('PT1S')

      expect(await instances[1].control.notifications()).toMatchObject([{ state: 'delivered' }])
    } finally {
      await receiver.close()
    }
  })

  test('that a move of the clock waits for end with a reset of another instance, which says where the clock stands', async () => {
    const receiver = await startReceiver((_, response, count) => {
      // The first try fails; nobody answers the second one, which the move comes by.
      if (count === 1) response.writeHead(500).end()
    })
    try {
      await (await instances[0].client()).call(setCallback, { notify_url: receiver.url })
      await instances[0].control.freeze()
      await instances[0].control.handOutCoupon(STOCK, { openid: 'oUser-1' })
      await until(async () => receiver.received.length === 1)
      await until(async () => (await instances[0].control.notifications())[0]?.attempts[0]?.status === 500)
      const moved = instances[0].control.advance('PT1H').catch((error: unknown) => error)
      await until(async () => receiver.received.length === 2)
      for (const { control } of instances)
        expect((await control.clock()).moving).toMatchObject({ delivered: 0, due: 1 })

      await instances[1].control.reset()

      expect(await moved).toMatchObject({ code: 'MOCK_CLOCK_MOVE_ENDED' })
      for (const { control } of instances) expect((await control.clock()).frozen).toBe(false)
      await instances[2].control.advance('PT1M')
    } finally {
      await receiver.close()
    }
  })

  test('that an instance did not end with are delivered by another one', async () => {
    const victim = await startInstance(store)
    let answer = false
    const receiver = await startReceiver((_, response) => {
      if (answer) response.writeHead(204).end()
    })
    try {
      await (await victim.client()).call(setCallback, { notify_url: receiver.url })
      await victim.control.handOutCoupon(STOCK, { openid: 'oUser-1' })
      await until(async () => receiver.received.length === 1)
      await victim.kill()
      answer = true
      await instances[1].control.advance('PT1M')

      await until(async () => receiver.received.length === 2)
      const [first, second] = idsOf(receiver.received)
      expect(second).toBe(first)
      await until(async () => (await instances[2].control.notifications()).every(({ state }) => state === 'delivered'))
      expect(receiver.received).toHaveLength(2)
    } finally {
      await receiver.close()
      await victim.kill()
    }
  })
})

function idsOf(received: readonly { readonly body: string }[]): string[] {
  return received.map(({ body }) => String(JSON.parse(body).id))
}
