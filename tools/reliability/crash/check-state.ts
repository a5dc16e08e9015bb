import type { SnapshotJson } from '../../../src/products/json.ts'
import { type Change, STOCK } from './changes.ts'

/** The request numbers that a state has answered; the mock stores the number of a sending together with its other identifiers. */
export function numbersIn({ requests }: Pick<SnapshotJson, 'requests'>): ReadonlySet<string> {
  return new Set(
    requests.map(({ operation, request_no }) =>
      operation === 'sendCoupon' ? String((JSON.parse(request_no) as unknown[]).at(-1)) : request_no,
    ),
  )
}

/**
 * Half-done changes in a state: a coupon without the number that changed it or vice versa, a sending without its coupon, its callback or its count.
 *
 * @param changes everything requested so far, whatever the outcome
 */
export function halfDone(
  { coupons, stocks, requests, notifications }: SnapshotJson,
  changes: readonly Change[],
): string[] {
  const numbers = numbersIn({ requests })
  const faults: string[] = []
  const expect = (isSo: boolean, what: string) => {
    if (!isSo) faults.push(what)
  }
  const has = (number: string | undefined) => number !== undefined && numbers.has(number)

  const byCode = new Map(coupons.map((coupon) => [coupon.coupon_code, coupon]))
  for (const { kind, name, request } of changes) {
    const coupon = byCode.get(name)
    if (kind === 'link') {
      const isLinked = coupon?.associate_out_trade_no === request.body.out_trade_no
      expect(isLinked === has(request.body.out_request_no), `link of ${name}`)
    }
    if (kind === 'use') {
      const isUsed = coupon?.state === 'USED'
      expect(isUsed === has(request.body.use_request_no), `use of ${name}`)
    }
  }

  const sent = coupons.filter(({ openid }) => openid.startsWith('oGuest'))
  const sendings = requests.filter(({ operation }) => operation === 'sendCoupon').length
  expect(sent.length === sendings, `${sent.length} coupons were sent by ${sendings} numbers`)
  expect(new Set(sent.map(({ openid }) => openid)).size === sent.length, 'a number has sent two coupons')
  const told = notifications.filter(({ event_type }) => event_type === 'COUPON.SEND').length
  expect(told === sent.length, `${sent.length} coupons were sent, and ${told} callbacks tell of it`)
  const counted = stocks.find(({ stock_id }) => stock_id === STOCK)?.sent?.total
  expect(counted === coupons.length, `the batch counts ${counted} coupons, and has ${coupons.length}`)
  return faults
}
