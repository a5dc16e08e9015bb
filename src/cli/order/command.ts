import type { ShownOrder } from '../../products/payment/order-control-calls.ts'
import type { ShownRefund } from '../../products/payment/refund-control-calls.ts'
import type { UsageErrorCode } from '../../protocol/errors.ts'
import { listed } from '../../shared/texts.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import type { Language } from '../language.ts'
import { choiceOption, option, wholeNumber } from '../options.ts'
import { type Answered, askRunningMock, DEFAULT_URL, mchidOption, urlOption } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { texts } from './texts.ts'

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

/** The largest amount of an order, in fen. */
const MOST_FEN = 10_000_000_000

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .argument('<action>', own.action)
    .argument('<out_trade_no>', own.outTradeNo)
    .addOption(urlOption(own.url(DEFAULT_URL), language))
    .addOption(mchidOption(own.mchid, language))
    .addOption(option('--amount <fen>', own.amount, wholeNumber(1, MOST_FEN, language)))
    .addOption(choiceOption('--outcome <outcome>', own.outcome, OUTCOMES, language))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .addRemarks(own.after)
    .action(async (action: string, outTradeNo: string) => {
      if (outTradeNo === '') command.refuse(commonTexts[language].wrongUse.missingArgument('out_trade_no'))
      if (!isAction(action)) {
        const { wrongUse } = commonTexts[language]
        throw usageError(wrongUse.badValue('<action>', action, wrongUse.oneOf(listed(ACTIONS, language))))
      }
      fillUrlFromEnvironment(command)
      await act(action, outTradeNo, command.opts<OrderOptions>(), language)
    })
}

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
    switch (action) {
      case 'pay':
        return shownAs(await control.payOrder(outTradeNo, {}, owner), language)
      case 'expire':
        return shownAs(await control.expireOrder(outTradeNo, owner), language)
      case 'show':
        return shownAs(await control.order(outTradeNo, owner), language)
      case 'refund': {
        const body = { ...(amount !== undefined && { amount }), ...(outcome !== undefined && { outcome }) }
        return shownAs(await control.refundOrder(outTradeNo, body, owner), language)
      }
    }
  })
}

function shownAs(done: ShownOrder | ShownRefund, language: Language): Answered {
  return { json: done, lines: () => ('refunds' in done ? orderLines(done, language) : [refundLine(done, language)]) }
}

function orderLines(order: ShownOrder, language: Language): string[] {
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
  return [
    own.shown(out_trade_no, state, own.fen(total, currency)),
    ...(prepay_id === undefined ? [] : [`  ${own.prepayId(prepay_id)}`]),
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
