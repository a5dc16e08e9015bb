import { hash } from 'node:crypto'
import { type Ends, USUAL_ENDS } from './difference.ts'
import { MessageHasher, type MessageParts, messageBytes } from './message.ts'
import type { Recovered } from './recover.ts'
import { type Cause, cause, type Rank, type Variant } from './variant.ts'
import type { Work } from './work.ts'

/** Candidates for each signed part, except the correct value. Created on demand, since many mistakes are found without them. @internal */
export type PartVariants = { readonly [Part in keyof MessageParts]: () => readonly Variant<MessageParts[Part]>[] }

export interface SearchSpace {
  readonly usual: MessageParts
  readonly variants: PartVariants
  /** Timestamps that are too many to combine; tried alone after the most usual pairs. */
  readonly milliseconds: () => readonly Variant<string>[]
  readonly seconds: () => readonly Variant<string>[]
}

export interface Found {
  readonly causes: readonly Cause[]
  readonly message: Buffer
}

/** A message in another form as a whole, and the mistake behind it. */
type WholeForm = readonly [written: Buffer, form: Cause]

type Part = keyof MessageParts
type MutableParts = { -readonly [P in Part]: MessageParts[P] }

/** Parts in the order in which they are changed and causes are reported. */
const PARTS: readonly Part[] = ['method', 'url', 'timestamp', 'nonce', 'body', 'order', 'separator', 'ends']

/** The parts by the cost of creating their variants, which a cheap search goes by: addresses are encoded anew, and bodies serialised anew. */
const PARTS_BY_COST: readonly (readonly Part[])[] = [
  ['method', 'timestamp', 'nonce', 'order', 'separator', 'ends'],
  ['url'],
  ['body'],
]

/** One part with another value. */
type Change = {
  [P in Part]: { readonly part: P; readonly variant: Variant<MessageParts[P]>; readonly precedence: number }
}[Part]

/** Maximum length of a message that is also tried as a whole in other forms, in bytes. */
const MAX_WHOLE_BYTES = 65_536

/**
 * Searches for the message that was signed, from simple to complex: unchanged, with one change, with changes of two parts; usual mistakes before rare
 * ones. A search for a single mistake ends after one change. A thorough search continues with three usual ones, and with those in their hundreds
 * together with usual ones.
 *
 * @returns undefined if none of the messages fits, or the work is used up
 */
export function searchMessage(space: SearchSpace, recovered: Recovered, work: Work): Found | undefined {
  const search = new Search(space, recovered, work)
  const single = search.none() ?? search.single()
  if (single || work.effort === 'single') return single
  const changes = PARTS.flatMap((part) => search.changes(part))
  const usual = changes
    .filter(({ variant }) => variant.causes.length === 1 && variant.rank === 1)
    .toSorted(byPrecedence)
    .map((change) => [change])
  return (
    search.one(changes.filter((change) => !search.isOne(change))) ??
    search.pairs(1, 1) ??
    search.pairs(1, 2) ??
    search.timestamps(space.milliseconds) ??
    search.timestamps(space.seconds) ??
    search.whole(usual, search.hashedTwice) ??
    search.whole(usual, search.rewritten) ??
    search.pairs(2, 2) ??
    search.pairs(1, 3) ??
    search.pairs(2, 3) ??
    search.pairs(3, 3) ??
    (work.effort === 'thorough'
      ? (search.pairs(1, 'alone') ?? search.triples() ?? search.pairs(2, 'alone'))
      : undefined)
  )
}

/** So many variants of a part and rank come before the next rank: a long list would keep the usual ones of other parts waiting. */
const OF_ONE_RANK = 4

/**
 * Usual ones first, and before all others the text behind the body, where a large body is hashed only once. If two produce the same message, the first is
 * reported.
 *
 * @param turn counts the variants of a part with the same rank
 */
function precedenceOf(part: Part, { rank, causes, value }: Variant<unknown>, turn: number): number {
  const isBehindBody = part === 'ends' && (value as Ends).before === USUAL_ENDS.before
  return (isBehindBody ? 0 : 10) + (rank === 'alone' ? 3 : rank) + turn / OF_ONE_RANK + (causes.length - 1) / 8
}

function byPrecedence(a: Change, b: Change): number {
  return a.precedence - b.precedence
}

/** Precedence of the first rare ones. */
const RARE = 13

/** Bodies of fewer bytes do not take a turn: next to a long one they cost nothing. */
const SHORT_BYTES = 1_024

