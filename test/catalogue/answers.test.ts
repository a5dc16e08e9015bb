import { createHash, X509Certificate } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect } from 'vitest'
import { catalogue, ShapedEvent } from '../../src/catalogue/index.ts'
import { ShapedOperation } from '../../src/catalogue/shaped-operation.ts'
import { createIds } from '../../src/engine/ids.ts'
import { eventsOf, operationsOf } from '../../src/engine/product.ts'
import { payment } from '../../src/products/payment/index.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { encryptField } from '../../src/wire/protocol/sensitive-field.ts'
import { createMock } from '../helpers/engine.ts'
import { firstProducts, test } from '../helpers/first-products.ts'
import { NOON } from '../helpers/world.ts'
import { misfitsOf } from './misfits.ts'
import { callNamed, requestOf, saidOf } from './requests.ts'

const operations = operationsOf(firstProducts).filter(
  (one): one is ShapedOperation => one instanceof ShapedOperation && one.shaped,
)

/** The answers to some calls, by a mock whose ids come from a seed, but for encrypted texts, which are salted. */
async function answersOf(calls: readonly ShapedOperation[], randomSeed: string): Promise<string[]> {
  const mock = createMock({ products: firstProducts, seed: 'empty', randomSeed, clock: { now: () => NOON } })
  const credentials = await mock.control.credentials()
  const client = createMerchantClient({ credentials, send: (request) => mock.handle(request), now: () => NOON })
  const { publicKey } = new X509Certificate(credentials.platform_certificates[0]?.certificate ?? '')
  const answers: string[] = []
  for (const { id, facts } of calls) {
    const said = saidOf(facts, { members: 'required', encrypt: (text) => encryptField(text, publicKey) })
    const { status, body } = await client.request({ ...requestOf(facts, said), wechatpaySerial: 'certificate' })
    const text = `${id} ${status} ${JSON.stringify(body)}`
    answers.push(text.replaceAll(/[A-Za-z0-9+/]{342}==/g, 'encrypted'))
  }
  return answers
}

test('callbacks are as their pages have them', () => {
  const shaped = eventsOf(firstProducts).filter((one) => one instanceof ShapedEvent)
  const ids = createIds('callbacks')
  const wrong = shaped.flatMap((event) => {
    const resource = event.sample({ mchid: '1900000001', appid: 'wx0000000000000001', now: NOON, ids }, undefined)
    return misfitsOf(event.facts.resource, resource).map((text) => `${event.name}: ${text}`)
  })
  expect(shaped.length).toBeGreaterThan(20)
  expect(wrong).toEqual([])
})

test('the same seed gives the same answers', async () => {
  const answers = await answersOf(operations, 'one')

  expect(answers.length).toBeGreaterThan(300)
  expect(await answersOf(operations, 'one')).toEqual(answers)
  expect(await answersOf(operations.slice(0, 50), 'other')).not.toEqual(answers.slice(0, 50))
})

describe('answers look right', () => {
  test('a refund gives back as much as it says', async () => {
    const address = 'POST /v3/ecommerce/refunds/apply'
    const operations = payment.operations.filter(({ method, path }) => `${method} ${path}` !== address)
    const mock = createMock({
      products: [catalogue, { ...payment, operations }],
      seed: 'empty',
      clock: { now: () => NOON },
    })
    const credentials = await mock.control.credentials()
    const client = createMerchantClient({ credentials, send: (request) => mock.handle(request), now: () => NOON })
    const amount = { refund: 30, total: 100, currency: 'CNY' }
    const refund = {
      sub_mchid: '1900000109',
      sp_appid: 'wx0000000000000001',
      out_refund_no: 'R1',
      transaction_id: 'T1',
    }

    const { body } = await client.call(callNamed(address), { ...refund, amount })

    expect(body).toMatchObject({ out_refund_no: 'R1', amount: { refund: 30, payer_refund: 30 } })
  })

  test('a list is one page with what it counts, and numbers agree within an answer', async ({ merchant }) => {
    const stocks = '/v3/marketing/partner/product-coupon/product-coupons/{product_coupon_id}/stocks'
    const asked = { offset: 20, limit: 5, stock_creator_mchid: '1900000001' }

    const { body } = await merchant.call(callNamed('GET /v3/marketing/favor/stocks'), asked)
    const { body: parts } = await merchant.call(callNamed('POST /v3/marketing/partner/delivery-plan/delivery-plans'), {
      out_request_no: 'PLAN_1',
      brand_id: '40001',
      product_coupon_id: 'P1',
      reuse_coupon_config: true,
    })
    await merchant.call(callNamed(`GET ${stocks}`), { product_coupon_id: 'P1', brand_id: '40001' })

    expect(body).toEqual({ offset: 20, limit: 5, total_count: 0, data: [] })
    // No call makes provinces.
    const { body: provinces } = await merchant.call(callNamed('GET /v3/capital/capitallhh/areas/provinces'), {})
    expect(provinces).toMatchObject({ total_count: 1, data: [{ province_name: expect.any(String) }] })
    expect(parts).toMatchObject({ plan: { brand_id: '40001', product_coupon_id: 'P1', plan_id: expect.any(String) } })
  })

  test('a page that requires nothing is answered with what fits a success', async ({ merchant }) => {
    const { body } = await merchant.call(callNamed('GET /v3/parking/reminders/parking-lot'), {
      out_parking_lot_id: 'L1',
    })

    expect(body).toMatchObject({ parking_lot_name: expect.any(String), wx_parking_lot_id: expect.any(String) })
    expect(body).not.toHaveProperty('reason')
    expect(body).not.toHaveProperty('code')
  })

  test('a state is not unknown or failed where the page has others', async ({ merchant }) => {
    const { body } = await merchant.call(callNamed('POST /v3/brand/card/card-configs/cancel-applyment'), {
      brand_id: '1',
      business_code: 'B1',
    })

    expect((body as { applyment_state?: string }).applyment_state).not.toMatch(/UNKNOWN|FAIL/)
  })
})

