import type { WireResponse } from '../../../src/engine/http-message.ts'
import { headerOf } from '../../../src/testing/answer-faults.ts'
import { repaired, withHeader } from '../repair.ts'
import { type Members, refusedAs, type Variant, withAnswers, withBodies } from '../variant.ts'

const TOO_LONG = 'a request to link a coupon with a stock_id of 21 characters: '
const NO_TEXT = 'a request to link a coupon with a number for a text: '
const UNKNOWN_COUPON = 'a request to link a coupon that does not exist: '
const UNKNOWN_ORDER = 'a request to link a coupon to an order that does not exist: '
const TOO_OFTEN = 'a request to link a coupon too often: '

/** Answers with another status. */
function statusFor(name: string, caughtBy: string, of: (status: number) => number): Variant {
  return withAnswers({ name, caughtBy }, (answer) => ({ ...answer, status: of(answer.status) }))
}

/** Breaks the bodies of refusals. */
function refusing(name: string, caughtBy: string, change: (members: Members) => Members): Variant {
  return withBodies({ name, caughtBy }, (members, { status }) => (status >= 400 ? change(members) : undefined))
}

/** Breaks the bodies of refusals that have a detail. */
function detailing(name: string, change: (detail: Members) => unknown): Variant {
  return refusing(name, TOO_LONG, (members) =>
    'detail' in members ? { ...members, detail: change(members.detail as Members) } : members,
  )
}

const html = (answer: WireResponse): Promise<WireResponse> =>
  repaired(
    withHeader(
      { ...answer, body: Buffer.from('<html><body><h1>400 Bad Request</h1></body></html>') },
      'Content-Type',
      'text/html',
    ),
  )

/** Refusals that are not answered as they have to be. */
export const brokenRefusals: readonly Variant[] = [
  withAnswers({ name: 'refusals with status 200', caughtBy: UNKNOWN_COUPON }, (answer) => ({
    ...withHeader(answer, 'Request-ID', headerOf(answer, 'Request-ID')?.replace(/-\d+$/, '-0')),
    status: 200,
  })),
  statusFor('400 for 404', UNKNOWN_ORDER, (status) => (status === 404 ? 400 : status)),
  statusFor('404 for 400', UNKNOWN_COUPON, (status) => (status === 400 ? 404 : status)),
  statusFor('403 answered as 400', 'a request to link a coupon of another merchant: ', (status) =>
    status === 403 ? 400 : status,
  ),
  statusFor('422 for 400', TOO_LONG, (status) => (status === 400 ? 422 : status)),
  statusFor('201 for 200', 'a request to link a coupon to an order: ', (status) => (status === 200 ? 201 : status)),
  statusFor('frequency answered with 503', TOO_OFTEN, (status) => (status === 429 ? 503 : status)),
  statusFor('failure answered with 502', 'a request to link a coupon while the service fails: ', (status) =>
    status === 500 ? 502 : status,
  ),
  statusFor('403 for 401', 'a request to link a coupon: ', (status) => (status === 401 ? 403 : status)),
  refusedAs('associate: wrong code for an unknown coupon', UNKNOWN_COUPON, 'associateTradeInfo', 'not_found', {
    code: 'COUPON_NOT_EXISTS',
  }),
  refusedAs('associate: wrong code for an unknown order', UNKNOWN_ORDER, 'associateTradeInfo', 'order_unknown', {
    code: 'ORDER_NOT_EXISTS',
  }),
  refusedAs(
    'use: wrong code for a used coupon',
    'a request to redeem a coupon that is used: ',
    'useCoupon',
    'already_used',
    { code: 'INVALID_REQUEST' },
  ),
  refusing('code in lower case', UNKNOWN_COUPON, (members) => ({
    ...members,
    code: String(members.code).toLowerCase(),
  })),
  refusing('code as a number', UNKNOWN_COUPON, (members) => ({ ...members, code: 400 })),
  refusing('code called err_code', UNKNOWN_COUPON, ({ code, ...members }) => ({ ...members, err_code: code })),
  refusing('message missing', UNKNOWN_COUPON, ({ message: _, ...members }) => members),
  refusing('message empty', UNKNOWN_COUPON, (members) => ({ ...members, message: '' })),
  refusing('message null', UNKNOWN_COUPON, (members) => ({ ...members, message: null })),
  refusing('detail missing', TOO_LONG, ({ detail: _, ...members }) => members),
  detailing('detail as a list', (detail) => [detail]),
  detailing('detail without location', ({ location: _, ...detail }) => detail),
  detailing('detail value of another type', ({ value, ...detail }) => ({
    ...detail,
    value: typeof value === 'number' ? String(value) : 0,
  })),
  detailing('detail location of another part', (detail) => ({ ...detail, location: 'query' })),
  refusing('wrong types with the value as text', NO_TEXT, ({ detail, ...members }) => ({
    ...members,
    ...(detail !== undefined && { detail: { ...Object(detail), value: String(Object(detail).value) } }),
  })),
  withAnswers({ name: 'errors in HTML', caughtBy: UNKNOWN_COUPON }, (answer) =>
    answer.status >= 400 ? html(answer) : answer,
  ),
  withAnswers({ name: 'errors without a body', caughtBy: UNKNOWN_COUPON }, (answer) =>
    answer.status >= 400 ? repaired({ ...answer, body: Buffer.from('') }) : answer,
  ),
  withAnswers({ name: '401 without a body', caughtBy: 'a request to link a coupon: ' }, (answer) =>
    answer.status === 401 ? repaired({ ...answer, body: Buffer.from('') }) : answer,
  ),
]
