import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { Merchant } from '../../../src/engine/keys/merchants.ts'
import type { MockControl } from '../../../src/mock-control.ts'
import { NOON } from '../references.ts'
import { unsigned } from '../subject.ts'
import { applied, dateOf, dayOf, differences, rowsOf, UNKNOWN, type WantedBill } from './bills.ts'
import { accountOf, planOf, STOCK } from './calls.ts'
import { type Expected, keyOf, Ledger } from './ledger.ts'
import { ordersByTime } from './orders.ts'
import {
  type Body,
  get,
  orderQuery,
  type Plan,
  type Request,
  refundQuery,
  returnQuery,
  shareQuery,
  typeOf,
  unsplitQuery,
} from './queries.ts'
import { refundsByTime } from './refunds.ts'
import { sharesByTime } from './shares.ts'
import { type Call, MERCHANTS, type Step, SUB, WORLD, wantedOf } from './steps.ts'

const BY_TIME = { ...ordersByTime, ...refundsByTime, ...sharesByTime }

/** A mock that can be ended and started again with its store. */
export interface Door {
  readonly control: MockControl
  send(request: {
    readonly method: string
    readonly target: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: Uint8Array
  }): Promise<{ readonly status: number; readonly body: Uint8Array }>
  restart(): Promise<void>
  /** `kill -9`, where it is a process of its own; to be started again by `restart`. */
  kill?(): Promise<void>
  close(): Promise<void>
}

interface Answer {
  /** 0 of a control call that was refused. */
  readonly status: number
  readonly body: Body
}

export interface Failure {
  readonly at: number
  readonly reason: string
}

class Player {
  readonly #door: Door
  readonly #headers: Readonly<Record<string, string>>
  #ledger = new Ledger(NOON, WORLD)

  constructor(door: Door, merchants: readonly Merchant[]) {
    this.#door = door
    this.#headers = Object.fromEntries(merchants.map((one) => [one.mchid, unsigned(one)]))
  }

  async begin(): Promise<void> {
    const { control } = this.#door
    const { receivers, returnable, codes } = WORLD
    for (const mchid of new Set([...MERCHANTS, ...Object.keys(returnable)]))
      await control.addSharingAccount(accountOf(mchid))
    for (const mchid of MERCHANTS) {
      await control.addSharingReceivers(
        Object.entries(receivers).map(([account, fail_reason]) => ({
          ...{ mchid, account, type: typeOf(account) },
          ...(fail_reason !== null && { fail_reason }),
        })),
      )
      for (const [auth_code, outcome] of Object.entries(codes))
        await control.addPaymentCode({ mchid, auth_code, outcome })
    }
    await control.addStock({ stock_id: STOCK })
    const coupon = { stock_id: STOCK, openid: 'oUser', expire_time: '2099-01-01T00:00:00+08:00' }
    await control.addCoupons([0, 1, 2, 3].map((k) => ({ ...coupon, coupon_code: `COUPON-${k}` })))
  }

  /** Plays a step with the mock and with the ledger. @returns how they differ */
  async play(step: Step): Promise<string | undefined> {
    switch (step.do) {
      case 'advance':
        await this.#advance(step.seconds)
        break
      case 'restart':
        await this.#door.restart()
        break
      case 'look':
        return this.#look()
      case 'bill': {
        const { kind, by, sub, day, gzip } = step
        const whose = kind === 'SUB' ? (sub ?? SUB) : kind === 'BASIC' ? undefined : sub
        return this.#bill({ kind, by, sub: whose, day: this.#days[day] ?? dayOf(this.#ledger.now) - day }, gzip)
      }
      case 'atOnce':
        return (await this.#atOnce(step.calls, step.killAfter)) ?? this.#look(namedIn(step.calls))
      default: {
        const fault = await this.#try(planOf(step, this.#ledger))
        if (fault !== undefined) return fault
      }
    }
    return this.#ledger.fault(MERCHANTS)
  }

  /** Closes the books: looks everything up, and at the bills of all days. @returns what differs */
  async close(): Promise<string | undefined> {
    await this.#advance(2 * 86_400)
    const looked = await this.#look()
    if (looked !== undefined) return looked
    const bills = this.#days.flatMap((day) =>
      MERCHANTS.flatMap((by) => (['BASIC', 'ALL', 'SHARING'] as const).map((kind) => ({ kind, by, day }))),
    )
    for (const bill of bills) {
      const fault = rowsOf(this.#ledger, bill).length > 0 ? await this.#bill(bill, false) : undefined
      if (fault !== undefined) return `${bill.kind} of ${bill.by} on ${dateOf(bill.day)}: ${fault}`
    }
    return undefined
  }

  async #advance(seconds: number): Promise<void> {
    await this.#door.control.advance(seconds)
    this.#ledger.advance(seconds * 1_000, BY_TIME)
  }

