import { type Coupon, coupons, TRACES, without } from '../../../src/products/merchant-coupon/coupons.ts'
import { merchantCouponSettings } from '../../../src/products/merchant-coupon/settings.ts'
import { stocks } from '../../../src/products/merchant-coupon/stocks.ts'
import { orders } from '../../../src/products/payment/orders.ts'
import {
  accepting,
  type Context,
  type Variant,
  withContext,
  withCoupons,
  withOperation,
  withTable,
} from '../variant.ts'

const ASSOCIATE = 'associateTradeInfo'
const DISASSOCIATE = 'disassociateTradeInfo'
const USE = 'useCoupon'
const RETURN = 'returnCoupon'
const DEACTIVATE = 'deactivateCoupon'

/** Body of the calls that link a coupon. */
interface LinkBody {
  readonly stock_id: string
  readonly coupon_code: string
  readonly out_trade_no: string
}

const linkBody = (input: { readonly body: unknown }) => input.body as LinkBody

const unexpired = (coupon: Coupon): Coupon => ({ ...coupon, expire_time: Date.parse('2099-12-31T23:59:59+08:00') })
const usable = (coupon: Coupon): Coupon => ({ ...unexpired(coupon), state: 'SENDED' })
const whoever = (coupon: Coupon, { caller }: Context): Coupon => ({ ...coupon, send_merchant: caller.mchid })
const notLinked = (coupon: Coupon): Coupon => without(coupon, TRACES.link)

function accepts(id: string, verb: string, state: Coupon['state'], words: string): Variant {
  return withCoupons({ name: `${verb}: ${state} coupon accepted`, caughtBy: words }, id, (coupon) =>
    state === 'EXPIRED' ? unexpired(coupon) : coupon.state === state ? usable(coupon) : coupon,
  )
}

const LINK = 'a request to link a coupon '
const UNLINK = 'a request to take the link away from a coupon '
const REDEEM = 'a request to redeem a coupon '
const GIVE_BACK = 'a request to give back a coupon '
const MAKE_VOID = 'a request to make a coupon void '

