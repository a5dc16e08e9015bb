import { describe, expect, onTestFinished } from 'vitest'
import type { ThingEntry, ThingValue } from '../../../src/control/formats/thing.ts'
import type { MockControl } from '../../../src/mock-control.ts'
import {
  acceptElecsignByNo,
  applyUserConfirmAuthorization,
  cancelTransfer,
  closeUserConfirmAuthorization,
  downloadTransferReceipt,
  getTransferBillByNo,
  getTransferBillByOutNo,
  preTransferWithAuthorization,
  queryElecsignByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { FAIL_REASONS } from '../../../src/products/transfer/meanings.ts'
import { doors, refusalOf, test } from '../../control/doors.ts'
import { startReceiver } from '../../helpers/receiver.ts'
import { asked, encrypted, INFO, KEY, OPENID, wanted } from './transfers.ts'

const MCHID = '1900000001'
const named = (...name: readonly string[]) => name.map(encodeURIComponent).join('/')

const factOf = (facts: readonly ThingValue[], en: string) => facts.find(({ title }) => title.en === en)?.value

/** A history as lines, oldest first: the event, or the call or callback that changed nothing. */
const told = (entries: readonly ThingEntry[]) =>
  entries
    .map(({ event, reason, state_before: before, state_after: after, exchange }) =>
      [
        event ?? `(${reason})`,
        `${before ?? ''} → ${after ?? ''}`,
        exchange?.operation ?? exchange?.callback?.event_type,
      ]
        .filter(Boolean)
        .join(' '),
    )
    .toReversed()

async function aboutNewest(control: MockControl): Promise<readonly string[]> {
  const id = (await control.journal()).at(-1)?.id ?? ''
  return (await control.exchangeThings(id)).map(({ thing, heading }) => `${thing} ${heading}`)
}

describe.for(doors)('transfers as things, %s', (door) => {
  test.override('door', door)

  test('can be gone through by the actions that they offer', async ({ control, merchant }) => {
    await control.freeze()
    await control.changeSettings({ transfer_takes: 60 })
    const offered = async (number: string) => {
      const { state, actions } = await control.thing('transfers', named(MCHID, number))
      return [state, ...actions.map(({ call, transition }) => `${call}${transition ? ` → ${transition.to}` : ''}`)]
    }
    await merchant.call(transferToUser, wanted())
    await merchant.call(transferToUser, wanted({ out_bill_no: 'T2' }))
    expect(await offered('T1')).toEqual([
      'WAIT_USER_CONFIRM',
      'confirmTransfer → TRANSFERING',
      'failTransfer → FAIL',
      'callOffTransfer → CANCELING',
      'confirmTransfer',
      'dismissTransfer',
    ])
    await control.confirmTransfer('T1')
    expect(await offered('T1')).toEqual(['TRANSFERING', 'confirmTransfer → SUCCESS', 'failTransfer → FAIL'])
    await control.confirmTransfer('T1', { outcome: 'SUCCESS' })
    expect(await offered('T1')).toEqual(['SUCCESS'])

    expect(await control.callOffTransfer('T2')).toMatchObject({ state: 'CANCELING' })
    expect(await control.callOffTransfer('T2')).toMatchObject({ state: 'CANCELING' })
    expect(await offered('T2')).toEqual(['CANCELING'])
    await control.advance(3)
    expect(await offered('T2')).toEqual(['CANCELLED'])
    expect(await refusalOf(control.callOffTransfer('T1'))).toMatchObject({ code: 'MOCK_TRANSFER_STATE' })
  })

  test('offer every reason to fail for, with what it means', async ({ control }) => {
    await control.addTransfer({ out_bill_no: 'T1' })
    const { actions } = await control.thing('transfers', named(MCHID, 'T1'))
    const [reason] = actions.find(({ call }) => call === 'failTransfer')?.fields ?? []
    expect(reason).toMatchObject({ member: 'fail_reason', type: 'choice', options: FAIL_REASONS })
    expect(Object.keys(reason?.option_titles ?? {})).toEqual(FAIL_REASONS)

    await control.failTransfer('T1', { fail_reason: 'ACCOUNT_FROZEN' })
    const { facts } = await control.thing('transfers', named(MCHID, 'T1'))
    expect(factOf(facts, 'Failed because')).toEqual({
      en: 'ACCOUNT_FROZEN: the account of the user is frozen',
      zh: 'ACCOUNT_FROZEN 用户账户已冻结',
    })
  })

  test('say what they are, and lead only to what there is', async ({ control, merchant }) => {
    await merchant.call(transferToUser, wanted({ user_name: encrypted('张三') }), KEY)
    const look = async () => (await control.thing('transfers', named(MCHID, 'T1'))).facts
    const before = await look()
    expect(factOf(before, 'Amount')).toBe(1_000)
    expect(factOf(before, 'Name given')).toBe('张三')
    expect(factOf(before, 'Scene')).toEqual({ en: '1000 现金营销: cash for marketing', zh: '1000 现金营销' })
    expect(factOf(before, 'Reported')).toEqual({
      en: '活动名称: 新会员有礼; 奖励说明: 注册会员抽奖一等奖',
      zh: '活动名称：新会员有礼；奖励说明：注册会员抽奖一等奖',
    })
    const page = factOf(before, 'package_info')
    const user = (facts: readonly ThingValue[]) => facts.find(({ value }) => value === OPENID)
    expect(user(before)).not.toHaveProperty('to')

    await control.addUser({ openid: OPENID, real_name: '张三' })
    expect(user(await look())).toMatchObject({ to: { thing: 'users', name: [MCHID, OPENID] } })
    const shown = await control.thing('users', named(MCHID, OPENID))
    expect(factOf(shown.facts, 'Real name')).toBe('张三')
    expect(shown.related).toMatchObject([
      { thing: 'transfers', total: 1, pages: true, items: [{ heading: 'T1', state: 'WAIT_USER_CONFIRM' }] },
      { thing: 'transfer_authorizations', total: 0 },
    ])
    await control.addUser({ openid: OPENID, real_name: null })
    expect(factOf((await control.thing('users', named(MCHID, OPENID))).facts, 'Real name')).toEqual({
      en: 'not verified',
      zh: '未实名',
    })
    await control.confirmTransfer('T1', { package_info: String(page), outcome: 'SUCCESS' })
    expect(factOf(await look(), 'package_info')).toBeUndefined()
  })

  test('open the page on the phone while it opens, with everything in its address', async ({ control, mock }) => {
    mock.clock.freeze()
    await control.changeSettings({ transfer_takes: 60 })
    await control.addTransfers([{ out_bill_no: 'T1' }, { out_bill_no: 'T2', lock_time: null }])
    await control.addTransferAuthorization({ out_authorization_no: 'A1', authorize_time: null })
    const opens = async (thing: string, number: string) =>
      (await control.thing(thing, named(MCHID, number))).facts.flatMap((fact) => fact.opens ?? [])
    const addressOf = ({ package_info = '' }) =>
      `/_mock/transfer-page?mchId=${MCHID}&appId=wx0000000000000001&package=${encodeURIComponent(package_info)}`
    const transfer = await control.transfer('T1')
    // A plus sign in an address is a space.
    expect(transfer.package_info).toContain('+')

    expect(await opens('transfers', 'T1')).toEqual([addressOf(transfer)])
    expect(await opens('transfers', 'T2')).toEqual([])
    expect(await opens('transfer_authorizations', 'A1')).toEqual([addressOf(await control.transferAuthorization('A1'))])
    await control.confirmTransfer('T1')
    expect(await opens('transfers', 'T1')).toEqual([addressOf(transfer)])
    await control.advance('PT1M')
    await control.confirmTransferAuthorization('A1')
    expect([...(await opens('transfers', 'T1')), ...(await opens('transfer_authorizations', 'A1'))]).toEqual([])
  })

  test('are found by number, name and remark, and filtered by state', async ({ control }) => {
    const { transfer_bill_no } = await control.addTransfer({ out_bill_no: 'T1', user_name: '张三' })
    await control.addTransfers([
      { out_bill_no: 'T2', transfer_remark: '订单返佣', state: 'SUCCESS' },
      { out_bill_no: 'T3', state: 'FAIL' },
    ])
    const found = async (query: object) =>
      (await control.thingPage('transfers', query)).items.map(({ heading }) => heading)
    expect(await found({ text: transfer_bill_no })).toEqual(['T1'])
    expect(await found({ text: '张三' })).toEqual(['T1'])
    expect(await found({ text: '返佣' })).toEqual(['T2'])
    expect(await found({ state: 'FAIL' })).toEqual(['T3'])
  })

  test('tell what happened to them, along the ways of their life', async ({ control, merchant }) => {
    const shop = await startReceiver((_, response, count) => response.writeHead(count === 1 ? 500 : 204).end())
    onTestFinished(() => shop.close())
    await control.freeze()
    await merchant.call(transferToUser, wanted({ user_name: encrypted('张三'), notify_url: shop.url }), KEY)
    await merchant.call(transferToUser, wanted({ transfer_amount: 2_000 }))
    const { transfer_bill_no } = await control.transfer('T1')
    await control.advance(60)
    await control.confirmTransfer('T1')
    await control.deliverNotifications()
    await control.advance(15)
    await merchant.call(getTransferBillByNo, { transfer_bill_no })
    await merchant.call(acceptElecsignByNo, { transfer_bill_no })
    await control.advance(5)
    const { entries } = await control.thing('transfers', named(MCHID, 'T1'))
    expect(told(entries)).toEqual([
      'created  → WAIT_USER_CONFIRM transferToUser',
      '(refused) WAIT_USER_CONFIRM → WAIT_USER_CONFIRM transferToUser',
      'confirmed WAIT_USER_CONFIRM → TRANSFERING',
      'arrived TRANSFERING → SUCCESS',
      '(told) SUCCESS → SUCCESS MCHTRANSFER.BILL.FINISHED',
      '(told) SUCCESS → SUCCESS MCHTRANSFER.BILL.FINISHED',
      '(asked) SUCCESS → SUCCESS getTransferBillByNo',
      'receipt_applied SUCCESS → SUCCESS acceptElecsignByNo',
      'receipt_made SUCCESS → SUCCESS',
    ])
    expect(entries.filter(({ reason }) => reason === 'told').map(({ exchange }) => exchange?.status)).toEqual([
      204, 500,
    ])
    expect(entries.find(({ event }) => event === 'receipt_applied')?.about).toEqual([
      { thing: 'transfer_receipts', name: [MCHID, 'T1'] },
    ])
  })

  test('tell that the merchant cancelled, that money was short, and that nobody confirmed', async ({
    control,
    merchant,
  }) => {
    await control.freeze()
    await control.changeSettings({ transfer_locking: 'slow' })
    await control.changeTransferAccount({ balance: 1_500 })
    await merchant.call(transferToUser, wanted())
    await merchant.call(transferToUser, wanted({ out_bill_no: 'T2' }))
    await control.advance(3)
    await merchant.call(cancelTransfer, { out_bill_no: 'T1' })
    await control.advance(3)
    await merchant.call(transferToUser, wanted({ out_bill_no: 'T2' }))
    await control.advance('P1D')
    const history = async (number: string) => told((await control.thing('transfers', named(MCHID, number))).entries)
    expect(await history('T1')).toEqual([
      'created  → ACCEPTED transferToUser',
      'accepted ACCEPTED → PROCESSING',
      'locked PROCESSING → WAIT_USER_CONFIRM',
      'cancelled WAIT_USER_CONFIRM → CANCELING cancelTransfer',
      'given_back CANCELING → CANCELLED',
    ])
    expect(await history('T2')).toEqual([
      'created  → ACCEPTED transferToUser',
      'accepted ACCEPTED → PROCESSING',
      'locked PROCESSING → WAIT_USER_CONFIRM transferToUser',
      'timed_out WAIT_USER_CONFIRM → FAIL',
    ])
  })

  test('that were confirmed and then fail were confirmed all the same', async ({ control }) => {
    await control.freeze()
    await control.changeSettings({ transfer_takes: 60 })
    await control.addTransfer({ out_bill_no: 'T1' })
    await control.confirmTransfer('T1')
    await control.failTransfer('T1')
    expect(told((await control.thing('transfers', named(MCHID, 'T1'))).entries)).toEqual([
      'created  → WAIT_USER_CONFIRM',
      'confirmed WAIT_USER_CONFIRM → TRANSFERING',
      'failed TRANSFERING → FAIL',
    ])
  })

  test('are what exchanges and callbacks are about, by either number and by the address of their receipt', async ({
    control,
    merchant,
  }) => {
    const shop = await startReceiver(204)
    onTestFinished(() => shop.close())
    await control.freeze()
    await control.addTransfer({ out_bill_no: 'T1', mchid: '1900000109' })
    await merchant.call(transferToUser, wanted({ user_name: encrypted('张三'), notify_url: shop.url }), KEY)
    expect(await aboutNewest(control)).toEqual(['transfers T1'])
    const { transfer_bill_no } = await control.transfer('T1', { mchid: MCHID })
    await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })
    expect(await aboutNewest(control)).toEqual(['transfers T1'])
    await merchant.call(getTransferBillByNo, { transfer_bill_no })
    expect(await aboutNewest(control)).toEqual(['transfers T1'])
    await control.confirmTransfer('T1')
    await control.deliverNotifications()
    expect((await control.journal()).at(-1)?.callback).toMatchObject({ event_type: 'MCHTRANSFER.BILL.FINISHED' })
    expect(await aboutNewest(control)).toEqual(['transfers T1'])
    await merchant.call(acceptElecsignByNo, { transfer_bill_no })
    expect(await aboutNewest(control)).toEqual(['transfers T1', 'transfer_receipts T1'])
    await control.advance(5)
    const { body } = await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T1' })
    const token = new URL(Object(body).download_url).searchParams.get('token') ?? ''
    await merchant.call(downloadTransferReceipt, { token })
    expect(await aboutNewest(control)).toEqual(['transfers T1'])
  })
})

