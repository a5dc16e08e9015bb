import { z } from 'zod'
import { defineAddCalls, defineCall } from '../../control/call.ts'
import { pageOf, pageQuery } from '../../control/formats/page.ts'
import { field, stateOf, transition } from '../../control/life.ts'
import { readPage } from '../../control/read-page.ts'
import type { Turn } from '../../control/row-calls.ts'
import { rowFaces } from '../../control/row-faces.ts'
import { belongsTo, fact, link, type Said } from '../../control/things/thing.ts'
import { historyOf, type Step } from '../../control/timeline.ts'
import { putIntoOutbox } from '../../engine/callbacks/notifications.ts'
import { instant, mchid } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL } from '../../engine/state/table.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { users } from '../platform/index.ts'
import { transferAccounts } from './accounts.ts'
import { standingAuthorizations } from './authorization-calls.ts'
import {
  type Authorization,
  authorizationNotification,
  MOST_STANDING,
  transferAuthorizations,
} from './authorizations.ts'
import { confirmPage, confirmPageQuery, ERR_MSG } from './confirm-page.ts'
import { openPage, pageClosed, pageMembers, pageRefusals } from './confirm-page-checks.ts'
import { explainTransfer } from './explain.ts'
import { describeScene, FAIL_REASON_MEANINGS, SCENE_NAMES, withMeaning } from './meanings.ts'
import { authorizationIdOf, samePackageInfoFor } from './numbers.ts'
import { objectionToArrival } from './place-transfer.ts'
import {
  acceptElecsignByNo,
  acceptElecsignByOutNo,
  type Receipt,
  readToken,
  receiptState,
  transferReceipts,
} from './receipts.ts'
import { transferSettings } from './settings.ts'
import {
  cancelTransfer,
  preTransferWithAuthorization,
  transferToUser,
  transferWithAuthorization,
} from './transfer-calls.ts'
import {
  type Arrival,
  cancel,
  confirm,
  fail,
  pageAt,
  stateAt,
  stepsOf,
  type TransferStep,
  transferAt,
} from './transfer-rules.ts'
import { addTransfer as keepAdded, keepTransfer, transferFinished, transfers } from './transfer-store.ts'
import {
  completeTransfer,
  failReason,
  givenTransfer,
  transfer as row,
  TRANSFER_STATES,
  type Transfer,
  type TransferState,
  UNCONFIRMED,
} from './transfers.ts'

export const transfersFaces = rowFaces(
  transfers,
  row.extend({
    fail_reason: failReason.optional(),
    update_time: instant,
    package_info: z.string().optional().describe('one that opens the page on the phone; left out where none does'),
  }),
  {
    id: 'ShownTransfer',
    description: 'a transfer as it is now',
    one: { en: 'transfer', zh: '转账单' },
    key: 'out_bill_no',
    member: 'state',
    state: stateAt,
    at: (one, now) => ({
      ...transferAt(one, now),
      ...(pageAt(one, now) === 'yes' && {
        package_info: samePackageInfoFor({ kind: 'transfer', number: one.transfer_bill_no }),
      }),
    }),
    // mch-transfer.md 2: ACCEPTED and PROCESSING are there with transferLocking=slow, TRANSFERING with transferTakes.
    stages: [
      [
        stateOf('ACCEPTED', 'accepted', '已受理', 'warn'),
        stateOf('PROCESSING', 'money being locked', '锁定资金中', 'warn'),
        stateOf('WAIT_USER_CONFIRM', 'not confirmed', '待用户确认', 'warn'),
      ],
      [
        stateOf('CANCELING', 'being cancelled', '撤销中', 'calm'),
        stateOf('TRANSFERING', 'being transferred', '转账中', 'calm'),
      ],
      [
        stateOf('CANCELLED', 'cancelled', '已撤销', 'bad'),
        stateOf('FAIL', 'failed', '转账失败', 'bad'),
        stateOf('SUCCESS', 'arrived', '转账成功', 'good'),
      ],
    ],
    keep: keepTransfer,
  },
)

type ShownTransfer = ReturnType<typeof transfersFaces.show>

/** The error if a transfer has gone too far for what is asked of it. */
function tooLate(found: Transfer, now: number, said: Texts, advice: Texts): UsageError {
  const { en, zh } = explainTransfer(found, now)
  return new UsageError('MOCK_TRANSFER_STATE', {
    en: `${said.en}: ${en}. ${advice.en}`,
    zh: `${said.zh}：${zh}。${advice.zh}`,
  })
}

