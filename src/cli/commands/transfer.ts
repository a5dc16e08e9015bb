import { InvalidArgumentError, type Option } from 'commander'
import { addressOfPage } from '../../control/route.ts'
import type { MockControl } from '../../mock-control.ts'
import { confirmPage, confirmPageQuery } from '../../products/transfer/confirm-page.ts'
import { FAIL_REASONS, type FailReason } from '../../products/transfer/meanings.ts'
import { UsageError, type UsageErrorCode } from '../../protocol/errors.ts'
import { listed, nearestWord } from '../../shared/texts.ts'
import { defines, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { option } from '../options.ts'
import { type Answered, askRunningMock, mchidOption, refusalText, urlHere, urlOption } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description:
    "Does to a transfer of a running mock what a merchant's calls cannot: confirms it as the user's phone does, opens its page and closes it again, lets it fail; or cancels it, as the merchant does with a call, or shows it. With --authorization it agrees to an authorization, a user's leave to be paid without confirming, closes it or shows it.",
  action:
    'what to do: confirm, dismiss (the page is opened and closed again, which changes nothing), fail, cancel or show; of an authorization confirm, close or show',
  number: "the merchant's number of the transfer (out_bill_no), or of the authorization (out_authorization_no)",
  url: (standard: string): string => `address of the mock (default: WECHATPAY_MOCK_URL, or else ${standard})`,
  mchid: 'merchant of the transfer, where several have one with this number',
  package: 'what the page is opened with (package_info); one that fits if left out',
  reason:
    'with confirm, why the money does not arrive; with fail, why it fails (TRANSFER_RISK if left out); the reasons are listed below',
  reasonExpected: (similar: string | undefined): string =>
    `use a reason of WeChat Pay's, such as NAME_NOT_CORRECT${similar === undefined ? '' : `; did you mean ${similar}?`}`,
  noAuthorize: 'with confirm: does not agree to the authorization that the transfer asks for',
  authorization: 'the number is that of an authorization',
  onlyWith: (flag: string, actions: string): string => `${flag} is for ${actions} only`,
  ofTransfer: (actions: string): string => `${actions} of a transfer`,
  needsAuthorization: (action: string): string => `${action} is for an authorization: add --authorization`,
  isAuthorization: (number: string): string =>
    `There is no transfer ${number}, but an authorization with this number: add --authorization.`,
  after: (
    reasons: string,
  ): string => `wechatpay-mock transfer confirm plfk2020042013                              the user confirms
wechatpay-mock transfer confirm plfk2020042013 --reason NAME_NOT_CORRECT    confirmed, but the name is another
wechatpay-mock transfer fail plfk2020042013 --reason ACCOUNT_FROZEN         nobody confirms: the account is frozen
wechatpay-mock transfer confirm auth2020042013 --authorization              the user agrees to an authorization

Reasons: ${reasons}`,
  shown: (number: string, state: string, amount: string): string => `Transfer ${number}: ${state}, ${amount}`,
  authorizationShown: (number: string, state: string): string => `Authorization ${number}: ${state}`,
  fen: (fen: number): string => `${fen} fen (${(fen / 100).toFixed(2)} CNY)`,
  to: (openid: string, scene: string): string => `to ${openid}, scene ${scene}`,
  agreed: (id: string, at: string): string => `agreed to at ${at} as ${id}`,
  reasonShown: (reason: string, at: string): string => `${reason}, at ${at}`,
  since: (at: string): string => `since ${at}`,
  expires: (time: string): string => `closes at ${time} if nobody confirms`,
  pageDead: 'its page can no longer be opened, 24 hours after its creation',
  short:
    'the account is short of money: put some in with PATCH /_mock/transfer-account, and create it again with the same number',
  packageInfo: (text: string): string => `package_info ${text}`,
  page: (url: string): string => `page ${url}`,
  client: (message: string): string => `the client is called back with ${message}`,
  noCallback: 'no callback: it was created without notify_url',
  callbackToCome: (url: string): string => `callback to ${url} at its end`,
  callback: (url: string, outcome: string, next: string | undefined): string =>
    `callback to ${url}: ${outcome}${next === undefined ? '' : `; sent again at ${next}`}`,
  answered: (status: number): string => `answered with ${status}`,
}