describe('receipts as things', () => {
  test('belong to their transfer, and are made or fail by their actions', async ({ control, merchant }) => {
    await control.freeze()
    const { transfer_bill_no } = await control.addTransfer({ out_bill_no: 'T1', user_name: '张三', state: 'SUCCESS' })
    await merchant.call(acceptElecsignByNo, { transfer_bill_no })
    const { related } = await control.thing('transfers', named(MCHID, 'T1'))
    expect(related).toMatchObject([
      { thing: 'transfer_receipts', total: 1, items: [{ name: [MCHID, 'T1'], state: 'GENERATING' }] },
    ])
    const look = () => control.thing('transfer_receipts', named(MCHID, 'T1'))
    const { actions } = await look()
    expect(actions).toMatchObject([
      { path: '/transfers/T1/receipt/settle', transition: { to: 'FINISHED' }, fields: [] },
      {
        path: '/transfers/T1/receipt/settle',
        transition: { to: 'FAILED' },
        fields: [{ type: 'text', required: true }],
      },
    ])
    await control.settleTransferReceipt('T1', { fail_reason: '系统异常' })
    const failed = await look()
    expect(failed).toMatchObject({ state: 'FAILED', actions: [] })
    expect(factOf(failed.facts, 'Failed because')).toBe('系统异常')
    expect(told(failed.entries)).toEqual(['created  → GENERATING acceptElecsignByNo', 'changed GENERATING → FAILED'])
  })
})

