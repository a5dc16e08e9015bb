import type { Merchant } from '../../../src/engine/keys/merchants.ts'
import type { Store } from '../../../src/engine/state/store.ts'
import type { MockControl } from '../../../src/mock-control.ts'
import { amountsOf, createdIn } from '../../../src/products/transfer/account-rules.ts'
import { transferAccounts } from '../../../src/products/transfer/accounts.ts'
import { transfers } from '../../../src/products/transfer/transfer-store.ts'
import { open } from '../../../src/protocol/envelope.ts'
import { isJsonObject } from '../../../src/protocol/json-object.ts'
import { encryptField } from '../../../src/protocol/sensitive-field.ts'
import { createMock, type OpenedMock } from '../../helpers/engine.ts'
import type { Random } from '../random.ts'
import { NOON } from '../references.ts'
import { unsigned } from '../subject.ts'
import { type Conduct, DIAGRAM, Ledger, leadsTo, type Reply, type State, type Told } from './ledger.ts'
import { callsOf, conductOf, PAYERS, type Payer, PEOPLE, type Step, stepsOf, type Wanted, walkOf } from './steps.ts'

const BASE = '/v3/fund-app/mch-transfer'
const POOR_BALANCE = 1_000
const UNDER_WAY = ['ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM', 'TRANSFERING', 'CANCELING']

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** The surroundings of a mock that is played with: a merchant with any amount of money, and a store, if it is not the memory of this process. */
export interface World {
  readonly rich: Merchant
  readonly store?: Store
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
  readonly #mock: OpenedMock
  readonly #ledgers: Readonly<Record<Payer, Ledger>>
  readonly #mchids: Readonly<Record<Payer, string>>
  readonly #headers: Readonly<Record<Payer, string>>
  /** The last `package_info` of each transfer. */
  readonly #packages = new Map<string, string>()
  readonly #ids = new Map<string, string>()
  /** The state in which each transfer was last seen. */
  readonly #seen = new Map<string, State>()
  readonly #received: (Told & { readonly by: Payer })[] = []

