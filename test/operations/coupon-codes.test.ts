import { describe, expect } from 'vitest'
import {
  deleteCouponCode,
  listCouponCodes,
  queryCouponCode,
  queryStock,
  queryUserCoupon,
  useCoupon,
} from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const BATCH = { stock_id: STOCK_ID }
const UPLOADED = { code_status: 'AVAILABLE', upload_time: '2026-11-25T12:00:00+08:00' }
const DISPATCHED = {
  code_status: 'DISPATCHED',
  upload_time: '2026-11-25T12:00:00+08:00',
  dispatched_time: '2026-11-20T08:00:00+08:00',
  openid: OPENID,
}

const REFUSALS = {
  not_found: [404, 'RESOURCE_NOT_EXISTS', '查询的资源不存在'],
  not_permitted: [403, 'NO_AUTH', '无权限'],
  appid_unbound: [400, 'APPID_MCHID_NOT_MATCH', 'appid与请求方商户无关联关系'],
  dispatched: [400, 'INVALID_REQUEST', '券code已被分配'],
  request_no_reused: [400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致'],
} as const

const refusal = (reason: keyof typeof REFUSALS) => {
  const [status, code, message] = REFUSALS[reason]
  return { status, body: { code, message } }
}

const coupon = (coupon_code: string) => ({ coupon_code, openid: OPENID, receive_time: '2026-11-20T08:00:00+08:00' })

describe.for(transports)('uploaded codes over %s', (transport) => {
  test.override('transport', transport)

  const seeded = test.extend('seeded', async ({ seed, control }) => {
    await seed.stock({ coupon_code_mode: 'MERCHANT_UPLOAD' })
    await control.addCodes(['A', 'B', 'C', 'D'].map((code) => ({ stock_id: STOCK_ID, code })))
    await seed.coupon(coupon('B'))
    return control
  })

  describe('listed', () => {
    seeded('all of them, in the order they were uploaded in', async ({ merchant, seeded: _ }) => {
      expect(await merchant.call(listCouponCodes, BATCH)).toEqual({
        status: 200,
        body: {
          stock_id: STOCK_ID,
          total_count: 4,
          offset: 0,
          limit: 20,
          data: [
            { code: 'A', ...UPLOADED },
            { code: 'B', ...DISPATCHED, coupon_code: 'B' },
            { code: 'C', ...UPLOADED },
            { code: 'D', ...UPLOADED },
          ],
        },
      })
    })

    seeded.for([
      ['AVAILABLE', ['A', 'C', 'D']],
      ['DISPATCHED', ['B']],
    ] as const)('those that are %s', async ([status, codes], { merchant, seeded: _ }) => {
      expect(await merchant.call(listCouponCodes, { ...BATCH, status })).toMatchObject({
        body: { total_count: codes.length, data: codes.map((code) => ({ code, code_status: status })) },
      })
    })

    seeded.for([
      [{ limit: 2 }, ['A', 'B']],
      [{ limit: 2, offset: 1 }, ['B', 'C']],
      [{ limit: 1, offset: 1, status: 'AVAILABLE' }, ['C']],
      [{ offset: 3 }, ['D']],
      [{ offset: 4 }, []],
      [{ offset: 999_999_999_999_999 }, []],
      [{ limit: 100 }, ['A', 'B', 'C', 'D']],
    ] as const)('page by page: %j', async ([page, codes], { merchant, seeded: _ }) => {
      const { body } = await merchant.call(listCouponCodes, { ...BATCH, ...page })
      const { data, total_count } = body as { data: { code: string }[]; total_count: number }

      expect(data.map(({ code }) => code)).toEqual(codes)
      expect(total_count).toBe('status' in page ? 3 : 4)
      expect(body).toMatchObject({ offset: 0, limit: 20, ...('status' in page ? { limit: 1, offset: 1 } : page) })
    })

    test('twenty at a time, if not told otherwise', async ({ merchant, control }) => {
      await control.addCodes(Array.from({ length: 30 }, (_, i) => ({ stock_id: STOCK_ID, code: `C${i}` })))

      const { body } = await merchant.call(listCouponCodes, BATCH)

      expect((body as { data: unknown[] }).data).toHaveLength(20)
      expect(body).toMatchObject({ total_count: 30 })
    })

    test('none, where the batch has none', async ({ merchant, seed }) => {
      await seed.stock()

      expect(await merchant.call(listCouponCodes, BATCH)).toMatchObject({
        status: 200,
        body: { total_count: 0, data: [] },
      })
    })

    test.for([
      [{ limit: 0 }, 'limit', '分页大小', 0, '值低于最小值 1'],
      [{ limit: 101 }, 'limit', '分页大小', 101, '值高于最大值 100'],
      [{ offset: -1 }, 'offset', '分页页码', -1, '值低于最小值 0'],
    ] as const)('not with %j', async ([query, name, title, value, rule], { merchant }) => {
      expect(await merchant.call(listCouponCodes, { ...BATCH, ...query })).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'query', value },
          message: `输入源“/query/${name}”映射到数值字段“${title}”规则校验失败，${rule}`,
        },
      })
    })

    test.for([
      ['limit', '分页大小', 'ten'],
      ['limit', '分页大小', '1.5'],
      ['limit', '分页大小', ''],
      ['offset', '分页页码', '1e3'],
    ] as const)('not with a %s (%s) of the wrong type: %j', async ([name, title, value], { merchant }) => {
      expect(await merchant.call(listCouponCodes, { ...BATCH, [name]: value })).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'query', value },
          message: `无法将输入源“/query/${name}”映射到目标字段“${title}”中，此字段需要一个合法的 64 位有符号整数`,
        },
      })
    })

    test.for([{ status: 'SENDED' }, { status: '' }])('not with another word: %j', async (query, { merchant }) => {
      expect(await merchant.call(listCouponCodes, { ...BATCH, ...query })).toEqual({
        status: 400,
        body: { code: 'PARAM_ERROR', message: '请求参数错误' },
      })
    })
  })

  describe('queried', () => {
    seeded('while it is there', async ({ merchant, seeded: _ }) => {
      expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: 'A' })).toEqual({
        status: 200,
        body: { code_information: { code: 'A', ...UPLOADED } },
      })
    })

    seeded(
      'with the coupon that it became, as the query of the coupon shows it',
      async ({ merchant, seeded: control }) => {
        await control.addOrder({ out_trade_no: 'MCH_1' })
        await control.patchCoupon(STOCK_ID, 'B', { associate_out_trade_no: 'MCH_1' })
        const use = { use_time: '2026-11-25T12:00:00+08:00', use_request_no: 'USE-1', appid: 'wx1' }
        await merchant.call(useCoupon, { ...BATCH, coupon_code: 'B', ...use })
        const shown = await merchant.call(queryUserCoupon, { openid: OPENID, coupon_code: 'B', appid: 'wx1' })

        expect(shown).toMatchObject({ body: { coupon_state: 'USED', associate_out_trade_no: 'MCH_1' } })
        expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: 'B', appid: 'wx1' })).toEqual({
          status: 200,
          body: { code_information: { code: 'B', ...DISPATCHED, coupon_code: 'B' }, coupon_information: shown.body },
        })
      },
    )

    seeded('with the unionid, where the user is known', async ({ merchant, seeded: control }) => {
      const { merchants: _, ...world } = await control.world()
      await control.restore({ ...world, users: [{ openid: OPENID, unionid: 'uUnion' }] })

      expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: 'B' })).toMatchObject({
        body: { code_information: { openid: OPENID, unionid: 'uUnion' } },
      })
    })

    test('handed out to nobody that is known', async ({ merchant, control }) => {
      await control.addCode({ stock_id: STOCK_ID, code: 'A', dispatched_time: '2026-11-25T11:00:00+08:00' })

      expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: 'A' })).toEqual({
        status: 200,
        body: {
          code_information: {
            code: 'A',
            ...UPLOADED,
            code_status: 'DISPATCHED',
            dispatched_time: '2026-11-25T11:00:00+08:00',
          },
        },
      })
    })

    test.for(['a/b', 'a b', 'a\\b', '=|-_'])('by the code %j', async (code, { merchant, control }) => {
      await control.addCode({ stock_id: STOCK_ID, code })

      expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: code })).toMatchObject({
        body: { code_information: { code } },
      })
    })
  })

  describe('deleted', () => {
    const deletion = (coupon_code: string, delete_request_no = 'D-1') => ({ ...BATCH, coupon_code, delete_request_no })
    const deleted = { status: 200, body: { stock_id: STOCK_ID, delete_time: '2026-11-25T12:00:00+08:00' } }

    seeded('it is gone, and not counted', async ({ merchant, seeded: _ }) => {
      expect(await merchant.call(deleteCouponCode, deletion('A'))).toEqual(deleted)

      expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: 'A' })).toEqual(refusal('not_found'))
      expect(await merchant.call(listCouponCodes, BATCH)).toMatchObject({ body: { total_count: 3 } })
      expect(await merchant.call(queryStock, BATCH)).toMatchObject({
        body: { coupon_code_count: { total_count: 3, available_count: 2 } },
      })
    })

    seeded('it stays once it is handed out', async ({ merchant, seeded: control }) => {
      const before = await control.world()

      expect(await merchant.call(deleteCouponCode, deletion('B'))).toEqual(refusal('dispatched'))
      expect(await control.world()).toEqual(before)
    })

    seeded('repeated, it is answered with the first time', async ({ merchant, seeded: control }) => {
      await merchant.call(deleteCouponCode, deletion('A'))
      await control.advance('PT1H')
      const before = await control.world()

      expect(await merchant.call(deleteCouponCode, deletion('A'))).toEqual(deleted)
      expect(await control.world()).toEqual(before)
      expect(await merchant.call(deleteCouponCode, deletion('A', 'D-2'))).toEqual(refusal('not_found'))
    })

    seeded('a number deletes one code only', async ({ merchant, seeded: _ }) => {
      await merchant.call(deleteCouponCode, deletion('A'))

      expect(await merchant.call(deleteCouponCode, deletion('C'))).toEqual(refusal('request_no_reused'))
    })

    seeded('a number that was refused may be used again', async ({ merchant, seeded: _ }) => {
      await merchant.call(deleteCouponCode, deletion('NONE'))

      expect(await merchant.call(deleteCouponCode, deletion('A'))).toEqual(deleted)
    })

    test('it needs a number', async ({ merchant }) => {
      expect(await merchant.call(deleteCouponCode, { ...BATCH, coupon_code: 'A' })).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'query', value: '' },
          message: '输入源“/query/delete_request_no”映射到字段“删除请求单据号”必填性规则校验失败，此字段为必填项',
        },
      })
    })
  })

  const CALLS = [
    ['list', listCouponCodes, BATCH],
    ['query', queryCouponCode, { ...BATCH, coupon_code: 'A' }],
    ['delete', deleteCouponCode, { ...BATCH, coupon_code: 'A', delete_request_no: 'D-1' }],
  ] as const

  test.for(CALLS)('%s: nothing is found in an unknown batch', async ([, operation, request], { merchant }) => {
    expect(await merchant.call(operation, request)).toEqual(refusal('not_found'))
  })

  test.for(CALLS.slice(1))('%s: an unknown code is not found', async ([, operation, request], { merchant, seed }) => {
    await seed.stock({ coupon_code_mode: 'MERCHANT_UPLOAD' })

    expect(await merchant.call(operation, request)).toEqual(refusal('not_found'))
  })

  test.for(CALLS)("%s: not of another merchant's batch", async ([, operation, request], { merchant, control }) => {
    await control.addCode({ mchid: '1900000777', stock_id: STOCK_ID, code: 'A' })

    expect(await merchant.call(operation, request)).toEqual(refusal('not_permitted'))
  })

  test.for(CALLS)('%s: the owner may look at codes, and not delete them', async (row, { merchant, seed, control }) => {
    const [what, operation, request] = row
    await seed.stock({
      mchid: '1900000777',
      belong_merchant: '1900000001',
      coupon_code_mode: 'MERCHANT_UPLOAD',
    })
    await control.addCode({ mchid: '1900000777', stock_id: STOCK_ID, code: 'A' })

    expect(await merchant.call(operation, request)).toMatchObject(
      what === 'delete' ? refusal('not_permitted') : { status: 200 },
    )
  })

  test.for(CALLS.slice(0, 2))(
    '%s: only with an appid of the caller or the owner',
    async ([, operation, request], { clientOf, others, seed, control }) => {
      const { partner, owner } = others
      const client = await clientOf({ ...partner, appids: ['wxPartner'] })
      await clientOf({ ...owner, appids: ['wxOwner'] })
      await seed.stock({
        mchid: partner.mchid,
        belong_merchant: owner.mchid,
        coupon_code_mode: 'MERCHANT_UPLOAD',
      })
      await control.addCode({ mchid: partner.mchid, stock_id: STOCK_ID, code: 'A' })

      expect(await client.call(operation, { ...request, appid: 'wxOther' })).toEqual(refusal('appid_unbound'))
      for (const appid of ['wxPartner', 'wxOwner']) {
        expect(await client.call(operation, { ...request, appid })).toMatchObject({ status: 200 })
      }
    },
  )
})
