import { createPrivateKey } from 'node:crypto'
import { describe, expect } from 'vitest'
import {
  completeComplaint,
  createComplaintAddress,
  createRefund,
  decideRefund,
  deleteComplaintAddress,
  downloadComplaintImage,
  listComplaints,
  listNegotiationHistory,
  queryComplaint,
  queryComplaintAddress,
  replyImmediately,
  replyToComplaint,
  updateComplaintAddress,
  uploadComplaintImage,
} from '../../../src/products/operations.ts'
import { decryptField } from '../../../src/wire/protocol/sensitive-field.ts'
import { upload } from '../../helpers/upload.ts'
import { test as base } from '../../helpers/world.ts'

const ABOUT = { complaint_id: 'C1', complainted_mchid: '1900000001' }
const REPLY = { ...ABOUT, response_content: '已为您处理' }
const APPROVE = { complaint_id: 'C1', action: 'APPROVE', launch_refund_day: 0 }

const test = base
  /** The state of complaint C1, and what the merchant was told of it, in order. */
  .extend('seen', ({ merchant, control }) => async () => {
    const { body } = await merchant.call(queryComplaint, { complaint_id: 'C1' })
    const told = await control.notifications()
    return [
      Reflect.get(Object(body), 'complaint_state'),
      ...told.map(({ resource }) => JSON.parse(resource).action_type),
    ]
  })

