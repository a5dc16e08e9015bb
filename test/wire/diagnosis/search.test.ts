import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { USUAL_ENDS } from '../../../src/wire/diagnosis/difference.ts'
import { type MessageParts, messageBytes } from '../../../src/wire/diagnosis/message.ts'
import type { Recovered } from '../../../src/wire/diagnosis/recover.ts'
import { type PartVariants, type SearchSpace, searchMessage } from '../../../src/wire/diagnosis/search.ts'
import type { Rank, Variant } from '../../../src/wire/diagnosis/variant.ts'
import { type Effort, Work } from '../../../src/wire/diagnosis/work.ts'
import { named } from './told.ts'

const LIMIT = 1_000_000_000
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** A variant that is called by its cause's value. */
const variant = <Value>(name: string, rank: Rank, value: Value): Variant<Value> => ({
  value,
  rank,
  causes: name.split('&').map((one) => ({ name: 'method_other', value: one })),
})

/** Few variants of each rank, so that every candidate can be named. `uu` has two causes, `o1` leaves all but the method out. */
const SPACE: SearchSpace = {
  usual: {
    method: 'M',
    url: 'U',
    timestamp: 'T0',
    nonce: 'N',
    body: Buffer.from('B'),
    order: ['method', 'url', 'timestamp', 'nonce', 'body'],
    separator: '\n',
    ends: USUAL_ENDS,
  },
  variants: {
    method: () => [variant('m2', 2, 'm2'), variant('m1', 1, 'm1'), variant('m3', 3, 'm3')],
    url: () => [variant('u&u', 1, 'uu'), variant('u1', 1, 'u1')],
    timestamp: () => [],
    nonce: () => [],
    body: () => [variant('ba', 'alone', Buffer.from('ba')), variant('b2', 2, Buffer.from('b2'))],
    order: () => [variant('o1', 1, ['method'])],
    separator: () => [],
    ends: () => [
      variant('e3', 3, { before: () => '^', after: USUAL_ENDS.after }),
      variant('e1', 1, { before: USUAL_ENDS.before, after: () => '$' }),
    ],
  },
  milliseconds: () => [variant('t1', 'alone', 'T1')],
  seconds: () => [variant('t2', 'alone', 'T2')],
}

interface Candidate {
  /** `m1 + e1`, or `message_quoted(…)` behind it for one that is changed as a whole. */
  readonly name: string
  readonly message: Buffer
}

const { variants } = SPACE
const choices: PartVariants = {
  ...variants,
  timestamp: () => [...SPACE.milliseconds(), ...SPACE.seconds()],
}

/** Every message that the space has, as it is and in the forms of a whole message. */
function everyCandidate(): Map<string, Candidate> {
  let messages: { readonly names: readonly string[]; readonly parts: MessageParts }[] = [
    { names: [], parts: SPACE.usual },
  ]
  const withPart = <Part extends keyof MessageParts>(part: Part) => {
    messages = messages.flatMap((one) => [
      one,
      ...choices[part]().map(({ value, causes }) => ({
        names: [...one.names, causes.map((cause) => cause.value).join(' + ')],
        parts: { ...one.parts, [part]: value },
      })),
    ])
  }
  for (const part of ['method', 'url', 'timestamp', 'nonce', 'body', 'order', 'separator', 'ends'] as const)
    withPart(part)
  const candidates = new Map<string, Candidate>()
  // The fewest changes first: what leaves a line out does not show what else was done to it.
  for (const { names, parts } of messages.toSorted((a, b) => a.names.length - b.names.length)) {
    const bytes = messageBytes(parts)
    for (const [form, message] of formsOf(bytes)) {
      const digest = sha256(message).toString('hex')
      if (!candidates.has(digest)) candidates.set(digest, { name: [...names, ...form].join(' + '), message })
    }
  }
  return candidates
}

