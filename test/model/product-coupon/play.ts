import type { Merchant } from '../../../src/engine/keys/merchants.ts'
import { open } from '../../../src/wire/protocol/envelope.ts'
import type { Door } from '../door.ts'
import { atOnce, type Body, Caller, differ, get, inSomeOrder } from '../plans.ts'
import { NOON } from '../references.ts'
import { batchesOf, productFor } from './batches.ts'
import { Book, batchState, forbidden, midnightOf, noticeOf, SECOND, shownBatch, shownCoupon, wireTime } from './book.ts'
import { planOf } from './calls.ts'
import { held } from './holdings.ts'
import { APPID, batchQuery, couponQuery, PATH, type Plan, productQuery } from './queries.ts'
import { type Call, PARTNER, RIVAL, type Step, TRANSACTIONS, USERS, userOf, wantedProduct, whoseOf } from './steps.ts'

/** Plays steps about product coupons with a mock and with a book. */
export class CouponPlayer {
  readonly #door: Door
  readonly #caller: Caller
  readonly #told: string[] = []
  #book = new Book(NOON)

  constructor(door: Door, merchants: readonly Merchant[]) {
    this.#door = door
    this.#caller = new Caller(door, merchants)
    const keys = new Map(merchants.map(({ mchid, apiV3Key }) => [mchid, apiV3Key]))
    door.onCallback(async (to, body) => {
      const { event_type, resource } = JSON.parse(body)
      const opened = open(resource, keys.get(to) ?? '')
      if (!opened.ok) throw new Error(`A callback to ${to} is not sealed with its key.`)
      if (event_type !== 'PRODUCT_COUPON_SP.SEND') this.#told.push(`${to} ${event_type}`)
      else this.#told.push(noticeIn(to, JSON.parse(opened.plaintext)))
    })
  }

  async begin(): Promise<void> {
    const { control } = this.#door
    const known = USERS.map(({ openid, user }) => ({ openid, unionid: user }))
    for (const mchid of [PARTNER, RIVAL]) await control.addUsers(known.map((one) => ({ mchid, ...one })))
    await this.#try(this.#planOf({ do: 'setAddress', whose: 0 }))
    for (const [i, transaction_id] of TRANSACTIONS.entries()) {
      await control.addOrder({
        transaction_id,
        out_trade_no: `ORDER-${i}`,
        total: 10_000,
        success_time: wireTime(NOON),
      })
    }
  }