  /** Days on which money moved, the last one first. */
  get #days(): readonly number[] {
    return [...new Set(this.#ledger.entries.map(({ at }) => dayOf(at)))].toSorted((a, b) => b - a)
  }

  async #try(plan: Plan): Promise<string | undefined> {
    const answer = await this.#ask(plan)
    return differ(plan.tell(this.#ledger), answer) ?? learn(this.#ledger, plan, answer)
  }

  /** Looks up all that there is about some orders. @returns what differs */
  async #look(isAbout: (order: string) => boolean = () => true): Promise<string | undefined> {
    const ledger = this.#ledger
    const { orders, refunds, shares, returns } = ledger
    const about = <Thing>(
      things: ReadonlyMap<string, Thing>,
      orderOf: (thing: Thing, key: string) => string | undefined,
    ) => [...things].filter(([key, thing]) => isAbout(orderOf(thing, key) ?? ''))
    const plans = [
      ...about(orders, (_, key) => key).flatMap(([, one]) => [orderQuery(one), unsplitQuery(one, ledger)]),
      ...about(refunds, ({ order }) => order).map(([key]) => refundQuery(key, ledger)),
      ...about(shares, ({ order }) => order).map(([key]) => shareQuery(key, ledger)),
      ...about(returns, ({ share }) => shares.get(share)?.order).map(([key]) => returnQuery(key, ledger)),
    ]
    const faults = await Promise.all(plans.map((plan) => this.#try(plan)))
    return faults.find((one) => one !== undefined) ?? ledger.fault(MERCHANTS)
  }

  /** Fires calls at the same time, and may kill the mock meanwhile; they have to be answered as in some order of them. */
  async #atOnce(calls: readonly Call[], killAfter: number | undefined): Promise<string | undefined> {
    const plans = calls.map((call) => planOf(call, this.#ledger))
    const answers = new Map<Plan, Answer>()
    const repeated = new Map<Plan, Answer>()
    let isKilled = false
    const ask = async (plan: Plan) => {
      try {
        answers.set(plan, await this.#ask(plan))
      } catch (error) {
        if (!isKilled) throw error
      }
    }
    const asked = Promise.all(plans.map(ask))
    if (this.#door.kill && killAfter !== undefined) {
      await sleep(killAfter)
      isKilled = true
      await this.#door.kill()
      await asked
      await this.#door.restart()
      for (const plan of plans) if (!answers.has(plan)) repeated.set(plan, await this.#ask(plan))
    }
    await asked
    for (const group of new Set(plans.map((plan) => plan.group))) {
      const own = plans.filter((plan) => plan.group === group)
      const found = inSomeOrder(this.#ledger, own, answers, repeated)
      if (!found) {
        const told = own.map((plan) => [calls[plans.indexOf(plan)], answers.get(plan), 'repeated', repeated.get(plan)])
        return `no order of them explains these answers:\n${told.map((one) => JSON.stringify(one)).join('\n')}`
      }
      this.#ledger = found
      const faults = own.map((plan) => learn(found, plan, repeated.get(plan) ?? answers.get(plan)))
      if (faults.some((one) => one !== undefined)) return faults.join('')
    }
    return undefined
  }

  async #bill(wanted: WantedBill, gzip: boolean): Promise<string | undefined> {
    const { kind, by, sub: sub_mchid, day } = wanted
    let rows = rowsOf(this.#ledger, wanted)
    if (rows.some((row) => Object.values(row).includes(UNKNOWN))) {
      const looked = await this.#look()
      if (looked !== undefined) return looked
      rows = rowsOf(this.#ledger, wanted)
    }
    const query = { bill_date: dateOf(day), sub_mchid, ...(gzip && { tar_type: 'GZIP' }) }
    const request =
      {
        BASIC: get(by, '/v3/bill/fundflowbill', query),
        SUB: get(by, '/v3/bill/sub-merchant-fundflowbill', {
          ...query,
          account_type: 'BASIC',
          algorithm: 'AEAD_AES_256_GCM',
        }),
        SHARING: get(by, '/v3/profitsharing/bills', query),
      }[kind as 'BASIC'] ?? get(by, '/v3/bill/tradebill', { ...query, bill_type: kind })
    const answer = await this.#call(request)
    const [file = answer.body] = (answer.body.download_bill_list ?? []) as readonly Body[]
    const expected = applied(this.#ledger, wanted, rows)
    const fault = differ(expected, { status: answer.status, body: file })
    if (fault !== undefined || expected.status !== 200) return fault
    if (kind === 'SUB') {
      // Its file is sealed; the hash is that of what the sub-merchant gets itself.
      const own = await this.#call(get(sub_mchid ?? '', '/v3/bill/fundflowbill', { bill_date: dateOf(day) }))
      return file.hash_value === own.body.hash_value ? undefined : 'a sub-merchant and its partner get other bills'
    }
    const url = new URL(String(file.download_url))
    const { status, body } = await this.#send({ by, method: 'GET', target: `${url.pathname}${url.search}` })
    if (status !== 200) return `the download is answered with ${status}: ${Buffer.from(body).toString()}`
    const plain = gzip ? gunzipSync(body) : Buffer.from(body)
    if (createHash('sha1').update(plain).digest('hex') !== file.hash_value) return 'the hash is another one'
    return differences(
      plain.toString('utf8'),
      rows,
      this.#ledger.balanceOf(by, (at) => dayOf(at) < day),
    )
  }

  /** Control calls that are misused are answered too. */
  async #ask({ request }: Plan): Promise<Answer> {
    if (typeof request !== 'function') return this.#call(request)
    try {
      return { status: 200, body: { ...(await request(this.#door.control)) } }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (!code.startsWith('MOCK_') || code === 'MOCK_UNREACHABLE') throw error
      return { status: 0, body: { code } }
    }
  }

  async #call(request: Request): Promise<Answer> {
    const { status, body } = await this.#send(request)
    const text = Buffer.from(body).toString('utf8')
    return { status, body: text === '' ? {} : JSON.parse(text) }
  }

  #send({ by, method, target, body }: Request) {
    const headers = {
      ...{ accept: 'application/json', 'user-agent': 'model', authorization: this.#headers[by] ?? '' },
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body))
    return this.#door.send({ method, target, headers, body: bytes })
  }
}

/** The orders that calls are about. */
function namedIn(calls: readonly Call[]): (order: string) => boolean {
  const wanted = calls.flatMap((call) => ('n' in call ? wantedOf(call.n) : []))
  const keys = wanted.map(({ mchid, no }) => keyOf(mchid, no))
  return (order) => keys.includes(order)
}

/** The ledger after some order of calls that has these answers. One without an answer was made or not, and was repeated after the others. */
function inSomeOrder(
  ledger: Ledger,
  left: readonly Plan[],
  answers: ReadonlyMap<Plan, Answer>,
  repeated: ReadonlyMap<Plan, Answer>,
  all: readonly Plan[] = left,
): Ledger | undefined {
  const fits = (expected: Expected, answer: Answer | undefined) => !answer || differ(expected, answer) === undefined
  if (left.length === 0) {
    const copy = ledger.copy()
    return all.every((one) => !repeated.has(one) || fits(one.tell(copy), repeated.get(one))) ? copy : undefined
  }
  for (const plan of left) {
    const rest = left.filter((one) => one !== plan)
    const copy = ledger.copy()
    const made = fits(plan.tell(copy), answers.get(plan)) && inSomeOrder(copy, rest, answers, repeated, all)
    const found = made || (answers.has(plan) ? undefined : inSomeOrder(ledger, rest, answers, repeated, all))
    if (found) return found
  }
  return undefined
}

function differ(expected: Expected, { status, body }: Answer): string | undefined {
  const isRight =
    expected.status === status &&
    (expected.code === undefined || expected.code === body.code) &&
    contains(body, expected.body)
  return isRight ? undefined : `${JSON.stringify(expected)} was expected, and it is ${status} ${JSON.stringify(body)}`
}

/** Whether a value has the members of another one; `undefined` stands for what may be absent. */
function contains(value: unknown, wanted: unknown): boolean {
  if (wanted === undefined) return true
  if (typeof wanted !== 'object' || wanted === null) return value === wanted
  if (!Array.isArray(wanted)) {
    return Object.entries(wanted).every(([name, member]) => contains(Object(value)[name], member))
  }
  return Array.isArray(value) && value.length === wanted.length && wanted.every((one, i) => contains(value[i], one))
}

function learn(ledger: Ledger, plan: Plan, answer: Answer | undefined): string | undefined {
  if (answer?.status !== 200) return undefined
  for (const [name, id] of plan.learn?.(answer.body) ?? []) {
    if (id === undefined) continue
    const known = ledger.ids.get(name) ?? id
    if (known !== id) return `${name} was ${known}, and is ${id} now`
    ledger.ids.set(name, String(id))
  }
  return undefined
}

/** Plays a sequence of steps, and closes the books. */
export async function playSteps(
  door: Door,
  merchants: readonly Merchant[],
  steps: readonly Step[],
): Promise<Failure | undefined> {
  try {
    const player = new Player(door, merchants)
    await player.begin()
    for (const [at, step] of steps.entries()) {
      const reason = await player.play(step)
      if (reason !== undefined) return { at, reason }
    }
    const reason = await player.close()
    return reason === undefined ? undefined : { at: steps.length, reason }
  } finally {
    await door.close()
  }
}
