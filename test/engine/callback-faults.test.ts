import { describe, expect } from 'vitest'
import { notifications } from '../../src/engine/callbacks/notifications.ts'
import { type CallbackDamage, HOSTILE_EFFECTS } from '../../src/engine/faults/damage.ts'
import type { FaultPlan } from '../../src/engine/faults/fault-plan.ts'
import type { NewNotification } from '../../src/engine/operation.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { open } from '../../src/wire/protocol/envelope.ts'
import { test } from '../helpers/callbacks.ts'
import type { OpenedMock } from '../helpers/engine.ts'
import { isSigned, type Received } from '../helpers/receiver.ts'
import { save } from '../helpers/save-callback.ts'
import { NOON } from '../helpers/world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

const idOf = ({ body }: Received): string => JSON.parse(body).id

/** Verdict of a careful receiver on a callback: good, forged, or impossible to decrypt. */
function found(received: Received, mock: OpenedMock): 'good' | 'forged' | 'sealed wrongly' {
  const { publicKey: key } = mock.platform
  const isGenuine =
    received.header('Wechatpay-Serial') === key.serialNo &&
    Math.abs(Number(received.header('Wechatpay-Timestamp')) * SECOND - mock.clock.now()) <= 5 * MINUTE &&
    isSigned(received, key.publicKey)
  if (!isGenuine) return 'forged'
  return open(JSON.parse(received.body).resource, mock.defaultMerchant.apiV3Key).ok ? 'good' : 'sealed wrongly'
}

/** Attempts to deliver callbacks, in seconds after noon, with their remarks. */
const attemptsOf = async ({ control }: OpenedMock) =>
  (await control.journal()).map(({ time, callback, remarks }) => ({
    at: (Date.parse(time) - NOON) / SECOND,
    id: callback?.id,
    about: remarks.map(({ about }) => about),
  }))

/** An hour of callbacks under one plan. Receiver A answers with some statuses, the last one from then on; B takes everything. */
interface Story {
  readonly plan: FaultPlan
  /** Whether plans are cleared once the callbacks were saved. */
  readonly cleared?: true
  readonly replies?: readonly number[]
  readonly saved: readonly (readonly [receiver: 'A' | 'B', more?: Partial<NewNotification>])[]
  /** Attempts: seconds after noon, which of the callbacks, and what their remarks are about. */
  readonly attempts: readonly string[]
}

const DUPLICATE: FaultPlan = { event: 'any', effect: 'duplicate' }
const LATE: FaultPlan = { event: 'any', effect: 'late', lateMs: MINUTE }
const OUT_OF_ORDER: FaultPlan = { event: 'any', effect: 'out_of_order' }
const dueIn = (seconds: number) => ({ dueAt: NOON + seconds * SECOND })
const payment = { schedule: 'payment' } as const

const stories: Readonly<Record<string, Story>> = {
  'sent twice, but only once it was taken, also by a repeat': {
    ...{ plan: DUPLICATE, replies: [500, 204], saved: [['A']] },
    attempts: ['0 #0 fault callback', '60 #0', '60 #0 fault'],
  },
  'not sent twice when the plans were cleared meanwhile': {
    ...{ plan: DUPLICATE, cleared: true, replies: [500, 204], saved: [['A']] },
    attempts: ['0 #0 fault callback', '60 #0'],
  },
  'late once for each attempt, however often the plan happens': {
    ...{ plan: { ...LATE, lateMs: 5 * SECOND, times: 3 }, replies: [500, 500, 204], saved: [['A']] },
    attempts: ['5 #0 fault callback', '70 #0 fault callback', '135 #0 fault'],
  },
  'late without a word when the plans were cleared': { plan: LATE, cleared: true, saved: [['A']], attempts: ['60 #0'] },
  'sent right after the next one that was taken': {
    ...{ plan: OUT_OF_ORDER, saved: [['A'], ['A', dueIn(20)]] },
    attempts: ['20 #1', '20 #0 fault'],
  },
  'sent at the time of its next repeat when no other is': {
    ...{ plan: OUT_OF_ORDER, saved: [['A']] },
    attempts: ['60 #0 fault'],
  },
  'sent at the time of its next repeat when no other is: a payment': {
    ...{ plan: OUT_OF_ORDER, saved: [['A', payment]] },
    attempts: ['15 #0 fault'],
  },
  'held back for no callback to another address, nor for one that is not taken': {
    ...{ plan: OUT_OF_ORDER, replies: [500, 204], saved: [['A'], ['B'], ['A', { ...payment, ...dueIn(10) }]] },
    attempts: ['0 #1', '10 #2 callback', '25 #2', '25 #0 fault'],
  },
  'held back for one other at a time, so that without end each pair is swapped': {
    ...{ plan: { ...OUT_OF_ORDER, always: true }, saved: [['A'], ['A', dueIn(1)], ['A', dueIn(2)], ['A', dueIn(3)]] },
    attempts: ['1 #1', '1 #0 fault', '3 #3', '3 #2 fault'],
  },
  'repeated in its order among the others when it is not taken': {
    ...{
      plan: OUT_OF_ORDER,
      replies: [200, 500, 200],
      saved: [
        ['A', payment],
        ['A', dueIn(10)],
        ['B', dueIn(70)],
      ],
    },
    attempts: ['10 #1', '10 #0 fault callback', '25 #0', '70 #2'],
  },
}

