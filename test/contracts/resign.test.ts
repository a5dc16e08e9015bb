import { describe, expect, test } from 'vitest'
import { resign } from '../../contracts/kit/index.ts'
import { WELL_KNOWN_BRAND_ID } from '../../fixtures/index.ts'
import { createMock } from '../../src/mock.ts'

const REQUEST = { method: 'GET', headers: { accept: 'application/json', 'user-agent': 'shop' }, body: Buffer.alloc(0) }

describe('a request that a pact replays is signed with the scheme of its path', () => {
  test.for([
    ['/v3/certificates', 'WECHATPAY2-SHA256-RSA2048 mchid="1900000001",'],
    ['/v3/brand/certificates', 'WECHATPAY2-SHA256-RSA2048 mchid="1900000001",'],
    ['/brand/store', `WECHATPAY-BRAND-SHA256-RSA2048 brand_id="${WELL_KNOWN_BRAND_ID}",`],
    ['/brand/store?offset=0', `WECHATPAY-BRAND-SHA256-RSA2048 brand_id="${WELL_KNOWN_BRAND_ID}",`],
  ] as const)('%s', async ([target, beginning]) => {
    const mock = createMock({ seed: 'empty' })
    const credentials = { ...(await mock.control.credentials()), brand_id: WELL_KNOWN_BRAND_ID }

    const signed = await resign(credentials)({ ...REQUEST, target })
    const { status } = await mock.handle(signed)

    expect(signed.headers.authorization).toContain(beginning)
    // Let in: a path that is not simulated is told apart only after authentication.
    expect(status).not.toBe(401)
  })

  test('without a brand id the number of the merchant stands for it', async () => {
    const credentials = await createMock({ seed: 'empty' }).control.credentials()

    const { headers } = await resign(credentials)({ ...REQUEST, target: '/brand/store' })

    expect(headers.authorization).toMatch(/^WECHATPAY-BRAND-SHA256-RSA2048 brand_id="1900000001",/)
  })
})

test.for(['', '{}', '{"a":1}'])('signed over another body, a request with the body %j is refused', async (body) => {
  const mock = createMock({ seed: 'empty' })
  const signed = resign(await mock.control.credentials())
  const target = '/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/T1/cancel'
  const request = { ...REQUEST, method: 'POST', target, body: Buffer.from(body) }

  const right = await mock.handle(await signed(request))
  const flawed = await mock.handle(await signed(request, 'other_body'))

  expect(right.status).not.toBe(401)
  expect(flawed.status).toBe(401)
})