function changesTo(part: Part, variants: readonly Variant<unknown>[]): readonly Change[] {
  const turns = new Map<Rank, number>()
  return variants.map((variant) => {
    const turn = turns.get(variant.rank) ?? 0
    const { value } = variant
    if (!(Buffer.isBuffer(value) && value.length < SHORT_BYTES)) turns.set(variant.rank, turn + 1)
    return { part, variant, precedence: precedenceOf(part, variant, turn) } as Change
  })
}

class Search {
  readonly #space: SearchSpace
  readonly #usual: MessageParts
  /** The candidate to try next: one shared object, since there are thousands. */
  readonly #parts: MutableParts
  readonly #recovered: Recovered
  readonly #hasher: MessageHasher
  readonly #work: Work
  readonly #changes = new Map<Part, readonly Change[]>()
  readonly #ranked = new Map<Part, ReadonlyMap<Rank, readonly Change[]>>()

  constructor(space: SearchSpace, recovered: Recovered, work: Work) {
    this.#space = space
    this.#usual = space.usual
    this.#parts = { ...space.usual }
    this.#recovered = recovered
    this.#hasher = new MessageHasher(recovered.algorithm, work, space.usual.body)
    this.#work = work
  }

  changes(part: Part): readonly Change[] {
    let changes = this.#changes.get(part)
    if (!changes) {
      changes = changesTo(part, this.#space.variants[part]())
      this.#changes.set(part, changes)
    }
    return changes
  }

  /** Whether a change is one mistake; while a client waits, also two that are usual together, such as the white space and escapes of Python. */
  readonly isOne = ({ variant: { causes, rank } }: Change): boolean =>
    causes.length === 1 || (this.#work.effort !== 'single' && (rank === 1 || rank === 2))

  /** Tries the unchanged message. */
  none(): Found | undefined {
    return this.#try([])
  }

  /** Tries one mistake, or what a usual serialiser does by itself, the rare ones last. */
  single(): Found | undefined {
    const rare: Change[] = []
    for (const parts of this.#work.effort === 'single' ? PARTS_BY_COST : [PARTS]) {
      const changes = parts.flatMap((part) => this.changes(part).filter(this.isOne)).toSorted(byPrecedence)
      const found = this.one(changes.filter(({ precedence }) => precedence < RARE))
      if (found) return found
      rare.push(...changes.filter(({ precedence }) => precedence >= RARE))
    }
    // To rewrite a long message three times leaves little for anything else.
    return (
      this.whole([[]], this.hashedTwice) ?? this.one(rare.toSorted(byPrecedence)) ?? this.whole([[]], this.rewritten)
    )
  }

  /** Tries one change at a time. */
  one(changes: readonly Change[]): Found | undefined {
    for (const change of changes) {
      const found = this.#with(change, () => this.#try([change]))
      if (found) return found
    }
    return undefined
  }

  /** {@link one} for timestamps, which are many. */
  timestamps(made: () => readonly Variant<string>[]): Found | undefined {
    // Making thousands of them takes longer than finding out that none can be tried.
    if (!this.#work.allows(this.#usual.body.length)) return undefined
    const variants = made()
    const values = variants.map(({ value }) => value)
    const timestamp = this.#hasher.findTimestamp(this.#usual, values, this.#recovered.matches)
    const variant = variants.find(({ value }) => value === timestamp)
    return variant && { causes: variant.causes, message: messageBytes({ ...this.#usual, timestamp: variant.value }) }
  }

  /** Tries changes of two parts, one of each rank. */
  pairs(rank: Rank, otherRank: Rank): Found | undefined {
    for (const [index, part] of PARTS.entries()) {
      const others = PARTS.slice(index + 1)
      for (const [of, ofOther] of rank === otherRank
        ? [[rank, rank] as const]
        : [[rank, otherRank] as const, [otherRank, rank] as const]) {
        for (const first of this.#ofRank(part, of)) {
          // There are thousands of pairs, and a long body leaves no work for them.
          if (this.#work.isUsedUp) return undefined
          const found = this.#with(first, () => this.#seconds(first, others, ofOther))
          if (found) return found
        }
      }
    }
    return undefined
  }

  #seconds(first: Change, parts: readonly Part[], rank: Rank): Found | undefined {
    for (const part of parts) {
      const changes = this.#ofRank(part, rank)
      for (const second of changes) {
        if (leavesOut(second, first.part)) continue
        set(this.#parts, second)
        const found = this.#try([first, second])
        if (found) return found
      }
      reset(this.#parts, part, this.#usual)
    }
    return undefined
  }

  /** Tries three usual changes of different parts. */
  triples(): Found | undefined {
    for (const [index, part] of PARTS.entries()) {
      for (const first of this.#ofRank(part, 1)) {
        for (const [offset, other] of PARTS.slice(index + 1).entries()) {
          const rest = PARTS.slice(index + offset + 2)
          for (const second of this.#ofRank(other, 1)) {
            if (leavesOut(second, part)) continue
            const found = this.#with(first, () => this.#with(second, () => this.#thirds(first, second, rest)))
            if (found) return found
          }
        }
      }
    }
    return undefined
  }

  #thirds(first: Change, second: Change, parts: readonly Part[]): Found | undefined {
    for (const third of parts.flatMap((part) => this.#ofRank(part, 1))) {
      if (leavesOut(third, first.part) || leavesOut(third, second.part)) continue
      const found = this.#with(third, () => this.#try([first, second, third]))
      if (found) return found
    }
    return undefined
  }

  #ofRank(part: Part, rank: Rank): readonly Change[] {
    let ranked = this.#ranked.get(part)
    if (!ranked) {
      const { milliseconds, seconds } = this.#space
      const more =
        part === 'timestamp' && this.#work.effort === 'thorough'
          ? changesTo(part, [...milliseconds(), ...seconds()])
          : []
      ranked = Map.groupBy([...this.changes(part), ...more], ({ variant }) => variant.rank)
      this.#ranked.set(part, ranked)
    }
    return ranked.get(rank) ?? []
  }

  #with(change: Change, search: () => Found | undefined): Found | undefined {
    set(this.#parts, change)
    const found = search()
    reset(this.#parts, change.part, this.#usual)
    return found
  }

  /** Work that one message exceeds may suffice for the next: many leave a large body out. So nothing ends the search early. */
  #try(changes: readonly Change[]): Found | undefined {
    const digest = this.#hasher.digest(this.#parts)
    if (digest === undefined || !this.#recovered.matches(digest)) return undefined
    return { causes: causesOf(changes), message: messageBytes(this.#parts) }
  }

  /** Tries messages with some changes in other forms as a whole. */
  whole(
    candidates: readonly (readonly Change[])[],
    formsOf: (parts: MessageParts) => readonly WholeForm[],
  ): Found | undefined {
    for (const changes of candidates) {
      const parts = { ...this.#usual }
      for (const change of changes) set(parts, change)
      for (const [written, form] of formsOf(parts)) {
        if (!this.#work.allows(written.length)) return undefined
        this.#work.count(written.length)
        if (this.#recovered.matches(hash(this.#recovered.algorithm, written, 'hex'))) {
          return { causes: [...causesOf(changes), form], message: written }
        }
      }
    }
    return undefined
  }

  /** The digest of a message, as a client hashes it that hands it to a function which hashes as well. */
  readonly hashedTwice = (parts: MessageParts): readonly WholeForm[] => {
    const hex = this.#hasher.digest(parts)
    if (hex === undefined) return []
    const digest = Buffer.from(hex, 'hex')
    return [
      [digest, cause('message_hashed_twice', 'binary')],
      [Buffer.from(hex), cause('message_hashed_twice', 'hex')],
      [Buffer.from(hex.toUpperCase()), cause('message_hashed_twice', 'HEX')],
      [Buffer.from(digest.toString('base64')), cause('message_hashed_twice', 'base64')],
    ]
  }

  /** A message in quotes, or in UTF-16. */
  readonly rewritten = (parts: MessageParts): readonly WholeForm[] => {
    if (parts.body.length > MAX_WHOLE_BYTES || !this.#work.takeWriting(parts.body.length)) return []
    const text = messageBytes(parts).toString('utf8')
    return [
      [Buffer.from(JSON.stringify(text)), cause('message_quoted')],
      [Buffer.from(text, 'utf16le'), cause('message_utf16', 'UTF-16LE')],
      [Buffer.from(text, 'utf16le').swap16(), cause('message_utf16', 'UTF-16BE')],
    ]
  }
}

function causesOf(changes: readonly Change[]): readonly Cause[] {
  return changes.flatMap(({ variant }) => variant.causes)
}

function set(parts: MutableParts, { part, variant }: Change): void {
  ;(parts as Record<Part, unknown>)[part] = variant.value
}

function reset(parts: MutableParts, part: Part, usual: MessageParts): void {
  ;(parts as Record<Part, unknown>)[part] = usual[part]
}

/** Whether the second change leaves out the line that the first changes; changes of anything but a line come after the order. */
function leavesOut(change: Change, part: Part): boolean {
  return change.part === 'order' && !change.variant.value.some((line) => line === part)
}
