import { createPublicKey } from 'node:crypto'
import {
  acceptElecsignByOutNo,
  applyUserConfirmAuthorization,
  queryElecsignByOutNo,
  transferWithAuthorization,
} from 'wechatpay-mock'
import { encryptField } from 'wechatpay-mock/protocol'
import { expect, test } from 'wechatpay-mock/vitest'

test('a promoter who agreed once is paid without being asked, and gets a receipt', async ({ wechatpay }) => {
  const { client, control, credentials } = wechatpay
  const of = { appid: 'wx0000000000000001', transfer_scene_id: '1005' }

  // 1. The promoter is asked once: package_info opens the page, as that of a transfer does.
  const asked = {
    ...of,
    out_authorization_no: 'AUTH1',
    openid: 'oPromoter00000000000000000001',
    user_display_name: '推广员小张',
    authorization_notify_url: 'https://shop.example.com/authorizations',
  }
  const { body } = await client.request({ target: applyUserConfirmAuthorization.path, body: asked })
  expect(body).toMatchObject({ state: 'WAIT_USER_CONFIRM', package_info: expect.any(String) })
  await control.confirmTransferAuthorization('AUTH1')

  // 2. A transfer names the authorization in place of an openid, and has ended when it is answered. A receipt needs the name.
  const name = encryptField('张三', createPublicKey(credentials.platform_public_key?.public_key ?? ''))
  const transfer = {
    ...of,
    out_bill_no: 'FY1',
    out_authorization_no: 'AUTH1',
    user_name: name,
    transfer_amount: 500,
    transfer_remark: '推广返佣',
    transfer_scene_report_infos: [
      { info_type: '岗位类型', info_content: '推广员' },
      { info_type: '报酬说明', info_content: '推广订单返佣' },
    ],
  }
  const paid = { target: transferWithAuthorization.path, body: transfer, wechatpaySerial: 'public-key' }
  expect(await client.request(paid)).toMatchObject({ status: 200, body: { state: 'SUCCESS' } })

  // 3. The receipt (电子回单) is applied for, made, and then has an address to be downloaded from within ten minutes.
  await client.request({ target: acceptElecsignByOutNo.path, body: { out_bill_no: 'FY1' } })
  await control.settleTransferReceipt('FY1')
  const receipt = await client.request({ target: queryElecsignByOutNo.path.replace('{out_bill_no}', 'FY1') })
  expect(receipt.body).toMatchObject({ state: 'FINISHED', hash_type: 'SHA256', download_url: expect.any(String) })
})
