import type { ShownTransfer } from '../../products/transfer/bills/shown.ts'
import { FAIL_REASONS } from '../../products/transfer/spellings.ts'
import { UsageError, type UsageErrorCode } from '../../protocol/errors.ts'
import { listed } from '../../shared/texts.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import type { Language } from '../language.ts'
import { choiceOption } from '../options.ts'
import { oneLine, print, printJson } from '../output.ts'
import { connect, DEFAULT_URL, mchidOption, refusalText, urlOption } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { texts } from './texts.ts'

const ACTIONS = ['confirm', 'dismiss', 'fail', 'show'] as const
type Action = (typeof ACTIONS)[number]

interface TransferOptions {
  readonly url?: string
  readonly mchid?: string
  readonly package?: string
  readonly reason?: (typeof FAIL_REASONS)[number]
  readonly controlToken?: string
  readonly json?: boolean
}

/** Refusals of correct calls, which end with exit code 1 instead of 2. */
const NO: readonly UsageErrorCode[] = [
  'MOCK_TRANSFER_UNKNOWN',
  'MOCK_TRANSFER_STATE',
  'MOCK_PACKAGE_INFO',
  'MOCK_PAYEE',
]

/** The actions that an option is for. */
const ONLY_WITH = { package: ['confirm', 'dismiss'], reason: ['confirm', 'fail'] } as const

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .argument('<action>', own.action)
    .argument('<out_bill_no>', own.outBillNo)
    .addOption(urlOption(own.url(DEFAULT_URL), language))
    .addOption(mchidOption(own.mchid, language))
    .option('--package <package_info>', own.package)
    .addOption(choiceOption('--reason <fail_reason>', own.reason, FAIL_REASONS, language))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .addRemarks(own.after)
    .action(async (action: string, outBillNo: string) => {
      if (!isAction(action)) {
        const { wrongUse } = commonTexts[language]
        throw usageError(wrongUse.badValue('<action>', action, wrongUse.oneOf(listed(ACTIONS, language))))
      }
      const options = command.opts<TransferOptions>()
      for (const name of ['package', 'reason'] as const) {
        const actions: readonly Action[] = ONLY_WITH[name]
        if (options[name] !== undefined && !actions.includes(action)) {
          throw usageError(own.onlyWith(`--${name}`, listed(actions, language)))
        }
      }
      fillUrlFromEnvironment(command)
      await act(action, outBillNo, command.opts<TransferOptions>(), language)
    })
}

function isAction(word: string): word is Action {
  return (ACTIONS as readonly string[]).includes(word)
}

/** What was done, and what the client on the phone is told. */
interface Done {
  readonly transfer: ShownTransfer
  readonly err_msg?: string
}

async function act(action: Action, outBillNo: string, options: TransferOptions, language: Language): Promise<void> {
  const { mchid, package: packageInfo, reason } = options
  const url = options.url ?? DEFAULT_URL
  const control = await connect(url, options.controlToken, language)
  const owner = mchid === undefined ? {} : { mchid }
  const opened = packageInfo === undefined ? {} : { package_info: packageInfo }
  const run = async (): Promise<Done> => {
    switch (action) {
      case 'confirm':
        return control.confirmTransfer(outBillNo, { ...opened, ...(reason && { outcome: reason }) }, owner)
      case 'dismiss':
        return control.dismissTransfer(outBillNo, opened, owner)
      case 'fail':
        return { transfer: await control.failTransfer(outBillNo, reason ? { fail_reason: reason } : {}, owner) }
      case 'show':
        return { transfer: await control.transfer(outBillNo, owner) }
    }
  }

  try {
    const done = await run()
    await (options.json ? printJson(done.err_msg === undefined ? done.transfer : done) : print(asText(done, language)))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { code } = error
    const { runningMock: say } = commonTexts[language]
    if (code === 'MOCK_UNREACHABLE') throw usageError(say.noMockAt(url), error)
    const message = refusalText(error, language)
    if (!NO.includes(code)) throw usageError(say.refusedAt(url, message), error)
    process.exitCode = 1
    if (options.json) return printJson({ code, message })
    process.stderr.write(`wechatpay-mock: ${oneLine(message)}\n`)
  }
}

function asText({ transfer, err_msg }: Done, language: Language): string {
  const own = texts[language]
  const { out_bill_no, state, transfer_amount, openid, transfer_scene_id, fail_reason, update_time } = transfer
  const lines = [
    own.shown(out_bill_no, state, own.fen(transfer_amount)),
    `  ${own.to(openid, transfer_scene_id)}`,
    `  ${fail_reason === undefined ? own.since(update_time) : own.reasonShown(fail_reason, update_time)}`,
    ...(state === 'WAIT_USER_CONFIRM' ? [`  ${own.expires(transfer.expire_time)}`] : []),
    ...(transfer.package_info === undefined ? [] : [`  ${own.packageInfo(transfer.package_info)}`]),
    ...(err_msg === undefined ? [] : [`  ${own.client(err_msg)}`]),
  ]
  return lines.map((line) => `${oneLine(line)}\n`).join('')
}
