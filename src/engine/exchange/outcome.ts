import { commonErrors, commonKeyOf, INTERNAL_CODES } from '../../protocol/common-errors.ts'
import { ApiError, hasBody } from '../../protocol/errors.ts'
import type { FiredFault } from '../faults/fired-fault.ts'
import { bodyLimitOf, type WireRequest } from '../http-message.ts'
import type { Remark } from '../journal/journal.ts'
import type { Merchant, PlatformKey } from '../keys/merchants.ts'

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
  const members = Object.entries(value).map(([key, member]): [key: string, member: unknown] => [key, inOrder(member)])
  const sorted = members.toSorted(([one], [other]) => (one < other ? -1 : 1))
  const same = sorted.every((member, i) => member === members[i])
  const kept = members.every(([key, member]) => member === (value as Record<string, unknown>)[key])
  return same && kept ? value : Object.fromEntries(sorted)
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
