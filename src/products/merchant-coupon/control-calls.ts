import { callsOf } from '../../control/call.ts'
import { putIntoOutbox } from '../../engine/callbacks/notifications.ts'
import type { NewNotification } from '../../engine/operation.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { findUsers } from '../platform/index.ts'
import * as couponCalls from './coupon-control.ts'
import { eventAddressThing } from './coupon-send.ts'
import * as couponThings from './coupon-thing.ts'
import { couponThing } from './coupon-thing.ts'
import { couponRow, coupons } from './coupons.ts'
import { couponsOf, explainHandOut, type HandOutRefusal, handOut, handOutJson } from './hand-out.ts'
import { routes } from './routes.ts'
import * as stocks from './stock-control.ts'
import { aboutStock, codeThing, stockThing } from './stock-control.ts'
import type { Stock } from './stocks.ts'
import { subsidyReturnThing, subsidyThing } from './subsidies.ts'

const handOutCoupon = aboutStock.about({
  summary:
    'Hand a coupon to a user as another channel than the API would, by the same rules and with the same callback',
  body: handOutJson,
  bodyOptional: true,
  status: 201,
  answer: couponRow,
  refusals: {
    MOCK_NOT_HANDED_OUT: { status: 409, when: 'a rule of sending refuses it; the message says which' },
  },
  async handle(stock, { body, tx, now, ids, merchants }) {
    const { openid = `o${ids.letters(27)}`, send_request_no = `SEND${ids.digits(12)}` } = body
    const { send_merchant = stock.mchid, send_channel = 'H5' } = body
    if ((await couponsOf(tx, stock, openid)).some((sent) => sent.send_request_no === send_request_no)) {
      throw notHandedOut(stock, 'request_no_reused', NUMBER_USED)
    }
    const users = await findUsers(tx, openid, [send_merchant, stock.belong_merchant, stock.mchid])
    const how = { ...body, openid, send_merchant, send_request_no, send_channel, users }
    const context = {
      tx,
      now,
      ids,
      merchantOf: (mchid: string) => merchants.find(mchid),
      notify: (notification: NewNotification) => putIntoOutbox(tx, notification, { now, ids }),
    }
    const decision = await handOut(context, stock, how)
    if (decision.ok) return coupons.toJson(decision.value, now)
    const { reason } = decision
    const why = reason === 'coupon_code_needed' ? CODE_NEEDED : await explainHandOut(reason, context, stock, how)
    throw notHandedOut(stock, reason, why)
  },
})

type Reason = HandOutRefusal | 'request_no_reused'

function notHandedOut({ stock_id }: Stock, reason: Reason, { en, zh }: Texts): UsageError {
  const text = {
    en: `Batch ${stock_id} hands out no coupon: ${en} (${reason}).`,
    zh: `批次 ${stock_id} 未发券：${zh}（${reason}）。`,
  }
  return new UsageError('MOCK_NOT_HANDED_OUT', text, { path: PLACES[reason] ?? '' })
}

const NUMBER_USED: Texts = {
  en: 'the user has one with this number already, give another send_request_no',
  zh: '该用户已用此发券请求单号领过券，请换一个 send_request_no',
}

const CODE_NEEDED: Texts = {
  en: 'the merchant brings the codes: give coupon_code',
  zh: '该批次的券 code 由商户提供，请给出 coupon_code',
}

/** Where to look, by the rule that refused. */
const PLACES: Readonly<Partial<Record<Reason, string>>> = {
  request_no_reused: '/send_request_no',
  suspicious: '/openid',
  user_limit: '/openid',
  person_limit: '/openid',
  coupon_code_needed: '/coupon_code',
  code_taken: '/coupon_code',
}

/** The control calls of merchant coupons: what the phone, the console and tests do. */
export const calls = callsOf(routes, couponCalls, couponThings, { handOutCoupon }, stocks)

/** Their types under one name, so that declarations need not spell all of them out. */
export interface MerchantCouponCalls extends Readonly<typeof calls> {}

/** Shown in the dashboard, in the order of its navigation. */
export const things = [couponThing, stockThing, codeThing, subsidyThing, subsidyReturnThing, eventAddressThing]