  async play(step: Step): Promise<string | undefined> {
    switch (step.do) {
      case 'advance':
        await this.#door.control.advance(step.seconds)
        this.#book.now += step.seconds * SECOND
        return this.#lookAtNotices()
      case 'setBack':
        await this.#setBack(step.seconds)
        return this.#look()
      case 'restart':
        await this.#door.restart()
        return undefined
      case 'look':
        return this.#look()
      case 'withdraw': {
        const { by: mchid, brand } = whoseOf(step.whose)
        await this.#door.control.addBrandPartner({ mchid, brand_id: brand, authorized: step.authorized })
        const pair = `${mchid} ${brand}`
        if (step.authorized) this.#book.withdrawn.delete(pair)
        else this.#book.withdrawn.add(pair)
        return undefined
      }
      case 'list':
        return this.#list(step)
      case 'listBatches':
        return this.#listBatches(step)
      case 'atOnce': {
        const plans = step.calls.map((call) => this.#planOf(call))
        const answered = await atOnce(this.#caller, plans)
        const found = inSomeOrder(this.#book, plans, answered)
        if (!found) return answered.unexplained(plans)
        this.#book = found
        return this.#look()
      }
      default:
        return this.#try(this.#planOf(step))
    }
  }

  /** Sets the clock back, though not to another day: what was sent on that day is counted no more. */
  async #setBack(seconds: number): Promise<void> {
    const { now } = this.#book
    this.#book.setBack(Math.min(seconds * SECOND, now - Math.max(NOON, midnightOf(now))))
    await this.#door.control.setClock({ now: new Date(this.#book.now).toISOString() })
  }

  async close(): Promise<string | undefined> {
    this.#book.withdrawn.clear()
    await this.#door.control.advance(1)
    this.#book.now += SECOND
    return (await this.#look(true)) ?? this.#lookAtNotices()
  }

  #planOf(call: Call): Plan {
    return planOf(call, this.#book, this.#door.callbackUrl)
  }

  /** Whether partners with an address were told of each coupon, once. */
  #lookAtNotices(): string | undefined {
    const told = this.#told.toSorted()
    const wanted = [...this.#book.coupons.values()].filter((one) => one.isTold).map((one) => noticeOf(this.#book, one))
    const unexpected = told.filter((one, i) => !wanted.includes(one) || told[i - 1] === one)
    if (unexpected.length > 0) return `told twice, or of what was not sent: ${unexpected}`
    const missing = wanted.filter((one) => !told.includes(one))
    return missing.length > 0 ? `not told: ${missing}` : undefined
  }

  async #try(plan: Plan): Promise<string | undefined> {
    const answer = await this.#caller.ask(plan.request)
    return differ(plan.tell(this.#book, answer), answer)
  }

  /** Looks at everything that there is. @param isLast whether brands are to trust their partners again first */
  async #look(isLast = false): Promise<string | undefined> {
    const { products, batches, coupons } = this.#book
    if (isLast) {
      for (const i of [0, 1, 2]) {
        const { by: mchid, brand } = whoseOf(i)
        await this.#door.control.addBrandPartner({ mchid, brand_id: brand, authorized: true })
      }
    }
    const plans = [
      ...[...products].map(([key, one]) => productQuery(this.#book, key, one)),
      ...[...batches].map(([key, one]) => batchQuery(this.#book, key, this.#book.productOf(one))),
      ...[...coupons.keys()].map((key) => couponQuery(this.#book, key)),
    ]
    const faults = await Promise.all(plans.map((plan) => this.#try(plan)))
    return faults.find((one) => one !== undefined)
  }

  /** Reads the coupons of a user page by page. */
  async #list({ whose: i, user, size, state }: Extract<Step, { readonly do: 'list' }>): Promise<string | undefined> {
    const whose = whoseOf(i)
    const { openid, user: person } = userOf(user)
    const query = { brand_id: whose.brand, appid: APPID, coupon_state: state }
    const target = `${PATH}/users/${openid}/coupons`
    if (this.#book.withdrawn.has(`${whose.by} ${whose.brand}`)) return this.#refused(whose.by, target, query, forbidden)
    const all = held(this.#book, { ...whose, openid, user: person, ...(state !== undefined && { state }) })
    const found = await this.#pages(whose.by, target, query, size, 'user_coupon_list', all.length)
    if (typeof found === 'string') return found
    const times = found.map(({ receive_time }) => String(receive_time))
    if (times.join() !== times.toSorted().toReversed().join()) return `the newest is not the first: ${times}`
    const wanted = all.map(([, one]) => [`${one.code} ${this.#book.batchOf(one).id}`, one] as const)
    return compared(
      found.map((one) => [`${one.coupon_code} ${Object(one.stock).stock_id}`, one]),
      wanted.map(([name, one]) => [name, shownCoupon(this.#book, one)]),
    )
  }

  /** Reads the batches of a product coupon page by page. */
  async #listBatches({ n, size, state }: Extract<Step, { readonly do: 'listBatches' }>): Promise<string | undefined> {
    const whose = wantedProduct(n)
    const product = productFor(this.#book, `P${n}`, whose)
    const query = { brand_id: whose.brand, state }
    if ('status' in product) {
      const id = this.#book.products.get(`P${n}`)?.id ?? '9999999999'
      return this.#refused(whose.by, `${PATH}/product-coupons/${id}/stocks`, query, product)
    }
    const { now } = this.#book
    const all = batchesOf(this.#book, `P${n}`).filter(
      ([, one]) => state === undefined || batchState(one, now) === state,
    )
    const target = `${PATH}/product-coupons/${product.id}/stocks`
    const found = await this.#pages(whose.by, target, query, size, 'stock_list', all.length)
    if (typeof found === 'string') return found
    return compared(
      found.map((one) => [String(one.stock_id), one]),
      all.map(([, one]) => [one.id, shownBatch(this.#book, one)]),
    )
  }

  async #refused(
    by: string,
    target: string,
    query: Readonly<Record<string, string | undefined>>,
    expected: Parameters<typeof differ>[0],
  ): Promise<string | undefined> {
    return differ(expected, await this.#caller.call(get(by, target, query)))
  }

  /** All pages of a list, or what is wrong with one. Only the first says how many things there are. */
  async #pages(
    by: string,
    target: string,
    query: Readonly<Record<string, string | undefined>>,
    size: number,
    list: string,
    count: number,
  ): Promise<readonly Body[] | string> {
    const found: Body[] = []
    let token: string | undefined
    do {
      const request = get(by, target, { ...query, page_size: String(size), page_token: token })
      const { status, body } = await this.#caller.call(request)
      const { total_count, next_page_token, [list]: some = [] } = body
      const isFirst = token === undefined
      const things = some as readonly Body[]
      const isRight =
        status === 200 &&
        total_count === (isFirst ? count : undefined) &&
        things.length === Math.min(size, count - found.length)
      if (!isRight) return `after ${found.length} of ${count} a page is ${status} ${JSON.stringify(body)}`
      found.push(...things)
      token = next_page_token === undefined ? undefined : String(next_page_token)
      if (token !== undefined && token.length > 100) return `a token has ${token.length} characters`
    } while (token !== undefined && found.length < count)
    return token === undefined ? found : `there is another page after all ${count}`
  }
}

function noticeIn(to: string, notice: Body): string {
  const ids = ['brand_id', 'product_coupon_id', 'stock_id', 'coupon_code', 'stock_bundle_id', 'user_coupon_bundle_id']
  const others = ['send_request_no', 'send_channel', 'receive_time', 'valid_begin_time', 'valid_end_time']
  return [to, ...[...ids, ...others].map((name) => notice[name])].join(' ')
}

function compared(
  found: readonly (readonly [string, Body])[],
  wanted: readonly (readonly [string, object])[],
): string | undefined {
  const things = new Map(found)
  const faults = wanted.map(([name, body]) =>
    differ({ status: 200, body }, { status: things.has(name) ? 200 : 404, body: things.get(name) ?? {} }),
  )
  return faults.find((one) => one !== undefined)
}
