import { describe, expect } from 'vitest'
import type { StockJson } from '../../src/products/merchant-coupon/stocks.ts'
import { deleteCouponCode, listCouponCodes, queryStock, uploadCouponCodes } from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const NUMBER = '100002322019090134234sfdf'
const UPLOAD = { coupon_code_mode: 'MERCHANT_UPLOAD' } as const

const request = (coupon_code_list?: readonly unknown[], changes: Record<string, unknown> = {}) => ({
  stock_id: STOCK_ID,
  upload_request_no: NUMBER,
  ...(coupon_code_list && { coupon_code_list }),
  ...changes,
})

const stored = (changes: Record<string, unknown> = {}) => ({
  status: 200,
  body: {
    stock_id: STOCK_ID,
    total_count: 0,
    success_count: 0,
    success_codes: [],
    success_time: '2026-11-25T12:00:00+08:00',
    fail_count: 0,
    fail_codes: [],
    exist_codes: [],
    duplicate_codes: [],
    ...changes,
  },
})

const REFUSALS = {
  not_found: [404, 'RESOURCE_NOT_EXISTS', '查询的资源不存在'],
  not_permitted: [403, 'NO_AUTH', '无权限'],
  takes_no_codes: [400, 'INVALID_REQUEST', '发券模式不合法'],
  full: [400, 'INVALID_REQUEST', '上传的自定义code已达上限'],
  not_ready: [400, 'STATEMENT_CREATING', '批次创建处理中，请稍晚进行上传code操作'],
  request_no_reused: [400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致'],
} as const

const refusal = (reason: keyof typeof REFUSALS) => {
  const [status, code, message] = REFUSALS[reason]
  return { status, body: { code, message } }
}

const invalid = { status: 400, body: { code: 'PARAM_ERROR', message: '请求参数错误' } }

describe.for(transports)('uploading codes over %s', (transport) => {
  test.override('transport', transport)

  test('stores them in their order, and the batch counts them', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)

    expect(await merchant.call(uploadCouponCodes, request(['B', 'A']))).toEqual(
      stored({ total_count: 2, success_count: 2, success_codes: ['B', 'A'] }),
    )
    await merchant.call(uploadCouponCodes, request(['C'], { upload_request_no: 'U-2' }))
    expect(await merchant.call(listCouponCodes, { stock_id: STOCK_ID })).toMatchObject({
      body: { total_count: 3, data: [{ code: 'B' }, { code: 'A' }, { code: 'C' }] },
    })
    expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toMatchObject({
      body: { coupon_code_count: { total_count: 3, available_count: 3 } },
    })
  })

  test('tells what became of each code', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)
    await merchant.call(uploadCouponCodes, request(['OLD', 'OLDER'], { upload_request_no: 'U-0' }))
    const long = 'L'.repeat(33)
    const chinese = '券'.repeat(33)

    expect(
      await merchant.call(uploadCouponCodes, request(['NEW', 'OLD', long, 'TWICE', 'OLDER', 'TWICE', 'OLD', chinese])),
    ).toEqual(
      stored({
        total_count: 6,
        success_count: 2,
        success_codes: ['NEW', 'TWICE'],
        fail_count: 2,
        fail_codes: [
          { coupon_code: long, code: 'LENGTH_LIMIT', message: '长度超过最大值32位' },
          { coupon_code: chinese, code: 'LENGTH_LIMIT', message: '长度超过最大值32位' },
        ],
        exist_codes: ['OLD', 'OLDER'],
        duplicate_codes: ['TWICE', 'OLD'],
      }),
    )
    expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toMatchObject({
      body: { coupon_code_count: { total_count: 4 } },
    })
  })

  test('takes every character that is allowed, and 200 codes', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)
    const codes = ['azAZ09-_\\/=| ', ' ', 'X'.repeat(32), ...Array.from({ length: 197 }, (_, i) => `C${i}`)]

    expect(await merchant.call(uploadCouponCodes, request(codes))).toMatchObject({ body: { success_count: 200 } })
  })

  test('needs the codes (corrections 27)', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)

    expect(await merchant.call(uploadCouponCodes, request())).toEqual({
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        detail: { location: 'body', value: '' },
        message: '输入源“/body/coupon_code_list”映射到字段“券code列表”必填性规则校验失败，此字段为必填项',
      },
    })
  })

  test('knows a code that came as a coupon, but not one of another batch', async ({ merchant, seed, control }) => {
    await seed.stock(UPLOAD)
    await seed.coupon({ coupon_code: 'HELD' })
    await control.addCode({ stock_id: '100089', code: 'ELSEWHERE' })

    expect(await merchant.call(uploadCouponCodes, request(['HELD', 'ELSEWHERE']))).toEqual(
      stored({ total_count: 2, success_count: 1, success_codes: ['ELSEWHERE'], exist_codes: ['HELD'] }),
    )
  })

  test('takes a code again that was deleted', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)
    await merchant.call(uploadCouponCodes, request(['A', 'B']))
    await merchant.call(deleteCouponCode, { stock_id: STOCK_ID, coupon_code: 'A', delete_request_no: 'D-1' })

    expect(await merchant.call(uploadCouponCodes, request(['A'], { upload_request_no: 'U-2' }))).toMatchObject({
      body: { success_codes: ['A'] },
    })
    expect(await merchant.call(listCouponCodes, { stock_id: STOCK_ID })).toMatchObject({
      body: { data: [{ code: 'B' }, { code: 'A' }] },
    })
  })

  test.for<[keyof typeof REFUSALS, string, StockJson]>([
    ['takes_no_codes', 'codes by WeChat Pay', { coupon_code_mode: 'WECHATPAY_MODE' }],
    ['takes_no_codes', 'codes given when sending', { coupon_code_mode: 'MERCHANT_API' }],
    ['not_ready', 'a batch that is being created', { ready_time: '2026-11-25T12:00:01+08:00' }],
    ['full', 'more codes than it may hand out', { stock_send_rule: { max_coupons: 1 } }],
    ['not_permitted', "another merchant's batch", { mchid: '1900000777' }],
    ['not_permitted', 'a batch that the caller only owns', { mchid: '1900000777', belong_merchant: '1900000001' }],
    ['not_found', 'an unknown batch', { stock_id: '100089' }],
  ])('is refused as %s: %s', async ([reason, , stock], { merchant, seed, control }) => {
    await seed.stock({ ...UPLOAD, ...stock })
    const before = await control.world()

    expect(await merchant.call(uploadCouponCodes, request(['A', 'B']))).toEqual(refusal(reason))
    expect(await control.world()).toEqual(before)
  })

  test('names what is wrong in the order of its checks', async ({ merchant, seed }) => {
    const batch = { coupon_code_mode: 'MERCHANT_API', ready_time: '2026-11-25T13:00:00+08:00' } as const
    const foreign = { ...batch, mchid: '1900000777', belong_merchant: '1900000001' }
    const limits = { stock_send_rule: { max_coupons: 1 } }
    const call = () => merchant.call(uploadCouponCodes, request(['A', 'B']))
    await seed.stock(UPLOAD)
    await merchant.call(uploadCouponCodes, request(['A'], { upload_request_no: 'U-1' }))

    expect(await merchant.call(uploadCouponCodes, request(['.'], { upload_request_no: 'U-1' }))).toMatchObject({
      body: { code: 'PARAM_ERROR' },
    })
    expect(
      await merchant.call(uploadCouponCodes, request(['A'], { upload_request_no: 'U-1', stock_id: '100099' })),
    ).toEqual(refusal('request_no_reused'))
    await seed.stock({ ...foreign, ...limits, stock_id: '100089' })
    expect(await merchant.call(uploadCouponCodes, request(['A'], { stock_id: '100089' }))).toEqual(
      refusal('not_permitted'),
    )
    await seed.stock({ ...batch, ...limits })
    expect(await call()).toEqual(refusal('takes_no_codes'))
    await seed.stock({ ...batch, ...limits, ...UPLOAD })
    expect(await call()).toEqual(refusal('not_ready'))
    await seed.stock({ ...UPLOAD, ...limits })
    expect(await call()).toEqual(refusal('full'))
  })

  test('stores each code once, however many ask at the same time', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)
    const numbers = Array.from({ length: 8 }, (_, i) => `U-${i}`)

    const answers = await Promise.all(
      numbers.map((upload_request_no) => merchant.call(uploadCouponCodes, request(['A', 'B'], { upload_request_no }))),
    )

    const stored = answers.map(({ body }) => (body as { success_count: number }).success_count)
    expect(stored.toSorted((a, b) => b - a)).toEqual([2, 0, 0, 0, 0, 0, 0, 0])
    expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toMatchObject({
      body: { coupon_code_count: { total_count: 2, available_count: 2 } },
    })
  })

  test('fills a batch up to its maximum, and not beyond', async ({ merchant, seed }) => {
    await seed.stock({ ...UPLOAD, stock_send_rule: { max_coupons: 2 } })

    expect(await merchant.call(uploadCouponCodes, request(['A', 'B']))).toMatchObject({ body: { success_count: 2 } })
    expect(await merchant.call(uploadCouponCodes, request(['C'], { upload_request_no: 'U-2' }))).toEqual(
      refusal('full'),
    )
  })

  test('of codes that a full batch has already tells that it has them', async ({ merchant, seed }) => {
    await seed.stock({ ...UPLOAD, stock_send_rule: { max_coupons: 2 } })
    await merchant.call(uploadCouponCodes, request(['A', 'B']))

    expect(await merchant.call(uploadCouponCodes, request(['B'], { upload_request_no: 'U-2' }))).toEqual(
      stored({ total_count: 1, exist_codes: ['B'] }),
    )
  })

  test('is possible once the batch is ready', async ({ merchant, seed, control }) => {
    await seed.stock({ ...UPLOAD, ready_time: '2026-11-25T12:00:01+08:00' })
    await merchant.call(uploadCouponCodes, request(['A']))
    await control.advance(1)

    expect(await merchant.call(uploadCouponCodes, request(['A']))).toMatchObject({
      body: { success_codes: ['A'], success_time: '2026-11-25T12:00:01+08:00' },
    })
  })

  test('repeated with the same number and codes gets the same answer', async ({ merchant, seed, control }) => {
    await seed.stock(UPLOAD)
    const codes = ['A', 'A', 'L'.repeat(33)]
    const first = await merchant.call(uploadCouponCodes, request(codes))
    await control.advance('PT1H')
    const before = await control.world()

    expect(await merchant.call(uploadCouponCodes, request(codes))).toEqual(first)
    expect(await control.world()).toEqual(before)
  })

  test.for([['B'], ['A', 'B']].map((codes) => [codes] as const))(
    'repeated with the same number is refused with other codes: %j',
    async ([codes], { merchant, seed }) => {
      await seed.stock(UPLOAD)
      await merchant.call(uploadCouponCodes, request(['A']))

      expect(await merchant.call(uploadCouponCodes, request(codes))).toEqual(refusal('request_no_reused'))
    },
  )

  test.for(['a.b', '券', 'a\tb', 'a+b', '｜'])(
    'a code has no other characters: %j',
    async (code, { merchant, seed }) => {
      await seed.stock(UPLOAD)

      expect(await merchant.call(uploadCouponCodes, request(['A', code]))).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'body', value: code },
          message: String.raw`输入源“/body/coupon_code_list/1”映射到值字段“券code”字符串规则校验失败，字符串必须匹配正则表达式“^[0-9A-Za-z _\\/=|-]{1,32}$”`,
        },
      })
    },
  )

  test('a code is not empty', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)

    expect(await merchant.call(uploadCouponCodes, request(['']))).toMatchObject({
      body: {
        message: '输入源“/body/coupon_code_list/0”映射到值字段“券code”字符串规则校验失败，字节数 0，小于最小值 1',
      },
    })
  })

  test.for([
    ['an empty list', []],
    ['201 codes', Array.from({ length: 201 }, (_, i) => `C${i}`)],
  ] as const)('a list of codes is not %s', async ([, codes], { merchant, seed }) => {
    await seed.stock(UPLOAD)

    expect(await merchant.call(uploadCouponCodes, request(codes))).toEqual(invalid)
  })

  test.for([
    ['/coupon_code_list/0', [1], 1, '映射到目标字段“券code”中，此字段需要一个 string 类型的 Json 值'],
    ['/coupon_code_list', { A: 1 }, { A: 1 }, '映射到多重字段“券code列表”中，此字段需要 JSON 数组对象'],
    ['/coupon_code_list', 'A', 'A', '映射到多重字段“券code列表”中，此字段需要 JSON 数组对象'],
  ] as const)('%s has its type: %j', async ([place, codes, value, text], { merchant, seed }) => {
    await seed.stock(UPLOAD)

    expect(await merchant.call(uploadCouponCodes, { ...request([]), coupon_code_list: codes })).toEqual({
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        detail: { location: 'body', value },
        message: `无法将 JSON 输入源“/body${place}”${text}`,
      },
    })
  })

  test('needs a number', async ({ merchant, seed }) => {
    await seed.stock(UPLOAD)

    expect(await merchant.call(uploadCouponCodes, { stock_id: STOCK_ID, coupon_code_list: ['A'] })).toMatchObject({
      body: { message: '输入源“/body/upload_request_no”映射到字段“请求业务单据号”必填性规则校验失败，此字段为必填项' },
    })
  })
})
