import { z } from 'zod'
import type { CredentialsJson } from '../../../src/control/answer-format.ts'
import type { MockControl } from '../../../src/mock-control.ts'
import type { Outcome, Program } from '../matrix/program.ts'
import { type Filling, Samples, type Schema } from './samples.ts'
import { argumentsOf, SHARES_TAKER, type Surroundings } from './shop-arguments.ts'

/** The outcome of calling a method. */
export interface Called {
  readonly method: string
  readonly outcome: Outcome
  /** Id of the operation of its last request; omitted if it made no request. */
  readonly operation?: string
}

const schema = z.lazy(
  (): z.ZodType<Schema> =>
    z.object({
      type: z.enum(['object', 'array', 'string', 'integer', 'number', 'boolean']),
      properties: z.record(z.string(), schema).optional(),
      required: z.array(z.string()).optional(),
      items: schema.optional(),
      enum: z.array(z.string()).optional(),
    }),
)
const described = z.record(z.string(), z.array(schema))

export interface Shop {
  readonly program: Program
  readonly control: MockControl
  readonly credentials: CredentialsJson
  readonly filling: Filling
  /** Path of an existing file. */
  readonly file: string
  /** Address for callbacks. */
  readonly url: string
}

/**
 * Calls every method of an SDK once, starting with those that make things. Calls a refused method again after all others, since its subject may exist
 * by then.
 */
export async function callMethods(shop: Shop): Promise<readonly Called[]> {
  const { program, control, credentials, filling, file, url } = shop
  const { mchid, api_v3_key: apiV3Key } = credentials
  const { mchid: subMchid } = await control.createMerchant({ partners: [mchid] })
  const billDate = (await timeIn(control, -48 * HOUR_MS)).slice(0, 10)
  for (const payee of [mchid, subMchid]) {
    await control.addOrder({ mchid: payee, success_time: `${billDate}T12:00:00+08:00` })
  }
  const caller = {
    mchid,
    subMchid,
    url,
    billDate,
    soon: await timeIn(control, HOUR_MS),
    later: await timeIn(control, 24 * HOUR_MS),
  }
  const samples = new Map<string, Samples>()

  const samplesOf = async (product: string): Promise<Samples> => {
    const known = samples.get(product)
    if (known) return known
    const made = new Samples(product, caller, filling)
    samples.set(product, made)
    await prepare(product, made, shop)
    return made
  }
  const call = async ([method, parameters]: readonly [string, readonly Schema[]]): Promise<Called> => {
    const own = await samplesOf(productOf(method))
    const before = await lastExchange(shop)
    const given = argumentsOf(method, parameters, { caller, apiV3Key, file } satisfies Surroundings, own)
    const outcome = await program.take('call', { method, arguments: given })
    own.learn(outcome.answer)
    const last = await lastExchange(shop)
    return {
      method,
      outcome,
      ...(last?.operation !== undefined && last.id !== before?.id && { operation: last.operation }),
    }
  }

  const methods = Object.entries(await describedBy(program)).toSorted(([a], [b]) => orderOf(a) - orderOf(b))
  const first: Called[] = []
  for (const method of methods) first.push(await call(method))
  // Receivers of shares have their money by then, and an order can be shared again.
  await control.advance(2)
  const last: Called[] = []
  for (const [i, called] of first.entries()) {
    const method = methods[i]
    last.push(called.outcome.refused && method ? await call(method) : called)
  }
  return last
}

async function describedBy(program: Program): Promise<z.output<typeof described>> {
  const outcome = await program.take('methods', {})
  if (!outcome.answer) throw new Error(`The program does not know the methods of its SDK: ${JSON.stringify(outcome)}`)
  return described.parse(outcome.answer)
}

const HOUR_MS = 3_600_000

async function timeIn(control: MockControl, ms: number): Promise<string> {
  const { now } = await control.clock()
  return `${new Date(Date.parse(now) + ms).toISOString().slice(0, 19)}Z`
}

async function lastExchange({ control, credentials: { mchid } }: Shop) {
  const [last] = await control.journal({ mchid, limit: 1, callbacks: 'no' })
  return last
}

/** Package prefix of a service. */
const productOf = (method: string): string => method.replace(/\.\w+\.\w+(?:\(.*)?$/, '')

/** Methods that make things come first, those that end them last. */
function orderOf(method: string): number {
  const [, name = ''] = /\.(\w+)(?:\(.*)?$/.exec(method) ?? []
  if (/^(?:create|prepay|preorder|add|apply|initiate|send|issue|upload)/i.test(name)) return 0
  return /^(?:close|stop|terminate|delete|finish|unfreeze|deactivate|return|disassociate)/i.test(name) ? 2 : 1
}

/**
 * Makes things that no method of a product makes: a paid order, also of a partner, which can be shared with a receiver of its merchant, and a coupon held by
 * a user.
 */
async function prepare(product: string, samples: Samples, { control, credentials, filling }: Shop): Promise<void> {
  const { mchid } = credentials
  const [order, transaction_id] = [samples.text('out_trade_no'), samples.text('transaction_id')]
  const out_trade_no = /refund/.test(product) ? order : `PAID_${order}`
  const isShared = product === 'profitsharing'
  // Methods that need not name a sub-merchant name none with required members only.
  const isOfPartner = /^(?:partnerpayments|ecommercerefund)/.test(product) || (isShared && filling === 'all members')
  const ofPartner = isOfPartner && { sub_mchid: samples.text('sub_mchid') }
  await control.addOrder({ mchid, out_trade_no, transaction_id, total: 100, profit_sharing: isShared, ...ofPartner })
  if (isShared) {
    await control.addSharingReceiver({ mchid: ofPartner ? ofPartner.sub_mchid : mchid, account: SHARES_TAKER })
  }
  if (product === 'merchantexclusivecoupon') {
    const [stock_id, coupon_code, openid] = [
      samples.text('stock_id'),
      samples.text('coupon_code'),
      samples.text('openid'),
    ]
    await control.addCoupons([{ mchid, stock_id, coupon_code, openid }])
  }
}
