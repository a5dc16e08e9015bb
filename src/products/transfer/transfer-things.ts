import { field, type Life, transition } from '../../control/life.ts'
import { belongsTo, defineThing, fact, type Said } from '../../control/things/thing.ts'
import { historyOf, type Step } from '../../control/timeline.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL } from '../../engine/state/table.ts'
import { users } from '../platform/index.ts'
import { transferAccounts } from './accounts.ts'
import { transferAuthorizations } from './authorizations.ts'
import { confirmPage, confirmPageQuery } from './confirm-page.ts'
import { describeScene, FAIL_REASON_MEANINGS, SCENE_NAMES, withMeaning } from './meanings.ts'
import { preTransferWithAuthorization } from './pre-transfer-with-authorization.ts'
import { acceptElecsignByNo, acceptElecsignByOutNo } from './receipt-calls.ts'
import { type Receipt, readToken, receiptState, transferReceipts } from './receipts.ts'
import { cancelTransfer, transferToUser, transferWithAuthorization } from './transfer-calls.ts'
import { callOffTransfer, confirmTransfer, failTransfer } from './transfer-control-calls.ts'
import { stateAt, stepsOf, type TransferStep } from './transfer-rules.ts'
import { type ShownTransfer, showTransfer, transferFinished, transfers } from './transfer-store.ts'
import { type Transfer, type TransferState, UNCONFIRMED } from './transfers.ts'

/** The life of a transfer (mch-transfer.md 2). ACCEPTED and PROCESSING are there with transferLocking=slow, TRANSFERING with transferTakes. @internal */
export const transferLife: Life = {
  stages: [
    [
      { name: 'ACCEPTED', title: { en: 'accepted', zh: '已受理' }, tone: 'warn' },
      { name: 'PROCESSING', title: { en: 'money being locked', zh: '锁定资金中' }, tone: 'warn' },
      { name: 'WAIT_USER_CONFIRM', title: { en: 'not confirmed', zh: '待用户确认' }, tone: 'warn' },
    ],
    [
      { name: 'CANCELING', title: { en: 'being cancelled', zh: '撤销中' }, tone: 'calm' },
      { name: 'TRANSFERING', title: { en: 'being transferred', zh: '转账中' }, tone: 'calm' },
    ],
    [
      { name: 'CANCELLED', title: { en: 'cancelled', zh: '已撤销' }, tone: 'bad' },
      { name: 'FAIL', title: { en: 'failed', zh: '转账失败' }, tone: 'bad' },
      { name: 'SUCCESS', title: { en: 'arrived', zh: '转账成功' }, tone: 'good' },
    ],
  ],
  transitions: [
    transition('accepted', 'time', ['ACCEPTED'], 'PROCESSING', {
      title: { en: 'a second passes', zh: '满 1 秒' },
      happened: { en: 'Accepted: the money is being locked', zh: '已受理，锁定资金中' },
    }),
    transition('locked', 'time', ['PROCESSING'], 'WAIT_USER_CONFIRM', {
      title: { en: 'Money is locked', zh: '资金锁定' },
      happened: { en: 'Money locked', zh: '资金已锁定' },
    }),
    confirmTransfer,
    failTransfer,
    transition('timed_out', 'time', UNCONFIRMED, 'FAIL', {
      title: { en: '24 hours pass', zh: '满 24 小时' },
      happened: { en: 'Closed: nobody confirmed it in time', zh: '超时未确认，已关闭' },
    }),
    callOffTransfer,
    transition('given_back', 'time', ['CANCELING'], 'CANCELLED', {
      title: { en: 'Money comes back', zh: '资金退回' },
      happened: { en: 'Money came back', zh: '资金已退回' },
    }),
  ],
}

const CREATING = [transferToUser.id, preTransferWithAuthorization.id, transferWithAuthorization.id]

/** The calls that may have done each; nobody calls for the others. */
const CALLS: Readonly<Partial<Record<TransferStep['event'], readonly string[]>>> = {
  created: CREATING,
  // Money that was short is locked when the call is made again.
  locked: CREATING,
  cancelled: [cancelTransfer.id],
}

/** History of a transfer and its receipt. */
const transferHistory = historyOf({
  table: transfers,
  others: (tx, { mchid, out_bill_no }) => tx.in(transferReceipts).find(mchid, out_bill_no),
  events: [transferFinished],
  reports: (content, { mchid, out_bill_no }) => content.mch_id === mchid && content.out_bill_no === out_bill_no,
  names: ({ out_bill_no, transfer_bill_no }) => [
    ['out_bill_no', out_bill_no],
    ['transfer_bill_no', transfer_bill_no],
  ],
  steps(one: Transfer, now, receipt) {
    // Its callbacks tell of all that was before.
    const own = stepsOf(one, now).map((step) => ({ ...step, isTold: true, byCall: CALLS[step.event] ?? false }))
    return [...own, ...receiptSteps(receipt, now, own.at(-1)?.after)]
  },
})

