import { describe, expect } from 'vitest'
import type { WechatPayMock } from '../../src/mock.ts'
import type { CouponJson } from '../../src/products/merchant-coupon/coupons.ts'
import {
  associateTradeInfo,
  deactivateCoupon,
  disassociateTradeInfo,
  queryUserCoupon,
  returnCoupon,
  sendCoupon,
  useCoupon,
} from '../../src/products/operations.ts'
import type { Callable, MerchantClient } from '../../src/testing/merchant-client.ts'
import type { ErrorDefinition } from '../../src/wire/protocol/errors.ts'
import { refusal } from '../helpers/refusal.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const NOON = '2026-11-25T12:00:00+08:00'
const BEFORE = '2015-05-20T13:29:35+08:00'
const ORDER = { out_trade_no: 'MCH_1' }
const USER = { openid: 'oUser', appid: 'wx1' }

const STATES = ['SENDED', 'USED', 'EXPIRED', 'DEACTIVATED', 'DELETED', 'unknown'] as const
type State = (typeof STATES)[number]

interface Change {
  readonly operation: Callable & { readonly errors: Readonly<Record<string, ErrorDefinition>> }
  /** The members with the request's number, and with the time in its answer. */
  readonly members: readonly [number: string, time: string]
  /** Members of the request besides the coupon and the number. */
  readonly more: object
  /** A coupon that can be changed in this way. */
  readonly from: CouponJson
  /** The table of busifavor.md 2.2: how it is refused in a state. */
  readonly refusals: Readonly<Partial<Record<State, string>>>
}

const NOT_USABLE = { USED: 'not_usable', EXPIRED: 'not_usable', DEACTIVATED: 'not_usable' }

const CHANGES = {
  associate: {
    operation: associateTradeInfo,
    members: ['out_request_no', 'wechatpay_associate_time'],
    more: ORDER,
    from: {},
    refusals: { ...NOT_USABLE, DELETED: 'not_usable', unknown: 'not_found' },
  },
  disassociate: {
    operation: disassociateTradeInfo,
    members: ['out_request_no', 'wechatpay_disassociate_time'],
    more: ORDER,
    from: { associate_out_trade_no: ORDER.out_trade_no },
    refusals: { ...NOT_USABLE, DELETED: 'not_usable', unknown: 'not_found' },
  },
  use: {
    operation: useCoupon,
    members: ['use_request_no', 'wechatpay_use_time'],
    more: { appid: USER.appid, use_time: NOON },
    from: {},
    refusals: {
      USED: 'already_used',
      EXPIRED: 'outside_its_time',
      DEACTIVATED: 'deactivated',
      DELETED: 'deleted',
      unknown: 'not_found',
    },
  },
  return: {
    operation: returnCoupon,
    members: ['return_request_no', 'wechatpay_return_time'],
    more: {},
    from: { state: 'USED' },
    refusals: {
      SENDED: 'not_used',
      EXPIRED: 'not_used',
      DEACTIVATED: 'not_used',
      DELETED: 'deleted',
      unknown: 'not_found',
    },
  },
  deactivate: {
    operation: deactivateCoupon,
    members: ['deactivate_request_no', 'wechatpay_deactivate_time'],
    more: {},
    from: {},
    refusals: { ...NOT_USABLE, DELETED: 'deleted', unknown: 'not_found' },
  },
} as const satisfies Readonly<Record<string, Change>>
type Name = keyof typeof CHANGES

/** Makes a change, under a number. */
function change(
  client: MerchantClient,
  name: Name,
  { stock_id, coupon_code }: CouponJson,
  number = 'R-1',
  changes: object = {},
) {
  const { operation, members, more } = CHANGES[name]
  return client.call(operation, { stock_id, coupon_code, [members[0]]: number, ...more, ...changes })
}

const doneAt = (name: Name, at = NOON) => ({ status: 200, body: { [CHANGES[name].members[1]]: at } })
const refused = (name: Name, reason: string) => refusal<string>(CHANGES[name].operation, reason)

