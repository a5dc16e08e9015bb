import { describe, expect } from 'vitest'
import { queryProductCouponAddress, setProductCouponAddress } from '../../../src/products/operations.ts'
import { test, transports } from '../../helpers/world.ts'

describe.for(transports)('the event address of product coupons over %s', (transport) => {
  test.override('transport', transport)

  test('is the one that the partner set last', async ({ merchant, control, clientOf, others }) => {
    const other = await clientOf(others.partner)
    const set = (notify_url: string) => merchant.call(setProductCouponAddress, { notify_url })

    await set('https://a.example.com/notify')
    await control.advance('PT1S')
    const answer = await set('http://127.0.0.1:8080/notify')

    const body = { notify_url: 'http://127.0.0.1:8080/notify', update_time: '2026-11-25T12:00:01+08:00' }
    expect(answer).toMatchObject({ status: 200, body })
    expect(await merchant.call(queryProductCouponAddress, {})).toMatchObject({ status: 200, body })
    expect(await other.call(queryProductCouponAddress, {})).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND', message: '未找到品牌通知配置' },
    })
  })

  test.for([
    'http://shop.example.com/notify',
    'https://shop.example.com/notify?a=1',
    'https://a:b@shop.example.com/',
    'shop',
  ])('%s is refused', async (notify_url, { merchant }) => {
    expect(await merchant.call(setProductCouponAddress, { notify_url })).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR' },
    })
    expect(await merchant.call(queryProductCouponAddress, {})).toMatchObject({ status: 404 })
  })
})
