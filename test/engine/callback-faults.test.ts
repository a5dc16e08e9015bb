import { describe, expect } from 'vitest'
import { notifications } from '../../src/engine/callbacks/notifications.ts'
import { type CallbackDamage, HOSTILE_EFFECTS } from '../../src/engine/faults/damage.ts'
import type { FaultPlan } from '../../src/engine/faults/fault-plan.ts'
import { Faults } from '../../src/engine/faults/faults.ts'
import { events } from '../../src/products/events.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { open } from '../../src/protocol/envelope.ts'
import { responseMessage } from '../../src/protocol/message.ts'
import { verify } from '../../src/protocol/signature.ts'
import { test } from '../helpers/callbacks.ts'
import type { OpenedMock } from '../helpers/engine.ts'
import type { Received } from '../helpers/receiver.ts'
import { save } from '../helpers/save-callback.ts'
import { NOON } from '../helpers/world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

const idOf = ({ body }: Received): string => JSON.parse(body).id

/** Verdict of a careful receiver on a callback: good, forged, or impossible to decrypt. */
function found(received: Received, mock: OpenedMock): 'good' | 'forged' | 'sealed wrongly' {
  const header = (name: string) => received.header(`Wechatpay-${name}`) ?? ''
  const [certificate] = mock.platform.certificates
  const message = responseMessage({
    timestamp: header('Timestamp'),
    nonce: header('Nonce'),
    body: Buffer.from(received.body),
  })
  const isGenuine =
    header('Serial') === certificate.serialNo &&
    Math.abs(Number(header('Timestamp')) * SECOND - mock.clock.now()) <= 5 * MINUTE &&
    verify(message, header('Signature'), certificate.publicKey)
  if (!isGenuine) return 'forged'
  return open(JSON.parse(received.body).resource, mock.defaultMerchant.apiV3Key).ok ? 'good' : 'sealed wrongly'
}

/** Attempts to deliver callbacks, in seconds after noon, with their remarks. */
const triesOf = async ({ control }: OpenedMock) =>
  (await control.journal()).map(({ time, callback, remarks }) => ({
    at: (Date.parse(time) - NOON) / SECOND,
    id: callback?.id,
    about: remarks.map(({ about }) => about),
  }))

describe('a callback that is sent twice', () => {
  test('comes once more right after it was taken, signed anew', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start()
    const plan = mock.faults.plan({ event: 'COUPON.SEND', effect: 'duplicate' })
    const { id } = await save(mock, { url })
    await mock.outbox.idle()
    expect(received.map((one) => found(one, mock))).toEqual(['good', 'good'])
    await mock.advance(60 * MINUTE)

    expect(plan).toMatchObject({ event: 'COUPON.SEND', times: 1, left: 1, fired: 0 })
    expect(received.map(idOf)).toEqual([id, id])
    expect(new Set(received.map((one) => one.header('Wechatpay-Signature'))).size).toBe(2)
    expect(await triesOf(mock)).toEqual([
      { at: 0, id, about: ['fault'] },
      { at: 0, id, about: ['fault'] },
    ])
    expect(await control.notifications()).toMatchObject([
      { id, state: 'delivered', attempts: [{ status: 200 }, { status: 200 }] },
    ])
    mock.faults.assertAllUsed()
  })

  test('does so only when it was taken, be it at a repeat', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start((_, response, count) =>
      response.writeHead(count === 1 ? 500 : 204).end(),
    )
    await mock.faults.plan({ event: 'any', effect: 'duplicate' })
    await save(mock, { url })
    await mock.outbox.idle()
    expect(received).toHaveLength(1)

    await mock.advance(MINUTE)
    expect((await triesOf(mock)).map(({ at }) => at)).toEqual([0, 60, 60])
  })

  test('is not, when the plans were cleared meanwhile', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start((_, response, count) =>
      response.writeHead(count === 1 ? 500 : 204).end(),
    )
    await mock.faults.plan({ event: 'any', effect: 'duplicate' })
    await save(mock, { url })
    await mock.outbox.idle()
    await mock.faults.clear()
    await mock.advance(60 * MINUTE)

    expect(received).toHaveLength(2)
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
  test('comes later on the clock of the mock, and is repeated from there', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start(500)
    await mock.faults.plan({ event: 'COUPON.SEND', effect: 'late', lateMs: 10 * MINUTE })
    const { id } = await save(mock, { url })
    await mock.outbox.idle()
    expect(received).toEqual([])
    expect(await control.notifications()).toMatchObject([
      { state: 'pending', due_time: '2026-11-25T12:10:00+08:00', attempts: [] },
    ])
    mock.faults.assertAllUsed()

    await mock.advance(11 * MINUTE)
    expect(await triesOf(mock)).toEqual([
      { at: 600, id, about: ['fault', 'callback'] },
      { at: 660, id, about: ['callback'] },
    ])
    expect(received.map((one) => found(one, mock))).toEqual(['good', 'good'])
  })

  test('is late once per try, however often the plan happens', async ({ mock, receiver }) => {
    const { url } = await receiver.start(500)
    await mock.faults.plan({ event: 'any', effect: 'late', lateMs: 5 * SECOND, always: true })
    await save(mock, { url })
    await mock.advance(3 * MINUTE)

    expect((await triesOf(mock)).map(({ at }) => at)).toEqual([5, 70, 135])
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

  test('comes at its time though the plans were cleared', async ({ mock, receiver }) => {
    const { url } = await receiver.start()
    await mock.faults.plan({ event: 'any', effect: 'late', lateMs: MINUTE })
    const { id } = await save(mock, { url })
    await mock.outbox.idle()
    await mock.faults.clear()
    await mock.advance(60 * MINUTE)

    expect(await triesOf(mock)).toEqual([{ at: 60, id, about: [] }])
  })
})

