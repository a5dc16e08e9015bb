import { InvalidArgumentError, Option } from 'commander'
import type { MockControl } from '../../mock-control.ts'
import { FAIL_REASONS, type FailReason } from '../../products/transfer/meanings.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { listed, nearestWord } from '../../wire/shared/texts.ts'
import { defines, usageError } from '../command.ts'
import { option } from '../options.ts'
import { refusalText } from '../running-mock.ts'
import { defineThingCommand, onlyWith } from '../thing-command.ts'

const en = {
  description:
    "Does to a transfer of a running mock what a merchant's calls cannot: confirms it as the user's phone does, opens its page and closes it again, lets it fail; or cancels it, as the merchant does with a call, or shows it. With --authorization it agrees to an authorization, a user's leave to be paid without confirming, closes it or shows it.",
  action:
    'what to do: confirm, dismiss (the page is opened and closed again, which changes nothing), fail, cancel or show; of an authorization confirm, close or show',
  number: "the merchant's number of the transfer (out_bill_no), or of the authorization (out_authorization_no)",
  mchid: 'merchant of the transfer, where several have one with this number',
  package: 'what the page is opened with (package_info); one that fits if left out',
  reason:
    'with confirm, why the money does not arrive; with fail, why it fails (TRANSFER_RISK if left out); the reasons are listed below',
  reasonExpected: (similar: string | undefined): string =>
    `use a reason of WeChat Pay's, such as NAME_NOT_CORRECT${similar === undefined ? '' : `; did you mean ${similar}?`}`,
  noAuthorize: 'with confirm: does not agree to the authorization that the transfer asks for',
  authorization: 'the number is that of an authorization',
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
  client: (message: string): string => `The client is called back with ${message}`,
}

const zh: typeof en = {
  description:
    '对运行中的模拟服务里的商家转账执行商户接口无法完成的操作：模拟用户在手机上确认收款、打开收款页再关闭、使转账失败；也可以像商户调用接口那样撤销转账，或查看转账。加 --authorization 则是对免确认收款授权：模拟用户同意、关闭，或查看。',
  action:
    '要做的事：confirm 确认收款、dismiss 打开收款页再关闭（状态不变）、fail 失败、cancel 撤销、show 查看；对授权是 confirm 同意、close 关闭、show 查看',
  number: '商户单号（out_bill_no），或商户授权单号（out_authorization_no）',
  mchid: '转账所属商户号；多个商户有同一单号时需要',
  package: '打开收款页所用的 package_info；不写则使用正确的',
  reason: '用于 confirm 时是款项不能到账的原因；用于 fail 时是失败原因，不写为 TRANSFER_RISK；可用的原因列在最后',
  reasonExpected: (similar) =>
    `请使用微信支付的失败原因，如 NAME_NOT_CORRECT${similar === undefined ? '' : `；是否想写 ${similar}`}`,
  noAuthorize: '用于 confirm：不同意随转账发起的授权',
  authorization: '单号是免确认收款授权的',
  ofTransfer: (actions) => `转账的 ${actions}`,
  needsAuthorization: (action) => `${action} 用于授权：请加上 --authorization`,
  isAuthorization: (number) => `没有转账单 ${number}，但有该单号的授权：请加上 --authorization。`,
  after: (reasons) => `wechatpay-mock transfer confirm plfk2020042013                              用户确认收款
wechatpay-mock transfer confirm plfk2020042013 --reason NAME_NOT_CORRECT    已确认，但姓名不符
wechatpay-mock transfer fail plfk2020042013 --reason ACCOUNT_FROZEN         没有确认，收款账户被冻结
wechatpay-mock transfer confirm auth2020042013 --authorization              用户同意免确认收款授权

失败原因：${reasons}`,
  client: (message) => `客户端收到的回调结果是 ${message}`,
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
  readonly mchid?: string
  readonly package?: string
  readonly reason?: FailReason
}

/** The options that only some actions take, on a transfer or on either. */
const ONLY_WITH = [
  { name: 'package', flag: '--package', actions: ['confirm', 'dismiss'], ofTransfer: false },
  { name: 'reason', flag: '--reason', actions: ['confirm', 'fail'], ofTransfer: true },
  { name: 'authorize', flag: '--no-authorize', actions: ['confirm'], ofTransfer: true },
] as const

