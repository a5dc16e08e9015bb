import { requests } from '../../../src/engine/state/request-numbers.ts'
import {
  confirmProductCoupon,
  queryUserProductCoupon,
  returnProductCoupon,
  sendProductCouponToUser,
  useProductCoupon,
} from '../../../src/products/operations.ts'
import { brandPartners } from '../../../src/products/product-coupon/product-coupons.ts'
import { type UserCoupon, userCoupons } from '../../../src/products/product-coupon/user-coupons.ts'
import { plaintext, sealedForAnother, signed } from '../callback-contents.ts'
import { broken, keeping, type Members, moved, refusedAs, type Variant, withTable } from '../variant.ts'

const SENT = 'sends a coupon: '
const SENT_AGAIN = 'sends a coupon again, which was confirmed meanwhile: '
const TOLD = 'the plaintext of PRODUCT_COUPON_SP.SEND that comes again: '
const CONFIRMED = 'confirms a coupon: '
const USED = 'uses a coupon: '
const USED_AGAIN = 'uses a coupon again, since the answer was lost: '
const TAKEN = 'uses a coupon that another receipt has: '
const LOOKED_UP = 'looks up a coupon that was used: '
const RETURNED = 'gives a coupon back: '
const RETURNED_AGAIN = 'gives a coupon back again, since the answer was lost: '

// Left to conformance.
const TOO_MANY = 'a request to send a coupon more than the customer may have: '
const WITHDRAWN = 'a request to send a coupon of a brand that has withdrawn its authorization: '
const CONFIRMED_AGAIN = 'a repeated request to confirm a coupon: '
const GIVEN_BACK = 'a request to use a coupon that was given back: '
const UNCONFIRMED = 'a request to use a coupon that was not confirmed: '
const EXPIRED = 'a request to use a coupon that has expired: '

const SEND = 'sendProductCouponToUser'
const CONFIRM = 'confirmProductCoupon'
const USE = 'useProductCoupon'
const RETURN = 'returnProductCoupon'

const nothing = () => undefined
const YEAR = 365 * 86_400_000

/** Another word for a state, wherever it is shown. */
const stateCalled = (caughtBy: string, state: string, other: string): Variant =>
  broken(`${state} called ${other}`, caughtBy, 'coupon_state', (shown) => ({
    coupon_state: shown === state ? other : shown,
  }))

/** Breaks the use that a coupon is shown with. */
const usage = (name: string, change: (shown: Members) => Members): Variant =>
  broken(`query: ${name}`, LOOKED_UP, 'single_usage_detail', (shown) => ({
    single_usage_detail: change(shown as Members),
  }))

/** Finds coupons as they are not. */
const finding = (name: string, caughtBy: string, id: string, found: (one: UserCoupon) => UserCoupon): Variant =>
  withTable({ name, caughtBy }, id, userCoupons, (repository) => ({
    find: async (...key) => {
      const coupon = await repository.find(...key)
      return coupon && found(coupon)
    },
  }))

/** Finds nothing by an index of coupons. */
const blindTo = (index: 'send' | 'held', name: string, caughtBy: string): Variant =>
  withTable({ name, caughtBy }, SEND, userCoupons, (repository) => ({
    where: async (by, ...what) => (by === index ? [] : repository.where(by, ...what)),
  }))

const refusingRepeats = (call: string, caughtBy: string, id: string): Variant =>
  withTable({ name: `${call}: a repeat is refused`, caughtBy }, id, requests, (repository, { fail }) => ({
    find: async (...key) => ((await repository.find(...key)) ? fail('request_no_reused') : undefined),
  }))

