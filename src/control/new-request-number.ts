import type { WireRequest } from '../engine/http-message.ts'
import type { IdSource } from '../engine/ids.ts'
import { parseJsonObject } from '../protocol/json-object.ts'
import { REQUEST_NO } from './formats/request-names.ts'

/** A JSON member with a text value: everything up to the value, and the name. */
const TEXT_MEMBER = /("(\w+)"\s*:\s*)"(?:[^"\\]|\\.)*"/g

/** A copy of a request with new request numbers of the shop, so that it does not repeat the earlier one. The rest of the body is unchanged. */
export function withNewRequestNumber(request: WireRequest, ids: IdSource): WireRequest {
  if (!parseJsonObject(request.body)) return request
  const body = Buffer.from(request.body)
    .toString('utf8')
    .replaceAll(TEXT_MEMBER, (member, start: string, name: string) =>
      REQUEST_NO.test(name) ? `${start}"R${ids.digits(20)}"` : member,
    )
  return { ...request, body: Buffer.from(body) }
}