/** Brings a linked coupon into a state by the calls and the time that do it; only the user's deleting it has no call. */
async function reach(state: State, merchant: MerchantClient, control: WechatPayMock['control']) {
  const coupon = { stock_id: STOCK_ID, coupon_code: 'sxxe34343434' }
  await control.addStock({
    stock_id: STOCK_ID,
    coupon_code_mode: 'MERCHANT_API',
    coupon_use_rule: { coupon_available_time: { available_second_after_receive: 3_600 } },
  })
  if (state === 'unknown') return coupon
  const done = async (answer: Promise<{ status: number }>) => expect(await answer).toMatchObject({ status: 200 })
  await done(merchant.call(sendCoupon, { ...coupon, ...USER, out_request_no: 'SEND-1' }))
  await done(change(merchant, 'associate', coupon, 'LINK-1'))
  if (state === 'USED') await done(change(merchant, 'use', coupon, 'USE-1'))
  if (state === 'EXPIRED') await control.advance('PT1H')
  if (state === 'DEACTIVATED') await done(change(merchant, 'deactivate', coupon, 'STOP-1'))
  if (state === 'DELETED') await control.patchCoupon(STOCK_ID, coupon.coupon_code, { state })
  expect((await control.world()).coupons).toMatchObject([{ state }])
  return coupon
}

