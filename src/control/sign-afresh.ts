import { createPrivateKey } from 'node:crypto'
import type { WireRequest } from '../engine/http-message.ts'
import type { Merchant } from '../engine/keys/merchants.ts'
import type { Mock } from '../engine/mock.ts'
import { signatureTime } from '../engine/settings.ts'
import { formatAuthorization, timestampOf } from '../protocol/authorization.ts'
import { headersToRepeat } from '../protocol/hop-by-hop.ts'
import { isBrand, SIGNATURE_TYPE, schemeFor } from '../protocol/scheme.ts'
import { signRequest } from '../protocol/sign-request.ts'
import { signedBody } from '../protocol/signed-body.ts'

/** Signs a request again, at the current time of the clock that judges signatures. */
export async function signAfresh(
  mock: Mock,
  { mchid, brandId, serialNo, privateKey }: Merchant,
  { method, target, headers, body }: WireRequest,
): Promise<WireRequest> {
  const timestamp = timestampOf(signatureTime(mock.clock, mock.settings))
  const nonce = mock.ids.nonce()
  // A merchant without a brand can only sign with its own scheme.
  const scheme = brandId === undefined ? SIGNATURE_TYPE : schemeFor(target)
  const authorization = await signRequest(
    { method, target, timestamp, nonce, body: signedBody(headers['content-type'], body) },
    {
      scheme,
      identity: brandId !== undefined && isBrand(scheme) ? brandId : mchid,
      serialNo,
      privateKey: createPrivateKey(privateKey),
    },
  )
  return {
    method,
    target,
    // Fields that WeChat Pay requires of every request; recorded ones take precedence.
    headers: {
      accept: 'application/json',
      'user-agent': 'wechatpay-mock',
      ...headersToRepeat(headers),
      authorization: formatAuthorization(authorization),
    },
    body,
  }
}
