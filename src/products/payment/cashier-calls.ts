import { z } from 'zod'
import { defineCall } from '../../control/call.ts'
import type { Mock } from '../../engine/mock.ts'
import { instant } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL } from '../../engine/state/table.ts'
import { UsageError, type UsageErrorCode } from '../../wire/protocol/errors.ts'
import { exactTime } from '../../wire/protocol/instant.ts'
import { behind, type Texts } from '../../wire/shared/texts.ts'
import {
  APP_PARAMETERS,
  codeUrlOf,
  h5PackageOf,
  JSAPI_PARAMETERS,
  missingParameter,
  PARAMETERS,
  PAY_ERRORS,
} from './cashier.ts'
import { appidOf } from './order-events.ts'
import { payRefusal } from './order-payment.ts'
import { type PayRefusal, payerTotalOf, payRefusalOf, prepayEnd } from './order-rules.ts'
import { combinedWith, completedOrder, type Order, orders } from './orders.ts'

/** How a cashier is opened: by JSAPI or a mini program, an app, an `h5_url`, a `code_url`; or by hand, with the prepay_id alone. */
type Way = 'JSAPI' | 'APP' | 'MWEB' | 'NATIVE' | undefined

type Parameters = Readonly<Partial<Record<(typeof PARAMETERS)[number], string | undefined>>>

const parameter = z.string().max(1_024).optional()

// One schema for each parameter.
const parameters = Object.fromEntries(PARAMETERS.map((name) => [name, parameter])) as Record<
  (typeof PARAMETERS)[number],
  typeof parameter
>

const openedCashier = z
  .strictObject({
    merchant: z.strictObject({ mchid: z.string(), name: z.string().optional() }),
    order: completedOrder,
    sub_orders: z
      .array(completedOrder.pick({ out_trade_no: true, description: true, total: true }))
      .optional()
      .describe('of a combined order (合单)'),
    payer_total: z.int().describe('fen that are left to pay, of a combined order those of all sub orders'),
    code_url: z.string().optional().describe('of an order to be paid by scanning (Native)'),
    now: instant.describe("by the mock's clock"),
    open_until: instant.optional(),
  })
  .meta({ id: 'OpenedCashier', description: 'what the cashier shows' })

export type OpenedCashier = z.input<typeof openedCashier>

export const openCashier = defineCall({
  summary: 'Open the cashier with what a front end passes on, and look at what it shows',
  body: z.strictObject({ ...parameters, openId: z.string().max(128).optional() }).meta({
    id: 'CashierParameters',
    description:
      'by the names that front ends know: those of getBrandWCPayRequest and wx.requestPayment (without appId, of a mini program, that of the order is taken), of an app (PayReq), of an h5_url (prepay_id and package), or a code_url; prepay_id alone opens it by hand, unsigned. openId: whose phone; that of the user if left out. Of an order that was placed for nobody, only the first one can pay it',
  }),
  answer: openedCashier,
  refusals: {
    MOCK_PREPAY_ID: { status: 409, when: 'what the cashier is opened with is none, or dead' },
    MOCK_PAY_SIGN: { status: 409, when: 'paySign, or the sign of an app, is wrong' },
    MOCK_PAYER: { status: 409, when: 'the order was placed for another openid, or another user opened it before' },
    MOCK_ORDER_STATE: { status: 409, when: 'the order is paid or closed already' },
    MOCK_TIME_TO_PAY: { status: 409, when: 'its payment deadline (time_expire) has passed, though it is NOTPAY' },
  },
  async handle({ body }, { mock }) {
    const way = wayOf(body)
    const name = nameOf(body, way)
    const all = await mock.inTurn(async (tx) => {
      const found = await find(tx, name, way)
      return found ? combinedWith(tx, found) : []
    })
    const [order] = all
    if (!order) throw refused('MOCK_PREPAY_ID', 'dead', neverIssued(name))
    const now = mock.clock.now()
    const refusal = payRefusalOf(order, { at: now, openid: body.openId ?? order.openid })
    // Dead before it is checked further (pay-family.md 2.12).
    if (refusal === 'closed' || refusal === 'prepay_id_expired') throw asShown(order, refusal)
    checkWay(order, way)
    if (way === 'JSAPI' || way === 'APP') {
      try {
        await checkSignature(mock, order, body, way)
      } catch (error) {
        if (error instanceof UsageError) await journalRefusal(mock, order, body, error)
        throw error
      }
    }
    if (refusal) throw asShown(order, refusal)
    if (order.openid === undefined && order.trade_type !== 'JSAPI' && body.openId)
      await keepUser(mock, order, body.openId)
    const mchid = order.sub_mchid ?? placerOf(order)
    const merchantName = mock.merchants.find(mchid)?.name
    return {
      merchant: { mchid, ...(merchantName !== undefined && { name: merchantName }) },
      order: orders.toJson(order, now),
      ...(order.combine_out_trade_no !== undefined && {
        sub_orders: all.map(({ out_trade_no, description, total }) => ({ out_trade_no, description, total })),
      }),
      payer_total: all.reduce((sum, one) => sum + payerTotalOf(one), 0),
      ...(order.trade_type === 'NATIVE' && order.prepay_id && { code_url: codeUrlOf(order.prepay_id) }),
      now: exactTime(now),
      open_until: exactTime(prepayEnd(order)),
    }
  },
})

