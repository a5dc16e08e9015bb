import { defineCall } from '../../control/call.ts'
import { mchidQuery } from '../../control/calls/queries.ts'
import { putIntoOutbox } from '../../engine/callbacks/notify.ts'
import type { NewNotification } from '../../engine/operation.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { Texts } from '../../shared/texts.ts'
import { findUsers } from '../platform/index.ts'
import { couponRow, coupons } from './coupons.ts'
import { couponsOf, type HandOutRefusal, handOut, handOutJson } from './hand-out.ts'
import { namedStock, stockParams, stockRefusals } from './stock-control.ts'
import type { Stock } from './stocks.ts'

export const handOutCoupon = defineCall({
  summary:
    'Hand a coupon to a user as another channel than the API would, by the same rules and with the same callback',
  params: stockParams,
  query: mchidQuery,
  body: handOutJson,
  bodyOptional: true,
  status: 201,
  answer: couponRow,
  refusals: {
    ...stockRefusals,
    MOCK_NOT_HANDED_OUT: { status: 409, when: 'a rule of sending refuses it; the message says which' },
  },
  async handle({ params, query, body }, { mock }) {
    const { ids } = mock
    return mock.inTurn(async (tx, now) => {
      const stock = await namedStock(tx, params.stock_id, query.mchid, mock.defaultMerchant.mchid)
      const { openid = `o${ids.letters(27)}`, send_request_no = `SEND${ids.digits(12)}` } = body
      const { send_merchant = stock.mchid, send_channel = 'H5' } = body
      if ((await couponsOf(tx, stock, openid)).some((sent) => sent.send_request_no === send_request_no)) {
        throw new UsageError(
          'MOCK_NOT_HANDED_OUT',
          {
            en: `Batch ${stock.stock_id} hands out no coupon: the user has one with this number already, give another send_request_no (request_no_reused).`,
            zh: `批次 ${stock.stock_id} 未发券：该用户已用此发券请求单号领过券，请换一个 send_request_no（request_no_reused）。`,
          },
          { path: '/send_request_no' },
        )
      }
      const decision = await handOut(
        {
          tx,
          now,
          ids,
          merchantOf: (mchid) => mock.merchants.find(mchid),
          notify: (notification) => putIntoOutbox(tx, notification, { now, ids }),
        },
        stock,
        {
          ...body,
          openid,
          send_merchant,
          send_request_no,
          send_channel,
          users: await findUsers(tx, openid, [send_merchant, stock.belong_merchant, stock.mchid]),
        },
      )
      if (!decision.ok) throw refusalOf(decision.reason, stock)
      return coupons.toJson(decision.value, now)
    })
  },
})

/** For each rule of sending, what it refused and where to look. */
const REFUSALS: Readonly<Record<HandOutRefusal, (stock: Stock) => { texts: Texts; path?: string }>> = {
  not_running: ({ state }) => ({
    texts: { en: `the batch is ${state}`, zh: `批次的状态为 ${state}` },
  }),
  stock_expired: () => ({ texts: { en: 'the batch has ended', zh: '批次已过结束时间' } }),
  suspicious: () => ({
    texts: {
      en: 'the batch has prevent_api_abuse, and the user is described as suspicious',
      zh: '批次开启了防刷（prevent_api_abuse），而该用户被标为可疑用户',
    },
    path: '/openid',
  }),
  budget_used_up: ({ sent }) => ({
    texts: {
      en: `max_coupons or max_amount is used up by ${sent.total} coupons`,
      zh: `已发放 ${sent.total} 张，达到批次的最大发放数量或预算（max_coupons、max_amount）`,
    },
  }),
  day_limit: ({ sent }) => ({
    texts: {
      en: `max_coupons_by_day or max_amount_by_day is used up by ${sent.today} coupons today`,
      zh: `今天已发放 ${sent.today} 张，达到单日上限（max_coupons_by_day、max_amount_by_day）`,
    },
  }),
  user_limit: ({ stock_send_rule: rule }) => ({
    texts: {
      en: `the user received max_coupons_per_user coupons, ${rule.max_coupons_per_user}, already`,
      zh: `该用户已领取 ${rule.max_coupons_per_user} 张，达到单人可领数量（max_coupons_per_user）`,
    },
    path: '/openid',
  }),
  person_limit: ({ stock_send_rule: rule }) => ({
    texts: {
      en: `the batch has natural_person_limit, and the accounts of this person received ${rule.max_coupons_per_user} coupons already`,
      zh: `批次按自然人限领（natural_person_limit），此人的各个账号已共领取 ${rule.max_coupons_per_user} 张`,
    },
    path: '/openid',
  }),
  no_code_left: () => ({
    texts: { en: 'all codes that were uploaded are handed out', zh: '商户上传的券 code 已全部发完' },
  }),
  coupon_code_needed: () => ({
    texts: {
      en: 'the merchant brings the codes: give coupon_code',
      zh: '该批次的券 code 由商户提供，请给出 coupon_code',
    },
    path: '/coupon_code',
  }),
  code_taken: () => ({
    texts: { en: 'the batch has a coupon with this code already', zh: '批次中已有使用此券 code 的券' },
    path: '/coupon_code',
  }),
}

function refusalOf(reason: HandOutRefusal, stock: Stock): UsageError {
  const { texts, path } = REFUSALS[reason](stock)
  return new UsageError(
    'MOCK_NOT_HANDED_OUT',
    {
      en: `Batch ${stock.stock_id} hands out no coupon: ${texts.en} (${reason}).`,
      zh: `批次 ${stock.stock_id} 未发券：${texts.zh}（${reason}）。`,
    },
    {
      ...(path !== undefined && { path }),
    },
  )
}
