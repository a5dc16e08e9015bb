import { describe, expect } from 'vitest'
import {
  acceptElecsignByOutNo,
  applyUserConfirmAuthorization,
  cancelTransfer,
  closeUserConfirmAuthorization,
  getTransferBillByOutNo,
  getUserConfirmAuthorization,
  preTransferWithAuthorization,
  queryElecsignByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import type { Callable } from '../../../src/testing/merchant-client.ts'
import { test } from '../../helpers/callbacks.ts'
import { NOON } from '../../helpers/world.ts'
import { asked, authorized, encrypted, INFO, KEY, OPENID, told, wanted } from './transfers.ts'

/** Every answer byte by byte: its members, their order, and times without the milliseconds that the clock has. */

/** A clock with milliseconds. */
const options = { clock: { now: () => NOON + 789 } }

const AT = '2026-11-25T12:00:00+08:00'
const PACKAGE = 'ABBQO\\+oYAAABAAAAAA[0-9A-Za-z+/]{137}='
const BILL_NO = '133001900000001261125\\d{13}'
const CIPHERTEXT = '[0-9A-Za-z+/]{342}=='

/** Bytes of an answer, with patterns for what differs in each: `<…>` stands for one. */
const bytes = (json: string) =>
  expect.stringMatching(
    new RegExp(
      `^${json
        .split(/(<[^>]+>)/)
        .map((part, i) => (i % 2 === 1 ? part.slice(1, -1) : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)))
        .join('')}$`,
    ),
  )

const answer = test.extend('answer', ({ merchant }) => async (operation: Callable, input: Record<string, unknown>) => {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(input[name]))
  const isPost = operation.method === 'POST'
  const sent = await merchant.request({
    ...KEY,
    method: operation.method,
    target: path,
    ...(isPost && { body: path === operation.path ? input : '' }),
  })
  return Buffer.from(sent.bytes).toString('utf8')
})

const created = (more = '') =>
  `{"create_time":"${AT}",${more}"out_bill_no":"T1","package_info":"<${PACKAGE}>","state":"WAIT_USER_CONFIRM","transfer_bill_no":"<${BILL_NO}>"}`
const shown = (state: string, more = '', name = '') =>
  `{"appid":"wx0000000000000001","create_time":"${AT}",${more}"mch_id":"1900000001","openid":"${OPENID}","out_bill_no":"T1","state":"${state}","transfer_amount":1000,"transfer_bill_no":"<${BILL_NO}>","transfer_remark":"新会员有礼","update_time":"${AT}"${name}}`
const NAME = `,"user_name":"<${CIPHERTEXT}>"`

describe('an answer has its members in the order of their names', () => {
  answer.override('options', options)

  answer('of a transfer that waits, is shown, and is cancelled', async ({ answer }) => {
    expect(await answer(transferToUser, wanted({ user_name: encrypted('张三') }))).toEqual(bytes(created()))
    expect(await answer(getTransferBillByOutNo, { out_bill_no: 'T1' })).toEqual(
      bytes(shown('WAIT_USER_CONFIRM', '', NAME)),
    )
    expect(await answer(cancelTransfer, { out_bill_no: 'T1' })).toEqual(
      bytes(`{"out_bill_no":"T1","state":"CANCELING","transfer_bill_no":"<${BILL_NO}>","update_time":"${AT}"}`),
    )
  })

  answer('of a transfer that has failed', async ({ answer, control }) => {
    await answer(transferToUser, wanted())
    await control.failTransfer('T1', { fail_reason: 'ACCOUNT_FROZEN' })

    expect(await answer(getTransferBillByOutNo, { out_bill_no: 'T1' })).toEqual(
      bytes(shown('FAIL', '"fail_reason":"ACCOUNT_FROZEN",')),
    )
  })

  answer('of an authorization, and the transfers around it', async ({ answer, control }) => {
    const authorization = (middle: string, state: string, close = '') =>
      `{"appid":"wx0000000000000001",${middle}${close}"create_time":"${AT}","openid":"${OPENID}","out_authorization_no":"A1","state":"${state}","transfer_scene_id":"1000","user_display_name":"张三","user_recv_perception":"活动奖励"}`
    const agreed = `"authorization_id":"<20261125\\d{19}>","authorize_time":"${AT}",`

    expect(await answer(applyUserConfirmAuthorization, asked())).toEqual(
      bytes(
        `{"create_time":"${AT}","out_authorization_no":"A1","package_info":"<${PACKAGE}>","state":"WAIT_USER_CONFIRM"}`,
      ),
    )
    const look = () => answer(getUserConfirmAuthorization, { out_authorization_no: 'A1' })
    expect(await look()).toEqual(bytes(authorization('', 'WAIT_USER_CONFIRM')))
    await control.confirmTransferAuthorization('A1')
    expect(await look()).toEqual(bytes(authorization(agreed, 'TAKING_EFFECT')))

    expect(await answer(transferWithAuthorization, authorized({ user_name: encrypted('张三') }))).toEqual(
      bytes(shown('SUCCESS', '', NAME)),
    )

    const closed = authorization(
      agreed,
      'CLOSED',
      `"close_info":{"close_reason":"CLOSE_VIA_MCH_API","close_time":"${AT}"},`,
    )
    expect(await answer(closeUserConfirmAuthorization, { out_authorization_no: 'A1' })).toEqual(bytes(closed))
    expect(await look()).toEqual(bytes(closed))
  })

  answer('of a transfer that asks for an authorization', async ({ answer }) => {
    expect(await answer(preTransferWithAuthorization, wanted({ authorization_info: INFO }))).toEqual(
      bytes(`${created('"out_authorization_no":"A1",').slice(0, -1)},"user_display_name":"张三"}`),
    )
  })

  answer('of a receipt', async ({ answer, control }) => {
    await control.addTransfer({ out_bill_no: 'T1', user_name: '张三', state: 'SUCCESS' })
    const look = () => answer(queryElecsignByOutNo, { out_bill_no: 'T1' })

    expect(await answer(acceptElecsignByOutNo, { out_bill_no: 'T1' })).toBe(
      `{"create_time":"${AT}","state":"GENERATING"}`,
    )
    expect(await look()).toBe(`{"create_time":"${AT}","state":"GENERATING","update_time":"${AT}"}`)
    await control.settleTransferReceipt('T1')
    expect(await look()).toEqual(
      bytes(
        `{"create_time":"${AT}","download_url":"https://api.mch.weixin.qq.com/v3/transferbilldownload/elecvoucherfile?source=elecsign&token=<[\\w.-]+>","hash_type":"SHA256","hash_value":"<[0-9A-F]{64}>","state":"FINISHED","update_time":"${AT}"}`,
      ),
    )
  })

  answer('of a receipt that has failed', async ({ answer, control }) => {
    await control.addTransfer({ out_bill_no: 'T1', user_name: '张三', state: 'SUCCESS' })
    await answer(acceptElecsignByOutNo, { out_bill_no: 'T1' })
    await control.settleTransferReceipt('T1', { fail_reason: '转账单据不存在' })

    expect(await answer(queryElecsignByOutNo, { out_bill_no: 'T1' })).toBe(
      `{"create_time":"${AT}","fail_reason":"转账单据不存在","state":"FAILED","update_time":"${AT}"}`,
    )
  })
})