/** Only the first user who opens an order can pay it (documented, pay-family.md 2.8): the others are refused from then on. */
async function keepUser(mock: Mock, { mchid, out_trade_no }: Order, openid: string): Promise<void> {
  await mock.inTurn(async (tx, now) => {
    const order = await tx.in(orders).find(mchid, out_trade_no)
    if (!order) return
    const refusal = payRefusalOf(order, { at: now, openid })
    if (refusal) throw asShown(order, refusal)
    for (const one of await combinedWith(tx, order)) await tx.in(orders).save({ ...one, openid })
  })
}

function wayOf({ code_url, prepayId, prepay_id, package: text }: Parameters): Way {
  if (code_url !== undefined) return 'NATIVE'
  if (prepayId !== undefined) return 'APP'
  if (prepay_id === undefined) return 'JSAPI'
  return text === undefined ? undefined : 'MWEB'
}

/** The text that names what is to be paid. @throws UsageError `MOCK_PREPAY_ID` for what JSAPI lacks, or an h5_url that was changed */
function nameOf(given: Parameters, way: Way): string {
  if (way === 'NATIVE') return given.code_url ?? ''
  if (way === 'APP') return given.prepayId ?? ''
  if (way === 'JSAPI') {
    const lacking = JSAPI_PARAMETERS.find((name) => name !== 'appId' && name !== 'signType' && !given[name])
    if (lacking)
      throw new UsageError('MOCK_PREPAY_ID', behind(missingParameter(lacking), lacks(lacking)), { path: `/${lacking}` })
    const id = /^prepay_id=(.+)$/s.exec(given.package ?? '')?.[1]
    if (id === undefined) throw refused('MOCK_PREPAY_ID', 'malformed', malformed(given.package ?? ''), 'package')
    return id
  }
  const id = given.prepay_id ?? ''
  if (way === 'MWEB' && given.package !== h5PackageOf(id)) {
    throw refused('MOCK_PREPAY_ID', 'dead', {
      en: 'this h5_url was changed: use it as it was answered, with nothing but &redirect_url= behind it.',
      zh: '该 h5_url 被改动过：请原样使用应答中的值，后面只能拼接 &redirect_url=。',
    })
  }
  return id
}

/** Orders that may be looked at for a code_url, which names the end of a prepay_id only. */
const MOST_ORDERS = 10_000
const PAGE = 500

async function find(tx: Transaction, name: string, way: Way): Promise<Order | undefined> {
  if (way !== 'NATIVE') return (await tx.in(orders).where('prepay_id', name))[0]
  for (let offset = 0; offset < MOST_ORDERS; offset += PAGE) {
    const some = await tx.in(orders).page('newest', ALL, { offset, limit: PAGE })
    const found = some.find(({ prepay_id: id, trade_type }) => id && trade_type === 'NATIVE' && codeUrlOf(id) === name)
    if (found || some.length < PAGE) return found
  }
  return undefined
}

function checkWay({ trade_type, out_trade_no }: Order, way: Way): void {
  if (way === undefined || way === trade_type) return
  throw refused('MOCK_PREPAY_ID', 'scene', {
    en: `order ${out_trade_no} was placed as ${trade_type}, and the cashier was opened as for ${way}.`,
    zh: `订单 ${out_trade_no} 的交易类型是 ${trade_type}，而收银台是按 ${way} 方式打开的。`,
  })
}

/** The appids that a front end may pay an order with: those that it was placed with; of a seed file's order without any, whatever it brings. */
function appidsOf({ appid, sub_appid }: Order): readonly string[] {
  return [appid, sub_appid].filter((one) => one !== undefined)
}

/** Who placed an order, and signs what its front end pays with. */
function placerOf({ mchid, combine_mchid = mchid }: Order): string {
  return combine_mchid
}

