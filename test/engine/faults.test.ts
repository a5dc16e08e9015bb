import { describe, expect, test } from 'vitest'
import { Faults } from '../../src/engine/faults.ts'
import { associateTradeInfo, operations, queryUserCoupon } from '../../src/operations/index.ts'
import { commonErrors } from '../../src/protocol/common-errors.ts'

describe('planned faults', () => {
  test('happen to the next calls of their operation, as often as was said', () => {
    const faults = new Faults(operations)
    faults.plan({ operation: 'associateTradeInfo', error: 'linked_to_other_order', times: 2 })

    expect(faults.take(queryUserCoupon)).toBeUndefined()
    const { linked_to_other_order } = associateTradeInfo.errors
    expect(faults.take(associateTradeInfo)).toBe(linked_to_other_order)
    expect(faults.planned).toEqual([
      { operation: 'associateTradeInfo', error: 'linked_to_other_order', times: 2, left: 1 },
    ])
    expect(faults.take(associateTradeInfo)).toBe(linked_to_other_order)
    expect(faults.take(associateTradeInfo)).toBeUndefined()
  })

  test('happen to any operation that has the error, once, in the order they were planned in', () => {
    const faults = new Faults(operations)
    faults.plan({ error: 'appid_unbound' })
    faults.plan({ error: 'rate_limited' })

    expect(faults.take(associateTradeInfo)).toBe(commonErrors.rate_limited)
    expect(faults.take(queryUserCoupon)).toBe(queryUserCoupon.errors.appid_unbound)
    expect(faults.planned).toEqual([])
  })

  test.for([
    [{ operation: 'associate', error: 'rate_limited' }, 'MOCK_OPERATION_UNKNOWN', '/operation'],
    [{ operation: 'associateTradeInfo', error: 'already_used' }, 'MOCK_FAULT_UNKNOWN', '/error'],
    [{ error: 'toString' }, 'MOCK_FAULT_UNKNOWN', '/error'],
  ] as const)('%o can not be planned', ([plan, code, path]) => {
    expect(() => new Faults(operations).plan(plan)).toThrow(expect.objectContaining({ code, path }))
  })
})