  private constructor(mock: OpenedMock, merchants: Readonly<Record<Payer, Merchant>>, conduct: Conduct) {
    this.#mock = mock
    const now = NOON / 1_000
    this.#ledgers = {
      poor: new Ledger(now, POOR_BALANCE, conduct, PEOPLE),
      rich: new Ledger(now, undefined, conduct, PEOPLE),
    }
    this.#mchids = { poor: merchants.poor.mchid, rich: merchants.rich.mchid }
    this.#headers = { poor: unsigned(merchants.poor), rich: unsigned(merchants.rich) }
  }

  static async begin({ rich, store }: World, conduct: Conduct): Promise<Player> {
    const { slow, takes, cancelTakes, closesLate } = conduct
    const players: Player[] = []
    const mock = createMock({
      seed: 'empty',
      auth: 'lenient',
      randomSeed: 'transfers',
      journalLimit: 4,
      diagnosis: 'off',
      clockStart: { now: NOON, frozen: true },
      ...(store && { store }),
      transferLocking: slow ? 'slow' : 'at_once',
      transferTakes: takes,
      transferCancelTakes: cancelTakes,
      transferClosesLate: closesLate / 60,
      allowCallbackHosts: ['poor.example', 'rich.example'],
      receive: async (request) => players[0]?.receive(request) ?? new Response(null, { status: 500 }),
    })
    await mock.merchants.add(rich)
    const player = new Player(mock, { poor: mock.defaultMerchant, rich }, conduct)
    players.push(player)
    await mock.control.changeTransferAccount({ balance: POOR_BALANCE })
    for (const mchid of Object.values(player.#mchids)) {
      for (const [openid, real_name] of Object.entries(PEOPLE)) {
        if (real_name !== undefined) await mock.control.addUser({ mchid, openid, real_name })
      }
    }
    return player
  }

  close(): Promise<void> {
    return this.#mock.close()
  }

  async receive(request: Request): Promise<Response> {
    const by = new URL(request.url).hostname.startsWith('poor') ? 'poor' : 'rich'
    const { event_type, resource } = JSON.parse(await request.text())
    const merchant = this.#mock.merchants.find(this.#mchids[by])
    const opened = open(resource, merchant?.apiV3Key ?? '')
    if (!opened.ok) return new Response(null, { status: 500 })
    const { out_bill_no, state, fail_reason, update_time } = JSON.parse(opened.plaintext)
    if (event_type === 'MCHTRANSFER.BILL.FINISHED') {
      this.#received.push({ by, no: out_bill_no, state, reason: fail_reason, at: Date.parse(update_time) / 1_000 })
    }
    return new Response(null, { status: 204 })
  }

  /** Plays a step with the mock and with the ledger. @returns how they differ */
  async play(step: Step): Promise<string | undefined> {
    const answer = await this.#ask(step)
    return this.#judge(step, answer)
  }

  /** Fires calls at once; they have to be answered like in some order of theirs, which is the one they are found in the world. */
  async fire(steps: readonly Step[]): Promise<void> {
    await Promise.all(steps.map((step) => this.#ask(step)))
  }

  async #ask(step: Step): Promise<Answer | boolean | undefined> {
    const { control } = this.#mock
    const owner = { mchid: this.#mchids[step.by] }
    switch (step.do) {
      case 'create': {
        const { openid, ...body } = this.#bodyOf(step.by, step.wanted)
        return this.#call(step.by, 'POST', `${BASE}/transfer-bills`, { ...body, openid })
      }
      case 'transfer': {
        const { openid: _, ...body } = this.#bodyOf(step.by, step.wanted)
        const named = { ...body, out_authorization_no: step.authorization }
        return this.#call(step.by, 'POST', `${BASE}/transfer-bills/transfer`, named)
      }
      case 'query':
        return this.#call(step.by, 'GET', `${BASE}/transfer-bills/out-bill-no/${step.no}`)
      case 'queryById': {
        const id = this.#ids.get(`${step.by} ${step.no}`) ?? '1330'
        return this.#call(step.by, 'GET', `${BASE}/transfer-bills/transfer-bill-no/${id}`)
      }
      case 'cancel':
        return this.#call(step.by, 'POST', `${BASE}/transfer-bills/out-bill-no/${step.no}/cancel`)
      case 'confirm': {
        const given = this.#packageFor(step)
        const body = { ...given, ...(step.outcome !== undefined && { outcome: step.outcome as 'SUCCESS' }) }
        return succeeds(control.confirmTransfer(step.no, body, owner))
      }
      case 'dismiss':
        return succeeds(control.dismissTransfer(step.no, {}, owner))
      case 'fail':
        return succeeds(control.failTransfer(step.no, { fail_reason: step.reason as 'TRANSFER_RISK' }, owner))
      case 'topUp':
        return succeeds(control.changeTransferAccount({ top_up: step.amount }, owner))
      case 'setBalance':
        return succeeds(control.changeTransferAccount({ balance: step.balance ?? null }, owner))
      case 'setOpened':
        return succeeds(control.changeTransferAccount({ opened: step.opened }, owner))
      case 'add': {
        const { no, openid, amount, name, notify } = step.wanted
        // It takes back what is still to be told of the one in its place.
        await this.#mock.outbox.idle()
        const { transfer_bill_no } = await control.addTransfer({
          ...owner,
          out_bill_no: no,
          openid,
          transfer_amount: amount,
          state: step.state,
          ...(name !== undefined && { user_name: name }),
          ...(notify && { notify_url: notifyUrlOf(step.by) }),
        })
        const key = `${step.by} ${no}`
        this.#ids.set(key, transfer_bill_no)
        this.#packages.delete(key)
        this.#seen.delete(key)
        return undefined
      }
      case 'ask':
        return this.#call(step.by, 'POST', `${BASE}/user-confirm-authorization`, {
          out_authorization_no: step.no,
          appid: 'wx0000000000000001',
          openid: step.openid,
          transfer_scene_id: '1000',
          user_display_name: '用户',
          authorization_notify_url: `https://${step.by}.example/authorized`,
        })
      case 'agree':
        return succeeds(control.confirmTransferAuthorization(step.no, {}, owner))
      case 'close':
        return this.#call(step.by, 'POST', `${BASE}/user-confirm-authorization/out-authorization-no/${step.no}/close`)
      case 'advance':
        await control.advance(step.seconds)
        return undefined
      case 'setBack':
        await this.setBack(step.seconds)
        return undefined
      case 'jump':
        await control.setClock({ now: new Date(this.#mock.clock.now() + step.seconds * 1_000).toISOString() })
        return undefined
      case 'reset':
        await control.reset(owner.mchid)
        return undefined
      case 'restore':
        await control.restore(await control.world())
        return undefined
      case 'limit':
        await control.changeSettings({ transfer_limits: step.limits })
        return undefined
    }
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
      case 'advance':
        for (const payer of PAYERS) this.#ledgers[payer].advance(step.seconds)
        return undefined
      case 'setBack':
        for (const payer of PAYERS) this.#ledgers[payer].setBack(step.seconds)
        return undefined
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
    const number = step.do === 'create' || step.do === 'transfer' ? step.wanted.no : 'no' in step ? step.no : ''
    const key = `${step.by} ${number}`
    if (typeof body.package_info === 'string') this.#packages.set(key, body.package_info)
    if (typeof body.transfer_bill_no === 'string') {
      const known = this.#ids.get(key)
      if (known !== undefined && known !== body.transfer_bill_no) return `${number} has another transfer_bill_no now`
      this.#ids.set(key, body.transfer_bill_no)
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
    await this.#mock.outbox.idle()
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
    const { control } = this.#mock
    const owner = { mchid: this.#mchids[payer] }
    return { account: await control.transferAccount(owner), bills: (await control.transfers(owner)).items }
  }

  #lookAtSums(shown: Record<Payer, Shown>): Promise<string | undefined> {
    return this.#mock.store.transaction(async (tx) => {
      const accounts = await tx.in(transferAccounts).list()
      for (const payer of PAYERS) {
        const { account, bills } = shown[payer]
        const { balance, locked, paid } = account
        const funded = accounts.find(({ mchid }) => mchid === this.#mchids[payer])?.funded
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
    return differ(listed(this.#ledgers[payer].told), listed(this.#received.filter(({ by }) => by === payer)))
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

  /** Successes that callbacks reported so far, by payer and number. */
  get successes(): readonly string[] {
    return this.#received.filter(({ state }) => state === 'SUCCESS').map(({ by, no }) => `${by} ${no}`)
  }

  async idle(): Promise<void> {
    await this.#mock.outbox.idle()
  }

  async advance(seconds: number): Promise<void> {
    await this.#mock.control.advance(seconds)
  }

  /** Sets the clock back, after which what has not ended may be in an earlier state again. */
  async setBack(seconds: number): Promise<void> {
    await this.#mock.control.advance(-seconds)
    for (const [key, state] of this.#seen) {
      if (DIAGRAM[state].includes('CANCELING')) this.#seen.delete(key)
    }
  }

  #packageFor(step: Extract<Step, { do: 'confirm' }>): { package_info?: string } {
    const key = `${step.by} ${step.no}`
    const own = this.#packages.get(key)
    if (step.with === 'foreign') {
      const other = [...this.#packages].find(([name]) => name !== key)?.[1]
      return { package_info: other ?? 'x' }
    }
    return step.with === 'old' && own !== undefined ? { package_info: own } : {}
  }

  #bodyOf(by: Payer, { no, amount, openid, name, notify }: Wanted) {
    return {
      appid: 'wx0000000000000001',
      out_bill_no: no,
      transfer_scene_id: '1000',
      openid,
      ...(name !== undefined && { user_name: encryptField(name, this.#mock.platform.publicKey.publicKey) }),
      transfer_amount: amount,
      transfer_remark: '测试',
      ...(notify && { notify_url: notifyUrlOf(by) }),
      transfer_scene_report_infos: [
        { info_type: '活动名称', info_content: '新会员有礼' },
        { info_type: '奖励说明', info_content: '抽奖一等奖' },
      ],
    }
  }

  async #call(by: Payer, method: string, target: string, body?: object): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body)
    const response = await this.#mock.handle({
      method,
      target,
      headers: {
        accept: 'application/json',
        'user-agent': 'model',
        authorization: this.#headers[by],
        'wechatpay-serial': this.#mock.platform.publicKey.serialNo,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: Buffer.from(text),
    })
    const parsed: unknown = JSON.parse(Buffer.from(response.body).toString('utf8'))
    if (!isJsonObject(parsed)) throw new Error(`${method} ${target} answers ${JSON.stringify(parsed)}`)
    return { status: response.status, body: parsed }
  }
}

function notifyUrlOf(by: Payer): string {
  return `https://${by}.example/transferred`
}

function sumIn(states: readonly string[], bills: Shown['bills']): number {
  return bills.filter(({ state }) => states.includes(state)).reduce((fen, one) => fen + one.transfer_amount, 0)
}

function differ(expected: unknown, actual: unknown): string | undefined {
  return expected === actual ? undefined : `${String(expected)} was expected, and it is ${String(actual)}`
}

/** Whether a control call succeeds; misuse is an answer, too, and anything else is not. */
async function succeeds(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('MOCK_')) return false
    throw error
  }
}

/** Plays a sequence of steps. */
export async function playSteps(
  world: World,
  conduct: Conduct,
  steps: readonly Step[],
  lookEvery: number,
): Promise<Failure | undefined> {
  const player = await Player.begin(world, conduct)
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

/** Fires concurrent calls at a mock whose clock goes both ways, again and again. @returns the failure */
export async function playAtOnce(world: World, random: Random, rounds: number): Promise<string | undefined> {
  const player = await Player.begin(world, conductOf(random))
  try {
    for (let round = 0; round < rounds; round += 1) {
      const calls = player.fire(callsOf(random, random.between(8, 32)))
      const back = random.chance(50) ? player.setBack(random.between(1, 40_000)) : undefined
      await Promise.all([calls, back])
      await player.idle()
      const fault = await player.lookAtWorldAlone()
      if (fault !== undefined) return fault
      await player.advance(random.between(1, 40_000))
      await player.idle()
    }
    const { successes } = player
    return new Set(successes).size === successes.length ? undefined : `a success was told twice: ${successes.join()}`
  } finally {
    await player.close()
  }
}
