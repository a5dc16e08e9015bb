import { z } from 'zod'
import { callsOf, defineCall } from '../../control/call.ts'
import { field, stateOf, transition } from '../../control/life.ts'
import { belongsTo, defineThing, fact, link } from '../../control/things/thing.ts'
import { instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { exactTime } from '../../wire/protocol/instant.ts'
import * as accounts from './account-control-calls.ts'
import { accountThing } from './account-control-calls.ts'
import * as authorizationCalls from './authorization-control.ts'
import { authorizations, authorizationThing } from './authorization-control.ts'
import { answerableUntil, transferAuthorizations } from './authorizations.ts'
import {
  NUMBERS,
  type Opened,
  openAuthorizationPage,
  openedBy,
  openPage,
  pageError,
  pageMembers,
  pageRefusals,
} from './confirm-page-checks.ts'
import { SCENES } from './meanings.ts'
import type { PackageSubject } from './numbers.ts'
import { type Receipt, receipt, receiptState, transferReceipts } from './receipts.ts'
import { routes } from './routes.ts'
import * as transferCalls from './transfer-control.ts'
import { transfersFaces, transferThing } from './transfer-control.ts'
import { pageOpensUntil } from './transfer-rules.ts'
import { transfers } from './transfer-store.ts'

const shownReceipt = receipt
  .extend({ state: z.enum(['GENERATING', 'FINISHED', 'FAILED']) })
  .meta({ id: 'ShownTransferReceipt', description: 'the receipt of a transfer as it stands now' })

function showReceipt(one: Receipt, now: number): z.input<typeof shownReceipt> {
  return z.encode(shownReceipt, { ...one, state: receiptState(one, now) })
}

const done = { en: 'The receipt is settled.', zh: '电子回单的结果已设定。' } as const

const settleTransferReceipt = transfersFaces.about({
  summary: 'Make the receipt of a transfer that is GENERATING now, or let it fail',
  transitions: [
    transition('made', 'time', ['GENERATING'], 'FINISHED', { title: { en: 'Make it', zh: '生成' }, done }),
    transition('failed', 'hand', ['GENERATING'], 'FAILED', {
      title: { en: 'Fail', zh: '生成失败' },
      fields: [field('fail_reason', 'Reason', '失败原因', { isNeeded: true })],
      done,
    }),
  ],
  body: z.strictObject({
    fail_reason: shortText.optional().describe('why it cannot be made; FINISHED if left out'),
  }),
  bodyOptional: true,
  answer: shownReceipt,
  refusals: { MOCK_RECEIPT_STATE: { status: 409, when: 'no receipt of the transfer is GENERATING' } },
  async handle({ mchid, out_bill_no }, { body, tx, now }) {
    const found = await tx.in(transferReceipts).find(mchid, out_bill_no)
    if (!found || receiptState(found, now) !== 'GENERATING') {
      throw new UsageError('MOCK_RECEIPT_STATE', {
        en: `No receipt of transfer ${out_bill_no} is GENERATING: apply for one, and settle it while it is. The setting transfer_receipt_takes says how long that takes; a frozen clock makes it wait.`,
        zh: `转账单 ${out_bill_no} 没有处于 GENERATING 的电子回单：请先申请，并在生成期间设定结果；持续时间由设置 transfer_receipt_takes 决定，冻结时钟可使其一直等待。`,
      })
    }
    const settled = { ...found, ...body, ready_time: now }
    await tx.in(transferReceipts).save(settled)
    return showReceipt(settled, now)
  },
})

const receiptThing = defineThing(transferReceipts, {
  one: { en: 'Receipt of a transfer', zh: '转账电子回单' },
  none: {
    en: 'No receipts yet. Apply for one with a call, once a transfer with a name has succeeded.',
    zh: '还没有电子回单。传了姓名的转账成功后，可以调用接口申请。',
  },
  isListed: false,
  show: showReceipt,
  life: {
    stages: [
      [stateOf('GENERATING', 'being made', '生成中', 'warn')],
      [stateOf('FINISHED', 'made', '已生成', 'good'), stateOf('FAILED', 'failed', '生成失败', 'bad')],
    ],
    transitions: [settleTransferReceipt],
  },
  since: ({ ready_time }, now) => (now >= ready_time ? ready_time : undefined),
  search: {
    hint: { en: 'Transfer number, WeChat Pay’s number', zh: '商户单号、微信转账单号' },
    texts: ({ out_bill_no, transfer_bill_no }) => [out_bill_no, transfer_bill_no],
  },
  facts: [
    link('out_bill_no', 'Transfer', '转账单', transfers),
    {
      title: { en: 'Failed because', zh: '失败原因' },
      of: ({ state, fail_reason }) => (state === 'FAILED' ? fail_reason : undefined),
    },
    fact('mchid', 'Merchant', '商户号', { as: 'code' }),
    fact('apply_time', 'Applied for', '申请时间', { as: 'time', inList: 'end' }),
    fact('ready_time', 'Ready', '完成时间', { as: 'time' }),
    fact('transfer_bill_no', 'WeChat Pay transfer number', '微信转账单号', { as: 'code', inList: 'under' }),
  ],
  belongs: [
    belongsTo(transfers, {
      title: { en: 'Receipt', zh: '电子回单' },
      rows: async (tx, { mchid, out_bill_no }) => {
        const found = await tx.in(transferReceipts).find(mchid, out_bill_no)
        return found ? [found] : []
      },
    }),
  ],
})

const openedPage = z
  .strictObject({
    merchant: z.strictObject({ mchid: z.string(), name: z.string().optional() }),
    scene: z.string().describe('name of the scene (转账场景)'),
    now: instant.describe("by the mock's clock"),
    open_until: instant.optional().describe('left out once the user has confirmed'),
    transfer: transfersFaces.shown.optional(),
    authorization: authorizations.shown.optional(),
  })
  .meta({ id: 'OpenedTransferPage', description: 'what the page shows: a transfer, or an authorization by itself' })

export type OpenedPage = z.input<typeof openedPage>

const openTransferPage = defineCall({
  summary: 'Open the page on the phone with what wx.requestMerchantTransfer takes, and look at what it shows',
  body: z.strictObject({
    mchid: mchid.describe('the mchId that the page is opened with'),
    appid: pageMembers.appid.unwrap().describe('the appId that the page is opened with'),
    package_info: pageMembers.package_info.unwrap().describe('what the page is opened with'),
    openid: pageMembers.openid,
  }),
  answer: openedPage,
  refusals: {
    ...pageRefusals,
    MOCK_TRANSFER_STATE: { status: 409, when: 'the page does not open for a transfer in this state' },
    MOCK_AUTHORIZATION_STATE: { status: 409, when: 'the authorization is in effect already, or closed' },
  },
  handle: ({ body }, { mock }) =>
    mock.inTurn(async (tx, now) => {
      const { one, shown, until } = await opened(body, tx, now)
      const { mchid, transfer_scene_id: scene } = one
      const name = mock.merchants.find(mchid)?.name
      return {
        merchant: { mchid, ...(name !== undefined && { name }) },
        scene: SCENES[scene]?.name ?? scene,
        now: exactTime(now),
        ...shown,
        ...(until !== undefined && { open_until: exactTime(until) }),
      }
    }),
})

/** The subject of a `package_info`, if it is the named merchant's and its page opens. */
async function opened(
  given: Opened & { readonly mchid: string; readonly package_info: string },
  tx: Transaction,
  now: number,
) {
  const subject = openedBy(given.package_info)
  if (subject.kind === 'transfer') {
    const one = ofMerchant(await tx.in(transfers).where('transfer_bill_no', subject.number), subject, given)
    openPage(one, given, now)
    return { one, shown: { transfer: transfersFaces.show(one, now) }, until: pageOpensUntil(one) }
  }
  const one = ofMerchant(await tx.in(transferAuthorizations).where('authorization_id', subject.number), subject, given)
  openAuthorizationPage(one, given, now)
  return { one, shown: { authorization: authorizations.show(one, now) }, until: answerableUntil(one) }
}

function ofMerchant<Row extends { readonly mchid: string }>(
  all: readonly Row[],
  { kind, number }: PackageSubject,
  { mchid }: { readonly mchid: string },
): Row {
  const own = all.find((one) => one.mchid === mchid)
  if (own) return own
  const [other] = all
  if (other) {
    throw pageError('mchid', {
      en: `this package_info is that of merchant ${other.mchid}, not of ${mchid}. Open the page with the mchId that created it.`,
      zh: `该 package_info 属于商户 ${other.mchid}，不属于 ${mchid}，mchId 应为发起方的商户号。`,
    })
  }
  throw pageError('number', {
    en: `this mock has no ${kind} with the ${NUMBERS[kind].en} ${number}: it was reset, or the package_info is that of another mock. Create another one.`,
    zh: `本模拟服务中没有${NUMBERS[kind].zh} ${number}：可能已重置，或该 package_info 来自另一个模拟服务。请另发起一笔。`,
  })
}

/** The control calls of transfers: what the phone, the console and tests do with them. */
export const calls = callsOf(routes, accounts, authorizationCalls, transferCalls, {
  openTransferPage,
  settleTransferReceipt,
})

/** Their types under one name, so that declarations need not spell all of them out. */
export interface TransferCalls extends Readonly<typeof calls> {}

/** Shown in the dashboard, in the order of its navigation. */
export const things = [transferThing, authorizationThing, receiptThing, accountThing]
