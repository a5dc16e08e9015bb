import { constants, createPrivateKey, publicEncrypt } from 'node:crypto'
import { describe, expect } from 'vitest'
import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import {
  getTransferBillByNo,
  getTransferBillByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { decryptField, encryptField } from '../../../src/wire/protocol/sensitive-field.ts'
import { lastRemark } from '../../helpers/last-remark.ts'
import { test } from '../../helpers/world.ts'
import { encrypted, KEY, OPENID, refused, WAYS, wanted } from './transfers.ts'

const withUser = test.extend('user', { auto: true }, ({ control }) =>
  control.addTransferAuthorization({ out_authorization_no: 'A1', openid: OPENID }),
)

const paramError = (message: string) => refused(400, 'PARAM_ERROR', message)
const { platform, merchant: wellKnown } = wellKnownIdentity()
const NOT_CIPHERTEXT = paramError('请确认待处理的消息是否为加密后的密文')

/** Bytes that need not be text, encrypted as a client would. */
const encryptedBytes = (bytes: Uint8Array) =>
  publicEncrypt(
    { key: platform.publicKey.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    bytes,
  ).toString('base64')

describe.for(WAYS)('the name in $operation.id', ({ operation, body }) => {
  withUser.for([
    [29, true, 400],
    [30, true, 200],
    [199_999, false, 200],
    [200_000, false, 400],
    [200_000, true, 200],
  ] as const)('with %s fen, given: %s, answers %s', async ([transfer_amount, given, status], { merchant }) => {
    const request = { ...body, transfer_amount, ...(given && { user_name: encrypted('张三') }) }

    expect(await merchant.call(operation, request, KEY)).toMatchObject({ status })
  })

  withUser.for<[what: string, user_name: () => string, answer: object]>([
    ['plain text', () => '张三', NOT_CIPHERTEXT],
    ['base64 of another length', () => Buffer.alloc(255).toString('base64'), NOT_CIPHERTEXT],
    ['a ciphertext with a blank behind it', () => `${encrypted('张三')} `, NOT_CIPHERTEXT],
    ['hex', () => Buffer.from(encrypted('张三'), 'base64').toString('hex'), NOT_CIPHERTEXT],
    ['encrypted for the merchant', () => encryptField('张三', wellKnown.publicKey), paramError('平台私钥解密失败')],
    ['a ciphertext of zeros', () => Buffer.alloc(256).toString('base64'), paramError('平台私钥解密失败')],
    ['empty, once decrypted', () => encrypted(''), paramError('请求参数错误')],
    [
      'too long for a field, once it is read as text',
      () => encryptedBytes(new Uint8Array(214).fill(0xff)),
      paramError('请求参数错误'),
    ],
  ])('is refused as %s', async ([, user_name, answer], { merchant, control }) => {
    expect(await merchant.call(operation, { ...body, user_name: user_name() }, KEY)).toEqual(answer)
    expect((await control.world()).transfers).toEqual([])
  })

  withUser.for<[what: string, serial: string | undefined, answer: object]>([
    ['no serial', undefined, paramError('HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)')],
    ['an empty serial', '', paramError('HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)')],
    ['the serial of the merchant', wellKnown.serialNo, paramError('平台证书序列号Wechatpay-Serial错误')],
    ['a public key that there is not', 'PUB_KEY_ID_1', paramError('平台证书序列号Wechatpay-Serial错误')],
    ['the serial of the certificate, which is another key', 'certificate', paramError('平台私钥解密失败')],
  ])('is refused with %s', async ([, wechatpaySerial, answer], { merchant }) => {
    const more = wechatpaySerial === undefined ? {} : { wechatpaySerial }

    expect(await merchant.call(operation, { ...body, user_name: encrypted('张三') }, more)).toEqual(answer)
    // Without a name the serial is not needed.
    if (!wechatpaySerial) expect(await merchant.call(operation, body, more)).toMatchObject({ status: 200 })
  })

  withUser('may be encrypted with the key of a certificate', async ({ merchant }) => {
    const [certificate = expect.fail('no certificate')] = platform.certificates
    const user_name = encryptField('张三', certificate.publicKey)

    expect(await merchant.call(operation, { ...body, user_name }, { wechatpaySerial: 'certificate' })).toMatchObject({
      status: 200,
    })
  })

  withUser.for([
    ['two characters', '张三'],
    ['characters of two to four bytes', '欧阳 · 𠮷'],
    ['as many bytes as can be encrypted', 'a'.repeat(214)],
    ['as many Chinese characters', '长'.repeat(71)],
    ['a control character', '\u0000'],
  ] as const)('comes back encrypted for the merchant: %s', async ([, name], { merchant, control }) => {
    const answer = await merchant.call(operation, { ...body, user_name: encrypted(name) }, KEY)
    const { transfer_bill_no, user_name } = Object(answer.body)
    const looks = [
      await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' }),
      await merchant.call(getTransferBillByNo, { transfer_bill_no }),
    ].map(({ body }) => Object(body).user_name)
    const shown = operation === transferWithAuthorization ? [user_name, ...looks] : looks

    const key = createPrivateKey(merchant.credentials.merchant_private_key)
    expect(shown.map((one) => decryptField(one, key))).toEqual(shown.map(() => ({ ok: true, plaintext: name })))
    expect(new Set(shown).size).toBe(shown.length)
    // A world has it as plain text, and can be set up again.
    const world = await control.world()
    await control.restore(world)
    expect(await control.world()).toEqual(world)
  })

  withUser('is not shown where none was given', async ({ merchant }) => {
    const answer = await merchant.call(operation, body)
    expect(answer.body).not.toHaveProperty('user_name')
    const look = await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })
    expect(look.body).not.toHaveProperty('user_name')
  })
})

test('of a seed is no longer than what can be encrypted again', async ({ merchant, control }) => {
  await expect(control.addTransfer({ user_name: `${'长'.repeat(71)}aa` })).rejects.toMatchObject({
    path: '/user_name',
    message: expect.stringContaining('214'),
  })
  await control.addTransfer({ out_bill_no: 'T1', user_name: `${'长'.repeat(71)}a` })
  expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toMatchObject({ status: 200 })
})

test('says in the journal what is wrong with it', async ({ merchant, control }) => {
  await merchant.call(transferToUser, wanted({ user_name: encrypted('') }), KEY)
  expect(await lastRemark(control)).toContain('/body/user_name: empty, once decrypted')
  await merchant.call(transferToUser, wanted({ user_name: encryptedBytes(new Uint8Array(214).fill(0xff)) }), KEY)
  expect(await lastRemark(control)).toContain('/body/user_name: 642 bytes once it is decrypted, at most 214')
})
