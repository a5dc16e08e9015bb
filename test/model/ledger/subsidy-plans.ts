import { get, post } from '../plans.ts'
import { keyOf, type Ledger, type Subsidy } from './ledger.ts'
import { APPID, find, groupOf, NO_TRANSACTION, type Plan, split } from './queries.ts'
import { type Call, POOR, voucherOf, wantedOf } from './steps.ts'
import {
  benefitOf,
  giveVoucherBack,
  isRefundOf,
  linkVoucher,
  listSubsidies,
  returnSubsidy,
  sendVoucher,
  shownReturn,
  shownSubsidy,
  stockOf,
  subsidise,
  useVoucher,
} from './subsidies.ts'

const PATH = '/v3/marketing/busifavor'
const NO_REFUND = '50399999999999999999999999'.padEnd(28, '9')

type SubsidyCall = Extract<Call, { readonly do: 'subsidise' | 'returnSubsidy' | 'giveVoucherBack' }>

/** Makes a call about a subsidy, or the one that has to come before it: a coupon is sent, linked and used first, and an order refunded. */
export function subsidyPlan(call: SubsidyCall, ledger: Ledger, before: (call: Call) => Plan): Plan {
  switch (call.do) {
    case 'subsidise':
      return subsidisePlan(call, ledger)
    case 'returnSubsidy':
      return returnPlan(call, ledger, before)
    case 'giveVoucherBack': {
      const { code, stock } = voucherOf(call.n, call.k)
      const no = `BACK-${code}-${call.part % 2}`
      const body = { coupon_code: code, stock_id: stock, return_request_no: no }
      return {
        group: groupOf(wantedOf(call.n)[0]),
        request: post(stockOf(ledger, stock).creator, `${PATH}/coupons/return`, body),
        tell: (book) => giveVoucherBack(book, code, no),
      }
    }
  }
}

function subsidisePlan({ n, which, k, part, by, wrong }: Extract<Call, { do: 'subsidise' }>, ledger: Ledger): Plan {
  const all = wantedOf(n)
  const one = all[which % all.length] ?? all[0]
  const group = groupOf(one)
  const { code, stock: stock_id } = voucherOf(n, k)
  const { creator, owner } = stockOf(ledger, stock_id)
  const voucher = ledger.vouchers.get(code)
  const openid = 'oUser'
  if (!voucher && part % 20 > 0) {
    const body = { coupon_code: code, stock_id, appid: APPID, openid, out_request_no: `SEND-${code}` }
    const request = post(creator, `${PATH}/coupons/send`, body)
    return { group, request, tell: (book) => sendVoucher(book, code, stock_id) }
  }
  if (voucher?.isUsed === (part % 40 === 1) || (voucher && voucher.link === undefined && part % 4 === 3)) {
    if (part % 4 === 3) {
      const body = { stock_id, coupon_code: code, out_trade_no: one.no, out_request_no: `${code}-${one.no}` }
      const request = post(creator, `${PATH}/coupons/associate`, body)
      return { group, request, tell: (book) => linkVoucher(book, code, one.no) }
    }
    const no = `USE-${code}-${part % 2}`
    const times = { appid: APPID, use_time: '2026-11-25T12:00:00+08:00', use_request_no: no }
    const request = post(creator, `${PATH}/coupons/use`, { coupon_code: code, stock_id, ...times })
    return { group, request, tell: (book) => useVoucher(book, code, no) }
  }
  const mchid = { creator, owner, stranger: POOR }[by]
  const no = `D-${k}`
  const key = keyOf(mchid, no)
  const orderKey = keyOf(one.mchid, one.no)
  const id = wrong === 'order' ? undefined : ledger.ids.get(`order ${orderKey}`)
  const known = ledger.subsidies.get(key)?.asked
  const isAgain = known?.code === code && known.order === (id === undefined ? 'none' : orderKey) && k % 3 > 0
  const asked = isAgain
    ? known
    : {
        ...{ code, order: id === undefined ? 'none' : orderKey },
        payer: wrong === 'payer' ? POOR : part % 8 === 2 ? owner : creator,
        payee: wrong === 'payee' ? creator : owner,
        amount: Math.max(1, Math.ceil((benefitOf(ledger, { stock: stock_id }, one.total) * part) / 1_000)),
      }
  return {
    group,
    request: post(mchid, `${PATH}/subsidy/pay-receipts`, {
      ...{ ...bodyOf(asked, stock_id, id), amount: asked.amount, out_subsidy_no: no },
    }),
    tell: (book) => subsidise(book, mchid, no, asked),
    learn: ({ subsidy_receipt_id }) => [[`subsidy ${key}`, subsidy_receipt_id]],
  }
}