/** Steps of a receipt; they leave the state of its transfer unchanged. */
function receiptSteps(receipt: Receipt | undefined, now: number, state: TransferState = 'SUCCESS'): readonly Step[] {
  if (!receipt) return []
  const { apply_time, ready_time } = receipt
  const same = { before: state, after: state, isTold: false }
  const applied = {
    event: 'receipt_applied',
    at: apply_time,
    byCall: [acceptElecsignByOutNo.id, acceptElecsignByNo.id],
  }
  const made = { FINISHED: 'receipt_made', FAILED: 'receipt_failed', GENERATING: undefined } as const
  const event = made[receiptState(receipt, now)]
  return [{ ...applied, ...same }, ...(event ? [{ event, at: ready_time, byCall: false, ...same }] : [])]
}

export const transferThing = defineThing(transfers, {
  one: { en: 'Transfer', zh: '转账单' },
  none: {
    en: 'No transfers yet. Add one here, or create one with a call.',
    zh: '还没有转账单。可以在此添加，或调用接口发起转账。',
  },
  show: showTransfer,
  state: stateAt,
  life: transferLife,
  named: transfersNamed,
  search: {
    hint: {
      en: 'Transfer number, WeChat Pay’s number, openid, name, remark',
      zh: '商户单号、微信转账单号、openid、姓名、备注',
    },
    texts: ({ out_bill_no, transfer_bill_no, openid, user_name, transfer_remark }) => [
      out_bill_no,
      transfer_bill_no,
      openid,
      user_name,
      transfer_remark,
    ],
  },
  about: ({ transfer_remark }) => transfer_remark,
  facts: [
    fact('transfer_amount', 'Amount', '转账金额', { as: 'money', inList: 'beside' }),
    {
      title: { en: 'Failed because', zh: '失败原因' },
      of: ({ fail_reason: reason }) => reason && withMeaning(reason, FAIL_REASON_MEANINGS),
    },
    {
      title: { en: 'Waits for', zh: '等待' },
      of: ({ state, lock_time }) =>
        state === 'PROCESSING' && lock_time === null
          ? {
              en: 'money: put some into the account, and create the transfer again with the same number',
              zh: '账户余额：请充值，再以原单号重新发起',
            }
          : undefined,
    },
    {
      title: { en: 'Page on the phone', zh: '手机收款页' },
      of: ({ package_info, state }) =>
        package_info !== undefined
          ? { en: 'Open it', zh: '打开收款页' }
          : state === 'WAIT_USER_CONFIRM'
            ? { en: 'no longer opens, 24 hours after its creation', zh: '创建已满 24 小时，不能再打开' }
            : undefined,
      opens: { page: confirmPage, query: confirmPageQuery },
    },
    {
      ...fact('openid', 'User', '收款用户', { as: 'code', inList: 'under' }),
      to: ({ mchid, openid }) => ({ table: users, name: [mchid, openid] }),
    },
    {
      title: { en: 'Name given', zh: '传入的姓名' },
      of: ({ user_name }) => user_name ?? { en: 'none', zh: '未传' },
    },
    {
      title: { en: 'Scene', zh: '转账场景' },
      of: ({ transfer_scene_id }) => describeScene(transfer_scene_id),
    },
    fact('user_recv_perception', 'The user sees', '用户收款感知'),
    { title: { en: 'Reported', zh: '场景报备信息' }, of: reportedOf },
    {
      title: { en: 'Style', zh: '收款样式' },
      of: ({ user_recv_style }) =>
        user_recv_style === 'RED_PACKET' ? { en: 'RED_PACKET red packet', zh: 'RED_PACKET 红包' } : undefined,
    },
    fact('mchid', 'Merchant', '商户号', { as: 'code' }),
    {
      title: { en: 'Authorization', zh: '授权' },
      of: authorizationOf,
      to: (json) => {
        const number = authorizationOf(json)
        return number === undefined ? undefined : { table: transferAuthorizations, name: [json.mchid, number] }
      },
      as: 'code',
    },
    fact('create_time', 'Created', '创建时间', { as: 'time', inList: 'end' }),
    {
      title: { en: 'Can be confirmed until', zh: '确认截止时间' },
      of: ({ state, expire_time }) => (UNCONFIRMED.some((one) => one === state) ? expire_time : undefined),
      as: 'time',
    },
    fact('update_time', 'In this state since', '状态变更时间', { as: 'time' }),
    fact('transfer_bill_no', 'WeChat Pay transfer number', '微信转账单号', { as: 'code' }),
    fact('notify_url', 'Told at', '通知地址', { as: 'code' }),
    fact('package_info', 'package_info', '收款页 package_info', { as: 'code' }),
  ],
  actions: [
    {
      title: { en: 'Confirm with an outcome', zh: '确认并指定结果' },
      call: 'confirmTransfer',
      states: ['WAIT_USER_CONFIRM'],
      fields: [
        field('outcome', 'Outcome', '转账结果', {
          placeholder: { en: 'as the user and the limits decide', zh: '由用户信息和限额决定' },
          options: FAIL_REASON_MEANINGS,
        }),
        field('authorize', 'Agrees to the authorization', '同意授权', { placeholder: { en: 'yes', zh: '是' } }),
      ],
      asks: ({ authorization }) => (authorization ? ['outcome', 'authorize'] : ['outcome']),
      done: { en: 'The user has confirmed the transfer.', zh: '用户已确认收款。' },
    },
    {
      title: { en: 'Dismiss the page', zh: '关闭收款页' },
      call: 'dismissTransfer',
      states: ['WAIT_USER_CONFIRM'],
      done: {
        en: 'The page was opened and closed again, which changes nothing.',
        zh: '收款页打开后已关闭，转账单没有变化。',
      },
    },
  ],
  makes: [
    {
      title: { en: 'Add a transfer', zh: '添加转账单' },
      call: 'addTransfer',
      fields: [
        field('openid', 'User (openid)', '收款用户（openid）', { placeholder: { en: 'auto', zh: '自动生成' } }),
        field('transfer_amount', 'Amount (yuan)', '转账金额（元）', {
          as: 'money',
          placeholder: { en: '10 yuan', zh: '10 元' },
        }),
        field('transfer_scene_id', 'Scene', '转账场景', { placeholder: describeScene('1000'), options: SCENE_NAMES }),
        field('user_name', 'Name given', '传入的姓名', { placeholder: { en: 'none', zh: '不传' } }),
        field('transfer_remark', 'Remark', '转账备注', { placeholder: { en: '活动奖励', zh: '活动奖励' } }),
        field('notify_url', 'Told at', '通知地址', { placeholder: { en: 'no callbacks', zh: '不发送回调' } }),
        field('state', 'State', '状态', {
          placeholder: { en: 'WAIT_USER_CONFIRM not confirmed', zh: 'WAIT_USER_CONFIRM 待用户确认' },
        }),
      ],
      made: ['mchid', 'out_bill_no'],
      done: { en: 'The transfer was added.', zh: '转账单已添加。' },
    },
  ],
  belongs: [
    belongsTo(users, {
      title: { en: 'Transfers to this user', zh: '向该用户的转账' },
      list: { name: 'ofUser', among: ({ openid }) => [openid] },
    }),
    belongsTo(transferAuthorizations, {
      title: { en: 'Transfers made with it', zh: '使用该授权的转账' },
      list: { name: 'ofAuthorization', among: ({ out_authorization_no }) => [out_authorization_no] },
    }),
    belongsTo(transferAccounts, {
      title: { en: 'Transfers from this account', zh: '该账户的转账' },
      list: { name: 'newest', among: () => [ALL] },
    }),
  ],
  history: {
    events: {
      created: { en: 'Created', zh: '已发起' },
      receipt_applied: { en: 'Receipt applied for', zh: '已申请电子回单' },
      receipt_made: { en: 'Receipt made', zh: '电子回单已生成' },
      receipt_failed: { en: 'Receipt failed', zh: '电子回单生成失败' },
    },
    of: transferHistory,
    leadsTo: ({ event }, { mchid, out_bill_no }) =>
      event?.startsWith('receipt_') ? [{ table: transferReceipts, name: [mchid, out_bill_no] }] : [],
  },
})

