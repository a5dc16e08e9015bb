/**
 * A model of transfers, independent of the tested code: events fire as time passes, and each moves money from one pocket to another. The mock
 * keeps neither timers nor pockets, and derives both from the instant.
 */

export type State =
  | 'ACCEPTED'
  | 'PROCESSING'
  | 'WAIT_USER_CONFIRM'
  | 'TRANSFERING'
  | 'SUCCESS'
  | 'FAIL'
  | 'CANCELING'
  | 'CANCELLED'

/** Where a state can lead in one step of the diagram (mch-transfer.md 2). */
export const DIAGRAM: Readonly<Record<State, readonly State[]>> = {
  ACCEPTED: ['PROCESSING', 'CANCELING', 'FAIL'],
  PROCESSING: ['WAIT_USER_CONFIRM', 'CANCELING', 'FAIL'],
  WAIT_USER_CONFIRM: ['TRANSFERING', 'CANCELING', 'FAIL'],
  TRANSFERING: ['SUCCESS', 'FAIL'],
  CANCELING: ['CANCELLED'],
  SUCCESS: [],
  FAIL: [],
  CANCELLED: [],
}

/** Whether one state can be followed by another, some steps later. */
export function leadsTo(from: State, to: State): boolean {
  return from === to || DIAGRAM[from].some((next) => leadsTo(next, to))
}

export interface Conduct {
  readonly slow: boolean
  readonly takes: number
  readonly cancelTakes: number
  readonly closesLate: number
}

/** Times are seconds. */
export interface Bill {
  readonly no: string
  readonly values: string
  readonly openid: string
  readonly amount: number
  readonly name: string | undefined
  readonly notify: boolean
  readonly createdAt: number
  state: State
  since: number
  reason?: string
  /** Whether its money lies in the pocket for what is locked. */
  holds: boolean
  /** From when its user can confirm; left out while the account is short of money. */
  lockedAt?: number
  /** Pending changes that happen without a call; until the end comes, the steps towards a confirmation go by the clock, and back with it. */
  timers: { at: number; step?: boolean; do: () => void }[]
}

interface Pockets {
  /** Whether any amount can be transferred. */
  endless: boolean
  available: number
  locked: number
  paid: number
  /** Total of all deposits. */
  deposited: number
}

/** A callback due to the merchant. */
export interface Told {
  readonly no: string
  readonly state: State
  readonly reason: string | undefined
  readonly at: number
}

const DAY = 86_400
const chinaDay = (at: number) => Math.floor((at + DAY / 3) / DAY)
const SHOWN = 30 * DAY

/** A user as WeChat Pay knows him: by a name, unverified, or not at all. */
export type Person = string | null | undefined

export type Reply =
  | { readonly status: 200; readonly state: State; readonly reason?: string | undefined; readonly opens?: boolean }
  | { readonly status: number; readonly code: string }

const NOT_OPENED: Reply = { status: 403, code: 'NO_AUTH' }

interface Authorization {
  openid: string
  state: 'WAIT_USER_CONFIRM' | 'TAKING_EFFECT' | 'CLOSED'
  since: number
  createdAt: number
  agreed: boolean
}

/** One merchant's transfers and authorizations. */
export class Ledger {
  now: number
  readonly bills = new Map<string, Bill>()
  readonly pockets: Pockets
  readonly told: Told[] = []
  /** In effect or waiting, by number. */
  readonly authorizations = new Map<string, Authorization>()
  readonly #conduct: Conduct
  readonly #people: Readonly<Record<string, Person>>
  #opened = true

  constructor(now: number, balance: number | undefined, conduct: Conduct, people: Readonly<Record<string, Person>>) {
    this.now = now
    this.pockets = {
      endless: balance === undefined,
      available: balance ?? 0,
      locked: 0,
      paid: 0,
      deposited: balance ?? 0,
    }
    this.#conduct = conduct
    this.#people = people
  }

  /** @returns whether there is an account to put it into */
  topUp(amount: number): boolean {
    if (this.pockets.endless) return false
    this.pockets.available += amount
    this.pockets.deposited += amount
    return true
  }

  /** Sets the available money to a balance; `undefined` is any amount. */
  setBalance(balance: number | undefined): void {
    const { pockets } = this
    pockets.endless = balance === undefined
    if (balance === undefined) return
    pockets.deposited += balance - pockets.available
    pockets.available = balance
  }

