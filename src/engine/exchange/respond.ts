import { createPrivateKey } from 'node:crypto'
import { timestampOf } from '../../protocol/authorization.ts'
import { type ResponseSignature, responseHeaders, signAnswer } from '../../protocol/response-headers.ts'
import { BRAND_SIGNATURE_TYPE, SIGNATURE_TYPE } from '../../protocol/scheme.ts'
import { spoil } from '../faults/spoil.ts'
import type { Delivery, WireResponse } from '../http-message.ts'
import type { IdSource } from '../ids.ts'
import type { PlatformKey } from '../keys/merchants.ts'
import type { Instants } from './exchange-parts.ts'
import type { Caller, Outcome } from './outcome.ts'

const CONTENT_TYPE = 'application/json; charset=utf-8'

/** Turns an outcome into an answer: signs it, assembles its header fields, and applies a planned fault. */
export async function respond(
  { status, body, internalCode, caller, key, fault, diagnosis }: Outcome,
  id: string,
  { now, signatures }: Instants,
  ids: IdSource,
): Promise<WireResponse> {
  const signed = caller && key && (await signBody(body, caller, key, signatures, ids))
  const response: WireResponse = {
    status,
    headers: responseHeaders({
      bodyLength: body.length,
      contentType: CONTENT_TYPE,
      requestId: internalCode === undefined ? undefined : `${id}-${internalCode}`,
      now,
      signature: signed,
      diagnosis,
    }),
    body,
    ...(fault?.delivery && { delivery: deliveryOf(fault.delivery, body) }),
  }
  if (fault?.spoil === undefined || !caller || !key) return response
  const keys = { right: key.privateKey, wrong: createPrivateKey(caller.merchant.privateKey) }
  return spoil(response, fault.spoil, keys)
}

function signBody(
  body: Uint8Array,
  { brand }: Caller,
  key: PlatformKey,
  at: number,
  ids: IdSource,
): Promise<ResponseSignature> {
  const timestamp = timestampOf(at)
  return signAnswer({ timestamp, nonce: ids.nonce(), body }, key, brand ? BRAND_SIGNATURE_TYPE : SIGNATURE_TYPE)
}

/** An answer without a body cannot be cut in half, so nothing of it arrives. */
function deliveryOf(delivery: Delivery, body: Uint8Array): Delivery {
  return delivery.kind === 'half_body' && body.length === 0 ? { kind: 'empty' } : delivery
}
