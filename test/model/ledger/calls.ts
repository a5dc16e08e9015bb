import { type Body, post } from '../plans.ts'
import { keyOf, type Ledger, type Receiver, type Wanted, type Whose } from './ledger.ts'
import { associate, closeCombined, closeOrder, payOrder, place, reverse, scan } from './orders.ts'
import { platformPlan } from './platforms.ts'
import {
  APPID,
  find,
  groupOf,
  NO_TRANSACTION,
  namesOf,
  orderQuery,
  type Plan,
  pathOf,
  refundQuery,
  returnQuery,
  shareQuery,
  split,
  typeOf,
  unsplitQuery,
} from './queries.ts'
import { refundOrder, sendAnotherWay, settleRefund, statusOf } from './refunds.ts'
import { fund, giveBack, given, settleReturn, settleShare, shareOrder, unfreezeOrder } from './shares.ts'
import { type Call, OTHER, SHOP, WORLD, wantedOf } from './steps.ts'
import { subsidyPlan } from './subsidy-plans.ts'

export const STOCK = '100088'

const appidOf = ({ sub }: Whose) => (sub === undefined ? { appid: APPID } : { sp_appid: APPID })

/** Where a merchant is told of its refunds, of shares and of returns. */
type NotifyUrlOf = (mchid: string) => string

