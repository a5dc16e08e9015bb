import { describe, expect } from 'vitest'
import {
  deleteCouponCode,
  listCouponCodes,
  queryCouponCode,
  queryStock,
  queryUserCoupon,
  uploadCouponCodes,
  useCoupon,
} from '../../src/products/operations.ts'
import { refusal } from '../helpers/refusal.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const NOON = '2026-11-25T12:00:00+08:00'
const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const BATCH = { stock_id: STOCK_ID }
const UPLOAD = { coupon_code_mode: 'MERCHANT_UPLOAD' } as const
const LIMITED = { ...UPLOAD, stock_send_rule: { max_coupons: 2 } }

const upload = (coupon_code_list: readonly string[], changes: Record<string, unknown> = {}) => ({
  stock_id: STOCK_ID,
  upload_request_no: 'U-1',
  coupon_code_list,
  ...changes,
})

const stored = (changes: Record<string, unknown> = {}) => ({
  status: 200,
  body: {
    stock_id: STOCK_ID,
    total_count: 0,
    success_count: 0,
    success_codes: [],
    success_time: NOON,
    fail_count: 0,
    fail_codes: [],
    exist_codes: [],
    duplicate_codes: [],
    ...changes,
  },
})

const AVAILABLE = { code_status: 'AVAILABLE', upload_time: NOON }
const DISPATCHED = {
  code_status: 'DISPATCHED',
  upload_time: NOON,
  dispatched_time: '2026-11-20T08:00:00+08:00',
  openid: OPENID,
}

