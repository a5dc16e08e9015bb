import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringifyInPieces } from '../../src/control/stringify-in-pieces.ts'

const textOf = (json: string | Uint8Array) => Buffer.from(json).toString()

test('the text is that of JSON.stringify, whatever is answered', async () => {
  const item = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant(undefined))
  const list = fc
    .integer({ min: 0, max: 3 })
    .chain((length) => fc.array(item, { minLength: length * 499, maxLength: length * 501 }))
  const within = fc.dictionary(fc.string(), fc.oneof(item, list), { maxKeys: 2 })
  const answer = fc.oneof(
    fc.jsonValue(),
    list,
    fc.dictionary(fc.string(), fc.oneof(item, list, within), { maxKeys: 3 }),
  )
  await fc.assert(
    fc.asyncProperty(answer, async (value) => {
      expect(textOf(await stringifyInPieces(value))).toBe(JSON.stringify(value))
    }),
    { numRuns: 50 },
  )
})

test.for([
  ['many texts', { items: Array.from({ length: 40 }, (_, i) => `${i} 券😀`.repeat(5_000)), total: 40 }],
  ['a text that is long itself', { script: `a${'😀'.repeat(400_000)}"\\\ud83d`, calls: 1 }],
  ['one whose characters are shifted by one', { script: '😀"'.repeat(400_000) }],
])('the JSON of %s is complete, also where its stretches meet', async ([, answer]) => {
  const json = await stringifyInPieces(answer)

  expect(json).toBeInstanceOf(Uint8Array)
  expect(textOf(json) === JSON.stringify(answer)).toBe(true)
})

/** A millisecond of work, whatever the machine. */
const LARGE = {
  toJSON() {
    const until = performance.now() + 1
    while (performance.now() < until);
    return {}
  },
}

test.for([
  ['a member', (rows: unknown) => ({ rows })],
  ['a member of a member', (rows: unknown) => ({ log: { version: '1.2', rows } })],
] as const)('others get on between the pieces of %s', async ([, answerWith]) => {
  let turns = 0
  const turn = () => {
    turns++
    immediate = setImmediate(turn)
  }
  let immediate = setImmediate(turn)

  await stringifyInPieces(answerWith(Array.from({ length: 300 }, () => LARGE)))

  clearImmediate(immediate)
  expect(turns).toBeGreaterThanOrEqual(19)
})
