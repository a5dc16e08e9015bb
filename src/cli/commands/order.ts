import { addressOfPage } from '../../control/route.ts'
import { cashierPage, cashierQuery } from '../../products/payment/cashier.ts'
import type { ShownOrder } from '../../products/payment/order-control-calls.ts'
import type { ShownRefund } from '../../products/payment/refund-control-calls.ts'
import type { UsageErrorCode } from '../../protocol/errors.ts'
import { listed } from '../../shared/texts.ts'
import { defines, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { choiceOption, option, wholeNumber } from '../options.ts'
import { type Answered, askRunningMock, mchidOption, urlHere, urlOption } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description:
    "Does to an order of a running mock what a merchant's calls cannot: pays it as the user's phone does, lets its payment deadline pass, refunds it as the merchant console does; or shows it.",
  action: 'what to do: pay, expire (nobody can pay it any more; it stays NOTPAY until it is closed), refund or show',
  outTradeNo: "the merchant's number of the order (out_trade_no)",
  url: (standard: string): string => `address of the mock (default: WECHATPAY_MOCK_URL, or else ${standard})`,
  mchid: 'merchant of the order, where several have one with this number',
  amount: 'fen to refund; all that remains if left out',
  outcome: 'how the refund ends; SUCCESS if left out',
  onlyWithRefund: (flag: string): string => `${flag} is for refund only`,
  after: `wechatpay-mock order pay MCH_202611250001                          the phone pays
wechatpay-mock order refund MCH_202611250001 --amount 100          one yuan goes back
wechatpay-mock order refund MCH_202611250001 --outcome ABNORMAL    a refund that does not arrive`,
  shown: (number: string, state: string, total: string): string => `Order ${number}: ${state}, ${total}`,
  fen: (fen: number, currency: string): string => `${fen} fen (${(fen / 100).toFixed(2)} ${currency})`,
  paidAs: (transactionId: string, at: string, openid: string | undefined): string =>
    `paid as ${transactionId} at ${at}${openid === undefined ? '' : ` by ${openid}`}`,
  prepayId: (id: string): string => `prepay_id ${id}`,
  page: (address: string): string => `pay in a browser ${address}`,
  payableUntil: (time: string): string => `can be paid until ${time}`,
  refund: (number: string, status: string, amount: string, settles: string): string =>
    `refund ${number}: ${status}, ${amount}, settled at ${settles}`,
}

const zh: typeof en = {
  description:
    '对运行中的模拟服务里的订单执行商户接口无法完成的操作：模拟用户在手机上付款、使订单到达支付截止时间、模拟在商户平台退款；也可以查看订单。',
  action: '要做的事：pay 支付、expire 截止支付（不能再支付，关单前状态仍是 NOTPAY）、refund 退款、show 查看',
  outTradeNo: '商户订单号（out_trade_no）',
  url: (standard) => `模拟服务的地址（默认取 WECHATPAY_MOCK_URL，未设置则为 ${standard}）`,
  mchid: '订单所属商户号；多个商户有同一订单号时需要',
  amount: '退款金额，单位为分；不写则退剩余的全部',
  outcome: '退款的结果；不写为 SUCCESS',
  onlyWithRefund: (flag) => `${flag} 只用于 refund`,
  after: `wechatpay-mock order pay MCH_202611250001                          用户手机支付
wechatpay-mock order refund MCH_202611250001 --amount 100          退回一元
wechatpay-mock order refund MCH_202611250001 --outcome ABNORMAL    退款没有到账`,
  shown: (number, state, total) => `订单 ${number}：${state}，${total}`,
  fen: (fen, currency) => `${fen} 分（${(fen / 100).toFixed(2)} ${currency}）`,
  paidAs: (transactionId, at, openid) =>
    `已支付：${transactionId}，${at}${openid === undefined ? '' : `，支付者 ${openid}`}`,
  prepayId: (id) => `预支付会话标识 ${id}`,
  page: (address) => `在浏览器中付款 ${address}`,
  payableUntil: (time) => `支付截止时间 ${time}`,
  refund: (number, status, amount, settles) => `退款 ${number}：${status}，${amount}，完成时间 ${settles}`,
}

export const texts = { en, zh }

const ACTIONS = ['pay', 'expire', 'refund', 'show'] as const
const OUTCOMES = ['SUCCESS', 'ABNORMAL', 'CLOSED'] as const

