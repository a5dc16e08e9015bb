import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CollectedBytes } from '../../src/engine/unfinished-bodies.ts'

function collected(pieces: readonly Uint8Array<ArrayBuffer>[]): CollectedBytes {
  const bytes = new CollectedBytes()
  for (const piece of pieces) bytes.add(piece)
  return bytes
}

describe('bytes that come in pieces', () => {
  test('are all there, in their order, whatever the pieces; and pieces stay as they were', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 20 }).map((piece) => Uint8Array.from(piece)))
    fc.assert(
      fc.property(pieces, (some) => {
        const before = Buffer.concat(some)
        const all = collected(some)

        expect(Buffer.from(all.bytes).equals(before)).toBe(true)
        expect(all.length).toBe(before.length)
        expect(Buffer.concat(some).equals(before)).toBe(true)
      }),
    )
  })

  test('can be looked at in between', () => {
    const bytes = collected([Uint8Array.of(1), Uint8Array.of(2)])
    const first = bytes.bytes
    bytes.add(Uint8Array.of(3, 4, 5))
    expect([...first]).toEqual([1, 2])
    expect([...bytes.bytes]).toEqual([1, 2, 3, 4, 5])
  })

  test('are not copied when they come at once', () => {
    const piece = Uint8Array.of(1, 2, 3)
    expect(collected([new Uint8Array(), piece, new Uint8Array()]).bytes.buffer).toBe(piece.buffer)
  })

  test('are held in little more than their own number, however many the pieces were', () => {
    const all = collected(Array.from({ length: 100_000 }, (_, i) => Uint8Array.of(i)))
    expect(all.length).toBe(100_000)
    expect(all.bytes.buffer.byteLength).toBeLessThanOrEqual(200_000)
    // With room for more, or each piece would copy all before it.
    expect(all.bytes.buffer.byteLength).toBeGreaterThan(100_000)
  })
})