function formsOf(bytes: Buffer): (readonly [form: readonly string[], message: Buffer])[] {
  const digest = sha256(bytes)
  const text = bytes.toString()
  const hex = digest.toString('hex')
  return [
    [[], bytes],
    [['message_hashed_twice(binary)'], digest],
    [['message_hashed_twice(hex)'], Buffer.from(hex)],
    [['message_hashed_twice(HEX)'], Buffer.from(hex.toUpperCase())],
    [['message_hashed_twice(base64)'], Buffer.from(digest.toString('base64'))],
    [['message_quoted'], Buffer.from(JSON.stringify(text))],
    [['message_utf16(UTF-16LE)'], Buffer.from(text, 'utf16le')],
    [['message_utf16(UTF-16BE)'], Buffer.from(text, 'utf16le').swap16()],
  ]
}

const CANDIDATES = everyCandidate()
const WHOLES = formsOf(Buffer.alloc(0)).flatMap(([form]) => form)
const HASHED_TWICE = WHOLES.slice(0, 4)
const REWRITTEN = WHOLES.slice(4)
const inForms = (forms: readonly string[]) => (name: string) => forms.map((form) => `${name} + ${form}`)

const recoveredFor = (matches: (digest: string) => boolean): Recovered => ({
  causes: [],
  algorithm: 'sha256',
  digest: '',
  matches,
  certain: true,
})

/** The names of all candidates, in the order in which they are tried. */
function triedIn(effort: Effort, space = SPACE, work = new Work(LIMIT, effort)): string[] {
  const tried: string[] = []
  const recovered = recoveredFor((digest) => {
    tried.push(CANDIDATES.get(digest)?.name ?? 'none that is known')
    return false
  })
  expect(searchMessage(space, recovered, work)).toBeUndefined()
  return tried
}

const USUAL = ['e1', 'm1', 'o1', 'u1']

const SINGLE = [
  // As it should be; with one usual change, what is cheap to make before addresses and bodies, and before all of them what stands behind the body.
  ...['', 'e1', 'm1', 'o1', 'm2', 'u1', 'b2'],
  ...HASHED_TWICE,
  // The rare ones, and those that are never combined.
  ...['m3', 'e3', 'ba'],
  ...REWRITTEN,
]

const QUICK = [
  // Single changes: the usual ones first, whatever they cost to make, with two that are usual together.
  ...['', 'e1', 'm1', 'o1', 'u + u', 'u1', 'm2', 'b2'],
  ...HASHED_TWICE,
  ...['m3', 'ba', 'e3'],
  ...REWRITTEN,
  // Two usual ones: none that a line was left out of that was changed.
  ...['m1 + u + u', 'm1 + u1', 'm1 + o1', 'm1 + e1', 'u + u + e1', 'u1 + e1', 'o1 + e1'],
  // A usual and a less usual one.
  ...['m1 + b2', 'm2 + u + u', 'm2 + u1', 'm2 + o1', 'm2 + e1', 'u + u + b2', 'u1 + b2', 'b2 + e1'],
  ...['t1', 't2'],
  ...[...USUAL.flatMap(inForms(HASHED_TWICE)), ...USUAL.flatMap(inForms(REWRITTEN))],
  'm2 + b2',
  ...['m1 + e3', 'm3 + u + u', 'm3 + u1', 'm3 + o1', 'm3 + e1', 'u + u + e3', 'u1 + e3', 'o1 + e3'],
  ...['m2 + e3', 'm3 + b2', 'b2 + e3'],
  'm3 + e3',
]

const THOROUGH = [
  ...QUICK,
  ...['m1 + t1', 'm1 + t2', 'm1 + ba'],
  ...['u + u + t1', 'u + u + t2', 'u + u + ba', 'u1 + t1', 'u1 + t2', 'u1 + ba'],
  ...['t1 + e1', 't2 + e1', 'ba + e1'],
  ...['m1 + u + u + e1', 'm1 + u1 + e1', 'm1 + o1 + e1'],
  ...['m2 + t1', 'm2 + t2', 'm2 + ba', 't1 + b2', 't2 + b2'],
]

describe('messages are tried from the simplest to less simple ones', () => {
  test('for a single mistake', () => {
    expect(triedIn('single')).toEqual(SINGLE)
  })

  test('while a client waits', () => {
    expect(triedIn('request')).toEqual(QUICK)
  })

  test('for a person who asks three changes too, and those of which there are many with another', () => {
    expect(triedIn('thorough')).toEqual(THOROUGH)
  })
})

