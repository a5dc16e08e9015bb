import { operationsOf } from '../engine/product.ts'
import { products } from '../products/index.ts'
import type { ExchangeJson } from '../products/json.ts'
import { objectIn } from './conditions.ts'

/** The names of the calls in descriptions. */
const NAMES: Readonly<Record<string, string>> = {
  associateTradeInfo: 'associate',
  disassociateTradeInfo: 'disassociate',
  useCoupon: 'use',
  queryUserCoupon: 'query',
  downloadCertificates: 'certificates',
}

/**
 * A description for an exchange, such as `associate: 400 INVALID_REQUEST 券状态非可用态`. With the provider states it tells one interaction
 * from another; values that differ in every run are not in it.
 */
export function describeInteraction({ operation = '', request, response, code }: ExchangeJson): string {
  const [, query] = request.target.split('?', 2)
  const optional = optionalMembers(operation, objectIn(request.body))
  const { message } = objectIn(response?.body)
  const asked = request.headers['wechatpay-serial'] !== undefined
  return [
    NAMES[operation] ?? operation,
    query ? `?${query}` : '',
    optional.length > 0 ? ` with ${optional.join(', ')}` : '',
    asked ? `, naming a platform key` : '',
    `: ${response?.status}`,
    code === undefined ? '' : ` ${code}`,
    typeof message === 'string' ? ` ${message}` : '',
  ].join('')
}

/** The optional members in a body: a call with one and a call without are different interactions. */
function optionalMembers(operation: string, body: Readonly<Record<string, unknown>>): string[] {
  const schema = operationsOf(products).find(({ id }) => id === operation)?.input.body
  const shape = schema && 'shape' in schema ? (schema.shape as Readonly<Record<string, { isOptional(): boolean }>>) : {}
  return Object.keys(shape).filter((name) => shape[name]?.isOptional() && body[name] !== undefined)
}
