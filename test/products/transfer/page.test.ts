import { describe, expect } from 'vitest'
import {
  applyUserConfirmAuthorization,
  cancelTransfer,
  preTransferWithAuthorization,
  transferToUser,
} from '../../../src/products/operations.ts'
import { explainPackage } from '../../../src/products/transfer/confirm-page-checks.ts'
import { samePackageInfoFor } from '../../../src/products/transfer/numbers.ts'
import { test } from '../../helpers/world.ts'
import { asked, INFO, OPENID, wanted } from './transfers.ts'

const PAGE_ERROR = 'package_info信息有误，请返回联系商家处理'
const APPID = 'wx0000000000000001'
const MCHID = '1900000001'

/** Input that opens the page of a transfer, from the answer that created it. */
const given = (created: { readonly body?: unknown }, changes: object = {}) => ({
  mchid: MCHID,
  appid: APPID,
  package_info: String(Object(created.body).package_info),
  ...changes,
})

describe('the page, opened with a package_info alone', () => {
  test('shows its transfer, with the names of merchant and scene, and until when it opens', async ({
    merchant,
    control,
    mock,
  }) => {
    mock.clock.freeze()
    const page = await control.openTransferPage(given(await merchant.call(transferToUser, wanted())))

    expect(page).toMatchObject({
      merchant: { mchid: MCHID, name: mock.defaultMerchant.name },
      scene: '现金营销',
      now: '2026-11-25T12:00:00+08:00',
      open_until: '2026-11-26T12:00:00+08:00',
      transfer: { out_bill_no: 'T1', state: 'WAIT_USER_CONFIRM', openid: OPENID },
    })
    expect(page).not.toHaveProperty('authorization')
  })

  test('changes nothing', async ({ merchant, control }) => {
    const created = await merchant.call(transferToUser, wanted())
    const before = await control.world()
    await control.openTransferPage(given(created, { openid: OPENID }))
    expect(await control.world()).toEqual(before)
  })

  test('shows the transfer of another merchant that has the same number', async ({ clientOf, others, control }) => {
    const client = await clientOf(others.owner)
    await control.addTransfer({ out_bill_no: 'T1', transfer_amount: 300 })
    const created = await client.call(transferToUser, wanted())

    expect(await control.openTransferPage(given(created, { mchid: '1900000102' }))).toMatchObject({
      merchant: { mchid: '1900000102' },
      transfer: { transfer_amount: 1_000 },
    })
  })

  test('opens again while the money is under way', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    await control.changeSettings({ transfer_takes: 10 })
    const created = await merchant.call(transferToUser, wanted())
    await control.confirmTransfer('T1')
    const page = await control.openTransferPage(given(created))
    expect(page.transfer?.state).toBe('TRANSFERING')
    expect(page).not.toHaveProperty('open_until')
  })

  test('shows an authorization', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    const created = await merchant.call(applyUserConfirmAuthorization, asked({ transfer_scene_id: '1005' }))
    const page = await control.openTransferPage(given(created))

    expect(page).toMatchObject({
      scene: '佣金报酬',
      open_until: '2026-11-26T12:00:00+08:00',
      authorization: { out_authorization_no: 'A1', state: 'WAIT_USER_CONFIRM', user_display_name: '张三' },
    })
    expect(page).not.toHaveProperty('transfer')
  })

  test('shows a transfer with the authorization that is asked for with it', async ({ merchant, control }) => {
    const created = await merchant.call(preTransferWithAuthorization, wanted({ authorization_info: INFO }))
    expect(await control.openTransferPage(given(created))).toMatchObject({
      transfer: { authorization: { out_authorization_no: 'A1' } },
    })
  })
})

