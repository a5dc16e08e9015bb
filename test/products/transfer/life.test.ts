import { expect, test } from 'vitest'
import type { Life } from '../../../src/engine/state/life.ts'
import {
  type Authorization,
  agree,
  authorizationState,
  closeAuthorization,
} from '../../../src/products/transfer/authorization-rules.ts'
import { authorizationLife } from '../../../src/products/transfer/authorizations/life.ts'
import { receiptLife } from '../../../src/products/transfer/receipts/life.ts'
import { AUTHORIZATION_STATE, RECEIPT_STATE } from '../../../src/products/transfer/spellings.ts'
import { cancel, confirm, fail, stateAt, stepsOf } from '../../../src/products/transfer/transfer-rules.ts'
import {
  TRANSFER_STATES,
  type Transfer,
  type TransferState,
  transferLife,
} from '../../../src/products/transfer/transfers.ts'
import { aTransfer } from './a-transfer.ts'

const SECOND = 1_000
const DAY = 86_400 * SECOND

/** A transfer whose money is locked in two seconds, as with transferLocking=slow. */
const fresh = aTransfer({ create_time: 0, lock_time: 2 * SECOND })

/** What can happen to a transfer at an instant; nothing where it is refused. */
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

/** Every way from a state to another that the rules have, found by trying everything in steps of half a second, and after a day. */
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
  const { stages, edges } = transferLife
  expect(
    stages
      .flat()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(TRANSFER_STATES.toSorted())

  const shown = edges.flatMap(({ from, to }) => from.map((one) => `${one} ${to}`))
  expect([...new Set(shown)].toSorted()).toEqual([...waysOfRules()].toSorted())
})

test('its history goes the ways of the diagram, to the state that it is in', () => {
  const shown = new Set(transferLife.edges.flatMap(({ from, to, event }) => from.map((one) => `${event} ${one} ${to}`)))
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

test('the diagram of an authorization has exactly the ways that its rules have', () => {
  const asked: Authorization = {
    mchid: '1900000001',
    outAuthorizationNo: 'A1',
    authorizationId: '2012',
    appid: 'wx0000000000000001',
    openid: 'oUser',
    sceneId: '1000',
    displayName: '',
    perception: '',
    notifyUrl: '',
    createdAt: 0,
    request: [],
  }
  const agreed = agree(asked, SECOND)
  if (!agreed.ok) throw new Error(agreed.reason)
  const ways = [
    [asked, 0, agreed.value, SECOND],
    [asked, 0, closeAuthorization(asked, 'USER_CLOSE', SECOND), SECOND],
    [agreed.value, SECOND, closeAuthorization(agreed.value, 'USER_CLOSE', SECOND), SECOND],
    [asked, 0, asked, DAY],
    [agreed.value, SECOND, agreed.value, DAY],
  ] as const
  const states = ways.map(([one, at, other, then]) => [authorizationState(one, at), authorizationState(other, then)])
  const changes = states.filter(([from, to]) => from !== to)
  expect(waysOf(authorizationLife)).toEqual(
    new Set(changes.map((pair) => pair.map((state) => AUTHORIZATION_STATE[state ?? 'waiting']).join(' '))),
  )
  expect(namesOf(authorizationLife)).toEqual(new Set(Object.values(AUTHORIZATION_STATE)))
  expect(agree(closeAuthorization(agreed.value, 'USER_CLOSE', SECOND), SECOND).ok).toBe(false)
})

test('the diagram of a receipt has every state, and each way out of the first', () => {
  const { generating, finished, failed } = RECEIPT_STATE
  expect(namesOf(receiptLife)).toEqual(new Set([generating, finished, failed]))
  expect(waysOf(receiptLife)).toEqual(new Set([`${generating} ${finished}`, `${generating} ${failed}`]))
})

function namesOf({ stages }: Life): Set<string> {
  return new Set(stages.flat().map(({ name }) => name))
}

function waysOf({ edges }: Life): Set<string> {
  return new Set(edges.flatMap(({ from, to }) => from.map((one) => `${one} ${to}`)))
}
