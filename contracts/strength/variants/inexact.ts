import { withHeader } from '../repair.ts'
import { type Variant, withAnswers, withBodies } from '../variant.ts'

const LINKED = 'a request to link a coupon to an order: '
const MISSPELT = 'The header '

/** Says something else to people, where a message starts like this. */
const inOtherWords = (name: string, start: string, caughtBy: string): Variant =>
  withBodies({ name, caughtBy }, ({ message, ...members }) =>
    String(message ?? '').startsWith(start) ? { ...members, message: '请求参数错误' } : undefined,
  )

const spelled = (name: string, spell: (field: string) => string): Variant =>
  withAnswers({ name, caughtBy: MISSPELT }, (answer) => ({
    ...answer,
    headers: answer.headers.map(([field, value]) => [spell(field), value] as const),
  }))

const typed = (name: string, type: string, caughtBy: string): Variant =>
  withAnswers({ name, caughtBy }, (answer) => withHeader(answer, 'Content-Type', type))

/**
 * Servers that say the same as the service, though not to the letter. A shop gets along with them, so the contract has to pass them. The mock is not to
 * be one: some clients depend on the letter, and people read what messages say, so conformance has to notice them.
 */
export const inexactServers: readonly Variant[] = [
  withBodies(
    { name: 'refusals in other words', caughtBy: 'a request to link a coupon with a stock_id of 21 characters: ' },
    (members) => ('message' in members ? { ...members, message: '请稍后重试' } : undefined),
  ),
  inOtherWords(
    'field errors without the name of the field',
    '输入源',
    'a request to link a coupon with a stock_id of 21 characters: ',
  ),
  inOtherWords(
    'wrong types without the name of the field',
    '无法将',
    'a request to link a coupon with a number for a text: ',
  ),
  spelled('header fields in lower case', (field) => field.toLowerCase()),
  spelled('header fields with a capital letter for each word', (field) =>
    field.toLowerCase().replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()),
  ),
  spelled('Wechatpay- spelled WechatPay-', (field) => field.replace('Wechatpay-', 'WechatPay-')),
  typed('Content-Type without charset', 'application/json', LINKED),
  typed('charset in upper case', 'application/json; charset=UTF-8', 'Content-Type is '),
]
