import { InvalidArgumentError, type Option } from 'commander'
import type { MockControl } from '../../mock-control.ts'
import { FAIL_REASONS, type FailReason } from '../../products/transfer/meanings.ts'
import { UsageError, type UsageErrorCode } from '../../protocol/errors.ts'
import { nearestWord } from '../../shared/edit-distance.ts'
import { listed } from '../../shared/texts.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import type { Language } from '../language.ts'
import { option } from '../options.ts'
import { type Answered, askRunningMock, DEFAULT_URL, mchidOption, refusalText, urlOption } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { authorizationLines, transferLines } from './lines.ts'
import { texts } from './texts.ts'

/** Actions on a transfer, and on an authorization. */
const ACTIONS = {
  transfer: ['confirm', 'dismiss', 'fail', 'show'],
  authorization: ['confirm', 'close', 'show'],
} as const
type Thing = keyof typeof ACTIONS
type Action = (typeof ACTIONS)[Thing][number]
const ALL_ACTIONS = ['confirm', 'dismiss', 'fail', 'close', 'show'] as const satisfies readonly Action[]

interface TransferOptions {
  readonly authorization?: boolean
  readonly authorize?: boolean
  readonly url?: string
  readonly mchid?: string
  readonly package?: string
  readonly reason?: FailReason
  readonly controlToken?: string
  readonly json?: boolean
}

/** Refusals of correct calls, which end with exit code 1 instead of 2. */
const NO: readonly UsageErrorCode[] = [
  'MOCK_TRANSFER_UNKNOWN',
  'MOCK_TRANSFER_STATE',
  'MOCK_AUTHORIZATION_UNKNOWN',
  'MOCK_AUTHORIZATION_STATE',
  'MOCK_PACKAGE_INFO',
  'MOCK_PAYEE',
]

/** The options that only some actions take, on a transfer or on either. */
const ONLY_WITH = [
  { name: 'package', flag: '--package', actions: ['confirm', 'dismiss'], ofTransfer: false },
  { name: 'reason', flag: '--reason', actions: ['confirm', 'fail'], ofTransfer: true },
  { name: 'authorize', flag: '--no-authorize', actions: ['confirm'], ofTransfer: true },
] as const

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .argument('<action>', own.action)
    .argument('<number>', own.number)
    .addOption(urlOption(own.url(DEFAULT_URL), language))
    .addOption(mchidOption(own.mchid, language))
    .option('--package <package_info>', own.package)
    .addOption(reasonOption(language))
    .option('--no-authorize', own.noAuthorize)
    .option('--authorization', own.authorization)
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .addRemarks(own.after(listed(FAIL_REASONS, language)))
    .action(async (word: string, number: string) => {
      if (number === '') command.refuse(commonTexts[language].wrongUse.missingArgument('number'))
      const action = checkUse(word, command.opts<TransferOptions>(), language)
      fillUrlFromEnvironment(command)
      await act(action, number, command.opts<TransferOptions>(), language)
    })
}

/** `--reason`. The reasons are so many that the help lists them at its end, and an error names the nearest. */
function reasonOption(language: Language): Option {
  const own = texts[language]
  return option('--reason <fail_reason>', own.reason, (text) => {
    const reason = FAIL_REASONS.find((one) => one === text)
    if (reason === undefined) throw new InvalidArgumentError(own.reasonExpected(nearestWord(text, FAIL_REASONS)))
    return reason
  })
}

/** @throws UsageError for an unknown action, and for an option that the action does not take */
function checkUse(word: string, options: TransferOptions, language: Language): Action {
  const own = texts[language]
  const { wrongUse } = commonTexts[language]
  const action = ALL_ACTIONS.find((one) => one === word)
  if (action === undefined) {
    throw usageError(wrongUse.badValue('<action>', word, wrongUse.oneOf(listed(ALL_ACTIONS, language))))
  }
  const { authorization = false } = options
  const possible: readonly Action[] = ACTIONS[authorization ? 'authorization' : 'transfer']
  if (!possible.includes(action)) {
    throw usageError(
      authorization ? own.onlyWith('--authorization', listed(possible, language)) : own.needsAuthorization(action),
    )
  }
  for (const { name, flag, actions, ofTransfer } of ONLY_WITH) {
    // Commander sets `authorize` to true unless it is negated.
    const isGiven = options[name] !== undefined && options[name] !== true
    const fits: readonly Action[] = actions
    if (!isGiven || (fits.includes(action) && !(ofTransfer && authorization))) continue
    const words = listed(actions, language)
    throw usageError(own.onlyWith(flag, ofTransfer ? own.ofTransfer(words) : words))
  }
  return action
}

async function act(action: Action, number: string, options: TransferOptions, language: Language): Promise<void> {
  const run = options.authorization ? toAuthorization : toTransfer
  await askRunningMock(
    options,
    language,
    NO,
    (control) => run(control, action, number, options, language),
    async (control, error) =>
      error.code === 'MOCK_TRANSFER_UNKNOWN' && (await hasAuthorization(control, number, options))
        ? texts[language].isAuthorization(number)
        : refusalText(error, language),
  )
}

function ownerOf({ mchid }: TransferOptions) {
  return mchid === undefined ? {} : { mchid }
}

function openedWith({ package: packageInfo }: TransferOptions) {
  return packageInfo === undefined ? {} : { package_info: packageInfo }
}

async function toTransfer(
  control: MockControl,
  action: Action,
  number: string,
  options: TransferOptions,
  language: Language,
): Promise<Answered> {
  const owner = ownerOf(options)
  const opened = openedWith(options)
  const { reason, authorize, url = DEFAULT_URL } = options
  const done = async () => {
    switch (action) {
      case 'confirm':
        return control.confirmTransfer(
          number,
          { ...opened, ...(reason && { outcome: reason }), ...(authorize === false && { authorize }) },
          owner,
        )
      case 'dismiss':
        return control.dismissTransfer(number, opened, owner)
      case 'fail':
        return { transfer: await control.failTransfer(number, reason ? { fail_reason: reason } : {}, owner) }
      default:
        return { transfer: await control.transfer(number, owner) }
    }
  }
  const answer = await done()
  const { transfer } = answer
  const clientIsTold = 'err_msg' in answer ? answer.err_msg : undefined
  return {
    json: clientIsTold === undefined ? transfer : answer,
    lines: () => transferLines(control, transfer, clientIsTold, url, language),
  }
}

async function toAuthorization(
  control: MockControl,
  action: Action,
  number: string,
  options: TransferOptions,
  language: Language,
): Promise<Answered> {
  const owner = ownerOf(options)
  const done = () => {
    switch (action) {
      case 'confirm':
        return control.confirmTransferAuthorization(number, openedWith(options), owner)
      case 'close':
        return control.closeTransferAuthorization(number, {}, owner)
      default:
        return control.transferAuthorization(number, owner)
    }
  }
  const authorization = await done()
  return {
    json: authorization,
    lines: async () => authorizationLines(authorization, options.url ?? DEFAULT_URL, language),
  }
}

/** Whether a number that no transfer has is that of an authorization. */
async function hasAuthorization(control: MockControl, number: string, options: TransferOptions): Promise<boolean> {
  try {
    await control.transferAuthorization(number, ownerOf(options))
    return true
  } catch (error) {
    if (error instanceof UsageError) return false
    throw error
  }
}