const zh: typeof en = {
  description:
    '对运行中的模拟服务里的商家转账执行商户接口无法完成的操作：模拟用户在手机上确认收款、打开收款页再关闭、使转账失败；也可以像商户调用接口那样撤销转账，或查看转账。加 --authorization 则是对免确认收款授权：模拟用户同意、关闭，或查看。',
  action:
    '要做的事：confirm 确认收款、dismiss 打开收款页再关闭（状态不变）、fail 失败、cancel 撤销、show 查看；对授权是 confirm 同意、close 关闭、show 查看',
  number: '商户单号（out_bill_no），或商户授权单号（out_authorization_no）',
  url: (standard) => `模拟服务的地址（默认取 WECHATPAY_MOCK_URL，未设置则为 ${standard}）`,
  mchid: '转账所属商户号；多个商户有同一单号时需要',
  package: '打开收款页所用的 package_info；不写则使用正确的',
  reason: '用于 confirm 时是款项不能到账的原因；用于 fail 时是失败原因，不写为 TRANSFER_RISK；可用的原因列在最后',
  reasonExpected: (similar) =>
    `请使用微信支付的失败原因，如 NAME_NOT_CORRECT${similar === undefined ? '' : `；是否想写 ${similar}`}`,
  noAuthorize: '用于 confirm：不同意随转账发起的授权',
  authorization: '单号是免确认收款授权的',
  onlyWith: (flag, actions) => `${flag} 只用于 ${actions}`,
  ofTransfer: (actions) => `转账的 ${actions}`,
  needsAuthorization: (action) => `${action} 用于授权：请加上 --authorization`,
  isAuthorization: (number) => `没有转账单 ${number}，但有该单号的授权：请加上 --authorization。`,
  after: (reasons) => `wechatpay-mock transfer confirm plfk2020042013                              用户确认收款
wechatpay-mock transfer confirm plfk2020042013 --reason NAME_NOT_CORRECT    已确认，但姓名不符
wechatpay-mock transfer fail plfk2020042013 --reason ACCOUNT_FROZEN         没有确认，收款账户被冻结
wechatpay-mock transfer confirm auth2020042013 --authorization              用户同意免确认收款授权

失败原因：${reasons}`,
  shown: (number, state, amount) => `转账单 ${number}：${state}，${amount}`,
  authorizationShown: (number, state) => `授权 ${number}：${state}`,
  fen: (fen) => `${fen} 分（${(fen / 100).toFixed(2)} CNY）`,
  to: (openid, scene) => `收款用户 ${openid}，转账场景 ${scene}`,
  agreed: (id, at) => `用户于 ${at} 同意，授权单号 ${id}`,
  reasonShown: (reason, at) => `${reason}，${at}`,
  since: (at) => `自 ${at}`,
  expires: (time) => `无人确认则于 ${time} 关闭`,
  pageDead: '创建已满 24 小时，收款页不能再打开',
  short: '账户余额不足：请用 PATCH /_mock/transfer-account 充值，再以原单号重新发起',
  packageInfo: (text) => `package_info ${text}`,
  page: (url) => `手机页面 ${url}`,
  client: (message) => `客户端收到的回调结果是 ${message}`,
  noCallback: '没有回调：发起时没有传 notify_url',
  callbackToCome: (url) => `有最终结果时回调 ${url}`,
  callback: (url, outcome, next) => `回调 ${url}：${outcome}${next === undefined ? '' : `；将于 ${next} 重发`}`,
  answered: (status) => `应答 ${status}`,
}

export const texts = { en, zh }

type ShownTransfer = Awaited<ReturnType<MockControl['transfer']>>
type ShownAuthorization = Awaited<ReturnType<MockControl['transferAuthorization']>>

/**
 * The current state of a transfer, in lines: what it waits for, what its client was told, and the result of its callback.
 *
 * @param url of the mock that was asked
 */