const bodyOf = ({ code, payer, payee }: Subsidy['asked'], stock_id: string, id = NO_TRANSACTION) => ({
  ...{ stock_id, coupon_code: code, transaction_id: id, payer_merchant: payer, payee_merchant: payee },
  description: '补差',
})

function returnPlan(
  { n: another, which, k, part, by }: Extract<Call, { do: 'returnSubsidy' }>,
  ledger: Ledger,
  before: (call: Call) => Plan,
): Plan {
  const of = find(ledger.subsidies, which, (one) => one.reason === undefined && one.returned < one.asked.amount)
  const subsidy = ledger.subsidies.get(of)
  if (!subsidy && part % 10 > 0) {
    return before({ do: 'subsidise', n: another, which: 0, k: another * 4 + (k % 4), part, by: 'creator' })
  }
  const [, orderNo = 'ORDER-0'] = split(subsidy?.asked.order ?? '')
  const [, n = '0', letter] = orderNo.split('-')
  const refunded = [...ledger.refunds].filter(([, one]) => isRefundOf(one, subsidy?.asked.order ?? ''))
  if (subsidy && refunded.length === 0 && part % 10 > 0) {
    return before({
      do: 'refund',
      n: Number(n),
      which: letter === 'B' ? 1 : 0,
      k: Number(n) * 4 + 1,
      part,
      wrong: false,
    })
  }
  const code = subsidy?.asked.code ?? 'NONE'
  const stock_id = ledger.vouchers.get(code)?.stock ?? voucherOf(0, 0).stock
  const { creator, owner } = stockOf(ledger, stock_id)
  const mchid = { creator, owner, stranger: POOR }[by]
  const no = `E-${subsidy ? subsidy.no : 0}-${k % 4}`
  const known = ledger.subsidyReturns.get(keyOf(mchid, no))
  // Now and then one of another order, or one that is closed.
  const others = part % 12 === 5 ? [...ledger.refunds] : refunded
  const refund = others[which % others.length]?.[0] ?? 'none'
  const id = ledger.ids.get(`refund ${refund}`)
  const left = subsidy ? subsidy.asked.amount - subsidy.returned : 1
  const { code: _, order = 'none', payer = creator, payee = owner } = subsidy?.asked ?? {}
  const fresh = {
    ...{ code, order, payer, payee },
    refund: id === undefined ? 'none' : refund,
    amount: Math.max(1, Math.ceil((left * part) / 1_000)),
  }
  const asked = known && k % 3 > 0 ? known.asked : fresh
  return {
    group: groupOf(wantedOf(Number(n))[0]),
    request: post(mchid, `${PATH}/subsidy/return-receipts`, {
      ...bodyOf(asked, stock_id, ledger.ids.get(`order ${asked.order}`)),
      refund_id: ledger.ids.get(`refund ${asked.refund}`) ?? NO_REFUND,
      ...{ amount: asked.amount, out_subsidy_return_no: no },
    }),
    tell: (book) => returnSubsidy(book, mchid, no, asked),
    learn: ({ subsidy_return_receipt_id }) => [[`subsidy return ${keyOf(mchid, no)}`, subsidy_return_receipt_id]],
  }
}

/** Looks up the subsidies of a coupon as its batch's creator and owner do, each of them and what was given back. */
export function subsidyQueries(code: string, ledger: Ledger): readonly Plan[] {
  const { stock: stock_id = '' } = ledger.vouchers.get(code) ?? {}
  const { creator, owner } = stockOf(ledger, stock_id)
  const group = 'subsidies'
  const lists = [creator, owner].map((by) => ({
    group,
    request: get(by, `${PATH}/subsidy/pay-receipts`, { stock_id, coupon_code: code }),
    tell: (book: Ledger) => listSubsidies(book, code, by),
  }))
  const named = (thing: string, path: string, key: string, by: string, rest: Omit<Plan, 'group' | 'request'>) => {
    const id = ledger.ids.get(`${thing} ${key}`)
    return id === undefined ? [] : [{ group, request: get(by, `${PATH}/subsidy/${path}/${id}`, {}), ...rest }]
  }
  const own = <One extends Subsidy>(things: ReadonlyMap<string, One>) =>
    [...things].filter(([, one]) => one.asked.code === code)
  return [
    ...lists,
    ...own(ledger.subsidies).flatMap(([key, one]) =>
      named('subsidy', 'pay-receipts', key, one.asked.payee, { tell: (book) => shownSubsidy(book, key) }),
    ),
    ...[...ledger.subsidyReturns]
      .filter(([, one]) => one.asked.code === code)
      .flatMap(([key, one]) =>
        named('subsidy return', 'return-receipts', key, one.asked.payer, {
          tell: (book) => shownReturn(book, key),
          learn: ({ subsidy_receipt_id }) => [[`subsidy ${one.subsidy}`, subsidy_receipt_id]],
        }),
      ),
  ]
}