/** Servers with one thing wrong in what they do with product coupons. */
export const brokenBrand: readonly Variant[] = [
  moved('send: served at another path', sendProductCouponToUser, SENT),
  broken('send: valid_end_time missing', SENT, 'valid_end_time', () => ({})),
  stateCalled(SENT, 'CONFIRMING', 'EFFECTIVE'),
  keeping('send: not kept', UNCONFIRMED, SEND, userCoupons, nothing),
  blindTo('send', 'send: numbers not remembered', SENT_AGAIN),
  withTable({ name: 'send: a repeat shows the coupon as it was', caughtBy: SENT_AGAIN }, SEND, userCoupons, (all) => ({
    where: async (...what) => (await all.where(...what)).map(({ confirm_time: _, ...one }) => one),
  })),
  blindTo('held', 'send: the limit of a customer does not count', TOO_MANY),
  withTable({ name: 'send: a withdrawn authorization counts', caughtBy: WITHDRAWN }, SEND, brandPartners, () => ({
    find: nothing,
  })),

  plaintext('without brand_id', TOLD, ({ brand_id: _, ...told }) => told),
  plaintext('without product_coupon_id', TOLD, ({ product_coupon_id: _, ...told }) => told),
  plaintext('of another batch', TOLD, (told) => ({ ...told, stock_id: `${told.stock_id}0` })),
  plaintext('another coupon', TOLD, (told) => ({ ...told, coupon_code: `${told.coupon_code}0` })),
  plaintext('the customer by unionid alone', TOLD, ({ openid: _, ...told }) => told),
  sealedForAnother(TOLD),
  signed({ name: 'callback: of a merchant coupon', caughtBy: `${TOLD}event_type of` }, (contents) => ({
    ...contents,
    event_type: 'COUPON.SEND',
  })),

  moved('confirm: served at another path', confirmProductCoupon, CONFIRMED),
  stateCalled(CONFIRMED, 'EFFECTIVE', 'SENDED'),
  refusingRepeats('confirm', CONFIRMED_AGAIN, CONFIRM),
  keeping('confirm: not kept', SENT_AGAIN, CONFIRM, userCoupons, nothing),

  moved('use: served at another path', useProductCoupon, USED),
  stateCalled(USED, 'USED', 'EFFECTIVE'),
  refusingRepeats('use', USED_AGAIN, USE),
  keeping('use: not kept', LOOKED_UP, USE, userCoupons, nothing),
  keeping('use: without its order', LOOKED_UP, USE, userCoupons, ({ usage, ...one }) => {
    const { associated_order_info: _, ...rest } = usage ?? { use_request_no: '', use_time: 0 }
    return { ...one, usage: rest }
  }),
  finding('use: of a used coupon', TAKEN, USE, ({ usage: _, ...one }) => one),
  finding('use: of one that was not confirmed', UNCONFIRMED, USE, (one) => ({
    ...one,
    confirm_time: one.receive_time,
  })),
  finding('use: of an expired one', EXPIRED, USE, (one) => ({ ...one, valid_end_time: one.valid_end_time + YEAR })),
  ...(
    [
      [TOO_MANY, SEND, 'user_limit', { status: 403 }, { code: 'RULE_LIMIT' }],
      [WITHDRAWN, SEND, 'not_authorized', { status: 400 }, { code: 'INVALID_REQUEST' }],
      [TAKEN, USE, 'already_used', { status: 400 }, { code: 'INVALID_REQUEST' }],
      [UNCONFIRMED, USE, 'not_usable', { status: 400 }, { code: 'INVALID_REQUEST' }],
      [EXPIRED, USE, 'expired', { status: 400 }, { code: 'INVALID_REQUEST' }],
    ] as const
  ).flatMap(([caughtBy, id, error, status, code]) => [
    refusedAs(`${id}: another status for ${error}`, caughtBy, id, error, status),
    refusedAs(`${id}: another code for ${error}`, caughtBy, id, error, code),
  ]),

  moved('query: served at another path', queryUserProductCoupon, LOOKED_UP),
  usage('order missing', ({ associated_order_info: _, ...shown }) => shown),
  usage('order beside its numbers', ({ associated_order_info: order, ...shown }) => ({ ...shown, ...Object(order) })),
  broken('query: use as in a bundle', LOOKED_UP, 'single_usage_detail', (shown) => ({
    progressive_bundle_usage_detail: shown,
  })),

  moved('return: served at another path', returnProductCoupon, RETURNED),
  refusingRepeats('return', RETURNED_AGAIN, RETURN),
  keeping('return: not kept', GIVEN_BACK, RETURN, userCoupons, nothing),
  keeping('return: to be confirmed again', RETURNED_AGAIN, RETURN, userCoupons, ({ confirm_time: _, ...one }) => one),
]
