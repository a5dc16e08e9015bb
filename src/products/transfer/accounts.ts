import { z } from 'zod'
import { mchid, money } from '../../engine/state/json-fields.ts'
import { ALL, defineTable, type RowDefaults } from '../../engine/state/table.ts'
import { type Held, heldBy, type Period, type PeriodSum } from './account-rules.ts'
import { sceneId } from './transfers.ts'

export const givenAccount = z
  .strictObject({
    mchid: mchid.optional().describe('whose; the well-known merchant if left out'),
    funded: money
      .optional()
      .describe(
        'fen that were put into the account (运营账户) in all; what can be transferred is this less the transfers that stand. Any amount if left out',
      ),
    scenes: z.array(sceneId).optional().describe('the scenes granted; all if left out'),
    opened: z.boolean().optional().describe('whether the merchant has opened the product; true if left out'),
  })
  .meta({ id: 'TransferAccount', description: 'what a merchant has for transfers (商家转账), and may do with it' })

export const transferAccount = givenAccount
  .required({ mchid: true, opened: true })
  .meta({ id: 'CompletedTransferAccount' })

/** The money of a merchant for transfers, and its permissions. */
export interface TransferAccount extends Readonly<z.output<typeof transferAccount>> {
  /** The part of `funded` that its transfers hold. */
  readonly held?: Held
  /** The sums of the transfers that it created in a day and a month, where that is limited and was asked for. */
  readonly created?: Readonly<Record<Period, PeriodSum>>
}

/** An account of whose money no transfer holds any. */
export function completeAccount(
  { mchid, funded, scenes, opened = true }: z.output<typeof givenAccount>,
  { now, defaultMchid }: Pick<RowDefaults, 'now' | 'defaultMchid'>,
): TransferAccount {
  return {
    mchid: mchid ?? defaultMchid,
    ...(funded !== undefined && { funded, held: heldBy([], now) }),
    ...(scenes && { scenes }),
    opened,
  }
}

export function accountJson({ held: _, created: __, ...account }: TransferAccount): z.input<typeof transferAccount> {
  return z.encode(transferAccount, account)
}

/** Available balance in fen; `undefined` is any amount, and negative if the seed file overdraws it. */
export function availableIn({ funded, held }: Pick<TransferAccount, 'funded' | 'held'>): number | undefined {
  return funded === undefined || !held ? undefined : funded - held.locked - held.paid
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
  json: givenAccount,
  completed: transferAccount,
  // Its transfers are loaded later, and take their money.
  fromJson: completeAccount,
  toJson: accountJson,
  inJournal: true,
})