function reportedOf({ transfer_scene_report_infos: infos }: ShownTransfer) {
  const listed = (colon: string, separator: string) =>
    infos.map(({ info_type, info_content }) => `${info_type}${colon}${info_content}`).join(separator)
  return infos.length === 0 ? undefined : { en: listed(': ', '; '), zh: listed('：', '；') }
}

/** The authorization that a transfer was made with, or that the user is asked for with it. */
function authorizationOf({ out_authorization_no: number, authorization }: ShownTransfer): string | undefined {
  return number ?? authorization?.out_authorization_no
}

/** The most numbers of an exchange that are looked up. */
const MOST_NUMBERS = 100

/** The transfers that an exchange names: by either number, or in the address that their receipt is downloaded from. */
async function transfersNamed(tx: Transaction, said: Said, mchid: string | undefined): Promise<readonly Transfer[]> {
  const table = tx.in(transfers)
  const tokens = said.of('token').flatMap((token) => readToken(token) ?? [])
  const own = tokens.filter((token) => mchid === undefined || token.mchid === mchid)
  const outBillNos = [...said.of('out_bill_no'), ...own.map(({ out_bill_no }) => out_bill_no)].slice(0, MOST_NUMBERS)
  const transferBillNos = said.of('transfer_bill_no').slice(0, MOST_NUMBERS)
  const found = await Promise.all([
    ...outBillNos.map((number) => table.where('out_bill_no', number, mchid)),
    ...transferBillNos.map((number) => table.where('transfer_bill_no', number, mchid)),
  ])
  return found.flat()
}