interface OrderOptions {
  readonly url?: string
  readonly mchid?: string
  readonly amount?: number
  readonly outcome?: (typeof OUTCOMES)[number]
  readonly controlToken?: string
  readonly json?: boolean
}

/** Refusals of correct calls, which end with exit code 1 instead of 2. */
const NO: readonly UsageErrorCode[] = [
  'MOCK_ORDER_UNKNOWN',
  'MOCK_ORDER_STATE',
  'MOCK_PREPAY_ID',
  'MOCK_TIME_TO_PAY',
  'MOCK_PAYER',
  'MOCK_REFUND_AMOUNT',
]

/** States that the cashier opens in. Orders of payment codes have nothing that opens it. */
const PAYABLE: readonly ShownOrder['state'][] = ['NOTPAY', 'USERPAYING', 'PAYERROR']

/** The largest amount of an order, in fen. */
const MOST_FEN = 10_000_000_000

export const define = defines(texts, (command, own, language) => {
  command
    .argument('<action>', own.action)
    .argument('<out_trade_no>', own.outTradeNo)
    .addOption(urlOption(own.url(urlHere()), language))
    .addOption(mchidOption(own.mchid, language))
    .addOption(option('--amount <fen>', own.amount, wholeNumber(1, MOST_FEN, language)))
    .addOption(choiceOption('--outcome <outcome>', own.outcome, OUTCOMES, language))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .action(async (action: string, outTradeNo: string) => {
      if (outTradeNo === '') command.refuse(commonTexts[language].wrongUse.missingArgument('out_trade_no'))
      if (!isAction(action)) {
        const { wrongUse } = commonTexts[language]
        throw usageError(wrongUse.badValue('<action>', action, wrongUse.oneOf(listed(ACTIONS, language))))
      }
      fillUrlFromEnvironment(command)
      await act(action, outTradeNo, command.opts<OrderOptions>(), language)
    })
})

type Action = (typeof ACTIONS)[number]

function isAction(word: string): word is Action {
  return (ACTIONS as readonly string[]).includes(word)
}

async function act(action: Action, outTradeNo: string, options: OrderOptions, language: Language): Promise<void> {
  const { amount, outcome, mchid } = options
  if (action !== 'refund') {
    const flag = amount !== undefined ? '--amount' : outcome !== undefined ? '--outcome' : undefined
    if (flag !== undefined) throw usageError(texts[language].onlyWithRefund(flag))
  }
  const owner = mchid === undefined ? {} : { mchid }
  await askRunningMock(options, language, NO, async (control) => {
    const { url = urlHere() } = options
    switch (action) {
      case 'pay':
        return shownAs(await control.payOrder(outTradeNo, {}, owner), url, language)
      case 'expire':
        return shownAs(await control.expireOrder(outTradeNo, owner), url, language)
      case 'show':
        return shownAs(await control.order(outTradeNo, owner), url, language)
      case 'refund': {
        const body = { ...(amount !== undefined && { amount }), ...(outcome !== undefined && { outcome }) }
        return shownAs(await control.refundOrder(outTradeNo, body, owner), url, language)
      }
    }
  })
}

function shownAs(done: ShownOrder | ShownRefund, url: string, language: Language): Answered {
  return {
    json: done,
    lines: () => ('refunds' in done ? orderLines(done, url, language) : [refundLine(done, language)]),
  }
}

function orderLines(order: ShownOrder, url: string, language: Language): string[] {
  const own = texts[language]
  const {
    out_trade_no,
    state,
    total,
    currency,
    transaction_id,
    success_time,
    openid,
    prepay_id,
    time_expire,
    refunds,
  } = order
  const query = PAYABLE.includes(state) ? cashierQuery(order) : undefined
  return [
    own.shown(out_trade_no, state, own.fen(total, currency)),
    ...(prepay_id === undefined ? [] : [`  ${own.prepayId(prepay_id)}`]),
    ...(query ? [`  ${own.page(`${url}${addressOfPage(cashierPage, query)}`)}`] : []),
    ...(time_expire === undefined || success_time !== undefined ? [] : [`  ${own.payableUntil(time_expire)}`]),
    ...(transaction_id === undefined || success_time === undefined
      ? []
      : [`  ${own.paidAs(transaction_id, success_time, openid)}`]),
    ...refunds.map((refund) => `  ${refundLine(refund, language)}`),
  ]
}

function refundLine({ out_refund_no, status, refund, currency, settle_time }: ShownRefund, language: Language): string {
  const own = texts[language]
  return own.refund(out_refund_no, status, own.fen(refund, currency), settle_time)
}
