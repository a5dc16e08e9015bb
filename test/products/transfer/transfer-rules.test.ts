import { expect, test } from 'vitest'
import { transitionsIn } from '../../../src/control/life.ts'
import { transferThing } from '../../../src/products/transfer/transfer-control.ts'
import {
  cancel,
  changedAt,
  confirm,
  fail,
  judgeReport,
  objectionToRepeat,
  pageAt,
  pageOpensUntil,
  stateAt,
  stepsOf,
  transferAt,
} from '../../../src/products/transfer/transfer-rules.ts'
import { TRANSFER_STATES, type Transfer, type TransferState } from '../../../src/products/transfer/transfers.ts'
import { aTransfer } from './a-transfer.ts'

const SECOND = 1_000
const DAY = 86_400 * SECOND

/** A transfer whose money is locked in two seconds, as with transferLocking=slow. */
const fresh = aTransfer({ create_time: 0, lock_time: 2 * SECOND })

/** Possible changes of a transfer at an instant; `undefined` if refused. */
const EVENTS: readonly ((bill: Transfer, at: number) => Transfer | undefined)[] = [
  (bill, at) => accepted(confirm(bill, { at, takesMs: SECOND })),
  (bill, at) => accepted(cancel(bill, { at, takesMs: SECOND })),
  (bill, at) => accepted(fail(bill, 'TRANSFER_RISK', at)),
]

function accepted(decision: ReturnType<typeof confirm> | ReturnType<typeof cancel> | ReturnType<typeof fail>) {
  return decision.ok ? decision.value : undefined
}

/** A transfer at an instant, and what it was made with. */
type Visit = (bill: Transfer, at: number) => void

/** Every transition that the rules allow, found by trying everything in steps of half a second, and after a day. */
function waysOfRules(visit: Visit = () => undefined): Set<string> {
  const ways = new Set<string>()
  const seen = new Set<string>()
  const note = (from: TransferState, to: TransferState) => {
    if (from !== to) ways.add(`${from} ${to}`)
  }
  const look = (bill: Transfer, at: number) => {
    const id = `${at} ${JSON.stringify(bill.end)}`
    if (seen.has(id)) return
    seen.add(id)
    visit(bill, at)
    for (const event of EVENTS) {
      const after = event(bill, at)
      if (!after) continue
      note(stateAt(bill, at), stateAt(after, at))
      look(after, at)
    }
    const later = at < 5 * SECOND ? at + SECOND / 2 : at < DAY ? DAY : undefined
    if (later === undefined) return
    note(stateAt(bill, at), stateAt(bill, later))
    look(bill, later)
  }
  look(fresh, 0)
  return ways
}

