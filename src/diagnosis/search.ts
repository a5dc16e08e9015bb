import { hash } from 'node:crypto'
import { type Cause, cause } from './cause.ts'
import type { Line } from './lines.ts'
import { MessageHasher, type MessageParts, messageBytes } from './message.ts'
import type { Recovered } from './recover.ts'
import type { Variant } from './variant.ts'
import type { Work } from './work.ts'

/** What may have been signed as each part, without what should have been. */
export type PartVariants = { readonly [Part in keyof MessageParts]: readonly Variant<MessageParts[Part]>[] }

export interface SearchSpace {
  readonly usual: MessageParts
  readonly variants: PartVariants
  /** Timestamps of which there are many, tried alone: after the most usual pairs, and after the usual ones. */
  readonly milliseconds: readonly Variant<string>[]
  readonly seconds: readonly Variant<string>[]
}

export interface Found {
  readonly causes: readonly Cause[]
  readonly message: Buffer
}

type Part = keyof MessageParts

/** In the order in which parts are changed, which is the order in which causes are reported. */
const PARTS: readonly Part[] = ['method', 'url', 'timestamp', 'nonce', 'body', 'order', 'separator', 'ends']

/** One part as another value. */
type Change = { [P in Part]: { readonly part: P; readonly variant: Variant<MessageParts[P]> } }[Part]

/** The longest message that is also tried as a whole in other forms, in bytes. */
const MAX_WHOLE_BYTES = 65_536

/**
 * Looks for the message that was signed, from the simplest to less simple ones: as it should be, with one change, with changes of two
 * parts; usual mistakes before rare ones.
 *
 * @param triples also tries three usual mistakes at once
 * @returns nothing when none of the messages fits, or when the work is used up
 */
export function searchMessage(
  space: SearchSpace,
  recovered: Recovered,
  work: Work,
  triples: boolean,
): Found | undefined {
  const search = new Search(space, recovered, work)
  const changes = PARTS.flatMap((part) => changesOf(space, part))
  const simple = changes.filter(({ variant }) => variant.causes.length === 1)
  const usual = simple.filter(({ variant }) => variant.rank === 1)
  return (
    search.one([undefined]) ??
    search.one(simple) ??
    search.one(changes.filter(({ variant }) => variant.causes.length > 1)) ??
    search.whole([[]]) ??
    search.pairs(2) ??
    search.pairs(3) ??
    search.one(space.milliseconds.map((variant) => ({ part: 'timestamp', variant }))) ??
    search.whole(usual.map((change) => [change])) ??
    search.pairs(4) ??
    search.one(space.seconds.map((variant) => ({ part: 'timestamp', variant }))) ??
    search.pairs(5) ??
    search.pairs(6) ??
    (triples ? search.triples() : undefined)
  )
}

function changesOf({ variants }: SearchSpace, part: Part): Change[] {
  return variants[part].map((variant) => ({ part, variant }) as Change)
}

class Search {
  readonly #space: SearchSpace
  readonly #recovered: Recovered
  readonly #hasher: MessageHasher
  readonly #work: Work
  /** Changes that can be combined, by part and rank. */
  readonly #ranked: ReadonlyMap<Part, readonly (readonly Change[])[]>

