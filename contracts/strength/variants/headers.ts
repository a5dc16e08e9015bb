import type { WireResponse } from '../../../src/engine/http-message.ts'
import { SIGNATURE_FIELDS } from '../../../src/protocol/response-headers.ts'
import { headerOf } from '../../../src/testing/answer-faults.ts'
import { withHeader } from '../mend.ts'
import { type Variant, withAnswers } from '../variant.ts'

const LINKED = 'a request to link a coupon to an order: '

function missing(name: string): Variant {
  return withAnswers({ name: `${name} missing`, caughtBy: LINKED }, (answer) => withHeader(answer, name, undefined))
}

function as(name: string, field: string, value: string, caughtBy = LINKED): Variant {
  return withAnswers({ name, caughtBy }, (answer) => withHeader(answer, field, value))
}

function spelled(name: string, spell: (field: string) => string, caughtBy = 'The header '): Variant {
  return withAnswers({ name, caughtBy }, (answer) => ({
    ...answer,
    headers: answer.headers.map(([field, value]) => [spell(field), value] as const),
  }))
}

const requestIds = (answer: WireResponse, write: (id: string) => string) =>
  withHeader(answer, 'Request-ID', write(headerOf(answer, 'Request-ID') ?? ''))

/** Header fields of answers that are missing, misspelt or wrong. */
export const brokenHeaders: readonly Variant[] = [
  ...SIGNATURE_FIELDS.map(missing),
  missing('Request-ID'),
  missing('Content-Type'),
  missing('Content-Length'),
  spelled('header fields in lower case', (field) => field.toLowerCase()),
  spelled('Wechatpay- spelled WechatPay-', (field) => field.replace('Wechatpay-', 'WechatPay-')),
  spelled('Request-ID spelled Request-Id', (field) => field.replace('Request-ID', 'Request-Id')),
  spelled(
    'Wechatpay-Serial called Wechatpay-Serial-No',
    (field) => field.replace(/^Wechatpay-Serial$/, 'Wechatpay-Serial-No'),
    LINKED,
  ),
  as('Content-Type without charset', 'Content-Type', 'application/json'),
  as('Content-Type text/plain', 'Content-Type', 'text/plain; charset=utf-8'),
  as('charset in upper case', 'Content-Type', 'application/json; charset=UTF-8', 'Content-Type is '),
  as('another type of signature', 'Wechatpay-Signature-Type', 'WECHATPAY2-SM2-WITH-SM3'),
  withAnswers({ name: 'Request-ID without an internal code', caughtBy: LINKED }, (answer) =>
    requestIds(answer, (id) => id.replace(/-\d+$/, '')),
  ),
  withAnswers(
    { name: 'Request-ID says that refusals went well', caughtBy: 'a request to link a coupon that is used: ' },
    (answer) => requestIds(answer, (id) => id.replace(/-\d+$/, '-0')),
  ),
  withAnswers({ name: 'signature header fields twice', caughtBy: LINKED }, (answer) => ({
    ...answer,
    headers: [...answer.headers, ...answer.headers.filter(([field]) => field === 'Wechatpay-Signature')],
  })),
]