test('each of them is found, with its causes in the order of the parts', () => {
  for (const name of THOROUGH) {
    const [digest, candidate] = [...CANDIDATES].find(([, one]) => one.name === name) ?? []
    const found = searchMessage(
      SPACE,
      recoveredFor((tried) => tried === digest),
      new Work(LIMIT, 'thorough'),
    )

    expect(found?.message).toEqual(candidate?.message)
    expect(named(found?.causes ?? []).replaceAll(/method_other\((\w+)\)/g, '$1')).toBe(name)
  }
})

describe('the work', () => {
  test('that is used up ends the search', () => {
    for (const count of [0, 1, 5, 11, 12, 18, 19, 25, 34, 36, 38, 66]) {
      // Each candidate counts as 1,024 bytes, and has less than that.
      const work = new Work(1_024 * count + 4_000, 'thorough')
      const tried = triedIn('thorough', SPACE, work)

      expect(work.candidates).toBeGreaterThanOrEqual(count)
      expect(work.candidates).toBeLessThanOrEqual(count + 4)
      // To be hashed twice, a message is hashed once more, the last one perhaps in vain.
      const twice = tried.filter((name) => name.includes('message_hashed_twice')).length
      const once = Math.ceil(twice / HASHED_TWICE.length)
      expect([once, once + 1]).toContain(work.candidates - tried.length)
      expect(work.spent).toBeLessThanOrEqual(work.limit)
    }
  })

  test('of a message that is rewritten as a whole is its body written once', () => {
    const work = new Work(LIMIT, 'request')
    triedIn('request', SPACE, work)
    // As it is, and with four usual changes.
    expect(work.writtenBytes).toBe(5)
    // To be hashed twice each was hashed once more.
    expect(work.candidates).toBe(QUICK.length + 5)
  })

  test('that is too much for a large body leaves out what has the body, and that alone', () => {
    const body = Buffer.alloc(30_000, 'x')
    const little = { ...SPACE, usual: { ...SPACE.usual, body } }
    const tried = triedIn('request', little, new Work(25_000, 'request'))

    // Without the body, or with another one.
    expect(tried).toEqual([
      ...['o1', 'b2', 'ba', 'm1 + o1', 'o1 + e1', 'm1 + b2', 'm2 + o1', 'u + u + b2', 'u1 + b2', 'b2 + e1'],
      ...inForms(HASHED_TWICE)('o1'),
      ...['m2 + b2', 'm3 + o1', 'o1 + e3', 'm3 + b2', 'b2 + e3'],
    ])
  })

  test('that is too much for the body makes no timestamps to try with it, which are thousands', () => {
    const made: string[] = []
    const none = (unit: string) => () => {
      made.push(unit)
      return []
    }
    const body = Buffer.alloc(30_000, 'x')
    const little = { ...SPACE, usual: { ...SPACE.usual, body }, milliseconds: none('ms'), seconds: none('s') }
    triedIn('request', little, new Work(25_000, 'request'))
    expect(made).toEqual([])

    triedIn('request', little, new Work(LIMIT, 'request'))
    expect(made).toEqual(['ms', 's'])
  })
})

test('a message is rewritten as a whole while its body has no more than 64 KiB', () => {
  const wholes = (length: number) => {
    let count = 0
    const body = Buffer.alloc(length, 'x')
    const usual = { ...SPACE.usual, body }
    const none = () => []
    const lines = { method: none, url: none, timestamp: none, nonce: none, body: none }
    const empty: PartVariants = { ...lines, order: none, separator: none, ends: none }
    searchMessage(
      { usual, variants: empty, milliseconds: none, seconds: none },
      recoveredFor(() => {
        count += 1
        return false
      }),
      new Work(LIMIT, 'request'),
    )
    return count - 1
  }

  expect(wholes(65_536)).toBe(WHOLES.length)
  expect(wholes(65_537)).toBe(HASHED_TWICE.length)
})
