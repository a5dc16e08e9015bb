import { describe, expect } from 'vitest'
import type { MockControl } from '../../src/mock-control.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { test as base, doors } from './doors.ts'

const test = base
  .extend('receiver', async ({ task: _ }, { onCleanup }) => {
    const receiver = await startReceiver()
    onCleanup(() => receiver.close())
    return receiver
  })
  // Call `override` after `extend`; before it, it would change the shared `test` for every file of the process.
  .override('options', { clockStart: { frozen: true } })

const EVENT = { event_type: 'COUPON.SEND' } as const

describe.for(doors)('faults of callbacks, %s', (door) => {
  test.override('door', door)

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

  test('let one come twice', async ({ control, receiver }) => {
    await control.planFault({ event: 'COUPON.SEND', effect: 'duplicate' })
    const { id, attempts } = await control.sendNotification({ ...EVENT, url: receiver.url })

    expect(attempts).toMatchObject([{ status: 200 }, { status: 200 }])
    expect(receiver.received.map(({ body }) => JSON.parse(body).id)).toEqual([id, id])
    expect(await control.faults()).toEqual([])
    expect(await effectsIn(control)).toEqual(['duplicate', 'duplicate'])
  })

  test('let one be late', async ({ control, receiver }) => {
    await control.planFault({ event: 'any', effect: 'late', late_by: 'PT2M' })
    const sent = await control.sendNotification({ ...EVENT, url: receiver.url })

    expect(sent).toMatchObject({ state: 'pending', due_time: '2026-11-25T12:02:00+08:00', attempts: [] })
    await control.advance(119)
    expect(receiver.received).toEqual([])
    await control.advance(1)
    expect(receiver.received).toHaveLength(1)
    expect(await effectsIn(control)).toEqual(['late'])
  })

  test('let one come after the next', async ({ control, receiver }) => {
    await control.planFault({ event: 'any', effect: 'out_of_order' })
    const first = await control.sendNotification({ ...EVENT, url: receiver.url })
    const second = await control.sendNotification({ ...EVENT, url: receiver.url })

    expect(first.attempts).toEqual([])
    expect(receiver.received.map(({ body }) => JSON.parse(body).id)).toEqual([second.id, first.id])
    expect(await effectsIn(control)).toEqual(['out_of_order'])
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
  })

  test('spoil one, are named in the journal, and a good one follows', async ({ control, receiver }) => {
    await control.planFault({ event: 'COUPON.SEND', effect: 'unknown_serial' })
    await control.planFault({ event: 'REFUND.SUCCESS', effect: 'probe' })
    await control.sendNotification({ ...EVENT, url: receiver.url })
    await control.advance(60)

    const serials = receiver.received.map((one) => one.header('Wechatpay-Serial'))
    const { platform_certificates: known } = await control.credentials()
    expect(serials.map((serial) => known.some(({ serial_no }) => serial_no === serial))).toEqual([false, true])
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

/** Effects of planned faults, from the journal. */
async function effectsIn(control: MockControl) {
  return (await control.journal()).flatMap(({ remarks }) => remarks.flatMap(({ effects = [] }) => effects))
}
