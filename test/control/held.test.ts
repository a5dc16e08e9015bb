import { describe, expect, vi } from 'vitest'
import { HOLD_LIMIT_MS } from '../../src/engine/faults/held.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { type Receiver, startReceiver } from '../helpers/receiver.ts'
import { test as base, doors, expectRefusal } from './doors.ts'

const LINK = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'R1' }
const PAID = { event: 'TRANSACTION.SUCCESS', effect: 'hold' } as const

const test = base
  .extend('receiver', async ({ task: _ }, { onCleanup }): Promise<Receiver> => {
    const receiver = await startReceiver(204)
    onCleanup(() => receiver.close())
    return receiver
  })
  .override('options', { clockStart: { frozen: true } })
  /** Lists the held ones, once they are so many. */
  .extend(
    'held',
    ({ control }) =>
      (count = 1) =>
        vi.waitFor(
          async () => {
            const held = await control.held()
            expect(held).toHaveLength(count)
            return held.map((one) => ({ ...one, id: one.exchange.id }))
          },
          { timeout: 10_000 },
        ),
  )
  /** Pays an order whose callback is held. */
  .extend('paid', ({ control, receiver }) => async (out_trade_no = 'A1') => {
    await control.addOrder({ out_trade_no, state: 'NOTPAY', notify_url: receiver.url })
    await control.payOrder(out_trade_no)
    await control.deliverNotifications()
  })

describe.for(doors)('held calls, %s', (door) => {
  test.override('door', door)

  test('are listed with what they say and are about to be answered with', async ({
    control,
    merchant,
    held,
    machine,
  }) => {
    await control.planFault({ effect: 'hold' })
    const call = merchant.call(associateTradeInfo, LINK)
    const [one] = await held()
    expect(one).toMatchObject({
      exchange: {
        operation: 'associateTradeInfo',
        coupon_code: LINK.coupon_code,
        out_trade_no: 'T1',
        effects: ['hold'],
      },
      answer: { status: 200, body: '{"wechatpay_associate_time":"2026-11-25T12:00:00+08:00"}' },
    })
    expect(JSON.parse(one?.body ?? '')).toEqual(LINK)
    expect(Date.parse(one?.until ?? '')).toBe(machine.now() + HOLD_LIMIT_MS)
    expect(await control.journal()).toEqual([])

    await control.decideHeld(one?.id ?? '', { decide: 'let_through' })
    expect(await call).toMatchObject({ status: 200 })
    expect(await control.exchange(one?.id ?? '')).toMatchObject({
      response: { status: 200 },
      remarks: [{ about: 'fault', effects: ['hold'], text: expect.stringContaining('let through by hand') }],
    })
  })

  test('are told of as they come and go', async ({ control, merchant, held }) => {
    await control.planFault({ effect: 'hold' })
    const open = Promise.withResolvers<void>()
    const changes = (async () => {
      let count = 0
      for await (const event of control.events({ onOpen: open.resolve })) {
        if (event.type === 'change' && event.change.documents.includes('held')) count++
        if (count === 2) return count
      }
      return count
    })()
    await open.promise
    const call = merchant.call(associateTradeInfo, LINK)
    const [one] = await held()
    await control.decideHeld(one?.id ?? '', { decide: 'let_through' })

    await call
    expect(await changes).toBe(2)
  })

  test('are refused what does not fit', async ({ control, merchant, held }) => {
    await control.planFault({ effect: 'hold' })
    const call = merchant.call(associateTradeInfo, LINK)
    const [{ id = '' } = {}] = await held()
    await expectRefusal(
      control.decideHeld(id, { decide: 'answer', status: 204, body: { a: 1 } }),
      'MOCK_INPUT',
      '/body',
    )
    await expectRefusal(control.decideHeld(id, { decide: 'answer', status: 99 }), 'MOCK_INPUT', '/status')
    await expectRefusal(control.decideHeld('none', { decide: 'lose' }), 'MOCK_HELD_GONE', '/path/id')
    await control.decideHeld(id, { decide: 'let_through' })
    await call
    await expectRefusal(control.decideHeld(id, { decide: 'let_through' }), 'MOCK_HELD_GONE', '/path/id')
  })
})