export const define = defines({ en, zh }, (command, own, language) => {
  command.addRemarks(own.after(listed(FAIL_REASONS, language)))
  defineThingCommand<Action, TransferOptions>(command, {
    number: ['number', own.number],
    actions: [ALL_ACTIONS, own.action],
    mchid: own.mchid,
    options: [
      new Option('--package <package_info>', own.package),
      reasonOption(own),
      new Option('--no-authorize', own.noAuthorize),
      new Option('--authorization', own.authorization),
    ],
    no: [
      'MOCK_TRANSFER_UNKNOWN',
      'MOCK_TRANSFER_STATE',
      'MOCK_AUTHORIZATION_UNKNOWN',
      'MOCK_AUTHORIZATION_STATE',
      'MOCK_PACKAGE_INFO',
      'MOCK_PAYEE',
    ],
    check(action, options) {
      const { authorization = false } = options
      const possible: readonly Action[] = ACTIONS[authorization ? 'authorization' : 'transfer']
      if (!authorization && !possible.includes(action)) throw usageError(own.needsAuthorization(action))
      onlyWith('--authorization', authorization, possible.includes(action), listed(possible, language), language)
      for (const { name, flag, actions, ofTransfer } of ONLY_WITH) {
        // Commander sets `authorize` to true unless it is negated.
        const isGiven = options[name] !== undefined && options[name] !== true
        const fits = actions.some((one) => one === action) && !(ofTransfer && authorization)
        const words = listed(actions, language)
        onlyWith(flag, isGiven, fits, ofTransfer ? own.ofTransfer(words) : words, language)
      }
    },
    async act(control, action, number, options, owner) {
      if (options.authorization) {
        const answer = await toAuthorization(control, action, number, options, owner)
        return { answer, kind: 'transfer_authorizations', name: [answer.mchid, answer.out_authorization_no] }
      }
      const answer = await toTransfer(control, action, number, options, owner)
      const [transfer, remark] = 'err_msg' in answer ? [answer.transfer, own.client(answer.err_msg)] : [answer]
      return { answer, kind: 'transfers', name: [transfer.mchid, transfer.out_bill_no], remark }
    },
    refusal: async (control, error, number, { mchid }) =>
      error.code === 'MOCK_TRANSFER_UNKNOWN' && (await hasAuthorization(control, number, { mchid }))
        ? own.isAuthorization(number)
        : refusalText(error, language),
  })
})

/** `--reason`. The reasons are so many that the help lists them at its end, and an error names the nearest. */
function reasonOption(own: typeof en): Option {
  return option('--reason <fail_reason>', own.reason, (text) => {
    const reason = FAIL_REASONS.find((one) => one === text)
    if (reason === undefined) throw new InvalidArgumentError(own.reasonExpected(nearestWord(text, FAIL_REASONS)))
    return reason
  })
}

interface Owner {
  readonly mchid?: string | undefined
}

function toTransfer(
  control: MockControl,
  action: Action,
  number: string,
  { package: package_info, reason, authorize }: TransferOptions,
  owner: Owner,
) {
  const opened = package_info === undefined ? {} : { package_info }
  switch (action) {
    case 'confirm': {
      const chosen = { ...(reason && { outcome: reason }), ...(authorize === false && { authorize }) }
      return control.confirmTransfer(number, { ...opened, ...chosen }, owner)
    }
    case 'dismiss':
      return control.dismissTransfer(number, opened, owner)
    case 'fail':
      return control.failTransfer(number, reason ? { fail_reason: reason } : {}, owner)
    case 'cancel':
      return control.callOffTransfer(number, owner)
    default:
      return control.transfer(number, owner)
  }
}

function toAuthorization(
  control: MockControl,
  action: Action,
  number: string,
  { package: package_info }: TransferOptions,
  owner: Owner,
) {
  switch (action) {
    case 'confirm':
      return control.confirmTransferAuthorization(number, package_info === undefined ? {} : { package_info }, owner)
    case 'close':
      return control.closeTransferAuthorization(number, {}, owner)
    default:
      return control.transferAuthorization(number, owner)
  }
}

/** Whether a number that no transfer has is that of an authorization. */
async function hasAuthorization(control: MockControl, number: string, owner: Owner): Promise<boolean> {
  try {
    await control.transferAuthorization(number, owner)
    return true
  } catch (error) {
    if (error instanceof UsageError) return false
    throw error
  }
}