describe('the page does not open', () => {
  test.for<[what: string, changes: object, path: string, en: string, shown: string]>([
    [
      'of another merchant',
      { mchid: '1900000109' },
      '/mchid',
      `of merchant ${MCHID}, not of 1900000109`,
      '商户号错误，请返回商家重新发起收款',
    ],
    [
      'with another appId',
      { appid: 'wx9' },
      '/appid',
      `transfer T1 was created with the appid ${APPID}, not wx9`,
      '商家APPID错误，请返回商家重新发起收款',
    ],
    [
      'on the phone of another user',
      { openid: 'oOther' },
      '/openid',
      `transfer T1 is for ${OPENID}, not for oOther`,
      '收款微信号不一致',
    ],
    ['with what is no package_info', { package_info: 'ABBQO' }, '/package_info', 'was never issued', PAGE_ERROR],
  ])('%s', async ([, changes, path, en, shown], { merchant, control }) => {
    const created = await merchant.call(transferToUser, wanted())
    await expect(control.openTransferPage(given(created, changes))).rejects.toMatchObject({
      code: ['/mchid', '/package_info'].includes(path) ? 'MOCK_PACKAGE_INFO' : 'MOCK_PAYEE',
      path,
      texts: { en: expect.stringContaining(en), zh: expect.stringContaining(shown) },
    })
  })

  test.for<[how: string, spoil: (text: string) => string, en: string, zh: string]>([
    ['its plus signs are spaces', (text) => text.replaceAll('+', ' '), 'encodeURIComponent', '空格'],
    ['it was escaped twice', (text) => encodeURIComponent(text), 'escaped twice', '转义了两次'],
    ['its end is missing', (text) => text.slice(0, 100), 'it has 100 characters, and one has 156', '只有 100 个字符'],
    [
      'a character was changed',
      (text) => `${text.slice(0, 80)}${text[80] === 'A' ? 'B' : 'A'}${text.slice(81)}`,
      'was changed',
      '被改动',
    ],
    ['its beginning was changed', (text) => `${text.slice(0, 10)}B${text.slice(11)}`, 'was changed', '被改动'],
  ])('with a package_info that suffered on its way: %s', async ([, spoil, en, zh], { control }) => {
    await control.addTransfer({ out_bill_no: 'T1', transfer_bill_no: '1330007207748652509220033044174083' })
    const package_info = spoil(samePackageInfoFor({ kind: 'transfer', number: '1330007207748652509220033044174083' }))
    await expect(control.openTransferPage({ mchid: MCHID, appid: APPID, package_info })).rejects.toMatchObject({
      code: 'MOCK_PACKAGE_INFO',
      message: expect.stringContaining(en),
    })
    expect(explainPackage(package_info).zh).toContain(zh)
  })

  test('of a transfer that is gone with a reset', async ({ merchant, control }) => {
    const created = await merchant.call(transferToUser, wanted())
    const { transfer_bill_no } = Object(created.body)
    await control.reset()
    await expect(control.openTransferPage(given(created))).rejects.toMatchObject({
      code: 'MOCK_PACKAGE_INFO',
      message: expect.stringContaining(`this mock has no transfer with the transfer_bill_no ${transfer_bill_no}`),
    })
  })

  test('of a transfer that has arrived, failed or was cancelled, and each says what to do', async ({
    merchant,
    control,
    mock,
  }) => {
    mock.clock.freeze()
    const created = await Promise.all(
      ['ARRIVED', 'FAILED', 'CANCELLED'].map((out_bill_no) => merchant.call(transferToUser, wanted({ out_bill_no }))),
    )
    await control.confirmTransfer('ARRIVED')
    await control.confirmTransfer('FAILED', { outcome: 'ACCOUNT_FROZEN' })
    await merchant.call(cancelTransfer, { out_bill_no: 'CANCELLED' })
    const refusals = await Promise.all(
      created.map((one) => control.openTransferPage(given(one)).catch((error) => [error.code, error.message])),
    )

    expect(refusals).toEqual([
      [
        'MOCK_TRANSFER_STATE',
        expect.stringMatching(/ARRIVED has been SUCCESS since .*The money has arrived, and nothing/),
      ],
      ['MOCK_TRANSFER_STATE', expect.stringMatching(/FAILED has been FAIL since .*, ACCOUNT_FROZEN; .*another number/)],
      [
        'MOCK_TRANSFER_STATE',
        expect.stringMatching(/CANCELLED has been CANCELING since .*CANCELLED in a moment: .*another number/),
      ],
    ])
  })

  test('before its money is locked, which the clock brings about', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    await control.changeSettings({ transfer_locking: 'slow' })
    const created = await merchant.call(transferToUser, wanted())
    const { transfer_bill_no } = Object(created.body)
    const package_info = samePackageInfoFor({ kind: 'transfer', number: transfer_bill_no })
    await expect(control.openTransferPage({ mchid: MCHID, appid: APPID, package_info })).rejects.toMatchObject({
      code: 'MOCK_TRANSFER_STATE',
      message: expect.stringMatching(/has been ACCEPTED .*Wait until it is WAIT_USER_CONFIRM, or move the clock/),
    })
  })

  test('of an authorization that the user has agreed to', async ({ control }) => {
    await control.addTransferAuthorization({ out_authorization_no: 'A1', authorize_time: null })
    const { package_info = '' } = await control.transferAuthorization('A1')
    await control.confirmTransferAuthorization('A1')
    await expect(control.openTransferPage({ mchid: MCHID, appid: APPID, package_info })).rejects.toMatchObject({
      code: 'MOCK_AUTHORIZATION_STATE',
      texts: { zh: expect.stringContaining(PAGE_ERROR) },
    })
  })

  test('of a transfer that the account is short of money for, and says how to put some in', async ({
    merchant,
    control,
    mock,
  }) => {
    mock.clock.freeze()
    await control.changeSettings({ transfer_locking: 'slow' })
    await control.changeTransferAccount({ balance: 0 })
    const created = await merchant.call(transferToUser, wanted())
    const { transfer_bill_no } = Object(created.body)
    const opening = {
      mchid: MCHID,
      appid: APPID,
      package_info: samePackageInfoFor({ kind: 'transfer', number: transfer_bill_no }),
    }
    await control.advance('PT2S')
    await expect(control.openTransferPage(opening)).rejects.toMatchObject({
      code: 'MOCK_TRANSFER_STATE',
      message: expect.stringContaining(`PATCH /_mock/transfer-account?mchid=${MCHID} {"top_up":1000}`),
    })
    // The advice works.
    await control.changeTransferAccount({ top_up: 1_000 })
    await merchant.call(transferToUser, wanted())
    await expect(control.openTransferPage(opening)).resolves.toMatchObject({ transfer: { state: 'WAIT_USER_CONFIRM' } })
  })
})
