import { describe, expect } from 'vitest'
import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import type { WechatPayMock } from '../../../src/mock.ts'
import {
  getTransferBillByNo,
  initiateBatchTransfer,
  preTransferWithAuthorization,
  queryElecsignByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { LANGUAGES, type Language } from '../../../src/wire/shared/texts.ts'
import { englishIn } from '../../helpers/chinese.ts'
import type { createMock } from '../../helpers/engine.ts'
import { NOON, test } from '../../helpers/world.ts'
import { transferErrors } from '../../operations/errors/transfer.ts'
import { encrypted, KEY, OPENID, wanted } from './transfers.ts'

const PUBLIC_KEY = wellKnownIdentity().platform.publicKey.serialNo

/** Expected explanation in each language: a text or a matcher. */
type Said = Readonly<Record<Language, unknown>>

/** Last remark in the journal, in both languages. */
const said = (mock: ReturnType<typeof createMock>) => {
  const { en, zh } = mock.journal.list().at(-1)?.remarks.at(-1)?.text ?? {}
  expect(englishIn(zh ?? '')).toEqual([])
  return [en, zh]
}

describe('the journal names the cause of a refused transfer, and how to fix it', () => {
  test.for<[operation: string, error: string, en: string, zh: string]>([
    [
      'transferToUser',
      'not_opened',
      '1900000001 has not opened 商家转账: PATCH /_mock/transfer-account?mchid=1900000001 {"opened":true} opens it',
      '1900000001 没有开通商家转账：PATCH /_mock/transfer-account?mchid=1900000001 {"opened":true} 可以开通',
    ],
    [
      'transferToUser',
      'scene_not_granted',
      '1900000001 was granted no scene, and this is scene 1000 (现金营销): PATCH /_mock/transfer-account?mchid=1900000001 {"grant_scene":"1000"} grants it',
      '1900000001 没有获得任何转账场景，本次是转账场景 1000（现金营销）：PATCH /_mock/transfer-account?mchid=1900000001 {"grant_scene":"1000"} 可以补上',
    ],
    [
      'applyUserConfirmAuthorization',
      'scene_not_granted',
      '/body/transfer_scene_id: there is no scene 1006; there are 1000, 1002, 1004, 1005, 1009, 1010, 1011, 1013',
      '/body/transfer_scene_id：没有转账场景 1006，可用的有 1000、1002、1004、1005、1009、1010、1011、1013',
    ],
    [
      'transferToUser',
      'report_missing',
      '/body/transfer_scene_report_infos: scene 1000 (现金营销) takes 活动名称, 奖励说明, each once; given: nothing',
      '/body/transfer_scene_report_infos：转账场景 1000（现金营销）应报备 活动名称、奖励说明，每种一条；传入的是：无',
    ],
    [
      'transferToUser',
      'perception_unfit',
      '/body/user_recv_perception is 货款, and scene 1000 (现金营销) has 活动奖励, 现金奖励; left out, it is 活动奖励',
      '/body/user_recv_perception 是“货款”，转账场景 1000（现金营销）可用的是 活动奖励、现金奖励；不传则为“活动奖励”',
    ],
    [
      'transferToUser',
      'amount_out_of_range',
      '/body/transfer_amount is 9; a transfer takes 10 to 20000000 fen (transferLimits=wide)',
      '/body/transfer_amount 是 9；单笔转账的范围是 10 到 20000000 分（transferLimits=wide）',
    ],
    [
      'transferToUser',
      'day_limit',
      '1900000001 has transferred 5000000 fen today, and 1000 more would be over 5000000: it can tomorrow, or with transferLimits=wide',
      '1900000001 当日已转账 5000000 分，再转 1000 分会超过 5000000 分：次日可转，或设置 transferLimits=wide',
    ],
    [
      'transferToUser',
      'name_missing',
      '/body/user_name: missing; 200000 fen are transferred, and from 200000 on it is needed',
      '/body/user_name：缺少此字段；金额为 200000 分，200000 分及以上必填',
    ],
    [
      'transferToUser',
      'name_not_allowed',
      '/body/user_name: given; 29 fen are transferred, and below 30 it has to be left out',
      '/body/user_name：不应传此字段；金额为 29 分，30 分及以上才能传',
    ],
    [
      'transferToUser',
      'not_enough',
      '1900000001 has 999 fen that can be transferred, and this takes 1000: PATCH /_mock/transfer-account?mchid=1900000001 {"top_up":1}, then the same number again',
      '1900000001 可转账的余额是 999 分，不够本次的 1000 分：PATCH /_mock/transfer-account?mchid=1900000001 {"top_up":1} 充值后，用原单号重试',
    ],
    [
      'preTransferWithAuthorization',
      'authorization_unfit',
      "authorization A1 is WAIT_USER_CONFIRM, for the user has not agreed; it is 2026-11-25T12:00:00+08:00 by the mock's clock",
      '授权 A1 的状态是 WAIT_USER_CONFIRM（用户尚未同意）；模拟时钟现在是 2026-11-25T12:00:00+08:00',
    ],
    [
      'preTransferWithAuthorization',
      'authorization_differs',
      `authorization A1 has openid ${OPENID}, and the call oOther`,
      `授权 A1 的 openid 是 ${OPENID}，本次传入 oOther`,
    ],
    [
      'preTransferWithAuthorization',
      'limit_reached',
      `${OPENID} has the authorizations B1, B2, B3, B4, B5 for scene 1000: go on with one of them, or close one first`,
      `${OPENID} 在场景 1000 下已有授权 B1、B2、B3、B4、B5：请使用其中一个，或先解除一个`,
    ],
    [
      'transferWithAuthorization',
      'authorization_unfit',
      '1900000001 has no authorization A1: ask the user for one first',
      '1900000001 没有授权 A1：请先向用户发起授权',
    ],
    [
      'transferWithAuthorization',
      'authorization_differs',
      'authorization A1 has appid wx0000000000000001, and the call wx0000000000000002',
      '授权 A1 的 appid 是 wx0000000000000001，本次传入 wx0000000000000002',
    ],
    [
      'acceptElecsignByOutNo',
      'without_name',
      'transfer T1 was created without user_name, and a receipt needs one',
      '发起转账单 T1 时没有传 user_name，而电子回单需要姓名',
    ],
    [
      'cancelTransfer',
      'not_cancellable',
      "transfer T1 has been SUCCESS since 2026-11-25T12:00:00+08:00; it is 2026-11-25T12:00:00+08:00 by the mock's clock; only what is ACCEPTED, PROCESSING or WAIT_USER_CONFIRM can be cancelled",
      '转账单 T1 自 2026-11-25T12:00:00+08:00 起的状态是 SUCCESS；模拟时钟现在是 2026-11-25T12:00:00+08:00；只有 ACCEPTED、PROCESSING、WAIT_USER_CONFIRM 的可以撤销',
    ],
    [
      'queryElecsignByOutNo',
      'not_found',
      'no receipt of transfer T1 was applied for: do that first',
      '转账单 T1 没有申请过电子回单，请先申请',
    ],
  ])('%s: %s', async ([id, key, ...texts], { mock, control, merchant, others, clientOf }) => {
    mock.clock.freeze()
    const recipes = transferErrors.find(({ operation }) => operation.id === id)?.recipes as Record<string, unknown>
    const recipe = recipes[key] as (typeof transferErrors)[0]['recipes']['not_opened']

    await (await recipe({ mock, control, merchant, others, clientOf }))()

    expect(said(mock)).toEqual(texts)
  })

  test.for([
    [
      'a name that is not encrypted',
      { user_name: '张三' },
      '/body/user_name is not ciphertext: encrypt it (RSAES-OAEP with SHA-1, then base64) with the key of the platform that Wechatpay-Serial names',
      '/body/user_name 不是密文：请用 Wechatpay-Serial 所指的平台密钥加密（RSAES-OAEP，填充用 SHA-1，再转为 base64）',
    ],
    [
      'a name encrypted for another key',
      { user_name: Buffer.alloc(256).toString('base64') },
      `/body/user_name does not open with ${PUBLIC_KEY}: encrypt it with the key of the platform that Wechatpay-Serial names`,
      `/body/user_name 用 ${PUBLIC_KEY} 解不开：请用 Wechatpay-Serial 所指的平台密钥加密`,
    ],
  ] as const)('%s', async ([, changes, ...texts], { mock, merchant }) => {
    await merchant.call(transferToUser, wanted(changes), KEY)

    expect(said(mock)).toEqual(texts)
  })

  test('a name without the serial of the key that it is encrypted with', async ({ mock, merchant }) => {
    await merchant.call(transferToUser, wanted({ user_name: encrypted('张三') }))

    const [en, zh] = said(mock)
    expect(en).toMatch(/^The call has encrypted fields, and no Wechatpay-Serial: name [0-9A-F]{40} or PUB_KEY_ID_\d+, /)
    expect(zh).toMatch(/^接口含有加密字段，却没有传 Wechatpay-Serial：应为 [0-9A-F]{40} 或 PUB_KEY_ID_\d+，/)
  })

  test('a number that is used again with another name', async ({ mock, merchant }) => {
    await merchant.call(transferToUser, wanted({ user_name: encrypted('张三') }), KEY)

    await merchant.call(transferToUser, wanted({ user_name: encrypted('李四') }), KEY)
    expect(said(mock)).toEqual([
      'T1 took effect at 2026-11-25T12:00:00+08:00 with other values: /user_name "张三" then, "李四" now',
      'T1 已于 2026-11-25T12:00:00+08:00 生效，参数不同：/user_name 当时为 "张三"，现在为 "李四"',
    ])
  })

  test('two numbers that are not of one authorization, and one of another merchant', async ({
    mock,
    merchant,
    control,
  }) => {
    await control.addTransferAuthorizations([
      { out_authorization_no: 'A1', authorization_id: '111', openid: 'oUser' },
      { mchid: '1900000077', out_authorization_no: 'A2' },
    ])
    const { openid: _, ...body } = wanted()

    await merchant.call(transferWithAuthorization, { ...body, out_authorization_no: 'A1', authorization_id: '222' })
    expect(said(mock)).toEqual([
      'authorization A1 has the authorization_id 111, not 222',
      '授权 A1 的 authorization_id 是 111，不是 222',
    ])
    await merchant.call(transferWithAuthorization, { ...body, out_authorization_no: 'A2' })
    expect(said(mock)[0]).toBe('1900000001 has no authorization A2: ask the user for one first')
    const info = {
      user_display_name: '张三',
      out_authorization_no: 'A1',
      authorization_notify_url: 'https://a.example/a',
    }
    await merchant.call(preTransferWithAuthorization, {
      ...body,
      transfer_scene_id: '1009',
      transfer_scene_report_infos: [{ info_type: '采购商品名称', info_content: '书' }],
      openid: 'oOther',
      authorization_info: info,
    })
    expect(said(mock)).toEqual([
      'authorization A1 has transfer_scene_id 1000, and the call 1009; openid oUser, and the call oOther',
      '授权 A1 的 transfer_scene_id 是 1000，本次传入 1009；openid 是 oUser，本次传入 oOther',
    ])
  })

  test('a list of reported types is told of as far as it helps', async ({ mock, merchant }) => {
    const infos = Array.from({ length: 12 }, (_, i) => ({ info_type: `类型${i}`, info_content: '一' }))

    await merchant.call(transferToUser, wanted({ transfer_scene_report_infos: infos }))
    expect(said(mock)[0]).toMatch(/; given: 类型0, .*类型9, …$/)
  })

  test('a receipt that was kept long enough, and one of no transfer', async ({ mock, merchant, control }) => {
    await control.addTransfer({ out_bill_no: 'T1', state: 'SUCCESS', user_name: '张三' })
    await merchant.request({ target: '/v3/fund-app/mch-transfer/elecsign/out-bill-no', body: { out_bill_no: 'T1' } })
    mock.clock.set(NOON + 90 * 86_400_000)

    await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T1' })
    expect(said(mock)).toEqual([
      'the receipt of transfer T1 was applied for at 2026-11-25T12:00:00+08:00, 90 days ago or more: apply for it again',
      '转账单 T1 的电子回单申请于 2026-11-25T12:00:00+08:00，已满 90 天，请重新申请',
    ])
    await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T2' })
    expect(said(mock)[0]).toBe('1900000001 has no transfer T2')
    await merchant.call(getTransferBillByNo, { transfer_bill_no: '1' })
    expect(said(mock)[1]).toBe('1900000001 没有转账单 1')
  })

  test('the product before this one', async ({ mock, merchant }) => {
    await merchant.call(initiateBatchTransfer, { out_batch_no: 'B1' })
    expect(said(mock)).toEqual([
      '/v3/transfer/batches is of the product before this one (商家转账到零钱): POST /v3/fund-app/mch-transfer/transfer-bills takes its place, with a call for each user',
      '/v3/transfer/batches 属于升级前的产品（商家转账到零钱）：请改用 POST /v3/fund-app/mch-transfer/transfer-bills 接口，每位用户各发起一笔',
    ])
  })
})

describe.for(LANGUAGES)(
  'what a control call of transfers cannot do it says in %s, and what to do instead',
  (language) => {
    test.override('options', { language })

    const CLOCK = {
      en: "it is 2026-11-25T12:00:00+08:00 by the mock's clock",
      zh: '模拟时钟现在是 2026-11-25T12:00:00+08:00',
    }
    const transfers = [
      { out_bill_no: 'DONE', state: 'SUCCESS' },
      { mchid: '1900000077', out_bill_no: 'TWICE' },
      { mchid: '1900000078', out_bill_no: 'TWICE' },
      { out_bill_no: 'OWN', transfer_bill_no: '1330000000001' },
      { out_bill_no: 'OTHER', transfer_bill_no: '1330000000002' },
      { out_bill_no: 'SHORT', create_time: '2026-11-25T11:00:00+08:00', lock_time: null },
      {
        out_bill_no: 'LATE',
        create_time: '2026-11-24T11:00:00+08:00',
        expire_time: '2026-11-25T12:47:00+08:00',
      },
    ] as const
    const authorizations = [
      {
        out_authorization_no: 'CLOSED',
        close_info: { close_time: '2026-11-25T12:00:00+08:00', close_reason: 'USER_CLOSE' },
      },
      { out_authorization_no: 'AGREED' },
    ] as const
    const PAGE_ERROR = 'package_info信息有误，请返回联系商家处理'
    const OVERDUE = '订单已超时，请返回商家重新发起收款'

    test.for<[name: string, call: (control: WechatPayMock['control']) => Promise<unknown>, texts: Said]>([
      [
        'MOCK_AMBIGUOUS',
        (control) => control.transfer('TWICE'),
        {
          en: 'Several merchants have transfer TWICE: give ?mchid=, one of 1900000077, 1900000078.',
          zh: '多个商户都有转账单 TWICE，请用 ?mchid= 指明商户，可选：1900000077、1900000078。',
        },
      ],
      [
        'MOCK_TRANSFER_BALANCE',
        (control) => control.changeTransferAccount({ top_up: 1 }),
        {
          en: 'Merchant 1900000001 can transfer any amount: give balance instead of top_up.',
          zh: '商户 1900000001 的转账余额不限：请改用 balance。',
        },
      ],
      [
        'MOCK_AUTHORIZATION_STATE',
        (control) => control.closeTransferAuthorization('CLOSED'),
        {
          en: `Nothing is left to close: authorization CLOSED is CLOSED, USER_CLOSE at 2026-11-25T12:00:00+08:00; ${CLOCK.en}. Ask for another one.`,
          zh: `无需再次关闭：授权 CLOSED 的状态是 CLOSED（自 2026-11-25T12:00:00+08:00 起，原因 USER_CLOSE）；${CLOCK.zh}。请另发起一个授权。`,
        },
      ],
      [
        'MOCK_AUTHORIZATION_STATE',
        (control) => control.confirmTransferAuthorization('AGREED'),
        {
          en: `${PAGE_ERROR}: the user has agreed already: authorization AGREED is TAKING_EFFECT; ${CLOCK.en}. Transfer with it: nothing is left to agree to.`,
          zh: `${PAGE_ERROR}：用户已经同意：授权 AGREED 的状态是 TAKING_EFFECT；${CLOCK.zh}。可直接用该授权转账。`,
        },
      ],
      [
        'MOCK_PACKAGE_INFO',
        (control) => control.dismissTransfer('LATE'),
        {
          en: `${OVERDUE}: transfer LATE was created 24 hours ago or more, and its page can no longer be opened. It closes at 2026-11-25T12:47:00+08:00: create another one, with another number, only after that, or once you have cancelled it.`,
          zh: `${OVERDUE}：转账单 LATE 创建已满 24 小时，收款页不能再打开，将于 2026-11-25T12:47:00+08:00 关闭：关闭或撤销完成之后，才能换单号另发起一笔。`,
        },
      ],
      [
        'MOCK_PACKAGE_INFO',
        async (control) =>
          control.dismissTransfer('OWN', { package_info: (await control.transfer('OTHER')).package_info }),
        {
          en: `转账单号错误: this package_info is that of the transfer_bill_no 1330000000002, and transfer OWN has 1330000000001.`,
          zh: `转账单号错误：该 package_info 属于微信转账单号 1330000000002，而转账单 OWN 的是 1330000000001。`,
        },
      ],
      [
        'MOCK_TRANSFER_STATE',
        (control) => control.dismissTransfer('SHORT'),
        {
          en: `${PAGE_ERROR}: transfer SHORT has been PROCESSING since 2026-11-25T11:00:01+08:00; ${CLOCK.en}. The account is short of money: PATCH /_mock/transfer-account?mchid=1900000001 {"top_up":1000}, then make the call again with the same number.`,
          zh: `${PAGE_ERROR}：转账单 SHORT 自 2026-11-25T11:00:01+08:00 起的状态是 PROCESSING；${CLOCK.zh}。账户余额不足：PATCH /_mock/transfer-account?mchid=1900000001 {"top_up":1000} 充值后，用原单号重试。`,
        },
      ],
      [
        'MOCK_TRANSFER_STATE',
        async (control) => {
          await control.callOffTransfer('OWN')
          return control.dismissTransfer('OWN')
        },
        {
          en: `${PAGE_ERROR}: transfer OWN has been CANCELING since 2026-11-25T12:00:00+08:00; ${CLOCK.en}. It is CANCELLED in a moment: create another one, with another number, only after that.`,
          zh: `${PAGE_ERROR}：转账单 OWN 自 2026-11-25T12:00:00+08:00 起的状态是 CANCELING；${CLOCK.zh}。请等到 CANCELLED 之后，再换单号另发起一笔。`,
        },
      ],
      [
        'MOCK_RECEIPT_STATE',
        (control) => control.settleTransferReceipt('DONE'),
        {
          en: 'No receipt of transfer DONE is GENERATING: apply for one, and settle it while it is. The setting transfer_receipt_takes says how long that takes; a frozen clock makes it wait.',
          zh: '转账单 DONE 没有处于 GENERATING 的电子回单：请先申请，并在生成期间设定结果；持续时间由设置 transfer_receipt_takes 决定，冻结时钟可使其一直等待。',
        },
      ],
    ])('%s', async ([code, call, texts], { mock, control }) => {
      mock.clock.freeze()
      await control.addTransfers(transfers)
      await control.addTransferAuthorizations(authorizations)

      await expect(call(control)).rejects.toMatchObject({ code, texts: { [language]: texts[language] } })
    })
  },
)
