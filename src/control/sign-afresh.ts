import { createPrivateKey } from 'node:crypto'
import type { WireRequest } from '../engine/http-message.ts'
import type { Merchant } from '../engine/keys/merchants.ts'
import type { Mock } from '../engine/mock.ts'
import { signatureTime } from '../engine/settings.ts'
import { formatAuthorization } from '../protocol/authorization.ts'
import { requestMessage } from '../protocol/message.ts'
import { sign } from '../protocol/signature.ts'
import { signedBody } from '../protocol/signed-body.ts'

/** Header fields that belong to the connection, or follow from the body. */
const OF_THE_CONNECTION = new Set([
  'host',
  'connection',
  'proxy-connection',
  'proxy-authorization',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
])

/** The header fields that go along when a request is sent again over another connection. */
export function headersToRepeat(headers: WireRequest['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name)))
}

/** The same request with a signature of this instant, by the clock that signatures are judged by. */
export async function signAfresh(
  mock: Mock,
  { mchid, brandId, serialNo, privateKey }: Merchant,
  { method, target, headers, body }: WireRequest,
): Promise<WireRequest> {
  const timestamp = String(Math.floor(signatureTime(mock.clock, mock.settings) / 1_000))
  const nonce = mock.ids.nonce()
  const message = requestMessage({ method, target, timestamp, nonce, body: signedBody(headers['content-type'], body) })
  const brand = target.startsWith('/brand/') && brandId !== undefined
  const authorization = formatAuthorization({
    scheme: brand ? 'WECHATPAY-BRAND-SHA256-RSA2048' : 'WECHATPAY2-SHA256-RSA2048',
    identity: brand ? brandId : mchid,
    nonce,
    timestamp,
    serialNo,
    signature: await sign(message, createPrivateKey(privateKey)),
  })
  return {
    method,
    target,
    // What WeChat Pay asks of every request; the recorded ones stand over them.
    headers: { accept: 'application/json', 'user-agent': 'wechatpay-mock', ...headersToRepeat(headers), authorization },
    body,
  }
}
