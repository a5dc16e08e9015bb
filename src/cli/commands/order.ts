import { listed } from '../../wire/shared/texts.ts'
import { defines } from '../command.ts'
import { choiceOption, option, wholeNumber } from '../options.ts'
import { defineThingCommand, onlyWith } from '../thing-command.ts'

const en = {
  description:
    "Does to an order of a running mock what a merchant's calls cannot: pays it as the user's phone does, lets its payment deadline pass, refunds it as the merchant console does; or shows it.",
  action: 'what to do: pay, expire (nobody can pay it any more; it stays NOTPAY until it is closed), refund or show',
  outTradeNo: "the merchant's number of the order (out_trade_no)",
  mchid: 'merchant of the order, where several have one with this number',
  amount: 'fen to refund; all that remains if left out',
  outcome: 'how the refund ends; SUCCESS if left out',
  after: `wechatpay-mock order pay MCH_202611250001                          the phone pays
wechatpay-mock order refund MCH_202611250001 --amount 100          one yuan goes back
wechatpay-mock order refund MCH_202611250001 --outcome ABNORMAL    a refund that does not arrive`,
}

const zh: typeof en = {
  description:
    '对运行中的模拟服务里的订单执行商户接口无法完成的操作：模拟用户在手机上付款、使订单到达支付截止时间、模拟在商户平台退款；也可以查看订单。',
  action: '要做的事：pay 支付、expire 截止支付（不能再支付，关单前状态仍是 NOTPAY）、refund 退款、show 查看',
  outTradeNo: '商户订单号（out_trade_no）',
  mchid: '订单所属商户号；多个商户有同一订单号时需要',
  amount: '退款金额，单位为分；不写则退剩余的全部',
  outcome: '退款的结果；不写为 SUCCESS',
  after: `wechatpay-mock order pay MCH_202611250001                          用户手机支付
wechatpay-mock order refund MCH_202611250001 --amount 100          退回一元
wechatpay-mock order refund MCH_202611250001 --outcome ABNORMAL    退款没有到账`,
}

const ACTIONS = ['pay', 'expire', 'refund', 'show'] as const
const OUTCOMES = ['SUCCESS', 'ABNORMAL', 'CLOSED'] as const

interface OrderOptions {
  readonly amount?: number
  readonly outcome?: (typeof OUTCOMES)[number]
}

/** The largest amount of an order, in fen. */
const MOST_FEN = 10_000_000_000

export const define = defines({ en, zh }, (command, own, language) => {
  defineThingCommand<(typeof ACTIONS)[number], OrderOptions>(command, {
    number: ['out_trade_no', own.outTradeNo],
    actions: [ACTIONS, own.action],
    mchid: own.mchid,
    options: [
      option('--amount <fen>', own.amount, wholeNumber(1, MOST_FEN, language)),
      choiceOption('--outcome <outcome>', own.outcome, OUTCOMES, language),
    ],
    no: [
      'MOCK_ORDER_UNKNOWN',
      'MOCK_ORDER_STATE',
      'MOCK_PREPAY_ID',
      'MOCK_TIME_TO_PAY',
      'MOCK_PAYER',
      'MOCK_REFUND_AMOUNT',
    ],
    check(action, { amount, outcome }) {
      const words = listed(['refund'], language)
      onlyWith('--amount', amount !== undefined, action === 'refund', words, language)
      onlyWith('--outcome', outcome !== undefined, action === 'refund', words, language)
    },
    async act(control, action, number, { amount, outcome }, owner) {
      if (action === 'refund') {
        const body = { ...(amount !== undefined && { amount }), ...(outcome !== undefined && { outcome }) }
        const answer = await control.refundOrder(number, body, owner)
        return { answer, kind: 'refunds', name: [answer.mchid, answer.out_refund_no] }
      }
      const answer = await (action === 'pay'
        ? control.payOrder(number, {}, owner)
        : action === 'expire'
          ? control.expireOrder(number, owner)
          : control.order(number, owner))
      return { answer, kind: 'orders', name: [answer.mchid, answer.out_trade_no] }
    },
  })
})
