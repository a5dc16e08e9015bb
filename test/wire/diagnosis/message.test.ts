import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { LINES, USUAL_ENDS } from '../../../src/wire/diagnosis/difference.ts'
import { MessageHasher, type MessageParts, MessageWriter, messageBytes } from '../../../src/wire/diagnosis/message.ts'
import { Work } from '../../../src/wire/diagnosis/work.ts'

const PARTS: MessageParts = {
  method: 'POST',
  url: '/v3/券',
  timestamp: '1700000000',
  nonce: 'n0nce',
  body: Buffer.from('{"a":1}'),
  order: LINES,
  separator: '\n',
  ends: USUAL_ENDS,
}
const around = (before: string, after: string) => ({ before: () => before, after: () => after })
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const MESSAGES: readonly (readonly [parts: Partial<MessageParts>, message: string])[] = [
  [{}, 'POST\n/v3/券\n1700000000\nn0nce\n{"a":1}\n'],
  [{ separator: '|' }, 'POST|/v3/券|1700000000|n0nce|{"a":1}|'],
  [{ order: ['body'] }, '{"a":1}\n'],
  [{ order: ['body', 'nonce', 'timestamp'] }, '{"a":1}\nn0nce\n1700000000\n'],
  [{ order: ['url', 'method'], separator: '' }, '/v3/券POST'],
  [{ order: ['method', 'body', 'url'] }, 'POST\n{"a":1}\n/v3/券\n'],
  [{ ends: around('前', '后') }, '前POST\n/v3/券\n1700000000\nn0nce\n{"a":1}后'],
  [{ body: Buffer.alloc(0) }, 'POST\n/v3/券\n1700000000\nn0nce\n\n'],
  [{ order: [] }, '\n'],
]

describe('a message', () => {
  test.for(MESSAGES)('of %j', ([parts, message]) => {
    expect(messageBytes({ ...PARTS, ...parts }).toString()).toBe(message)
  })

  test('has the bytes of its body as they are', () => {
    const body = Buffer.of(0xff, 0x00, 0xd6, 0xd0)

    expect(messageBytes({ ...PARTS, order: ['body'], body, ends: around('', '') })).toEqual(body)
  })

  test('is of its own memory', () => {
    const writer = new MessageWriter()
    writer.write(PARTS)
    const before = messageBytes(PARTS)
    messageBytes({ ...PARTS, method: 'PUT' })

    expect(before.toString()).toMatch(/^POST/)
    expect(writer.bytes.toString()).toMatch(/^POST/)
  })
})

describe('a writer', () => {
  const writeAll = (all: readonly Partial<MessageParts>[]) => {
    const writer = new MessageWriter()
    for (const parts of all) {
      writer.write({ ...PARTS, ...parts })
      expect(writer.bytes.equals(messageBytes({ ...PARTS, ...parts }))).toBe(true)
    }
  }

  test('writes one message after another over the last', () => {
    writeAll([{}, { method: 'GET' }, { body: Buffer.from('x') }, {}, { method: 'PUT!' }])
  })

  test('has room for messages of any length, and writes short ones after them', () => {
    const large = (length: number) => ({ body: Buffer.alloc(length, 'x') })

    writeAll([{}, large(4_000), {}, large(8_150), large(8_152), large(8_160), {}, large(20_000), large(8_155), {}])
    writeAll([large(1_000_000), {}])
  })

  test('has room for what takes three bytes a character, in front of the body and behind it', () => {
    writeAll([{ url: '券'.repeat(1_360) }, { url: '券'.repeat(1_400) }, {}])
    writeAll([{}, { ends: around('', '券'.repeat(2_000)) }, { ends: around('x', 'y'.repeat(9_000)) }, {}])
  })

  test('gives a view of what it wrote last', () => {
    const writer = new MessageWriter()
    writer.write(PARTS)
    const { bytes } = writer
    writer.write({ ...PARTS, method: 'POTS' })

    expect(bytes.toString()).toMatch(/^POTS/)
    expect(writer.bytes).toBe(bytes)
  })
})

const hasherWith = (limit = 1_000_000_000, algorithm: 'sha256' | 'md5' = 'sha256') => {
  const work = new Work(limit, 'request')
  return { work, hasher: new MessageHasher(algorithm, work, Buffer.alloc(0)) }
}

