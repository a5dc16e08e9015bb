import { describe, expect } from 'vitest'
import { startReceiver } from '../helpers/receiver.ts'
import { test as base } from './doors.ts'

const test = base
  .extend('receiver', async ({ task: _ }, { onCleanup }) => {
    const receiver = await startReceiver()
    onCleanup(() => receiver.close())
    return receiver
  })
  // Call `override` after `extend`; before it, it would change the shared `test` for every file of the process.
  .override('options', { clockStart: { frozen: true } })

const EVENT = { event_type: 'COUPON.SEND' } as const

describe('faults of callbacks', () => {
  test('are planned with everything that they may have, and told of again', async ({ control }) => {
    const late = {
      event: 'COUPON.SEND',
      mchid: '1900000001',
      nth: 2,
      percent: 50,
      seed: 'x',
      effect: 'late',
      late_by: 90.5,
    } as const
    const planned = { ...late, id: '1', fired: 0, calls: 0 }

    expect(await control.planFault(late)).toEqual(planned)
    expect(await control.planFault({ event: 'any', effect: 'late', late_by: 'PT2M' })).toEqual({
      ...{ event: 'any', effect: 'late', late_by: 120 },
      ...{ id: '2', times: 1, left: 1, fired: 0, calls: 0 },
    })
    expect((await control.faults())[0]).toEqual(planned)
  })

  test('are told of with what they hit: a duplicate, and what came late, too', async ({ control, receiver }) => {
    await control.planFault({ event: 'any', effect: 'duplicate' })
    await control.sendNotification({ ...EVENT, url: receiver.url })
    await control.planFault({ event: 'any', effect: 'late', late_by: 60 })
    await control.sendNotification({ ...EVENT, url: receiver.url })
    expect(await control.firedFaults()).toMatchObject([{ fault: { effect: 'duplicate' }, hits: 2 }])
    await control.advance(60)

    expect(await control.firedFaults()).toMatchObject([
      { fault: { effect: 'late', left: 0, fired: 1 }, active: false, hits: 1 },
      { fault: { effect: 'duplicate', left: 0, fired: 1 }, active: false, hits: 2 },
    ])
    const remarks = (await control.journal()).flatMap((exchange) => exchange.remarks)
    expect(remarks.flatMap(({ effects = [] }) => effects)).toEqual(['duplicate', 'duplicate', 'late'])
  })

  test('spoil one, are named in the journal, and a good one follows', async ({ control, receiver }) => {
    await control.planFault({ event: 'COUPON.SEND', effect: 'unknown_serial' })
    await control.planFault({ event: 'REFUND.SUCCESS', effect: 'probe' })
    await control.sendNotification({ ...EVENT, url: receiver.url })
    await control.advance(60)

    const serials = receiver.received.map((one) => one.header('Wechatpay-Serial'))
    const { platform_public_key: known } = await control.credentials()
    expect(serials.map((serial) => serial === known?.id)).toEqual([false, true])
    expect((await control.journal()).map(({ remarks }) => remarks)).toEqual([
      [
        {
          about: 'fault',
          text: 'A planned fault: it was signed with a key that nobody knows, under a serial that nobody knows (event COUPON.SEND, effect unknown_serial, times 1).',
          effects: ['unknown_serial'],
        },
        {
          about: 'callback',
          text: 'Taken, although a planned fault had spoiled it (unknown_serial). Repeated at 2026-11-25T12:01:00+08:00.',
          attempt: {
            reason: { name: 'spoiled', value: 'unknown_serial' },
            next_time: '2026-11-25T12:01:00+08:00',
          },
        },
      ],
      [],
    ])
    expect(await control.faults({ unused: true })).toMatchObject([{ event: 'REFUND.SUCCESS', calls: 0 }])
  })
})
