import { expect, test } from 'vitest'
import { KINDS, type Kind } from './calls.ts'
import type { Body } from './model/outcome.ts'
import { Random } from './random.ts'
import { runSequence } from './run.ts'
import { LENGTH } from './sequences.ts'
import { stepsOf } from './steps.ts'
import { createMerchants, type Distortion } from './subject.ts'

/** A model that allows everything would pass, too, so it must notice mistakes put into the answers. */

const SEQUENCES = 100
const merchants = await createMerchants()

async function isNoticed(distort: Distortion): Promise<boolean> {
  for (let seed = 1; seed <= SEQUENCES; seed++) {
    const steps = stepsOf(new Random(seed), LENGTH)
    const orders = seed % 2 === 0 ? 'any' : 'known'
    // Checks the contents of the mock only at the end, since mostly the answers should reveal the mistake.
    if (await runSequence(steps, { merchants, orders, snapshotEvery: 2 * LENGTH, distort })) return true
  }
  return false
}

const of =
  (kind: Kind, change: Distortion): Distortion =>
  (asked, answer) =>
    asked === kind ? change(asked, answer) : answer

const timeout = 120_000

/** Calls that no step gives a reason to be refused. */
const NEVER_REFUSED: readonly Kind[] = ['listSubsidyPayReceipts']

/** Calls with no time in their answers. */
const TIMELESS: readonly Kind[] = [
  'modifyStock',
  'modifyBudget',
  'sendCoupon',
  'sendProductCoupon',
  'sendGovCard',
  'getCallback',
  'payJsapi',
  'payNative',
  'payApp',
  'payH5',
  'closeOrder',
]

const REFUSED = KINDS.filter((kind) => !NEVER_REFUSED.includes(kind))
const TIMED = KINDS.filter((kind) => !TIMELESS.includes(kind))

test('calls are refused, and their answers have times, but for those listed', { timeout }, async () => {
  const refused = new Set<Kind>()
  const timed = new Set<Kind>()
  const observe: Distortion = (kind, answer) => {
    if (answer.status >= 400) refused.add(kind)
    if (JSON.stringify(lateBy1(answer.body)) !== JSON.stringify(answer.body)) timed.add(kind)
    return answer
  }

  expect(await isNoticed(observe)).toBe(false)
  expect(KINDS.filter((kind) => refused.has(kind))).toEqual(REFUSED)
  expect(KINDS.filter((kind) => timed.has(kind))).toEqual(TIMED)
})

test.for(REFUSED)('a refusal of %s answered as success is noticed', { timeout }, async (kind) => {
  const lenient = of(kind, (_, answer) => (answer.status < 400 ? answer : { status: 200, body: {} }))
  expect(await isNoticed(lenient)).toBe(true)
})

test.for(KINDS)('a success of %s with nothing in it is noticed', { timeout }, async (kind) => {
  // An answer that is empty anyway gets a different status instead.
  const empty = of(kind, (_, answer) => {
    if (answer.status >= 300) return answer
    return answer.status === 204 ? { status: 202, body: undefined } : { status: 200, body: {} }
  })
  expect(await isNoticed(empty)).toBe(true)
})

test.for(TIMED)('times of %s that are a second late are noticed', { timeout }, async (kind) => {
  const late = of(kind, (_, { status, body }) => ({ status, body: lateBy1(body) }))
  expect(await isNoticed(late)).toBe(true)
})

/** Delays all times in a JSON value by a second. */
function lateBy1(body: Body | undefined): Body | undefined {
  if (body === undefined) return undefined
  return JSON.parse(JSON.stringify(body), (_, member: unknown) =>
    typeof member === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/.test(member)
      ? `${new Date(Date.parse(member) + 1_000 + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
      : member,
  )
}