describe('a callback has its members in the order of a live one', () => {
  test.override('options', options)

  const UUID = '<[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}>'
  const envelope = (eventType: string, summary: string) =>
    bytes(
      `{"id":"${UUID}","create_time":"${AT}","resource_type":"encrypt-resource","event_type":"${eventType}","summary":"${summary}","resource":{"original_type":"mch_payment","algorithm":"AEAD_AES_256_GCM","ciphertext":"<[0-9A-Za-z+/]+=*>","associated_data":"mch_payment","nonce":"<[0-9A-Za-z]{12}>"}}`,
    )

  const bill = (state: string, more = '') =>
    bytes(
      `{"mch_id":"1900000001","out_bill_no":"T1","transfer_bill_no":"<${BILL_NO}>","transfer_amount":1000,"state":"${state}","openid":"${OPENID}",${more}"create_time":"${AT}","update_time":"${AT}","mchid":"1900000001"${state === 'SUCCESS' ? ',"payment_method_type":"CFT"' : ''}}`,
    )

  test.for([
    ['SUCCESS', 'SUCCESS', ''],
    ['ACCOUNT_FROZEN', 'FAIL', '"fail_reason":"ACCOUNT_FROZEN",'],
    ['cancel', 'CANCELLED', '"fail_reason":"MCH_CANCEL",'],
  ] as const)('of a transfer: %s', async ([outcome, state, more], { merchant, control, mock, receiver }) => {
    mock.clock.freeze()
    const { api_v3_key } = await control.credentials()
    await control.changeSettings({ transfer_cancel_takes: 0 })
    const shop = await receiver.start(200)
    await merchant.call(transferToUser, wanted({ notify_url: shop.url, user_name: encrypted('张三') }), KEY)
    if (outcome === 'cancel') await merchant.call(cancelTransfer, { out_bill_no: 'T1' })
    else await control.confirmTransfer('T1', { outcome })
    await mock.outbox.idle()

    const [received = expect.fail('no callback')] = shop.received
    expect(received.body).toEqual(envelope('MCHTRANSFER.BILL.FINISHED', '商家转账单据终态通知'))
    expect(told(received, api_v3_key).plaintext).toEqual(bill(state, more))
  })

  test('of a transfer into a wallet in Hong Kong', async ({ control, mock, receiver }) => {
    const { api_v3_key } = await control.credentials()
    const shop = await receiver.start(200)
    await control.addTransfer({ out_bill_no: 'T1', notify_url: shop.url, payment_method_type: 'WPHK' })
    await control.confirmTransfer('T1')
    await mock.outbox.idle()

    const [received = expect.fail('no callback')] = shop.received
    expect(JSON.parse(told(received, api_v3_key).plaintext)).toMatchObject({ payment_method_type: 'WPHK' })
  })

  test('of an authorization', async ({ merchant, control, mock, receiver }) => {
    mock.clock.freeze()
    const { api_v3_key } = await control.credentials()
    const shop = await receiver.start(200)
    await merchant.call(applyUserConfirmAuthorization, asked({ authorization_notify_url: shop.url }))
    await control.confirmTransferAuthorization('A1')
    await control.closeTransferAuthorization('A1', { close_reason: 'TRANSFER_RISK' })
    await mock.outbox.idle()

    const resource = (state: string, more = '') =>
      bytes(
        `{"out_authorization_no":"A1","appid":"wx0000000000000001","openid":"${OPENID}","user_display_name":"张三","authorization_id":"<20261125\\d{19}>","state":"${state}","authorize_time":"${AT}",${more}"mchid":"1900000001"}`,
      )
    const close = `"close_info":{"close_time":"${AT}","close_reason":"TRANSFER_RISK"},`
    expect(shop.received.map(({ body }) => body)).toEqual([
      envelope('MCHTRANSFER.AUTHORIZATION.CONFIRMED', '商家转账用户免确认收款授权确认通知'),
      envelope('MCHTRANSFER.AUTHORIZATION.CLOSED', '用户关闭免确认收款授权'),
    ])
    expect(shop.received.map((one) => told(one, api_v3_key).plaintext)).toEqual([
      resource('TAKING_EFFECT'),
      resource('CLOSED', close),
    ])
  })
})