describe('a digest', () => {
  const bodies = [
    Buffer.from('{"a":1}'),
    Buffer.from('{"券":1}'),
    Buffer.of(0xff, 0x80, 0x00),
    Buffer.alloc(0),
    Buffer.alloc(8_192, 'x'),
    Buffer.alloc(8_193, 'x'),
    Buffer.alloc(8_193, '券'),
  ]

  test('is that of the message, whatever it is made of', () => {
    const { hasher } = hasherWith()
    const { hasher: md5 } = hasherWith(undefined, 'md5')
    for (const body of bodies) {
      for (const [parts] of MESSAGES) {
        for (const method of ['POST', 'GET']) {
          const message = { ...PARTS, body, ...parts, method }

          expect(hasher.digest(message)).toBe(sha256(messageBytes(message)))
          expect(md5.digest(message)).toBe(createHash('md5').update(messageBytes(message)).digest('hex'))
        }
      }
    }
  })

  test('is that of the message also where another body is asked for in between', () => {
    const { hasher } = hasherWith()
    const [, , , , , large = PARTS.body, other = PARTS.body] = bodies
    for (const parts of [
      { body: large },
      { body: other },
      { body: large, method: 'GET' },
      { body: large, method: 'GET', ends: around('', '!') },
      { body: large, method: 'GET', ends: around('!', '') },
      { body: Buffer.from(large) },
      { body: large, order: ['body'] as const },
      { body: large, order: ['body', 'nonce'] as const },
      { body: large, order: ['nonce', 'timestamp'] as const },
    ]) {
      expect(hasher.digest({ ...PARTS, ...parts })).toBe(sha256(messageBytes({ ...PARTS, ...parts })))
    }
  })

  test('of a text is counted by its characters, of other bytes by them', () => {
    const counted = (body: Buffer) => {
      const { work, hasher } = hasherWith()
      hasher.digest({ ...PARTS, body })
      return [work.hashedBytes, work.candidates]
    }
    const rest = 'POST\n/v3/x\n1700000000\nn0nce\n\n'.length

    expect(counted(Buffer.from('{}'))).toEqual([rest + 2, 1])
    // Two more for the character in the address, and three of the body.
    expect(counted(Buffer.from('券'))).toEqual([rest + 2 + 3, 1])
    expect(counted(Buffer.alloc(8_192, 'x'))).toEqual([rest + 8_192, 1])
    // From here on the bytes are counted, as everything up to the end of the body is hashed for other ends too.
    expect(counted(Buffer.alloc(8_193, 'x'))).toEqual([rest + 2 + 8_193, 1])
  })

  test('of a large body is counted once, and then only what stands behind the body', () => {
    const { work, hasher } = hasherWith()
    const body = Buffer.alloc(10_000, 'x')
    const head = Buffer.byteLength('POST\n/v3/券\n1700000000\nn0nce\n')
    hasher.digest({ ...PARTS, body })
    expect(work.hashedBytes).toBe(head + 10_000 + 1)

    hasher.digest({ ...PARTS, body, ends: around('', '尾') })
    expect(work.hashedBytes).toBe(head + 10_000 + 1 + 3)

    hasher.digest({ ...PARTS, body, method: 'PUT' })
    expect(work.hashedBytes).toBe(2 * (head + 10_000) - 1 + 1 + 3 + 1)
    expect(work.candidates).toBe(3)
  })

  test('that would be too much work is not made', () => {
    const fits = (limit: number, parts: Partial<MessageParts>) => {
      const { work, hasher } = hasherWith(limit)
      const digest = hasher.digest({ ...PARTS, ...parts })
      if (digest === undefined) expect(work.spent).toBe(0)
      return digest !== undefined
    }
    const body = Buffer.alloc(500, 'x')
    expect(fits(1_024 + 500, { body })).toBe(true)
    expect(fits(1_024 + 499, { body })).toBe(false)
    expect(fits(1_024, { body, order: ['nonce'] })).toBe(true)
    expect(fits(1_023, { body, order: ['nonce'] })).toBe(false)

    const large = Buffer.alloc(10_000, 'x')
    const head = 'POST\n/v3/x\n1700000000\nn0nce\n'.length
    expect(fits(1_024 + 10_000 + head + 1, { body: large })).toBe(true)
    expect(fits(1_024 + 10_000 + head, { body: large })).toBe(false)
  })

  test('with another end of a large body needs work for the end alone', () => {
    const body = Buffer.alloc(10_000, 'x')
    const { work, hasher } = hasherWith(12_000 + 1_024)
    expect(hasher.digest({ ...PARTS, body })).toBeDefined()
    const left = work.limit - work.spent - 1_024

    expect(hasher.digest({ ...PARTS, body, ends: around('', 'y'.repeat(left + 1)) })).toBeUndefined()
    expect(hasher.digest({ ...PARTS, body, ends: around('', 'y'.repeat(left)) })).toBe(
      sha256(messageBytes({ ...PARTS, body, ends: around('', 'y'.repeat(left)) })),
    )
  })
})

describe('of timestamps the one that fits is found', () => {
  const others = ['1700000001', '1700000002', '17000000030', '1700000004', '1700000005']
  const fits = (parts: MessageParts, timestamp: string) => {
    const digest = sha256(messageBytes({ ...parts, timestamp }))
    return (candidate: string) => candidate === digest
  }

  test('wherever it stands', () => {
    for (const [parts] of MESSAGES) {
      const message = { ...PARTS, ...parts }
      if (!message.order.includes('timestamp')) continue
      for (const timestamp of others) {
        expect(hasherWith().hasher.findTimestamp(message, others, fits(message, timestamp))).toBe(timestamp)
      }
      expect(hasherWith().hasher.findTimestamp(message, others, fits(message, '1700000009'))).toBeUndefined()
    }
  })

  test('however short it is', () => {
    expect(hasherWith().hasher.findTimestamp(PARTS, ['1', '2'], fits(PARTS, '1'))).toBe('1')
  })

  test('of none there is none', () => {
    expect(hasherWith().hasher.findTimestamp(PARTS, [], () => true)).toBeUndefined()
  })

  test('each is counted, while there is work left', () => {
    const { hasher, work } = hasherWith()
    const length = messageBytes(PARTS).length
    hasher.findTimestamp(PARTS, others.slice(0, 2), () => false)
    expect(work).toMatchObject({ candidates: 2, hashedBytes: 2 * length })

    const little = hasherWith(2 * (1_024 + length))
    expect(little.hasher.findTimestamp(PARTS, others, fits(PARTS, '1700000004'))).toBeUndefined()
    expect(little.work.candidates).toBe(2)
    const none = hasherWith(1_024 + PARTS.body.length - 1)
    expect(none.hasher.findTimestamp(PARTS, others, () => true)).toBeUndefined()
    expect(none.work.candidates).toBe(0)
    expect(hasherWith(1_024 + PARTS.body.length).hasher.findTimestamp(PARTS, others, () => true)).toBe(others[0])
  })
})
