import { expect } from 'vitest'
import { addReceiver, createSharing, deleteReceiver, queryUnsplitAmount } from '../../../src/products/operations.ts'
import { decryptField } from '../../../src/wire/protocol/sensitive-field.ts'
import { test } from '../../helpers/world.ts'
import { encrypted, KEY } from '../transfer/transfers.ts'
import { added, refusalOf, SUPPLIER, share, TRANSACTION, waiting, withName } from './sharing.ts'

const deleted = { appid: 'wx0000000000000001', type: 'MERCHANT_ID', account: SUPPLIER } as const

test('a name comes and goes encrypted', async ({ mock, merchant }) => {
  const { status, body } = await merchant.call(addReceiver, withName(), KEY)

  expect(status).toBe(200)
  const { name, ...rest } = body as { name: string }
  expect(rest).toEqual({ type: 'MERCHANT_ID', account: SUPPLIER, relation_type: 'SUPPLIER' })
  expect(decryptField(name, mock.defaultMerchant.privateKey as never)).toEqual({ ok: true, plaintext: '供货商' })
})

test('a merchant needs a name', async ({ merchant, control }) => {
  expect(await merchant.call(addReceiver, added())).toMatchObject({
    status: 400,
    body: {
      code: 'PARAM_ERROR',
      message: expect.stringContaining('“分账接收方全称”必填性规则校验失败'),
    },
  })
  expect((await control.world()).sharing_receivers).toEqual([])
})

test('a merchant of the mock goes by the name of its credentials, one that it does not know by any', async ({
  merchant,
  control,
}) => {
  const { mchid, name } = await control.createMerchant({ name: '茶铺' })
  const add = (named: string, account: string) =>
    merchant.call(addReceiver, added({ name: encrypted(named), account }), KEY)

  expect(await add('花店', mchid)).toMatchObject({
    status: 400,
    body: { message: '分账接收商户全称不匹配' },
  })
  expect(await add(name, mchid)).toMatchObject({ status: 200 })
  expect(await add('花店', '1999999999')).toMatchObject({ status: 200 })
})

test('for a person without a name no key need be withName, but with one', async ({ merchant }) => {
  expect(await merchant.call(addReceiver, added({ type: 'PERSONAL_OPENID', account: 'oStaff' }))).toMatchObject({
    status: 200,
  })
  expect(await merchant.call(addReceiver, withName())).toMatchObject({
    status: 400,
    body: { message: 'HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)' },
  })
  expect(await merchant.call(addReceiver, added({ name: '供货商' }), KEY)).toMatchObject({
    status: 400,
    body: { message: '请确认待处理的消息是否为加密后的密文' },
  })
})

test('a receiver that was added before stays as it is, until it is deleted', async ({ merchant, control }) => {
  await merchant.call(addReceiver, withName(), KEY)
  expect(await merchant.call(addReceiver, withName({ relation_type: 'BRAND' }), KEY)).toMatchObject({
    status: 200,
    body: { relation_type: 'SUPPLIER' },
  })

  for (let i = 0; i < 2; i += 1) {
    expect(await merchant.call(deleteReceiver, deleted)).toMatchObject({
      status: 200,
      body: { type: 'MERCHANT_ID', account: SUPPLIER },
    })
  }
  expect((await control.world()).sharing_receivers).toEqual([])
})

test('a receiver that was deleted gets no further share', async ({ merchant, control }) => {
  await waiting(control)
  await merchant.call(deleteReceiver, deleted)

  expect(await merchant.call(createSharing, share())).toMatchObject(refusalOf(createSharing, 'receiver_unknown'))
})

test('a share that is under way fails when its receiver is deleted, and its money is frozen again', async ({
  merchant,
  control,
}) => {
  await waiting(control)
  await merchant.call(createSharing, share())
  await control.advance('PT1S')
  await merchant.call(createSharing, share({ out_order_no: 'P2' }))

  await merchant.call(deleteReceiver, deleted)

  await control.advance('PT1S')
  const parts = async (number: string) => (await control.sharingOrder(number)).receivers
  expect(await parts('P2')).toMatchObject([{ fail_reason: 'NO_RELATION' }])
  expect((await parts('P1'))[0]).not.toHaveProperty('fail_reason')
  expect(await merchant.call(queryUnsplitAmount, { transaction_id: TRANSACTION })).toMatchObject({
    body: { unsplit_amount: 8_940 },
  })
})

test('custom_relation is needed for CUSTOM', async ({ merchant }) => {
  expect(await merchant.call(addReceiver, withName({ relation_type: 'CUSTOM' }), KEY)).toMatchObject({
    status: 400,
    body: { code: 'PARAM_ERROR', message: expect.stringContaining('“自定义的分账关系”必填性规则校验失败') },
  })
  const custom = withName({ relation_type: 'CUSTOM', custom_relation: '代理商' })
  expect(await merchant.call(addReceiver, custom, KEY)).toMatchObject({ body: { custom_relation: '代理商' } })
})
