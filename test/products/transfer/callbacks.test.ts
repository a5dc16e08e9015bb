import { describe, expect } from 'vitest'
import { applyUserConfirmAuthorization, cancelTransfer, transferToUser } from '../../../src/products/operations.ts'
import { test } from '../../helpers/callbacks.ts'
import { asked, told, wanted } from './transfers.ts'

describe('the callback of a transfer', () => {
  test('is made once, and changes with how the transfer ends', async ({ merchant, control }) => {
    const notify_url = 'https://shop.example.com/n'
    await merchant.call(transferToUser, wanted({ notify_url }))
    const pending = (await control.world()).notifications
    expect(pending).toMatchObject([{ due_time: '2026-11-26T12:00:00+08:00', url: notify_url }])
    await control.advance(60)
    await control.confirmTransfer('T1')

    expect((await control.world()).notifications).toMatchObject([
      { id: pending[0]?.id, happen_time: '2026-11-25T12:01:00+08:00' },
    ])
  })

  test('is not sent before what it tells has happened, whoever asks for it', async ({
    merchant,
    control,
    mock,
    receiver,
  }) => {
    const shop = await receiver.start(200)
    await merchant.call(transferToUser, wanted({ notify_url: shop.url }))
    const [{ id = '' } = {}] = await control.notifications()

    await expect(control.sendNotification({ id })).rejects.toMatchObject({
      code: 'MOCK_NOTIFICATION_EARLY',
      message: expect.stringContaining('2026-11-26T12:00:00+08:00'),
    })
    expect(shop.received).toEqual([])

    await control.confirmTransfer('T1')
    await mock.outbox.idle()
    await control.sendNotification({ id })
    expect(shop.received).toHaveLength(2)
  })

  test('is not sent without an address', async ({ merchant, control }) => {
    await merchant.call(transferToUser, wanted())
    await control.confirmTransfer('T1')

    expect((await control.world()).notifications).toEqual([])
  })

  test('is repeated 64 times in 22 hours, 52 minutes and 30 seconds', async ({ merchant, control, mock, receiver }) => {
    const shop = await receiver.start(500)
    await merchant.call(transferToUser, wanted({ notify_url: shop.url }))
    await control.confirmTransfer('T1')
    await mock.outbox.idle()
    const receivedAfter = async (duration: string) => {
      await control.advance(duration)
      return shop.received.length
    }

    expect(shop.received).toHaveLength(1)
    expect(await receivedAfter('PT2M30S')).toBe(11)
    expect(await receivedAfter('PT50M')).toBe(21)
    expect(await receivedAfter('PT21H59M59S')).toBe(64)
    expect(await receivedAfter('PT1S')).toBe(65)
    expect(await receivedAfter('P2D')).toBe(65)
    expect(new Set(shop.received.map(({ body }) => body)).size).toBe(1)
  })

  test('about an authorization is repeated in the same way, by the setting', async ({
    merchant,
    control,
    mock,
    receiver,
  }) => {
    const shop = await receiver.start(500)
    const ask = async (out_authorization_no: string) => {
      await merchant.call(
        applyUserConfirmAuthorization,
        asked({ out_authorization_no, openid: `o${out_authorization_no}`, authorization_notify_url: shop.url }),
      )
      await control.confirmTransferAuthorization(out_authorization_no)
      await mock.outbox.idle()
      await control.advance('P3D')
      return shop.received.length
    }

    expect(await ask('A1')).toBe(65)
    await control.changeSettings({ transfer_repeats: 'payment' })
    expect(await ask('A2')).toBe(65 + 16)
  })

  test('is repeated like those of payments where the setting says so', async ({
    merchant,
    control,
    mock,
    receiver,
  }) => {
    await control.changeSettings({ transfer_repeats: 'payment' })
    const shop = await receiver.start(500)
    await merchant.call(transferToUser, wanted({ notify_url: shop.url }))
    await control.confirmTransfer('T1')
    await mock.outbox.idle()
    await control.advance('P3D')

    expect(shop.received).toHaveLength(16)
  })

  test('is the only one, even where the clock was set back to before the end that was told', async ({
    merchant,
    control,
    mock,
    receiver,
  }) => {
    const { api_v3_key } = await control.credentials()
    const shop = await receiver.start(200)
    await merchant.call(transferToUser, wanted({ notify_url: shop.url }))
    await control.advance('P1D')
    await control.setClock({ now: '2026-11-25T13:00:00+08:00' })
    expect(await merchant.call(cancelTransfer, { out_bill_no: 'T1' })).toMatchObject({ status: 400 })
    await control.advance('P2D')
    await mock.outbox.idle()

    expect(shop.received.map((one) => told(one, api_v3_key).resource.state)).toEqual(['FAIL'])
    expect(await control.notifications()).toHaveLength(1)
  })

  test('and those of authorizations can be made up', async ({ control, receiver }) => {
    const { api_v3_key } = await control.credentials()
    const shop = await receiver.start(200)
    const types = ['BILL.FINISHED', 'AUTHORIZATION.CONFIRMED', 'AUTHORIZATION.CLOSED'].map(
      (one) => `MCHTRANSFER.${one}`,
    )
    for (const event_type of types) await control.sendNotification({ event_type, url: shop.url })

    expect(shop.received.map((one) => told(one, api_v3_key).event_type)).toEqual(types)
  })
})

