import { z } from 'zod'
import { type CallContext, defineAddCalls, defineCall, mchidQuery } from '../../control/call.ts'
import { checkMerchantExists } from '../../control/calls/merchants.ts'
import { field } from '../../control/life.ts'
import { allRows } from '../../control/read-page.ts'
import { defineThing, fact } from '../../control/things/thing.ts'
import type { Mock } from '../../engine/mock.ts'
import { money } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import { type Amounts, amountsOf, heldBy } from './account-rules.ts'
import {
  accountJson,
  availableIn,
  completeAccount,
  transferAccount as completedAccount,
  givenAccount,
  type TransferAccount,
  transferAccounts,
} from './accounts.ts'
import { ALL_SCENES, describeScene, SCENE_NAMES } from './meanings.ts'
import { accountNow, accountOf, transfers } from './transfer-store.ts'
import { sceneId } from './transfers.ts'

const shownAccount = z
  .strictObject({
    mchid: z.string(),
    balance: money.nullable().describe('fen that can be transferred now; null: any amount'),
    locked: money.describe('fen of transfers that have not come to their end'),
    paid: money.describe('fen that users have received'),
    scenes: z.array(sceneId).describe('the scenes that the merchant may use'),
    opened: z.boolean().describe('whether the merchant has opened the product'),
  })
  .meta({ id: 'ShownTransferAccount', description: 'what a merchant has for transfers (商家转账), and may do with it' })

const refusals = { MOCK_MERCHANT_UNKNOWN: 'there is no merchant with this number' } as const

export const transferAccount = defineCall({
  summary: 'Look at what a merchant has for transfers',
  query: mchidQuery,
  answer: shownAccount,
  refusals,
  async handle({ query }, context) {
    const { mock } = context
    const mchid = await ownerOf(mock, query.mchid)
    const [account, at] = await mock.inTurn(async (tx, now) => {
      return [await accountNow(tx, await accountOf(tx, mchid), now), now] as const
    })
    return show(context, account, at)
  },
})

const accountChange = z.strictObject({
  balance: money.nullable().optional().describe('fen that can be transferred from now on; null: any amount'),
  top_up: z.int().min(1).optional().describe('fen to put into the account besides'),
  scenes: z.array(sceneId).nullable().optional().describe('the scenes that the merchant may use; null: all'),
  grant_scene: sceneId.optional().describe('a scene that the merchant may use from now on, besides'),
  withdraw_scene: sceneId.optional().describe('a scene that the merchant may no longer use'),
  opened: z.boolean().optional().describe('whether the merchant has opened the product'),
})

export const changeTransferAccount = defineCall({
  summary: 'Change what a merchant has for transfers, and may do with it; what is left out stays as it is',
  query: mchidQuery,
  body: accountChange,
  answer: shownAccount,
  refusals: {
    ...refusals,
    MOCK_TRANSFER_BALANCE:
      'top_up is given together with balance, or for an account without a balance, or more money is put in than can be counted to the fen',
  },
  async handle({ query, body }, context) {
    const { mock } = context
    const mchid = await ownerOf(mock, query.mchid)
    const [changed, at] = await mock.inTurn(async (tx, now) => {
      const before = await accountNow(tx, await accountOf(tx, mchid), now)
      const { opened = before.opened } = body
      const scenes = scenesAfter(before, body)
      const funds = await changedFunds(tx, before, body, now)
      const account: TransferAccount = {
        mchid,
        ...funds,
        ...(scenes && { scenes }),
        opened,
        ...(before.created && { created: before.created }),
      }
      await tx.in(transferAccounts).save(account)
      return [account, now] as const
    })
    return show(context, changed, at)
  },
})

export const { one: addTransferAccount, many: addTransferAccounts } = defineAddCalls({
  summary:
    'Set up the account of a merchant for transfers, or a list of them; an earlier account of the same merchant is replaced',
  json: givenAccount,
  made: completedAccount,
  async add(tx, json, defaults) {
    const account = await withTransfers(tx, completeAccount(json, defaults), defaults.now)
    await tx.in(transferAccounts).save(account)
    return accountJson(account)
  },
})