describe('calls are held', () => {
  test.for([
    ['lose', 'before', ['hold', 'reset']],
    ['lose', 'after', ['hold', 'answer_lost']],
  ] as const)('and the journal tells: %s, %s', async ([decide, when, effects], { control, merchant, held }) => {
    await control.planFault({ effect: 'hold', when })
    const call = expect(merchant.call(associateTradeInfo, LINK)).rejects.toThrow()
    const [{ id = '' } = {}] = await held()
    await control.decideHeld(id, { decide })

    await call
    expect((await control.journalPage()).items).toMatchObject([{ id, effects }])
    expect(await control.exchange(id)).toMatchObject({ response: { delivery: 'reset' } })
    expect(await control.firedFaults()).toMatchObject([{ fault: { effect: 'hold', fired: 1 }, hits: 1 }])
  })

  test('and signed when they are answered', async ({ control, merchant, held, machine, mock }) => {
    await mock.setClock({ frozen: false })
    await control.planFault({ effect: 'hold' })
    const call = merchant.call(associateTradeInfo, LINK)
    const [{ id = '' } = {}] = await held()
    machine.pass(250_000)
    await control.decideHeld(id, { decide: 'let_through' })

    await call
    const { response } = await control.exchange(id)
    expect(Number(response?.headers['Wechatpay-Timestamp']) * 1_000).toBe(machine.now())
  })

  test('with the error that is planned for them', async ({ control, merchant, held }) => {
    await control.planFault({ effect: 'hold', error: 'rate_limited' })
    const call = merchant.call(associateTradeInfo, LINK)
    const [one] = await held()
    expect(one?.answer).toMatchObject({ status: 429 })
    await control.decideHeld(one?.id ?? '', { decide: 'let_through' })

    expect(await call).toMatchObject({ status: 429, body: { code: 'FREQUENCY_LIMITED' } })
    expect((await control.coupon(LINK.stock_id, LINK.coupon_code)).associate_out_trade_no).toBeUndefined()
  })

  test.for(['clearFaults', 'reset', 'restore'] as const)('until %s', async (by, { control, merchant, held }) => {
    const world = await control.world()
    await control.planFault({ effect: 'hold' })
    const call = merchant.call(associateTradeInfo, LINK)
    await held()
    await (by === 'restore' ? control.restore(world) : control[by]())

    expect(await call).toMatchObject({ status: 200 })
    expect(await control.held()).toEqual([])
  })

  test('until a reset of their merchant', async ({ control, merchant, held }) => {
    await control.planFault({ effect: 'hold' })
    const call = merchant.call(associateTradeInfo, LINK)
    await held()
    await control.reset('1900000001')

    expect(await call).toMatchObject({ status: 200 })
  })

  test('no more than 100 at once', async ({ control, merchant, held }) => {
    await control.planFault({ effect: 'hold', always: true })
    const all = Array.from({ length: 100 }, () => merchant.call(associateTradeInfo, LINK))
    await held(100)
    expect(await merchant.call(associateTradeInfo, LINK)).toMatchObject({ status: 200 })
    expect((await control.journal()).at(-1)?.remarks[0]?.text).toContain('It passed, as 100 were held already')
    await control.clearFaults()
    expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('for five minutes at most', async ({ control, merchant, mock, onTestFinished }) => {
    await control.planFault({ effect: 'hold' })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const call = merchant.call(associateTradeInfo, LINK)
    while (mock.faults.held.list.length === 0) await vi.advanceTimersByTimeAsync(0)
    await vi.advanceTimersByTimeAsync(HOLD_LIMIT_MS - 1)
    expect(mock.faults.held.list).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)

    expect(await call).toMatchObject({ status: 200 })
    expect((await control.journal()).at(-1)?.remarks[0]?.text).toContain('held for 5 minutes')
  })
})

describe('callbacks are held', () => {
  test('before they are sent, and let through', async ({ control, receiver, held, paid }) => {
    await control.planFault(PAID)
    await paid()
    const [one] = await held()
    expect(one?.exchange).toMatchObject({ callback: { event_type: PAID.event, attempt: 1 }, out_trade_no: 'A1' })
    expect(one).not.toHaveProperty('answer')
    expect(JSON.parse(one?.body ?? '')).toMatchObject({ out_trade_no: 'A1' })
    expect(receiver.received).toEqual([])
    expect(await control.notifications()).toMatchObject([{ state: 'pending', attempts: [{}] }])

    await control.decideHeld(one?.id ?? '', { decide: 'let_through' })
    await expect
      .poll(() => control.notifications())
      .toMatchObject([{ state: 'delivered', attempts: [{ status: 204 }] }])
    expect(receiver.received).toHaveLength(1)
    expect(await control.exchange(one?.id ?? '')).toMatchObject({
      remarks: [{ about: 'fault', text: expect.stringContaining('let through by hand') }],
    })
  })

  test('and lost, which is a failed try that is repeated as scheduled', async ({ control, receiver, held, paid }) => {
    await control.planFault(PAID)
    await paid()
    const [{ id = '' } = {}] = await held()
    await expectRefusal(control.decideHeld(id, { decide: 'answer', status: 200 }), 'MOCK_HELD_CALLBACK', '/decide')
    await control.decideHeld(id, { decide: 'lose' })

    await expect
      .poll(() => control.notifications())
      .toMatchObject([
        { state: 'pending', due_time: '2026-11-25T12:00:15+08:00', attempts: [{ reason: { name: 'lost' } }] },
      ])
    expect((await control.exchange(id)).remarks.map(({ about }) => about)).toEqual(['fault', 'callback'])
    await control.advance('PT15S')
    expect(receiver.received).toHaveLength(1)
    expect(await control.notifications()).toMatchObject([{ state: 'delivered' }])
  })

  test('and hold up neither others, nor the clock, and are not repeated meanwhile', async ({
    control,
    receiver,
    held,
    paid,
  }) => {
    await control.planFault(PAID)
    await paid('A1')
    await paid('A2')
    expect(receiver.received).toHaveLength(1)
    await control.advance('PT1H')
    expect(receiver.received).toHaveLength(1)

    const [{ id = '' } = {}] = await held()
    await control.decideHeld(id, { decide: 'lose' })
    // Its repeat has become due meanwhile.
    await expect.poll(() => receiver.received.length).toBe(2)
    await expect.poll(() => control.notifications({ state: 'delivered' })).toHaveLength(2)
  })

  test('also where one is sent by hand, whose sender need not wait', async ({ control, receiver, held }) => {
    await control.planFault({ event: 'any', effect: 'hold', times: 2 })
    const sent = await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: receiver.url })
    expect(sent).toMatchObject({ state: 'pending', attempts: [{}] })
    expect(await control.sendNotification({ id: sent.id })).toMatchObject({ attempts: [{}, {}] })
    for (const { id } of await held(2)) await control.decideHeld(id, { decide: 'let_through' })

    await expect.poll(() => receiver.received.length).toBe(2)
  })

  test.for(['reset', 'stop'] as const)(
    'until %s, and are not sent then',
    async (by, { control, mock, receiver, held, paid }) => {
      await control.planFault(PAID)
      await paid()
      await held()
      await (by === 'reset' ? control.reset() : mock.outbox.stop())

      expect(await control.held()).toEqual([])
      expect(receiver.received).toEqual([])
    },
  )
})
