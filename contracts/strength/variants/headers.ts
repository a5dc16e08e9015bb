import type { WireResponse } from '../../../src/engine/http-message.ts'
import { headerOf } from '../../../src/testing/answer-faults.ts'
import { SIGNATURE_FIELDS } from '../../../src/wire/protocol/response-headers.ts'
import { signedAgain, withHeader } from '../repair.ts'
import { type Variant, withAnswers } from '../variant.ts'

const LINKED = 'a request to link a coupon to an order: '
/** Part of findings about several interactions: one alone does not show it. */
const SEVERAL = 'a request to link a coupon '

function missing(name: string): Variant {
  return withAnswers({ name: `${name} missing`, caughtBy: LINKED }, (answer) => withHeader(answer, name, undefined))
}

function as(name: string, field: string, value: string): Variant {
  return withAnswers({ name, caughtBy: LINKED }, (answer) => withHeader(answer, field, value))
}

const requestIds = (answer: WireResponse, write: (id: string) => string) =>
  withHeader(answer, 'Request-ID', write(headerOf(answer, 'Request-ID') ?? ''))

/** Header fields of answers that are missing or wrong. */
export const brokenHeaders: readonly Variant[] = [
  ...SIGNATURE_FIELDS.map(missing),
  missing('Request-ID'),
  missing('Content-Type'),
  withAnswers({ name: 'Wechatpay-Serial called Wechatpay-Serial-No', caughtBy: LINKED }, (answer) => ({
    ...answer,
    headers: answer.headers.map(([field, value]) => [field.replace(/^Wechatpay-Serial$/, '$&-No'), value] as const),
  })),
  as('Content-Type with the charset gbk', 'Content-Type', 'application/json; charset=gbk'),
  as('Content-Type text/plain', 'Content-Type', 'text/plain; charset=utf-8'),
  as('another type of signature', 'Wechatpay-Signature-Type', 'WECHATPAY2-SM2-WITH-SM3'),
  withAnswers({ name: 'Request-ID without an internal code', caughtBy: LINKED }, (answer) =>
    requestIds(answer, (id) => id.replace(/-\d+$/, '')),
  ),
  withAnswers(
    { name: 'Request-ID says that refusals went well', caughtBy: 'a request to link a coupon that is used: ' },
    (answer) => requestIds(answer, (id) => id.replace(/-\d+$/, '-0')),
  ),
  withAnswers({ name: 'one Request-ID for all answers', caughtBy: SEVERAL }, (answer) =>
    requestIds(answer, (id) => id.replace(/^[0-9A-F]+/, '08E0C261FBC3FD053CBC80CA1BE2A8B65D6EEE897F')),
  ),
  withAnswers({ name: 'one nonce for all answers', caughtBy: SEVERAL }, (answer) => {
    const isSigned = headerOf(answer, 'Wechatpay-Nonce') !== undefined
    return isSigned ? signedAgain(withHeader(answer, 'Wechatpay-Nonce', 'd824f2e086d3c1df967785d13fcd22ef')) : answer
  }),
  withAnswers({ name: 'signature header fields twice', caughtBy: LINKED }, (answer) => ({
    ...answer,
    headers: [...answer.headers, ...answer.headers.filter(([field]) => field === 'Wechatpay-Signature')],
  })),
]
