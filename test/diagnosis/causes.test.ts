import { describe, expect, test } from 'vitest'
import { createRandom, type Random } from '../../fixtures/random.ts'
import type { Cause } from '../../src/diagnosis/cause.ts'
import { type Diagnosis, diagnoseSignature } from '../../src/diagnosis/diagnose.ts'
import { verify } from '../../src/protocol/signature.ts'
import { amountOf } from '../helpers/amount.ts'
import { anyCase } from './cases.ts'
import { anyDraft, type Draft, messageOf } from './drafts.ts'
import { failureOf, signed, smallKey } from './failure.ts'
import { applyMistake, CORPUS, type Mistake } from './mistakes.ts'

const title = ({ name, value }: Mistake) => `${name} ${typeof value === 'string' ? JSON.stringify(value) : ''}`.trim()

/** The message that the causes lead to, made by code that knows nothing of the diagnosis. */
const madeBy = (causes: readonly Cause[], wire: Draft): Buffer =>
  messageOf(causes.reduce((draft, cause) => applyMistake(cause, draft), wire))

function expectSound(diagnosis: Diagnosis, wire: Draft, signature: string): void {
  if (diagnosis.verdict !== 'proved') return
  expect(verify(diagnosis.signedMessage, signature, smallKey.publicKey)).toBe(true)
  expect(madeBy(diagnosis.causes, wire).toString('latin1'), JSON.stringify(diagnosis.causes)).toBe(
    diagnosis.signedMessage.toString('latin1'),
  )
}

describe('one mistake', () => {
  test.for(CORPUS.map((mistake) => [title(mistake), mistake] as const))('%s', ([name, mistake]) => {
    const random = createRandom(name)
    for (let run = 0; run < amountOf(6); run += 1) {
      const { wire, causes, message } = anyCase(random, () => [mistake])
      const signature = signed(message, smallKey)

      const diagnosis = diagnoseSignature(failureOf(wire, signature))

      expect(diagnosis.verdict, JSON.stringify({ ...wire, causes })).toBe('proved')
      expectSound(diagnosis, wire, signature)
      expect(diagnosis.causes).toHaveLength(1)
      expect([mistake.name, ...(mistake.also ?? [])]).toContain(diagnosis.causes[0]?.name)
      expect(diagnosis).toHaveProperty('difference')
    }
  })
})

/** Two mistakes in different parts: first the parts are chosen, so that those with few mistakes come as often. */
function anyPair(random: Random, corpus: readonly Mistake[]): readonly [Mistake, Mistake] {
  const byPart = Map.groupBy(corpus, ({ part }) => part)
  const parts = [...byPart.keys()]
  const first = random.below(parts.length)
  const second = (first + 1 + random.below(parts.length - 1)) % parts.length
  const [one, other] = [first, second]
    .toSorted((a, b) => a - b)
    .map((index) => {
      const mistakes = byPart.get(parts[index] ?? 'body') ?? []
      return mistakes[random.below(mistakes.length)]
    })
  if (!one || !other) throw new Error('Every part has mistakes')
  return [one, other]
}

describe('two mistakes at once', () => {
  const inParts = CORPUS.filter(({ part }) => part !== 'whole')

  test.for([
    [
      'usual ones, while a client waits',
      'request',
      amountOf(400),
      inParts.filter(({ seldom }) => seldom === undefined),
    ],
    [
      'usual and seldom ones, for a person who asks',
      'thorough',
      amountOf(200),
      inParts.filter(({ seldom }) => seldom !== 'alone'),
    ],
  ] as const)(
    '%s: 95 of 100 are proved, and never by causes that do not lead to the message',
    ([name, effort, runs, corpus]) => {
      const random = createRandom(name)
      const missed: string[] = []
      for (let run = 0; run < runs; run += 1) {
        const { wire, causes, message } = anyCase(random, () => anyPair(random, corpus))
        const signature = signed(message, smallKey)

        const diagnosis = diagnoseSignature(failureOf(wire, signature), effort)

        expectSound(diagnosis, wire, signature)
        if (diagnosis.verdict === 'proved') expect(diagnosis.causes.length).toBeLessThanOrEqual(2)
        else missed.push(causes.map((cause) => JSON.stringify(cause)).join(' '))
      }
      expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(runs * 0.05)
    },
  )
})

describe('for a person who asks', () => {
  test.for<readonly [string, readonly Cause[]]>([
    [
      'three usual mistakes',
      [{ name: 'method_case', value: 'post' }, { name: 'url_query_missing' }, { name: 'final_line_feed_missing' }],
    ],
    [
      'three usual mistakes, one in the body',
      [{ name: 'nonce_missing' }, { name: 'body_missing' }, { name: 'line_ends', value: 'CRLF' }],
    ],
    [
      'one of hundreds and a usual one',
      [
        { name: 'method_case', value: 'post' },
        { name: 'timestamp_milliseconds', value: '1700000000371' },
      ],
    ],
    [
      'any order of the lines and a usual one',
      [{ name: 'url_query_missing' }, { name: 'lines_reordered', value: 'nonce, body, method, url, timestamp' }],
    ],
  ])('%s', ([, causes]) => {
    const wire: Draft = {
      ...anyDraft(createRandom('thorough')),
      method: 'POST',
      url: '/v3/pay?mchid=1',
      timestamp: '1700000000',
      value: { 备注: '八月', a: 1 },
    }
    const signature = signed(madeBy(causes, wire), smallKey)

    expect(diagnoseSignature(failureOf(wire, signature), 'thorough')).toMatchObject({ verdict: 'proved', causes })
  })
})
