import { describe, expect, test } from 'vitest'
import { createIds, type IdSource } from '../../src/engine/ids.ts'

/** A mixed sequence, long enough to need several blocks of randomness. */
function sequence(ids: IdSource): string[] {
  return Array.from({ length: 200 }, (_, i) => [
    ids.requestId(),
    ids.nonce(),
    ids.digits(1 + (i % 30)),
    ids.letters(i % 64),
  ]).flat()
}

describe('a seed', () => {
  test('gives the same sequence again', () => {
    expect(sequence(createIds('seed'))).toEqual(sequence(createIds('seed')))
  })

  test('gives another sequence than another seed', () => {
    expect(createIds('seed').nonce()).not.toBe(createIds('seed2').nonce())
  })

  test('gives the same sequence on every machine and in every version', () => {
    const ids = createIds('1')

    expect([ids.requestId(), ids.nonce(), ids.digits(10), ids.letters(12)]).toMatchInlineSnapshot(`
      [
        "08785C299BBC599BF5610963954698E4DFF118AA2B",
        "65e2f92ad6b07712663f9bdbcea1e816",
        "7216316130",
        "85YLk4l9hFgD",
      ]
    `)
  })

  test('does not repeat nonces, over several blocks', () => {
    const ids = createIds('seed')
    const nonces = Array.from({ length: 5_000 }, () => ids.nonce())

    expect(new Set(nonces).size).toBe(nonces.length)
  })
})

test('without a seed two sources differ', () => {
  expect(createIds().nonce()).not.toBe(createIds().nonce())
})

describe('the shapes', () => {
  const ids = createIds('shapes')

  test('are those of live ones', () => {
    for (let length = 0; length <= 300; length++) {
      expect(ids.requestId()).toMatch(/^08[0-9A-F]{40}$/)
      expect(ids.nonce()).toMatch(/^[0-9a-f]{32}$/)
      expect(ids.digits(length + 1)).toMatch(new RegExp(`^[1-9][0-9]{${length}}$`))
      expect(ids.letters(length)).toMatch(new RegExp(`^[0-9A-Za-z]{${length}}$`))
    }
  })

  test('every digit and letter comes up', () => {
    expect(new Set(ids.letters(4_000)).size).toBe(62)
    expect(new Set(ids.digits(1_000)).size).toBe(10)
  })
})
