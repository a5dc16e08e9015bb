import { expect } from 'vitest'
import { createMerchant } from '../../src/control/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { createIds } from '../../src/engine/ids.ts'
import type { MockOptions } from '../../src/mock.ts'
import { createSharing } from '../../src/products/operations.ts'
import { createMerchantClient, type MerchantClient } from '../../src/testing/merchant-client.ts'
import { open } from '../../src/wire/protocol/envelope.ts'
import { createMock, type OpenedMock } from '../helpers/engine.ts'
import { NOON } from '../helpers/world.ts'
import { part, SUPPLIER, share, TRANSACTION } from './profit-sharing/sharing.ts'

interface Told {
  readonly event: string
  readonly resource: Readonly<Record<string, unknown>>
}

/** A mock whose shops take every callback, and what they were told. Its clock stands at {@link NOON}. */
interface World {
  readonly mock: OpenedMock
  readonly control: OpenedMock['control']
  readonly merchant: MerchantClient
  readonly told: readonly Told[]
  /** Moves the clock. While the first callback on the way is out, `act` is called and waited for. */
  moveWhile(duration: string, act: () => Promise<unknown>): Promise<void>
}

/** Opens a world. @param options such as the store */
export async function openWorld(options: MockOptions): Promise<World> {
  const told: Told[] = []
  let act: (() => Promise<unknown>) | undefined
  const mock = createMock({
    seed: 'empty',
    randomSeed: 'on-the-way',
    diagnosis: 'off',
    clock: { now: () => NOON },
    clockStart: { now: NOON, frozen: true },
    ...options,
    receive: async (callback) => {
      const { event_type, resource } = JSON.parse(await callback.text())
      const whose = new URL(callback.url).pathname.slice(1)
      const opened = open(resource, mock.merchants.find(whose)?.apiV3Key ?? '')
      if (!opened.ok) throw new Error('A callback is not sealed for its merchant.')
      told.push({ event: event_type, resource: JSON.parse(opened.plaintext) })
      const acting = act
      act = undefined
      await acting?.()
      return new Response(null, { status: 204 })
    },
  })
  const { control } = mock
  const merchant = createMerchantClient({
    credentials: await control.credentials(),
    send: (request) => mock.handle(request),
    now: () => NOON,
  })
  const moveWhile = async (duration: string, work: () => Promise<unknown>) => {
    act = work
    await control.advance(duration)
    expect(act, 'the first callback').toBeUndefined()
  }
  return { mock, control, merchant, told, moveWhile }
}

const shopOf = (mchid: string) => `https://shop.example/${mchid}`
const SHOP = shopOf('1900000001')
const NUMBERS = ['1', '2', '3', '4'] as const

async function transfers({ control }: World): Promise<void> {
  for (const number of NUMBERS) {
    await control.addTransfer({ out_bill_no: `T${number}`, notify_url: SHOP })
    await control.advance('PT1S')
  }
}

/**
 * Rows that end by time and tell of it. A move of the clock leads past several ends; while a shop is told of the first, somebody ends a later row otherwise.
 */
export const CHANGED_ON_THE_WAY: Readonly<Record<string, (world: World) => Promise<void>>> = {
  'a refund that is closed': async ({ control, told, moveWhile }) => {
    await control.addOrder({ out_trade_no: 'O', total: 400 })
    const numbers: string[] = []
    for (const _ of NUMBERS) {
      const { out_refund_no } = await control.refundOrder('O', { amount: 100, notify_url: SHOP })
      numbers.push(out_refund_no)
      await control.advance('PT1S')
    }
    const [first, second, third = '', fourth] = numbers
    await moveWhile('PT20S', () => control.settleRefund(third, { outcome: 'CLOSED' }))

    const of = (number: string | undefined) =>
      told.flatMap(({ event, resource }) => (resource.out_refund_no === number ? [event] : []))
    expect(of(third)).toEqual(['REFUND.CLOSED'])
    for (const other of [first, second, fourth]) expect(of(other)).toEqual(['REFUND.SUCCESS'])
  },

  'a transfer that is confirmed': async (world) => {
    await transfers(world)
    await world.moveWhile('P2D', () => world.control.confirmTransfer('T3'))

    const ends = world.told.map(({ resource }) => `${resource.out_bill_no} ${resource.state}`)
    expect(ends.toSorted()).toEqual(['T1 FAIL', 'T2 FAIL', 'T3 SUCCESS', 'T4 FAIL'])
  },

  'a transfer whose place another takes': async (world) => {
    await transfers(world)
    await world.moveWhile('P2D', () => world.control.addTransfer({ out_bill_no: 'T3', state: 'SUCCESS' }))

    expect(world.told.map(({ resource }) => resource.out_bill_no)).toEqual(['T1', 'T2', 'T4'])
  },

  'a share that fails': async ({ mock, control, merchant, told, moveWhile }) => {
    mock.merchants.add(await createMerchant({ mchid: SUPPLIER }, wellKnownIdentity().platform, createIds('supplier')))
    await control.addSharingAccount({ mchid: SUPPLIER, notify_url: shopOf(SUPPLIER) })
    await control.addSharingReceiver({ account: SUPPLIER })
    await control.addOrder({
      out_trade_no: 'ORDER_1',
      transaction_id: TRANSACTION,
      total: 10_000,
      profit_sharing: true,
      success_time: '2026-11-25T11:00:00+08:00',
    })
    await control.addOrder({ out_trade_no: 'O', total: 400 })
    await control.advance('PT0.9S')
    // It is settled in 5 seconds, and the share within one: in the next second of the clock.
    await control.refundOrder('O', { notify_url: SHOP })
    await control.advance('PT4.6S')
    const { status } = await merchant.call(createSharing, share({ receivers: [part(1_000)] }))
    expect(status).toBe(200)
    await moveWhile('PT1M', () => control.settleSharingOrder('P1', { fail_reason: 'ACCOUNT_ABNORMAL' }))

    expect(told.map(({ event }) => event)).toEqual(['REFUND.SUCCESS'])
  },
}
