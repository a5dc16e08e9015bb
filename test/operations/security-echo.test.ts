import { createPrivateKey, randomBytes } from 'node:crypto'
import { describe, expect } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { events } from '../../src/products/index.ts'
import { securityEcho } from '../../src/products/operations.ts'
import { decryptField, encryptField } from '../../src/wire/protocol/sensitive-field.ts'
import { test, transports } from '../helpers/world.ts'

const { platform, merchant: wellKnown } = wellKnownIdentity()
const [certificate] = platform.certificates
const { publicKey } = platform
const SECRET = '微信支付 hello'

const paramError = (message: string) => ({ status: 400, body: { code: 'PARAM_ERROR', message } })
const MISSING = paramError('HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)')
const WRONG_SERIAL = paramError('平台证书序列号Wechatpay-Serial错误')
const NOT_DECRYPTED = paramError('平台私钥解密失败')
const NOT_CIPHERTEXT = paramError('请确认待处理的消息是否为加密后的密文')

const event = events.find(({ eventType }) => eventType === 'SECURITY_ECHO.SUCCESS')

/** Decrypts a field with the merchant's private key. */
const opened = (ciphertext: unknown) => decryptField(String(ciphertext), createPrivateKey(wellKnown.privateKey))

describe.for(transports)('the security echo over %s', (transport) => {
  test.override('transport', transport)

  test.for([
    ['certificate', certificate],
    ['public-key', publicKey],
  ] as const)('gives back what was sent, encrypted with the %s', async ([wechatpaySerial, key], { merchant }) => {
    const answer = await merchant.request({
      target: securityEcho.path,
      wechatpaySerial,
      body: { echo_message: 'hello', encrypted_echo_message: encryptField(SECRET, key.publicKey) },
    })

    expect(answer).toMatchObject({ status: 200, serialNo: key.serialNo, body: { echo_message: 'hello' } })
    const { encrypted_echo_message } = answer.body as { encrypted_echo_message: string }
    expect(opened(encrypted_echo_message)).toEqual({ ok: true, plaintext: SECRET })
  })

  test('without something encrypted gives back the message only, and calls nobody', async ({ merchant, control }) => {
    expect(await merchant.call(securityEcho, { echo_message: '你好' }, { wechatpaySerial: 'public-key' })).toEqual({
      status: 200,
      body: { echo_message: '你好' },
    })
    expect((await control.world()).notifications).toEqual([])
  })

  test('with notify_url a callback is sent at once', async ({ mock, merchant, control }) => {
    await merchant.call(
      securityEcho,
      {
        echo_message: 'hello',
        encrypted_echo_message: encryptField(SECRET, publicKey.publicKey),
        notify_url: 'https://shop.example/notify',
      },
      { wechatpaySerial: 'public-key' },
    )

    await mock.outbox.idle()
    const { notifications } = await control.world()
    expect(notifications).toEqual([
      expect.objectContaining({
        mchid: '1900000001',
        url: 'https://shop.example/notify',
        event_type: 'SECURITY_ECHO.SUCCESS',
        original_type: 'security',
        associated_data: '',
        schedule: 'payment',
        create_time: '2026-11-25T12:00:00+08:00',
        attempts: [
          {
            time: '2026-11-25T12:00:00+08:00',
            error: expect.stringContaining('shop.example'),
            reason: { name: 'host_not_allowed', value: 'shop.example' },
          },
        ],
      }),
    ])
    const content: Record<string, unknown> = JSON.parse(notifications[0]?.resource ?? '')
    expect(Object.keys(content).toSorted()).toEqual(['echo_message', 'encrypt_echo_message'])
    expect(content.echo_message).toBe('hello')
    expect(event?.resource.parse(content)).toEqual(content)
    expect(notifications[0]).toMatchObject({
      original_type: event?.originalType,
      associated_data: event?.associatedData,
    })
    expect(opened(content.encrypt_echo_message)).toEqual({ ok: true, plaintext: SECRET })
  })

  test('a refused call sends no callback', async ({ merchant, control }) => {
    const input = { echo_message: 'hello', encrypted_echo_message: 'plain', notify_url: 'https://shop.example/notify' }

    expect(await merchant.call(securityEcho, input, { wechatpaySerial: 'public-key' })).toEqual(NOT_CIPHERTEXT)

    expect((await control.world()).notifications).toEqual([])
  })

  describe('Wechatpay-Serial', () => {
    const input = () => ({ echo_message: 'hello', encrypted_echo_message: encryptField(SECRET, publicKey.publicKey) })

    test.for([
      ['missing', undefined, MISSING],
      ['empty', '', MISSING],
      ["the merchant's own", wellKnown.serialNo, WRONG_SERIAL],
      ["the merchant's own in lower case", wellKnown.serialNo.toLowerCase(), WRONG_SERIAL],
      ['unknown', '0'.repeat(40), WRONG_SERIAL],
      ['decimal', BigInt(`0x${certificate.serialNo}`).toString(), WRONG_SERIAL],
      ['that of an unknown public key', 'PUB_KEY_ID_0000000000000000000000000000000000', WRONG_SERIAL],
      ['that of the other key', certificate.serialNo, NOT_DECRYPTED],
    ] as const)('%s is refused, signed', async ([, serial, refusal], { merchant }) => {
      const more = serial === undefined ? {} : { wechatpaySerial: serial }

      expect(await merchant.call(securityEcho, input(), more)).toEqual(refusal)
    })

    test('is needed without something encrypted too', async ({ merchant }) => {
      expect(await merchant.call(securityEcho, { echo_message: 'hello' })).toEqual(MISSING)
    })

    test('the certificate named, and encrypted with the public key', async ({ merchant }) => {
      const mixed = { echo_message: 'hello', encrypted_echo_message: encryptField(SECRET, certificate.publicKey) }

      expect(await merchant.call(securityEcho, mixed, { wechatpaySerial: 'public-key' })).toEqual(NOT_DECRYPTED)
    })

    test.for([
      ['certificate', 'public-key'],
      ['public-key', 'certificate'],
    ] as const)(
      'a merchant with the %s only cannot encrypt with the %s',
      async ([keyMode, serial], { clientOf, others }) => {
        const client = await clientOf({ ...others.partner, keyMode })
        const key = serial === 'certificate' ? certificate : publicKey
        const mixed = { echo_message: 'hello', encrypted_echo_message: encryptField(SECRET, key.publicKey) }

        expect(await client.call(securityEcho, mixed, { wechatpaySerial: key.serialNo })).toEqual(NOT_DECRYPTED)
      },
    )

    test('the journal says which serial it was', async ({ merchant, control }) => {
      await merchant.call(securityEcho, input(), { wechatpaySerial: wellKnown.serialNo })

      expect((await control.journal()).at(-1)?.remarks).toEqual([
        {
          about: 'refusal',
          error: 'platform_serial_unknown',
          text: expect.stringContaining("names no platform key but the merchant's own"),
        },
      ])
    })
  })

  describe('refuses', () => {
    const call = { wechatpaySerial: 'public-key' } as const

    test.for([
      ['text', 'hello'],
      ['base64 of another length', Buffer.from('hello').toString('base64')],
    ] as const)('%s in place of ciphertext', async ([, encrypted_echo_message], { merchant }) => {
      expect(await merchant.call(securityEcho, { echo_message: 'a', encrypted_echo_message }, call)).toEqual(
        NOT_CIPHERTEXT,
      )
    })

    test('bytes of the right length that are none', async ({ merchant }) => {
      const encrypted_echo_message = randomBytes(256).toString('base64')

      expect(await merchant.call(securityEcho, { echo_message: 'a', encrypted_echo_message }, call)).toEqual(
        NOT_DECRYPTED,
      )
    })
  })
})