/** Makes a call of a step by what the ledger has: parts become amounts, and numbers that were used mostly bring the same values again. */
export function planOf(call: Call, ledger: Ledger, notifyUrlOf: NotifyUrlOf): Plan {
  const n = 'n' in call ? call.n : 0
  const all = wantedOf(n)
  const one = all['which' in call ? call.which % all.length : 0] ?? wantedOf(0)[0]
  const { mchid, no, sub, total } = one
  const key = keyOf(mchid, no)
  const order = ledger.orders.get(key)
  const group = groupOf(one)
  const sub_mchid = sub
  const transaction_id = ledger.ids.get(`order ${key}`) ?? NO_TRANSACTION
  // An order is shared by its transaction_id only.
  const named = transaction_id === NO_TRANSACTION ? 'none' : key
  const learnOrder = (body: Body) => [[`order ${key}`, body.transaction_id]] as const
  if (['refund', 'refundAsPlatform', 'share', 'unfreeze', 'subsidise'].includes(call.do) && 'k' in call) {
    // Most of what needs a paid order comes to one.
    if (!order?.paid && call.k % 4 > 0) return planOf({ do: 'pay', n, which: 0, part: 5 }, ledger, notifyUrlOf)
  }
  switch (call.do) {
    case 'place':
      return placing(wantedOf(n, call.code, call.other))
    case 'pay': {
      // A prepay_id that is too old is renewed by placing the order again.
      if (!order || (call.part % 4 > 0 && order.prepayOver)) return placing(all)
      const amount = Math.ceil((total * Math.min(call.part, 1_000)) / 1_000)
      const coupon = call.coupon && { type: call.coupon, amount }
      const id = `4200${String(n * 2 + call.which).padStart(24, '0')}`
      const payment = { transaction_id: id, ...(coupon && { promotions: [coupon] }) }
      return {
        group,
        request: (control) => control.payOrder(no, payment, { mchid }),
        tell: (book) => payOrder(book, key, coupon, id),
      }
    }
    case 'associate': {
      const coupon_code = `COUPON-${call.k}`
      const body = { stock_id: STOCK, coupon_code, out_trade_no: no, out_request_no: `${coupon_code}-${no}` }
      const request = post(SHOP, '/v3/marketing/busifavor/coupons/associate', body)
      return { group: coupon_code, request, tell: (book) => associate(book, coupon_code, no) }
    }
    case 'query':
      return orderQuery(one)
    case 'unsplit':
      return unsplitQuery(one, ledger)
    case 'close': {
      const request = post(mchid, `${pathOf(one)}/out-trade-no/${no}/close`, namesOf(one))
      return { group, request, tell: (book) => closeOrder(book, key) }
    }
    case 'closeTogether': {
      if (one.combined === undefined) return planOf({ ...call, do: 'close', which: 0 }, ledger, notifyUrlOf)
      const sub_orders = all.map((each) => ({ mchid: each.mchid, out_trade_no: each.no, sub_mchid: each.sub }))
      const target = `/v3/combine-transactions/out-trade-no/${one.combined}/close`
      // Only who placed it finds it.
      const keys = mchid === all[0].mchid ? all.map((each) => keyOf(each.mchid, each.no)) : []
      const request = post(mchid, target, { combine_appid: APPID, sub_orders })
      return { group, request, tell: (book) => closeCombined(book, keys) }
    }
    case 'reverse': {
      const request = post(mchid, `${pathOf(one)}/out-trade-no/${no}/reverse`, { ...namesOf(one), ...appidOf(one) })
      return { group, request, tell: (book) => reverse(book, key), learn: learnOrder }
    }
    case 'refund': {
      const out_refund_no = `R-${call.k}`
      const known = ledger.refunds.get(keyOf(mchid, out_refund_no))
      const again = known && call.k % 3 > 0 && known.order === key ? known.asked : undefined
      const left = total - (order?.back.refund ?? 0)
      const refund = again?.refund ?? Math.max(1, Math.ceil((left * call.part) / 1_000))
      const amount = { refund, total: again?.total ?? total + (call.wrong ? 1 : 0) }
      const notify_url = notifyUrlOf(mchid)
      const body = { sub_mchid, out_trade_no: no, out_refund_no, notify_url, amount: { ...amount, currency: 'CNY' } }
      return {
        group,
        request: post(mchid, '/v3/refund/domestic/refunds', body),
        tell: (book) => refundOrder(book, one, key, out_refund_no, amount),
        learn: (answer) => [[`refund ${keyOf(mchid, out_refund_no)}`, answer.refund_id], ...learnOrder(answer)],
      }
    }
    case 'settleRefund': {
      const own = find(ledger.refunds, call.k, (one) => statusOf(one) === 'PROCESSING')
      const [by, number] = split(own)
      const { outcome } = call
      return {
        group: own,
        request: (control) => control.settleRefund(number, { outcome }, { mchid: by }),
        tell: (book) => settleRefund(book, own, outcome),
      }
    }
    case 'sendAnotherWay': {
      const own = find(ledger.refunds, call.k, (one) => statusOf(one) === 'ABNORMAL')
      const [by, out_refund_no] = split(own)
      const refund = ledger.refunds.get(own)
      const id = ledger.ids.get(`refund ${own}`) ?? '0'
      const body = { out_refund_no, type: 'MERCHANT_BANK_CARD', sub_mchid: refund?.sub }
      return {
        group: groupOf(ledger.orders.get(refund?.order ?? '')),
        request: post(by, `/v3/refund/domestic/refunds/${id}/apply-abnormal-refund`, body),
        tell: (book) => sendAnotherWay(book, own),
      }
    }
    case 'share': {
      const out_order_no = `S-${call.k}`
      const known = ledger.shares.get(keyOf(mchid, out_order_no))
      const again = known && call.k % 3 > 0 && known.asked.named === named ? known.asked : undefined
      const receivers = (again?.receivers ?? call.to.map(({ account, part }) => ({ account, part }))).map(
        (to): Receiver =>
          'amount' in to
            ? to
            : { type: typeOf(to.account), account: to.account, amount: partOf(order?.frozen, to.part) },
      )
      const unfreezes = again?.unfreezes ?? call.unfreezes
      const named_ = receivers.map((to) => ({ ...to, description: '分账' }))
      const body = {
        sub_mchid,
        appid: APPID,
        transaction_id,
        out_order_no,
        receivers: named_,
        unfreeze_unsplit: unfreezes,
      }
      return {
        group,
        request: post(mchid, '/v3/profitsharing/orders', body),
        tell: (book) => shareOrder(book, one, out_order_no, { named, receivers, unfreezes }),
        learn: ({ order_id }) => [[`share ${keyOf(mchid, out_order_no)}`, order_id]],
      }
    }
    case 'unfreeze': {
      const out_order_no = `S-${call.k}`
      const body = { sub_mchid, transaction_id, out_order_no, description: '解冻' }
      return {
        group,
        request: post(mchid, '/v3/profitsharing/orders/unfreeze', body),
        tell: (book) => unfreezeOrder(book, one, out_order_no, named),
        learn: ({ order_id }) => [[`share ${keyOf(mchid, out_order_no)}`, order_id]],
      }
    }
    case 'settleShare': {
      const own = find(ledger.shares, call.k)
      const [by, number] = split(own)
      const { account, reason } = call
      const body = { ...(account && { account }), ...(reason && { fail_reason: reason }) }
      return {
        group: own,
        request: (control) => control.settleSharingOrder(number, body, { mchid: by }),
        tell: (book) => settleShare(book, own, account, reason),
      }
    }
    case 'giveBack': {
      // Some repeat a return that waits for money, or take more of the same share.
      const [number, waiting] = call.share % 3 === 0 ? waitingOf(ledger) : []
      const own = waiting?.share ?? find(ledger.shares, call.share)
      const [by, out_order_no] = split(own)
      const share = ledger.shares.get(own)
      const out_return_no = number !== undefined && call.share % 2 ? split(number)[1] : `B-${call.k}`
      const known = ledger.returns.get(keyOf(by, out_return_no))
      const merchants = share?.parts.filter(({ type }) => type === 'MERCHANT_ID') ?? []
      const { account, amount: got = 1 } = merchants[call.from % (merchants.length + 1)] ?? {}
      const again = known?.share === own && call.k % 3 > 0 ? known : undefined
      const return_mchid = again?.from ?? waiting?.from ?? account ?? OTHER
      const amount = again?.amount ?? partOf(got, call.part)
      const body = { sub_mchid: share?.sub, out_order_no, out_return_no, return_mchid, amount, description: '回退' }
      return {
        group: 'returns',
        request: post(by, '/v3/profitsharing/return-orders', body),
        tell: (book) => giveBack(book, own, share?.sub, out_return_no, return_mchid, amount),
        learn: ({ return_id }) => [[`return ${keyOf(by, out_return_no)}`, return_id]],
      }
    }
    case 'settleReturn': {
      const own = find(ledger.returns, call.k)
      const [by, number] = split(own)
      const { reason } = call
      return {
        group: 'returns',
        request: (control) => control.settleSharingReturn(number, reason ? { fail_reason: reason } : {}, { mchid: by }),
        tell: (book) => settleReturn(book, own, reason),
      }
    }
    case 'fund': {
      const [, { from: account, amount } = { from: OTHER, amount: 1_000 }] = waitingOf(ledger)
      const returnable = given(ledger, account) + Math.ceil((amount * call.part) / 1_000)
      return {
        group: 'returns',
        request: (control) => control.addSharingAccount(accountOf(account, notifyUrlOf, returnable)),
        tell: (book) => fund(book, account, returnable),
      }
    }
    case 'refundAsPlatform':
    case 'returnAdvance':
    case 'allow':
    case 'letWait':
      return platformPlan(call, ledger, notifyUrlOf)
    case 'subsidise':
    case 'returnSubsidy':
    case 'giveVoucherBack':
      return subsidyPlan(call, ledger, (before) => planOf(before, ledger, notifyUrlOf))
    case 'queryRefund':
      return refundQuery(find(ledger.refunds, call.k), ledger)
    case 'queryShare':
      return shareQuery(find(ledger.shares, call.k), ledger)
    case 'queryReturn':
      return returnQuery(find(ledger.returns, call.k), ledger)
  }
}

