import { expect } from 'vitest'
import type { ErrorOf } from '../../src/engine/faults/check-plan.ts'
import { exampleOf, fieldErrorBody } from '../../src/traffic/recording/matchers.ts'
import {
  type associateTradeInfo,
  type disassociateTradeInfo,
  like,
  type ParametersOf,
  type StateName,
  textLike,
  type WechatPayPact,
} from '../kit/index.ts'
import { COUPON, LINK, ORDER, post } from './client.ts'

export type LinkOperation = typeof associateTradeInfo | typeof disassociateTradeInfo

type SharedError = ErrorOf<typeof associateTradeInfo> & ErrorOf<typeof disassociateTradeInfo>

/** A refusal of both calls. Parameters of the state default to those of the coupon. */
type Refusal = readonly [title: string, state: StateName, error: SharedError, parameters?: ParametersOf<StateName>]

/** The coupon of the contract, linked. */
export const LINKED = { ...COUPON, ...ORDER } as const

/** Refusals of both associate and disassociate. */
export const REFUSALS: readonly Refusal[] = [
  ['a coupon that does not exist', 'there is no coupon', 'not_found'],
  ['a coupon of another batch', 'a user holds a usable coupon', 'not_found', { ...LINKED, stock_id: '100099' }],
  ['a coupon of another merchant', 'a coupon belongs to another merchant', 'not_permitted'],
  ['a coupon that is used', 'a coupon is used', 'not_usable'],
  ['a coupon that is expired', 'a coupon is expired', 'not_usable'],
  ['a coupon that is deactivated', 'a coupon is deactivated', 'not_usable'],
  ['a coupon that the user deleted', 'a coupon is deleted', 'not_usable'],
]

/** Expects a refusal as a shop sees it: by status and code. */
export async function expectRefusal<Operation extends LinkOperation>(
  pact: WechatPayPact,
  description: string,
  operation: Operation,
  states: readonly (readonly [name: StateName, parameters?: ParametersOf<StateName>])[],
  error: ErrorOf<Operation>,
  { request = LINK as object, body }: { request?: object; body?: unknown } = {},
): Promise<void> {
  const start = states.reduce((so, [name, parameters]) => so.given(name, parameters), pact.upon(description))
  const test = start.calls(operation, { ...request }).refuses(error, body)
  await test.test(async (connection) => {
    const { status, data } = await post(connection, operation.path, request)

    expect(status).toBeGreaterThanOrEqual(400)
    expect(data).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) })
    if (body !== undefined) expect(data).toEqual(exampleOf(body))
  })
}

/** {@link LINK} without one of its fields. */
function without(field: keyof typeof LINK): object {
  return Object.fromEntries(Object.entries(LINK).filter(([name]) => name !== field))
}

/** Requests that the field checker refuses: title, request, body of the answer. */
export const FIELD_ERRORS: readonly (readonly [title: string, request: object, body: unknown])[] = [
  ['no stock_id', without('stock_id'), fieldErrorBody('')],
  ['no coupon_code', without('coupon_code'), fieldErrorBody('')],
  ['no out_trade_no', without('out_trade_no'), fieldErrorBody('')],
  ['no out_request_no', without('out_request_no'), fieldErrorBody('')],
  ['an empty stock_id', { ...LINK, stock_id: '' }, fieldErrorBody(0)],
  ['an empty coupon_code', { ...LINK, coupon_code: '' }, fieldErrorBody(0)],
  ['an empty out_trade_no', { ...LINK, out_trade_no: '' }, fieldErrorBody(0)],
  ['an empty out_request_no', { ...LINK, out_request_no: '' }, fieldErrorBody(0)],
  ['a stock_id of 21 characters', { ...LINK, stock_id: '1'.repeat(21) }, fieldErrorBody(21)],
  ['a coupon_code of 33 characters', { ...LINK, coupon_code: 'c'.repeat(33) }, fieldErrorBody(33)],
  ['an out_trade_no of 129 characters', { ...LINK, out_trade_no: 'T'.repeat(129) }, fieldErrorBody(129)],
  ['an out_request_no of 129 characters', { ...LINK, out_request_no: 'R'.repeat(129) }, fieldErrorBody(129)],
  ['an out_request_no with other characters', { ...LINK, out_request_no: '单号 1' }, fieldErrorBody('单号 1')],
  ['an out_request_no with a blank behind it', { ...LINK, out_request_no: 'R1 ' }, fieldErrorBody('R1 ')],
  ['an out_request_no with a full stop', { ...LINK, out_request_no: 'R.1' }, fieldErrorBody('R.1')],
  ['an out_request_no with a slash', { ...LINK, out_request_no: 'R/1' }, fieldErrorBody('R/1')],
  [
    'a number for a text',
    { ...LINK, stock_id: 100_088 },
    {
      code: 'PARAM_ERROR',
      detail: { location: 'body', value: 100_088 },
      message: textLike(
        '^无法将 JSON 输入源“/body/.+”映射到目标字段“.+”中，此字段需要.+$',
        '无法将 JSON 输入源“/body/stock_id”映射到目标字段“批次号”中，此字段需要一个 string 类型的 Json 值',
      ),
    },
  ],
  [
    'a parameter that the call does not have',
    { ...LINK, attach: {} },
    {
      code: 'PARAM_ERROR',
      detail: { location: null, value: ['/body/attach'] },
      message: like('请求中含有未在API文档中定义的参数'),
    },
  ],
]

/** Failures of the service, after which a shop repeats the call with the same values. */
export const FAILURES = [
  ['too often', 'the service is overloaded', 'rate_limited'],
  ['while the service fails', 'the service fails', 'system_error'],
] as const
