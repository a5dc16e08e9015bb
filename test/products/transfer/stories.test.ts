import { createHash } from 'node:crypto'
import { describe, expect } from 'vitest'
import {
  acceptElecsignByOutNo,
  applyUserConfirmAuthorization,
  cancelTransfer,
  closeUserConfirmAuthorization,
  downloadTransferReceipt,
  getTransferBillByNo,
  getTransferBillByOutNo,
  getUserConfirmAuthorization,
  initiateBatchTransfer,
  queryElecsignByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { test } from '../../helpers/callbacks.ts'
import { transports } from '../../helpers/world.ts'
import { asked, encrypted, KEY, OPENID, refused, told, wanted } from './transfers.ts'

const PACKAGE = expect.stringMatching(/^ABBQO\+oYAAABAAAAAA[0-9A-Za-z+/]{137}=$/)
const bodyOf = (answer: { readonly body: unknown }) => Object(answer.body)

describe.for(transports)('transfers over %s', (transport) => {
  test.override('transport', transport)

  test('1: a user confirms, and the merchant is told', async ({ merchant, control, mock, receiver }) => {
    const { api_v3_key } = await control.credentials()
    const shop = await receiver.start(204)
    const request = wanted({ notify_url: shop.url })

    const created = await merchant.call(transferToUser, request)
    expect(created).toEqual({
      status: 200,
      body: {
        out_bill_no: 'T1',
        transfer_bill_no: expect.stringMatching(/^133001900000001261125\d{13}$/),
        create_time: '2026-11-25T12:00:00+08:00',
        state: 'WAIT_USER_CONFIRM',
        package_info: PACKAGE,
      },
    })
    const { transfer_bill_no } = bodyOf(created)
    const waiting = {
      mch_id: '1900000001',
      out_bill_no: 'T1',
      transfer_bill_no,
      appid: 'wx0000000000000001',
      state: 'WAIT_USER_CONFIRM',
      transfer_amount: 1_000,
      transfer_remark: '新会员有礼',
      openid: OPENID,
      create_time: '2026-11-25T12:00:00+08:00',
      update_time: '2026-11-25T12:00:00+08:00',
    }
    expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toEqual({ status: 200, body: waiting })
    expect(await merchant.call(getTransferBillByNo, { transfer_bill_no })).toEqual({ status: 200, body: waiting })

    await control.advance(5)
    const { package_info } = bodyOf(created)
    expect(await control.confirmTransfer('T1', { package_info, openid: OPENID })).toMatchObject({
      err_msg: 'requestMerchantTransfer:ok',
      transfer: { state: 'SUCCESS', update_time: '2026-11-25T12:00:05+08:00' },
    })
    await mock.outbox.idle()
    expect(shop.received).toHaveLength(1)
    const [callback] = shop.received.map((one) => told(one, api_v3_key))
    expect(callback).toMatchObject({
      event_type: 'MCHTRANSFER.BILL.FINISHED',
      summary: '商家转账单据终态通知',
      create_time: '2026-11-25T12:00:05+08:00',
    })
    expect(callback?.plaintext).toBe(
      JSON.stringify({
        mch_id: '1900000001',
        out_bill_no: 'T1',
        transfer_bill_no,
        transfer_amount: 1_000,
        state: 'SUCCESS',
        openid: OPENID,
        create_time: '2026-11-25T12:00:00+08:00',
        update_time: '2026-11-25T12:00:05+08:00',
        mchid: '1900000001',
        payment_method_type: 'CFT',
      }),
    )
    expect(await merchant.call(transferToUser, request)).toEqual(refused(400, 'ALREADY_EXISTS', '订单已存在'))
    await control.advance('P2D')
    await mock.outbox.idle()
    expect(shop.received).toHaveLength(1)
  })

  test('2: nobody confirms', async ({ merchant, control, mock, receiver }) => {
    const { api_v3_key } = await control.credentials()
    const shop = await receiver.start(200)
    await control.changeTransferAccount({ balance: 1_500 })
    const created = await merchant.call(transferToUser, wanted({ notify_url: shop.url }))
    expect(await control.transferAccount()).toMatchObject({ balance: 500, locked: 1_000, paid: 0 })

    expect(await control.dismissTransfer('T1')).toMatchObject({
      err_msg: 'requestMerchantTransfer:fail cancel',
      transfer: { state: 'WAIT_USER_CONFIRM' },
    })
    await control.advance('PT23H59M')
    expect(await control.transfer('T1')).toMatchObject({ state: 'WAIT_USER_CONFIRM', package_info: PACKAGE })
    expect(shop.received).toEqual([])
    await control.advance('PT1M')
    await mock.outbox.idle()
    expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toMatchObject({
      body: { state: 'FAIL', fail_reason: 'OVERDUE_CLOSE', update_time: '2026-11-26T12:00:00+08:00' },
    })
    expect(shop.received.map((one) => told(one, api_v3_key))).toMatchObject([
      {
        create_time: '2026-11-26T12:00:00+08:00',
        resource: { state: 'FAIL', fail_reason: 'OVERDUE_CLOSE', update_time: '2026-11-26T12:00:00+08:00' },
      },
    ])
    expect(await control.transferAccount()).toMatchObject({ balance: 1_500, locked: 0, paid: 0 })
    const { package_info } = bodyOf(created)
    await expect(control.confirmTransfer('T1', { package_info })).rejects.toMatchObject({
      code: 'MOCK_TRANSFER_STATE',
      message: expect.stringContaining('订单已超时，请返回商家重新发起收款'),
    })
    await control.advance('P31D')
    expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toEqual(
      refused(404, 'NOT_FOUND', '记录不存在'),
    )
  })

  test('3: the merchant cancels', async ({ merchant, control, mock, receiver }) => {
    const { api_v3_key } = await control.credentials()
    const shop = await receiver.start(200)
    const created = await merchant.call(transferToUser, wanted({ notify_url: shop.url }))
    const { transfer_bill_no } = bodyOf(created)

    expect(await merchant.call(cancelTransfer, { out_bill_no: 'T1' })).toEqual({
      status: 200,
      body: {
        out_bill_no: 'T1',
        transfer_bill_no,
        state: 'CANCELING',
        update_time: '2026-11-25T12:00:00+08:00',
      },
    })
    await expect(control.confirmTransfer('T1')).rejects.toMatchObject({ code: 'MOCK_TRANSFER_STATE' })
    await control.advance(2)
    expect(shop.received).toEqual([])
    await control.advance(1)
    await mock.outbox.idle()
    const cancelled = { state: 'CANCELLED', update_time: '2026-11-25T12:00:03+08:00' }
    expect(shop.received.map((one) => told(one, api_v3_key))).toMatchObject([
      { resource: { ...cancelled, fail_reason: 'MCH_CANCEL' } },
    ])
    expect(await merchant.call(cancelTransfer, { out_bill_no: 'T1' })).toMatchObject({ status: 200, body: cancelled })
    expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toMatchObject({ body: cancelled })
    await control.advance('P1D')
    await mock.outbox.idle()
    expect(shop.received).toHaveLength(1)

    await merchant.call(transferToUser, wanted({ out_bill_no: 'T2' }))
    await control.confirmTransfer('T2')
    expect(await merchant.call(cancelTransfer, { out_bill_no: 'T2' })).toEqual(
      refused(400, 'INVALID_REQUEST', '单号错误，请检查'),
    )
  })

  test('5: short of money, and repeated', async ({ merchant, control, mock, receiver }) => {
    const { api_v3_key } = await control.credentials()
    const shop = await receiver.start((_, response, count) => response.writeHead(count < 3 ? 500 : 204).end())
    await control.changeTransferAccount({ balance: 500 })
    const request = wanted({ transfer_amount: 600, notify_url: shop.url })

    expect(await merchant.call(transferToUser, request)).toEqual(
      refused(403, 'NOT_ENOUGH', '商户运营账户资金不足，充值后可以原单号发起重试，请勿更换商户单号'),
    )
    await control.changeTransferAccount({ top_up: 100 })
    await control.planFault({ operation: 'transferToUser', effect: 'answer_lost' })
    await expect(merchant.call(transferToUser, request)).rejects.toThrow()
    const [first, second] = [await merchant.call(transferToUser, request), await merchant.call(transferToUser, request)]
    expect(first).toMatchObject({ status: 200, body: { state: 'WAIT_USER_CONFIRM' } })
    expect(bodyOf(second).transfer_bill_no).toBe(bodyOf(first).transfer_bill_no)
    expect(bodyOf(second).package_info).not.toBe(bodyOf(first).package_info)
    expect(await control.transferAccount()).toMatchObject({ balance: 0, locked: 600 })

    expect(await control.dismissTransfer('T1', { package_info: bodyOf(second).package_info })).toBeDefined()
    expect(await control.confirmTransfer('T1', { package_info: bodyOf(first).package_info })).toMatchObject({
      transfer: { state: 'SUCCESS' },
    })
    await expect(control.confirmTransfer('T1', { package_info: bodyOf(second).package_info })).rejects.toThrow()
    await control.advance('PT29S')
    expect(shop.received).toHaveLength(2)
    await control.advance('PT1S')
    await mock.outbox.idle()
    expect(shop.received.map((one) => told(one, api_v3_key).resource.state)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS'])
    await control.advance('P2D')
    expect(shop.received).toHaveLength(3)
    expect(await control.transferAccount()).toMatchObject({ balance: 0, locked: 0, paid: 600 })
  })

  test('6: an authorized transfer and its receipt', async ({ merchant, control, mock, receiver }) => {
    const { api_v3_key } = await control.credentials()
    const shop = await receiver.start(200)
    const applying = asked({ authorization_notify_url: shop.url })
    const applied = await merchant.call(applyUserConfirmAuthorization, applying)
    expect(applied).toEqual({
      status: 200,
      body: {
        out_authorization_no: 'A1',
        state: 'WAIT_USER_CONFIRM',
        create_time: '2026-11-25T12:00:00+08:00',
        package_info: PACKAGE,
      },
    })
    await control.confirmTransferAuthorization('A1', { package_info: bodyOf(applied).package_info })
    await mock.outbox.idle()
    const effective = await merchant.call(getUserConfirmAuthorization, { out_authorization_no: 'A1' })
    expect(effective).toEqual({
      status: 200,
      body: {
        out_authorization_no: 'A1',
        appid: 'wx0000000000000001',
        openid: OPENID,
        user_display_name: '张三',
        authorization_id: expect.stringMatching(/^20261125\d{19}$/),
        authorize_time: '2026-11-25T12:00:00+08:00',
        state: 'TAKING_EFFECT',
        transfer_scene_id: '1000',
        user_recv_perception: '活动奖励',
        create_time: '2026-11-25T12:00:00+08:00',
      },
    })
    const { authorization_id } = bodyOf(effective)
    expect(told(shop.received[0] ?? expect.fail('no callback'), api_v3_key)).toMatchObject({
      event_type: 'MCHTRANSFER.AUTHORIZATION.CONFIRMED',
      resource: { out_authorization_no: 'A1', authorization_id, state: 'TAKING_EFFECT' },
    })

    const { openid: _, ...transfer } = wanted({ authorization_id })
    const named = { ...transfer, user_name: encrypted('张三') }
    const done = await merchant.call(transferWithAuthorization, named, KEY)
    expect(done).toMatchObject({ status: 200, body: { mch_id: '1900000001', state: 'SUCCESS', openid: OPENID } })
    await mock.outbox.idle()
    // The answer tells it all.
    expect(shop.received).toHaveLength(1)

    const generating = { state: 'GENERATING', create_time: '2026-11-25T12:00:00+08:00' }
    expect(await merchant.call(acceptElecsignByOutNo, { out_bill_no: 'T1' })).toEqual({ status: 200, body: generating })
    expect(await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T1' })).toEqual({
      status: 200,
      body: { ...generating, update_time: '2026-11-25T12:00:00+08:00' },
    })
    await control.advance(5)
    const look = async () => bodyOf(await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T1' }))
    const finished = await look()
    expect(finished).toMatchObject({ state: 'FINISHED', hash_type: 'SHA256' })
    const download = async (address: string) =>
      merchant.call(downloadTransferReceipt, Object.fromEntries(new URL(address).searchParams))
    const file = await download(finished.download_url)
    expect(file.status).toBe(200)
    const bytes = file.body as Uint8Array
    expect(Buffer.from(bytes.subarray(0, 8)).toString()).toBe('%PDF-1.4')
    expect(createHash('sha256').update(bytes).digest('hex').toUpperCase()).toBe(finished.hash_value)
    await control.advance('PT10M')
    expect(await download(finished.download_url)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    expect(await download((await look()).download_url)).toMatchObject({ status: 200 })

    expect(await merchant.call(applyUserConfirmAuthorization, applying)).toEqual(
      refused(400, 'INVALID_REQUEST', '当前申请单已解除或已授权成功'),
    )
    expect(await merchant.call(closeUserConfirmAuthorization, { out_authorization_no: 'A1' })).toMatchObject({
      status: 200,
      body: { state: 'CLOSED', close_info: { close_reason: 'CLOSE_VIA_MCH_API' } },
    })
    await mock.outbox.idle()
    expect(told(shop.received[1] ?? expect.fail('no callback'), api_v3_key)).toMatchObject({
      event_type: 'MCHTRANSFER.AUTHORIZATION.CLOSED',
      resource: { state: 'CLOSED', close_info: { close_reason: 'CLOSE_VIA_MCH_API' } },
    })
    expect(await merchant.call(transferWithAuthorization, { ...transfer, out_bill_no: 'T2' })).toEqual(
      refused(400, 'INVALID_REQUEST', '授权不存在或已关闭'),
    )
    await merchant.call(transferToUser, wanted({ out_bill_no: 'T3' }))
    await control.confirmTransfer('T3')
    expect(await merchant.call(acceptElecsignByOutNo, { out_bill_no: 'T3' })).toMatchObject({ status: 400 })
  })

  test('the product before this one is refused', async ({ merchant }) => {
    expect(await merchant.call(initiateBatchTransfer, { out_batch_no: 'B1' })).toEqual(
      refused(
        403,
        'NO_AUTH',
        '当前商户号接入升级版本功能，暂不支持使用升级前功能，请在产品中心-商家转账-前往功能查看接口文档',
      ),
    )
  })
})
