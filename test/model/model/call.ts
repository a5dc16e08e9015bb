import type { Kind } from '../calls.ts'
import { type Body, type Check, COMBINATION_REFUSED, NUMBER_REUSED, type Outcome, refusal } from './outcome.ts'
import { type CouponState, keyOf, type State, type StockState, valuesOf } from './state.ts'

/** A call as it goes on the wire: who, what, and the members of path, query and body together. */
export interface Call {
  readonly kind: Kind
  /** Merchant number of the caller. */
  readonly by: string
  readonly input: Body
}

/** What a call that has not taken effect yet leads to. */
export interface Attempt {
  /** One for each rule that is broken. When several are, nothing says which one answers, unless the rule says so itself. */
  readonly refusals: readonly Outcome[]
  /** How it may go if no rule is broken. */
  readonly success: readonly Outcome[]
}

export const text = (value: unknown): string => String(value)
export const maybeText = (value: unknown): string | undefined => (value === undefined ? undefined : String(value))

/** The same JSON, member by member. */
export const exactly =
  (wanted: unknown): Check =>
  (value) =>
    canonical(value) === canonical(wanted)

export function attempted({ refusals, success }: Attempt): readonly Outcome[] {
  return refusals.length > 0 ? refusals : success
}

/**
 * A call with a request number (busifavor.md 1.5): number and values again are answered as the first time and change nothing; the
 * number with other values is refused, and so is a call that breaks another rule as well. What was refused leaves no number behind.
 *
 * @param scope what besides caller and call makes the number unique
 */
export function numbered(
  state: State,
  { kind, by, input }: Call,
  field: string,
  attempt: () => Attempt,
  scope: readonly string[] = [],
): readonly Outcome[] {
  const key = keyOf(by, kind, ...scope, text(input[field]))
  const values = valuesOf(input, field)
  const known = state.numbers.get(key)
  if (known?.values === values) return [repeated(known.answer)]
  if (known) return [NUMBER_REUSED, ...attempt().refusals]
  return attempted(attempt()).map((outcome) =>
    outcome.status === 'refused' || outcome.status >= 300
      ? outcome
      : {
          ...outcome,
          effect: (body: Body) => {
            outcome.effect?.(body)
            state.numbers.set(key, { values, answer: body })
          },
        },
  )
}

/** The first answer once more. */
export function repeated(answer: Body): Outcome {
  return Object.keys(answer).length === 0
    ? { status: 204 }
    : { status: 200, body: Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, exactly(value)])) }
}

/** The batch that a caller means by an id: its own, else one that it owns, else someone's that it has no right to. */
export function stockOf(state: State, by: string, id: unknown): StockState | undefined {
  const named = state.stocks.filter((stock) => stock.id === id)
  return named.find(({ creator }) => creator === by) ?? named.find(({ owner }) => owner === by) ?? named[0]
}

/** Whether a merchant has anything to do with a batch: creator, owner or sender. */
export function isRelated(by: string, { creator, owner, senders }: StockState): boolean {
  return by === creator || by === owner || senders.has(by)
}

export function couponOf(stock: StockState | undefined, code: unknown): CouponState | undefined {
  return stock?.coupons.find((coupon) => coupon.code === code)
}

export type CouponCondition = CouponState['state'] | 'EXPIRED'

/** What a coupon is now: that it has expired is a matter of time alone. */
export function conditionOf(coupon: CouponState, now: number): CouponCondition {
  if (coupon.state === 'SENDED' && coupon.expire !== undefined && now >= coupon.expire) return 'EXPIRED'
  return coupon.state
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

/** Refused because its members do not go together; which code a broken combination gets is not documented for every call. */
export const COMBINATION: readonly Outcome[] = [COMBINATION_REFUSED, refusal(400, 'PARAM_ERROR')]