async function checkSignature(mock: Mock, order: Order, given: Parameters, way: 'JSAPI' | 'APP'): Promise<void> {
  const merchant = mock.merchants.find(placerOf(order))
  // An order of a seed file may be that of a merchant without keys.
  if (!merchant) return
  const appids = appidsOf(order)
  const { appId = appids[0] ?? appidOf(order), timeStamp = '', nonceStr = '' } = given
  if (appids.length > 0 && !appids.includes(appId)) {
    throw refused(
      'MOCK_PAY_SIGN',
      'signature',
      {
        en: `order ${order.out_trade_no} was placed with the appid ${appids.join(', ')}, not ${appId}.`,
        zh: `订单 ${order.out_trade_no} 下单时的 appid 是 ${appids.join('、')}，不是 ${appId}。`,
      },
      'appId',
    )
  }
  const isApp = way === 'APP'
  if (isApp) checkApp(order, appId, given)
  const { explainPaySign } = await import('../../engine/exchange/explain-failure.ts')
  const wrong = explainPaySign(
    {
      appId,
      timeStamp,
      nonceStr,
      package: (isApp ? given.prepayId : given.package) ?? '',
      paySign: (isApp ? given.sign : given.paySign) ?? '',
      signType: isApp ? 'RSA' : (given.signType ?? ''),
      appids: [...new Set([...appids, ...merchant.appids])],
    },
    merchant,
    { merchants: mock.merchants, platform: mock.platform },
  )
  if (wrong) throw refused('MOCK_PAY_SIGN', 'signature', wrong, isApp ? 'sign' : 'paySign')
}

/** Puts a payment that a front end signed wrong into the journal, where people look for wrong signatures. */
async function journalRefusal(mock: Mock, order: Order, given: Parameters, { code, texts }: UsageError): Promise<void> {
  await mock.journal.add({
    id: mock.ids.requestId(),
    at: mock.clock.now(),
    durationMs: 0,
    request: { method: 'POST', target: '/_mock/cashier', headers: {}, body: Buffer.from(JSON.stringify(given)) },
    response: { status: 409, headers: [], body: new Uint8Array(0) },
    mchid: placerOf(order),
    code,
    remarks: [{ about: 'refusal', error: code, text: texts }],
    before: { settings: mock.settings, rows: { [orders.name]: [order] } },
  })
}

/** Checks what an app passes on unsigned. `partnerId` goes with the appid: the sub-merchant's with its own, or else that of who placed the order. */
function checkApp(order: Order, appId: string, given: Parameters): void {
  const { sub_appid, sub_mchid } = order
  const partnerId = sub_mchid !== undefined && appId === sub_appid ? sub_mchid : placerOf(order)
  const right: Parameters = { partnerId, packageValue: 'Sign=WXPay' }
  for (const name of APP_PARAMETERS) {
    const wanted = right[name]
    if (wanted === undefined || given[name] === wanted) continue
    throw refused(
      'MOCK_PAY_SIGN',
      'signature',
      {
        en: `${name} is ${wanted}, not ${given[name] ?? ''}.`,
        zh: `${name} 应为 ${wanted}，不是 ${given[name] ?? ''}。`,
      },
      name,
    )
  }
}

/** The texts of a user for whom an order is refused. */
const SHOWN: Readonly<Record<PayRefusal, keyof typeof PAY_ERRORS>> = {
  already_paid: 'paid',
  closed: 'dead',
  prepay_id_unknown: 'dead',
  prepay_id_expired: 'dead',
  time_is_over: 'overdue',
  another_payer: 'payer',
  promotions_exceed_total: 'dead',
}

function asShown(order: Order, reason: PayRefusal): UsageError {
  const { code, texts, path } = payRefusal(order, reason)
  const isOpened = reason === 'another_payer' && order.trade_type !== 'JSAPI'
  const shown = PAY_ERRORS[isOpened ? 'otherUser' : SHOWN[reason]]
  return new UsageError(code, texts.zh.startsWith(shown) ? texts : behind(shown, texts), { path })
}

function refused(code: UsageErrorCode, shown: keyof typeof PAY_ERRORS, why: Texts, path?: string): UsageError {
  return new UsageError(code, behind(PAY_ERRORS[shown], why), path === undefined ? {} : { path: `/${path}` })
}

function lacks(name: string): Texts {
  return { en: `pass ${name} on as a text that is not empty.`, zh: `请传入 ${name}，须为非空字符串。` }
}

function malformed(text: string): Texts {
  return {
    en: `package is ${JSON.stringify(text.slice(0, 64))}, and should be prepay_id=wx…: the prepay_id of the answer with prepay_id= in front.`,
    zh: `package 是 ${JSON.stringify(text.slice(0, 64))}，应为 prepay_id=wx…，即在应答的 prepay_id 前加上 prepay_id=。`,
  }
}

function neverIssued(name: string): Texts {
  const given = JSON.stringify(name.slice(0, 64))
  return {
    en: `this mock has given out no ${given}, or no longer: it was reset, the order was placed again, or it is that of another mock. Place the order again.`,
    zh: `本模拟服务没有签发过 ${given}，或已失效：可能已重置、订单重新下过单，或来自另一个模拟服务。请重新下单。`,
  }
}
