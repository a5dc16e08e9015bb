import type { Cause, Diagnosis, Difference } from '../../wire/diagnosis/index.ts'
import { textMembers } from '../../wire/protocol/json-object.ts'
import { type Awaitable, onceFor } from '../../wire/shared/pieces.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import type { AttemptReason } from '../callbacks/notification.ts'
import type { AuthenticationCheck } from '../exchange/authentication-checks.ts'
import type { FaultEffect, PlannedFault } from '../faults/fault-plan.ts'
import type { WireRequest, WireResponse } from '../http-message.ts'
import type { Found } from './found.ts'
import { type KeptMessages, MessageBlocks } from './messages.ts'
import { signerOf } from './nonces.ts'

/** Classes of statuses. `other`: no answer, or a status outside the three classes, such as a redirect. */
export const STATUS_CLASSES = ['2xx', '4xx', '5xx', 'other'] as const

type StatusClass = (typeof STATUS_CLASSES)[number]

/** How an exchange may have ended. `error`: anything but 2xx. `faulted`: hit by a planned fault, whatever its status. */
export const OUTCOMES = ['error', ...STATUS_CLASSES, 'faulted'] as const

type Outcome = (typeof OUTCOMES)[number]

interface Ended {
  readonly response?: { readonly status: number } | undefined
  readonly remarks: readonly { readonly about: string }[]
}

export function statusClassOf({ response }: Pick<Ended, 'response'>): StatusClass {
  const name = `${Math.floor((response?.status ?? 0) / 100)}xx`
  return STATUS_CLASSES.find((one) => one === name) ?? 'other'
}

export function isError(statusClass: StatusClass): boolean {
  return statusClass !== '2xx'
}

export function isFaulted({ remarks }: Pick<Ended, 'remarks'>): boolean {
  return remarks.some(({ about }) => about === 'fault')
}

function hasOutcome(exchange: Ended, outcome: Outcome): boolean {
  if (outcome === 'faulted') return isFaulted(exchange)
  const statusClass = statusClassOf(exchange)
  return outcome === 'error' ? isError(statusClass) : outcome === statusClass
}

/**
 * Names of what went wrong in an exchange that ended in an error: the mistakes of a client that failed authentication, or the error of a refusal, or why a
 * callback was not taken; without these, the check that failed or the code of the error.
 */
export function causesOf({
  response,
  remarks,
  code,
}: Pick<Exchange, 'remarks' | 'code'> & Pick<Ended, 'response'>): readonly string[] {
  if (!isError(statusClassOf({ response }))) return []
  const remark = explainingRemark(remarks)
  if (remark?.causes && remark.causes.length > 0) return [...new Set(remark.causes.map(({ name }) => name))]
  return [remark?.error ?? remark?.attempt?.reason.name ?? remark?.verdict ?? remark?.about ?? code ?? 'no_answer']
}

/**
 * The remark that says why an exchange ended so: a planned fault may merely have delayed a refusal, but is why a callback was not taken; a former member
 * was accepted.
 */
export function explainingRemark(remarks: readonly Remark[]): Remark | undefined {
  return remarks.find(({ about }) => about !== 'fault' && about !== 'callback' && about !== 'former') ?? remarks[0]
}

/** One request and what became of it: a simulated call, or an attempt to deliver a callback. */
export interface Exchange {
  /** The `Request-ID` without the code behind the dash. */
  readonly id: string
  /** The request's instant on the mock's clock, epoch milliseconds. */
  readonly at: number
  /** When a call had its turn in the store, by which what it changed is dated; left out if that was at once. */
  readonly performedAt?: number
  /** How long it took on the machine's clock, milliseconds. */
  readonly durationMs: number
  /** For a callback: what was sent, with the whole URL as the target and header names as spelled; empty if nothing was sent. */
  readonly request: WireRequest
  /** Left out if a bug in the mock kept it from answering, or if the receiver of a callback gave no reply. */
  readonly response?: WireResponse
  /** Id of the operation; left out if the path has none. */
  readonly operation?: string
  /** A shaped operation answered it: its caller was let in, and no rules stand behind the answer. */
  readonly shaped?: true
  readonly mchid?: string
  /** Set for an attempt to deliver a callback. */
  readonly callback?: CallbackReference
  /** `code` of the error in the answer. */
  readonly code?: string
  /** Details that the wire does not show: the check that failed and why, a planned fault, or the message of a bug. */
  readonly remarks: readonly Remark[]
  /** The state it found, before it changed anything. */
  readonly before: Found
  /** Rows of tables that are `inJournal` as it left them, by the name of their table; left out if it changed none. */
  readonly changed?: Found['rows']
}

/** Identifies the attempt of a callback that an exchange records. */
export interface CallbackReference {
  /** The callback's id, the same in every repeat. */
  readonly id: string
  readonly eventType: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /** The JSON text that is sealed in it; not kept by versions before the journal could be searched by it. */
  readonly resource?: string
}

