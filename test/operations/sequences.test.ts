import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WorldJson } from '../../src/products/json.ts'
import {
  associateTradeInfo,
  deactivateCoupon,
  disassociateTradeInfo,
  queryUserCoupon,
  returnCoupon,
  useCoupon,
} from '../../src/products/operations.ts'
import { formatInstant } from '../../src/protocol/instant.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { amountOf } from '../helpers/amount.ts'
import { createMock } from '../helpers/engine.ts'
import { NOON, STOCK_ID } from '../helpers/world.ts'

const HOUR = 3_600_000
const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const CODES = ['A', 'B', 'C'] as const
/** When a coupon becomes usable and when it expires, in hours from noon. */
const TIMES = { A: [0, 1_000], B: [0, 6], C: [3, 9] } as const

type Code = (typeof CODES)[number] | 'UNKNOWN'
type Command =
  | { readonly do: 'associate' | 'disassociate'; readonly code: Code; readonly order: string; readonly number: string }
  | { readonly do: 'use' | 'return' | 'deactivate'; readonly code: Code; readonly number: string }
  | { readonly do: 'query'; readonly code: Code }
  | { readonly do: 'advance'; readonly hours: number }

const code = fc.constantFrom<Code>(...CODES, ...CODES, 'UNKNOWN')
const order = fc.constantFrom('MCH_1', 'MCH_2', 'MCH_NONE')
const number = fc.constantFrom('R-1', 'R-2', 'R-3', 'R-4')
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('associate' as const), code, order, number }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('disassociate' as const), code, order, number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('use' as const), code, number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('return' as const), code, number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deactivate' as const), code, number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('query' as const), code }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), hours: fc.integer({ min: 1, max: 4 }) }) },
)

interface ModelCoupon {
  usedWith?: string
  returnedWith?: string
  stoppedWith?: string
  order?: string
  linkedAt?: number
}

type Answer = { readonly status: number; readonly body: unknown }

const NOT_FOUND = [400, 'INVALID_REQUEST', '券不存在'] as const
const NOT_THERE = [404, 'RESOURCE_NOT_EXISTS', '券不存在'] as const
const NOT_USABLE = [400, 'INVALID_REQUEST', '券状态非可用态'] as const
const REUSED = [400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致'] as const
const NO_SUCH_THING = [404, 'RESOURCE_NOT_EXISTS', '查询的资源不存在'] as const

const refusal = ([status, code, message]: readonly [number, string, string]): Answer => ({
  status,
  body: { code, message },
})

/** The rules of busifavor.md 2.2, 4.4, 4.5, 5.3 and 6 once more, as plainly as they can be written. */
class Model {
  now = NOON
  readonly #knownOrders: readonly string[] | undefined
  readonly #coupons = new Map<string, ModelCoupon>(CODES.map((code) => [code, {}]))
  readonly #numbers = new Map<string, { values: string; at: number }>()

  constructor(knownOrders?: readonly string[]) {
    this.#knownOrders = knownOrders
  }

  answer(command: Exclude<Command, { do: 'advance' }>): Answer {
    if (command.do === 'query') return this.#query(command.code)
    const known = this.#numbers.get(`${command.do} ${command.number}`)
    const coupon = this.#coupons.get(command.code)
    // Redeeming looks for the coupon first, the others for the number.
    if (command.do === 'use' && !coupon) return refusal(NO_SUCH_THING)
    const values = `${command.code} ${'order' in command ? command.order : ''}`
    if (known) return known.values === values ? this.#done(command.do, known.at) : refusal(REUSED)
    if (!coupon) return refusal(command.do === 'return' || command.do === 'deactivate' ? NOT_THERE : NOT_FOUND)
    const refused = this.#change(command, coupon)
    if (refused) return refused
    const at = command.do === 'associate' ? (coupon.linkedAt ?? this.now) : this.now
    this.#numbers.set(`${command.do} ${command.number}`, { values, at })
    return this.#done(command.do, at)
  }

  state(code: Exclude<Code, 'UNKNOWN'>): string {
    if (this.#coupons.get(code)?.stoppedWith !== undefined) return 'DEACTIVATED'
    if (this.#coupons.get(code)?.usedWith !== undefined) return 'USED'
    return this.now >= NOON + TIMES[code][1] * HOUR ? 'EXPIRED' : 'SENDED'
  }

  #change(command: Exclude<Command, { do: 'advance' | 'query' }>, coupon: ModelCoupon): Answer | undefined {
    const code = command.code as Exclude<Code, 'UNKNOWN'>
    const state = this.state(code)
    switch (command.do) {
      case 'associate':
        if (state !== 'SENDED') return refusal(NOT_USABLE)
        if (this.#knownOrders && !this.#knownOrders.includes(command.order)) {
          return refusal([404, 'RESOURCE_NOT_EXISTS', '查询记录为空'])
        }
        if (coupon.order !== undefined && coupon.order !== command.order) {
          return refusal([400, 'INVALID_REQUEST', '券已关联其他订单'])
        }
        coupon.linkedAt ??= this.now
        coupon.order = command.order
        return undefined
      case 'disassociate':
        if (state !== 'SENDED') return refusal(NOT_USABLE)
        if (coupon.order !== command.order) return refusal([400, 'INVALID_REQUEST', '券未关联该订单'])
        delete coupon.order
        delete coupon.linkedAt
        return undefined
      case 'use':
        if (state === 'USED') return refusal([400, 'RESOURCE_ALREADY_EXISTS', '券已被其他订单核销'])
        if (state === 'DEACTIVATED') return refusal(NOT_USABLE)
        if (state === 'EXPIRED' || this.now < NOON + TIMES[code][0] * HOUR) {
          return refusal([403, 'RULELIMIT', '券不在有效期'])
        }
        coupon.usedWith = command.number
        return undefined
      case 'return':
        if (state !== 'USED') return refusal([400, 'INVALID_REQUEST', '券未被核销'])
        delete coupon.usedWith
        coupon.returnedWith = command.number
        return undefined
      case 'deactivate':
        if (state !== 'SENDED') return refusal(NOT_USABLE)
        coupon.stoppedWith = command.number
        return undefined
    }
  }

  #query(code: Code): Answer {
    const coupon = this.#coupons.get(code)
    if (!coupon || code === 'UNKNOWN') return refusal(NO_SUCH_THING)
    return {
      status: 200,
      body: {
        coupon_state: this.state(code),
        ...(coupon.order !== undefined && { associate_out_trade_no: coupon.order }),
        ...(coupon.usedWith !== undefined && { use_request_no: coupon.usedWith }),
        ...(coupon.returnedWith !== undefined && { return_request_no: coupon.returnedWith }),
        ...(coupon.stoppedWith !== undefined && { deactivate_request_no: coupon.stoppedWith }),
      },
    }
  }

  #done(what: Exclude<Command['do'], 'advance' | 'query'>, at: number): Answer {
    const time = formatInstant(at)
    switch (what) {
      case 'associate':
        return { status: 200, body: { wechatpay_associate_time: time } }
      case 'disassociate':
        return { status: 200, body: { wechatpay_disassociate_time: time } }
      case 'use':
        return { status: 200, body: { stock_id: STOCK_ID, openid: OPENID, wechatpay_use_time: time } }
      case 'return':
        return { status: 200, body: { wechatpay_return_time: time } }
      case 'deactivate':
        return { status: 200, body: { wechatpay_deactivate_time: time } }
    }
  }
}

