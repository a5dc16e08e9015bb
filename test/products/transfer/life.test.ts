import { expect, test } from 'vitest'
import { transferLife } from '../../../src/products/transfer/bills/life.ts'
import {
  type Bill,
  type BillState,
  billState,
  cancel,
  confirm,
  fail,
} from '../../../src/products/transfer/rules/bill.ts'
import { BILL_STATE } from '../../../src/products/transfer/spellings.ts'

const SECOND = 1_000
const DAY = 86_400 * SECOND

/** A transfer whose money is locked in two seconds, as with transferLocking=slow. */
const fresh: Bill = {
  mchid: '1900000001',
  outBillNo: 'T1',
  transferBillNo: '1330',
  appid: 'wx0000000000000001',
  openid: 'oUser',
  sceneId: '1000',
  amountFen: 1_000,
  remark: '',
  perception: '',
  reports: [],
  style: 'confirm_page',
  createdAt: 0,
  lockedAt: 2 * SECOND,
  expiresAt: DAY,
  request: [],
}

/** What can happen to a transfer at an instant; nothing where it is refused. */
const EVENTS: readonly ((bill: Bill, at: number) => Bill | undefined)[] = [
  (bill, at) => accepted(confirm(bill, { at, takesMs: SECOND })),
  (bill, at) => accepted(cancel(bill, { at, takesMs: SECOND })),
  (bill, at) => accepted(fail(bill, 'TRANSFER_RISK', at)),
]

function accepted(decision: ReturnType<typeof confirm> | ReturnType<typeof cancel> | ReturnType<typeof fail>) {
  return decision.ok ? decision.value : undefined
}

/** Every way from a state to another that the rules have, found by trying everything in steps of half a second, and after a day. */
function waysOfRules(): Set<string> {
  const ways = new Set<string>()
  const seen = new Set<string>()
  const note = (from: BillState, to: BillState) => {
    if (from !== to) ways.add(`${BILL_STATE[from]} ${BILL_STATE[to]}`)
  }
  const look = (bill: Bill, at: number) => {
    const id = `${at} ${JSON.stringify(bill.end)}`
    if (seen.has(id)) return
    seen.add(id)
    for (const event of EVENTS) {
      const after = event(bill, at)
      if (!after) continue
      note(billState(bill, at), billState(after, at))
      look(after, at)
    }
    const later = at < 5 * SECOND ? at + SECOND / 2 : at < DAY ? DAY : undefined
    if (later === undefined) return
    note(billState(bill, at), billState(bill, later))
    look(bill, later)
  }
  look(fresh, 0)
  return ways
}

test('the diagram has every state, and exactly the ways between them that the rules have', () => {
  const { stages, edges } = transferLife
  expect(
    stages
      .flat()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(Object.values(BILL_STATE).toSorted())

  const shown = edges.flatMap(({ from, to }) => from.map((one) => `${one} ${to}`))
  expect([...new Set(shown)].toSorted()).toEqual([...waysOfRules()].toSorted())
})
