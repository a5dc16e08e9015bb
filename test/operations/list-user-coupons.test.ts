import { describe, expect } from 'vitest'
import { listUserCoupons, queryUserCoupon } from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const OPENID = '2323dfsdf342342'
const APPID = 'wx233544546545989'

const request = (changes: Record<string, unknown> = {}) => ({
  openid: OPENID,
  appid: APPID,
  creator_merchant: '1900000001',
  ...changes,
})

const ROLE_NOT_NAMED = { status: 400, body: { code: 'PARAM_ERROR', message: '请求参数错误' } }
const WRONG_OPENID = { status: 404, body: { code: 'USER_NOT_EXISTS', message: 'openid不正确' } }
const UNBOUND = { status: 400, body: { code: 'APPID_MCHID_NOT_MATCH', message: 'appid与请求方商户无关联关系' } }

interface List {
  readonly data: readonly { readonly coupon_code: string; readonly coupon_state: string }[]
  readonly total_count: number
  readonly offset: number
  readonly limit: number
}

const listOf = ({ body }: { body: unknown }) => body as List
const codesOf = (answer: { body: unknown }) => listOf(answer).data.map(({ coupon_code }) => coupon_code)

describe.for(transports)('listing the coupons of a user over %s', (transport) => {
  test.override('transport', transport)

  test('shows each as the query does, without its description', async ({ merchant, seed }) => {
    await seed.stock({
      comment: '活动使用',
      display_pattern_info: { background_color: 'Color030', description: '测试门店可用', merchant_name: '微信支付' },
      custom_entrance: { code_display_mode: 'BARCODE' },
    })
    const { coupon_code } = await seed.coupon({ openid: OPENID, state: 'USED', associate_out_trade_no: 'MCH_1' })

    const { body } = await merchant.call(queryUserCoupon, { openid: OPENID, coupon_code, appid: APPID })
    const answer = await merchant.call(listUserCoupons, request())

    expect(body).toMatchObject({
      display_pattern_info: { description: '测试门店可用' },
      custom_entrance: { code_display_mode: 'BARCODE' },
    })
    expect(answer).toEqual({
      status: 200,
      body: {
        data: [
          {
            ...(body as object),
            display_pattern_info: { background_color: 'Color030', merchant_name: '微信支付' },
          },
        ],
        total_count: 1,
        offset: 0,
        limit: 20,
      },
    })
  })

  test('leaves out a display that has nothing but a description', async ({ merchant, seed }) => {
    await seed.stock({ display_pattern_info: { description: '测试门店可用' } })
    await seed.coupon({ openid: OPENID })

    expect(listOf(await merchant.call(listUserCoupons, request())).data[0]).not.toHaveProperty('display_pattern_info')
  })

  test('answers an empty list to a user without coupons', async ({ merchant }) => {
    expect(await merchant.call(listUserCoupons, request())).toEqual({
      status: 200,
      body: { data: [], total_count: 0, offset: 0, limit: 20 },
    })
  })

  test('has coupons received last first, and those received together in the order of batch and code', async ({
    merchant,
    seed,
  }) => {
    const noon = '2026-11-20T12:00:00+08:00'
    await seed.coupon({ openid: OPENID, coupon_code: 'B', stock_id: '2', receive_time: noon })
    await seed.coupon({ openid: OPENID, coupon_code: 'OLD', receive_time: '2026-11-19T12:00:00+08:00' })
    await seed.coupon({ openid: OPENID, coupon_code: 'A', stock_id: '2', receive_time: noon })
    await seed.coupon({ openid: OPENID, coupon_code: 'Z', stock_id: '1', receive_time: noon })
    await seed.coupon({ openid: OPENID, coupon_code: 'NEW', receive_time: '2026-11-21T12:00:00+08:00' })
    await seed.coupon({ openid: 'oOther', coupon_code: 'OTHER' })

    expect(codesOf(await merchant.call(listUserCoupons, request()))).toEqual(['NEW', 'Z', 'A', 'B', 'OLD'])
  })

  test('shows every state, and can be asked for one, as it is at this instant', async ({ merchant, seed, control }) => {
    for (const state of ['SENDED', 'USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'] as const) {
      await seed.coupon({ openid: OPENID, coupon_code: state, state })
    }
    await seed.coupon({ openid: OPENID, coupon_code: 'SOON', expire_time: '2026-11-25T13:00:00+08:00' })

    const all = listOf(await merchant.call(listUserCoupons, request()))
    expect(all.total_count).toBe(6)
    expect(all.data.map(({ coupon_state }) => coupon_state)).toContain('DELETED')
    for (const state of ['USED', 'DEACTIVATED', 'DELETED']) {
      expect(codesOf(await merchant.call(listUserCoupons, request({ coupon_state: state })))).toEqual([state])
    }
    const inState = async (coupon_state: string) =>
      codesOf(await merchant.call(listUserCoupons, request({ coupon_state }))).toSorted()
    expect(await inState('SENDED')).toEqual(['SENDED', 'SOON'])
    await control.advance('PT1H')
    expect(await inState('SENDED')).toEqual(['SENDED'])
    expect(await inState('EXPIRED')).toEqual(['EXPIRED', 'SOON'])
  })

  test('can be asked for one batch', async ({ merchant, seed }) => {
    await seed.coupon({ openid: OPENID, coupon_code: 'A' })
    await seed.coupon({ openid: OPENID, coupon_code: 'B', stock_id: '100089' })

    expect(codesOf(await merchant.call(listUserCoupons, request({ stock_id: STOCK_ID })))).toEqual(['A'])
    expect(codesOf(await merchant.call(listUserCoupons, request({ stock_id: 'none' })))).toEqual([])
  })

  describe('in pages', () => {
    test('of 20, or as many as are asked for', async ({ merchant, seed, control }) => {
      await seed.stock()
      const codes = Array.from({ length: 25 }, (_, i) => `C${String(i).padStart(2, '0')}`)
      await control.addCoupons(codes.map((coupon_code) => ({ stock_id: STOCK_ID, coupon_code, openid: OPENID })))
      const page = async (change: Record<string, unknown>) => {
        const answer = await merchant.call(listUserCoupons, request(change))
        const { data: _, ...numbers } = listOf(answer)
        return [codesOf(answer), numbers]
      }

      expect(await page({})).toEqual([codes.slice(0, 20), { total_count: 25, offset: 0, limit: 20 }])
      expect(await page({ offset: 20 })).toEqual([codes.slice(20), { total_count: 25, offset: 20, limit: 20 }])
      expect(await page({ offset: 3, limit: 2 })).toEqual([['C03', 'C04'], { total_count: 25, offset: 3, limit: 2 }])
      expect(await page({ offset: 25 })).toEqual([[], { total_count: 25, offset: 25, limit: 20 }])
      expect(await page({ limit: 100 })).toEqual([codes, { total_count: 25, offset: 0, limit: 100 }])
    })

    test.for([
      ['limit', 0, '值低于最小值 1'],
      ['limit', 101, '值高于最大值 100'],
      ['offset', -1, '值低于最小值 0'],
    ] as const)('not with %s %i', async ([name, value, fault], { merchant }) => {
      const title = name === 'limit' ? '分页大小' : '分页页码'

      expect(await merchant.call(listUserCoupons, request({ [name]: value }))).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'query', value },
          message: `输入源“/query/${name}”映射到数值字段“${title}”规则校验失败，${fault}`,
        },
      })
    })

    test.for(['1.5', 'x', '', '1e2', ' 1'])('not with limit %j', async (limit, { merchant }) => {
      expect(await merchant.call(listUserCoupons, request({ limit }))).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'query', value: limit },
          message: '无法将输入源“/query/limit”映射到目标字段“分页大小”中，此字段需要一个合法的 64 位有符号整数',
        },
      })
    })
  })

  describe('needs to know', () => {
    test('the appid', async ({ merchant }) => {
      const { appid: _, ...rest } = request()

      expect(await merchant.call(listUserCoupons, rest)).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'query', value: '' },
          message: '输入源“/query/appid”映射到字段“公众账号ID”必填性规则校验失败，此字段为必填项',
        },
      })
    })

    test('the role of the caller, and others only are refused', async ({ merchant, seed }) => {
      await seed.coupon({ openid: OPENID })
      const roles = { creator_merchant: '1900000777', belong_merchant: '1900000778', sender_merchant: '1900000779' }

      expect(await merchant.call(listUserCoupons, { openid: OPENID, appid: APPID, ...roles })).toEqual(ROLE_NOT_NAMED)
    })

    test('a role at all (corrections 14)', async ({ merchant, seed }) => {
      await seed.coupon({ openid: OPENID })

      expect(await merchant.call(listUserCoupons, { openid: OPENID, appid: APPID })).toEqual({
        status: 400,
        body: { code: 'PARAM_ERROR', message: '创建方商户、归属方商户、发放方商户，必须至少填一个' },
      })
    })

    test.for(['sended', 'PENDING_REDEEM'])('a state that there is, not %s', async (coupon_state, { merchant }) => {
      expect(await merchant.call(listUserCoupons, request({ coupon_state }))).toEqual(ROLE_NOT_NAMED)
    })

    test('an appid that is bound to the caller or to the owner', async ({ clientOf, others, seed }) => {
      const partner = { ...others.partner, appids: ['wxpartner'] }
      const owner = { ...others.owner, appids: ['wxowner'] }
      const client = await clientOf(partner)
      await clientOf(owner)
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      await seed.coupon({ mchid: partner.mchid, openid: OPENID, coupon_code: 'A' })
      const list = (changes: Record<string, unknown>) =>
        client.call(listUserCoupons, request({ creator_merchant: partner.mchid, ...changes }))

      expect(codesOf(await list({ appid: 'wxpartner' }))).toEqual(['A'])
      expect(codesOf(await list({ appid: 'wxowner', belong_merchant: owner.mchid }))).toEqual(['A'])
      expect(await list({ appid: 'wxowner' })).toEqual(UNBOUND)
      expect(await list({ appid: 'wxother', belong_merchant: owner.mchid })).toEqual(UNBOUND)
    })

    test('an openid of the appid', async ({ merchant, control }) => {
      await control.addUser({ openid: OPENID, appid: 'wxother' })

      expect(await merchant.call(listUserCoupons, request())).toEqual(WRONG_OPENID)
      expect(await merchant.call(listUserCoupons, request({ appid: 'wxother' }))).toMatchObject({ status: 200 })
    })
  })

  test('knows an openid of the owner too, when the owner is named', async ({ clientOf, others, control }) => {
    const { partner, owner } = others
    const client = await clientOf(partner)
    await clientOf(owner)
    await control.addUser({ mchid: owner.mchid, openid: OPENID, appid: 'wxowner' })
    const list = (changes: Record<string, unknown>) =>
      client.call(listUserCoupons, request({ creator_merchant: partner.mchid, ...changes }))

    expect(await list({ belong_merchant: owner.mchid })).toEqual(WRONG_OPENID)
    expect(await list({ belong_merchant: owner.mchid, appid: 'wxowner' })).toMatchObject({ status: 200 })
    expect(await list({})).toMatchObject({ status: 200 })
  })

  test('shows a merchant the coupons that it stands to as it says', async ({ clientOf, others, seed }) => {
    const { partner, owner, sender } = others
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    await seed.coupon({ mchid: partner.mchid, openid: OPENID, coupon_code: 'A', send_merchant: sender.mchid })
    await seed.coupon({ mchid: partner.mchid, openid: OPENID, coupon_code: 'B', send_merchant: partner.mchid })
    await seed.coupon({ mchid: owner.mchid, stock_id: '7', openid: OPENID, coupon_code: 'C' })
    const list = async (role: keyof typeof others, filter: Record<string, unknown>) => {
      const client = await clientOf(others[role])
      return codesOf(await client.call(listUserCoupons, { openid: OPENID, appid: APPID, ...filter })).toSorted()
    }

    expect(await list('partner', { creator_merchant: partner.mchid })).toEqual(['A', 'B'])
    expect(await list('partner', { sender_merchant: partner.mchid })).toEqual(['B'])
    expect(await list('partner', { belong_merchant: partner.mchid })).toEqual([])
    expect(await list('owner', { belong_merchant: owner.mchid })).toEqual(['A', 'B', 'C'])
    expect(await list('owner', { belong_merchant: owner.mchid, creator_merchant: partner.mchid })).toEqual(['A', 'B'])
    expect(await list('owner', { creator_merchant: owner.mchid })).toEqual(['C'])
    expect(await list('sender', { sender_merchant: sender.mchid })).toEqual(['A'])
    expect(await list('sender', { sender_merchant: sender.mchid, creator_merchant: owner.mchid })).toEqual([])
  })
})
