import { describe, expect, test } from 'vitest'
import { type RequestRecord, replay } from '../../src/engine/state/request-numbers.ts'
import { NOON } from '../products/merchant-coupon/rules/builders.ts'

const record: RequestRecord = {
  mchid: '1900000001',
  operation: 'associateTradeInfo',
  request_no: 'R-1',
  values: ['100088', 'sxxe34343434', 'ORDER-1'],
  time: NOON,
}

describe('repeating a request number', () => {
  test('there is nothing to repeat without a record', () => {
    expect(replay(undefined, record.values)).toEqual({ ok: true, value: undefined })
  })

  test('the same values get the record', () => {
    expect(replay(record, ['100088', 'sxxe34343434', 'ORDER-1'])).toEqual({ ok: true, value: record })
  })

  test('a request without values is repeated too', () => {
    const bare = { ...record, values: [] }

    expect(replay(bare, [])).toEqual({ ok: true, value: bare })
  })

  test.for([
    ['another value', ['100088', 'sxxe34343434', 'ORDER-2']],
    ['another order', ['sxxe34343434', '100088', 'ORDER-1']],
    ['a value less', ['100088', 'sxxe34343434']],
    ['a value more', ['100088', 'sxxe34343434', 'ORDER-1', '']],
    ['the values in one', ['100088sxxe34343434ORDER-1']],
    ['other letter case', ['100088', 'SXXE34343434', 'ORDER-1']],
    ['no values', []],
  ] as const)('%s is refused', ([, values]) => {
    expect(replay(record, values)).toEqual({ ok: false, reason: 'request_no_reused' })
  })
})