describe.for(transports)('calls that change a coupon, over %s', (transport) => {
  test.override('transport', transport)

  describe.for(Object.keys(CHANGES) as Name[])('%s', (name) => {
    const from: CouponJson = CHANGES[name].from
    const refusals: Change['refusals'] = CHANGES[name].refusals

    test.for(STATES)('when the coupon is %s', async (state, { merchant, control }) => {
      const coupon = await reach(state, merchant, control)
      const before = await control.world()

      const answer = await change(merchant, name, coupon)

      const reason = refusals[state]
      if (reason === undefined) return expect(answer).toMatchObject({ status: 200 })
      expect(answer).toEqual(refused(name, reason))
      expect(await control.world()).toEqual(before)
    })

    test.for([{ coupon_code: 'NONE' }, { coupon_code: 'Code-1' }, { stock_id: '100089' }])(
      'finds no coupon by %j',
      async (changes, { merchant, seed }) => {
        const coupon = await seed.coupon({ ...from, coupon_code: 'CODE-1' })
        await seed.coupon({ stock_id: '100089', coupon_code: 'CODE-2' })

        expect(await change(merchant, name, coupon, 'R-1', changes)).toEqual(refused(name, 'not_found'))
      },
    )

    test('does not depend on the state of the batch', async ({ merchant, seed }) => {
      for (const state of ['UNAUDIT', 'PAUSED', 'STOPED'] as const) {
        await seed.stock({ state })
        expect(await change(merchant, name, await seed.coupon(from), state), state).toMatchObject(doneAt(name))
      }
    })

    test('depends on the beginning of its time only where it is redeemed', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ ...from, available_start_time: '2026-11-25T12:00:01+08:00' })

      expect(await change(merchant, name, coupon)).toMatchObject(
        name === 'use' ? refused(name, 'outside_its_time') : doneAt(name),
      )
    })

    test('is open to creator, owner and, but for redeeming, sender', async ({ clientOf, others, seed }) => {
      const { partner, owner, sender } = others
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      for (const [role, merchant] of Object.entries(others)) {
        const coupon = await seed.coupon({ ...from, mchid: partner.mchid, send_merchant: sender.mchid })
        const mayNot = name === 'use' && role === 'sender'
        // The number of each merchant is its own.
        expect(await change(await clientOf(merchant), name, coupon), role).toMatchObject(
          mayNot ? refused(name, 'not_permitted') : doneAt(name),
        )
      }
      const sentByAnother = await seed.coupon({ ...from, mchid: partner.mchid })
      expect(await change(await clientOf(sender), name, sentByAnother, 'R-2')).toEqual(refused(name, 'not_permitted'))
    })

    test('is closed to who only handed it out, if the setting says so (corrections 11)', async ({
      clientOf,
      others,
      seed,
      control,
    }) => {
      const { partner, owner, sender } = others
      await control.changeSettings({ coupon_sender: 'look' })
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      const coupon = await seed.coupon({ ...from, mchid: partner.mchid, send_merchant: sender.mchid })
      const client = await clientOf(sender)

      expect(await change(client, name, coupon)).toEqual(refused(name, 'not_permitted'))
      expect((await control.journal()).at(-1)?.remarks.at(-1)?.text).toContain('having handed it out is not enough')
      expect(await client.call(queryUserCoupon, { ...USER, ...coupon })).toMatchObject({ status: 200 })
      expect(await change(await clientOf(owner), name, coupon)).toMatchObject(doneAt(name))
    })

    test('repeated, is answered with the first time, and changes nothing', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon(from)
      await change(merchant, name, coupon)
      await control.advance('PT1H')
      const before = await control.world()

      expect(await change(merchant, name, coupon)).toMatchObject(doneAt(name))
      expect(await control.world()).toEqual(before)
      await control.patchCoupon(STOCK_ID, coupon.coupon_code, { state: 'DELETED' })
      expect(await change(merchant, name, coupon)).toMatchObject(doneAt(name))
    })

    test('is refused with a number that changed another coupon', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ ...from, coupon_code: 'CODE-1' })
      const others = [
        await seed.coupon({ ...from, coupon_code: 'CODE-2' }),
        await seed.coupon({ ...from, coupon_code: 'CODE-1', stock_id: '100089' }),
      ]
      await change(merchant, name, coupon)

      for (const other of others) {
        expect(await change(merchant, name, other)).toEqual(refused(name, 'request_no_reused'))
      }
      expect(await change(merchant, name, coupon, 'r-1', { coupon_code: 'NONE' })).toEqual(refused(name, 'not_found'))
      // Only redeeming looks for the coupon first, which may be named without its batch.
      expect(await change(merchant, name, coupon, 'R-1', { coupon_code: 'NONE' })).toEqual(
        refused(name, name === 'use' ? 'not_found' : 'request_no_reused'),
      )
    })

    test('takes a number that was refused', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ ...from, state: 'DELETED' })
      expect(await change(merchant, name, coupon)).toEqual(refused(name, refusals.DELETED ?? ''))
      await control.patchCoupon(STOCK_ID, coupon.coupon_code, { state: from.state ?? 'SENDED' })

      expect(await change(merchant, name, coupon)).toMatchObject(doneAt(name))
    })

    test('checks the right before the state', async ({ merchant, seed, others }) => {
      const coupon = await seed.coupon({ ...from, mchid: others.partner.mchid, state: 'DELETED' })

      expect(await change(merchant, name, coupon)).toEqual(refused(name, 'not_permitted'))
    })

    test("prefers the caller's batch to another merchant's with the same id", async ({
      merchant,
      others,
      seed,
      control,
    }) => {
      const foreign = await seed.coupon({ ...from, mchid: others.partner.mchid, coupon_code: 'SAME' })
      const own = await seed.coupon({ ...from, coupon_code: 'SAME' })

      await change(merchant, name, own)

      expect(await control.coupon(STOCK_ID, 'SAME', own)).not.toEqual(own)
      expect(await control.coupon(STOCK_ID, 'SAME', foreign)).toEqual(foreign)
    })
  })

  test.for<[Name, CouponJson]>([
    ['associate', { associate_out_trade_no: 'MCH_1', associate_time: BEFORE }],
    ['use', { state: 'USED', use_request_no: 'R-1', use_time: BEFORE }],
    ['return', { return_request_no: 'R-1', return_time: BEFORE }],
    ['deactivate', { state: 'DEACTIVATED', deactivate_request_no: 'R-1', deactivate_time: BEFORE }],
  ])('%s: what came with the world is repeated too', async ([name, known], { merchant, seed }) => {
    expect(await change(merchant, name, await seed.coupon(known))).toMatchObject(doneAt(name, BEFORE))
  })

  test.for<[Name, string, CouponJson]>([
    ['use', 'already_used', { state: 'USED', use_request_no: 'R-2', use_time: BEFORE, use_merchant: '1900000102' }],
    [
      'deactivate',
      'not_usable',
      {
        state: 'DEACTIVATED',
        deactivate_request_no: 'R-2',
        deactivate_time: BEFORE,
        deactivate_merchant: '1900000102',
      },
    ],
  ])('%s: the number of another merchant is no repeat', async ([name, reason, known], { clientOf, others, seed }) => {
    const { partner, owner } = others
    const [first, second] = [await clientOf(partner), await clientOf(owner)]
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    const coupon = await seed.coupon({ mchid: partner.mchid })
    const old = await seed.coupon({ mchid: partner.mchid, ...known })
    await change(first, name, coupon)

    expect(await change(second, name, coupon)).toEqual(refused(name, reason))
    expect(await change(first, name, old, 'R-2')).toEqual(refused(name, reason))
    expect(await change(second, name, old, 'R-2')).toMatchObject(doneAt(name, BEFORE))
  })
})
