import type { Kind } from '../calls.ts'
import { type Body, type Check, NUMBER_REUSED, type Outcome } from './outcome.ts'
import { type CouponState, keyOf, type State, type StockState, valuesOf } from './state.ts'

/** A call on the wire: the caller, and the members of path, query and body together. */
export interface Call {
  readonly kind: Kind
  /** Merchant number of the caller. */
  readonly by: string
  readonly input: Body
}

export const text = (value: unknown): string => String(value)
export const maybeText = (value: unknown): string | undefined => (value === undefined ? undefined : String(value))

/** Accepts equal JSON, member by member. */
export const exactly =
  (wanted: unknown): Check =>
  (value) =>
    canonical(value) === canonical(wanted)

/**
 * A call with a request number (busifavor.md 1.5): the same number and values get the first answer again and change nothing; the number with other
 * values is refused; both come before any other check. A refused call does not use up its number.
 *
 * @param attempt gives the outcome of a call that has not taken effect yet
 * @param scope makes the number unique, together with caller and call
 */
export function numbered(
  state: State,
  { kind, by, input }: Call,
  field: string,
  attempt: () => Outcome,
  scope: readonly string[] = [],
): readonly Outcome[] {
  const key = keyOf(by, kind, ...scope, text(input[field]))
  const values = valuesOf(input, field)
  const known = state.numbers.get(key)
  if (known) return [known.values === values ? repeated(known.answer) : NUMBER_REUSED]
  const outcome = attempt()
  if (outcome.status >= 300) return [outcome]
  const effect = (body: Body) => {
    outcome.effect?.(body)
    state.numbers.set(key, { values, answer: body })
  }
  return [{ ...outcome, effect }]
}

/** Repeats the first answer. */
export function repeated(answer: Body): Outcome {
  return Object.keys(answer).length === 0
    ? { status: 204 }
    : { status: 200, body: Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, exactly(value)])) }
}

/** The batch that a caller means by an id: its own, else one that it owns, else another merchant's, over which it has no right. */
export function stockOf(state: State, by: string, id: unknown): StockState | undefined {
  const named = state.stocks.filter((stock) => stock.id === id)
  return named.find(({ creator }) => creator === by) ?? named.find(({ owner }) => owner === by) ?? named[0]
}

/** Whether a merchant has a role in a batch: creator, owner or sender. */
export function isRelated(by: string, { creator, owner, senders }: StockState): boolean {
  return by === creator || by === owner || senders.has(by)
}

export function couponOf(stock: StockState | undefined, code: unknown): CouponState | undefined {
  return stock?.coupons.find((coupon) => coupon.code === code)
}

export type CouponCondition = CouponState['state'] | 'EXPIRED'

/** The current state of a coupon; time alone makes it expire. */
export function conditionOf(coupon: CouponState, now: number): CouponCondition {
  return coupon.state === 'SENDED' && now >= coupon.expire ? 'EXPIRED' : coupon.state
}

export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  )
}

export const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value)