/** The last return that waits for money, if there is one. */
const waitingOf = ({ returns }: Ledger) => [...returns].findLast(([, { result }]) => result === 'PROCESSING') ?? []

/** How a merchant has set up profit sharing. */
export const accountOf = (mchid: string, notifyUrlOf: NotifyUrlOf, returnable = WORLD.returnable[mchid]) => ({
  notify_url: notifyUrlOf(mchid),
  ...{ mchid, max_ratio: WORLD.ratios[mchid] ?? 3_000, accepts_returns: !WORLD.keepsShares.includes(mchid) },
  ...(returnable !== undefined && { returnable }),
})

const partOf = (amount = 0, part: number) => Math.max(1, Math.ceil((amount * part) / 1_000))

function placing(wanted: readonly [Wanted, ...Wanted[]]): Plan {
  const [first] = wanted
  const { mchid, kind, combined, code, total, no } = first
  const group = groupOf(first)
  const description = '订单'
  const notify_url = 'https://shop.example/paid'
  const openid = 'oUser'
  if (combined !== undefined) {
    const body = {
      ...{ combine_appid: APPID, combine_mchid: mchid, combine_out_trade_no: combined, notify_url },
      ...(kind === 'JSAPI' && { combine_payer_info: { openid } }),
      sub_orders: wanted.map((each) => ({
        ...{ mchid: each.mchid, sub_mchid: each.sub, out_trade_no: each.no, description, attach: '附加' },
        ...{ amount: { total_amount: each.total, currency: 'CNY' }, settle_info: { profit_sharing: each.shares } },
      })),
    }
    const request = post(mchid, `/v3/combine-transactions/${kind.toLowerCase()}`, body)
    return { group, request, tell: (book) => place(book, wanted) }
  }
  const common = {
    ...{ ...appidOf(first), ...namesOf(first), description, out_trade_no: no },
    ...{ amount: { total, currency: 'CNY' }, settle_info: { profit_sharing: first.shares } },
  }
  if (kind === 'MICROPAY') {
    const body = { ...common, payer: { auth_code: code }, scene_info: { store_info: { id: '1' } } }
    const request = post(mchid, `${pathOf(first)}/codepay`, body)
    const learn = (answer: Body) => [[`order ${keyOf(mchid, no)}`, answer.transaction_id]] as const
    return { group, request, tell: (book) => scan(book, first), learn }
  }
  const payer = kind === 'JSAPI' && { payer: first.sub === undefined ? { openid } : { sp_openid: openid } }
  const request = post(mchid, `${pathOf(first)}/${kind.toLowerCase()}`, { ...common, notify_url, ...payer })
  return { group, request, tell: (book) => place(book, wanted) }
}
