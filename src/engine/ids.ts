import { createHash, randomBytes } from 'node:crypto'

/** The source of the mock's nonces and numbers; with a seed, two runs can be the same byte for byte. */
export interface IdSource {
  /** Upper-case hex in the shape of a live `Request-ID`, without the code behind the dash. */
  requestId(): string
  /** 32 lower-case hex digits. */
  nonce(): string
  /** A string of decimal digits that does not start with 0, behind a prefix. */
  digits(length: number, prefix?: string): string
  /** A random UUID (version 4). */
  uuid(): string
  /** Each higher than the last: 0, 1, 2 … for the first source of a state. */
  position(): number
  /** `length` characters of `0-9 A-Z a-z`, behind a prefix. */
  letters(length: number, prefix?: string): string
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BLOCK = 4_096

/** Positions reserved for one process: far more than it ever uses. */
const POSITIONS = 2 ** 32

/**
 * Creates an {@link IdSource}. The same seed gives the same sequence; without a seed the sequence is random.
 *
 * Seeded numbers are predictable: fit for a mock, unfit for anything secret.
 *
 * @param start how many processes have used the same state before: this one gives different numbers, and higher positions
 */
export function createIds(seed?: string, start = 0): IdSource {
  const source = start === 0 ? seed : `${seed}:start ${start}`
  let pool = Buffer.alloc(0)
  let position = 0
  let counter = 0
  let positions = start * POSITIONS

  /** Advances by `length` bytes of the pool, and returns where they begin. */
  const pass = (length: number): number => {
    if (position + length > pool.length) {
      const size = Math.max(BLOCK, length)
      pool =
        seed === undefined
          ? randomBytes(size)
          : createHash('shake256', { outputLength: size }).update(`${source}:${counter++}`).digest()
      position = 0
    }
    position += length
    return position - length
  }
  const take = (length: number): Buffer => {
    const start = pass(length)
    return pool.subarray(start, start + length)
  }
  const hex = (length: number): string => {
    const start = pass(length)
    return pool.toString('hex', start, start + length)
  }
  /** A prefix and characters of alphabets in one piece: a string that was joined takes twice the memory, which shows with a million of them. */
  const spell = (prefix: string, ...parts: readonly (readonly [alphabet: string, length: number])[]): string => {
    const text = Buffer.allocUnsafe(parts.reduce((sum, [, length]) => sum + length, prefix.length))
    let end = text.write(prefix, 'latin1')
    for (const [alphabet, length] of parts) {
      for (const byte of take(length)) text[end++] = alphabet.charCodeAt(byte % alphabet.length)
    }
    return text.toString('latin1')
  }

  return {
    requestId: () => `08${hex(20).toUpperCase()}`,
    nonce: () => hex(16),
    uuid: () => uuidOf(take(16)),
    position: () => positions++,
    digits: (length, prefix = '') => spell(prefix, ['123456789', 1], ['0123456789', length - 1]),
    letters: (length, prefix = '') => spell(prefix, [ALPHABET, length]),
  }
}

function uuidOf(bytes: Buffer): string {
  const own = Buffer.from(bytes)
  own.writeUInt8((own.readUInt8(6) & 0x0f) | 0x40, 6)
  own.writeUInt8((own.readUInt8(8) & 0x3f) | 0x80, 8)
  return own.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