describe('a complaint', () => {
  test.beforeEach(async ({ merchant }) => {
    await merchant.call(createComplaintAddress, { url: 'https://shop.test/complaints' })
  })

  test('is about an order, and shown with the phone number encrypted', async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_1', total: 2_900, openid: 'oUser' })
    const made = await control.addComplaint({ complaint_id: 'C1', out_trade_no: 'ORDER_1', payer_phone: '13800000000' })
    const { body } = await merchant.call(queryComplaint, { complaint_id: 'C1' })
    expect(body).toMatchObject({
      complaint_time: '2026-11-25T12:00:00+08:00',
      complaint_state: 'PENDING',
      payer_openid: 'oUser',
      complaint_order_info: [{ transaction_id: made.transaction_id, out_trade_no: 'ORDER_1', amount: 2_900 }],
      complaint_full_refunded: false,
      incoming_user_response: true,
      user_complaint_times: 1,
    })
    expect(body).not.toHaveProperty('apply_refund_amount')
    const { merchant_private_key } = await control.credentials()
    const sealed = String(Reflect.get(Object(body), 'payer_phone'))
    expect(decryptField(sealed, createPrivateKey(merchant_private_key))).toEqual({ ok: true, plaintext: '13800000000' })
  })

  test('is replied to, completed, and made once more, and the merchant is told of each step', async ({
    control,
    merchant,
    seen,
  }) => {
    await control.addComplaint({ complaint_id: 'C1' })
    expect(await seen()).toEqual(['PENDING', 'CREATE_COMPLAINT'])
    expect(await merchant.call(completeComplaint, ABOUT)).toMatchObject({ status: 400 })
    expect(await merchant.call(replyToComplaint, REPLY)).toMatchObject({ status: 204 })
    expect(await control.complaint('C1')).toMatchObject({
      complaint_state: 'PROCESSING',
      incoming_user_response: false,
    })
    await control.replyAsUser('C1', { text: '还没收到' })
    expect(await control.complaint('C1')).toMatchObject({ complaint_state: 'PROCESSING', incoming_user_response: true })
    expect(await merchant.call(completeComplaint, ABOUT)).toMatchObject({ status: 204 })
    expect(await merchant.call(completeComplaint, ABOUT)).toMatchObject({ status: 400 })
    await control.rateComplaint('C1', { text: '不满意' })
    await expect(control.replyAsUser('C1', { text: '…' })).rejects.toMatchObject({ code: 'MOCK_COMPLAINT_STATE' })
    await control.continueComplaint('C1', { text: '问题没有解决' })
    await expect(control.continueComplaint('C1', { text: '…' })).rejects.toMatchObject({ code: 'MOCK_COMPLAINT_STATE' })
    await expect(control.rateComplaint('C1', { text: '…' })).rejects.toMatchObject({ code: 'MOCK_COMPLAINT_STATE' })
    expect(await seen()).toEqual([
      'PENDING',
      'CREATE_COMPLAINT',
      'MERCHANT_RESPONSE',
      'USER_RESPONSE',
      'MERCHANT_CONFIRM_COMPLETE',
      'CONTINUE_COMPLAINT',
    ])
    expect(await control.complaint('C1')).toMatchObject({ user_complaint_times: 2, incoming_user_response: true })
    const types = (await control.notifications()).map(({ event_type }) => event_type)
    expect(types).toEqual(['COMPLAINT.CREATE', ...Array(4).fill('COMPLAINT.STATE_CHANGE')])
  })

  test('has a history, page by page, the newest first', async ({ control, merchant }) => {
    await control.addComplaint({ complaint_id: 'C1', images: ['user-image'] })
    await merchant.call(replyToComplaint, { ...REPLY, response_images: ['own-image'] })
    const { body } = await merchant.call(listNegotiationHistory, { complaint_id: 'C1', limit: '1', offset: '1' })
    const media_url = ['https://api.mch.weixin.qq.com/v3/merchant-service/images/user-image']
    expect(body).toEqual({
      data: [
        {
          log_id: expect.stringMatching(/^\d+$/),
          operator: '投诉人',
          operate_time: '2026-11-25T12:00:00+08:00',
          operate_type: 'USER_CREATE_COMPLAINT',
          operate_details: '商品一直没有收到',
          image_list: media_url,
          complaint_media_list: { media_type: 'USER_COMPLAINT_IMAGE', media_url },
        },
      ],
      limit: 1,
      offset: 1,
      total_count: 2,
    })
  })

  test('takes another twenty replies once the user has said something', async ({ control, merchant }) => {
    await control.addComplaint({ complaint_id: 'C1' })
    for (let i = 0; i < 20; i++) await merchant.call(replyToComplaint, REPLY)
    expect(await merchant.call(replyToComplaint, REPLY)).toMatchObject({ status: 400 })
    await control.replyAsUser('C1', { text: '好的' })
    expect(await merchant.call(replyToComplaint, REPLY)).toMatchObject({ status: 204 })
  })

  test('that needs immediate service is replied to once for an idempotent_id', async ({ control, merchant }) => {
    await control.addComplaint({ complaint_id: 'C1', need_immediate_service: true })
    const message = { blocks: [{ type: 'TEXT', text: { text: '您好' } }] }
    const reply = (idempotent_id: string) => merchant.call(replyImmediately, { ...ABOUT, message, idempotent_id })
    const first = await reply('1')
    expect(first).toMatchObject({ status: 200, body: { log_id: expect.any(String) } })
    expect((await reply('1')).body).toEqual(first.body)
    expect((await reply('2')).body).not.toEqual(first.body)
    const { body } = await merchant.call(listNegotiationHistory, { complaint_id: 'C1' })
    expect(body).toMatchObject({ total_count: 3, data: [{ normal_message: message }, {}, {}] })
  })

  test('is assisted by WeChat Pay for a while', async ({ control, seen }) => {
    await control.addComplaint({ complaint_id: 'C1' })
    await expect(control.assistComplaint('C1', { step: 'finish' })).rejects.toMatchObject({
      code: 'MOCK_COMPLAINT_STATE',
    })
    await control.assistComplaint('C1', { step: 'apply', reason: '商家响应不及时' })
    expect(await control.complaint('C1')).toMatchObject({ in_platform_service: true })
    await expect(control.assistComplaint('C1', { step: 'apply' })).rejects.toMatchObject({
      code: 'MOCK_COMPLAINT_STATE',
    })
    await control.assistComplaint('C1', { step: 'cancel' })
    await control.assistComplaint('C1', { step: 'apply' })
    await control.assistComplaint('C1', { step: 'finish' })
    expect(await control.complaint('C1')).toMatchObject({ in_platform_service: false })
    expect(await seen()).toEqual([
      'PENDING',
      'CREATE_COMPLAINT',
      'USER_APPLY_PLATFORM_SERVICE',
      'USER_CANCEL_PLATFORM_SERVICE',
      'USER_APPLY_PLATFORM_SERVICE',
      'PLATFORM_SERVICE_FINISHED',
    ])
  })
})