/** Servers that accept coupons and orders which they must refuse, or the other way round. */
export const brokenRules: readonly Variant[] = [
  accepts(ASSOCIATE, 'associate', 'USED', `${LINK}that is used: `),
  accepts(ASSOCIATE, 'associate', 'EXPIRED', `${LINK}that is expired: `),
  accepts(ASSOCIATE, 'associate', 'DEACTIVATED', `${LINK}that is deactivated: `),
  accepts(ASSOCIATE, 'associate', 'DELETED', `${LINK}that the user deleted: `),
  accepts(DISASSOCIATE, 'disassociate', 'USED', `${UNLINK}that is used: `),
  accepts(DISASSOCIATE, 'disassociate', 'EXPIRED', `${UNLINK}that is expired: `),
  accepts(DISASSOCIATE, 'disassociate', 'DEACTIVATED', `${UNLINK}that is deactivated: `),
  accepts(DISASSOCIATE, 'disassociate', 'DELETED', `${UNLINK}that the user deleted: `),
  accepts(USE, 'use', 'USED', `${REDEEM}that is used: `),
  accepts(USE, 'use', 'EXPIRED', `${REDEEM}that is expired: `),
  accepts(USE, 'use', 'DEACTIVATED', `${REDEEM}that is deactivated: `),
  accepts(USE, 'use', 'DELETED', `${REDEEM}that is deleted: `),

  accepts(DEACTIVATE, 'deactivate', 'USED', `${MAKE_VOID}that is used: `),

  withCoupons(
    { name: 'return: coupon that is not used accepted', caughtBy: `${GIVE_BACK}that is not used: ` },
    RETURN,
    (coupon) => ({ ...coupon, state: 'USED' }),
  ),
  accepting(
    { name: 'return: unknown coupon accepted', caughtBy: `${GIVE_BACK}that does not exist: ` },
    RETURN,
    'not_found',
    ({ now }) => ({ wechatpay_return_time: now }),
  ),
  withCoupons(
    { name: 'return: coupon of another merchant accepted', caughtBy: `${GIVE_BACK}of another merchant: ` },
    RETURN,
    (coupon, context) => ({ ...whoever(coupon, context), state: 'USED' }),
  ),
  withCoupons(
    { name: 'deactivate: coupon of another merchant accepted', caughtBy: `${MAKE_VOID}of another merchant: ` },
    DEACTIVATE,
    whoever,
  ),

  withCoupons(
    { name: 'use: coupon that is not usable yet accepted', caughtBy: `${REDEEM}that is not usable yet: ` },
    USE,
    (coupon) => ({ ...coupon, available_start_time: 0 }),
  ),

  accepting(
    { name: 'associate: unknown coupon accepted', caughtBy: `${LINK}that does not exist: ` },
    ASSOCIATE,
    'not_found',
    ({ now }) => ({ wechatpay_associate_time: now }),
  ),
  withCoupons(
    { name: 'associate: coupon of another merchant accepted', caughtBy: `${LINK}of another merchant: ` },
    ASSOCIATE,
    whoever,
  ),
  withCoupons(
    { name: 'disassociate: coupon of another merchant accepted', caughtBy: `${UNLINK}of another merchant: ` },
    DISASSOCIATE,
    (coupon, context, input) => ({
      ...whoever(coupon, context),
      associate_out_trade_no: linkBody(input).out_trade_no,
    }),
  ),
  // Having handed out a coupon is not enough to redeem it, so its batch belongs to the caller here.
  withTable(
    { name: 'use: coupon of another merchant accepted', caughtBy: `${REDEEM}of another merchant: ` },
    USE,
    stocks,
    (repository, { caller }) => ({
      find: async (...key) => {
        const stock = await repository.find(...key)
        return stock && { ...stock, belong_merchant: caller.mchid }
      },
    }),
  ),
  withCoupons(
    { name: 'query: coupon of another merchant shown', caughtBy: 'a query of a coupon of another merchant: ' },
    'queryUserCoupon',
    whoever,
  ),
  withTable(
    { name: 'query: coupon shown whoever holds it', caughtBy: 'a query of a coupon that another user holds: ' },
    'queryUserCoupon',
    coupons,
    (repository, _, { path }) => ({
      where: async (...what) =>
        (await repository.where(...what)).map((coupon) => ({ ...coupon, openid: (path as { openid: string }).openid })),
    }),
  ),
  withCoupons(
    { name: 'use: holder not looked at', caughtBy: `${REDEEM}that another user holds: ` },
    USE,
    (coupon, _, { body }) => ({
      ...coupon,
      openid: (body as { openid?: string }).openid ?? coupon.openid,
    }),
  ),
  ignoringTheBatch('associate: batch not looked at', ASSOCIATE, `${LINK}of another batch: `),
  ...(
    [
      ['use', USE, `${REDEEM}with the appid of another merchant: `],
      ['query', 'queryUserCoupon', 'a query of a coupon with the appid of another merchant: '],
    ] as const
  ).map(([verb, id, caughtBy]) =>
    withContext({ name: `${verb}: appid not looked at`, caughtBy }, id, ({ caller }) => ({
      caller: { ...caller, appids: [] },
    })),
  ),
  ignoringTheBatch('use: batch not looked at', USE, `${REDEEM}of another batch: `),
  ignoringTheBatch('disassociate: batch not looked at', DISASSOCIATE, `${UNLINK}of another batch: `),
  withContext(
    { name: 'associate: order check left out', caughtBy: `${LINK}to an order that does not exist: ` },
    ASSOCIATE,
    ({ settings }) => ({
      settings: { ...settings, [merchantCouponSettings.orders.name]: 'any' },
    }),
  ),
  withTable(
    { name: 'associate: known order not found', caughtBy: `${LINK}to an order that is known: ` },
    ASSOCIATE,
    orders,
    () => ({ where: () => [] }),
  ),
  withCoupons(
    {
      name: 'associate: coupon linked to another order accepted',
      caughtBy: `${LINK}that is linked to another order: `,
    },
    ASSOCIATE,
    notLinked,
  ),
  withCoupons(
    { name: 'disassociate: order of the link not looked at', caughtBy: `${UNLINK}that is linked to another order: ` },
    DISASSOCIATE,
    (coupon, _, input) =>
      coupon.associate_out_trade_no === undefined
        ? coupon
        : { ...coupon, associate_out_trade_no: linkBody(input).out_trade_no },
  ),
  accepting(
    { name: 'disassociate: coupon without a link accepted', caughtBy: `${UNLINK}that is not linked: ` },
    DISASSOCIATE,
    'not_linked',
    ({ now }) => ({ wechatpay_disassociate_time: now }),
  ),
]

function ignoringTheBatch(name: string, id: string, caughtBy: string): Variant {
  return withOperation({ name, caughtBy }, id, ({ handle }) => ({
    async handle(input, context) {
      const body = linkBody(input)
      const [coupon] = await context.tx.in(coupons).where('coupon_code', body.coupon_code)
      return handle({ ...input, body: { ...body, ...(coupon && { stock_id: coupon.stock_id }) } }, context)
    },
  }))
}