describe('authorizations as things', () => {
  test('have a life of their own, and the transfers made with them', async ({ control, merchant }) => {
    await control.freeze()
    const shop = await startReceiver(204)
    onTestFinished(() => shop.close())
    await merchant.call(applyUserConfirmAuthorization, asked({ authorization_notify_url: shop.url }))
    expect(await aboutNewest(control)).toEqual(['transfer_authorizations A1'])
    const look = (number = 'A1') => control.thing('transfer_authorizations', named(MCHID, number))
    const waiting = await look()
    expect(waiting.actions.map(({ call, transition }) => `${call} ${transition?.to}`)).toEqual([
      'confirmTransferAuthorization TAKING_EFFECT',
      'closeTransferAuthorization CLOSED',
    ])
    const package_info = String(factOf(waiting.facts, 'package_info'))
    await control.confirmTransferAuthorization('A1', { package_info })
    await control.deliverNotifications()
    const { openid: _, ...body } = wanted()
    await merchant.call(transferWithAuthorization, { ...body, out_authorization_no: 'A1' })
    expect(await aboutNewest(control)).toEqual(['transfers T1', 'transfer_authorizations A1'])
    const made = await control.thing('transfers', named(MCHID, 'T1'))
    expect(made.facts).toContainEqual(
      expect.objectContaining({ value: 'A1', to: { thing: 'transfer_authorizations', name: [MCHID, 'A1'] } }),
    )
    expect(told(made.entries)).toEqual([
      'created  → TRANSFERING transferWithAuthorization',
      'arrived TRANSFERING → SUCCESS',
    ])
    await control.advance(1)
    await merchant.call(closeUserConfirmAuthorization, { out_authorization_no: 'A1' })
    await control.deliverNotifications()
    const closed = await look()
    expect(closed.related).toMatchObject([{ thing: 'transfers', total: 1, items: [{ heading: 'T1' }] }])
    expect(factOf(closed.facts, 'Closed because')).toEqual({
      en: 'CLOSE_VIA_MCH_API: the merchant closed it',
      zh: 'CLOSE_VIA_MCH_API 商户通过接口关闭',
    })
    expect(told(closed.entries)).toEqual([
      'asked  → WAIT_USER_CONFIRM applyUserConfirmAuthorization',
      'agreed WAIT_USER_CONFIRM → TAKING_EFFECT',
      '(told) TAKING_EFFECT → TAKING_EFFECT MCHTRANSFER.AUTHORIZATION.CONFIRMED',
      '(unchanged) TAKING_EFFECT → TAKING_EFFECT transferWithAuthorization',
      'closed TAKING_EFFECT → CLOSED closeUserConfirmAuthorization',
      '(told) CLOSED → CLOSED MCHTRANSFER.AUTHORIZATION.CLOSED',
    ])
  })

  test('lapse, or come of a transfer that the user is asked with', async ({ control, merchant }) => {
    await control.freeze()
    await merchant.call(applyUserConfirmAuthorization, asked())
    await control.advance('P1D')
    const lapsed = await control.thing('transfer_authorizations', named(MCHID, 'A1'))
    expect(told(lapsed.entries)).toEqual([
      'asked  → WAIT_USER_CONFIRM applyUserConfirmAuthorization',
      'lapsed WAIT_USER_CONFIRM → CLOSED',
    ])
    expect(factOf(lapsed.facts, 'Closed because')).toMatchObject({
      en: 'USER_OVERDUE_UNCONFIRMED: nobody agreed in time',
    })
    const authorization_info = { ...INFO, out_authorization_no: 'A2' }
    await merchant.call(preTransferWithAuthorization, wanted({ authorization_info }))
    const { actions } = await control.thing('transfers', named(MCHID, 'T1'))
    expect(actions.find(({ call, transition }) => call === 'confirmTransfer' && !transition)?.fields).toMatchObject([
      { member: 'outcome' },
      { member: 'authorize', type: 'boolean' },
    ])
    await control.confirmTransfer('T1')
    const agreed = await control.thing('transfer_authorizations', named(MCHID, 'A2'))
    // Nobody listens at the callback address.
    expect(told(agreed.entries).slice(0, 2)).toEqual([
      'asked  → WAIT_USER_CONFIRM preTransferWithAuthorization',
      'agreed WAIT_USER_CONFIRM → TAKING_EFFECT',
    ])
    expect(agreed.related).toMatchObject([{ thing: 'transfers', items: [{ heading: 'T1', state: 'SUCCESS' }] }])
  })
})