describe.for(transports)('uploading codes over %s', (transport) => {
  test.override('transport', transport)

  test('stores them in their order, and the batch counts them', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)

    expect(await merchant.call(uploadCouponCodes, upload(['B', 'A']))).toEqual(
      stored({ total_count: 2, success_count: 2, success_codes: ['B', 'A'] }),
    )
    await merchant.call(uploadCouponCodes, upload(['C'], { upload_request_no: 'U-2' }))
    expect(await merchant.call(listCouponCodes, BATCH)).toMatchObject({
      body: { total_count: 3, data: [{ code: 'B' }, { code: 'A' }, { code: 'C' }] },
    })
    expect(await merchant.call(queryStock, BATCH)).toMatchObject({
      body: { coupon_code_count: { total_count: 3, available_count: 3 } },
    })
  })

  test('tells what became of each code', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)
    await merchant.call(uploadCouponCodes, upload(['OLD', 'OLDER'], { upload_request_no: 'U-0' }))
    const long = ['L'.repeat(33), '券'.repeat(33)]
    const codes = ['NEW', 'OLD', long[0] ?? '', 'TWICE', 'OLDER', 'TWICE', 'OLD', long[1] ?? '']

    expect(await merchant.call(uploadCouponCodes, upload(codes))).toEqual(
      stored({
        total_count: 6,
        success_count: 2,
        success_codes: ['NEW', 'TWICE'],
        fail_count: 2,
        fail_codes: long.map((coupon_code) => ({ coupon_code, code: 'LENGTH_LIMIT', message: '长度超过最大值32位' })),
        exist_codes: ['OLD', 'OLDER'],
        duplicate_codes: ['TWICE', 'OLD'],
      }),
    )
    expect(await merchant.call(queryStock, BATCH)).toMatchObject({ body: { coupon_code_count: { total_count: 4 } } })
  })

  test('takes every character that is allowed, no others, and 200 codes', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)
    const codes = ['azAZ09-_\\/=| ', ' ', 'X'.repeat(32), ...Array.from({ length: 197 }, (_, i) => `C${i}`)]

    expect(await merchant.call(uploadCouponCodes, upload(codes))).toMatchObject({ body: { success_count: 200 } })
    for (const code of ['a.b', '券', 'a\tb', 'a+b', '｜']) {
      expect(await merchant.call(uploadCouponCodes, upload([code])), code).toMatchObject({
        status: 400,
        body: { code: 'PARAM_ERROR', detail: { value: code } },
      })
    }
  })

  test('knows a code that came as a coupon, but not one of another batch', async ({ merchant, seed, control }) => {
    await seed.stock(UPLOAD)
    await seed.coupon({ coupon_code: 'HELD' })
    await control.addCode({ stock_id: '100089', code: 'ELSEWHERE' })

    expect(await merchant.call(uploadCouponCodes, upload(['HELD', 'ELSEWHERE']))).toEqual(
      stored({ total_count: 2, success_count: 1, success_codes: ['ELSEWHERE'], exist_codes: ['HELD'] }),
    )
  })

  test('takes a code again that was deleted, as the last one', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)
    await merchant.call(uploadCouponCodes, upload(['A', 'B']))
    await merchant.call(deleteCouponCode, { ...BATCH, coupon_code: 'A', delete_request_no: 'D-1' })

    expect(await merchant.call(uploadCouponCodes, upload(['A'], { upload_request_no: 'U-2' }))).toMatchObject({
      body: { success_codes: ['A'] },
    })
    expect(await merchant.call(listCouponCodes, BATCH)).toMatchObject({
      body: { data: [{ code: 'B' }, { code: 'A' }] },
    })
  })

  test('names what is wrong in the order of its checks', async ({ merchant, seed }) => {
    const early = { coupon_code_mode: 'MERCHANT_API', ready_time: '2026-11-25T13:00:00+08:00' } as const
    const limits = { stock_send_rule: { max_coupons: 1 } }
    await seed.stock(UPLOAD)
    await merchant.call(uploadCouponCodes, upload(['A'], { upload_request_no: 'U-0' }))
    const used = { upload_request_no: 'U-0', stock_id: '100099' }
    const refused = async (name: keyof typeof uploadCouponCodes.errors, changes: Record<string, unknown> = {}) =>
      expect(await merchant.call(uploadCouponCodes, upload(['A', 'B'], changes))).toEqual(
        refusal(uploadCouponCodes, name),
      )

    expect(await merchant.call(uploadCouponCodes, upload(['.'], used))).toMatchObject({ body: { code: 'PARAM_ERROR' } })
    await refused('request_no_reused', used)
    await refused('not_found', { stock_id: '100099' })
    await seed.stock({ ...early, mchid: '1900000777', belong_merchant: '1900000001', stock_id: '100089' })
    await refused('not_permitted', { stock_id: '100089' })
    await seed.stock({ ...early, ...limits, coupon_code_mode: 'WECHATPAY_MODE' })
    await refused('takes_no_codes')
    await seed.stock({ ...early, ...limits })
    await refused('takes_no_codes')
    await seed.stock({ ...early, ...limits, ...UPLOAD })
    await refused('not_ready')
    await seed.stock({ ...UPLOAD, ...limits })
    await refused('full')
  })

  test('stores each code once, however many ask at the same time', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)
    const numbers = Array.from({ length: 8 }, (_, i) => `U-${i}`)

    const answers = await Promise.all(
      numbers.map((upload_request_no) => merchant.call(uploadCouponCodes, upload(['A', 'B'], { upload_request_no }))),
    )

    const counts = answers.map(({ body }) => (body as { success_count: number }).success_count)
    expect(counts.toSorted((a, b) => b - a)).toEqual([2, 0, 0, 0, 0, 0, 0, 0])
    expect(await merchant.call(queryStock, BATCH)).toMatchObject({
      body: { coupon_code_count: { total_count: 2, available_count: 2 } },
    })
  })

  test('fills a batch up to its maximum; a full one still tells what it has', async ({ merchant, seed }) => {
    await seed.stock(LIMITED)

    expect(await merchant.call(uploadCouponCodes, upload(['A', 'B']))).toMatchObject({ body: { success_count: 2 } })
    expect(await merchant.call(uploadCouponCodes, upload(['C'], { upload_request_no: 'U-2' }))).toEqual(
      refusal(uploadCouponCodes, 'full'),
    )
    expect(await merchant.call(uploadCouponCodes, upload(['B'], { upload_request_no: 'U-3' }))).toEqual(
      stored({ total_count: 1, exist_codes: ['B'] }),
    )
  })

  test('is possible from the instant on at which the batch is ready, under the refused number', async ({
    merchant,
    seed,
    control,
  }) => {
    const success_time = '2026-11-25T12:00:01+08:00'
    await seed.stock({ ...UPLOAD, ready_time: success_time })
    await merchant.call(uploadCouponCodes, upload(['A']))
    await control.advance(1)

    expect(await merchant.call(uploadCouponCodes, upload(['A']))).toMatchObject({
      body: { success_codes: ['A'], success_time },
    })
  })

  test('repeated with the same number and codes gets the same answer', async ({ merchant, seed, control }) => {
    await seed.stock(UPLOAD)
    const codes = ['A', 'A', 'L'.repeat(33)]
    const first = await merchant.call(uploadCouponCodes, upload(codes))
    await control.advance('PT1H')
    const before = await control.world()

    expect(await merchant.call(uploadCouponCodes, upload(codes))).toEqual(first)
    for (const others of [['B'], ['A', 'A']]) {
      expect(await merchant.call(uploadCouponCodes, upload(others))).toEqual(
        refusal(uploadCouponCodes, 'request_no_reused'),
      )
    }
    expect(await control.world()).toEqual(before)
  })
})