  setOpened(opened: boolean): void {
    this.#opened = opened
  }

  /** A transfer that comes from nowhere, in a state. It takes the place of the one with its number, which gives back what it took. */
  add(
    wanted: { no: string; openid: string; amount: number; name: string | undefined; notify: boolean },
    state: 'WAIT_USER_CONFIRM' | 'SUCCESS' | 'FAIL' | 'CANCELLED',
  ): void {
    const { pockets } = this
    const replaced = this.bills.get(wanted.no)
    if (replaced) {
      replaced.timers = []
      if (replaced.holds) pockets.locked -= replaced.amount
      else if (replaced.state === 'SUCCESS') pockets.paid -= replaced.amount
      if (replaced.holds || replaced.state === 'SUCCESS') pockets.available += replaced.amount
    }
    const waits = state === 'WAIT_USER_CONFIRM'
    const bill: Bill = {
      ...wanted,
      values: 'added',
      createdAt: this.now,
      state,
      since: this.now,
      ...(state === 'FAIL' && { reason: 'OTHER_FAIL_REASON_TYPE' }),
      ...(state === 'CANCELLED' && { reason: 'MCH_CANCEL' }),
      holds: waits,
      lockedAt: this.now,
      timers: [],
    }
    if (waits) this.#after(bill, DAY, () => this.#finish(bill, 'FAIL', 'OVERDUE_CLOSE'))
    if (waits || state === 'SUCCESS') {
      pockets.available -= bill.amount
      pockets[waits ? 'locked' : 'paid'] += bill.amount
    }
    this.bills.set(bill.no, bill)
  }