describe('a complaint that asks for a refund', () => {
  test.beforeEach(async ({ control, merchant }) => {
    await merchant.call(createComplaintAddress, { url: 'https://shop.test/complaints' })
    await control.addOrder({ out_trade_no: 'ORDER_1', total: 2_900 })
    await control.addComplaint({ complaint_id: 'C1', out_trade_no: 'ORDER_1', problem_type: 'REFUND' })
  })

  const refund = (fen: number, out_refund_no: string) => ({
    out_trade_no: 'ORDER_1',
    out_refund_no,
    amount: { refund: fen, total: 2_900, currency: 'CNY' },
  })

  test('is settled when the refund that was approved arrives, also with the clock back again', async ({
    control,
    merchant,
    seen,
  }) => {
    expect(await merchant.call(decideRefund, APPROVE)).toMatchObject({ status: 204 })
    expect(await merchant.call(decideRefund, APPROVE)).toMatchObject({ status: 400 })
    expect((await merchant.call(createRefund, refund(2_900, 'R1'))).body).toMatchObject({ status: 'PROCESSING' })
    const before = ['PROCESSING', 'CREATE_COMPLAINT', 'MERCHANT_APPROVE_REFUND', 'REFUND_SUCCESS']
    expect(await seen()).toEqual(before)
    expect(await control.notifications({ event_type: 'COMPLAINT.STATE_CHANGE' })).toMatchObject([
      {},
      { state: 'pending' },
    ])
    await control.advance('PT1H')
    expect(await seen()).toEqual(['PROCESSED', ...before.slice(1)])
    const { body } = await merchant.call(listNegotiationHistory, { complaint_id: 'C1', limit: '1' })
    expect(body).toMatchObject({ data: [{ operate_type: 'COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE' }], total_count: 3 })
    expect(await merchant.call(queryComplaint, { complaint_id: 'C1' })).toMatchObject({
      body: { complaint_full_refunded: true, apply_refund_amount: 2_900 },
    })
    await control.advance('-PT1H')
    expect(await seen()).toEqual(['PROCESSED', ...before.slice(1)])
  })

  test('counts a refund under way once it is approved, and keeps its state for one that nobody approved', async ({
    control,
    merchant,
    seen,
  }) => {
    await merchant.call(createRefund, refund(900, 'R1'))
    expect(await seen()).toEqual(['PENDING', 'CREATE_COMPLAINT', 'SELLER_REFUND'])
    await control.advance('PT1H')
    expect(await seen()).toEqual(['PENDING', 'CREATE_COMPLAINT', 'SELLER_REFUND'])
    await merchant.call(createRefund, refund(100, 'R2'))
    await merchant.call(decideRefund, APPROVE)
    const told = ['CREATE_COMPLAINT', 'SELLER_REFUND', 'REFUND_SUCCESS', 'MERCHANT_APPROVE_REFUND']
    const [state, ...actions] = await seen()
    expect(actions.toSorted()).toEqual(told.toSorted())
    // The first refund has arrived before.
    expect(state).toBe('PROCESSED')
    const { body } = await merchant.call(listNegotiationHistory, { complaint_id: 'C1' })
    expect(body).toMatchObject({ total_count: 3 })
    expect(JSON.stringify(body)).toContain('COMPLAINT_PARTIAL_REFUNDED_SYSTEM_MESSAGE')
  })

  test('does not count a refund that fails', async ({ control, merchant, seen }) => {
    await merchant.call(decideRefund, APPROVE)
    await merchant.call(createRefund, refund(2_900, 'R1'))
    await control.settleRefund('R1', { outcome: 'ABNORMAL' })
    await control.advance('PT1H')
    expect(await seen()).toEqual(['PROCESSING', 'CREATE_COMPLAINT', 'MERCHANT_APPROVE_REFUND'])
  })

  test('is settled by a refusal', async ({ merchant, seen }) => {
    const rejected = { complaint_id: 'C1', action: 'REJECT', reject_reason: '已发货', reject_media_list: ['M1'] }
    expect(await merchant.call(decideRefund, { ...rejected, reject_reason: undefined })).toMatchObject({ status: 400 })
    expect(await merchant.call(decideRefund, rejected)).toMatchObject({ status: 204 })
    expect(await seen()).toEqual(['PROCESSED', 'CREATE_COMPLAINT', 'MERCHANT_REJECT_REFUND'])
  })
})

