import type { Cause, Diagnosis, Difference } from '../../diagnosis/index.ts'
import { parseJsonObject } from '../../protocol/json-object.ts'
import type { Awaitable } from '../../shared/awaitable.ts'
import type { AttemptReason } from '../callbacks/notification.ts'
import type { AuthenticationCheck } from '../exchange/authenticate.ts'
import type { FaultEffect } from '../faults/effects.ts'
import type { WireRequest, WireResponse } from '../http-message.ts'
import type { Found } from './found.ts'

/** One request and what became of it: a simulated call, or a try to deliver a callback. */
export interface Exchange {
  /** The `Request-ID` without the code behind the dash. */
  readonly id: string
  /** The request's instant on the mock's clock, epoch milliseconds. */
  readonly at: number
  /** How long the answer took on the machine's clock, milliseconds. */
  readonly durationMs: number
  /** Of a callback: what was sent, with the whole URL as its target and names as they were spelled; empty when nothing was. */
  readonly request: WireRequest
  /** Left out when a bug in the mock kept it from answering, and when the receiver of a callback gave no reply. */
  readonly response?: WireResponse
  /** Id of the operation; left out when the path has none. */
  readonly operation?: string
  readonly mchid?: string
  /** Set for a try to deliver a callback. */
  readonly callback?: CallbackReference
  /** `code` of the error answered with. */
  readonly code?: string
  /** What the wire does not say: the check that failed and why, a fault that was planned, or a bug's message. */
  readonly remarks: readonly Remark[]
  /** The state that it found, before it changed anything. */
  readonly before: Found
}

/** Which try of which callback an exchange is. */
export interface CallbackReference {
  /** The callback's id, the same in every repeat. */
  readonly id: string
  readonly eventType: string
  /** 1 for the first try. */
  readonly attempt: number
}

export interface Remark {
  readonly about: AuthenticationCheck | 'callback' | 'body' | 'path' | 'refusal' | 'fault' | 'store' | 'bug'
  readonly text: string
  /** For a signature that does not fit: the message that we built, and what is known about the one that was signed. */
  readonly expectedMessage?: string
  readonly verdict?: Diagnosis['verdict'] | 'not_examined'
  readonly signedMessage?: string
  readonly difference?: Difference
  /** What the client did wrong, where the call was not let in. */
  readonly causes?: readonly Cause[]
  /** Of a try to deliver a callback, in names: why it was not taken, and when the next one begins (epoch milliseconds), if one does. */
  readonly attempt?: {
    readonly reason: AttemptReason | { readonly name: 'not_taken'; readonly value?: never }
    readonly nextAt?: number
  }
  /** Of a planned fault: what it did besides answering with an error. */
  readonly effects?: readonly FaultEffect[]
}

export interface ExchangeFilter {
  readonly operation?: string
  readonly mchid?: string
  readonly status?: number
  readonly stockId?: string
  readonly couponCode?: string
  /** Only callbacks, or none; both if left out. */
  readonly callbacks?: 'only' | 'no'
}

/** Bytes of a body that the journal keeps. */
export const KEPT_BODY_BYTES = 65_536
/** Bytes of all bodies together, so that large ones push out old exchanges early. */
const KEPT_TOTAL_BYTES = 16 * 1_048_576

/** The exchanges as the control API looks at them, of this process or of all that share a store. */
export interface JournalReader {
  /** Oldest first. */
  list(filter?: ExchangeFilter): Awaitable<readonly Exchange[]>
  find(id: string): Awaitable<Exchange | undefined>
  clear(): Awaitable<void>
}

/** A journal that all processes with one store write into. */
export interface SharedJournal extends JournalReader {
  /** Keeps an exchange, and of those before it the latest, `limit` in all; one that can not be kept just now is lost. */
  add(exchange: Exchange, limit: number): Awaitable<void>
}

/** An exchange, and the bytes that it takes up. */
interface Kept {
  readonly exchange: Exchange
  readonly size: number
}

/** The latest exchanges of this process, bounded in number and in bytes. */
export class Journal implements JournalReader {
  readonly #limit: number
  readonly #shared: SharedJournal | undefined
  #kept: Kept[] = []
  #start = 0
  #bytes = 0
  readonly #listeners = new Set<(exchange: Exchange) => void>()