const WORLD: WorldJson = {
  coupons: CODES.map((coupon_code) => ({
    stock_id: STOCK_ID,
    coupon_code,
    openid: OPENID,
    available_start_time: formatInstant(NOON + TIMES[coupon_code][0] * HOUR),
    expire_time: formatInstant(NOON + TIMES[coupon_code][1] * HOUR),
  })),
  orders: [{ out_trade_no: 'MCH_1' }, { out_trade_no: 'MCH_2' }],
}

/** Does a command at the real thing, and shows of a query only what the model knows. */
async function perform(
  client: ReturnType<typeof createMerchantClient>,
  command: Exclude<Command, { do: 'advance' }>,
): Promise<Answer> {
  switch (command.do) {
    case 'associate':
    case 'disassociate':
      return client.call(command.do === 'associate' ? associateTradeInfo : disassociateTradeInfo, {
        stock_id: STOCK_ID,
        coupon_code: command.code,
        out_trade_no: command.order,
        out_request_no: command.number,
      })
    case 'use':
      return client.call(useCoupon, {
        stock_id: STOCK_ID,
        coupon_code: command.code,
        appid: 'wx1234567889999',
        use_time: '2026-11-25T12:00:00+08:00',
        use_request_no: command.number,
      })
    case 'return':
      return client.call(returnCoupon, {
        stock_id: STOCK_ID,
        coupon_code: command.code,
        return_request_no: command.number,
      })
    case 'deactivate':
      return client.call(deactivateCoupon, {
        stock_id: STOCK_ID,
        coupon_code: command.code,
        deactivate_request_no: command.number,
      })
    case 'query': {
      const { status, body } = await client.call(queryUserCoupon, {
        openid: OPENID,
        coupon_code: command.code,
        appid: 'wx233544546545989',
      })
      if (status !== 200) return { status, body }
      const shown = [
        'coupon_state',
        'associate_out_trade_no',
        'use_request_no',
        'return_request_no',
        'deactivate_request_no',
      ]
      return { status, body: Object.fromEntries(Object.entries(Object(body)).filter(([name]) => shown.includes(name))) }
    }
  }
}

test.for(['any', 'known'] as const)(
  'any sequence of calls is answered as the rules say, with --orders %s',
  async (orders) => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 40 }), async (commands) => {
        const mock = createMock({ seed: WORLD, orders, clock: { now: () => NOON }, randomSeed: 'sequences' })
        const { control } = mock
        const client = createMerchantClient({
          credentials: await control.credentials(),
          send: (request) => mock.handle(request),
          now: () => mock.clock.now(),
        })
        const model = new Model(orders === 'known' ? ['MCH_1', 'MCH_2'] : undefined)

        for (const command of commands) {
          if (command.do === 'advance') {
            model.now += command.hours * HOUR
            mock.clock.advance(command.hours * HOUR)
            continue
          }
          const before = await control.world()
          const answer = await perform(client, command)
          expect(answer).toEqual(model.answer(command))
          if (answer.status !== 200 || command.do === 'query') expect(await control.world()).toEqual(before)
        }
        for (const code of CODES) {
          const query = { do: 'query', code } as const
          expect(await perform(client, query)).toEqual(model.answer(query))
        }
      }),
      { numRuns: amountOf(100) },
    )
  },
)
