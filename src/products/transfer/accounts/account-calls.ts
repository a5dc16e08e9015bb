import { z } from 'zod'
import { defineAddCalls } from '../../../control/add-calls.ts'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { checkMerchantExists } from '../../../control/merchants.ts'
import { allRows } from '../../../control/read-page.ts'
import type { Mock } from '../../../engine/mock.ts'
import { money } from '../../../engine/state/json-fields.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { transfers } from '../bills/table.ts'
import { availableFen, type Funds, fundsOf, type Held, heldBy } from '../rules/funds.ts'
import { ALL_SCENES } from '../rules/scene.ts'
import { accountOf, fundsNow } from './find-account.ts'
import {
  completeAccount,
  completedTransferAccount,
  describeAccount,
  sceneIds,
  type TransferAccount,
  transferAccountJson,
  transferAccounts,
} from './table.ts'

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
    const [account, at] = await mock.inTurn(async (tx, now) => {
      const found = await accountOf(tx, mchid)
      const funds = found.funds && (await fundsNow(tx, mchid, found.funds, now))
      return [{ ...found, ...(funds && { funds }) }, now] as const
    })
    return show(mock, account, at)
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
    grant_scene: sceneIds.optional().meta({ description: 'a scene that the merchant may use from now on, besides' }),
    withdraw_scene: sceneIds.optional().meta({ description: 'a scene that the merchant may no longer use' }),
    opened: z.boolean().optional().meta({ description: 'whether the merchant has opened the product' }),
  }),
  answer: shownAccount,
  refusals: {
    ...refusals,
    MOCK_TRANSFER_BALANCE:
      'top_up is given together with balance, or for an account without a balance, or more money is put in than can be counted to the fen',
  },
  async handle({ query, body }, { mock }) {
    const mchid = await ownerOf(mock, query.mchid)
    const [changed, at] = await mock.inTurn(async (tx, now) => {
      const before = await accountOf(tx, mchid)
      const { opened = before.opened } = body
      const scenes = scenesAfter(before, body)
      const funds = await changedFunds(tx, before, body, now)
      const account: TransferAccount = {
        mchid,
        ...(funds && { funds }),
        ...(scenes && { scenes }),
        opened,
        ...(before.today && { today: before.today }),
      }
      await tx.in(transferAccounts).save(account)
      return [account, now] as const
    })
    return show(mock, changed, at)
  },
})

export const { one: addTransferAccount, many: addTransferAccounts } = defineAddCalls({
  summary: 'Say what a merchant has for transfers, or a list of merchants; what was said of one before is replaced',
  json: transferAccountJson,
  made: completedTransferAccount,
  async add(tx, json, defaults) {
    const account = await withTransfers(tx, completeAccount(json, defaults), defaults.now)
    await tx.in(transferAccounts).save(account)
    return describeAccount(account)
  },
})

/** An account with what the transfers that there are hold of its money. */
async function withTransfers(tx: Transaction, account: TransferAccount, now: number): Promise<TransferAccount> {
  const { mchid, funds } = account
  return funds ? { ...account, funds: fundsOf(funds.fundedFen, await tx.in(transfers).list(mchid), now) } : account
}

/** The scenes that are granted after a change; `undefined` is all of them. */
function scenesAfter(
  { scenes: before }: TransferAccount,
  {
    scenes,
    grant_scene: granted,
    withdraw_scene: withdrawn,
  }: {
    readonly scenes?: readonly string[] | null | undefined
    readonly grant_scene?: string | undefined
    readonly withdraw_scene?: string | undefined
  },
): readonly string[] | undefined {
  const given = scenes === undefined ? before : (scenes ?? undefined)
  if (granted === undefined && withdrawn === undefined) return given
  const own = given ?? ALL_SCENES
  return ALL_SCENES.filter((one) => one !== withdrawn && (one === granted || own.includes(one)))
}

async function ownerOf(mock: Mock, mchid: string | undefined): Promise<string> {
  if (mchid !== undefined) await checkMerchantExists(mock, mchid)
  return mchid ?? mock.defaultMerchant.mchid
}

/** The funds of an account once its balance is as asked for; `undefined` where any amount can be transferred. */
async function changedFunds(
  tx: Transaction,
  { mchid, funds }: TransferAccount,
  { balance, top_up }: { readonly balance?: number | null | undefined; readonly top_up?: number | undefined },
  now: number,
): Promise<Funds | undefined> {
  if (top_up !== undefined && (balance !== undefined || !funds)) {
    throw new UsageError(
      'MOCK_TRANSFER_BALANCE',
      balance === undefined
        ? {
            en: `Merchant ${mchid} can transfer any amount: give balance instead of top_up.`,
            zh: `商户 ${mchid} 的转账余额不限：请改用 balance。`,
          }
        : { en: 'Give balance or top_up, not both.', zh: 'balance 与 top_up 只能给出一个。' },
      { path: '/top_up' },
    )
  }
  if (balance === null || (balance === undefined && !funds)) return undefined
  // Where any amount could be transferred nothing was added up so far.
  const before = funds ? await fundsNow(tx, mchid, funds, now) : fundsOf(0, await tx.in(transfers).list(mchid), now)
  const { lockedFen, paidFen } = before
  const fundedFen = balance === undefined ? before.fundedFen + (top_up ?? 0) : balance + lockedFen + paidFen
  if (!Number.isSafeInteger(fundedFen)) {
    const most = Number.MAX_SAFE_INTEGER
    throw new UsageError(
      'MOCK_TRANSFER_BALANCE',
      {
        en: `With that, more than ${most} fen were put into the account of ${mchid}, which cannot be counted to the fen: give less.`,
        zh: `商户 ${mchid} 的累计充值将超过 ${most} 分，无法精确到分：请减少金额。`,
      },
      { path: balance === undefined ? '/top_up' : '/balance' },
    )
  }
  return { ...before, fundedFen }
}

/** @param account with its funds as they are now */
async function show(mock: Mock, account: TransferAccount, now: number): Promise<z.input<typeof shownAccount>> {
  const { mchid, funds, scenes = ALL_SCENES, opened } = account
  const { lockedFen, paidFen } = funds ?? (await addUp(mock, mchid, now))
  return {
    mchid,
    // A seed file may have more transfers than its account was funded for.
    balance: funds ? Math.max(0, availableFen(funds)) : null,
    locked: lockedFen,
    paid: paidFen,
    scenes: [...scenes],
    opened,
  }
}

/** What the transfers of an account hold of which any amount can be transferred. There may be any number, so calls are answered in between. */
async function addUp(mock: Mock, mchid: string, now: number): Promise<Held> {
  let [lockedFen, paidFen] = [0, 0]
  for await (const bills of allRows(mock, transfers, mchid)) {
    const held = heldBy(bills, now)
    lockedFen += held.lockedFen
    paidFen += held.paidFen
  }
  return { lockedFen, paidFen }
}