export async function transferLines(
  control: MockControl,
  transfer: ShownTransfer,
  clientIsTold: string | undefined,
  url: string,
  language: Language,
): Promise<string[]> {
  const own = texts[language]
  const { out_bill_no, state, transfer_amount, openid, transfer_scene_id, fail_reason, update_time } = transfer
  return [
    own.shown(out_bill_no, state, own.fen(transfer_amount)),
    ...[
      own.to(openid, transfer_scene_id),
      fail_reason === undefined ? own.since(update_time) : own.reasonShown(fail_reason, update_time),
      ...(state === 'WAIT_USER_CONFIRM' ? [own.expires(transfer.expire_time)] : []),
      ...(state === 'WAIT_USER_CONFIRM' && transfer.package_info === undefined ? [own.pageDead] : []),
      ...(state === 'PROCESSING' && transfer.lock_time === null ? [own.short] : []),
      ...pageLines(transfer, url, language),
      ...(clientIsTold === undefined ? [] : [own.client(clientIsTold)]),
      ...(await callbackLines(control, transfer, language)),
    ].map((line) => `  ${line}`),
  ]
}

/** The parameters that open the page on the phone, and the address of its stand-in. */
function pageLines(one: ShownTransfer | ShownAuthorization, url: string, language: Language): string[] {
  const own = texts[language]
  const query = confirmPageQuery(one)
  return query && one.package_info !== undefined
    ? [own.packageInfo(one.package_info), own.page(`${url}${addressOfPage(confirmPage, query)}`)]
    : []
}

/** The result of the callback about its end. Waits for one that is due now. */
async function callbackLines(
  control: MockControl,
  { mchid, notify_url, notification_id, state }: ShownTransfer,
  language: Language,
): Promise<string[]> {
  const own = texts[language]
  if (notify_url === undefined) return [own.noCallback]
  if (notification_id === undefined) return []
  const isOver = state === 'SUCCESS' || state === 'FAIL' || state === 'CANCELLED'
  if (isOver) await control.deliverNotifications({ mchid, state: 'pending' })
  const callback = await control.notification(notification_id).catch((error: unknown) => {
    // The state was reset, or a world replaced it.
    if (error instanceof UsageError && error.code === 'MOCK_NOTIFICATION_UNKNOWN') return undefined
    throw error
  })
  if (!callback) return []
  const { attempts, due_time } = callback.notification
  const last = attempts.at(-1)
  if (!last) return [own.callbackToCome(notify_url)]
  const outcome = last.status === undefined ? (last.error ?? '') : own.answered(last.status)
  return [own.callback(notify_url, outcome.replace(/[.。]$/, ''), due_time)]
}

export function authorizationLines(authorization: ShownAuthorization, url: string, language: Language): string[] {
  const own = texts[language]
  const { out_authorization_no, state, openid, transfer_scene_id, authorization_id, authorize_time, close_info } =
    authorization
  return [
    own.authorizationShown(out_authorization_no, state),
    ...[
      own.to(openid, transfer_scene_id),
      ...(authorize_time === null ? [] : [own.agreed(authorization_id, authorize_time)]),
      ...(close_info ? [own.reasonShown(close_info.close_reason, close_info.close_time)] : []),
      ...pageLines(authorization, url, language),
    ].map((line) => `  ${line}`),
  ]
}

const ACTIONS = {
  transfer: ['confirm', 'dismiss', 'fail', 'cancel', 'show'],
  authorization: ['confirm', 'close', 'show'],
} as const
type Thing = keyof typeof ACTIONS
type Action = (typeof ACTIONS)[Thing][number]
const ALL_ACTIONS = ['confirm', 'dismiss', 'fail', 'cancel', 'close', 'show'] as const satisfies readonly Action[]

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

export const define = defines(texts, (command, own, language) => {
  command
    .argument('<action>', own.action)
    .argument('<number>', own.number)
    .addOption(urlOption(own.url(urlHere()), language))
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
})

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
  const { reason, authorize, url = urlHere() } = options
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
      case 'cancel':
        return { transfer: await control.callOffTransfer(number, owner) }
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
    lines: async () => authorizationLines(authorization, options.url ?? urlHere(), language),
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
