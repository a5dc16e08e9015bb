import { type Body, get, post } from '../plans.ts'
import { allow, letWait, queryAdvance, queryAsPlatform, returnAdvance, shownToPlatform, spentOf } from './advances.ts'
import { invalid, keyOf, type Ledger, refused } from './ledger.ts'
import { APPID, find, groupOf, type Plan, split } from './queries.ts'
import { refundOrder, statusOf } from './refunds.ts'
import { type Call, PARTNER, POOR, SUB, wantedOf } from './steps.ts'

/** Makes a call of a platform about refunds and its advances, or one by hand that decides whether there is money for them. */
export function platformPlan(call: PlatformCall, ledger: Ledger, notifyUrlOf: (mchid: string) => string): Plan {
  switch (call.do) {
    case 'refundAsPlatform': {
      const all = wantedOf(call.n)
      const one = all[call.which % all.length] ?? all[0]
      const { mchid, no, sub = POOR, total } = one
      const out_refund_no = `R-${call.k}`
      const key = keyOf(mchid, out_refund_no)
      const order = ledger.orders.get(keyOf(mchid, no))
      const known = ledger.refunds.get(key)
      const again = known && call.k % 3 > 0 && known.order === keyOf(mchid, no) ? known.asked : undefined
      const left = total - (order?.back.refund ?? 0)
      const asked = again ?? {
        refund: Math.max(1, Math.ceil((left * call.part) / 1_000)),
        total: total + (call.wrong ? 1 : 0),
        account: call.account,
      }
      const { account = call.account } = asked
      const body = {
        ...{ sub_mchid: sub, sp_appid: APPID, out_trade_no: no, out_refund_no, notify_url: notifyUrlOf(mchid) },
        ...(account !== 'NONE' && { refund_account: `REFUND_SOURCE_${account}` }),
        amount: { refund: asked.refund, total: asked.total, currency: 'CNY' },
      }
      return {
        group: groupOf(one),
        request: post(mchid, '/v3/ecommerce/refunds/apply', body),
        tell(book) {
          // The number is looked at first.
          if (one.sub === undefined) return book.refunds.has(key) ? invalid : refused(403, 'NO_AUTH')
          const expected = refundOrder(book, one, keyOf(mchid, no), out_refund_no, { ...asked, account })
          return expected.status === 200 ? shownToPlatform(book, key) : expected
        },
        learn: ({ refund_id }) => [[`refund ${key}`, refund_id]],
      }
    }
    case 'returnAdvance': {
      const key = find(ledger.refunds, call.k, (one) => one.payer === PARTNER && statusOf(one) !== 'PROCESSING')
      const { id, sub } = namesOf(ledger, key, call.wrong)
      return {
        group: groupOf(ledger.orders.get(ledger.refunds.get(key)?.order ?? '')),
        request: post(PARTNER, `/v3/ecommerce/refunds/${id}/return-advance`, { sub_mchid: sub }),
        tell: (book) => returnAdvance(book, key, sub),
        learn: ({ advance_return_id }) => [[`advance ${key}`, advance_return_id]],
      }
    }
    case 'allow': {
      const refundable = spentOf(ledger, call.mchid) + call.more
      return {
        group: 'together',
        request: (control) => control.changeMerchant(call.mchid, { refundable }),
        tell: (book) => allow(book, call.mchid, refundable),
      }
    }
    case 'letWait':
      return {
        group: 'together',
        request: (control) => control.changeSettings({ refund_without_money: call.waits ? 'waits' : 'refused' }),
        tell: (book) => letWait(book, call.waits),
      }
  }
}

type PlatformCall = Extract<Call, { readonly do: 'refundAsPlatform' | 'returnAdvance' | 'allow' | 'letWait' }>

/** WeChat Pay's number of a refund, and the sub-merchant that it is for, or another one. */
function namesOf(ledger: Ledger, key: string, wrong = false): { readonly id: string; readonly sub: string } {
  const { mchid, sub = POOR } = ledger.refunds.get(key) ?? {}
  const id = (mchid === PARTNER && ledger.ids.get(`refund ${key}`)) || '0'
  return { id, sub: wrong ? (sub === SUB ? POOR : SUB) : sub }
}

/** Looks up a refund of a partner as a platform does, and whether its advance was paid back. */
export function platformQueries(key: string, ledger: Ledger): readonly Plan[] {
  const [by, no] = split(key)
  if (by !== PARTNER || !ledger.refunds.has(key)) return []
  const { id, sub } = namesOf(ledger, key)
  const query = { sub_mchid: sub }
  const learn = ({ refund_id }: Body) => [[`refund ${key}`, refund_id]] as const
  const queried = (target: string): Plan => ({
    ...{ group: 'refunds', request: get(by, target, query), learn },
    tell: (book) => queryAsPlatform(book, key, sub),
  })
  const byNumber = queried(`/v3/ecommerce/refunds/out-refund-no/${no}`)
  if (id === '0') return [byNumber]
  return [
    byNumber,
    queried(`/v3/ecommerce/refunds/id/${id}`),
    {
      group: 'refunds',
      request: get(by, `/v3/ecommerce/refunds/${id}/return-advance`, query),
      tell: (book) => queryAdvance(book, key, sub),
      learn: ({ advance_return_id }) => [[`advance ${key}`, advance_return_id]],
    },
  ]
}