test.for(Object.entries(stories))('a callback is %s', async ([, story], { mock, receiver }) => {
  const { plan, cleared, replies = [204], saved, attempts } = story
  const reply: Parameters<typeof receiver.start>[0] = (_, response, count) =>
    response.writeHead(replies[count - 1] ?? replies.at(-1) ?? 204).end()
  const receivers = { A: await receiver.start(reply), B: await receiver.start() }
  await mock.faults.plan(plan)
  const ids: string[] = []
  for (const [to, more] of saved) {
    ids.push((await save(mock, { url: receivers[to].url, ...more })).id)
    await mock.outbox.idle()
  }
  if (cleared) await mock.faults.clear()
  await mock.advance(60 * MINUTE)

  const made = await attemptsOf(mock)
  expect(made.map(({ at, id = '', about }) => [at, `#${ids.indexOf(id)}`, ...about].join(' '))).toEqual(attempts)
})

describe('a callback that is sent twice', () => {
  test('comes once more right after it was taken, signed anew', async ({ mock, control, sent }) => {
    const plan = mock.faults.plan({ event: 'COUPON.SEND', effect: 'duplicate' })
    const { received, id } = await sent()
    expect(received.map((one) => found(one, mock))).toEqual(['good', 'good'])
    await mock.advance(60 * MINUTE)

    expect(plan).toMatchObject({ event: 'COUPON.SEND', times: 1, left: 1, fired: 0 })
    expect(received.map(idOf)).toEqual([id, id])
    expect(new Set(received.map((one) => one.header('Wechatpay-Signature'))).size).toBe(2)
    expect(await attemptsOf(mock)).toEqual([
      { at: 0, id, about: ['fault'] },
      { at: 0, id, about: ['fault'] },
    ])
    expect(await control.notifications()).toMatchObject([
      { id, state: 'delivered', attempts: [{ status: 200 }, { status: 200 }] },
    ])
    mock.faults.assertAllUsed()
  })

  test('answers the one that was sent by hand, too', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start()
    await mock.faults.plan({ event: 'any', effect: 'duplicate', times: 2 })
    const { id, attempts } = await control.sendNotification({ event_type: 'COUPON.SEND', url })
    expect(attempts).toHaveLength(2)
    expect((await control.sendNotification({ id })).attempts).toHaveLength(4)
    expect(received.map(idOf)).toEqual([id, id, id, id])
  })
})

describe('a callback that is late', () => {
  test('comes later on the clock of the mock, and is repeated from there', async ({ mock, control, sent }) => {
    await mock.faults.plan({ event: 'COUPON.SEND', effect: 'late', lateMs: 10 * MINUTE })
    const { received, id } = await sent(500)
    expect(received).toEqual([])
    expect(await control.notifications()).toMatchObject([
      { state: 'pending', due_time: '2026-11-25T12:10:00+08:00', attempts: [] },
    ])
    mock.faults.assertAllUsed()

    await mock.advance(11 * MINUTE)
    expect(await attemptsOf(mock)).toEqual([
      { at: 600, id, about: ['fault', 'callback'] },
      { at: 660, id, about: ['callback'] },
    ])
    expect(received.map((one) => found(one, mock))).toEqual(['good', 'good'])
  })

  test('comes when it is asked for by hand, and is not late again', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start()
    await mock.faults.plan({ event: 'any', effect: 'late', lateMs: MINUTE, times: 2 })
    const { id, attempts } = await control.sendNotification({ event_type: 'COUPON.SEND', url })
    expect(attempts).toEqual([])
    await control.sendNotification({ id })
    await mock.advance(60 * MINUTE)

    expect(received.map(idOf)).toEqual([id])
    expect(mock.faults.planned).toMatchObject([{ left: 1, fired: 1, calls: 1 }])
  })
})

describe('a callback out of order', () => {
  test('holds back nothing at another address', async ({ mock, receiver }) => {
    const receivers = [await receiver.start(), await receiver.start()]
    await mock.faults.plan({ event: 'any', effect: 'out_of_order', times: 2 })
    for (const { url } of receivers) await save(mock, { url })
    await mock.outbox.idle()

    expect(receivers.map(({ received }) => received.length)).toEqual([0, 0])
    expect(mock.faults.planned).toEqual([])
  })

  test('is one like any other once it was changed', async ({ mock, sent }) => {
    await mock.faults.plan({ event: 'any', effect: 'out_of_order' })
    const { id } = await sent()
    await mock.store.transaction(async (tx) => {
      const held = await tx.in(notifications).find(mock.defaultMerchant.mchid, id)
      if (held) await tx.in(notifications).save({ ...held, dueAt: NOON + 5 * SECOND })
    })
    await mock.advance(60 * MINUTE)

    expect(await attemptsOf(mock)).toEqual([{ at: 5, id, about: [] }])
  })

  test('is forgotten with its state, and holds back no other', async ({ mock, sent }) => {
    await mock.faults.plan({ event: 'any', effect: 'out_of_order', times: 2 })
    const { url, received } = await sent()
    await mock.store.reset(mock.defaultMerchant.mchid)
    const { id } = await save(mock, { url })
    await mock.advance(60 * MINUTE)

    expect(received.map(idOf)).toEqual([id])
    expect(mock.faults.planned).toEqual([])
  })
})

