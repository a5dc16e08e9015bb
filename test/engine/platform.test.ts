import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import type { PlatformCertificate } from '../../src/engine/keys/merchants.ts'
import { certificatesAt, PlatformKeys } from '../../src/engine/keys/platform.ts'
import { DocumentsCopy } from '../../src/engine/state/documents.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'

const { platform } = wellKnownIdentity()
const [original] = platform.certificates
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const HOUR = 3_600_000
const T0 = Date.parse('2026-11-25T12:00:00+08:00')

const certificate = (serialNo: string): PlatformCertificate => ({
  serialNo,
  certificate: 'PEM',
  from: 0,
  until: Date.parse('2069-01-01T00:00:00Z'),
  ...pair,
})
const second = certificate('2'.repeat(40))
const third = certificate('3'.repeat(40))

/** Serials that are listed so many hours after the first rotation; those that sign have a star. */
const listed = (hours: number, rotations = [{ at: T0, certificate: second }]) =>
  certificatesAt(original, rotations, T0 + hours * HOUR).map(({ serialNo, inUse }) => serialNo[0] + (inUse ? '*' : ''))

describe('the certificates that are listed', () => {
  test.for([
    ['before', -0.001, ['7*']],
    ['announced at once', 0, ['7*', '2']],
    ['until a day has passed', 23.999, ['7*', '2']],
    ['then either signs', 24, ['7*', '2*']],
    ['for a day', 47.999, ['7*', '2*']],
    ['then the new one only', 48, ['2*']],
    ['for good', 9_999, ['2*']],
  ] as const)('%s', ([, hours, expected]) => {
    expect(listed(hours)).toEqual(expected)
  })

  test('change once more after that', () => {
    const rotations = [
      { at: T0, certificate: second },
      { at: T0 + 48 * HOUR, certificate: third },
    ]
    expect([0, 47, 48, 72, 96].map((hours) => listed(hours, rotations).join(' '))).toEqual([
      '7* 2',
      '7* 2*',
      '2* 3',
      '2* 3*',
      '3*',
    ])
  })

  test("the old one's end is moved only while it changes", () => {
    const ends = [0, 24].map(
      (hours) => certificatesAt(original, [{ at: T0, certificate: second }], T0 + hours * HOUR)[0].until,
    )
    expect(ends).toEqual([original.until, T0 + 48 * HOUR])
  })
})

describe('the platform at an instant', () => {
  const rotated = async () => {
    const documents = new DocumentsCopy()
    const keys = new PlatformKeys(platform, documents)
    await keys.rotateTo(T0, async () => second)
    return { keys, documents }
  }

  test('has the public key always, and one of both certificates first while they change, as the text decides', async () => {
    const { keys } = await rotated()
    const during = ['A', 'B', 'C', 'D'].map((id) => keys.at(T0 + 24 * HOUR, id).certificates[0].serialNo[0])

    expect(new Set(during)).toEqual(new Set(['7', '2']))
    expect(['A', 'B', 'C', 'D'].map((id) => keys.at(T0 + 24 * HOUR, id).certificates[0].serialNo[0])).toEqual(during)
    expect(['A', 'B'].map((id) => keys.at(T0 + 23 * HOUR, id).certificates[0].serialNo[0])).toEqual(['7', '7'])
    expect(['A', 'B'].map((id) => keys.at(T0 + 48 * HOUR, id).certificates[0].serialNo[0])).toEqual(['2', '2'])
    expect(keys.at(T0 + 24 * HOUR, 'A').certificates).toHaveLength(2)
    expect(keys.at(T0 + 24 * HOUR).publicKey).toBe(platform.publicKey)
  })

  test.for([-24, 0, 24, 47.999])('cannot be rotated again %s hours after', async (hours) => {
    const { keys } = await rotated()
    const attempt = keys.rotateTo(T0 + hours * HOUR, async () => third)

    await expect(attempt).rejects.toThrow(UsageError)
    await expect(attempt).rejects.toThrow(/until 2026-11-27T12:00:00\+08:00/)
  })

  test('can be when that is over, and goes back to the first', async () => {
    const { keys, documents } = await rotated()
    await keys.rotateTo(T0 + 48 * HOUR, async () => third)
    expect(keys.at(T0 + 96 * HOUR).certificates[0].serialNo).toBe(third.serialNo)

    documents.update((draft) => keys.resetIn(draft))

    expect(keys.at(T0 + 96 * HOUR).certificates.map(({ serialNo }) => serialNo)).toEqual([original.serialNo])
    await keys.rotateTo(T0, async () => second)
  })
})

test('the loser of two rotations at once makes no certificate', async () => {
  const keys = new PlatformKeys(platform)
  let made = 0
  const make = async () => {
    made++
    return second
  }
  const results = await Promise.allSettled([keys.rotateTo(0, make), keys.rotateTo(0, make)])

  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(made).toBe(1)
})
