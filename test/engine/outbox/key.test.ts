import { describe, expect } from 'vitest'
import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import { chooseCallbackKey } from '../../../src/engine/keys/platform.ts'
import { createMerchantClient } from '../../../src/testing/merchant-client.ts'
import { test } from '../../helpers/callbacks.ts'
import { save } from '../../helpers/save-callback.ts'

describe('the key', () => {
  test.for([
    ['certificate', 0, [0, 20]],
    ['certificate', 100, [0, 20]],
    ['public-key', 0, [20, 0]],
    ['both', 0, [0, 20]],
    ['both', 100, [20, 0]],
  ] as const)('is that of the key mode %s, %d per cent', async ([key_mode, share, counts], { mock, control }) => {
    await control.changeSettings({ key_mode, callback_public_key_share: share })
    for (let i = 0; i < 20; i++) await save(mock)
    await mock.outbox.idle()

    const serials = mock.journal.list({ callbacks: 'only' }).map(({ request }) => request.headers['Wechatpay-Serial'])
    const count = (serial: string) => serials.filter((one) => one === serial).length
    expect([count(mock.platform.publicKey.serialNo), count(mock.platform.certificates[0].serialNo)]).toEqual(counts)
  })

  test('is of the kind that the merchant asked for last, where it has both', async ({ mock, control }) => {
    const client = createMerchantClient({
      credentials: await control.credentials(),
      send: (request) => mock.handle(request),
      now: () => mock.clock.now(),
    })
    const { publicKey, certificates } = mock.platform
    const serialAfter = async (wechatpaySerial?: 'certificate' | 'public-key') => {
      await client.request({ target: '/v3/certificates', ...(wechatpaySerial && { wechatpaySerial }) })
      await save(mock)
      await mock.outbox.idle()
      return mock.journal.list({ callbacks: 'only' }).at(-1)?.request.headers['Wechatpay-Serial']
    }

    expect(await serialAfter()).toBe(certificates[0].serialNo)
    expect(await serialAfter('public-key')).toBe(publicKey.serialNo)
    expect(await serialAfter()).toBe(publicKey.serialNo)
    expect(await serialAfter('certificate')).toBe(certificates[0].serialNo)
    await serialAfter('public-key')
    await control.reset()
    expect(await serialAfter()).toBe(certificates[0].serialNo)
  })

  test('is the public key before a merchant has made a call, as with `notify`', async ({ mock, control }) => {
    const serialNow = async () => {
      await save(mock)
      await mock.outbox.idle()
      return mock.journal.list({ callbacks: 'only' }).at(-1)?.request.headers['Wechatpay-Serial']
    }
    expect(await serialNow()).toBe(mock.platform.publicKey.serialNo)
    await control.changeSettings({ key_mode: 'certificate' })
    expect(await serialNow()).toBe(mock.platform.certificates[0].serialNo)
  })

  test('is the public key for about the share of them, and for the same ones in every run', () => {
    const { platform } = wellKnownIdentity()
    const chosen = (share: number) =>
      Array.from({ length: 2_000 }, (_, i) =>
        chooseCallbackKey({ mode: 'both', platform, publicKeyShare: share, id: `id-${i}`, attempt: i % 3 }),
      ).map((key) => key === platform.publicKey)
    const few = chosen(10)

    expect(few.filter(Boolean).length / 2_000).toBeCloseTo(0.1, 1)
    expect(chosen(10)).toEqual(few)
    // As the share grows, no callback goes back to the certificate.
    expect(chosen(50).every((yes, i) => yes || !few[i])).toBe(true)
  })

  test('is that of the merchant, if it has a mode of its own', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start()
    const { mchid } = await control.createMerchant({ key_mode: 'public-key' })
    await save(mock, { url, mchid })
    await mock.outbox.idle()

    expect(received[0]?.header('Wechatpay-Serial')).toBe(mock.platform.publicKey.serialNo)
  })
})
