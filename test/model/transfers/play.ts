import type { MockControl } from '../../../src/mock-control.ts'
import { amountsOf, createdIn } from '../../../src/products/transfer/account-rules.ts'
import { transferAccounts } from '../../../src/products/transfer/accounts.ts'
import { transfers } from '../../../src/products/transfer/transfer-store.ts'
import type { Random } from '../random.ts'
import { NOON } from '../references.ts'
import { type Answer, Instances, keyOf, POOR_BALANCE, type World } from './instances.ts'
import { type Conduct, DIAGRAM, Ledger, leadsTo, type Reply, type State, type Told } from './ledger.ts'
import { callsOf, conductOf, PAYERS, type Payer, PEOPLE, type Step, stepsOf, walkOf } from './steps.ts'

const UNDER_WAY = ['ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM', 'TRANSFERING', 'CANCELING']

/** How much happened in what was played. */
export interface Coverage {
  callbacks: number
  /** Steps that were made while a callback of a move of the clock was out. */
  onTheWay: number
  /** Sequences that were given up, since the clock went on during such a step. */
  torn: number
}

/** The reason for a failure, and the step that caused it. */
export interface Failure {
  readonly at: number
  readonly reason: string
}

/** A merchant's account and transfers, as the control API shows them. */
interface Shown {
  readonly account: Awaited<ReturnType<MockControl['transferAccount']>>
  readonly bills: Awaited<ReturnType<MockControl['transfers']>>['items']
}

/** A mock and the ledgers beside it. */
class Player {
  readonly #mock: Instances
  readonly #coverage: Coverage
  readonly #ledgers: Readonly<Record<Payer, Ledger>>
  /** The state in which each transfer was last seen. */
  readonly #seen = new Map<string, State>()
  /** Whether the clock went on during a step on the way, as a slow machine lets it: then no one can tell which instant the step was judged by. */
  #isTorn = false

