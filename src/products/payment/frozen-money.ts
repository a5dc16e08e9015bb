import { z } from 'zod'
import { instant, money } from '../../engine/state/json-fields.ts'
import { orLastInstant } from '../../wire/shared/china-time.ts'

/** Sums of the shares (分账) of an order, by which further shares, refunds and queries judge its frozen money. */
export const sharing = z
  .strictObject({
    shared: money.describe('fen that receivers got, or are about to get'),
    kept: money.describe('fen that its merchant got as a receiver'),
    failing: z
      .array(z.strictObject({ amount: money, finish_time: instant }))
      .describe('fen that receivers will not get, frozen again from then on'),
    requests: z.int().min(0).describe('how often it was shared'),
    request_time: instant.describe('when it was shared or unfrozen last'),
    unfreeze_time: instant.optional().describe('when the rest was unfrozen by a call'),
  })
  .meta({ id: 'SharedMoney' })

type SharedMoney = z.output<typeof sharing>

/** The members of an order that its frozen money depends on. */
interface FreezableOrder {
  readonly profit_sharing?: boolean | undefined
  readonly sharing?: SharedMoney | undefined
  readonly success_time?: number | undefined
  readonly state: string
  readonly over?: true | undefined
}

/** How long money waits to be shared before it is unfrozen by itself. */
const FROZEN_MS = 30 * 86_400_000

/**
 * Whether the money of a paid order waits to be shared at an instant: until 30 days after its payment, or a call or a reversal (撤销) unfreezes it. That holds
 * for good, as calls of another process, or after the clock was moved, may have an earlier instant.
 */
export function isFrozen(order: FreezableOrder, at: number): boolean {
  const { profit_sharing, sharing, state, over } = order
  if (!profit_sharing || over || sharing?.unfreeze_time !== undefined || state === 'REVOKED') return false
  return at < unfrozenAt(order)
}

/** When time unfreezes the money of an order; at once if it was not paid. */
export function unfrozenAt({ success_time }: Pick<FreezableOrder, 'success_time'>): number {
  return success_time === undefined ? Number.NEGATIVE_INFINITY : orLastInstant(success_time + FROZEN_MS)
}

/** Fen of an order that others got or may get, and those that its merchant got as a receiver. */
export function sharedAt({ sharing }: FreezableOrder, at: number): { readonly others: number; readonly own: number } {
  if (!sharing) return { others: 0, own: 0 }
  const underWay = sharing.failing.filter(({ finish_time }) => at < finish_time)
  return { others: underWay.reduce((sum, { amount }) => sum + amount, sharing.shared), own: sharing.kept }
}