describe.for(transports)('uploaded codes over %s', (transport) => {
  test.override('transport', transport)

  /** A batch with four codes; the second was handed out. */
  const seeded = test.extend('seeded', async ({ seed, control }) => {
    await seed.stock(UPLOAD)
    await control.addCodes(['A', 'B', 'C', 'D'].map((code) => ({ stock_id: STOCK_ID, code })))
    await seed.coupon({ coupon_code: 'B', openid: OPENID, receive_time: DISPATCHED.dispatched_time })
    return control
  })

  seeded('are listed in the order they were uploaded in', async ({ merchant, seeded: _ }) => {
    expect(await merchant.call(listCouponCodes, BATCH)).toEqual({
      status: 200,
      body: {
        stock_id: STOCK_ID,
        total_count: 4,
        offset: 0,
        limit: 20,
        data: [
          { code: 'A', ...AVAILABLE },
          { code: 'B', ...DISPATCHED, coupon_code: 'B' },
          { code: 'C', ...AVAILABLE },
          { code: 'D', ...AVAILABLE },
        ],
      },
    })
  })

  seeded.for([
    [{ status: 'AVAILABLE' }, 3, ['A', 'C', 'D']],
    [{ status: 'DISPATCHED' }, 1, ['B']],
    [{ limit: 2, offset: 1 }, 4, ['B', 'C']],
    [{ limit: 1, offset: 1, status: 'AVAILABLE' }, 3, ['C']],
    [{ offset: 4 }, 4, []],
    [{ offset: 999_999_999_999_999 }, 4, []],
    [{ limit: 100 }, 4, ['A', 'B', 'C', 'D']],
  ] as const)('are listed by %j', async ([page, total_count, codes], { merchant, seeded: _ }) => {
    const { body } = await merchant.call(listCouponCodes, { ...BATCH, ...page })

    const { status: __, ...numbers } = { status: '', offset: 0, limit: 20, ...page }
    expect(body).toMatchObject({ total_count, ...numbers })
    expect((body as { data: { code: string }[] }).data.map(({ code }) => code)).toEqual(codes)
  })

  test('are listed twenty at a time, and not where there are none', async ({ merchant, seed, control }) => {
    await seed.stock(UPLOAD)
    expect(await merchant.call(listCouponCodes, BATCH)).toMatchObject({ body: { total_count: 0, data: [] } })
    await control.addCodes(Array.from({ length: 30 }, (_, i) => ({ stock_id: STOCK_ID, code: `C${i}` })))

    const { body } = await merchant.call(listCouponCodes, BATCH)

    expect((body as { data: unknown[] }).data).toHaveLength(20)
    expect(body).toMatchObject({ total_count: 30 })
  })

  seeded(
    'are queried with the coupon that they became, as the query of the coupon shows it',
    async ({ merchant, seeded: control }) => {
      await control.patchCoupon(STOCK_ID, 'B', { associate_out_trade_no: 'MCH_1' })
      const use = { use_time: NOON, use_request_no: 'USE-1', appid: 'wx1' }
      await merchant.call(useCoupon, { ...BATCH, coupon_code: 'B', ...use })
      const shown = await merchant.call(queryUserCoupon, { openid: OPENID, coupon_code: 'B', appid: 'wx1' })

      expect(shown).toMatchObject({ body: { coupon_state: 'USED', associate_out_trade_no: 'MCH_1' } })
      expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: 'B', appid: 'wx1' })).toEqual({
        status: 200,
        body: { code_information: { code: 'B', ...DISPATCHED, coupon_code: 'B' }, coupon_information: shown.body },
      })
      expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: 'A' })).toEqual({
        status: 200,
        body: { code_information: { code: 'A', ...AVAILABLE } },
      })
    },
  )

  seeded('are queried with the unionid, where the user is known', async ({ merchant, seeded: control }) => {
    await control.addUser({ openid: OPENID, unionid: 'uUnion' })

    expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: 'B' })).toMatchObject({
      body: { code_information: { openid: OPENID, unionid: 'uUnion' } },
    })
  })

  test('may be handed out to nobody that is known', async ({ merchant, control }) => {
    const dispatched_time = '2026-11-25T11:00:00+08:00'
    await control.addCode({ stock_id: STOCK_ID, code: 'A', dispatched_time })

    expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: 'A' })).toEqual({
      status: 200,
      body: { code_information: { code: 'A', ...AVAILABLE, code_status: 'DISPATCHED', dispatched_time } },
    })
  })

  test.for(['a/b', 'a b', 'a\\b', '=|-_'])('are queried by the code %j', async (code, { merchant, control }) => {
    await control.addCode({ stock_id: STOCK_ID, code })

    expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: code })).toMatchObject({
      body: { code_information: { code } },
    })
  })

  const deletion = (coupon_code: string, delete_request_no = 'D-1') => ({ ...BATCH, coupon_code, delete_request_no })
  const deleted = { status: 200, body: { stock_id: STOCK_ID, delete_time: NOON } }

  seeded('are gone when they are deleted, and not counted', async ({ merchant, seeded: control }) => {
    // A number that was refused may be used again.
    expect(await merchant.call(deleteCouponCode, deletion('NONE'))).toEqual(refusal(deleteCouponCode, 'not_found'))
    expect(await merchant.call(deleteCouponCode, deletion('A'))).toEqual(deleted)

    expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: 'A' })).toEqual(
      refusal(queryCouponCode, 'not_found'),
    )
    expect(await merchant.call(queryStock, BATCH)).toMatchObject({
      body: { coupon_code_count: { total_count: 3, available_count: 2 } },
    })
    await control.advance('PT1H')
    const before = await control.world()
    expect(await merchant.call(deleteCouponCode, deletion('A'))).toEqual(deleted)
    expect(await merchant.call(deleteCouponCode, deletion('A', 'D-2'))).toEqual(refusal(deleteCouponCode, 'not_found'))
    expect(await control.world()).toEqual(before)
  })

  test('are looked at by the owner of the batch too, and deleted by its creator only', async ({
    merchant,
    seed,
    control,
  }) => {
    await seed.stock({ ...UPLOAD, mchid: '1900000777', belong_merchant: '1900000001' })
    await control.addCode({ mchid: '1900000777', stock_id: STOCK_ID, code: 'A' })

    expect(await merchant.call(listCouponCodes, BATCH)).toMatchObject({ status: 200 })
    expect(await merchant.call(queryCouponCode, { ...BATCH, coupon_code: 'A' })).toMatchObject({ status: 200 })
    expect(await merchant.call(deleteCouponCode, deletion('A'))).toEqual(refusal(deleteCouponCode, 'not_permitted'))
  })
})
