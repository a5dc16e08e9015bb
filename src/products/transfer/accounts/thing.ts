import { defineThing } from '../../../control/things/thing.ts'
import { describeScene, SCENE_NAMES } from '../meanings.ts'
import { availableFen } from '../rules/funds.ts'
import { ALL_SCENES } from '../rules/scene.ts'
import { fundsNow } from './find-account.ts'
import { type TransferAccount, transferAccounts } from './table.ts'

interface AccountJson {
  readonly mchid: string
  readonly scenes: readonly string[]
  readonly opened: boolean
  /** Fen; `null` is any amount. */
  readonly balance?: number | null
  readonly locked?: number
  readonly paid?: number
}

const CHANGED = { en: 'The account was changed.', zh: '账户已修改。' } as const

/** Accounts for transfers as the dashboard shows them: of those merchants of which something is said. */
export const accountThing = defineThing(transferAccounts, {
  one: { en: 'Transfer account', zh: '转账账户' },
  none: {
    en: 'By default, a merchant can transfer any amount in all scenes. Set up an account to change that.',
    zh: '商户的转账金额不限，且可使用全部转账场景。可以在此为某个商户另行设定。',
  },
  show: showAccount,
  complete: async (tx, { funds, ...account }, now) => {
    const shown = showAccount(account)
    if (!funds) return { ...shown, balance: null }
    const at = await fundsNow(tx, account.mchid, funds, now)
    return { ...shown, balance: Math.max(0, availableFen(at)), locked: at.lockedFen, paid: at.paidFen }
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
    { title: { en: 'Locked', zh: '已锁定' }, of: ({ locked }) => locked, as: 'money' },
    { title: { en: 'Paid to users', zh: '已转出' }, of: ({ paid }) => paid, as: 'money' },
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
    {
      title: { en: 'Top up', zh: '充值' },
      call: 'changeTransferAccount',
      fields: [{ member: 'top_up', title: { en: 'Amount (yuan)', zh: '金额（元）' }, as: 'money', isNeeded: true }],
      when: ({ balance }) => balance !== null,
      done: CHANGED,
    },
    {
      title: { en: 'Set the balance', zh: '设置余额' },
      call: 'changeTransferAccount',
      fields: [{ member: 'balance', title: { en: 'Balance (yuan)', zh: '余额（元）' }, as: 'money', isNeeded: true }],
      done: CHANGED,
    },
    {
      title: { en: 'Any amount', zh: '余额不限' },
      call: 'changeTransferAccount',
      body: { balance: null },
      when: ({ balance }) => balance !== null,
      done: CHANGED,
    },
    {
      title: { en: 'Grant a scene', zh: '授予场景' },
      call: 'changeTransferAccount',
      fields: [{ member: 'grant_scene', title: { en: 'Scene', zh: '转账场景' }, options: SCENE_NAMES, isNeeded: true }],
      when: ({ scenes }) => scenes.length < ALL_SCENES.length,
      done: CHANGED,
    },
    {
      title: { en: 'Withdraw a scene', zh: '收回场景' },
      call: 'changeTransferAccount',
      fields: [
        {
          member: 'withdraw_scene',
          title: { en: 'Scene', zh: '转账场景' },
          options: SCENE_NAMES,
          isNeeded: true,
        },
      ],
      when: ({ scenes }) => scenes.length > 0,
      done: CHANGED,
    },
    {
      title: { en: 'Open the product', zh: '开通产品' },
      call: 'changeTransferAccount',
      body: { opened: true },
      when: ({ opened }) => !opened,
      done: CHANGED,
    },
    {
      title: { en: 'Close the product', zh: '关闭产品' },
      call: 'changeTransferAccount',
      body: { opened: false },
      when: ({ opened }) => opened,
      done: CHANGED,
    },
  ],
  makes: [
    {
      title: { en: 'Set up an account', zh: '设定商户的转账账户' },
      call: 'addTransferAccount',
      fields: [
        {
          member: 'mchid',
          title: { en: 'Merchant', zh: '商户号' },
          placeholder: { en: 'the well-known one', zh: '内置商户' },
        },
        {
          member: 'funded',
          title: { en: 'Deposited (yuan)', zh: '充值总额（元）' },
          as: 'money',
          placeholder: { en: 'any amount', zh: '不限' },
        },
        {
          member: 'opened',
          title: { en: 'Product opened', zh: '已开通产品' },
          placeholder: { en: 'yes', zh: '是' },
        },
      ],
      made: ['mchid'],
      done: CHANGED,
    },
  ],
})

function showAccount({ mchid, scenes = ALL_SCENES, opened }: TransferAccount): AccountJson {
  return { mchid, scenes: [...scenes], opened }
}