  create(wanted: {
    no: string
    values: string
    openid: string
    amount: number
    name: string | undefined
    notify: boolean
  }): Reply {
    if (!this.#opened) return NOT_OPENED
    const existing = this.bills.get(wanted.no)
    if (existing) {
      const refusal = this.#objectionToRepeat(existing, wanted.values)
      if (refusal) return refusal
      if (existing.state === 'PROCESSING' && !existing.holds && this.#lock(existing.amount)) {
        existing.holds = true
        existing.lockedAt = this.now
        this.#enter(existing, 'WAIT_USER_CONFIRM')
      }
      return this.#shown(existing)
    }
    if (this.#isAnother(wanted)) return { status: 400, code: 'INVALID_REQUEST' }
    const { slow, closesLate } = this.#conduct
    const holds = this.#lock(wanted.amount)
    if (!holds && !slow) return { status: 403, code: 'NOT_ENOUGH' }
    const bill: Bill = {
      ...wanted,
      createdAt: this.now,
      state: slow ? 'ACCEPTED' : 'WAIT_USER_CONFIRM',
      since: this.now,
      holds,
      ...(holds && { lockedAt: slow ? this.now + 2 : this.now }),
      timers: [],
    }
    this.#stepOn(bill)
    bill.timers.push({ at: this.now + DAY + closesLate, do: () => this.#finish(bill, 'FAIL', 'OVERDUE_CLOSE') })
    this.bills.set(bill.no, bill)
    return this.#shown(bill)
  }

  /** A transfer to a user who has agreed. */
  createAuthorized(
    wanted: { no: string; values: string; amount: number; name: string | undefined; notify: boolean },
    authorizationNo: string,
  ): Reply {
    if (wanted.notify) return { status: 400, code: 'PARAM_ERROR' }
    if (!this.#opened) return NOT_OPENED
    const existing = this.bills.get(wanted.no)
    // It has ended at once.
    if (existing) return this.#objectionToRepeat(existing, wanted.values) ?? { status: 500, code: 'IMPOSSIBLE' }
    const given = this.authorizations.get(authorizationNo)
    if (given?.state !== 'TAKING_EFFECT') return { status: 400, code: 'INVALID_REQUEST' }
    const { openid } = given
    if (this.#isAnother({ ...wanted, openid })) return { status: 400, code: 'INVALID_REQUEST' }
    if (this.#people[openid] === null) return { status: 403, code: 'USER_ERROR' }
    if (!this.#lock(wanted.amount)) return { status: 403, code: 'NOT_ENOUGH' }
    const bill: Bill = {
      ...wanted,
      openid,
      createdAt: this.now,
      state: 'TRANSFERING',
      since: this.now,
      holds: true,
      timers: [],
    }
    this.bills.set(bill.no, bill)
    this.#finish(bill, 'SUCCESS', undefined)
    return this.#shown(bill)
  }

  #objectionToRepeat({ values, createdAt, state }: Bill, repeated: string): Reply | undefined {
    if (values !== repeated || chinaDay(this.now) >= chinaDay(createdAt) + 3) {
      return { status: 400, code: 'INVALID_REQUEST' }
    }
    return ['SUCCESS', 'FAIL', 'CANCELLED'].includes(state) ? { status: 400, code: 'ALREADY_EXISTS' } : undefined
  }

  /** Whether the user is known by another name. */
  #isAnother({ openid, name }: Pick<Bill, 'openid' | 'name'>): boolean {
    const person = this.#people[openid]
    return person != null && name !== undefined && name !== person
  }

  query(no: string): Reply {
    const bill = this.#visible(no)
    return bill ? { status: 200, state: bill.state, reason: bill.reason } : { status: 404, code: 'NOT_FOUND' }
  }

  cancel(no: string): Reply {
    const bill = this.#visible(no)
    if (!bill) return { status: 404, code: 'NOT_FOUND' }
    if (['TRANSFERING', 'SUCCESS', 'FAIL'].includes(bill.state)) return { status: 400, code: 'INVALID_REQUEST' }
    if (bill.state !== 'CANCELING' && bill.state !== 'CANCELLED') {
      bill.timers = []
      this.#enter(bill, 'CANCELING')
      this.#after(bill, this.#conduct.cancelTakes, () => this.#finish(bill, 'CANCELLED', 'MCH_CANCEL'))
    }
    return { status: 200, state: bill.state }
  }

  /** @returns whether the page opened */
  confirm(no: string, outcome: string | undefined): boolean {
    const bill = this.bills.get(no)
    if (!bill || !this.opens(bill)) return false
    if (bill.state === 'TRANSFERING') {
      const reason = outcome === undefined ? bill.reason : outcome === 'SUCCESS' ? undefined : outcome
      this.#finish(bill, reason === undefined ? 'SUCCESS' : 'FAIL', reason)
      return true
    }
    const reason = outcome === undefined ? this.#objection(bill) : outcome === 'SUCCESS' ? undefined : outcome
    bill.timers = []
    this.#enter(bill, 'TRANSFERING')
    if (reason !== undefined) bill.reason = reason
    this.#after(bill, this.#conduct.takes, () => this.#finish(bill, reason === undefined ? 'SUCCESS' : 'FAIL', reason))
    return true
  }

  opens(bill: Bill): boolean {
    return bill.state === 'TRANSFERING' || (bill.state === 'WAIT_USER_CONFIRM' && this.now < bill.createdAt + DAY)
  }

  /** @returns whether it could still fail */
  fail(no: string, reason: string): boolean {
    const bill = this.bills.get(no)
    if (!bill || ['SUCCESS', 'FAIL', 'CANCELING', 'CANCELLED'].includes(bill.state)) return false
    this.#finish(bill, 'FAIL', reason)
    return true
  }

  ask(no: string, openid: string): Reply | 'WAIT_USER_CONFIRM' {
    if (!this.#opened) return NOT_OPENED
    const existing = this.authorizations.get(no)
    if (existing && !this.#isForgotten(existing)) {
      const waits = existing.openid === openid && existing.state === 'WAIT_USER_CONFIRM'
      return waits ? 'WAIT_USER_CONFIRM' : { status: 400, code: 'INVALID_REQUEST' }
    }
    const standing = [...this.authorizations.values()].filter((one) => one.openid === openid && one.state !== 'CLOSED')
    if (standing.length >= 5) return { status: 400, code: 'INVALID_REQUEST' }
    this.authorizations.set(no, {
      openid,
      state: 'WAIT_USER_CONFIRM',
      since: this.now,
      createdAt: this.now,
      agreed: false,
    })
    return 'WAIT_USER_CONFIRM'
  }

  /** @returns whether it waited for that */
  agree(no: string): boolean {
    const one = this.authorizations.get(no)
    if (one?.state !== 'WAIT_USER_CONFIRM') return false
    one.state = 'TAKING_EFFECT'
    one.agreed = true
    return true
  }

  /** Whether nobody agreed to it, and that was 30 days ago. */
  #isForgotten({ agreed, state, createdAt, since }: Authorization): boolean {
    return !agreed && state === 'CLOSED' && since === createdAt + DAY && this.now >= since + SHOWN
  }

  close(no: string): boolean {
    const one = this.authorizations.get(no)
    if (!one || this.#isForgotten(one)) return false
    if (one.state !== 'CLOSED') {
      one.state = 'CLOSED'
      one.since = this.now
    }
    return true
  }

  /** Advances time, and runs the timers due meanwhile in their order. */
  advance(seconds: number): void {
    const until = this.now + seconds
    for (;;) {
      const due = [...this.bills.values()]
        .flatMap((bill) => bill.timers.map((timer) => ({ bill, timer })))
        .filter(({ timer }) => timer.at <= until)
        .toSorted((a, b) => a.timer.at - b.timer.at)[0]
      if (!due) break
      due.bill.timers = due.bill.timers.filter((one) => one !== due.timer)
      this.now = due.timer.at
      due.timer.do()
    }
    this.now = until
    for (const one of this.authorizations.values()) {
      if (one.state === 'WAIT_USER_CONFIRM' && until >= one.createdAt + DAY) {
        one.state = 'CLOSED'
        one.since = one.createdAt + DAY
      }
    }
  }

  /** Sets time back. What has come to its end stays there. */
  setBack(seconds: number): void {
    this.now -= seconds
    for (const bill of this.bills.values()) this.#stepOn(bill)
  }

  /** Puts a bill that nobody has confirmed into its state now, with the states to come before a confirmation. */
  #stepOn(bill: Bill): void {
    const { createdAt, lockedAt = Number.POSITIVE_INFINITY } = bill
    if (!['ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM'].includes(bill.state)) return
    bill.timers = bill.timers.filter(({ step }) => !step)
    const steps: readonly [State, number][] = [
      ['ACCEPTED', createdAt],
      ['PROCESSING', createdAt + 1],
      ['WAIT_USER_CONFIRM', lockedAt],
    ]
    const [state, since] = steps.findLast(([, at], i) => i === 0 || at <= this.now) ?? ['ACCEPTED', createdAt]
    bill.state = state
    bill.since = since
    for (const [next, at] of steps) {
      if (at <= this.now || at === Number.POSITIVE_INFINITY || (next === 'PROCESSING' && lockedAt <= at)) continue
      bill.timers.push({ at, step: true, do: () => this.#enter(bill, next) })
    }
  }

  #visible(no: string): Bill | undefined {
    const bill = this.bills.get(no)
    return bill && this.now < bill.createdAt + SHOWN ? bill : undefined
  }

  #lock(amount: number): boolean {
    const { pockets } = this
    if (!pockets.endless && pockets.available < amount) return false
    pockets.available -= amount
    pockets.locked += amount
    return true
  }

  #after(bill: Bill, seconds: number, what: () => void): void {
    if (seconds === 0) what()
    else bill.timers.push({ at: this.now + seconds, do: what })
  }

  #enter(bill: Bill, state: State): void {
    bill.state = state
    bill.since = this.now
  }

  #finish(bill: Bill, state: 'SUCCESS' | 'FAIL' | 'CANCELLED', reason: string | undefined): void {
    bill.timers = []
    this.#enter(bill, state)
    if (reason === undefined) delete bill.reason
    else bill.reason = reason
    if (bill.holds) {
      this.pockets.locked -= bill.amount
      this.pockets[state === 'SUCCESS' ? 'paid' : 'available'] += bill.amount
      bill.holds = false
    }
    if (bill.notify) this.told.push({ no: bill.no, state, reason, at: this.now })
  }

  #objection(bill: Bill): string | undefined {
    if (this.#people[bill.openid] === null) return 'REAL_NAME_CHECK_FAIL'
    return this.#isAnother(bill) ? 'NAME_NOT_CORRECT' : undefined
  }

  #shown(bill: Bill): Reply {
    // A pending transfer already has the reason for its coming failure, and does not show it.
    const ended = ['SUCCESS', 'FAIL', 'CANCELLED'].includes(bill.state)
    return {
      status: 200,
      state: bill.state,
      reason: ended ? bill.reason : undefined,
      opens: bill.state === 'WAIT_USER_CONFIRM',
    }
  }
}
