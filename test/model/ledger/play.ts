import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { Merchant } from '../../../src/engine/keys/merchants.ts'
import type { Door } from '../door.ts'
import { type Answer, atOnce, type Body, Caller, differ, get, inSomeOrder, post } from '../plans.ts'
import { NOON } from '../references.ts'
import { advancesByTime } from './advances.ts'
import { applied, dateOf, dayOf, differences, rowsOf, UNKNOWN, type WantedBill } from './bills.ts'
import { accountOf, planOf, STOCK } from './calls.ts'
import { keyOf, Ledger, same, type Told } from './ledger.ts'
import { ordersByTime } from './orders.ts'
import { platformQueries } from './platforms.ts'
import { orderQuery, type Plan, refundQuery, returnQuery, shareQuery, typeOf, unsplitQuery } from './queries.ts'
import { refundsByTime } from './refunds.ts'
import { sharesByTime } from './shares.ts'
import { Shops } from './shops.ts'
import { type Call, MERCHANTS, PARTNER, POOR, type Step, SUB, WORLD, wantedOf } from './steps.ts'
import { subsidyQueries } from './subsidy-plans.ts'

const BY_TIME = { ...ordersByTime, ...refundsByTime, ...sharesByTime, ...advancesByTime }

/** How much happened in what was played. */
export interface Coverage {
  callbacks: number
  /** Calls that were made while a callback of a move of the clock was out. */
  onTheWay: number
  /** Sequences that were given up, since the clock went on during such a call. */
  torn: number
}

/** Plays steps with a mock and with a ledger. */
export class Player {
  readonly #door: Door
  readonly #caller: Caller
  readonly #shops: Shops
  readonly #coverage: Coverage
  #ledger = new Ledger(NOON, WORLD)
  #wasKilled = false
  /** Whether the clock went on during a call on the way, as a slow machine lets it: then no one can tell which instant the call was judged by. */
  #isTorn = false

  constructor(door: Door, merchants: readonly Merchant[], coverage: Coverage) {
    this.#door = door
    this.#caller = new Caller(door, merchants)
    this.#shops = new Shops(door, merchants)
    this.#coverage = coverage
  }

