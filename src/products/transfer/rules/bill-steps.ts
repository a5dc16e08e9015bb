import { ACCEPTING_MS, type Bill, type BillState } from './bill.ts'

/** One thing that happened to a transfer, with the state that it was in before, and after. */
export interface BillStep {
  readonly event:
    | 'created'
    | 'accepted'
    | 'locked'
    | 'confirmed'
    | 'arrived'
    | 'failed'
    | 'timed_out'
    | 'cancelled'
    | 'given_back'
  /** Epoch milliseconds. */
  readonly at: number
  /** Left out of the first one. */
  readonly before?: BillState
  readonly after: BillState
}

type Happened = Omit<BillStep, 'before'>

/**
 * What a transfer went through, the first one first. Each step goes a way of its life, also where several come at one instant.
 *
 * @param now an instant, epoch milliseconds: time alone may have changed its state by then
 */
export function stepsOf(bill: Bill, now: number): readonly BillStep[] {
  const [first, ...later] = [...beginningOf(bill), ...endingOf(bill)]
  const happened = [...(first ? [first] : []), ...later.filter(({ at }) => at <= now)]
  return happened.map((step, i) => {
    const before = happened[i - 1]?.after
    return { ...step, ...(before !== undefined && { before }) }
  })
}

/** Until somebody, or time, brings it to its end. */
function beginningOf(bill: Bill): readonly Happened[] {
  const { createdAt, lockedAt = Number.POSITIVE_INFINITY, expiresAt, end } = bill
  // Where the user is not asked, the money is on its way at once.
  if (isUnasked(bill)) return [{ event: 'created', at: createdAt, after: 'transferring' }]
  if (lockedAt <= createdAt) return [{ event: 'created', at: createdAt, after: 'waiting' }]
  const ends = end?.at ?? expiresAt
  const slow: readonly Happened[] = [
    { event: 'accepted', at: Math.min(createdAt + ACCEPTING_MS, lockedAt), after: 'processing' },
    { event: 'locked', at: lockedAt, after: 'waiting' },
  ]
  return [{ event: 'created', at: createdAt, after: 'accepted' }, ...slow.filter(({ at }) => at <= ends)]
}

function isUnasked({ authorizedBy, end }: Bill): boolean {
  return authorizedBy !== undefined || (end?.by === 'wechat' && end.failReason === undefined)
}

function endingOf(bill: Bill): readonly Happened[] {
  const { end, expiresAt } = bill
  if (!end) return [{ event: 'timed_out', at: expiresAt, after: 'fail' }]
  const { by, at, settlesAt, failReason } = end
  if (by === 'merchant') {
    return [
      { event: 'cancelled', at, after: 'canceling' },
      { event: 'given_back', at: settlesAt, after: 'cancelled' },
    ]
  }
  const settled: Happened =
    failReason === undefined
      ? { event: 'arrived', at: settlesAt, after: 'success' }
      : { event: 'failed', at: settlesAt, after: 'fail' }
  return by === 'user' && !isUnasked(bill) ? [{ event: 'confirmed', at, after: 'transferring' }, settled] : [settled]
}
