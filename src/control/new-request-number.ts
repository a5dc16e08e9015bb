import type { WireRequest } from '../engine/http-message.ts'
import type { IdSource } from '../engine/ids.ts'
import { parseJsonObject } from '../protocol/json-object.ts'
import { REQUEST_NO } from './formats/request-names.ts'

/** A member of JSON whose value is a text: up to the value, and the name. */
const TEXT_MEMBER = /("(\w+)"\s*:\s*)"(?:[^"\\]|\\.)*"/g

/** A request with other numbers of the shop's for it, so that it is no repeat of the earlier one. The rest of its body stays as it came. */
export function withNewRequestNumber(request: WireRequest, ids: IdSource): WireRequest {
  if (!parseJsonObject(request.body)) return request
  const body = Buffer.from(request.body)
    .toString('utf8')
    .replaceAll(TEXT_MEMBER, (member, start: string, name: string) =>
      REQUEST_NO.test(name) ? `${start}"R${ids.digits(20)}"` : member,
    )
  return { ...request, body: Buffer.from(body) }
}