describe('files', () => {
  const bill = callNamed('GET /v3/merchant/fund/withdraw/bill-type/{bill_type}')

  for (const [tar_type, plain] of [
    [undefined, (bytes: Uint8Array) => bytes],
    ['GZIP', gunzipSync],
  ] as const) {
    test(`a bill has the digest that was answered with its address: ${tar_type ?? 'CSV'}`, async ({ mock }) => {
      const credentials = await mock.control.credentials()
      const client = createMerchantClient({ credentials, send: (request) => mock.handle(request), now: () => NOON })
      const asked = { bill_type: 'NO_SUCC', bill_date: '2026-11-24', ...(tar_type && { tar_type }) }

      const { body } = await client.call({ ...bill }, asked)
      const { download_url, hash_type, hash_value } = body as Record<string, string>
      const { pathname, search } = new URL(download_url ?? '')
      const file = await client.request({ target: pathname + search, fileType: 'application/octet-stream' })

      expect(hash_type).toBe('SHA1')
      const csv = plain(file.bytes)
      expect(createHash('sha1').update(csv).digest('hex')).toBe(hash_value)
      expect(Buffer.from(csv).toString('utf8')).toMatch(/^\ufeff交易时间,/)
    })
  }

  test('an electronic receipt is a PDF with a table of its objects', async ({ merchant }) => {
    const target = '/v3/transferdownload/signfile?token=sample'

    const { bytes } = await merchant.request({ target, fileType: 'application/pdf' })

    const pdf = Buffer.from(bytes).toString('latin1')
    const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pdf)?.[1])
    expect(pdf.slice(table)).toMatch(/^xref\n0 4\n/)
    const offsets = [...pdf.slice(table).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset))
    expect(offsets.map((offset, i) => pdf.startsWith(`${i + 1} 0 obj`, offset))).toEqual([true, true, true])
  })

  test('an invoice is downloaded from its address with the documented parameters, signed or not', async ({
    mock,
    merchant,
  }) => {
    const applications = '/v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}'
    const asked = { fapiao_apply_id: 'FA1', sub_mchid: '1900000109' }
    await mock.control.restore({
      remembered: [
        { product: 'fapiao', name: 'fapiao_apply_id', value: 'FA1', members: { sub_mchid: '1900000109' } },
        { product: 'fapiao', name: 'fapiao_id', value: 'F1', members: { fapiao_apply_id: 'FA1' } },
      ],
    })
    const { body } = await merchant.call(callNamed(`GET ${applications}/fapiao-files`), asked)
    const {
      fapiao_download_info_list: [file],
    } = body as { fapiao_download_info_list: Record<string, string>[] }
    const { download_url = '', fapiao_id = '', status } = file ?? {}
    const query = { mchid: '1900000001', sub_mchid: '1900000109', openid: 'oUser', invoice_no: '12897794', fapiao_id }
    const target = `${download_url.replace('https://pay.wechatpay.cn', '')}&${new URLSearchParams(query)}`

    const signed = await merchant.request({ target, fileType: 'application/octet-stream' })
    const headers = { accept: '*/*', 'user-agent': 'test' }
    const unsigned = await mock.handle({ method: 'GET', target, headers, body: new Uint8Array() })

    expect(status).toBe('ISSUED')
    expect(Buffer.from(signed.bytes).toString('latin1')).toMatch(/^%PDF-/)
    expect(unsigned.status).toBe(200)
    expect(Buffer.from(unsigned.body)).toEqual(Buffer.from(signed.bytes))
  })

  test('an image is a JPEG from its first marker to its last', async ({ merchant }) => {
    const target = '/v3/merchant-service/images/M1'

    const { bytes } = await merchant.request({ target, fileType: 'image/jpeg' })

    const hex = Buffer.from(bytes).toString('hex')
    expect(hex).toMatch(/^ffd8ffe0.*ffdb.*ffc0.*ffc4.*ffda.*ffd9$/)
  })
})

describe('of a page for direct merchants and partners', () => {
  // Here only the catalogue has the call.
  test.override('options', { products: [catalogue] })

  test('a direct merchant names no sub-merchant, and is answered none', async ({ merchant }) => {
    const receivers = [{ type: 'MERCHANT_ID', account: '1900000109', amount: 100, description: '分给商户' }]
    const share = { appid: 'wxd678efh567hg6787', transaction_id: 'T1', out_order_no: 'P1', unfreeze_unsplit: true }

    const { status, body } = await merchant.call(callNamed('POST /v3/profitsharing/orders'), { ...share, receivers })

    expect(status).toBe(200)
    expect(body).toMatchObject({ out_order_no: 'P1', transaction_id: 'T1' })
    expect(body).not.toHaveProperty('sub_mchid')
  })
})
