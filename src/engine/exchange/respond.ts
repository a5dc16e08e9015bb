import { createPrivateKey } from 'node:crypto'
import { timestampOf } from '../../protocol/authorization.ts'
import { type ResponseSignature, responseHeaders, signAnswer } from '../../protocol/response-headers.ts'
import { BRAND_SIGNATURE_TYPE, SIGNATURE_TYPE } from '../../protocol/scheme.ts'
import type { Awaitable } from '../../shared/awaitable.ts'
import { spoil } from '../faults/spoil.ts'
import type { Delivery, WireResponse } from '../http-message.ts'
import type { IdSource } from '../ids.ts'
import type { Outcome } from './outcome.ts'

/** Signs the body of an outcome, if its caller is known. */
export function signatureOf(
  { body, caller, key }: Outcome,
  at: number,
  ids: IdSource,
): Promise<ResponseSignature> | undefined {
  if (!caller || !key) return undefined
  const answer = { timestamp: timestampOf(at), nonce: ids.nonce(), body }
  return signAnswer(answer, key, caller.brand ? BRAND_SIGNATURE_TYPE : SIGNATURE_TYPE)
}

/** Turns an outcome and its signature into an answer: assembles its header fields, and applies a planned fault. */
export function respond(
  { status, body, contentType, internalCode, caller, key, fault, diagnosis }: Outcome,
  signature: ResponseSignature | undefined,
  id: string,
  now: number,
): Awaitable<WireResponse> {
  const response: WireResponse = {
    status,
    headers: responseHeaders({
      bodyLength: body.length,
      contentType,
      requestId: internalCode === undefined ? undefined : `${id}-${internalCode}`,
      now,
      signature,
      diagnosis,
    }),
    body,
    ...(fault?.delivery && { delivery: deliveryOf(fault.delivery, body) }),
  }
  if (fault?.spoil === undefined || !caller || !key) return response
  const keys = { right: key.privateKey, wrong: createPrivateKey(caller.merchant.privateKey) }
  return spoil(response, fault.spoil, keys)
}

/** An answer without a body cannot be cut in half, so nothing of it arrives. */
function deliveryOf(delivery: Delivery, body: Uint8Array): Delivery {
  return delivery.kind === 'half_body' && body.length === 0 ? { kind: 'empty' } : delivery
}
