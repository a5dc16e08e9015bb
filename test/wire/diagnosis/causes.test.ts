import { describe, expect, test } from 'vitest'
import { createRandom, type Random } from '../../../fixtures/random.ts'
import { type Diagnosis, diagnoseSignature } from '../../../src/wire/diagnosis/diagnose.ts'
import type { Cause } from '../../../src/wire/diagnosis/variant.ts'
import { verify } from '../../../src/wire/protocol/signature.ts'
import { amountOf } from '../../helpers/amount.ts'
import { anyCase } from './cases.ts'
import { anyDraft, type Draft, messageOf } from './drafts.ts'
import { failureOf, signed, smallKey } from './failure.ts'
import { applyMistake, CORPUS, type Mistake } from './mistakes.ts'
import { causesIn, named } from './told.ts'

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
function anyPair(random: Random, corpus: readonly Mistake[]): readonly Mistake[] {
  const byPart = [...Map.groupBy(corpus, ({ part }) => part).values()]
  const first = random.below(byPart.length)
  const second = (first + 1 + random.below(byPart.length - 1)) % byPart.length
  return [first, second]
    .toSorted((a, b) => a - b)
    .flatMap((index) => {
      const mistakes = byPart[index] ?? []
      return mistakes[random.below(mistakes.length)] ?? []
    })
}

describe('two mistakes at once', () => {
  const inParts = CORPUS.filter(({ part }) => part !== 'whole')
  const usual = inParts.filter(({ seldom }) => seldom === undefined)
  const notAlone = inParts.filter(({ seldom }) => seldom !== 'alone')

  test.for([
    ['usual ones, while a client waits', 'request', amountOf(400), usual],
    ['usual and seldom ones, for a person who asks', 'thorough', amountOf(200), notAlone],
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
        else missed.push(named(causes))
      }
      expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(runs * 0.05)
    },
  )
})

test.for([
  'method_case(post) + url_query_missing + final_line_feed_missing',
  'nonce_missing + body_missing + line_ends(CRLF)',
  // One of hundreds, and a usual one.
  'method_case(post) + timestamp_milliseconds(1700000000371)',
  'url_query_missing + lines_reordered(nonce, body, method, url, timestamp)',
])('for a person who asks %s is proved', (text) => {
  const causes = causesIn(text)
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