describe('a callback out of order', () => {
  test('comes right after the next one that was taken', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start()
    await mock.faults.plan({ event: 'COUPON.SEND', effect: 'out_of_order' })
    const first = await save(mock, { url })
    await mock.outbox.idle()
    expect(received).toEqual([])
    const second = await save(mock, { url, eventType: 'REFUND.SUCCESS', dueAt: NOON + 20 * SECOND })
    await mock.advance(60 * MINUTE)

    expect(await triesOf(mock)).toEqual([
      { at: 20, id: second.id, about: [] },
      { at: 20, id: first.id, about: ['fault'] },
    ])
  })

  test.for([
    ['coupon', 60],
    ['payment', 15],
  ] as const)(
    'comes at the time of its next repeat when no other does: %s',
    async ([schedule, seconds], { mock, receiver }) => {
      const { url } = await receiver.start()
      await mock.faults.plan({ event: 'any', effect: 'out_of_order' })
      const { id } = await save(mock, { url, schedule })
      await mock.advance(60 * MINUTE)

      expect(await triesOf(mock)).toEqual([{ at: seconds, id, about: ['fault'] }])
    },
  )

  test('waits for no callback to another address, nor for one that is not taken', async ({ mock, receiver }) => {
    const [held, other] = [
      await receiver.start((_, response, count) => response.writeHead(count === 1 ? 500 : 204).end()),
      await receiver.start(),
    ]
    await mock.faults.plan({ event: 'any', effect: 'out_of_order' })
    const first = await save(mock, { url: held.url })
    const elsewhere = await save(mock, { url: other.url })
    const second = await save(mock, { url: held.url, schedule: 'payment', dueAt: NOON + 10 * SECOND })
    await mock.advance(60 * MINUTE)

    expect((await triesOf(mock)).map(({ at, id }) => [at, id])).toEqual([
      [0, elsewhere.id],
      [10, second.id],
      [25, second.id],
      [25, first.id],
    ])
  })

  test('lets one by at a time, so that without end each pair is swapped', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start()
    await mock.faults.plan({ event: 'any', effect: 'out_of_order', always: true })
    const ids: string[] = []
    for (let i = 0; i < 4; i++) ids.push((await save(mock, { url, dueAt: NOON + i * SECOND })).id)
    await mock.advance(60 * MINUTE)

    expect(received.map(idOf)).toEqual([ids[1], ids[0], ids[3], ids[2]])
  })

  test('holds back nothing at another address', async ({ mock, receiver }) => {
    const receivers = [await receiver.start(), await receiver.start()]
    await mock.faults.plan({ event: 'any', effect: 'out_of_order', times: 2 })
    for (const { url } of receivers) await save(mock, { url })
    await mock.outbox.idle()

    expect(receivers.map(({ received }) => received.length)).toEqual([0, 0])
    expect(mock.faults.planned).toEqual([])
  })

  test('is repeated in its order among the others when it is not taken', async ({ mock, receiver }) => {
    const { url } = await receiver.start((_, response, count) => response.writeHead(count === 2 ? 500 : 200).end())
    const other = await receiver.start()
    await mock.faults.plan({ event: 'any', effect: 'out_of_order' })
    const first = await save(mock, { url, schedule: 'payment' })
    const second = await save(mock, { url, dueAt: NOON + 10 * SECOND })
    const elsewhere = await save(mock, { url: other.url, dueAt: NOON + 70 * SECOND })
    await mock.outbox.idle()
    await mock.advance(60 * MINUTE)

    expect((await triesOf(mock)).map(({ at, id }) => [at, id])).toEqual([
      [10, second.id],
      [10, first.id],
      [25, first.id],
      [70, elsewhere.id],
    ])
  })

  test('is one like any other once it was changed', async ({ mock, receiver }) => {
    const { url } = await receiver.start()
    await mock.faults.plan({ event: 'any', effect: 'out_of_order' })
    const { id } = await save(mock, { url })
    await mock.outbox.idle()
    await mock.store.transaction(async (tx) => {
      const held = await tx.in(notifications).find(mock.defaultMerchant.mchid, id)
      if (held) await tx.in(notifications).save({ ...held, dueAt: NOON + 5 * SECOND })
    })
    await mock.advance(60 * MINUTE)

    expect(await triesOf(mock)).toEqual([{ at: 5, id, about: [] }])
  })

  test('is forgotten with its state, and holds back no other', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start()
    await mock.faults.plan({ event: 'any', effect: 'out_of_order', times: 2 })
    await save(mock, { url })
    await mock.outbox.idle()
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

  test.for(damages)('%s is %s, and a good one follows', async ([effect, finding], { mock, receiver }) => {
    const { url, received } = await receiver.start()
    await mock.faults.plan({ event: 'COUPON.SEND', effect })
    const { id } = await save(mock, { url })
    await mock.outbox.idle()
    expect(received.map((one) => found(one, mock))).toEqual([finding])

    await mock.advance(MINUTE)
    expect(received.map((one) => found(one, mock)).at(-1)).toBe('good')
    await mock.advance(60 * MINUTE)
    expect(await triesOf(mock)).toEqual([
      { at: 0, id, about: ['fault', 'callback'] },
      { at: 60, id, about: [] },
    ])
  })

  test('tells a receiver apart that took it', async ({ mock, control, receiver }) => {
    const { url } = await receiver.start()
    await mock.faults.plan({ event: 'COUPON.SEND', effect: 'bad_signature' })
    await save(mock, { url })
    await mock.outbox.idle()

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

    expect(await triesOf(mock)).toEqual([{ at: 0, id: xml.id, about: [] }])
    expect(await control.notifications()).toMatchObject([{ state: 'delivered' }])
    expect(mock.faults.unused).toMatchObject([{ effect: 'bad_signature', calls: 0 }])
  })

  test('has the shorter nonce of captured probes', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start(401)
    await mock.faults.plan({ event: 'COUPON.SEND', effect: 'probe' })
    await save(mock, { url })
    await mock.outbox.idle()

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

  test('no calls, and plans for calls happen to no callback', async ({ mock, merchant, receiver }) => {
    const { url, received } = await receiver.start()
    await mock.faults.plan({ effect: 'bad_signature' })
    await mock.faults.plan({ event: 'any', effect: 'bad_signature' })
    await save(mock, { url })
    await mock.outbox.idle()
    expect(received.map((one) => found(one, mock))).toEqual(['forged'])
    expect(mock.faults.planned).toMatchObject([{ effect: 'bad_signature', calls: 0 }])

    const link = { stock_id: '1', coupon_code: 'C', out_trade_no: 'T', out_request_no: 'R' }
    await expect(merchant.call(associateTradeInfo, link)).rejects.toThrow('does not verify')
  })

  test.for<readonly [Record<string, unknown>, string]>([
    [{ event: 'COUPON.GONE', effect: 'duplicate' }, '/event'],
    [{ effect: 'duplicate' }, '/event'],
    [{ effect: 'wrong_tag', operation: 'associateTradeInfo' }, '/event'],
    [{ event: 'any', effect: 'reset' }, '/effect'],
    [{ event: 'any', effect: 'duplicate', operation: 'associateTradeInfo' }, '/operation'],
    [{ event: 'any', effect: 'duplicate', except: 'associateTradeInfo' }, '/except'],
    [{ event: 'any', effect: 'duplicate', error: 'system_error' }, '/error'],
    [{ event: 'any', error: 'system_error' }, '/error'],
    [{ event: 'any', effect: 'probe', when: 'before' }, '/when'],
    [{ event: 'any', effect: 'probe', stockId: '1' }, '/stockId'],
    [{ event: 'any', effect: 'probe', couponCode: '1' }, '/couponCode'],
    [{ event: 'any', effect: 'late', delayMs: 1 }, '/delayMs'],
    [{ event: 'any', effect: 'late' }, '/lateMs'],
    [{ event: 'any', effect: 'late', lateMs: 0 }, '/lateMs'],
    [{ event: 'any', effect: 'late', lateMs: 366 * 86_400_000 }, '/lateMs'],
    [{ event: 'any', effect: 'probe', lateMs: 1 }, '/lateMs'],
    [{ effect: 'reset', lateMs: 1 }, '/lateMs'],
    [{ event: 'any' }, ''],
  ])('%j is refused', ([plan, path]) => {
    const faults = new Faults({ operations: [associateTradeInfo], events })
    expect(() => faults.plan(plan as FaultPlan)).toThrow(expect.objectContaining({ code: 'MOCK_FAULT_PLAN', path }))
    expect(faults.planned).toEqual([])
  })
})
