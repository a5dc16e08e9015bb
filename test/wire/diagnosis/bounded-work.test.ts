import { afterEach, describe, expect, test, vi } from 'vitest'
import { createRandom } from '../../../fixtures/random.ts'
import { diagnoseSignature, diagnoseWithin } from '../../../src/wire/diagnosis/diagnose.ts'
import { Work, workLimit } from '../../../src/wire/diagnosis/work.ts'
import { anyDraft, messageOf } from './drafts.ts'
import { failureOf, signed, smallKey } from './failure.ts'
import { applyMistake } from './mistakes.ts'

/** Bytes that `node:crypto` was really given to hash. */
const hashed = vi.hoisted(() => ({ bytes: 0 }))

vi.mock(import('node:crypto'), async (original) => {
  const crypto = await original()
  const length = (data: unknown) => (typeof data === 'string' ? Buffer.byteLength(data) : (data as Uint8Array).length)
  const counted = (state: ReturnType<typeof crypto.createHash>): typeof state =>
    new Proxy(state, {
      get: (target, name) => {
        if (name === 'copy') return () => counted(target.copy())
        if (name === 'digest') return target.digest.bind(target)
        return (data: string | Buffer) => {
          hashed.bytes += length(data)
          target.update(data)
          return counted(target)
        }
      },
    })
  return {
    ...crypto,
    hash: ((algorithm: string, data: string | Buffer, encoding: 'hex') => {
      hashed.bytes += length(data)
      return crypto.hash(algorithm, data, encoding)
    }) as typeof crypto.hash,
    createHash: ((algorithm: string) => counted(crypto.createHash(algorithm))) as typeof crypto.createHash,
  }
})

afterEach(() => {
  hashed.bytes = 0
})

describe('the work is bounded, and is what it says', () => {
  const plain = anyDraft(createRandom('work'))
  const body = (text: string) => ({ ...plain, method: 'POST', wrap: [() => Buffer.from(text)] })
  const signature = signed(Buffer.from('nothing that will be found'), smallKey)

  test.for([
    ['an ordinary request', plain],
    ['no body', body('')],
    [
      '2 KiB of JSON',
      body(JSON.stringify(Array.from({ length: 40 }, (_, index) => ({ name: '券<b>/', index, id: `g${index}` })))),
    ],
    ['64 KiB of JSON', body(JSON.stringify({ text: 'x'.repeat(65_000) }))],
    ['deep JSON', body('['.repeat(30_000) + ']'.repeat(30_000))],
    ['JSON as deep as it is read, and wide', body(`${'['.repeat(60)}${'[],'.repeat(1_900)}[]${']'.repeat(60)}`)],
    [
      'many members',
      body(JSON.stringify(Object.fromEntries(Array.from({ length: 1_900 }, (_, index) => [`k${index}`, index])))),
    ],
    ['many escapes', body(JSON.stringify({ text: '\u4e00<&>/"\\'.repeat(4_000) }))],
    ['2 MiB', body('券'.repeat(700_000))],
    ['2 MiB that are not UTF-8', { ...plain, wrap: [() => Buffer.alloc(2 * 1_048_576, 0xff)] }],
    [
      'thousands of parameters',
      { ...plain, url: `/v3/x?${Array.from({ length: 5_000 }, (_, index) => `a${index}=%20+`).join('&')}` },
    ],
    [
      '32 parameters, 4 KiB',
      { ...plain, url: `/v3/x?${Array.from({ length: 32 }, () => `a=${'%25'.repeat(40)}`).join('&')}` },
    ],
    ['a long path', { ...plain, url: `/v3/${'a/'.repeat(7_000)}` }],
    ['a long nonce', { ...plain, nonce: 'n'.repeat(128) }],
  ] as const)('%s', ([, wire]) => {
    const failure = failureOf({ ...wire, wrap: [...wire.wrap] }, signature)

    for (const effort of ['single', 'request'] as const) {
      const limit = workLimit(effort, failure.request.body.length)
      const work = new Work(limit, effort)
      hashed.bytes = 0

      expect(diagnoseWithin(failure, work)).toMatchObject({ verdict: 'message_unknown', work: [work] })
      expect(hashed.bytes).toBeLessThanOrEqual(limit)
      // Besides the candidates only the few digests are hashed that go into candidates.
      expect(hashed.bytes - work.hashedBytes).toBeGreaterThanOrEqual(0)
      expect(hashed.bytes - work.hashedBytes).toBeLessThanOrEqual(0.05 * limit)
      expect(work.spent).toBeLessThanOrEqual(limit + 65_536)
      expect(work.writtenBytes).toBeLessThanOrEqual(effort === 'single' ? limit / 4 : 600 * 1_024)
    }
  })

  test('the same request gets the same diagnosis for the same work', () => {
    const failure = failureOf(plain, signature)

    expect(diagnoseSignature(failure)).toEqual(diagnoseSignature(failure))
  })

  test('a large body is hashed once for all ends of the message, and anew for every beginning', () => {
    const wire = body('x'.repeat(1_048_576))
    for (const cause of [{ name: 'final_line_feed_missing' }, { name: 'method_case', value: 'post' }] as const) {
      const message = messageOf(applyMistake(cause, wire))

      const { causes, work } = diagnoseSignature(failureOf(wire, signed(message, smallKey)))

      expect(causes).toEqual([cause])
      expect(work[1]?.candidates).toBeLessThan(100)
    }
    const hashed = (name: 'final_line_feed_missing' | 'final_line_feed_doubled') => {
      const message = messageOf(applyMistake({ name }, wire))
      return diagnoseSignature(failureOf(wire, signed(message, smallKey))).work[1]?.hashedBytes ?? Number.NaN
    }
    // The end that is tried later costs its own bytes, and not those of the body again.
    expect(hashed('final_line_feed_doubled')).toBeLessThan(hashed('final_line_feed_missing') + 1_024)
  })
})
