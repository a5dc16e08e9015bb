import type { Merchant } from '../../src/engine/keys/merchants.ts'
import type { Kind } from './calls.ts'
import { type AnsweredCall, explain, take } from './explain.ts'
import { invariantFaults, type LoggedCall } from './invariants.ts'
import { MERCHANTS } from './merchants.ts'
import { predict } from './model/model.ts'
import type { Answer, Body } from './model/outcome.ts'
import { failRefund, isPayable, isUnderWay } from './model/payments.ts'
import { announcement, emptyState, keyOf, type State } from './model/state.ts'
import { stockFrom } from './model/stocks.ts'
import { wireTime } from './model/time.ts'
import { NOON, resolve, resolveText } from './references.ts'
import { type CallStep, isCall, type Step } from './steps.ts'
import { type Distortion, type OpenStore, type Receiver, Subject } from './subject.ts'
import { worldFaults } from './world-faults.ts'

export interface RunOptions {
  readonly merchants: readonly Merchant[]
  readonly orders: 'any' | 'known'
  /** Number of steps between two checks of the mock's entire contents. */
  readonly snapshotEvery: number
  readonly receive?: Receiver
  /** Distorts answers, to test whether the model notices. */
  readonly distort?: Distortion
  /** Where the mock keeps its state; it is reopened every {@link RESTART_EVERY} steps. Default: in memory. */
  readonly openStore?: OpenStore | undefined
}

const RESTART_EVERY = 25

/** A step whose answer no rule allows. */
export interface Failure {
  /** Index of the step in the sequence. */
  readonly at: number
  readonly reason: string
  /** Requests and answers, one per line. */
  readonly trace: readonly string[]
}

/** Plays steps against a fresh mock and checks each answer against the model. */
export async function runSequence(steps: readonly Step[], options: RunOptions): Promise<Failure | undefined> {
  const player = await Player.begin(options)
  try {
    return await playAll(player, steps, options)
  } finally {
    await player.subject.close()
  }
}

async function playAll(player: Player, steps: readonly Step[], options: RunOptions): Promise<Failure | undefined> {
  for (const [at, step] of steps.entries()) {
    if (at % RESTART_EVERY === RESTART_EVERY - 1) await player.subject.restart()
    const fault = await player.play(step)
    const look = fault === undefined && ((at + 1) % options.snapshotEvery === 0 || at === steps.length - 1)
    const reason = fault ?? (look ? await player.look() : undefined)
    if (reason !== undefined) return { at, reason, trace: player.trace }
  }
  return undefined
}

/** A mock and a model side by side. */
export class Player {
  readonly subject: Subject
  state: State
  readonly trace: string[] = []
  readonly #log: LoggedCall[] = []
  /** How often each call had each status. */
  readonly tally = new Map<string, number>()

  private constructor(subject: Subject, orders: RunOptions['orders']) {
    this.subject = subject
    this.state = emptyState(NOON, orders)
  }

  static async begin({
    merchants,
    orders,
    receive,
    distort,
    openStore,
  }: Omit<RunOptions, 'snapshotEvery'>): Promise<Player> {
    const subject = await Subject.open(merchants, {
      orders,
      openStore,
      ...(receive !== undefined && { receive }),
      ...(distort !== undefined && { distort }),
    })
    return new Player(subject, orders)
  }

  /** @returns the mistake in the answer */
  async play(step: Step): Promise<string | undefined> {
    this.state.now = this.subject.now
    if (isCall(step)) return this.#call(step.do, MERCHANTS[step.by], resolve(step.input, this.state))
    switch (step.do) {
      case 'advance':
        await this.subject.advance(step.seconds)
        this.trace.push(`the clock moves by ${step.seconds} s to ${wireTime(this.subject.now)}`)
        return undefined
      case 'payOrder':
        return this.#payOrder(MERCHANTS[step.by], step.order)
      case 'failRefund':
        return this.#failRefund()
      case 'setStockState':
        return this.#setStockState(step)
      case 'deleteCoupon':
        return this.#deleteCoupon(step)
      case 'seedStock':
        return this.#seedStock(MERCHANTS[step.by], resolve(step.input, this.state))
    }
  }

  /** Answers to the latest calls. */
  lastAnswers(count: number): readonly Answer[] {
    return this.#log.slice(-count).map(({ answer }) => answer)
  }

