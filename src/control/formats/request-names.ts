import { z } from 'zod'
import type { WireRequest } from '../../engine/http-message.ts'
import { parseJsonObject } from '../../protocol/json-object.ts'

/** What a request names of the shop's own things, so that a list can tell one call from the next. */
export const requestNames = {
  coupon_code: z.string().optional().meta({ description: 'the coupon that the call names' }),
  out_trade_no: z.string().optional().meta({ description: 'the order that the call names' }),
  request_no: z
    .string()
    .optional()
    .meta({ description: "the shop's own number of the call: use_request_no, out_request_no, out_refund_no …" }),
}

/** A member with the number by which the service knows a repeat of a call. */
const REQUEST_NO = /request_no$|^out_refund_no$/

/**
 * The members of {@link requestNames}, for one request: from its JSON body and its path; nothing for what is neither.
 *
 * @param path the operation's, with parameters in braces
 */
export function describeRequestNames(
  { target, body }: WireRequest,
  path: string | undefined,
  shown: (text: string) => string,
) {
  const named = { ...inPath(target, path), ...parseJsonObject(body) }
  const texts = Object.entries(named).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  const textOf = (fits: (name: string) => boolean) => texts.find(([name, text]) => fits(name) && text !== '')?.[1]
  const coupon = textOf((name) => name === 'coupon_code')
  const order = textOf((name) => name === 'out_trade_no')
  const number = textOf((name) => REQUEST_NO.test(name))
  return {
    ...(coupon !== undefined && { coupon_code: shown(coupon) }),
    ...(order !== undefined && { out_trade_no: shown(order) }),
    ...(number !== undefined && { request_no: shown(number) }),
  }
}

function inPath(target: string, path = ''): Readonly<Record<string, string>> {
  const parts = target.split('?', 1).join().split('/')
  return Object.fromEntries(
    path.split('/').flatMap((part, i) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1]
      return name === undefined ? [] : [[name, decoded(parts[i] ?? '')]]
    }),
  )
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // What a client sends need not be well escaped.
    return part
  }
}