const listedTransfers = defineCall({
  summary: 'Look for transfers: the newest first, page by page',
  query: pageQuery.extend({
    mchid: mchid.optional().describe('whose; any if left out'),
    state: z.enum(TRANSFER_STATES).optional(),
  }),
  answer: pageOf(transfersFaces.shown).meta({ id: 'TransferPage' }),
  async handle({ query: { mchid, state, text, ...page } }, { mock, left }) {
    const now = mock.clock.now()
    const wanted = text?.toLowerCase()
    const isFiltered = state !== undefined || wanted !== undefined
    const fits = (one: Transfer) =>
      (state === undefined || stateAt(one, now) === state) && (wanted === undefined || hasText(one, wanted))
    const { items, ...rest } = await readPage(mock, transfers, {
      owner: mchid,
      ...(isFiltered && { fits }),
      ...page,
      left,
    })
    return { ...rest, items: items.map((one) => transfersFaces.show(one, now)) }
  },
})

export { listedTransfers as transfers }

function hasText({ out_bill_no, transfer_bill_no, openid, transfer_remark }: Transfer, wanted: string): boolean {
  return [out_bill_no, transfer_bill_no, openid, transfer_remark].some((one) => one.toLowerCase().includes(wanted))
}

export const transfer = transfersFaces.look

export const callOffTransfer = transfersFaces.change({
  summary: 'Call off a transfer that nobody has confirmed, as the merchant does with a call',
  transitions: [
    transition('cancelled', 'call', UNCONFIRMED, 'CANCELING', {
      title: { en: 'Cancel', zh: '撤销' },
      happened: { en: 'Cancelled', zh: '已撤销' },
      done: { en: 'The cancel was taken. The money comes back in a moment.', zh: '撤销已受理，资金稍后退回。' },
    }),
  ],
  refusals: {
    MOCK_TRANSFER_STATE: { status: 409, when: 'the user has confirmed the transfer, or it has come to its end' },
  },
  apply(found, { now, settings }) {
    const decision = cancel(found, { at: now, takesMs: transferSettings.transferCancelTakes.of(settings) * 1_000 })
    if (decision.ok) return decision.value
    const said = { en: 'It can no longer be cancelled', zh: '已不能撤销' }
    throw tooLate(found, now, said, {
      en: 'Create another one, and cancel it before it is confirmed.',
      zh: '请另发起一笔，并在用户确认之前撤销。',
    })
  },
})

export const { one: addTransfer, many: addTransfers } = defineAddCalls({
  summary: 'Add a transfer or a list of them; one with the same number is replaced',
  json: givenTransfer,
  made: row,
  refusals: { MOCK_TRANSFER_STATE: 'a state is given beside an end, or a fail_reason without the state FAIL' },
  add: async (tx, given, defaults) => z.encode(row, await keepAdded(tx, completeTransfer(given, defaults), defaults)),
})

const pageAnswer = z
  .strictObject({
    err_msg: z
      .string()
      .describe('what the client is called back with: that the page was shown, not that money has moved'),
    transfer: transfersFaces.shown,
  })
  .meta({ id: 'ConfirmedTransfer' })

const onPhone = {
  bodyOptional: true,
  answer: pageAnswer,
  refusals: {
    ...pageRefusals,
    MOCK_TRANSFER_STATE: { status: 409, when: 'the page does not open for a transfer in this state' },
  },
} as const

export const confirmTransfer = transfersFaces.about({
  ...onPhone,
  summary: "Confirm a transfer, as the user's phone does; the merchant is told at its notify_url",
  transitions: [
    transition('confirmed', 'user', ['WAIT_USER_CONFIRM'], 'TRANSFERING', {
      title: { en: 'Confirm', zh: '确认收款' },
      happened: { en: 'User confirmed', zh: '用户已确认' },
      done: { en: 'The user has confirmed the transfer.', zh: '用户已确认收款。' },
    }),
    transition('arrived', 'time', ['TRANSFERING'], 'SUCCESS', {
      title: { en: 'Money arrives', zh: '到账' },
      happened: { en: 'Money arrived', zh: '已到账' },
      button: { en: 'Complete it', zh: '立即到账' },
      body: { outcome: 'SUCCESS' },
      done: { en: 'The money has arrived.', zh: '已到账。' },
    }),
  ],
  body: z.strictObject({
    ...pageMembers,
    outcome: z
      .enum(['SUCCESS', ...failReason.options])
      .optional()
      .describe(
        'SUCCESS, or why the money cannot arrive; if left out, what is known of the user and the limits decide',
      ),
    authorize: z
      .boolean()
      .optional()
      .describe('whether the user agrees to the authorization (免确认收款授权) asked for; yes if left out'),
  }),
  async handle(found, { body, ...turn }) {
    const { tx, now, settings } = turn
    openPage(found, body, now)
    const { outcome, authorize = true } = body
    const decision = confirm(found, {
      at: now,
      takesMs: transferSettings.transferTakes.of(settings) * 1_000,
      arrival:
        outcome === undefined ? await arrivalOf(found, turn) : outcome === 'SUCCESS' ? {} : { fail_reason: outcome },
    })
    if (!decision.ok) throw pageClosed(decision.reason, found, now)
    const kept = await keepTransfer(tx, decision.value, turn)
    // A second confirmation only completes the transfer.
    if (authorize && found.end === undefined && kept.end?.fail_reason === undefined) await keepAgreement(kept, turn)
    return { err_msg: ERR_MSG.ok, transfer: transfersFaces.show(kept, now) }
  },
})