test('the diagram has every state, and exactly the ways between them that the rules have', () => {
  const { stages } = transferThing.life
  expect(
    stages
      .flat()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(TRANSFER_STATES.toSorted())

  const shown = transitionsIn(transferThing.life).flatMap(({ from, to }) => from.map((one) => `${one} ${to}`))
  expect([...new Set(shown)].toSorted()).toEqual([...waysOfRules()].toSorted())
})

test('its history goes the ways of the diagram, to the state that it is in', () => {
  const shown = new Set(
    transitionsIn(transferThing.life).flatMap(({ from, to, event }) => from.map((one) => `${event} ${one} ${to}`)),
  )
  let visited = 0
  waysOfRules((bill, at) => {
    visited++
    const steps = stepsOf(bill, at)
    const [created, ...later] = steps
    expect(created).toMatchObject({ event: 'created', after: 'ACCEPTED' })
    for (const { event, before, after } of later) {
      expect(shown).toContain(`${event} ${before} ${after}`)
    }
    expect(steps.at(-1)?.after).toBe(stateAt(bill, at))
    const times = steps.map(({ at }) => at)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })
  expect(visited).toBeGreaterThan(30)
})

const NOON = Date.parse('2026-11-25T12:00:00+08:00')
const MIDNIGHT = Date.parse('2026-11-28T00:00:00+08:00')
const ended = (by: 'user' | 'merchant' | 'wechat', fail_reason?: 'TRANSFER_RISK') =>
  aTransfer({ end: { by, time: NOON + 1, settle_time: NOON + 3, ...(fail_reason && { fail_reason }) } })

test.for([
  ['created', aTransfer({ lock_time: NOON + 2_000 }), 0, 'ACCEPTED', 0],
  ['being locked', aTransfer({ lock_time: NOON + 2_000 }), 1_000, 'PROCESSING', 1_000],
  ['locked', aTransfer({ lock_time: NOON + 2_000 }), 2_000, 'WAIT_USER_CONFIRM', 2_000],
  ['short of money', aTransfer({ lock_time: null }), 5_000, 'PROCESSING', 1_000],
  ['confirmed', ended('user'), 2, 'TRANSFERING', 1],
  ['paid', ended('user'), 3, 'SUCCESS', 3],
  ['failed', ended('user', 'TRANSFER_RISK'), 3, 'FAIL', 3],
  ['called off', ended('merchant'), 2, 'CANCELING', 1],
  ['given back', ended('merchant'), 3, 'CANCELLED', 3],
  ['not confirmed', aTransfer(), DAY, 'FAIL', DAY],
] as const)('a transfer that is %s is in its state since then', ([, transfer, after, state, since]) => {
  const at = NOON + after
  expect([stateAt(transfer, at), changedAt(transfer, at) - NOON]).toEqual([state, since])
  expect(transferAt(transfer, at)).toMatchObject({ state, update_time: NOON + since })
})

test.for([
  ['a failure for its reason', ended('user', 'TRANSFER_RISK'), 3, 'TRANSFER_RISK'],
  ['a lapse', aTransfer(), DAY, 'OVERDUE_CLOSE'],
  ['a cancel', ended('merchant'), 3, 'MCH_CANCEL'],
  ['nothing before', ended('user', 'TRANSFER_RISK'), 2, undefined],
] as const)('fail_reason tells of %s', ([, transfer, after, reason]) => {
  expect(transferAt(transfer, NOON + after).fail_reason).toBe(reason)
})

test('the page opens while the money waits or is on its way, and for a day at most', () => {
  const late = aTransfer({ expire_time: NOON + 2 * DAY })
  expect([pageAt(late, NOON + DAY - 1), pageAt(late, NOON + DAY)]).toEqual(['yes', 'package_dead'])
  expect([pageAt(ended('user'), NOON + 2), pageAt(ended('user'), NOON + 3)]).toEqual(['yes', 'over'])
  expect(pageAt(aTransfer({ lock_time: null }), NOON)).toBe('not_yet')
  expect([pageOpensUntil(late), pageOpensUntil(ended('user'))]).toEqual([NOON + DAY, undefined])
})

test('a second confirmation completes a transfer as it was to end, unless it says otherwise', () => {
  const first = confirm(aTransfer(), { at: NOON, takesMs: 10, arrival: { fail_reason: 'TRANSFER_RISK' } })
  if (!first.ok) throw new Error(first.reason)
  expect(confirm(first.value, { at: NOON + 1, takesMs: 10 })).toMatchObject({
    value: { end: { time: NOON, settle_time: NOON + 1, fail_reason: 'TRANSFER_RISK' } },
  })
  expect(confirm(first.value, { at: NOON + 1, takesMs: 10, arrival: {} })).not.toHaveProperty('value.end.fail_reason')
})

test.for([
  ['waits', aTransfer(), NOON, undefined],
  ['succeeded', ended('user'), NOON + 3, 'already_exists'],
  ['failed', ended('user', 'TRANSFER_RISK'), NOON + 3, 'order_closed'],
  ['was cancelled', ended('merchant'), NOON + 3, 'order_closed'],
  ['is on its way', ended('user'), NOON + 2, undefined],
  ['is from the third day', aTransfer(), MIDNIGHT - 1, 'order_closed'],
  ['is from the fourth day', aTransfer(), MIDNIGHT, 'no_longer_repeatable'],
] as const)('the number of a transfer that %s can be repeated, or why not', ([, transfer, at, objection]) => {
  expect(objectionToRepeat(transfer, at)).toBe(objection)
})

test.for([
  [['a', 'b'], undefined],
  [['b', 'a'], undefined],
  [[], 'report_missing'],
  [['a', 'x'], 'report_missing'],
  [['a'], 'report_unfit'],
  [['a', 'a'], 'report_unfit'],
  [['a', 'b', 'b'], 'report_unfit'],
  [['x'], 'report_unfit'],
] as const)('the report %j of a scene with a and b is judged: %s', ([types, refusal]) => {
  const scene = { name: '', english: '', reports: ['a', 'b'], perceptions: ['x'] } as const
  expect(judgeReport(scene, types)).toBe(refusal)
})
