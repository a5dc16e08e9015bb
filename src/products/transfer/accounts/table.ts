import { z } from 'zod'
import { mchid, money } from '../../../engine/state/json-fields.ts'
import { ALL, defineTable, type RowDefaults } from '../../../engine/state/table.ts'
import { type Funds, fundsOf } from '../rules/funds.ts'
import type { DaySum } from '../rules/money.ts'
import { ALL_SCENES } from '../rules/scene.ts'

/** What a merchant has for transfers, and may do with it. */
export interface TransferAccount {
  readonly mchid: string
  /** Left out: any amount can be transferred. */
  readonly funds?: Funds
  /** The scenes that the merchant was granted; left out: all. */
  readonly scenes?: readonly string[]
  /** Whether the merchant has opened the product. */
  readonly opened: boolean
  /** What its transfers of a day come to, where that is limited and was asked for. */
  readonly today?: DaySum
}

export const sceneIds = z.enum(ALL_SCENES)

export const transferAccountJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'whose; the well-known merchant if left out' }),
    funded: money.optional().meta({
      description:
        'fen that were put into the account (运营账户) in all; what can be transferred is this less the transfers that stand. Any amount if left out',
    }),
    scenes: z.array(sceneIds).optional().meta({ description: 'the scenes granted; all if left out' }),
    opened: z
      .boolean()
      .optional()
      .meta({ description: 'whether the merchant has opened the product; true if left out' }),
  })
  .meta({ id: 'TransferAccount', description: 'what a merchant has for transfers (商家转账), and may do with it' })

export const completedTransferAccount = transferAccountJson
  .required({ mchid: true, opened: true })
  .meta({ id: 'CompletedTransferAccount' })

/** An account of which no transfer has taken money. */
export function completeAccount(
  { mchid, funded, scenes, opened = true }: z.output<typeof transferAccountJson>,
  { now, defaultMchid }: Pick<RowDefaults, 'now' | 'defaultMchid'>,
): TransferAccount {
  return {
    mchid: mchid ?? defaultMchid,
    ...(funded !== undefined && { funds: fundsOf(funded, [], now) }),
    ...(scenes && { scenes }),
    opened,
  }
}

export function describeAccount({
  mchid,
  funds,
  scenes,
  opened,
}: TransferAccount): z.output<typeof completedTransferAccount> {
  return {
    mchid,
    ...(funds && { funded: funds.fundedFen }),
    ...(scenes && { scenes: [...scenes] }),
    opened,
  }
}

/** The account of a merchant of which nothing is said. */
export function usualAccount(mchid: string): TransferAccount {
  return { mchid, opened: true }
}

/** Accounts for transfers. */
export const transferAccounts = defineTable({
  name: 'transferAccounts',
  title: { en: 'Transfer accounts', zh: '转账账户' },
  owner: ({ mchid }: TransferAccount) => mchid,
  // There is one of each merchant.
  key: () => [],
  keyMembers: [],
  indexes: {},
  // They come in the order of their merchants, page by page.
  sorted: { newest: { among: () => ALL, by: () => '' } },
  json: transferAccountJson,
  completed: completedTransferAccount,
  // Its transfers are loaded later, and take their money.
  fromJson: completeAccount,
  toJson: (account) => describeAccount(account),
  inJournal: true,
})
