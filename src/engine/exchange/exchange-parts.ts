import { commonErrors, commonKeyOf, INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { ApiError, hasBody } from '../../wire/protocol/errors.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import type { AdjustableClock } from '../clock.ts'
import type { Faults } from '../faults/faults.ts'
import type { FiredFault } from '../faults/fired-fault.ts'
import { bodyLimitOf, type WireRequest } from '../http-message.ts'
import type { IdSource } from '../ids.ts'
import type { FoundState } from '../journal/found.ts'
import type { Journal, Remark } from '../journal/journal.ts'
import type { Merchant, MerchantDirectory, PlatformKey } from '../keys/merchants.ts'
import type { PlatformKeys, PreferredKeyKind } from '../keys/platform.ts'
import type { ObservedStore } from '../observed-store.ts'
import type { NamedThing, Operation, OperationDescription, Told } from '../operation.ts'
import type { Gateway } from '../product.ts'
import type { Settings } from '../settings.ts'
import { type Counters, LocalCounters, type Transaction } from '../state/store.ts'
import type { Diagnoses } from './diagnoses.ts'
import type { Router } from './router.ts'

export interface RateExceeded {
  readonly calls: number
  /** Set if it is failing calls that are too many. */
  readonly failing?: boolean
  readonly seconds: number
  /** When calls are accepted again, epoch milliseconds. */
  readonly windowEnd: number
}

/**
 * Counts the calls of each merchant to each operation that has a rate, in windows of fixed length on the mock's clock, so a window does not end
 * while the clock stands still. That the real service counts this way is inferred.
 */
export class RateLimiter {
  readonly #counters: Counters

  constructor(counters: Counters = new LocalCounters()) {
    this.#counters = counters
  }

  /**
   * Counts one call.
   *
   * @param now epoch milliseconds
   * @returns `undefined` if the call is within the rate
   */
  async take({ id, rateLimit }: OperationDescription, mchid: string, now: number): Promise<RateExceeded | undefined> {
    if (!rateLimit) return undefined
    const { calls, seconds, failing } = rateLimit
    const { start, end } = windowAt(now, seconds)
    if (failing !== undefined && (await this.#counters.isReached(failuresOf({ mchid, id, start }), failing))) {
      return { calls: failing, failing: true, seconds, windowEnd: end }
    }
    const taken = await this.#counters.take({ mchid, operation: id, start }, calls)
    return taken ? undefined : { calls, seconds, windowEnd: end }
  }

  /** Counts a call that was taken and has failed. */
  async fail({ id, rateLimit }: OperationDescription, mchid: string, now: number): Promise<void> {
    if (rateLimit?.failing === undefined) return
    const { start } = windowAt(now, rateLimit.seconds)
    await this.#counters.take(failuresOf({ mchid, id, start }), rateLimit.failing)
  }

  /** Forgets the counts of one merchant or of all. */
  clear(mchid?: string): Awaitable<void> {
    return this.#counters.clear(mchid)
  }
}

function windowAt(now: number, seconds: number): { readonly start: number; readonly end: number } {
  const length = seconds * 1_000
  const start = Math.floor(now / length) * length
  return { start, end: start + length }
}

/** Failing calls are counted as those of an operation of their own. */
function failuresOf({ mchid, id, start }: { readonly mchid: string; readonly id: string; readonly start: number }) {
  return { mchid, operation: `${id} failing`, start }
}

export interface ExchangeParts {
  readonly operations: readonly Operation[]
  /** Keyed by whether shaped calls are answered or refused. */
  readonly routers: Readonly<Record<Settings['shaped'], Router>>
  readonly gatewayAt: (path: string) => Gateway
  readonly tell: (tx: Transaction, thing: NamedThing) => Awaitable<Told>
  readonly store: ObservedStore
  readonly clock: AdjustableClock
  readonly ids: IdSource
  readonly journal: Journal
  readonly merchants: MerchantDirectory
  /** The caller that lenient mode assumes for a request that names none. */
  readonly defaultMerchant: Merchant
  readonly platformKeys: PlatformKeys
  readonly settings: () => Settings
  readonly diagnoses: Diagnoses
  readonly faults: Faults
  readonly rateLimiter: RateLimiter
  readonly preferredKeyKind: PreferredKeyKind
}

/** The one instant of a request: on the mock's clock, on the clock that signatures are checked against, and on the machine's; epoch milliseconds. */
export interface Instants {
  readonly now: number
  readonly signatures: number
  readonly machine: number
}

/** Collects what the journal keeps besides request and answer. */
export interface Notes {
  readonly remarks: Remark[]
  readonly found: FoundState
  /** When the call had its turn in the store, on the mock's clock; epoch milliseconds. */
  performedAt?: number
}

/** Compact JSON with the keys of every object in alphabetical order, as the live service writes it (observed). */
export function toWireJson(value: unknown): string {
  return JSON.stringify(inOrder(value))
}

/** The value with its keys sorted; the value itself if they already are, so that most answers are not copied. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('toJSON' in value && typeof value.toJSON === 'function') return inOrder(value.toJSON())
  if (Array.isArray(value)) {
    const list = value.map(inOrder)
    return list.every((one, i) => one === value[i]) ? value : list
  }
  const keys = Object.keys(value)
  const members = keys.map((key) => inOrder((value as Record<string, unknown>)[key]))
  const isSorted = keys.every((key, i) => i === 0 || (keys[i - 1] ?? '') < key)
  const isSame = isSorted && keys.every((key, i) => members[i] === (value as Record<string, unknown>)[key])
  if (isSame) return value
  return Object.fromEntries(keys.map((key, i) => [key, members[i]] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** The merchant a request is attributed to. */
export interface Caller {
  readonly merchant: Merchant
  readonly brand: boolean
}

/** The outcome of a request, before it becomes an answer with header fields and a signature. */
export interface Outcome {
  readonly status: number
  readonly body: Uint8Array
  /** Media type of a file. Default: JSON. */
  readonly contentType?: string
  /** Whether a gateway in front of the service answers. */
  readonly byGateway?: boolean
  /** The number behind the `Request-ID`; `undefined` if the answer has no such header field. */
  readonly internalCode: number | undefined
  readonly code?: string
  /** The merchant that the request is from, or claims to be from. */
  readonly mchid?: string
  /** The merchant the answer is signed for; none before authentication. */
  readonly caller?: Caller
  readonly key?: PlatformKey
  /** In short, why the request was not admitted or not served. */
  readonly diagnosis?: string
  /** The planned fault that happens to the answer. */
  readonly fault?: FiredFault
}

export const NO_BODY = new Uint8Array(0)

/** An error of the service, signed only if caller and key are known and it has a body. */
export function refusal(error: ApiError, caller?: Caller, key?: PlatformKey): Outcome {
  const known = caller && key && { caller, key, mchid: caller.merchant.mchid }
  const { status, definition } = error
  const internalCode = definition.internalCode ?? INTERNAL_CODES.unspecified
  if (!hasBody(error)) return { status, internalCode, body: NO_BODY, ...(known && { mchid: known.mchid }) }
  return { status, internalCode, body: Buffer.from(toWireJson(error)), code: error.code, ...known }
}

/** Refuses a call whose caller is known; the journal explains why. */
export function refuse(
  error: ApiError,
  { caller, key }: { readonly caller: Caller; readonly key: PlatformKey },
  remarks: Remark[],
): Outcome {
  remarks.push(remarkOnRefusal(error))
  return refusal(error, caller, key)
}

/** A body that is too large is not read, so the request cannot be authenticated. */
export function refuseBody({ headers }: WireRequest, remarks: Remark[]): Outcome {
  const limit = bodyLimitOf(headers)
  remarks.push({
    about: 'body',
    text: { en: `The body is larger than ${limit} bytes.`, zh: `请求体大于 ${limit} 字节。` },
  })
  return refusal(new ApiError(commonErrors.body_too_large))
}

/** The journal's remark on a refusal: the explanation, and the key by which a planned fault would name it. */
function remarkOnRefusal(error: ApiError): Remark {
  const key = error.key ?? commonKeyOf(error.definition)
  return { about: 'refusal', text: error.explanation, ...(key !== undefined && { error: key }) }
}