/** An account with its share of the existing transfers. */
async function withTransfers(tx: Transaction, account: TransferAccount, now: number): Promise<TransferAccount> {
  if (!account.held) return account
  return { ...account, held: heldBy(await tx.in(transfers).list(account.mchid), now) }
}

/** The scenes that are granted after a change; `undefined` is all of them. */
function scenesAfter(
  { scenes: before }: TransferAccount,
  { scenes, grant_scene: granted, withdraw_scene: withdrawn }: z.output<typeof accountChange>,
): string[] | undefined {
  const given = scenes === undefined ? before : (scenes ?? undefined)
  if (granted === undefined && withdrawn === undefined) return given
  const own = given ?? ALL_SCENES
  return ALL_SCENES.filter((one) => one !== withdrawn && (one === granted || own.includes(one)))
}

async function ownerOf(mock: Mock, mchid: string | undefined): Promise<string> {
  if (mchid !== undefined) await checkMerchantExists(mock, mchid)
  return mchid ?? mock.defaultMerchant.mchid
}

/** The funds of an account once its balance is as asked for; nothing where any amount can be transferred. */
async function changedFunds(
  tx: Transaction,
  { mchid, funded, held: before }: TransferAccount,
  { balance, top_up }: z.output<typeof accountChange>,
  now: number,
): Promise<Pick<TransferAccount, 'funded' | 'held'>> {
  if (top_up !== undefined && (balance !== undefined || funded === undefined)) {
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
  if (balance === null || (balance === undefined && funded === undefined)) return {}
  // Where any amount could be transferred nothing was added up so far.
  const held = before ?? heldBy(await tx.in(transfers).list(mchid), now)
  const { locked, paid } = held
  const after = balance === undefined ? (funded ?? 0) + (top_up ?? 0) : balance + locked + paid
  if (!Number.isSafeInteger(after)) {
    const most = Number.MAX_SAFE_INTEGER
    throw refusalAt(balance === undefined ? '/top_up' : '/balance', 'MOCK_TRANSFER_BALANCE', {
      en: `With that, more than ${most} fen were put into the account of ${mchid}, which cannot be counted to the fen: give less.`,
      zh: `商户 ${mchid} 的累计充值将超过 ${most} 分，无法精确到分：请减少金额。`,
    })
  }
  return { funded: after, held }
}

/** @param account with what is held of it now */
async function show(
  context: CallContext,
  account: TransferAccount,
  now: number,
): Promise<z.input<typeof shownAccount>> {
  const { mchid, scenes = [...ALL_SCENES], opened, held } = account
  const { locked, paid } = held ?? (await addUp(context, mchid, now))
  return { mchid, balance: balanceOf(account), locked, paid, scenes, opened }
}

/** A seed file may have more transfers than its account was funded for. */
function balanceOf(account: TransferAccount): number | null {
  const available = availableIn(account)
  return available === undefined ? null : Math.max(0, available)
}

/** Adds up the transfers of an account without a balance. There may be any number, so calls are answered in between. */
async function addUp({ mock, left }: CallContext, mchid: string, now: number): Promise<Amounts> {
  let [locked, paid] = [0, 0]
  for await (const some of allRows(mock, transfers, { owner: mchid, left })) {
    const held = amountsOf(some, now)
    locked += held.locked
    paid += held.paid
  }
  return { locked, paid }
}

/** Amounts only where it is shown by itself. */
type AccountFacts = Pick<z.output<typeof shownAccount>, 'mchid' | 'scenes' | 'opened'> &
  Partial<z.output<typeof shownAccount>>

const CHANGED = { en: 'The account was changed.', zh: '账户已修改。' } as const

const change = (en: string, zh: string) => ({ title: { en, zh }, call: 'changeTransferAccount', done: CHANGED })
const amount = (member: string, en: string, zh: string) => field(member, en, zh, { as: 'money', isNeeded: true })
const scene = (member: string) => field(member, 'Scene', '转账场景', { options: SCENE_NAMES, isNeeded: true })
const isLimited = ({ balance }: AccountFacts) => balance !== null

/** Accounts for transfers as the dashboard shows them: only those that somebody has set up. */
export const accountThing = defineThing(transferAccounts, {
  one: { en: 'Transfer account', zh: '转账账户' },
  none: {
    en: 'By default, a merchant can transfer any amount in all scenes. Set up an account to change that.',
    zh: '商户的转账金额不限，且可使用全部转账场景。可以在此为某个商户另行设定。',
  },
  show: showAccount,
  complete: async (tx, account, now) => {
    const at = await accountNow(tx, account, now)
    return {
      ...showAccount(account),
      balance: balanceOf(at),
      ...(at.held && { locked: at.held.locked, paid: at.held.paid }),
    }
  },
  search: {
    hint: { en: 'Merchant', zh: '商户号' },
    texts: ({ mchid }) => [mchid],
  },
  facts: [
    {
      title: { en: 'Balance', zh: '可用余额' },
      of: ({ balance }) => (balance === null ? { en: 'any amount', zh: '不限' } : balance),
      as: 'money',
      inList: 'beside',
    },
    fact('locked', 'Locked', '已锁定', { as: 'money' }),
    fact('paid', 'Paid to users', '已转出', { as: 'money' }),
    {
      title: { en: 'Product', zh: '产品' },
      of: ({ opened }) => (opened ? { en: 'opened', zh: '已开通' } : { en: 'not opened', zh: '未开通' }),
      inList: 'under',
    },
    {
      title: { en: 'Scenes', zh: '转账场景' },
      of: ({ scenes }) => {
        if (scenes.length === 0) return { en: 'none', zh: '无' }
        if (scenes.length === ALL_SCENES.length) return { en: 'all', zh: '全部' }
        const names = scenes.map(describeScene)
        return { en: names.map(({ en }) => en).join(', '), zh: names.map(({ zh }) => zh).join('、') }
      },
      inList: 'under',
    },
  ],
  actions: [
    { ...change('Top up', '充值'), fields: [amount('top_up', 'Amount (yuan)', '金额（元）')], when: isLimited },
    { ...change('Set the balance', '设置余额'), fields: [amount('balance', 'Balance (yuan)', '余额（元）')] },
    { ...change('Any amount', '余额不限'), body: { balance: null }, when: isLimited },
    {
      ...change('Grant a scene', '授予场景'),
      fields: [scene('grant_scene')],
      when: ({ scenes }) => scenes.length < ALL_SCENES.length,
    },
    {
      ...change('Withdraw a scene', '收回场景'),
      fields: [scene('withdraw_scene')],
      when: ({ scenes }) => scenes.length > 0,
    },
    { ...change('Open the product', '开通产品'), body: { opened: true }, when: ({ opened }) => !opened },
    { ...change('Close the product', '关闭产品'), body: { opened: false }, when: ({ opened }) => opened },
  ],
  makes: [
    {
      title: { en: 'Set up an account', zh: '设定商户的转账账户' },
      call: 'addTransferAccount',
      fields: [
        field('mchid', 'Merchant', '商户号', { placeholder: { en: 'the well-known one', zh: '内置商户' } }),
        field('funded', 'Deposited (yuan)', '充值总额（元）', {
          as: 'money',
          placeholder: { en: 'any amount', zh: '不限' },
        }),
        field('opened', 'Product opened', '已开通产品', { placeholder: { en: 'yes', zh: '是' } }),
      ],
      made: ['mchid'],
      done: CHANGED,
    },
  ],
})

function showAccount({ mchid, scenes = [...ALL_SCENES], opened }: TransferAccount): AccountFacts {
  return { mchid, scenes, opened }
}
