import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { checkMerchantExists } from '../../../control/merchants.ts'
import type { Mock } from '../../../engine/mock.ts'
import { money } from '../../../engine/state/json-fields.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { availableFen } from '../rules/money.ts'
import { SCENES } from '../rules/scene.ts'
import { accountOf, balanceOf } from './find-account.ts'
import { sceneIds, type TransferAccount, transferAccounts } from './table.ts'

const shownAccount = z
  .strictObject({
    mchid: z.string(),
    balance: money.nullable().meta({ description: 'fen that can be transferred now; null: any amount' }),
    locked: money.meta({ description: 'fen of transfers that have not come to their end' }),
    paid: money.meta({ description: 'fen that users have received' }),
    scenes: z.array(sceneIds).meta({ description: 'the scenes that the merchant may use' }),
    opened: z.boolean().meta({ description: 'whether the merchant has opened the product' }),
  })
  .meta({ id: 'ShownTransferAccount', description: 'what a merchant has for transfers (商家转账), and may do with it' })

const refusals = { MOCK_MERCHANT_UNKNOWN: 'there is no merchant with this number' } as const

export const transferAccount = defineCall({
  summary: 'Look at what a merchant has for transfers',
  query: mchidQuery,
  answer: shownAccount,
  refusals,
  async handle({ query }, { mock }) {
    const mchid = await ownerOf(mock, query.mchid)
    const now = mock.clock.now()
    return mock.store.transaction(async (tx) => show(tx, await accountOf(tx, mchid), now))
  },
})

export const changeTransferAccount = defineCall({
  summary: 'Change what a merchant has for transfers, and may do with it; what is left out stays as it is',
  query: mchidQuery,
  body: z.strictObject({
    balance: money
      .nullable()
      .optional()
      .meta({ description: 'fen that can be transferred from now on; null: any amount' }),
    top_up: z.int().min(1).optional().meta({ description: 'fen to put into the account besides' }),
    scenes: z
      .array(sceneIds)
      .nullable()
      .optional()
      .meta({ description: 'the scenes that the merchant may use; null: all' }),
    opened: z.boolean().optional().meta({ description: 'whether the merchant has opened the product' }),
  }),
  answer: shownAccount,
  refusals: {
    ...refusals,
    MOCK_TRANSFER_BALANCE: 'top_up is given together with balance, or for an account without a balance',
  },
  async handle({ query, body }, { mock }) {
    const mchid = await ownerOf(mock, query.mchid)
    const now = mock.clock.now()
    return mock.store.transaction(async (tx) => {
      const before = await accountOf(tx, mchid)
      const { scenes = before.scenes ?? null, opened = before.opened } = body
      const fundedFen = await fundedAfter(tx, before, body, now)
      const account: TransferAccount = {
        mchid,
        ...(fundedFen !== undefined && { fundedFen }),
        ...(scenes !== null && { scenes }),
        opened,
      }
      await tx.in(transferAccounts).save(account)
      return show(tx, account, now)
    })
  },
})

async function ownerOf(mock: Mock, mchid: string | undefined): Promise<string> {
  if (mchid !== undefined) await checkMerchantExists(mock, mchid)
  return mchid ?? mock.defaultMerchant.mchid
}

/** What was put into an account in all, so that its balance is as asked for. */
async function fundedAfter(
  tx: Transaction,
  account: TransferAccount,
  { balance, top_up }: { readonly balance?: number | null | undefined; readonly top_up?: number | undefined },
  now: number,
): Promise<number | undefined> {
  const { fundedFen } = account
  if (top_up !== undefined && (balance !== undefined || fundedFen === undefined)) {
    throw new UsageError(
      'MOCK_TRANSFER_BALANCE',
      balance === undefined
        ? {
            en: `Merchant ${account.mchid} can transfer any amount: give balance instead of top_up.`,
            zh: `商户 ${account.mchid} 的转账余额不限：请改用 balance。`,
          }
        : { en: 'Give balance or top_up, not both.', zh: 'balance 与 top_up 只能给出一个。' },
      { path: '/top_up' },
    )
  }
  if (balance === null) return undefined
  if (balance !== undefined) {
    const { lockedFen, paidFen } = await balanceOf(tx, account, now)
    return balance + lockedFen + paidFen
  }
  return fundedFen === undefined ? undefined : fundedFen + (top_up ?? 0)
}

async function show(tx: Transaction, account: TransferAccount, now: number): Promise<z.input<typeof shownAccount>> {
  const { mchid, fundedFen, scenes = Object.keys(SCENES), opened } = account
  const held = await balanceOf(tx, account, now)
  return {
    mchid,
    // A seed file may have more transfers than its account was funded for.
    balance: fundedFen === undefined ? null : Math.max(0, availableFen(fundedFen, held) ?? 0),
    locked: held.lockedFen,
    paid: held.paidFen,
    scenes: [...scenes],
    opened,
  }
}