describe('accounts as things', () => {
  test('show what there is of the money, and change by their actions', async ({ control, merchant }) => {
    expect((await control.thingPage('transfer_accounts')).total).toBe(0)
    await control.addTransferAccount({ funded: 5_000 })
    await merchant.call(transferToUser, wanted())
    await merchant.call(transferToUser, wanted({ out_bill_no: 'T2' }))
    await control.confirmTransfer('T2')
    const look = () => control.thing('transfer_accounts', MCHID)
    const account = await look()
    const money = ['Balance', 'Locked', 'Paid to users'].map((title) => factOf(account.facts, title))
    expect(money).toEqual([3_000, 1_000, 1_000])
    expect((await control.thingPage('transfer_accounts')).items).toMatchObject([{ beside: [{ value: 3_000 }] }])
    expect(account.related).toMatchObject([{ thing: 'transfers', total: 2, pages: true }])
    const fieldOf = (title: string) => account.actions.find((one) => one.title.en === title)?.fields[0]
    expect(fieldOf('Top up')).toMatchObject({ member: 'top_up', type: 'number', as: 'money', required: true })
    expect(fieldOf('Set the balance')).toMatchObject({ member: 'balance', type: 'number', min: 0, required: true })
    expect(fieldOf('Withdraw a scene')).toMatchObject({ options: expect.arrayContaining(['1005']), required: true })

    await control.changeTransferAccount({ withdraw_scene: '1005' })
    expect((await control.transferAccount()).scenes).not.toContain('1005')
    await control.changeTransferAccount({ scenes: ['1013'], grant_scene: '1005' })
    expect((await control.transferAccount()).scenes).toEqual(['1005', '1013'])
    await control.changeTransferAccount({ grant_scene: '1005', balance: null })
    const any = await look()
    expect(factOf(any.facts, 'Balance')).toEqual({ en: 'any amount', zh: '不限' })
    expect(factOf(any.facts, 'Scenes')).toEqual({
      en: '1005 佣金报酬: commission, 1013 公益补助: charity',
      zh: '1005 佣金报酬、1013 公益补助',
    })
    expect(any.actions.map(({ title }) => title.en)).toEqual([
      'Set the balance',
      'Grant a scene',
      'Withdraw a scene',
      'Close the product',
    ])
  })
})