describe('a transfer that was not created by a call', () => {
  const waiting = (notify_url: string) => ({ out_bill_no: 'T1', notify_url })

  test('of a seed is reported when nobody has confirmed it', async ({ control, mock, receiver }) => {
    const { api_v3_key } = await control.credentials()
    const shop = await receiver.start(200)
    await control.restore({ transfers: [waiting(shop.url)] })
    expect(await control.transfer('T1')).toMatchObject({ notification_id: expect.any(String) })

    await control.advance('PT23H59M')
    expect(shop.received).toEqual([])
    await control.advance('PT1M')
    await mock.outbox.idle()

    expect(shop.received.map((one) => told(one, api_v3_key))).toMatchObject([
      {
        create_time: '2026-11-26T12:00:00+08:00',
        resource: { out_bill_no: 'T1', state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' },
      },
    ])
    await control.advance('P2D')
    expect(shop.received).toHaveLength(1)
  })

  test('of a seed is reported once when it is confirmed, and so is one that was added', async ({
    control,
    mock,
    receiver,
  }) => {
    const { api_v3_key } = await control.credentials()
    const shop = await receiver.start(200)
    await control.restore({ transfers: [waiting(shop.url)] })
    await control.addTransfer({ ...waiting(shop.url), out_bill_no: 'T2' })

    for (const number of ['T1', 'T2']) await control.confirmTransfer(number)
    await mock.outbox.idle()
    await control.advance('P2D')

    const states = shop.received.map((one) => told(one, api_v3_key).resource)
    expect(states.map(({ out_bill_no, state }) => [out_bill_no, state])).toEqual([
      ['T1', 'SUCCESS'],
      ['T2', 'SUCCESS'],
    ])
  })

  test.for([
    ['has come to its end', { state: 'SUCCESS' }],
    ['ran out long ago', { create_time: '2026-11-23T12:00:00+08:00' }],
    ['has no address', { notify_url: undefined }],
  ] as const)('and %s is not reported', async ([, changes], { control }) => {
    const transfer = { ...waiting('https://shop.example.com/n'), ...changes }

    await control.restore({ transfers: [JSON.parse(JSON.stringify(transfer))] })
    expect((await control.world()).notifications).toEqual([])
    await control.addTransfer(JSON.parse(JSON.stringify({ ...transfer, out_bill_no: 'T2' })))
    expect((await control.world()).notifications).toEqual([])
  })

  test('takes back the callback of the one that it replaces', async ({ control }) => {
    await control.addTransfer(waiting('https://shop.example.com/first'))
    await control.addTransfer(waiting('https://shop.example.com/second'))
    expect((await control.world()).notifications.map(({ url }) => url)).toEqual(['https://shop.example.com/second'])

    await control.addTransfer({ out_bill_no: 'T1', state: 'SUCCESS' })
    expect((await control.world()).notifications).toEqual([])
  })

  test('is in a snapshot with its callback, and comes back with no other', async ({ control }) => {
    await control.restore({ transfers: [waiting('https://shop.example.com/n')] })
    const world = await control.world()
    expect(world.notifications).toHaveLength(1)

    await control.restore(world)

    expect(await control.world()).toEqual(world)
  })
})