export interface Remark {
  readonly about:
    | AuthenticationCheck
    | 'nonce'
    | 'callback'
    | 'body'
    | 'path'
    | 'former'
    | 'refusal'
    | 'fault'
    | 'store'
    | 'bug'
  /** The problem, in whole sentences or as the end of one that begins with the name of the error. */
  readonly text: Texts
  /** For a refusal: the key of the error, as planned faults name it. */
  readonly error?: string
  /** For a signature mismatch: the message that the mock built, and what is known about the one that was signed. */
  readonly expectedMessage?: string
  readonly verdict?: Diagnosis['verdict'] | 'not_examined'
  readonly signedMessage?: string
  readonly difference?: Difference
  /** Mistakes of the client, if the call was not admitted. */
  readonly causes?: readonly Cause[]
  /** For an attempt to deliver a callback, as names: why it was not taken, and when the next one begins (epoch milliseconds), if any. */
  readonly attempt?: {
    readonly reason: AttemptReason | { readonly name: 'not_taken'; readonly value?: never }
    readonly nextAt?: number
  }
  /** For a planned fault: what it did besides answering with an error. */
  readonly effects?: readonly FaultEffect[]
  /** For a planned fault: the plans that happened, as they stood before. */
  readonly plans?: readonly PlannedFault[]
}

export interface ExchangeFilter {
  readonly operation?: string
  readonly mchid?: string
  readonly status?: number
  readonly stockId?: string
  readonly couponCode?: string
  /** `nonce_str` of the Authorization header. */
  readonly nonce?: string
  /** `only`: callbacks; `no`: everything else. Default: both. */
  readonly callbacks?: 'only' | 'no'
  readonly outcome?: Outcome
  /** One of {@link causesOf} it. */
  readonly cause?: string
  /** The first and the last instant on the mock's clock, epoch milliseconds. */
  readonly from?: number
  readonly to?: number
}

export const KEPT_BODY_BYTES = 65_536
/** The size limit of all exchanges together in bytes, so that large bodies push out old exchanges early. */
const KEPT_TOTAL_BYTES = 16 * 1_048_576

/** How many exchanges were dropped since the journal was last cleared, and which limit pushed them out. */
export interface Dropped {
  readonly byNumber: number
  /** The limit on their size, which comes long before the other where bodies are large. */
  readonly bySize: number
}

/** The journal as the control API reads it, of this process or of all that share a store. */
export interface JournalReader {
  /** The exchanges, oldest first. */
  list(filter?: ExchangeFilter): Awaitable<readonly Exchange[]>
  find(id: string): Awaitable<Exchange | undefined>
  dropped(): Awaitable<Dropped>
  clear(): Awaitable<void>
}

export interface SharedJournal extends JournalReader {
  /** Keeps an exchange, dropping the oldest beyond `limit`; one that cannot be stored right now is lost. */
  add(exchange: Exchange, limit: number): Awaitable<void>
}

const NOTHING_DROPPED: Dropped = { byNumber: 0, bySize: 0 }

/** All of an exchange but its messages. */
type Facts = Omit<Exchange, 'request' | 'response'>

/** An exchange whose messages are read when somebody looks, and its size in bytes. */
interface Kept {
  readonly facts: Facts
  readonly status: number | undefined
  readonly messages: KeptMessages
  readonly size: number
  /** As it was last read, for as long as anybody holds it: all who read the journal at the same time share one copy. */
  read?: WeakRef<Exchange>
}

/** The latest exchanges of this process, bounded in number and in bytes. */
export class Journal implements JournalReader {
  readonly #limit: number
  readonly #shared: SharedJournal | undefined
  #kept: Kept[] = []
  readonly #blocks = new MessageBlocks(KEPT_BODY_BYTES)
  #start = 0
  #bytes = 0
  #dropped: Dropped = NOTHING_DROPPED
  readonly #listeners = new Set<(exchange: Exchange) => void>()

  /**
   * @param limit number of exchanges kept
   * @param shared the journal of all processes that share the store, which gets them too
   */
  constructor(limit = 1_000, shared?: SharedJournal) {
    this.#limit = limit
    this.#shared = shared
  }

