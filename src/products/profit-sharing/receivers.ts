import { z } from 'zod'
import { instant, mchid, money, wordOf } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import type { Texts } from '../../wire/shared/texts.ts'

export const RECEIVER_TYPES = {
  MERCHANT_ID: { en: 'merchant', zh: '商户' },
  PERSONAL_OPENID: { en: 'person, by an openid of the caller', zh: '个人（调用方 appid 下的 openid）' },
  PERSONAL_SUB_OPENID: { en: 'person, by an openid of the sub-merchant', zh: '个人（子商户 appid 下的 openid）' },
} as const satisfies Record<string, Texts>

/** Reasons why a receiver does not get its share. */
export const FAIL_REASONS = {
  ACCOUNT_ABNORMAL: { en: 'something is wrong with the account of the receiver', zh: '分账接收账户异常' },
  NO_RELATION: { en: 'the relation to the receiver was ended', zh: '分账关系已解除' },
  RECEIVER_HIGH_RISK: { en: 'the receiver is a risk', zh: '高风险接收方' },
  RECEIVER_REAL_NAME_NOT_VERIFIED: { en: 'nobody has verified the name of the receiver', zh: '接收方未实名' },
  NO_AUTH: { en: 'the right to share was taken away', zh: '分账权限已解除' },
  RECEIVER_RECEIPT_LIMIT: { en: 'the receiver gets too much in a month', zh: '超出用户月收款限额' },
  PAYER_ACCOUNT_ABNORMAL: { en: 'something is wrong with the account of the payer', zh: '分出方账户异常' },
  INVALID_REQUEST: { en: 'the description is not allowed', zh: '描述参数设置失败' },
} as const satisfies Record<string, Texts>

export const receiverType = wordOf(RECEIVER_TYPES)
export const failReason = wordOf(FAIL_REASONS)
export const account = z.string().min(1).max(64)

/** A merchant or person with whom a merchant may share orders (分账接收方). */
const receiver = z
  .strictObject({
    mchid: mchid.describe('whose orders are shared with it; the well-known merchant if left out'),
    type: receiverType.describe('MERCHANT_ID if left out'),
    account: account.describe('number of a merchant, or openid of a person'),
    name: z.string().max(214).optional().describe('of the merchant or person; left out: not given'),
    relation_type: z.string().max(32).describe('PARTNER if left out'),
    custom_relation: z.string().max(10).optional(),
    create_time: instant,
    fail_reason: failReason.optional().describe('why its shares will fail; left out: they succeed'),
  })
  .meta({ id: 'CompletedSharingReceiver' })

export type SharingReceiver = z.output<typeof receiver>

const givenReceiver = receiver
  .partial({ mchid: true, type: true, relation_type: true, create_time: true })
  .meta({ id: 'SharingReceiver', description: 'whom a merchant may share orders with (分账接收方)' })

/** Receivers (分账接收方), each of one payer. */
export const sharingReceivers = defineTable({
  name: 'sharingReceivers',
  title: { en: 'Sharing receivers', zh: '分账接收方' },
  row: receiver,
  given: givenReceiver,
  complete: (one, { now, defaultMchid }) =>
    Object.assign(
      { mchid: defaultMchid, type: 'MERCHANT_ID' as const, relation_type: 'PARTNER', create_time: now },
      one,
    ),
  key: ['type', 'account'],
  indexes: ['account'],
  sorted: { newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) } },
  inJournal: true,
})

/** The most receivers that one merchant may have. */
export const MOST_RECEIVERS = 20_000

/** Settings of a merchant for sharing in the merchant console, as a payer and as a receiver. */
const sharingAccount = z
  .strictObject({
    mchid: mchid.describe('whose; the well-known merchant if left out'),
    opened: z.boolean().describe('whether it may share; true if left out'),
    max_ratio: z
      .int()
      .min(100)
      .max(10_000)
      .describe('the part of an order that others may get in all, in ten-thousandths; 3000 (30 %) if left out'),
    accepts_returns: z
      .boolean()
      .describe('whether shares that it got can be taken back (同意分账回退); true if left out'),
    returnable: money.optional().describe('fen that it has for giving shares back in all; enough if left out'),
    notify_url: z
      .string()
      .max(256)
      .optional()
      .describe('where it is told of shares that it got or gave back; nowhere if left out'),
  })
  .meta({ id: 'CompletedSharingAccount' })

type SharingAccount = z.output<typeof sharingAccount>

const givenAccount = sharingAccount
  .partial()
  .meta({ id: 'SharingAccount', description: 'what a merchant has set for profit sharing (分账设置)' })

const unset = (mchid: string): SharingAccount => ({ mchid, opened: true, max_ratio: 3_000, accepts_returns: true })

/** Settings of merchants for sharing (分账设置); a merchant without any has the usual ones. */
export const sharingAccounts = defineTable({
  name: 'sharingAccounts',
  title: { en: 'Sharing accounts', zh: '分账设置' },
  row: sharingAccount,
  given: givenAccount,
  complete: (one, { defaultMchid }) => Object.assign(unset(defaultMchid), one),
  key: ['mchid'],
  // They come in the order of their merchants.
  sorted: { newest: { among: () => ALL, by: () => '' } },
  inJournal: true,
})

export async function sharingAccountOf(tx: Transaction, mchid: string): Promise<SharingAccount> {
  return (await tx.in(sharingAccounts).find(mchid, mchid)) ?? unset(mchid)
}
