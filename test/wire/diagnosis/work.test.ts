import { describe, expect, test } from 'vitest'
import { Work, workLimit } from '../../../src/wire/diagnosis/work.ts'

const KIB = 1_024
const MIB = 1_024 * KIB

test('the limit of a single mistake is the same whatever the body is, that of a request is lower with a long one, and that of a person who asks grows with it', () => {
  expect(workLimit('single', 0)).toBe(MIB / 2)
  expect(workLimit('single', 2 * MIB)).toBe(MIB / 2)
  expect(workLimit('request', 0)).toBe(8 * MIB)
  expect(workLimit('request', 16_384)).toBe(8 * MIB)
  expect(workLimit('request', 16_385)).toBe(2_240 * KIB)
  expect(workLimit('request', (3 * MIB) / 4)).toBe(6 * MIB)
  expect(workLimit('request', 2 * MIB)).toBe(8 * MIB)
  expect(workLimit('thorough', 0)).toBe(192 * MIB)
  expect(workLimit('thorough', MIB)).toBe(256 * MIB)
})

describe('the work', () => {
  test('that was spent is bytes hashed and written, 1,024 for each candidate and 32,768 for each key', () => {
    const work = new Work(1_000_000, 'request')
    work.count(10)
    work.count(20)

    expect(work.takeWriting(5)).toBe(true)
    expect(work.takeKey()).toBe(true)
    expect(work).toMatchObject({ hashedBytes: 30, candidates: 2, writtenBytes: 5, keysTried: 1 })
    expect(work.spent).toBe(30 + 5 + 2 * 1_024 + 32_768)
  })

  test('allows a candidate that just fits', () => {
    const work = new Work(2 * 1_024 + 15, 'request')
    work.count(5)

    expect(work.allows(10)).toBe(true)
    expect(work.allows(11)).toBe(false)
  })

  test('is used up once an empty candidate no longer fits', () => {
    const work = new Work(2 * 1_024 + 15, 'request')
    work.count(15)
    expect(work.isUsedUp).toBe(false)

    work.takeWriting(1)
    expect(work.isUsedUp).toBe(true)
  })

  test('allows a key that just fits', () => {
    const work = new Work(2 * 32_768 + 5, 'single')
    work.takeWriting(5)

    expect([work.takeKey(), work.takeKey(), work.takeKey()]).toEqual([true, true, false])
    expect(work.keysTried).toBe(2)
    expect(new Work(32_767, 'single').takeKey()).toBe(false)
  })

  test('of writing is at most a quarter for a single mistake', () => {
    const work = new Work(160, 'single')

    expect(work.takeWriting(41)).toBe(false)
    expect(work.takeWriting(40)).toBe(true)
    expect(work.takeWriting(1)).toBe(false)
  })

  test('of writing is at most a quarter of little', () => {
    const work = new Work(40, 'request')

    expect(work.takeWriting(11)).toBe(false)
    expect(work.takeWriting(6)).toBe(true)
    expect(work.takeWriting(5)).toBe(false)
    expect(work.takeWriting(4)).toBe(true)
    expect(work.takeWriting(1)).toBe(false)
    expect(work.takeWriting(0)).toBe(true)
    expect(work.writtenBytes).toBe(10)
  })

  test('of writing is at most 560 KiB, or a sixteenth of much', () => {
    for (const [limit, most] of [
      [2_240 * KIB, 560 * KIB],
      [8 * MIB, 560 * KIB],
      [192 * MIB, 12 * MIB],
    ] as const) {
      expect(new Work(limit, 'request').takeWriting(most)).toBe(true)
      expect(new Work(limit, 'request').takeWriting(most + 1)).toBe(false)
    }
  })

  test('of writing is at most what is left', () => {
    const work = new Work(16_000, 'request')
    work.count(16_000 - 1_024 - 100)

    expect(work.takeWriting(101)).toBe(false)
    expect(work.takeWriting(100)).toBe(true)
  })
})
