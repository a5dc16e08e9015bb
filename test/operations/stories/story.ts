import { expect } from 'vitest'
import type { MockOptions } from '../../../src/mock.ts'
import { SqliteStore } from '../../../src/stores/sqlite.ts'
import type { Callable, MerchantClient, MerchantRequest } from '../../../src/testing/merchant-client.ts'
import { test as callbacks } from '../../helpers/callbacks.ts'
import { TABLES } from '../../helpers/tables.ts'
import { transports } from '../../helpers/world.ts'
import { told } from '../../products/transfer/transfers.ts'
import { aDataFile } from '../../stores/data-files.ts'

/** Where a story of pay-family.md 15 or product-coupon.md 15 is told: over each door, and with the state in a file. */
export const PLACES = [...transports, 'a file'] as const

export const APPID = 'wx0000000000000001'
export const MCHID = '1900000001'
export const NUMBER = 'ORDER_0001'

/** The request of an order of ten yuan, with changes; by JSAPI it has a payer too. */
export const anOrder = (changes: object = {}) => ({
  appid: APPID,
  mchid: MCHID,
  description: '拿铁咖啡',
  out_trade_no: NUMBER,
  notify_url: 'https://shop.example.com/paid',
  amount: { total: 1_000 },
  ...changes,
})

export const PAYER = { payer: { openid: 'oUser' } } as const

/** The request of a refund of that order, with changes. */
export const aRefund = (refund: number, out_refund_no: string, changes: object = {}) => ({
  out_trade_no: NUMBER,
  out_refund_no,
  amount: { refund, total: 1_000, currency: 'CNY' },
  ...changes,
})

/** Status of an answer; of one that refuses, with code and text: `404 ORDER_NOT_EXIST 订单不存在`. */
export type Told = `${number}` | `${number} ${string}`

/**
 * A step of a story: a signed call, whose answer is checked.
 *
 * @param expected status and error, or members of the body that a 200 has
 * @returns the body
 */
export type Take = (
  operation: Callable & { readonly id: string },
  input: Readonly<Record<string, unknown>>,
  expected?: Told | object,
) => Promise<Readonly<Record<string, string>>>

/** The step as a client takes it, with what else is special about its requests. */
export function takeAs(client: MerchantClient, more: Omit<MerchantRequest, 'target' | 'body' | 'method'> = {}): Take {
  return async (operation, input, expected = '200') => {
    const { status, body } = await client.call(operation, input, more)
    expectAnswer(status, Object(body), expected)
    return Object(body)
  }
}

export function expectAnswer(status: number | undefined, body: Record<string, unknown>, expected: Told | object): void {
  if (typeof expected === 'string') {
    expect([status, body.code, body.message].filter((one) => one !== undefined).join(' ')).toBe(expected)
  } else expect({ status, body }).toMatchObject({ status: 200, body: expected })
}

export const test = callbacks
  .extend('place', 'direct' as (typeof PLACES)[number])
  .override('transport', ({ place }) => (place === 'a file' ? 'direct' : place))
  .override('options', async ({ machine, place }, { onCleanup }): Promise<MockOptions> => {
    const options = { clock: machine, clockStart: { frozen: true } } as const
    if (place !== 'a file') return options
    const store = await SqliteStore.open(await aDataFile(), TABLES)
    onCleanup(() => store.close?.())
    return { ...options, store }
  })
  .extend('take', ({ merchant }) => takeAs(merchant))
  /** The merchant's server: its address, and what it was told. */
  .extend('shop', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start(204)
    const { api_v3_key } = await control.credentials()
    const notices = async () => {
      await mock.outbox.idle()
      return received.map((one) => told(one, api_v3_key))
    }
    return { url, notices }
  })
  .extend('privateKey', async ({ control }) => (await control.credentials()).merchant_private_key)
  /** The phone of a user: how the cashier that is opened with some parameters answers, as the user reads it; nothing if it opens. */
  .extend('shown', ({ control }) => async (given: Parameters<typeof control.openCashier>[0]) => {
    const refused = await control.openCashier(given).then(
      () => undefined,
      ({ message }: Error) => message,
    )
    return refused?.split(/: |：/)[0]
  })
