import { z } from 'zod'
import { mchid, money } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, defineTable } from '../../engine/state/table.ts'

/** Settings of a merchant for sharing in the merchant console, as a payer and as a receiver. */
export const sharingAccount = z
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

export type SharingAccount = z.output<typeof sharingAccount>

const given = sharingAccount
  .partial()
  .meta({ id: 'SharingAccount', description: 'what a merchant has set for profit sharing (分账设置)' })

const unset = (mchid: string): SharingAccount => ({ mchid, opened: true, max_ratio: 3_000, accepts_returns: true })

/** Settings of merchants for sharing (分账设置); a merchant without any has the usual ones. */
export const sharingAccounts = defineTable({
  name: 'sharingAccounts',
  title: { en: 'Sharing accounts', zh: '分账设置' },
  row: sharingAccount,
  given,
  complete: (one, { defaultMchid }) => Object.assign(unset(defaultMchid), one),
  key: ['mchid'],
  // They come in the order of their merchants.
  sorted: { newest: { among: () => ALL, by: () => '' } },
  inJournal: true,
})

export async function sharingAccountOf(tx: Transaction, mchid: string): Promise<SharingAccount> {
  return (await tx.in(sharingAccounts).find(mchid, mchid)) ?? unset(mchid)
}