/** How the user and the limits let it end; left as it is once that is decided. */
async function arrivalOf(found: Transfer, turn: Turn): Promise<Arrival | undefined> {
  return found.end ? undefined : { fail_reason: await objectionToArrival(turn.tx, found, turn) }
}

/** Keeps the authorization that was asked for with a transfer, unless the user has given one meanwhile, or its number was used. */
async function keepAgreement(
  { authorization: wanted, mchid, appid, openid, transfer_scene_id, user_recv_perception, create_time }: Transfer,
  { tx, now, ids, settings }: Turn,
): Promise<void> {
  if (!wanted) return
  if (await tx.in(transferAuthorizations).find(mchid, wanted.out_authorization_no)) return
  const standing = await standingAuthorizations(tx, { mchid, openid, transfer_scene_id }, now)
  if (standing.length >= MOST_STANDING) return
  const made: Authorization = {
    mchid,
    ...wanted,
    authorization_id: authorizationIdOf(ids, now),
    appid,
    openid,
    transfer_scene_id,
    user_recv_perception,
    create_time,
    authorize_time: now,
    request: [],
  }
  await tx.in(transferAuthorizations).save(made)
  await putIntoOutbox(tx, authorizationNotification(made, now, settings), { now, ids })
}

export const dismissTransfer = transfersFaces.about({
  ...onPhone,
  summary: 'Open the page of a transfer on the phone and close it again, which changes nothing',
  body: z.strictObject(pageMembers),
  handle(found, { body, now }) {
    openPage(found, body, now)
    return { err_msg: ERR_MSG.cancel, transfer: transfersFaces.show(found, now) }
  },
})

export const failTransfer = transfersFaces.change({
  summary: 'Let a transfer fail for a reason of WeChat Pay, confirmed or not; the merchant is told at its notify_url',
  transitions: [
    transition('failed', 'hand', [...UNCONFIRMED, 'TRANSFERING'], 'FAIL', {
      title: { en: 'Fail', zh: '失败' },
      happened: { en: 'Failed', zh: '转账失败' },
      fields: [
        field('fail_reason', 'Reason', '失败原因', {
          placeholder: withMeaning('TRANSFER_RISK', FAIL_REASON_MEANINGS),
          options: FAIL_REASON_MEANINGS,
        }),
      ],
      done: { en: 'The transfer has failed.', zh: '转账已失败。' },
    }),
  ],
  body: z.strictObject({ fail_reason: failReason.optional().describe('TRANSFER_RISK if left out') }),
  bodyOptional: true,
  refusals: {
    MOCK_TRANSFER_STATE: { status: 409, when: 'the transfer was cancelled, or has come to its end' },
  },
  apply(found, { body, now }) {
    const decision = fail(found, body.fail_reason ?? 'TRANSFER_RISK', now)
    if (decision.ok) return decision.value
    const said = { en: 'It cannot fail any more', zh: '已不能再失败' }
    throw tooLate(found, now, said, { en: 'Create another one.', zh: '请另发起一笔。' })
  },
})

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

export const transferThing = transfersFaces.thing({
  one: { en: 'Transfer', zh: '转账单' },
  none: {
    en: 'No transfers yet. Add one here, or create one with a call.',
    zh: '还没有转账单。可以在此添加，或调用接口发起转账。',
  },
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
      of: ({ fail_reason }) => fail_reason && withMeaning(fail_reason, FAIL_REASON_MEANINGS),
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
    link('openid', 'User', '收款用户', users, { inList: 'under' }),
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