  private constructor(mock: Instances, conduct: Conduct, coverage: Coverage) {
    this.#mock = mock
    this.#coverage = coverage
    const now = NOON / 1_000
    this.#ledgers = {
      poor: new Ledger(now, POOR_BALANCE, conduct, PEOPLE),
      rich: new Ledger(now, undefined, conduct, PEOPLE),
    }
  }

  static async begin(world: World, conduct: Conduct, coverage: Coverage = NOT_COUNTED): Promise<Player> {
    return new Player(await Instances.begin(world, conduct), conduct, coverage)
  }

  close(): Promise<void> {
    this.#coverage.callbacks += this.#mock.received.length
    return this.#mock.close()
  }

  /** Plays a step with the mock and with the ledger. @returns how they differ */
  async play(step: Step): Promise<string | undefined> {
    if (this.#isTorn) return undefined
    if (step.do === 'advance') return this.#advance(step.seconds, step.onTheWay)
    // It takes back what is still to be told of the one in its place.
    if (step.do === 'add') await this.#mock.idle()
    const answer = step.do === 'setBack' ? await this.setBack(step.seconds) : await this.#mock.ask(step)
    return this.#judge(step, answer)
  }

  /** Moves the clock, and makes a step while each callback on the way is out. */
  async #advance(seconds: number, steps: readonly Step[]): Promise<string | undefined> {
    await this.#mock.idle()
    const target = this.#mock.now + seconds
    const waiting = [...steps]
    const faults: string[] = []
    let before = Promise.resolve()
    this.#mock.beforeReply = () => {
      before = before.then(async () => {
        const fault = await this.#onTheWay(waiting.shift())
        if (fault !== undefined) faults.push(`on the way, ${fault}`)
      })
      return before
    }
    await this.#mock.first.control.advance(seconds)
    this.#mock.beforeReply = async () => {}
    if (this.#isTorn) {
      this.#coverage.torn += 1
      return undefined
    }
    this.#timePasses(target)
    return faults[0]
  }

  async #onTheWay(step: Step | undefined): Promise<string | undefined> {
    if (!step) return undefined
    const { now } = this.#mock
    this.#timePasses(now)
    // A callback that is still to be told may have been sent, or be taken back.
    if (step.do === 'add' && this.#lookAtCallbacks(step.by) !== undefined) return undefined
    this.#coverage.onTheWay += 1
    const fault = this.#judge(step, await this.#mock.ask(step))
    this.#isTorn ||= this.#mock.now !== now
    return fault && `${JSON.stringify(step)}: ${fault}`
  }

  /** @param until seconds */
  #timePasses(until: number): void {
    for (const payer of PAYERS) this.#ledgers[payer].advance(until - this.#ledgers[payer].now)
  }

  /** Fires calls at once; they have to be answered like in some order of theirs, which is the one they are found in the world. */
  async fire(steps: readonly Step[]): Promise<void> {
    await Promise.all(steps.map((step) => this.#mock.ask(step)))
  }

  #judge(step: Step, answer: Answer | boolean | undefined): string | undefined {
    const ledger = this.#ledgers[step.by]
    switch (step.do) {
      case 'create':
        return this.#compare(step, ledger.create({ ...step.wanted, values: JSON.stringify(step.wanted) }), answer)
      case 'transfer': {
        const { openid: _, ...wanted } = step.wanted
        const values = JSON.stringify([wanted, step.authorization])
        return this.#compare(step, ledger.createAuthorized({ ...wanted, values }, step.authorization), answer)
      }
      case 'query':
        return this.#compare(step, ledger.query(step.no), answer)
      case 'queryById':
        return this.#compare(step, ledger.query(step.no), answer)
      case 'cancel':
        return this.#compare(step, ledger.cancel(step.no), answer)
      case 'confirm':
        return differ(step.with !== 'foreign' && ledger.confirm(step.no, step.outcome), answer)
      case 'dismiss': {
        const bill = ledger.bills.get(step.no)
        return differ(bill !== undefined && ledger.opens(bill), answer)
      }
      case 'fail':
        return differ(ledger.fail(step.no, step.reason), answer)
      case 'topUp':
        return differ(ledger.topUp(step.amount), answer)
      case 'setBalance':
        ledger.setBalance(step.balance)
        return differ(true, answer)
      case 'setOpened':
        ledger.setOpened(step.opened)
        return differ(true, answer)
      case 'add':
        this.#seen.delete(keyOf(step))
        ledger.add(step.wanted, step.state)
        return undefined
      case 'ask': {
        const expected = ledger.ask(step.no, step.openid)
        const { status, body } = answer as Answer
        return typeof expected === 'string'
          ? differ(expected, status === 200 ? body.state : status)
          : differ(expected.status, status)
      }
      case 'agree':
        return differ(ledger.agree(step.no), answer)
      case 'close':
        return differ(ledger.close(step.no) ? 200 : 404, (answer as Answer).status)
      case 'setBack':
        for (const payer of PAYERS) this.#ledgers[payer].setBack(step.seconds)
        return undefined
      case 'advance':
      case 'jump':
      case 'reset':
      case 'restore':
      case 'limit':
        throw new Error(`a ledger cannot follow ${step.do}`)
    }
  }

  #compare(step: Step, expected: Reply, answer: Answer | boolean | undefined): string | undefined {
    const { status, body } = answer as Answer
    if ('code' in expected) return differ(`${expected.status} ${expected.code}`, `${status} ${body.code}`)
    const key = keyOf(step)
    const { packages, ids } = this.#mock
    if (typeof body.package_info === 'string') packages.set(key, body.package_info)
    if (typeof body.transfer_bill_no === 'string') {
      const known = ids.get(key)
      if (known !== undefined && known !== body.transfer_bill_no) return `${key} has another transfer_bill_no now`
      ids.set(key, body.transfer_bill_no)
    }
    const ended = ['SUCCESS', 'FAIL', 'CANCELLED'].includes(expected.state) && step.do !== 'cancel'
    return (
      differ(`${expected.status} ${expected.state}`, `${status} ${body.state}`) ??
      (ended ? differ(expected.reason, body.fail_reason) : undefined) ??
      (step.do === 'create' ? differ(expected.opens, body.package_info !== undefined) : undefined)
    )
  }

  /** Compares everything at once. @returns the mismatch */
  async look(): Promise<string | undefined> {
    if (this.#isTorn) return undefined
    await this.#mock.idle()
    const shown = await this.#show()
    for (const payer of PAYERS) {
      const fault =
        this.#lookAtMoney(payer, shown[payer]) ?? this.#lookAtBills(payer, shown[payer]) ?? this.#lookAtCallbacks(payer)
      if (fault !== undefined) return `${payer}: ${fault}`
    }
    return this.#lookAtSums(shown)
  }

  /** Checks that accounts show and keep the sums of their transfers. Each transfer tells where its own money is. */
  async lookAtFunds(): Promise<string | undefined> {
    return this.#lookAtSums(await this.#show())
  }

  async #show(): Promise<Record<Payer, Shown>> {
    return { poor: await this.#showOf('poor'), rich: await this.#showOf('rich') }
  }

  async #showOf(payer: Payer): Promise<Shown> {
    const { control } = this.#mock.first
    const owner = { mchid: this.#mock.mchids[payer] }
    return { account: await control.transferAccount(owner), bills: (await control.transfers(owner)).items }
  }

  #lookAtSums(shown: Record<Payer, Shown>): Promise<string | undefined> {
    return this.#mock.first.store.transaction(async (tx) => {
      const accounts = await tx.in(transferAccounts).list()
      for (const payer of PAYERS) {
        const { account, bills } = shown[payer]
        const { balance, locked, paid } = account
        const funded = accounts.find(({ mchid }) => mchid === this.#mock.mchids[payer])?.funded
        const under = bills.filter(({ lock_time }) => lock_time !== null)
        const fault =
          differ(sumIn(UNDER_WAY, under), locked) ??
          differ(sumIn(['SUCCESS'], bills), paid) ??
          differ(funded === undefined ? null : Math.max(0, funded - locked - paid), balance)
        if (fault !== undefined) return `${payer}: ${fault}`
      }
      for (const { mchid, held, created } of accounts) {
        const all = await tx.in(transfers).list(mchid)
        const amounts = (at: number) => JSON.stringify(amountsOf(all, at))
        const fault =
          (held && differ(amounts(held.from), JSON.stringify({ locked: held.locked, paid: held.paid }))) ??
          (held && differ(amounts(held.from), amounts(held.until - 1))) ??
          (created && differ(JSON.stringify(createdIn('day', created.day.period, all)), JSON.stringify(created.day))) ??
          (created &&
            differ(JSON.stringify(createdIn('month', created.month.period, all)), JSON.stringify(created.month)))
        if (fault !== undefined) return `what is kept of ${mchid}: ${fault}`
      }
      return undefined
    })
  }

  #lookAtMoney(payer: Payer, { account: { balance, locked, paid } }: Shown): string | undefined {
    const { pockets } = this.#ledgers[payer]
    const { available, deposited } = pockets
    if (available + pockets.locked + pockets.paid !== deposited) return 'the ledger itself has lost money'
    return differ(
      // Added transfers may overdraw the account.
      JSON.stringify([pockets.endless ? null : Math.max(0, available), pockets.locked, pockets.paid]),
      JSON.stringify([balance, locked, paid]),
    )
  }

  #lookAtBills(payer: Payer, { bills: items }: Shown): string | undefined {
    const { bills } = this.#ledgers[payer]
    const fault = differ(
      [...bills.keys()].toSorted().join(),
      items
        .map(({ out_bill_no }) => out_bill_no)
        .toSorted()
        .join(),
    )
    if (fault !== undefined) return fault
    for (const { out_bill_no, state, update_time } of items) {
      const bill = bills.get(out_bill_no)
      const key = `${payer} ${out_bill_no}`
      const before = this.#seen.get(key)
      this.#seen.set(key, state)
      if (before !== undefined && !leadsTo(before, state)) return `${out_bill_no} went from ${before} to ${state}`
      const shown = `${out_bill_no} ${state} since ${Date.parse(update_time) / 1_000}`
      const other = differ(`${out_bill_no} ${bill?.state} since ${bill?.since}`, shown)
      if (other !== undefined) return other
    }
    return undefined
  }

  #lookAtCallbacks(payer: Payer): string | undefined {
    const listed = (told: readonly Told[]) =>
      told
        .map(({ no, state, reason, at }) => `${no} ${state} ${reason} ${at}`)
        .toSorted()
        .join('; ')
    return differ(listed(this.#ledgers[payer].told), listed(this.#mock.received.filter(({ by }) => by === payer)))
  }

  /** Checks invariants of the world alone, which hold in whatever order calls were answered. */
  async lookAtWorldAlone(): Promise<string | undefined> {
    const shown = await this.#show()
    const { account, bills } = shown.poor
    const { balance, locked, paid } = account
    if (balance === null || balance < 0) return `a balance of ${balance}`
    const numbers = new Set(bills.map(({ out_bill_no }) => out_bill_no))
    if (numbers.size !== bills.length) return 'a number made two transfers'
    return (
      differ(POOR_BALANCE, balance + locked + paid) ??
      (await this.#lookAtSums(shown)) ??
      this.#lookAtTold('poor', bills) ??
      this.#lookAtTold('rich', shown.rich.bills) ??
      bills
        .map(({ out_bill_no, state }) => {
          const before = this.#seen.get(`poor ${out_bill_no}`)
          this.#seen.set(`poor ${out_bill_no}`, state)
          return before === undefined || leadsTo(before, state)
            ? undefined
            : `${out_bill_no} went from ${before} to ${state}`
        })
        .find((fault) => fault !== undefined)
    )
  }

  /** Checks that each end was told once, and nothing else. */
  #lookAtTold(payer: Payer, bills: Shown['bills']): string | undefined {
    for (const { out_bill_no: no, state, notify_url, update_time } of bills) {
      // It came to its end as the clock was set back, and is told when the clock comes there again.
      if (Date.parse(update_time) / 1_000 > this.#mock.now) continue
      const told = this.#mock.received.filter((one) => one.by === payer && one.no === no).map((one) => one.state)
      const wanted = notify_url !== undefined && !UNDER_WAY.includes(state) ? state : ''
      const fault = differ(wanted, told.join())
      if (fault !== undefined) return `what ${payer} was told of ${no}: ${fault}`
    }
    return undefined
  }

  async idle(): Promise<void> {
    await this.#mock.idle()
  }

  async advance(seconds: number): Promise<void> {
    await this.#mock.first.control.advance(seconds)
  }

  /** Sets the clock back, after which what has not ended may be in an earlier state again. */
  async setBack(seconds: number): Promise<undefined> {
    await this.#mock.first.control.advance(-seconds)
    for (const [key, state] of this.#seen) {
      if (DIAGRAM[state].includes('CANCELING')) this.#seen.delete(key)
    }
  }
}

const NOT_COUNTED: Coverage = { callbacks: 0, onTheWay: 0, torn: 0 }

function sumIn(states: readonly string[], bills: Shown['bills']): number {
  return bills.filter(({ state }) => states.includes(state)).reduce((fen, one) => fen + one.transfer_amount, 0)
}

function differ(expected: unknown, actual: unknown): string | undefined {
  return expected === actual ? undefined : `${String(expected)} was expected, and it is ${String(actual)}`
}

/** Plays a sequence of steps. */
export async function playSteps(
  world: World,
  conduct: Conduct,
  steps: readonly Step[],
  lookEvery: number,
  coverage?: Coverage,
): Promise<Failure | undefined> {
  const player = await Player.begin(world, conduct, coverage)
  try {
    for (const [at, step] of steps.entries()) {
      const reason = await player.play(step)
      if (reason !== undefined) return { at, reason }
      const last = at === steps.length - 1
      const found = last || at % lookEvery === 0 ? await player.look() : undefined
      if (found !== undefined) return { at, reason: found }
    }
    return undefined
  } finally {
    await player.close()
  }
}

/** Plays a sequence whose clock goes either way, and looks at the money after each step. */
export async function playWalk(world: World, random: Random, length: number): Promise<Failure | undefined> {
  const player = await Player.begin(world, conductOf(random))
  try {
    for (const [at, step] of walkOf(random, length).entries()) {
      await player.fire([step])
      await player.idle()
      const reason = await player.lookAtFunds()
      if (reason !== undefined) return { at, reason: `${JSON.stringify(step)}: ${reason}` }
    }
    return undefined
  } finally {
    await player.close()
  }
}

/** The steps of a sequence, and how its mock behaves. */
export function planned(
  random: Random,
  length: number,
): { readonly conduct: Conduct; readonly steps: readonly Step[] } {
  return { conduct: conductOf(random), steps: stepsOf(random, length) }
}

/** Fires concurrent calls at a mock whose clock is moved either way meanwhile, again and again. @returns the failure */
export async function playAtOnce(
  world: World,
  random: Random,
  rounds: number,
  coverage?: Coverage,
): Promise<string | undefined> {
  const player = await Player.begin(world, conductOf(random), coverage)
  try {
    for (let round = 0; round < rounds; round += 1) {
      const calls = player.fire(callsOf(random, random.between(8, 32)))
      const seconds = random.between(1, 40_000)
      const moves = random.weighted<() => Promise<void> | undefined>([
        [40, () => player.setBack(seconds)],
        [40, () => player.advance(seconds)],
        [20, () => undefined],
      ])
      await Promise.all([calls, moves()])
      await player.idle()
      const fault = await player.lookAtWorldAlone()
      if (fault !== undefined) return fault
      await player.advance(random.between(1, 40_000))
      await player.idle()
    }
    return await player.lookAtWorldAlone()
  } finally {
    await player.close()
  }
}