describe('the merchants of a complaint', () => {
  test('list those of 30 days, the newest first, and find none of others', async ({
    control,
    merchant,
    others,
    clientOf,
  }) => {
    const days = { begin_date: '2026-11-25', end_date: '2026-11-26' }
    await control.addComplaints([
      { complaint_id: 'C1' },
      { complaint_id: 'C2', complaint_time: '2026-11-26T23:59:59+08:00' },
      { complaint_id: 'C3', complaint_time: '2026-11-24T23:59:59+08:00' },
    ])
    const list = (changes: object) => merchant.call(listComplaints, { ...days, ...changes })
    expect(await list({})).toMatchObject({
      body: { data: [{ complaint_id: 'C2' }, { complaint_id: 'C1' }], limit: 10, offset: 0, total_count: 2 },
    })
    expect(await list({ limit: '1', offset: '1' })).toMatchObject({
      body: { data: [{ complaint_id: 'C1' }], limit: 1 },
    })
    expect(await list({ end_date: '2026-12-25' })).toMatchObject({ status: 200 })
    expect(await list({ end_date: '2026-12-26' })).toMatchObject({ status: 400 })
    expect(await list({ end_date: '2026-11-24' })).toMatchObject({ status: 400 })
    expect(await list({ begin_date: '20261125' })).toMatchObject({ status: 400 })
    const stranger = await clientOf(others.owner)
    expect(await stranger.call(listComplaints, days)).toMatchObject({ body: { total_count: 0 } })
    expect(await stranger.call(queryComplaint, { complaint_id: 'C1' })).toMatchObject({ status: 404 })
  })

  test('are the sub-merchant, and the partner that placed the order', async ({ control, merchant, seen }) => {
    await merchant.call(createComplaintAddress, { url: 'https://partner.test/complaints' })
    await control.addOrder({ out_trade_no: 'ORDER_1', sub_mchid: '1900000102' })
    await control.addComplaint({ complaint_id: 'C1', out_trade_no: 'ORDER_1' })
    expect(await merchant.call(queryComplaint, { complaint_id: 'C1' })).toMatchObject({
      body: { complainted_mchid: '1900000102' },
    })
    const days = { begin_date: '2026-11-25', end_date: '2026-11-25' }
    const list = (complainted_mchid: string) => merchant.call(listComplaints, { ...days, complainted_mchid })
    expect(await list('1900000102')).toMatchObject({ body: { total_count: 1 } })
    expect(await list('1900000103')).toMatchObject({ body: { total_count: 0 } })
    expect(await merchant.call(replyToComplaint, REPLY)).toMatchObject({ status: 400 })
    expect(await merchant.call(replyToComplaint, { ...REPLY, complainted_mchid: '1900000102' })).toMatchObject({
      status: 204,
    })
    expect(await seen()).toEqual(['PROCESSING', 'CREATE_COMPLAINT', 'MERCHANT_RESPONSE'])
  })

  test('are told at one address, which is changed and deleted', async ({ merchant, control }) => {
    const url = 'https://shop.test/complaints'
    expect(await merchant.call(createComplaintAddress, { url: `${url}?a=1` })).toMatchObject({ status: 400 })
    expect(await merchant.call(createComplaintAddress, { url })).toMatchObject({ body: { mchid: '1900000001', url } })
    expect(await merchant.call(updateComplaintAddress, { url: `${url}/2` })).toMatchObject({
      body: { url: `${url}/2` },
    })
    expect(await merchant.call(queryComplaintAddress, {})).toMatchObject({ body: { url: `${url}/2` } })
    expect(await merchant.call(deleteComplaintAddress, {})).toMatchObject({ status: 204 })
    expect(await merchant.call(queryComplaintAddress, {})).toMatchObject({ status: 404 })
    await control.addComplaint({})
    expect(await control.notifications()).toEqual([])
  })
})

describe('images', () => {
  const path = (media_id: string) => downloadComplaintImage.path.replace('{media_id}', media_id)

  test('of the merchant are downloaded as they were uploaded; the newest twenty are kept', async ({
    merchant,
    mock,
  }) => {
    const put = async (byte: number) => {
      const file = Buffer.from([0xff, 0xd8, 0xff, byte])
      const { body } = await merchant.request(upload({ target: uploadComplaintImage.path, file, filename: 'help.jpg' }))
      await mock.advance(1_000)
      return String(Reflect.get(Object(body), 'media_id'))
    }
    const first = await put(0)
    const get = (media_id: string) => merchant.request({ target: path(media_id), fileType: 'image/jpeg' })
    expect(Buffer.from((await get(first)).bytes)).toEqual(Buffer.from([0xff, 0xd8, 0xff, 0]))
    for (let i = 1; i <= 20; i++) await put(i)
    expect((await get(first)).status).toBe(404)
  })

  test('of the user are those of a complaint', async ({ merchant, control }) => {
    await control.addComplaint({ complaint_id: 'C1', images: ['user-image'] })
    expect((await merchant.request({ target: path('user-image'), fileType: 'image/jpeg' })).status).toBe(200)
    expect((await merchant.request({ target: path('another') })).status).toBe(404)
  })
})