describe('a damaged callback', () => {
  const damages: readonly (readonly [CallbackDamage, ReturnType<typeof found>])[] = [
    ...HOSTILE_EFFECTS.map((effect) => [effect, 'forged'] as const),
    ['wrong_tag', 'sealed wrongly'],
    ['wrong_api_v3_key', 'sealed wrongly'],
  ]

  test.for(damages)('%s is %s, and a good one follows', async ([effect, finding], { mock, sent }) => {
    await mock.faults.plan({ event: 'COUPON.SEND', effect })
    const { received, id } = await sent()
    expect(received.map((one) => found(one, mock))).toEqual([finding])

    await mock.advance(MINUTE)
    expect(received.map((one) => found(one, mock)).at(-1)).toBe('good')
    await mock.advance(60 * MINUTE)
    expect(await attemptsOf(mock)).toEqual([
      { at: 0, id, about: ['fault', 'callback'] },
      { at: 60, id, about: [] },
    ])
  })

  test('tells a receiver apart that took it', async ({ mock, control, sent }) => {
    await mock.faults.plan({ event: 'COUPON.SEND', effect: 'bad_signature' })
    await sent()

    expect(await control.notifications()).toMatchObject([
      {
        state: 'pending',
        attempts: [{ error: 'Taken, although a planned fault had spoiled it (bad_signature).' }],
      },
    ])
    const [exchange] = await control.journal()
    expect(exchange?.response).toMatchObject({ status: 200 })
    expect(exchange?.remarks[0]?.text).toBe(
      'A planned fault: the signature was changed (event COUPON.SEND, effect bad_signature, times 1).',
    )
  })

  test('is one of API v3: a notice of API v2 leaves the plan to the next', async ({ mock, control, receiver }) => {
    const { url } = await receiver.start()
    await mock.faults.plan({ event: 'any', effect: 'bad_signature' })
    const xml = await save(mock, { url, xml: '<xml/>' })
    await mock.outbox.idle()

    expect(await attemptsOf(mock)).toEqual([{ at: 0, id: xml.id, about: [] }])
    expect(await control.notifications()).toMatchObject([{ state: 'delivered' }])
    expect(mock.faults.unused).toMatchObject([{ effect: 'bad_signature', calls: 0 }])
  })

  test('has the shorter nonce of captured probes', async ({ mock, sent }) => {
    await mock.faults.plan({ event: 'COUPON.SEND', effect: 'probe' })
    const { received } = await sent(401)

    expect(received[0]?.header('Wechatpay-Nonce')).toHaveLength(12)
    expect(received[0]?.header('Wechatpay-Signature')).toMatch(/^WECHATPAY\/SIGNTEST\/.{325}$/)
  })
})

describe('which callbacks', () => {
  test('those of the event and of the merchant, from the nth try on', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start()
    const { mchid } = mock.defaultMerchant
    await mock.faults.plan({ event: 'COUPON.SEND', effect: 'bad_signature', mchid: '1900000099' })
    await mock.faults.plan({ event: 'REFUND.CLOSED', effect: 'bad_signature' })
    await mock.faults.plan({ event: 'COUPON.SEND', effect: 'bad_signature', mchid, nth: 2 })
    for (let i = 0; i < 3; i++) {
      await save(mock, { url })
      await mock.outbox.idle()
    }

    expect(received.map((one) => found(one, mock))).toEqual(['good', 'forged', 'good'])
    expect(() => mock.faults.assertAllUsed()).toThrow(
      /bad_signature, mchid 1900000099, times 1, which fitted 0 attempts/,
    )
    expect(mock.faults.unused).toHaveLength(2)
  })

  test('no calls, and plans for calls happen to no callback', async ({ mock, merchant, sent }) => {
    await mock.faults.plan({ effect: 'bad_signature' })
    await mock.faults.plan({ event: 'any', effect: 'bad_signature' })
    const { received } = await sent()
    expect(received.map((one) => found(one, mock))).toEqual(['forged'])
    expect(mock.faults.planned).toMatchObject([{ effect: 'bad_signature', calls: 0 }])

    const link = { stock_id: '1', coupon_code: 'C', out_trade_no: 'T', out_request_no: 'R' }
    await expect(merchant.call(associateTradeInfo, link)).rejects.toThrow('does not verify')
  })
})