  /**
   * @param limit exchanges kept
   * @param shared where they are kept too, for all processes with one store
   */
  constructor(limit = 1_000, shared?: SharedJournal) {
    this.#limit = limit
    this.#shared = shared
  }

  /** Keeps an exchange; a promise only where it is shared, that resolves once every process sees it. */
  add(exchange: Exchange): Awaitable<void> {
    for (const listener of this.#listeners) listener(exchange)
    if (this.#limit === 0) return
    const kept = withOwnBodies(exchange)
    const size = sizeOf(kept)
    this.#kept.push({ exchange: kept, size })
    this.#bytes += size
    while (this.count > this.#limit || (this.#bytes > KEPT_TOTAL_BYTES && this.count > 1)) this.#drop()
    return this.#shared?.add(kept, this.#limit)
  }

  /** Calls `listener` with every exchange from now on, kept or not; the answer ends that. */
  subscribe(listener: (exchange: Exchange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Oldest first. */
  list(filter: ExchangeFilter = {}): readonly Exchange[] {
    return this.#exchanges.filter((exchange) => matches(exchange, filter))
  }

  find(id: string): Exchange | undefined {
    return this.#exchanges.find((exchange) => exchange.id === id)
  }

  get count(): number {
    return this.#kept.length - this.#start
  }

  clear(): void {
    this.#kept = []
    this.#start = 0
    this.#bytes = 0
  }

  get #exchanges(): Exchange[] {
    return this.#kept.slice(this.#start).map(({ exchange }) => exchange)
  }

  /** Moves the start instead of shifting the whole array at each request; compacts once half of it is dead. */
  #drop(): void {
    this.#bytes -= this.#kept[this.#start]?.size ?? 0
    this.#start += 1
    if (this.#start * 2 > this.#kept.length) {
      this.#kept = this.#kept.slice(this.#start)
      this.#start = 0
    }
  }
}

/** Bytes that an exchange takes up, as far as clients decide on them. */
function sizeOf({ request, response, remarks }: Exchange): number {
  let size = request.target.length + request.body.length + (response?.body.length ?? 0)
  for (const name in request.headers) size += name.length + (request.headers[name]?.length ?? 0)
  for (const field of response?.headers ?? []) size += field[0].length + field[1].length
  for (const { text, expectedMessage = '', signedMessage = '', causes = [] } of remarks) {
    size += text.length + expectedMessage.length + signedMessage.length
    for (const { name, value = '' } of causes) size += name.length + value.length
  }
  return size
}

/** Copies the bodies, cut to what is kept: what a door hands over may be a view of something far larger. */
function withOwnBodies(exchange: Exchange): Exchange {
  const { request, response } = exchange
  return {
    ...exchange,
    request: { ...request, body: new Uint8Array(request.body.subarray(0, KEPT_BODY_BYTES)) },
    ...(response && { response: { ...response, body: new Uint8Array(response.body.subarray(0, KEPT_BODY_BYTES)) } }),
  }
}

/** Whether a filter lets an exchange through. */
export function matches(exchange: Exchange, filter: ExchangeFilter): boolean {
  if (filter.callbacks !== undefined && (exchange.callback === undefined) !== (filter.callbacks === 'no')) return false
  if (filter.operation !== undefined && exchange.operation !== filter.operation) return false
  if (filter.mchid !== undefined && exchange.mchid !== filter.mchid) return false
  if (filter.status !== undefined && exchange.response?.status !== filter.status) return false
  return mentions(exchange, 'stock_id', filter.stockId) && mentions(exchange, 'coupon_code', filter.couponCode)
}

/** Whether the request names a value, in its path or as a member of its JSON body; `undefined` is named by every request. */
export function mentions({ request }: Pick<Exchange, 'request'>, name: string, value: string | undefined): boolean {
  if (value === undefined) return true
  if (request.target.split(/[/?&=]/).includes(encodeURIComponent(value))) return true
  // A body that is not JSON names no coupon.
  return parseJsonObject(request.body)?.[name] === value
}
