import { z } from 'zod'
import type { WireRequest } from '../../engine/http-message.ts'
import { parseJsonObject } from '../../protocol/json-object.ts'
import { pathMembers } from '../../shared/path-members.ts'

/** Names of the shop's own things in a request, so that a list can tell one call from the next. */
export const requestNames = {
  coupon_code: z.string().optional().meta({ description: 'the coupon that the call names' }),
  out_trade_no: z.string().optional().meta({ description: 'the order that the call names' }),
  request_no: z
    .string()
    .optional()
    .meta({ description: "the shop's own number of the call: use_request_no, out_request_no, out_refund_no …" }),
}

/** WeChat Pay gives a shop's call number one of these names; an order's number outlives the call. */
export const REQUEST_NO = /request_no$|^out_(?!trade_no$)\w+_no$/

/**
 * The members of {@link requestNames} for one request: from its path, query and JSON body.
 *
 * @param path of the operation, with variables in braces; `undefined` for a path that is not served
 */
export function describeRequestNames(
  { target, body }: WireRequest,
  path: string | undefined,
  shown: (text: string) => string,
) {
  const [, query = ''] = target.split('?', 2)
  const named: Readonly<Record<string, unknown>> = {
    ...pathMembers(path ?? '', target),
    ...Object.fromEntries(new URLSearchParams(query)),
    ...parseJsonObject(body),
  }
  const textOf = (name: string | undefined) => {
    const text = name === undefined ? undefined : named[name]
    return typeof text === 'string' && text !== '' ? shown(text) : undefined
  }
  const coupon_code = textOf('coupon_code')
  const out_trade_no = textOf('out_trade_no')
  const request_no = textOf(Object.keys(named).find((name) => REQUEST_NO.test(name) && textOf(name) !== undefined))
  return {
    ...(coupon_code !== undefined && { coupon_code }),
    ...(out_trade_no !== undefined && { out_trade_no }),
    ...(request_no !== undefined && { request_no }),
  }
}
