import { describe, expect, test } from 'vitest'
import { sortCodes } from '../../../../src/products/common/sorted-codes.ts'
import { deleteCode, handedOutAs, isFit, upload } from '../../../../src/products/merchant-coupon/code-rules.ts'
import { codeStatus, type UploadedCode } from '../../../../src/products/merchant-coupon/codes.ts'
import { aCoupon, aStock, NOON } from './builders.ts'

const stock = aStock({
  coupon_code_mode: 'MERCHANT_UPLOAD',
  stock_send_rule: { max_coupons: 5 },
  codes: { total: 3, available: 2 },
})

const AT = { at: NOON, position: 7 }

const code = (overrides: Partial<UploadedCode> = {}): UploadedCode => ({
  mchid: '1900000001',
  stock_id: '100088',
  code: 'A',
  upload_time: NOON,
  position: 0,
  ...overrides,
})

describe('telling the codes of an upload apart', () => {
  const long = 'L'.repeat(33)

  test.for([
    ['none', [], { fresh: [], known: [], unfit: [], repeated: [] }],
    ['new ones in their order', ['B', 'A'], { fresh: ['B', 'A'], known: [], unfit: [], repeated: [] }],
    ['known ones', ['K1', 'A', 'K2'], { fresh: ['A'], known: ['K1', 'K2'], unfit: [], repeated: [] }],
    ['one that comes three times', ['A', 'A', 'A'], { fresh: ['A'], known: [], unfit: [], repeated: ['A'] }],
    ['a known one twice', ['K1', 'K1'], { fresh: [], known: ['K1'], unfit: [], repeated: ['K1'] }],
    ['one too long, twice', [long, long], { fresh: [], known: [], unfit: [long], repeated: [long] }],
    ['one as long as may be', ['L'.repeat(32)], { fresh: ['L'.repeat(32)], known: [], unfit: [], repeated: [] }],
    ['upper and lower case', ['a', 'A'], { fresh: ['a', 'A'], known: [], unfit: [], repeated: [] }],
  ] as const)('%s', ([, codes, sorted]) => {
    expect(sortCodes(codes, { known: (one) => one.startsWith('K'), fit: isFit })).toEqual(sorted)
  })
})

describe('uploading', () => {
  test('stores codes behind those that the batch had', () => {
    expect(upload(stock, ['X', 'Y'], AT)).toEqual({
      ok: true,
      value: {
        stock: { ...stock, codes: { total: 5, available: 4 } },
        codes: [code({ code: 'X', position: 7 }), code({ code: 'Y', position: 8 })],
      },
    })
  })

  test('of nothing stores nothing', () => {
    expect(upload(stock, [], AT)).toEqual({ ok: true, value: { stock, codes: [] } })
  })

  test.for([
    ['takes_no_codes', { coupon_code_mode: 'MERCHANT_API', codes: undefined }],
    ['not_ready', { ready_time: NOON + 1 }],
    ['full', { codes: { total: 5, available: 0 } }],
    ['full', { codes: { total: 4, available: 4 } }],
  ] as const)('is refused as %s: %j', ([reason, overrides]) => {
    expect(upload({ ...stock, ...overrides }, ['X', 'Y'], AT)).toEqual({ ok: false, reason })
  })

  test('is possible from the instant on at which the batch is ready', () => {
    expect(upload({ ...stock, ready_time: NOON }, ['X'], AT)).toMatchObject({ ok: true })
  })

  test.for([5, 6])('without anything new is taken by a full batch, with %i codes of 5', (total) => {
    const full = { ...stock, codes: { total, available: 0 } }

    expect(upload(full, [], AT)).toEqual({ ok: true, value: { stock: full, codes: [] } })
  })
})

describe('deleting', () => {
  test('takes a code that is still there out of the count', () => {
    expect(deleteCode(stock, code())).toEqual({ ok: true, value: { ...stock, codes: { total: 2, available: 1 } } })
  })

  test('leaves a code that was handed out', () => {
    expect(codeStatus(code({ dispatched_time: NOON }))).toBe('DISPATCHED')
    expect(deleteCode(stock, code({ dispatched_time: NOON }))).toEqual({ ok: false, reason: 'dispatched' })
  })
})

describe('a code that is handed out', () => {
  test('has the time at which the user received it', () => {
    expect(codeStatus(code())).toBe('AVAILABLE')
    const handedOut = handedOutAs(code(), aCoupon({ receive_time: NOON }))
    expect(handedOut).toEqual(code({ dispatched_time: NOON }))
    expect(codeStatus(handedOut)).toBe('DISPATCHED')
  })

  test('keeps the time of the first', () => {
    expect(handedOutAs(code({ dispatched_time: NOON - 1 }), aCoupon({ receive_time: NOON })).dispatched_time).toBe(
      NOON - 1,
    )
  })
})
