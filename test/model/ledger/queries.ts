import { type Body, get, type Plan as PlanOf } from '../plans.ts'
import { keyOf, type Ledger, payeeOf, type Wanted, type Whose } from './ledger.ts'
import { queryCombined, queryOrder } from './orders.ts'
import { queryRefund } from './refunds.ts'
import { queryReturn, queryShare, unsplit } from './shares.ts'
import { POOR, SHOP, wantedOf } from './steps.ts'

export const APPID = 'wx0000000000000001'
export const NO_TRANSACTION = '4299999999999999999999999999'

export interface Plan extends PlanOf<Ledger> {
  /** WeChat Pay's numbers of things in an answer. */
  learn?(body: Body): readonly (readonly [name: string, id: unknown])[]
}

export const typeOf = (account: string) => (account.startsWith('o') ? 'PERSONAL_OPENID' : 'MERCHANT_ID')
export const split = (key: string) => key.split(' ') as [mchid: string, no: string]
export const pathOf = ({ sub }: Whose) => `/v3/pay${sub === undefined ? '' : '/partner'}/transactions`
export const namesOf = ({ mchid, sub }: Whose) => (sub === undefined ? { mchid } : { sp_mchid: mchid, sub_mchid: sub })

/** Combined orders, and those of a merchant with limited money, get into each other's way. */
export const groupOf = (one: Wanted | undefined) =>
  !one || payeeOf(one) === POOR || one.combined !== undefined ? 'together' : one.no

/** One of some things: mostly one of the latest that fit, which can still change; now and then one that there is not. */
export function find<Thing>(
  things: ReadonlyMap<string, Thing>,
  k: number,
  fits: (thing: Thing) => boolean = () => true,
) {
  const fitting = [...things].filter(([, one]) => k % 5 < 1 || fits(one))
  const keys = (fitting.length > 0 ? fitting : [...things]).map(([key]) => key)
  const some = keys.slice(k % 8 < 5 ? -3 : 0)
  return (k % 8 > 0 && some[k % some.length]) || keyOf(SHOP, `NONE-${k}`)
}

/** Looks an order up, or the combined one that it belongs to. */
export function orderQuery(one: Wanted): Plan {
  const { combined, mchid, no } = one
  const group = groupOf(one)
  if (combined === undefined) {
    const request = get(mchid, `${pathOf(one)}/out-trade-no/${no}`, namesOf(one))
    const key = keyOf(mchid, no)
    return {
      group,
      request,
      tell: (book) => queryOrder(book, key),
      learn: (body) => [[`order ${key}`, body.transaction_id]],
    }
  }
  const all = wantedOf(Number(no.split('-')[1]))
  const keys = all.map((each) => keyOf(each.mchid, each.no))
  return {
    group,
    request: get(all[0].mchid, `/v3/combine-transactions/out-trade-no/${combined}`, {}),
    tell: (book) => queryCombined(book, keys),
    learn: ({ sub_orders }) =>
      keys.map((key, i) => [`order ${key}`, (sub_orders as readonly Body[])[i]?.transaction_id]),
  }
}

export function unsplitQuery(one: Wanted, ledger: Ledger): Plan {
  const key = keyOf(one.mchid, one.no)
  const id = ledger.ids.get(`order ${key}`)
  const request = get(one.mchid, `/v3/profitsharing/transactions/${id ?? NO_TRANSACTION}/amounts`, {})
  return { group: groupOf(one), request, tell: (book) => unsplit(book, id === undefined ? 'none' : key) }
}

export function refundQuery(key: string, { refunds }: Ledger): Plan {
  const [by, no] = split(key)
  return {
    group: 'refunds',
    request: get(by, `/v3/refund/domestic/refunds/${no}`, { sub_mchid: refunds.get(key)?.sub }),
    tell: (book) => queryRefund(book, key),
    learn: ({ refund_id }) => [[`refund ${key}`, refund_id]],
  }
}

export function shareQuery(key: string, { shares, ids }: Ledger): Plan {
  const [by, no] = split(key)
  const share = shares.get(key)
  const transaction_id = ids.get(`order ${share?.order}`) ?? NO_TRANSACTION
  return {
    group: 'shares',
    request: get(by, `/v3/profitsharing/orders/${no}`, { transaction_id, sub_mchid: share?.sub }),
    tell: (book) => queryShare(book, key),
    learn: ({ order_id }) => [[`share ${key}`, order_id]],
  }
}

export function returnQuery(key: string, { returns }: Ledger): Plan {
  const [by, no] = split(key)
  const { sub: sub_mchid, share = ' none' } = returns.get(key) ?? {}
  return {
    group: 'returns',
    request: get(by, `/v3/profitsharing/return-orders/${no}`, { out_order_no: split(share)[1], sub_mchid }),
    tell: (book) => queryReturn(book, key),
    learn: ({ return_id }) => [[`return ${key}`, return_id]],
  }
}
