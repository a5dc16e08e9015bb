import { describe, expect } from 'vitest'
import { associateTradeInfo, disassociateTradeInfo, useCoupon } from '../../src/products/operations.ts'
import { expectRefusal, json, refusalOf, test } from './doors.ts'

const use = (coupon_code: string, use_request_no = 'USE-1') => ({
  stock_id: '100088',
  coupon_code,
  appid: 'wx0000000000000001',
  use_time: '2026-11-25T12:00:00+08:00',
  use_request_no,
})

describe('one coupon', () => {
  test('shows what simulated calls did to it', async ({ control, merchant }) => {
    const order = { stock_id: '100088', coupon_code: 'COUPON_SENDED', out_trade_no: 'T1' }
    await merchant.call(associateTradeInfo, { ...order, out_request_no: 'A1' })
    await merchant.call(disassociateTradeInfo, { ...order, out_request_no: 'D1' })
    await merchant.call(useCoupon, use('COUPON_SENDED'))

    const coupon = await control.coupon('100088', 'COUPON_SENDED')
    expect(coupon).toMatchObject({ state: 'USED', use_request_no: 'USE-1', use_time: '2026-11-25T12:00:00+08:00' })
    expect(coupon.history.map(({ event, request_no }) => [event, request_no])).toEqual([
      // No call sent it.
      ['sent', undefined],
      ['associated', 'A1'],
      ['disassociated', 'D1'],
      ['used', 'USE-1'],
    ])
  })

  test('is the named merchant’s, else the well-known one’s, else the only one', async ({ control }) => {
    expect(await control.coupon('200088', 'COUPON_FOREIGN')).toMatchObject({ mchid: '1900000009' })
    const owner = { mchid: '1900000009' }
    await expectRefusal(control.coupon('100088', 'COUPON_USED', owner), 'MOCK_COUPON_UNKNOWN', '/path/coupon_code')
    await expectRefusal(control.patchCoupon('100088', 'NOPE', { state: 'USED' }), 'MOCK_COUPON_UNKNOWN')
    await control.addCoupon({ ...owner, stock_id: '100088', coupon_code: 'COUPON_USED' })

    expect(await control.coupon('100088', 'COUPON_USED')).toMatchObject({ mchid: '1900000001', state: 'USED' })
    expect(await control.coupon('100088', 'COUPON_USED', owner)).toMatchObject({ state: 'SENDED' })
  })

  test('has to be told apart where several others have it', async ({ control }) => {
    await control.addCoupons(
      ['1900000008', '1900000009'].map((mchid) => ({ mchid, stock_id: '1', coupon_code: 'TWIN' })),
    )

    const refusal = await refusalOf(control.coupon('1', 'TWIN'))
    expect(refusal).toMatchObject({ code: 'MOCK_AMBIGUOUS', path: '/query/mchid' })
    expect(refusal.message).toMatch(/1900000008, 1900000009|1900000009, 1900000008/)
    await control.patchCoupon('1', 'TWIN', { state: 'USED' }, { mchid: '1900000008' })
    expect(await control.coupon('1', 'TWIN', { mchid: '1900000009' })).toMatchObject({ state: 'SENDED' })
  })
})

