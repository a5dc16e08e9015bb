import { commonErrors, commonKeyOf, INTERNAL_CODES } from '../../protocol/common-errors.ts'
import { ApiError } from '../../protocol/errors.ts'
import type { FiredFault } from '../faults/fired-fault.ts'
import { bodyLimitOf, type WireRequest } from '../http-message.ts'
import type { Remark } from '../journal/journal.ts'
import type { Merchant, PlatformKey } from '../keys/merchants.ts'
import { toWireJson } from './to-wire-json.ts'

/** Who a request counts for. */
export interface Caller {
  readonly merchant: Merchant
  readonly brand: boolean
}

/** What a request came to, before it is an answer with header fields and a signature. */
export interface Outcome {
  readonly status: number
  readonly body: Uint8Array
  readonly internalCode: number
  readonly code?: string
  /** Who the request is from, or says it is from. */
  readonly mchid?: string
  /** Who the answer is signed for; nobody before authentication. */
  readonly caller?: Caller
  readonly key?: PlatformKey
  /** In short, why the request was not let in. */
  readonly diagnosis?: string
  /** What becomes of the answer. */
  readonly fault?: FiredFault
}

/** An error of the service, signed once it is known for whom and with which key. */
export function refusal(error: ApiError, caller?: Caller, key?: PlatformKey): Outcome {
  return {
    status: error.status,
    body: Buffer.from(toWireJson(error)),
    internalCode: error.definition.internalCode ?? INTERNAL_CODES.unspecified,
    code: error.code,
    ...(caller && key && { caller, key, mchid: caller.merchant.mchid }),
  }
}

/** What is too large is not read, so it can not be authenticated either. */
export function refuseBody({ headers }: WireRequest, remarks: Remark[]): Outcome {
  remarks.push({ about: 'body', text: `The body is larger than ${bodyLimitOf(headers)} bytes.` })
  return refusal(new ApiError(commonErrors.body_too_large))
}

/** What the journal says of a refusal: the key that a planned fault would name it by, and what is so. */
export function remarkOnRefusal(error: ApiError): Remark {
  const key = error.key ?? commonKeyOf(error.definition)
  return { about: 'refusal', text: key === undefined ? error.explanation : `${key}: ${error.explanation}` }
}
