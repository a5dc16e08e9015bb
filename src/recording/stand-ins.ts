import { WELL_KNOWN_MCHID } from '../identity/well-known.ts'
import type { ExchangeJson } from '../products/json.ts'
import { states } from '../products/states.ts'

const { openid: OPENID } = states['a user holds a usable coupon'].parameters

/** The first number of the merchants that an exchange is about besides its caller. */
const FIRST_OTHER = 1_900_000_109

/**
 * Gives everything in an exchange the standIns of the well-known merchant, who replays it, in place of its caller's, and fixed ones in
 * place of other merchants': fresh merchants have other standIns in every run. Holders of coupons whom the request does not name were made up by
 * the mock, and get a stand-in too.
 */
export function standInsFor({ mchid: caller, before, request }: ExchangeJson): <Value>(value: Value) => Value {
  const standIns = new Map<string, string>(caller === undefined ? [] : [[caller, WELL_KNOWN_MCHID]])
  const involved = [
    ...before.coupons.flatMap(({ mchid, send_merchant }) => [mchid, send_merchant]),
    ...before.orders.map(({ mchid }) => mchid),
    ...before.requests.map(({ mchid }) => mchid),
  ]
  for (const mchid of involved) {
    if (!standIns.has(mchid)) standIns.set(mchid, String(FIRST_OTHER + standIns.size - (caller === undefined ? 0 : 1)))
  }
  const asked = `${request.target} ${typeof request.body === 'string' ? request.body : ''}`
  for (const { openid } of before.coupons) {
    if (!asked.includes(openid) && !asked.includes(encodeURIComponent(openid))) standIns.set(openid, OPENID)
  }
  return (value) => replaced(value, standIns)
}

function replaced<Value>(value: Value, standIns: ReadonlyMap<string, string>): Value {
  const replace = (part: unknown): unknown => {
    if (typeof part === 'string') return standIns.get(part) ?? part
    if (Array.isArray(part)) return part.map(replace)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, replace(member)]))
  }
  // Only texts are replaced, by texts.
  return replace(value) as Value
}
