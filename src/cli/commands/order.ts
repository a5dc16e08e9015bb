import type { ShownOrder, ShownRefund } from '../../products/payment/orders/shown.ts'
import { UsageError, type UsageErrorCode } from '../../protocol/errors.ts'
import { parseBaseUrl } from '../base-url.ts'
import { choiceOption, type DefineCommand, option, textLike, wholeNumber } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { oneLine, print, printJson } from '../output.ts'
import { DEFAULT_URL } from '../request-line.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

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

/** What the mock says no to although it was asked in the right way; exit code 1, and not 2. */
const NO: readonly UsageErrorCode[] = [
  'MOCK_ORDER_UNKNOWN',
  'MOCK_ORDER_STATE',
  'MOCK_PREPAY_ID',
  'MOCK_PAYER',
  'MOCK_REFUND_AMOUNT',
]

/** No order has more. */
const MOST_FEN = 10_000_000_000

export const define: DefineCommand = (command, { texts }) => {
  const { order: own, credentials } = texts
  command
    .description(own.description)
    .argument('<action>', own.action)
    .argument('<out_trade_no>', own.outTradeNo)
    .addOption(option('--url <url>', own.url(DEFAULT_URL), (text) => parseBaseUrl(text, texts)))
    .addOption(option('--mchid <number>', own.mchid, textLike(/^\d{8,15}$/, credentials.mchidExpected)))
    .addOption(option('--amount <fen>', own.amount, wholeNumber(1, MOST_FEN, texts)))
    .addOption(choiceOption('--outcome <outcome>', own.outcome, OUTCOMES, texts))
    .option('--control-token <token>', own.controlToken)
    .addHelpText('after', `\n${own.after}`)
    .action(async (action: string, outTradeNo: string) => {
      if (!isAction(action)) {
        throw usageError(texts.wrongUse.badValue('<action>', action, texts.wrongUse.oneOf(ACTIONS.join(', '))))
      }
      fillUrlFromEnvironment(command, texts)
      await act(action, outTradeNo, command.opts<OrderOptions>(), texts)
    })
}

type Action = (typeof ACTIONS)[number]

function isAction(word: string): word is Action {
  return (ACTIONS as readonly string[]).includes(word)
}

async function act(action: Action, outTradeNo: string, options: OrderOptions, texts: Texts): Promise<void> {
  const { amount, outcome, mchid } = options
  if (action !== 'refund') {
    const flag = amount !== undefined ? '--amount' : outcome !== undefined ? '--outcome' : undefined
    if (flag !== undefined) throw usageError(texts.order.onlyWithRefund(flag))
  }
  const { connectControl } = await import('../../mock-control.ts')
  const url = options.url ?? DEFAULT_URL
  const control = connectControl(url, options.controlToken === undefined ? {} : { token: options.controlToken })
  const owner = mchid === undefined ? {} : { mchid }
  const run = (): Promise<ShownOrder | ShownRefund> => {
    switch (action) {
      case 'pay':
        return control.payOrder(outTradeNo, {}, owner)
      case 'expire':
        return control.expireOrder(outTradeNo, owner)
      case 'show':
        return control.order(outTradeNo, owner)
      case 'refund':
        return control.refundOrder(
          outTradeNo,
          { ...(amount !== undefined && { amount }), ...(outcome !== undefined && { outcome }) },
          owner,
        )
    }
  }

  try {
    const done = await run()
    await (options.json ? printJson(done) : print(asText(done, texts)))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { code } = error
    if (code === 'MOCK_UNREACHABLE') throw usageError(texts.order.noMockAt(url), error)
    // The mock speaks of the query of its call where this program has an option.
    const message = texts.refused({ code, message: error.message, mchid, order: { action, outTradeNo } })
    if (!NO.includes(code)) throw usageError(texts.refusedAt(url, message), error)
    process.exitCode = 1
    if (options.json) return printJson({ code, message })
    process.stderr.write(`wechatpay-mock: ${oneLine(message)}\n`)
  }
}

function asText(done: ShownOrder | ShownRefund, texts: Texts): string {
  const lines = 'refunds' in done ? orderLines(done, texts) : [refundLine(done, texts)]
  return lines.map((line) => `${oneLine(line)}\n`).join('')
}

function orderLines(order: ShownOrder, texts: Texts): string[] {
  const { order: own } = texts
  const { out_trade_no, state, total, currency, transaction_id, success_time, openid, prepay_id, refunds } = order
  return [
    own.shown(out_trade_no, state, own.fen(total, currency)),
    ...(prepay_id === undefined ? [] : [`  ${own.prepayId(prepay_id)}`]),
    ...(transaction_id === undefined || success_time === undefined
      ? []
      : [`  ${own.paidAs(transaction_id, success_time, openid)}`]),
    ...refunds.map((refund) => `  ${refundLine(refund, texts)}`),
  ]
}

function refundLine({ out_refund_no, status, refund, currency, settle_time }: ShownRefund, texts: Texts): string {
  const { order: own } = texts
  return own.refund(out_refund_no, status, own.fen(refund, currency), settle_time)
}
