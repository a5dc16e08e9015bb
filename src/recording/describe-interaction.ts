import { operationsOf } from '../engine/product.ts'
import { products } from '../products/index.ts'
import type { ExchangeJson } from '../products/json.ts'
import type { Language } from '../shared/texts.ts'
import { objectIn } from './conditions.ts'

const en = {
  /** Short names of calls; others have their ids. */
  names: {
    associateTradeInfo: 'associate',
    disassociateTradeInfo: 'disassociate',
    useCoupon: 'use',
    queryUserCoupon: 'query',
    downloadCertificates: 'certificates',
  } as Readonly<Record<string, string>>,
  optional: (members: readonly string[]): string => ` with ${members.join(', ')}`,
  namesKey: ', naming a platform key',
  answered: ': ',
}

const zh: typeof en = {
  names: Object.fromEntries(operationsOf(products).map(({ id, title }) => [id, title])),
  optional: (members) => `（含 ${members.join('、')}）`,
  namesKey: '，指定平台密钥',
  answered: '：',
}

const words = { en, zh }

/**
 * A description for an exchange, such as `associate: 400 INVALID_REQUEST 券状态非可用态` or `关联订单信息：400 …`. With the provider states it tells
 * one interaction from another; values that differ in every run are not in it.
 */
export function describeInteraction(
  { operation = '', request, response, code }: ExchangeJson,
  language: Language,
): string {
  const { names, optional: listed, namesKey, answered } = words[language]
  const [, query] = request.target.split('?', 2)
  const optional = optionalMembers(operation, objectIn(request.body))
  const { message } = objectIn(response?.body)
  const asked = request.headers['wechatpay-serial'] !== undefined
  return [
    names[operation] ?? operation,
    query ? `?${query}` : '',
    optional.length > 0 ? listed(optional) : '',
    asked ? namesKey : '',
    `${answered}${response?.status}`,
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
