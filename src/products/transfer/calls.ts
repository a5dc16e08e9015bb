import { z } from 'zod'
import { callsOf } from '../../control/call.ts'
import { field, transition } from '../../control/life.ts'
import { belongsTo, defineThing, fact } from '../../control/things/thing.ts'
import { shortText } from '../../engine/state/json-fields.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import * as accounts from './account-control-calls.ts'
import { accountThing } from './account-control-calls.ts'
import * as authorizations from './authorization-control.ts'
import { authorizationThing } from './authorization-control.ts'
import * as page from './confirm-page-calls.ts'
import { type Receipt, receipt, receiptState, transferReceipts } from './receipts.ts'
import { routes } from './routes.ts'
import * as transferCalls from './transfer-control-calls.ts'
import { aboutTransfer } from './transfer-control-calls.ts'
import { transfers } from './transfer-store.ts'
import { transferThing } from './transfer-things.ts'

const shownReceipt = receipt
  .extend({ state: z.enum(['GENERATING', 'FINISHED', 'FAILED']) })
  .meta({ id: 'ShownTransferReceipt', description: 'the receipt of a transfer as it stands now' })

function showReceipt(one: Receipt, now: number): z.input<typeof shownReceipt> {
  return z.encode(shownReceipt, { ...one, state: receiptState(one, now) })
}

const done = { en: 'The receipt is settled.', zh: '电子回单的结果已设定。' } as const

const settleTransferReceipt = aboutTransfer.about({
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
      [{ name: 'GENERATING', title: { en: 'being made', zh: '生成中' }, tone: 'warn' }],
      [
        { name: 'FINISHED', title: { en: 'made', zh: '已生成' }, tone: 'good' },
        { name: 'FAILED', title: { en: 'failed', zh: '生成失败' }, tone: 'bad' },
      ],
    ],
    transitions: [settleTransferReceipt],
  },
  since: ({ ready_time }, now) => (now >= ready_time ? ready_time : undefined),
  search: {
    hint: { en: 'Transfer number, WeChat Pay’s number', zh: '商户单号、微信转账单号' },
    texts: ({ out_bill_no, transfer_bill_no }) => [out_bill_no, transfer_bill_no],
  },
  facts: [
    {
      ...fact('out_bill_no', 'Transfer', '转账单', { as: 'code' }),
      to: ({ mchid, out_bill_no }) => ({ table: transfers, name: [mchid, out_bill_no] }),
    },
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

/** The control calls of transfers: what the phone, the console and tests do with them. */
export const calls = callsOf(routes, accounts, authorizations, page, { settleTransferReceipt }, transferCalls)

/** Their types under one name, so that declarations need not spell all of them out. */
export interface TransferCalls extends Readonly<typeof calls> {}

/** Shown in the dashboard, in the order of its navigation. */
export const things = [transferThing, authorizationThing, receiptThing, accountThing]