  async begin(): Promise<void> {
    const { control } = this.#door
    const { receivers, returnable, codes } = WORLD
    for (const mchid of new Set([...MERCHANTS, ...Object.keys(returnable)]))
      await control.addSharingAccount(accountOf(mchid, this.#door.callbackUrl))
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
    for (const [stock_id, { creator: mchid, owner, hasSubsidies, fen, percent }] of Object.entries(WORLD.stocks)) {
      const least = { transaction_minimum: 1 }
      await control.addStock({
        ...{ stock_id, mchid, belong_merchant: owner, subsidy: hasSubsidies, coupon_code_mode: 'MERCHANT_API' },
        ...{
          stock_type: percent === undefined ? 'NORMAL' : 'DISCOUNT',
          stock_send_rule: { max_coupons_per_user: 100 },
        },
        coupon_use_rule: {
          coupon_available_time: { available_end_time: '2099-01-01T00:00:00+08:00' },
          ...(percent === undefined
            ? { fixed_normal_coupon: { discount_amount: fen, ...least } }
            : { discount_coupon: { discount_percent: percent, ...least } }),
        },
      })
    }
    for (const mchid of MERCHANTS) {
      const notify_url = this.#door.callbackUrl(mchid)
      await this.#caller.call(post(mchid, '/v3/marketing/busifavor/callbacks', { mchid, notify_url }))
    }
    await control.addStock({ stock_id: STOCK })
    const coupon = { stock_id: STOCK, openid: 'oUser', expire_time: '2099-01-01T00:00:00+08:00' }
    await control.addCoupons([0, 1, 2, 3].map((k) => ({ ...coupon, coupon_code: `COUPON-${k}` })))
  }

  /** Plays a step with the mock and with the ledger. @returns how they differ */
  async play(step: Step): Promise<string | undefined> {
    if (this.#isTorn) return undefined
    switch (step.do) {
      case 'advance':
        return this.#advance(step.seconds, step.onTheWay)
      case 'setBack':
        await this.#setBack(step.seconds)
        return this.#look()
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
        const fault = await this.#try(this.#planOf(step))
        if (fault !== undefined) return fault
      }
    }
    return this.#ledger.fault(MERCHANTS)
  }

  /** Closes the books: looks everything up, and at the bills of all days. @returns what differs */
  async close(): Promise<string | undefined> {
    this.#coverage.callbacks += this.#shops.told.length
    if (this.#isTorn) return undefined
    const moved = await this.#advance(2 * 86_400, [])
    if (moved !== undefined) return moved
    const looked = await this.#look()
    if (looked !== undefined) return looked
    const bills = this.#days.flatMap((day) =>
      MERCHANTS.flatMap((by) =>
        (['BASIC', 'ALL', 'SHARING'] as const).flatMap((kind) => [
          { kind, by, day },
          // Partners also get a bill of each sub-merchant alone.
          ...(by === PARTNER && kind !== 'BASIC' ? [SUB, POOR].map((sub) => ({ kind, by, sub, day })) : []),
        ]),
      ),
    )
    for (const bill of bills) {
      const fault = rowsOf(this.#ledger, bill).length > 0 ? await this.#bill(bill, false) : undefined
      if (fault !== undefined) return `${bill.kind} of ${bill.by} on ${dateOf(bill.day)}: ${fault}`
    }
    return undefined
  }

  /** Moves the clock, and makes a call while each callback on the way is out. @returns what differs, also of what merchants were told */
  async #advance(seconds: number, calls: readonly Call[]): Promise<string | undefined> {
    const { control } = this.#door
    const target = this.#ledger.now + seconds * 1_000
    const waiting = [...calls]
    const faults: string[] = []
    let before = Promise.resolve()
    this.#shops.beforeReply = () => {
      before = before.then(async () => {
        const call = waiting.shift()
        if (!call) return
        const now = await this.#now()
        this.#ledger.advance(now - this.#ledger.now, BY_TIME)
        this.#coverage.onTheWay += 1
        const fault = await this.#try(this.#planOf(call))
        this.#isTorn ||= (await this.#now()) !== now
        if (fault !== undefined) faults.push(`${JSON.stringify(call)}: ${fault}`)
      })
      return before
    }
    await control.advance(seconds)
    await before
    this.#shops.beforeReply = async () => {}
    if (this.#isTorn) {
      this.#coverage.torn += 1
      return undefined
    }
    this.#ledger.advance(target - this.#ledger.now, BY_TIME)
    return faults[0] ?? this.#lookAtCallbacks() ?? this.#ledger.fault(MERCHANTS)
  }

  /** Epoch milliseconds on the mock's clock. */
  async #now(): Promise<number> {
    return Date.parse((await this.#door.control.clock()).now)
  }

  /** Compares what merchants have been told. After a kill callbacks may come again, or later. */
  #lookAtCallbacks(): string | undefined {
    const listed = (told: readonly Told[]) => told.map((one) => Object.values(one).join(' ')).toSorted()
    const [expected, told] = [listed(this.#ledger.told), listed(this.#shops.told)]
    const unexpected = told.filter((one) => !expected.includes(one))
    if (unexpected.length > 0) return `merchants were told of what did not happen: ${unexpected.join('; ')}`
    if (this.#wasKilled || same(expected, told)) return undefined
    const missing = expected.filter((one) => !told.includes(one))
    return missing.length > 0 ? `merchants were not told: ${missing.join('; ')}` : 'merchants were told twice'
  }

  /** Sets the clock back, though not to before it began: what the world is set up with is not there then. */
  async #setBack(seconds: number): Promise<void> {
    const ms = Math.min(seconds * 1_000, this.#ledger.now - NOON)
    this.#ledger.setBack(ms)
    await this.#door.control.setClock({ now: new Date(this.#ledger.now).toISOString() })
  }

  /** Days on which money moved, the last one first. */
  get #days(): readonly number[] {
    return [...new Set(this.#ledger.entries.map(({ at }) => dayOf(at)))].toSorted((a, b) => b - a)
  }

  #planOf(call: Call): Plan {
    return planOf(call, this.#ledger, this.#door.callbackUrl)
  }

  async #try(plan: Plan): Promise<string | undefined> {
    const answer = await this.#caller.ask(plan.request)
    return differ(plan.tell(this.#ledger, answer), answer) ?? learn(this.#ledger, plan, answer)
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
      ...about(refunds, ({ order }) => order).flatMap(([key]) => platformQueries(key, ledger)),
      ...about(shares, ({ order }) => order).map(([key]) => shareQuery(key, ledger)),
      ...about(ledger.vouchers, ({ code }) => ordersOf(Number(code.split('-')[1]))[0]).flatMap(([code]) =>
        subsidyQueries(code, ledger),
      ),
      ...about(returns, ({ share }) => shares.get(share)?.order).map(([key]) => returnQuery(key, ledger)),
    ]
    const faults = await Promise.all(plans.map((plan) => this.#try(plan)))
    return faults.find((one) => one !== undefined) ?? ledger.fault(MERCHANTS)
  }

  async #atOnce(calls: readonly Call[], killAfter: number | undefined): Promise<string | undefined> {
    const plans = calls.map((call) => this.#planOf(call))
    this.#wasKilled ||= killAfter !== undefined && this.#door.kill !== undefined
    const answered = await atOnce(this.#caller, plans, killAfter)
    for (const group of new Set(plans.map((plan) => plan.group))) {
      const own = plans.filter((plan) => plan.group === group)
      const found = inSomeOrder(this.#ledger, own, answered)
      if (!found) return answered.unexplained(own)
      this.#ledger = found
      const faults = own.map((plan) => learn(found, plan, answered.last(plan)))
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
    const answer = await this.#caller.call(request)
    const [file = answer.body] = (answer.body.download_bill_list ?? []) as readonly Body[]
    const expected = applied(this.#ledger, wanted, rows)
    const fault = differ(expected, { status: answer.status, body: file })
    if (fault !== undefined || expected.status !== 200) return fault
    if (kind === 'SUB') {
      // Its file is sealed; the hash is that of what the sub-merchant gets itself.
      const own = await this.#caller.call(get(sub_mchid ?? '', '/v3/bill/fundflowbill', { bill_date: dateOf(day) }))
      return file.hash_value === own.body.hash_value ? undefined : 'a sub-merchant and its partner get other bills'
    }
    const url = new URL(String(file.download_url))
    const { status, body } = await this.#caller.send({ by, method: 'GET', target: `${url.pathname}${url.search}` })
    if (status !== 200) return `the download is answered with ${status}: ${Buffer.from(body).toString()}`
    const plain = gzip ? gunzipSync(body) : Buffer.from(body)
    if (createHash('sha1').update(plain).digest('hex') !== file.hash_value) return 'the hash is another one'
    return differences(
      plain.toString('utf8'),
      rows,
      this.#ledger.balanceOf(by, (at) => dayOf(at) < day),
    )
  }
}

/** The orders that calls are about. */
function namedIn(calls: readonly Call[]): (order: string) => boolean {
  const keys = calls.flatMap((call) => ('n' in call ? ordersOf(call.n) : []))
  return (order) => keys.includes(order)
}

const ordersOf = (n: number) => wantedOf(n).map(({ mchid, no }) => keyOf(mchid, no))

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