  /** Compares the mock's entire contents with the model and with the invariants. @returns the mistake */
  async look(): Promise<string | undefined> {
    this.state.now = this.subject.now
    const world = await this.subject.world()
    return [...worldFaults(world, this.state), ...invariantFaults(world, this.#log)][0]
  }

  /**
   * Makes calls at the same time. The model must allow their answers in some order, which it then adopts.
   *
   * @returns the mistake
   */
  async playTogether(steps: readonly CallStep[]): Promise<string | undefined> {
    this.state.now = this.subject.now
    const calls = steps.map(({ do: kind, by, input }) => ({
      kind,
      by: MERCHANTS[by],
      input: resolve(input, this.state),
    }))
    const answers = await Promise.all(calls.map(({ kind, by, input }) => this.subject.call(kind, by, input)))
    const answered = calls.map((call, index) => ({ ...call, answer: answers[index] ?? { status: 0, body: undefined } }))
    this.trace.push(`${calls.length} calls at the same time:`)
    for (const call of answered) this.#note(call)
    const after = explain(this.state, answered)
    if (!after) return 'no order of these calls explains their answers'
    this.state = after
    return undefined
  }

  async #call(kind: Kind, by: string, input: Body): Promise<string | undefined> {
    const answer = await this.subject.call(kind, by, input)
    const outcomes = predict(this.state, { kind, by, input })
    this.#note({ kind, by, input, answer })
    return take(outcomes, answer)
  }

  #note(call: AnsweredCall): void {
    const { kind, by, input, answer } = call
    this.#write(`${by} ${kind} ${JSON.stringify(input)}`, answer)
    this.#log.push({ ...call, at: this.state.now })
    const tallied = `${kind} ${answer.status} ${answer.body?.code ?? ''}`
    this.tally.set(tallied, (this.tally.get(tallied) ?? 0) + 1)
  }

  async #payOrder(mchid: string, no: string): Promise<string | undefined> {
    const answer = await this.subject.control('POST', `/orders/${no}/pay`, { mchid })
    this.#write(`the user pays ${mchid} ${no}`, answer)
    const order = this.state.payments.get(keyOf(mchid, no))
    if (!order || !isPayable(order, this.state.now)) {
      return answer.status >= 400 ? undefined : 'an order that cannot be paid was paid'
    }
    if (answer.status !== 200) return 'an order that is to be paid was not'
    const { orders } = await this.subject.world()
    const transactionId = orders.find(
      ({ mchid: of, out_trade_no }) => of === mchid && out_trade_no === no,
    )?.transaction_id
    if (transactionId === undefined) return 'a paid order has no transaction_id'
    order.state = 'SUCCESS'
    order.transactionId = transactionId
    order.paidAt = this.state.now
    this.state.announced.push(announcement('TRANSACTION.SUCCESS', mchid, order.notifyUrl, no))
    return undefined
  }

  async #failRefund(): Promise<string | undefined> {
    const refund = [...this.state.refunds.values()].at(-1)
    if (!refund) return undefined
    const { merchant: mchid, no } = refund
    const answer = await this.subject.control('POST', `/refunds/${no}/settle`, { mchid }, { outcome: 'ABNORMAL' })
    this.#write(`the refund ${no} of ${mchid} cannot arrive`, answer)
    if (!isUnderWay(refund, this.state.now)) {
      return answer.status >= 400 ? undefined : 'a refund that is settled was settled'
    }
    if (answer.status !== 200) return 'a refund that is under way was not settled'
    failRefund(this.state, refund)
    return undefined
  }

  async #setStockState({ stock, creator, state }: Extract<Step, { do: 'setStockState' }>): Promise<string | undefined> {
    const id = resolveText(stock, this.state)
    const mchid = resolveText(creator, this.state)
    const answer = await this.subject.control('PATCH', `/stocks/${id}`, { mchid }, { state })
    this.#write(`${id} becomes ${state}`, answer)
    const known = this.state.stocks.find((candidate) => candidate.id === id && candidate.creator === mchid)
    if ((answer.status === 200) !== (known !== undefined)) {
      return `the batch ${id} could not be set`
    }
    if (known) known.state = state
    return undefined
  }

  async #deleteCoupon({ stock, creator, code }: Extract<Step, { do: 'deleteCoupon' }>): Promise<string | undefined> {
    const id = resolveText(stock, this.state)
    const mchid = resolveText(creator, this.state)
    const named = resolveText(code, this.state)
    const answer = await this.subject.control('PATCH', `/coupons/${id}/${named}`, { mchid }, { state: 'DELETED' })
    this.#write(`the user deletes ${named} of ${id}`, answer)
    const coupon = this.state.stocks
      .find((candidate) => candidate.id === id && candidate.creator === mchid)
      ?.coupons.find((candidate) => candidate.code === named)
    if ((answer.status === 200) !== (coupon !== undefined)) return `the coupon ${named} of ${id} could not be deleted`
    if (coupon) {
      coupon.state = 'DELETED'
      // Deletion also removes its history.
      delete coupon.use
      delete coupon.deactivated
    }
    return undefined
  }

  async #seedStock(creator: string, input: Body): Promise<string | undefined> {
    const { out_request_no: _, ...json } = input
    const answer = await this.subject.control('POST', '/stocks', {}, { mchid: creator, ...json })
    this.#write(`a batch is there: ${JSON.stringify(json)}`, { status: answer.status, body: undefined })
    if (answer.status !== 200 && answer.status !== 201) return 'a batch could not be added'
    this.state.stocks.push(stockFrom(creator, input))
    return undefined
  }

  #write(what: string, { status, body }: Answer): void {
    this.trace.push(
      `${wireTime(this.state.now)} ${what}\n    → ${status} ${body === undefined ? '' : JSON.stringify(body)}`,
    )
  }
}