  /**
   * Keeps an exchange, and then tells the listeners, which may look for it at once. If the journal is shared, returns a promise that resolves once
   * every process sees it.
   */
  add(exchange: Exchange): Awaitable<void> {
    const shared = this.#limit === 0 ? undefined : this.#keep(exchange)
    const announce = () => {
      for (const listener of this.#listeners) listener(exchange)
    }
    return shared === undefined ? announce() : Promise.resolve(shared).then(announce)
  }

  #keep(exchange: Exchange): Awaitable<void> {
    const cut = withCutResource(exchange)
    const { request, response, ...facts } = cut
    const messages = this.#blocks.keep(exchange)
    const size = messages.bytes + sizeOf(facts)
    this.#kept.push({ facts, status: response?.status, messages, size })
    this.#bytes += size
    while (this.count > this.#limit) this.#drop('byNumber')
    while (this.#bytes > KEPT_TOTAL_BYTES && this.count > 1) this.#drop('bySize')
    return this.#shared?.add({ ...facts, ...messages.read() }, this.#limit)
  }

  /** Calls `listener` with every exchange from now on, kept or not. Returns a function that unsubscribes it. */
  subscribe(listener: (exchange: Exchange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The exchanges kept, oldest first. */
  list(filter: ExchangeFilter = {}): readonly Exchange[] {
    return this.#kept
      .slice(this.#start)
      .filter(({ facts, status }) => fits({ ...facts, ...(status !== undefined && { response: { status } }) }, filter))
      .map(exchangeOf)
      .filter((exchange) => mentionsAll(exchange, filter))
  }

  find(id: string): Exchange | undefined {
    const kept = this.#kept.find(({ facts }, i) => i >= this.#start && facts.id === id)
    return kept && exchangeOf(kept)
  }

  dropped(): Dropped {
    return this.#dropped
  }

  get count(): number {
    return this.#kept.length - this.#start
  }

  clear(): void {
    for (const { messages } of this.#kept.slice(this.#start)) this.#blocks.drop(messages)
    this.#kept = []
    this.#start = 0
    this.#bytes = 0
    this.#dropped = NOTHING_DROPPED
  }

  /** Moves the start instead of shifting the whole array at each request; compacts once half of it is dead. */
  #drop(limit: keyof Dropped): void {
    this.#dropped = { ...this.#dropped, [limit]: this.#dropped[limit] + 1 }
    const oldest = this.#kept[this.#start]
    if (oldest) {
      this.#bytes -= oldest.size
      this.#blocks.drop(oldest.messages)
    }
    this.#start += 1
    if (this.#start * 2 > this.#kept.length) {
      this.#kept = this.#kept.slice(this.#start)
      this.#start = 0
    }
  }
}

function exchangeOf(kept: Kept): Exchange {
  const known = kept.read?.deref()
  if (known) return known
  const exchange = { ...kept.facts, ...kept.messages.read() }
  kept.read = new WeakRef(exchange)
  return exchange
}

/** The size of what clients control besides the messages, in characters. */
function sizeOf({ remarks, callback }: Facts): number {
  let size = callback?.resource?.length ?? 0
  for (const { text, expectedMessage = '', signedMessage = '', causes = [] } of remarks) {
    size += text.en.length + text.zh.length + expectedMessage.length + signedMessage.length
    for (const { name, value = '' } of causes) size += name.length + value.length
  }
  return size
}

function withCutResource(exchange: Exchange): Exchange {
  const { callback } = exchange
  const resource = callback?.resource?.slice(0, KEPT_BODY_BYTES)
  return callback && resource !== undefined ? { ...exchange, callback: { ...callback, resource } } : exchange
}

export function matches(exchange: Exchange, filter: ExchangeFilter): boolean {
  return fits(exchange, filter) && mentionsAll(exchange, filter)
}

/** Whether an exchange matches what a filter says of anything but its request. */
function fits(exchange: Facts & Ended, filter: ExchangeFilter): boolean {
  if (filter.callbacks !== undefined && (exchange.callback === undefined) !== (filter.callbacks === 'no')) return false
  if (filter.operation !== undefined && exchange.operation !== filter.operation) return false
  if (filter.mchid !== undefined && exchange.mchid !== filter.mchid) return false
  if (filter.status !== undefined && exchange.response?.status !== filter.status) return false
  if (filter.outcome !== undefined && !hasOutcome(exchange, filter.outcome)) return false
  if (filter.cause !== undefined && !causesOf(exchange).includes(filter.cause)) return false
  if (filter.from !== undefined && exchange.at < filter.from) return false
  return filter.to === undefined || exchange.at <= filter.to
}

function mentionsAll(exchange: Exchange, { stockId, couponCode, nonce }: ExchangeFilter): boolean {
  // Looking for the text first is much faster than reading the header of each.
  if (nonce !== undefined && !exchange.request.headers.authorization?.includes(nonce)) return false
  if (nonce !== undefined && signerOf(exchange.request)?.nonce !== nonce) return false
  return mentions(exchange, 'stock_id', stockId) && mentions(exchange, 'coupon_code', couponCode)
}

/** Whether the request, or what is sealed in a callback, names a value: in the path or as a member of the JSON. Always true for `undefined`. */
export function mentions(
  { request, callback }: Pick<Exchange, 'request' | 'callback'>,
  name: string,
  value: string | undefined,
): boolean {
  if (value === undefined) return true
  const { target } = request
  const body = callback ? Buffer.from(callback.resource ?? '') : request.body
  const inAddress = encodeURIComponent(value.toWellFormed())
  if (target.includes(inAddress) && target.split(/[/?&=]/).includes(inAddress)) return true
  // Most bodies can be ruled out without parsing them, and there may be ten thousand.
  if (!mayHold(body, JSON.stringify(value))) return false
  return textsOf(body).get(name) === value
}

/** One body may be asked for a thousand planned faults. */
const textsOf = onceFor(textMembers)

/** Whether JSON may contain a text, given as JSON: only escapes could spell it differently. */
function mayHold(json: Uint8Array, text: string): boolean {
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength)
  return bytes.includes(text) || bytes.includes('\\')
}
