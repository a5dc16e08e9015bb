import type { SnapshotJson } from '../../src/control/world-format.ts'
import { type Change, STOCK } from './changes.ts'

/**
 * What is half done in a state: a coupon without the number that it was changed by or the other way round, a sending without its coupon, its
 * callback or its count.
 *
 * @param changes everything that was asked for so far, whatever became of it
 */
export function halfDone(
  { coupons, stocks, requests, notifications }: SnapshotJson,
  changes: readonly Change[],
): string[] {
  const numbers = new Map<string, string[]>()
  for (const { operation, request_no, values } of requests) numbers.set(`${operation} ${request_no}`, [...values])
  const faults: string[] = []
  const expect = (isSo: boolean, what: string) => {
    if (!isSo) faults.push(what)
  }
  const has = (operation: string, number: string | undefined) =>
    number !== undefined && numbers.has(`${operation} ${number}`)

  const byCode = new Map(coupons.map((coupon) => [coupon.coupon_code, coupon]))
  for (const { kind, name, request } of changes) {
    const coupon = byCode.get(name)
    if (kind === 'link') {
      const isLinked = coupon?.associate_out_trade_no === request.body.out_trade_no
      expect(isLinked === has('associateTradeInfo', request.body.out_request_no), `link of ${name}`)
    }
    if (kind === 'use') {
      const isUsed = coupon?.state === 'USED'
      expect(isUsed === has('useCoupon', request.body.use_request_no), `use of ${name}`)
    }
  }

  const sent = coupons.filter(({ openid }) => openid.startsWith('oGuest'))
  const sendings = requests.filter(({ operation }) => operation === 'sendCoupon').length
  expect(sent.length === sendings, `${sent.length} coupons were sent by ${sendings} numbers`)
  expect(new Set(sent.map(({ openid }) => openid)).size === sent.length, 'a number has sent two coupons')
  const told = notifications.filter(({ event_type }) => event_type === 'COUPON.SEND').length
  expect(told === sent.length, `${sent.length} coupons were sent, and ${told} callbacks tell of it`)
  const counted = stocks.find(({ stock_id }) => stock_id === STOCK)?.sent.total
  expect(counted === coupons.length, `the batch counts ${counted} coupons, and has ${coupons.length}`)
  return faults
}
