import { associateTradeInfo, disassociateTradeInfo, queryUserCoupon } from '../../../src/products/operations.ts'
import { ofLondon } from '../callback-contents.ts'
import { broken, moved, type Variant, withBodies, withCoupons } from '../variant.ts'

const LINKED = 'a request to link a coupon to an order: '
const SHOWN = 'a query of a coupon: '

/** Writes the times of associate in another way. */
function writtenAs(name: string, write: (time: string) => string): Variant {
  return broken(name, LINKED, 'wechatpay_associate_time', (time) => ({ wechatpay_associate_time: write(String(time)) }))
}

const utc = (time: string) => new Date(time).toISOString()

/** Answers of calls that went well, with something wrong in them. */
export const brokenAnswers: readonly Variant[] = [
  broken('associate: field renamed', LINKED, 'wechatpay_associate_time', (time) => ({ associate_time: time })),
  broken('associate: field missing', LINKED, 'wechatpay_associate_time', () => ({})),
  broken('associate: field null', LINKED, 'wechatpay_associate_time', () => ({ wechatpay_associate_time: null })),
  broken('associate: time as a number', LINKED, 'wechatpay_associate_time', (time) => ({
    wechatpay_associate_time: Date.parse(String(time)) / 1_000,
  })),
  writtenAs('associate: time without offset', (time) => time.slice(0, 19)),
  writtenAs('associate: time in UTC', (time) => `${utc(time).slice(0, 19)}Z`),
  writtenAs('associate: time with the offset +00:00', (time) => `${utc(time).slice(0, 19)}+00:00`),
  writtenAs('associate: time with milliseconds', (time) => time.replace('+', '.000+')),
  writtenAs('associate: a day that no month has', (time) => time.replace(/\d\dT/, '45T')),
  writtenAs('associate: 24 hours', (time) => time.replace(/T\d\d/, 'T24')),
  writtenAs('associate: time of London as if it were that of China', (time) => `${utc(time).slice(0, 19)}+08:00`),
  writtenAs('associate: time ten years ago', (time) => `${Number(time.slice(0, 4)) - 10}${time.slice(4)}`),
  writtenAs('associate: time with a space for T', (time) => time.replace('T', ' ')),
  broken(
    'disassociate: answers with the field of associate',
    'a request to take the link of a coupon away: ',
    'wechatpay_disassociate_time',
    (time) => ({
      wechatpay_associate_time: time,
    }),
  ),
  withBodies(
    { name: 'use: openid missing', caughtBy: 'a request to redeem a coupon: ' },
    ({ openid: _, ...members }) => ('wechatpay_use_time' in members ? members : undefined),
  ),
  withBodies({ name: 'answers wrapped in data', caughtBy: LINKED }, (members, { status }) =>
    status === 200 ? { data: members } : undefined,
  ),
  broken('query: stock_id as a number', SHOWN, 'stock_id', (id) => ({ stock_id: Number(id) })),
  broken('query: state in lower case', SHOWN, 'coupon_state', (state) => ({
    coupon_state: String(state).toLowerCase(),
  })),
  broken('query: state USABLE for SENDED', SHOWN, 'coupon_state', (state) => ({
    coupon_state: state === 'SENDED' ? 'USABLE' : state,
  })),
  broken('query: expired coupon shown as SENDED', 'a query of a coupon that is expired: ', 'coupon_state', (state) => ({
    coupon_state: state === 'EXPIRED' ? 'SENDED' : state,
  })),
  broken('query: discount in yuan', SHOWN, 'coupon_use_rule', (rule) => ({
    coupon_use_rule: {
      ...Object(rule),
      fixed_normal_coupon: { discount_amount: '10.00', transaction_minimum: '100.00' },
    },
  })),
  broken('query: validity without offset', SHOWN, 'expire_time', (time) => ({
    expire_time: String(time).slice(0, 19),
  })),
  broken(
    'query: order of the link missing',
    'a query of a coupon that is linked: ',
    'associate_out_trade_no',
    () => ({}),
  ),
  broken(
    'query: order of the link renamed',
    'a query of a coupon that is linked: ',
    'associate_out_trade_no',
    (order) => ({
      out_trade_no: order,
    }),
  ),
  broken(
    'query: link hidden once the coupon is used',
    'a query of a used coupon that is linked: ',
    'use_time',
    (use_time) => ({
      use_time,
      associate_out_trade_no: undefined,
    }),
  ),
  withBodies({ name: 'query: times of London as if they were those of China', caughtBy: SHOWN }, (members) =>
    'coupon_state' in members ? ofLondon(members) : undefined,
  ),
  withCoupons(
    {
      name: 'query: order shown although its link was taken away',
      caughtBy: 'a query of a coupon whose link was taken away: It has associate_out_trade_no',
    },
    'queryUserCoupon',
    (coupon) => {
      const [latest] = coupon.history.flatMap(({ out_trade_no }) => out_trade_no ?? []).slice(-1)
      return { ...coupon, ...(latest !== undefined && { associate_out_trade_no: latest }) }
    },
  ),
  moved('associate: served at another path', associateTradeInfo, LINKED),
  moved('disassociate: served at another path', disassociateTradeInfo, 'a request to take the link of a coupon away: '),
  moved('query: served at another path', queryUserCoupon, SHOWN),
]
