import { describe, expect, test } from 'vitest'
import { requireSame } from '../../src/products/common/numbered-calls.ts'
import type { Texts } from '../../src/wire/shared/texts.ts'

const before = { values: ['100088', 'sxxe34343434', 'ORDER-1'], time: Date.parse('2026-11-25T12:00:00+08:00') }

function refusalOf(values: readonly string[]) {
  const refusals: [name: string, why: Texts | undefined][] = []
  const fail = (name: string, why?: Texts): never => {
    refusals.push([name, why])
    // An ApiError ends the call in the same way.
    throw new Error(name)
  }
  try {
    requireSame({ fail }, 'RETRY-1', before, values, 'request_no_reused')
  } catch (error) {
    if (refusals.length === 0) throw error
  }
  return refusals[0]
}

describe('a number that was used before', () => {
  test('may bring the same values again', () => {
    expect(refusalOf([...before.values])).toBeUndefined()
  })

  test.each([
    ['another value', ['100088', 'sxxe34343434', 'ORDER-2']],
    ['fewer', ['100088', 'sxxe34343434']],
    ['more', [...before.values, '']],
    ['none', []],
    ['another order', ['sxxe34343434', '100088', 'ORDER-1']],
  ])('is refused with %s', (_, values) => {
    expect(refusalOf(values)?.[0]).toBe('request_no_reused')
  })

  test('says how the values differ', () => {
    expect(refusalOf(['100088', 'sxxe34343434', 'ORDER-2'])?.[1]?.en).toBe(
      'RETRY-1 took effect at 2026-11-25T12:00:00+08:00 with other values: "ORDER-1" then, "ORDER-2" now',
    )
  })
})