  constructor(space: SearchSpace, recovered: Recovered, work: Work) {
    this.#space = space
    this.#recovered = recovered
    this.#hasher = new MessageHasher(recovered.algorithm, work)
    this.#work = work
    this.#ranked = new Map(
      PARTS.map((part) => {
        const changes = changesOf(space, part)
        return [part, [1, 2, 3].map((rank) => changes.filter(({ variant }) => variant.rank === rank))]
      }),
    )
  }

  /** One change at a time; `undefined` for none. */
  one(changes: readonly (Change | undefined)[]): Found | undefined {
    for (const change of changes) {
      const found = this.#try(change ? changed(this.#space.usual, change) : this.#space.usual, change ? [change] : [])
      if (found) return found
    }
    return undefined
  }

  /** Changes of two parts whose ranks have that sum. */
  pairs(sum: number): Found | undefined {
    for (const [index, part] of PARTS.entries()) {
      for (let rank = Math.max(1, sum - 3); rank <= Math.min(3, sum - 1); rank += 1) {
        for (const first of this.#changes(part, rank)) {
          const parts = changed(this.#space.usual, first)
          for (const other of PARTS.slice(index + 1)) {
            const found = this.#second(parts, first, this.#changes(other, sum - rank))
            if (found) return found
          }
        }
      }
    }
    return undefined
  }

  #second(parts: MessageParts, first: Change, changes: readonly Change[]): Found | undefined {
    for (const second of changes) {
      if (leavesOut(second, first.part)) continue
      const found = this.#try(changed(parts, second), [first, second])
      if (found) return found
    }
    return undefined
  }

  /** Three usual changes of different parts. */
  triples(): Found | undefined {
    const usual = PARTS.flatMap((part) => this.#changes(part, 1))
    for (const first of usual) {
      for (const second of usual) {
        if (!comesBefore(first, second)) continue
        const parts = changed(changed(this.#space.usual, first), second)
        for (const third of usual) {
          if (!comesBefore(second, third) || leavesOut(third, first.part)) continue
          const found = this.#try(changed(parts, third), [first, second, third])
          if (found) return found
        }
      }
    }
    return undefined
  }

  #changes(part: Part, rank: number): readonly Change[] {
    return this.#ranked.get(part)?.[rank - 1] ?? []
  }

  /** What is too much for this message need not be for the next: many leave a large body out. So nothing ends the search early. */
  #try(parts: MessageParts, changes: readonly Change[]): Found | undefined {
    const digest = this.#hasher.digest(parts)
    if (digest === undefined || !this.#recovered.matches(digest)) return undefined
    return { causes: causesOf(changes), message: messageBytes(parts) }
  }

  /** Messages with some changes, changed as a whole: hashed twice, quoted, in another encoding. */
  whole(candidates: readonly (readonly Change[])[]): Found | undefined {
    const { algorithm } = this.#recovered
    for (const changes of candidates) {
      const parts = changes.reduce(changed, this.#space.usual)
      if (parts.body.length > MAX_WHOLE_BYTES || !this.#work.takeWriting(parts.body.length)) continue
      const bytes = messageBytes(parts)
      for (const [written, whole] of wholes(bytes, hash(algorithm, bytes, 'buffer'))) {
        if (!this.#work.allows(written.length)) return undefined
        this.#work.count(written.length)
        if (this.#recovered.matches(hash(algorithm, written, 'hex'))) {
          return { causes: [...causesOf(changes), whole], message: written }
        }
      }
    }
    return undefined
  }
}

function causesOf(changes: readonly Change[]): readonly Cause[] {
  return changes.flatMap(({ variant }) => variant.causes)
}

/** Written out, since this runs for every candidate and a computed member takes three times as long. */
function changed(parts: MessageParts, { part, variant: { value } }: Change): MessageParts {
  const copy: { -readonly [P in Part]: MessageParts[P] | typeof value } = {
    method: parts.method,
    url: parts.url,
    timestamp: parts.timestamp,
    nonce: parts.nonce,
    body: parts.body,
    order: parts.order,
    separator: parts.separator,
    ends: parts.ends,
  }
  copy[part] = value
  return copy as MessageParts
}

/** Whether two changes are of different parts, in the order of parts, and the second does not leave out what the first changes. */
function comesBefore(first: Change, second: Change): boolean {
  return PARTS.indexOf(first.part) < PARTS.indexOf(second.part) && !leavesOut(second, first.part)
}

function leavesOut(change: Change, part: Part): boolean {
  return change.part === 'order' && isLine(part) && !change.variant.value.includes(part)
}

function isLine(part: Part): part is Line {
  return part !== 'order' && part !== 'separator' && part !== 'ends'
}

function wholes(bytes: Buffer, digest: Buffer): (readonly [written: Buffer, whole: Cause])[] {
  const hex = digest.toString('hex')
  const text = bytes.toString('utf8')
  return [
    [digest, cause('message_hashed_twice', 'binary')],
    [Buffer.from(hex), cause('message_hashed_twice', 'hex')],
    [Buffer.from(hex.toUpperCase()), cause('message_hashed_twice', 'HEX')],
    [Buffer.from(digest.toString('base64')), cause('message_hashed_twice', 'base64')],
    [Buffer.from(JSON.stringify(text)), cause('message_quoted')],
    [Buffer.from(text, 'utf16le'), cause('message_utf16', 'UTF-16LE')],
    [Buffer.from(text, 'utf16le').swap16(), cause('message_utf16', 'UTF-16BE')],
  ]
}
