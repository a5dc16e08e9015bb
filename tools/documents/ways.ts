/** How a test gets what a call is about: for `docs/calls.md`. */
import { type CallFacts, catalogueIndex, factsOf } from '../../src/catalogue/facts.ts'
import { numbersOfProduct } from '../../src/catalogue/numbers.ts'
import type { ShapedOperation } from '../../src/catalogue/shaped-operation.ts'
import type { JsonObject } from '../../src/wire/protocol/json-object.ts'
import type { Texts } from '../../src/wire/shared/texts.ts'

/** Means that bring about the things of simulated calls. @internal */
export interface SimulatedWay {
  readonly paths: RegExp
  /** Tables of a seed file. */
  readonly seed?: readonly string[]
  /** Functions of `control`. */
  readonly control?: readonly string[]
  /** Pages on the phone, below `/_mock`. */
  readonly phone?: readonly string[]
  /** Anything else. */
  readonly besides?: Texts
}

/** The first whose paths fit decides. @internal */
export const SIMULATED_WAYS: readonly SimulatedWay[] = [
  { paths: /\/busifavor\/callbacks/, seed: ['event_addresses'] },
  { paths: /\/busifavor\/stocks\/.*couponcodes/, seed: ['codes'], control: ['addCode'] },
  { paths: /\/busifavor\/stocks/, seed: ['stocks'], control: ['addStock'] },
  { paths: /\/busifavor\/subsidy/, seed: ['orders', 'coupons'], control: ['addOrder', 'addCoupon'] },
  { paths: /\/busifavor\//, seed: ['coupons'], control: ['addCoupon', 'handOutCoupon'] },
  {
    paths: /\/product-coupon\/users\//,
    seed: ['user_product_coupons'],
    control: ['addUserProductCoupon', 'takeProductCoupon'],
    phone: ['/wallet'],
  },
  { paths: /\/product-coupons.*\/stock/, seed: ['product_coupon_stocks'], control: ['addProductCouponStock'] },
  { paths: /\/product-coupons/, seed: ['product_coupons'], control: ['addProductCoupon'] },
  { paths: /codepay$/, seed: ['payment_codes'], control: ['addPaymentCode'] },
  {
    paths: /\/transactions\/|\/combine-transactions\//,
    seed: ['orders'],
    control: ['addOrder', 'payOrder'],
    phone: ['/cashier'],
  },
  { paths: /\/refunds/, seed: ['refunds'], control: ['refundOrder', 'settleRefund'] },
  { paths: /\/profitsharing\/receivers/, seed: ['sharing_receivers'], control: ['addSharingReceiver'] },
  { paths: /\/profitsharing\/merchant-configs/, seed: ['sharing_accounts'], control: ['addSharingAccount'] },
  { paths: /\/profitsharing\/return-orders/, seed: ['sharing_returns'], control: ['settleSharingReturn'] },
  { paths: /\/profitsharing\/orders/, seed: ['sharing_orders'], control: ['settleSharingOrder'] },
  {
    paths: /\/bill\/|\/billdownload\/|\/profitsharing\/bills/,
    besides: { en: 'orders, refunds and shares of the day', zh: '当日的订单、退款和分账' },
  },
  {
    paths: /user-confirm-authorization/,
    seed: ['transfer_authorizations'],
    control: ['addTransferAuthorization', 'confirmTransferAuthorization'],
    phone: ['/transfer-page'],
  },
  { paths: /elecsign|elecvoucherfile/, seed: ['transfer_receipts'], control: ['settleTransferReceipt'] },
  {
    paths: /\/mch-transfer\//,
    seed: ['transfers'],
    control: ['addTransfer', 'confirmTransfer'],
    phone: ['/transfer-page'],
  },
]

const code = (text: string) => `\`${text}\``

const THIS_CALL = { en: 'this call', zh: '本接口' }
const ANY = { en: 'any request', zh: '任意请求' }

/** The way to what a simulated call is about: as for a shaped one where the list has none. */
export function simulatedWay(path: string, page?: ShapedOperation): Texts {
  const way = SIMULATED_WAYS.find(({ paths }) => paths.test(path))
  if (!way) return page ? shapedWay(page) : ANY
  const { seed = [], control = [], phone = [], besides } = way
  const [tables, calls, pages] = [seed, control.map((name) => `control.${name}`), phone.map((page) => `/_mock${page}`)]
  const parts = (language: keyof Texts, words: readonly [seed: string, page: string]) =>
    [
      ...tables.map((name) => `${words[0]} ${code(name)}`),
      ...calls.map(code),
      ...pages.map((page) => `${words[1]} ${code(page)}`),
      ...(besides ? [besides[language]] : []),
    ].join(language === 'zh' ? '、' : ', ')
  return { en: parts('en', ['seed', 'page']), zh: parts('zh', ['种子', '页面']) }
}

/** The way to what a shaped call is about, by the numbers that calls and callbacks of its product have. */
export function shapedWay({ facts, product }: ShapedOperation): Texts {
  const { calls, events } = factsOf(product.id)
  const numbers = numbersOfProduct({ calls, events })
  const name = numbers.asked(facts, everyMember(facts))?.name
  if (name === undefined) return ANY
  if (makes(facts, name)) return THIS_CALL
  const [maker] = calls
    .filter((call) => makes(call, name))
    .toSorted((a, b) => sharedSteps(b, facts) - sharedSteps(a, facts) || depthOf(a) - depthOf(b))
  if (maker) return both(code(`${maker.method} ${maker.path}`))
  const event = events.find(({ resource }) => numbers.inCallback(resource).includes(name))
  return event ? both(code(`notify ${nameOf(event.type, product.id)}`)) : ANY

  function makes(call: CallFacts, number: string): boolean {
    if (call.method === 'GET' || call.method === 'DELETE' || call.path.includes(`{${number}}`)) return false
    const own = numbers.of(call, everyMember(call)).map((one) => one.name)
    const isAnswered = (call.answer ?? []).some((field) => field.name === number)
    return own.includes(number) || (own.length === 0 && isAnswered) || (isAnswered && numbers.isMade(number, call))
  }
}

/** How many steps two paths have in common. */
function sharedSteps({ path }: CallFacts, other: CallFacts): number {
  const steps = other.path.split('/')
  const at = path.split('/').findIndex((step, i) => step !== steps[i])
  return at === -1 ? steps.length : at
}

/** The fewer variables a path has, the sooner it makes something. */
const depthOf = ({ path }: CallFacts) => path.split('{').length * 1_000 + path.length

const both = (text: string): Texts => ({ en: text, zh: text })

/** The name by which a callback is sent: that of its type, unless an earlier product has that too. */
function nameOf(type: string, product: string): string {
  const first = catalogueIndex.products.find(({ events }) => events.includes(type))
  return first?.id === product ? type : `${type}/${product}`
}

/** A request that has all members, each with its name as its value. */
function everyMember({ params = [], query = [], body = [] }: CallFacts): JsonObject {
  return Object.fromEntries([...query, ...body, ...params].map(({ name }) => [name, name]))
}
