import { describe, expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { operations } from '../helpers/operations.ts'
import { everyTransport, test } from '../helpers/world.ts'

const NOT_FOUND = { status: 404, body: undefined }

describe.for(everyTransport)('paths and methods over %s', (transport) => {
  test.override('transport', transport)

  test.for([
    '/',
    '/v3',
    '/v3/nowhere',
    '/v3/marketing/busifavor/coupons/associate/',
    '/v3/marketing/busifavor/coupons/Associate',
    '/v3/marketing/busifavor/coupons//associate',
    '/v3/marketing/busifavor/coupons/%61ssociate',
    '/v3/marketing/busifavor/users/o/coupons/c/appids/',
    '/v3/marketing/busifavor/users/o/coupons/c/appids/a/b',
    '/v3/marketing/busifavor/users/o/coupons/%E5%88/appids/a',
    '/v2/marketing/busifavor/coupons/associate',
    '/pay/unifiedorder',
  ])('%s is not there', async (target, { merchant }) => {
    const { status, body } = await merchant.request({ target })

    expect({ status, body }).toEqual(NOT_FOUND)
  })

  test.for(['PUT', 'PATCH', 'DELETE', 'GET'])('associate takes no %s', async (method, { merchant }) => {
    const { status, body } = await merchant.request({ method, target: associateTradeInfo.path })

    expect({ status, body }).toEqual({ status: 405, body: undefined })
  })

  test('whoever calls, and however: such an answer is empty, unsigned, and diagnosed', async ({ send, control }) => {
    for (const headers of [{}, { authorization: 'Bearer x' }, { accept: '*/*', 'user-agent': 'x' }]) {
      for (const auth of ['strict', 'lenient'] as const) {
        await control.changeSettings({ auth })
        const answers = await Promise.all([
          send({ method: 'GET', target: '/v3/nowhere', headers, body: new Uint8Array(0) }),
          send({ method: 'GET', target: associateTradeInfo.path, headers, body: new Uint8Array(0) }),
        ])

        expect(
          answers.map(({ status, body, headers }) => ({
            status,
            size: body.length,
            ours: headers.filter(([name]) => /^wechatpay-/i.test(name)).map(([, value]) => value),
            length: headers.find(([name]) => /^content-length$/i.test(name))?.[1],
          })),
        ).toEqual([
          { status: 404, size: 0, ours: ['path; path_not_served'], length: '0' },
          { status: 405, size: 0, ours: ['path; method_not_served'], length: '0' },
        ])
      }
    }
  })

  test('a 204 has the header fields of a body', async ({ merchant }) => {
    const answer = await merchant.request({
      target: '/v3/pay/transactions/out-trade-no/MCH_0001/close',
      body: { mchid: '1900000001' },
    })

    expect(answer.status).toBe(204)
    expect(answer.header('Content-Type')).toBe('application/json; charset=utf-8')
    expect(answer.header('Content-Length')).toBe('0')
  })

  test.for([
    ['POST', '/v3/marketing/busifavor/coupons/send', 'sendCoupon'],
    ['POST', '/v3/marketing/busifavor/coupons/pCard/send', 'sendGovCard'],
    ['POST', '/v3/marketing/busifavor/coupons/use/send', 'sendGovCard'],
    ['POST', '/v3/marketing/busifavor/coupons/send/send', 'sendGovCard'],
    ['POST', '/v3/marketing/busifavor/coupons/use', 'useCoupon'],
    ['POST', '/v3/marketing/busifavor/coupons/return', 'returnCoupon'],
    ['POST', '/v3/marketing/busifavor/coupons/deactivate', 'deactivateCoupon'],
    ['POST', '/v3/marketing/busifavor/product-coupons/send', 'sendProductCoupon'],
    ['POST', '/v3/marketing/busifavor/product-coupons/pre-send', 'preSendProductCoupon'],
    ['GET', '/v3/marketing/busifavor/users/o/coupons?appid=wx1', 'listUserCoupons'],
    ['GET', '/v3/marketing/busifavor/users/o/coupons/c/appids/a', 'queryUserCoupon'],
  ] as const)('%s %s is %s and no other call', async ([method, target, id], { merchant, control }) => {
    await merchant.request({ method, target, ...(method === 'POST' && { body: {} }) })

    expect(operations.map((operation) => operation.id)).toContain(id)
    expect(await control.journal()).toMatchObject([{ operation: id }])
  })

  test.for(['/v3/marketing/busifavor/coupons/pCard', '/v3/marketing/busifavor/coupons/a/b/send'])(
    '%s is not there, although coupons have calls beside it',
    async (target, { merchant }) => {
      const { status, body } = await merchant.request({ target, body: {} })

      expect({ status, body }).toEqual(NOT_FOUND)
    },
  )

  test('a query behind a path that takes none is let pass', async ({ merchant, seed }) => {
    const { stock_id, coupon_code } = await seed.coupon()

    const answer = await merchant.request({
      target: `${associateTradeInfo.path}?from=test`,
      body: { stock_id, coupon_code, out_trade_no: 'MCH_1', out_request_no: 'R-1' },
    })

    expect(answer).toMatchObject({ status: 200 })
  })

  test('the journal says what the mock does serve', async ({ merchant, control }) => {
    await merchant.request({ target: '/v3/marketing/busifavor/coupon/associate', body: {} })
    await merchant.request({ target: associateTradeInfo.path })

    expect(await control.journal()).toMatchObject([
      {
        remarks: [{ about: 'path', text: expect.stringContaining(`The nearest: POST ${associateTradeInfo.path}. `) }],
      },
      {
        remarks: [{ about: 'path', text: expect.stringContaining('Only the method differs: this path takes POST.') }],
      },
    ])
  })
})
