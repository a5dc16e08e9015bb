import { NO_SUCH_CALL } from '../../src/control/provider-states/states-of.ts'
import { explainMiss } from '../../src/engine/exchange/explain-failure.ts'
import { routersOf } from '../../src/engine/exchange/router.ts'
import { pathOf, type WireRequest, type WireResponse } from '../../src/engine/http-message.ts'
import { operationsOf, type Product } from '../../src/engine/product.ts'
import type { Texts } from '../../src/wire/shared/texts.ts'

/** Why none of the products serves a request, with the nearest call; `undefined` if one does. */
export function notServed(request: WireRequest, products: readonly Product[]): Texts | undefined {
  const operations = operationsOf(products)
  const route = routersOf(operations).answer.find(request.method, pathOf(request.target))
  if (!('miss' in route)) return undefined
  const { text } = explainMiss(route, request, operations).remark
  const call = callOf(request)
  return { en: `${call} is no call of WeChat Pay. ${text.en}`, zh: `微信支付没有接口 ${call}。${text.zh}` }
}

/**
 * Why an answer must not satisfy a contract: a misspelt path is not found either, so it has to be meant.
 *
 * @param isMeant whether the interaction is about a call that does not exist
 */
export function reasonsOfMiss(
  { status }: WireResponse,
  request: WireRequest,
  products: readonly Product[],
  isMeant = false,
): Texts[] {
  const miss = notServed(request, products)
  if (isMeant) return miss ? [] : [served(callOf(request))]
  if (!miss || (status !== 404 && status !== 405)) return []
  return [
    {
      en: `${miss.en} If the contract is about that, give the interaction the provider state "${NO_SUCH_CALL}".`,
      zh: `${miss.zh}如果契约要说明的正是这一点，请给这条交互加上提供方状态“${NO_SUCH_CALL}”。`,
    },
  ]
}

function callOf({ method, target }: WireRequest): string {
  return `${method} ${pathOf(target)}`
}

const served = (call: string): Texts => ({
  en: `${call} is a call of WeChat Pay, although the provider state "${NO_SUCH_CALL}" says otherwise.`,
  zh: `微信支付有接口 ${call}，与提供方状态“${NO_SUCH_CALL}”不符。`,
})
