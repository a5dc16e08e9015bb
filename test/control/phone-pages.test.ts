import { describe, expect } from 'vitest'
import { doors, test } from './doors.ts'

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const STOCK = { product_coupon_id: '1000000013', stock_id: '1000000013001' }

describe.for(doors)('the pages on the phone, %s', (door) => {
  test.override('door', door)

  test('are those that something opens now, each with all that opens it', async ({ control, request }) => {
    expect(await control.phonePages()).toEqual([])
    await control.addTransfer({ out_bill_no: 'B1', openid: OPENID, transfer_scene_id: '1005', transfer_amount: 500 })
    await control.addProductCoupon({ product_coupon_id: STOCK.product_coupon_id })
    await control.addProductCouponStock(STOCK)
    const codes: (string | undefined)[] = []
    for (let i = 0; i < 2; i++)
      codes.unshift((await control.addUserProductCoupon({ ...STOCK, openid: OPENID })).coupon_code)

    const [transfer, wallet, ...others] = await control.phonePages()
    expect(others).toEqual([])
    expect(transfer).toMatchObject({ title: { zh: '确认收款' }, things: [{ thing: 'transfers', heading: 'B1' }] })
    expect(transfer?.opens).toMatch(/^\/_mock\/transfer-page\?mchId=/)
    expect(wallet?.opens).toBe(`/_mock/wallet?openid=${OPENID}`)
    expect(wallet?.things.map(({ name }) => name.at(-1)).toSorted()).toEqual(codes.toSorted())
    for (const { opens } of [transfer, wallet].filter((one) => one !== undefined)) {
      expect([200, 503]).toContain((await request(opens)).status)
    }

    await control.confirmTransfer('B1')
    expect((await control.phonePages()).map(({ title }) => title.en)).toEqual([wallet?.title.en])
  })
})