describe('putting a coupon in a state', () => {
  test.for(['COUPON_USED', 'COUPON_DEACTIVATED', 'COUPON_DELETED', 'COUPON_EXPIRED'])(
    '%s becomes usable again',
    async (code, { control, merchant }) => {
      const before = await control.coupon('100088', code)
      const after = await control.patchCoupon('100088', code, { state: 'SENDED' })

      expect(after.state).toBe('SENDED')
      expect(after).not.toHaveProperty('use_request_no')
      expect(after).not.toHaveProperty('deactivate_request_no')
      expect(after.history).toEqual([
        ...before.history,
        { event: 'set', time: '2026-11-25T12:00:00+08:00', state_before: before.state, state_after: 'SENDED' },
      ])
      expect(after.expire_time).toBe(code === 'COUPON_EXPIRED' ? '2026-12-25T12:00:00+08:00' : before.expire_time)
      expect(await merchant.call(useCoupon, use(code))).toMatchObject({ status: 200 })
    },
  )

  test('one that was used and whose time has passed gets new time as well', async ({ control, merchant }) => {
    await control.advance('P365D')
    await control.patchCoupon('100088', 'COUPON_USED', { state: 'SENDED' })

    expect(await merchant.call(useCoupon, use('COUPON_USED'))).toMatchObject({ status: 200 })
  })

  test('EXPIRED moves its time to now', async ({ control, merchant }) => {
    const after = await control.patchCoupon('100088', 'COUPON_SENDED', { state: 'EXPIRED' })

    expect(after).toMatchObject({ state: 'EXPIRED', expire_time: '2026-11-25T12:00:00+08:00' })
    expect(await merchant.call(useCoupon, use('COUPON_SENDED'))).toMatchObject({ status: 403 })
  })

  test('EXPIRED leaves a time alone that has passed', async ({ control }) => {
    const before = await control.coupon('100088', 'COUPON_EXPIRED')

    expect(await control.patchCoupon('100088', 'COUPON_EXPIRED', { state: 'EXPIRED' })).toMatchObject({
      expire_time: before.expire_time,
    })
  })

  test('EXPIRED keeps a coupon that was not usable yet from starting after its end', async ({ control }) => {
    const after = await control.patchCoupon('100089', 'COUPON_NOT_YET_USABLE', { state: 'EXPIRED' })

    expect(after.available_start_time).toBe(after.expire_time)
  })

  test('an expire_time decides between SENDED and EXPIRED by itself', async ({ control }) => {
    const past = await control.patchCoupon('100088', 'COUPON_SENDED', { expire_time: '2026-11-25T11:00:00+08:00' })
    const ahead = await control.patchCoupon('100088', 'COUPON_SENDED', { expire_time: '2026-11-25T13:00:00+08:00' })

    expect([past.state, ahead.state]).toEqual(['EXPIRED', 'SENDED'])
  })

  test('USED happens now, with the number that is given or one that is made', async ({ control, merchant }) => {
    expect(await control.patchCoupon('100088', 'COUPON_SENDED', { state: 'USED', use_request_no: 'R9' })).toMatchObject(
      {
        state: 'USED',
        use_request_no: 'R9',
        use_time: '2026-11-25T12:00:00+08:00',
      },
    )
    expect(await control.patchCoupon('100088', 'COUPON_EXPIRED', { state: 'USED' })).toMatchObject({
      use_request_no: expect.any(String),
    })
    expect(await merchant.call(useCoupon, use('COUPON_SENDED', 'R10'))).toMatchObject({ status: 400 })
  })

  test('USED again keeps the redemption', async ({ control }) => {
    const { use_request_no, use_time } = await control.coupon('100088', 'COUPON_USED')

    expect(await control.patchCoupon('100088', 'COUPON_USED', { state: 'USED', openid: 'o9' })).toMatchObject({
      use_request_no,
      use_time,
      openid: 'o9',
    })
  })

  test('a link is made, kept and removed', async ({ control, merchant }) => {
    const linked = await control.patchCoupon('100088', 'COUPON_SENDED', { associate_out_trade_no: 'T1' })
    expect(linked).toMatchObject({
      associate_out_trade_no: 'T1',
      associate_request_no: expect.any(String),
      associate_time: '2026-11-25T12:00:00+08:00',
    })
    await control.advance(60)
    const used = await control.patchCoupon('100088', 'COUPON_SENDED', { state: 'USED', associate_out_trade_no: 'T1' })
    expect(used).toMatchObject({
      associate_request_no: linked.associate_request_no,
      associate_time: linked.associate_time,
    })

    const free = await control.patchCoupon('100088', 'COUPON_SENDED', { state: 'SENDED', associate_out_trade_no: null })
    expect(Object.keys(free).filter((key) => key.startsWith('associate'))).toEqual([])
    const order = { stock_id: '100088', coupon_code: 'COUPON_SENDED', out_trade_no: 'T2', out_request_no: 'A2' }
    expect(await merchant.call(associateTradeInfo, order)).toMatchObject({ status: 200 })
  })

  test('another order is another link', async ({ control }) => {
    const { associate_request_no } = await control.coupon('100088', 'COUPON_LINKED')

    const after = await control.patchCoupon('100088', 'COUPON_LINKED', { associate_out_trade_no: 'T3' })
    expect(after).toMatchObject({ associate_out_trade_no: 'T3', associate_time: '2026-11-25T12:00:00+08:00' })
    expect(after.associate_request_no).not.toBe(associate_request_no)
  })

  test('what was got can be sent back, its key included', async ({ control }) => {
    const before = await control.coupon('100088', 'COUPON_LINKED')
    const after = await control.patchCoupon('100088', 'COUPON_LINKED', before)

    expect(after).toEqual({
      ...before,
      history: [
        ...before.history,
        { event: 'set', time: '2026-11-25T12:00:00+08:00', state_before: 'SENDED', state_after: 'SENDED' },
      ],
    })
  })

  test.for([
    [{ coupon_code: 'OTHER' }, 'MOCK_COUPON_KEY', '/coupon_code'],
    [{ stock_id: '1' }, 'MOCK_COUPON_KEY', '/stock_id'],
    [{ mchid: '1900000009' }, 'MOCK_COUPON_KEY', '/mchid'],
    [{ state: 'EXPIRED', expire_time: '2027-01-01T00:00:00+08:00' }, 'MOCK_COUPON_STATE', '/expire_time'],
    [{ state: 'SENDED', expire_time: '2026-01-01T00:00:00+08:00' }, 'MOCK_COUPON_STATE', '/expire_time'],
    [{ use_request_no: 'R' }, 'MOCK_COUPON_STATE', '/use_request_no'],
    [{ use_merchant: '1900000009' }, 'MOCK_COUPON_STATE', '/use_merchant'],
    [{ deactivate_merchant: '1900000009' }, 'MOCK_COUPON_STATE', '/deactivate_merchant'],
    [{ return_merchant: '1900000009' }, 'MOCK_COUPON_STATE', '/return_merchant'],
    [{ state: 'USED', deactivate_reason: 'R' }, 'MOCK_COUPON_STATE', '/deactivate_reason'],
    [{ associate_request_no: 'R' }, 'MOCK_COUPON_STATE', '/associate_request_no'],
    [{ associate_out_trade_no: null, associate_time: '2026-01-01T00:00:00Z' }, 'MOCK_COUPON_STATE', '/associate_time'],
    [{ return_time: '2026-01-01T00:00:00Z' }, 'MOCK_COUPON_STATE', '/return_time'],
    [{ expire_time: null }, 'MOCK_INPUT', '/expire_time'],
  ] as const)('%j is refused and changes nothing', async ([patch, code, path], { control, request }) => {
    const before = await control.coupon('100088', 'COUPON_SENDED')

    const response = await request('/_mock/coupons/100088/COUPON_SENDED', json(patch, 'PATCH'))
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ code, message: expect.any(String), path })
    expect(await control.coupon('100088', 'COUPON_SENDED')).toEqual(before)
  })
})
