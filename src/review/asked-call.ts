import {
  type CallFacts,
  catalogueIndex,
  type EventFacts,
  type FieldFacts,
  factsOf,
  type ProductFacts,
} from '../catalogue/facts.ts'
import { type NumberOfThing, numbersOfProduct } from '../catalogue/numbers.ts'
import { routersOf } from '../engine/exchange/router.ts'
import { pathOf } from '../engine/http-message.ts'
import { operationsOf } from '../engine/product.ts'
import { products } from '../products/index.ts'
import { isJsonObject, type JsonObject } from '../protocol/json-object.ts'
import { onceFor } from '../shared/pieces.ts'

/** A request to WeChat Pay with what the facts say about its call. */
export interface AskedCall {
  /** `METHOD path`, with `{name}` for the variable segments. */
  readonly name: string
  readonly facts: CallFacts
  /** Id in the catalogue. */
  readonly product: string
  /** Members of path, query and body. */
  readonly members: JsonObject
  /** The number of the thing that it is about. */
  readonly number: NumberOfThing | undefined
  /** The merchant's own number under which it asks for an amount. */
  readonly own: NumberOfThing | undefined
  /** The money moves without anybody else, so the same under another number is paid once more. An order, in contrast, waits for somebody who pays it. */
  readonly movesMoney: boolean
}

/** The names that pages give amounts in fen; not all of them say so of the unit. */
const AMOUNT = /(?:^|_)(?:amount|total|refund|fee)$/

/** The number that a merchant makes up for what it asks for. */
const OWN_NUMBER = /^(?:[a-z]+_)?out_/

/** A request by its address and its body; `undefined` for a call that no page describes. */
export function askedCall(method: string, target: string, body: unknown): AskedCall | undefined {
  const route = routersOf(operationsOf(products)).answer.find(method, pathOf(target))
  if ('miss' in route) return undefined
  const name = `${method} ${route.operation.path}`
  const product = catalogueIndex.products.find(({ calls }) => calls.includes(name))?.id
  const facts = product === undefined ? undefined : callsOf(factsOf(product)).get(name)
  if (product === undefined || !facts) return undefined
  const given = isJsonObject(body) ? body : {}
  const members = { ...given, ...queryOf(target), ...route.params }
  const [number] = numbersOfProduct(factsOf(product)).of(facts, members)
  const asks = facts.method !== 'GET' && amountsOf(facts.body, 'required').length > 0
  const own = asks && number && OWN_NUMBER.test(number.name) && Object.hasOwn(given, number.name) ? number : undefined
  // A call that waits for a user is answered with what the user needs, such as a `prepay_id`.
  const movesMoney = own !== undefined && (facts.answer ?? []).some(({ name }) => name === own.name)
  return { name, facts, product, members, number, own, movesMoney }
}

function queryOf(target: string): JsonObject {
  const at = target.indexOf('?')
  return at < 0 ? {} : Object.fromEntries(new URLSearchParams(target.slice(at)))
}

const callsOf = onceFor(
  ({ calls }: ProductFacts): ReadonlyMap<string, CallFacts> =>
    new Map(calls.map((call) => [`${call.method} ${call.path}`, call])),
)

/** Paths of amounts in an object; with `required`, only of those that are always there. */
export function amountsOf(fields: readonly FieldFacts[] = [], which?: 'required'): readonly (readonly string[])[] {
  return fields.flatMap(({ name, type, members, required }): readonly (readonly string[])[] => {
    if (which && !required) return []
    if (members) return amountsOf(members, which).map((path) => [name, ...path])
    return type === 'integer' && AMOUNT.test(name) ? [[name]] : []
  })
}

/** Values at a path, also those in each entry of a list. */
export function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, name === undefined ? [] : [name, ...rest]))
  if (name === undefined) return value === undefined ? [] : [value]
  return isJsonObject(value) && Object.hasOwn(value, name) ? valuesAt(value[name], rest) : []
}

/** Names of the calls that tell what became of it: by its number, or by one of WeChat Pay's. */
export function lookupsOf({ product, own }: AskedCall): readonly string[] {
  if (!own) return []
  const { calls } = factsOf(product)
  const numbers = numbersOfProduct(factsOf(product))
  return calls.flatMap((call) => {
    if (call.method !== 'GET' || amountsOf(call.answer).length === 0) return []
    const given = [...(call.params ?? []), ...(call.query ?? [])].map(({ name }) => name)
    const [about] = numbers.of(call, Object.fromEntries(given.map((name) => [name, name])))
    const isIt =
      about && OWN_NUMBER.test(about.name)
        ? about.name === own.name
        : (call.answer ?? []).some(({ name }) => name === own.name)
    return isIt ? [`GET ${call.path}`] : []
  })
}

/** The event of a callback: its facts, and the name of the number in its content. */
export interface ToldEvent {
  readonly product: string
  readonly facts: EventFacts
  readonly number: string | undefined
  readonly amounts: readonly (readonly string[])[]
}

/** An event by its name, such as `REFUND.SUCCESS` or `TRANSACTION.SUCCESS/partner-orders`. */
export function toldEvent(name: string): ToldEvent | undefined {
  const [type = '', of] = name.split('/')
  const product = of ?? catalogueIndex.products.find(({ events }) => events.includes(type))?.id
  const facts = product === undefined ? undefined : factsOf(product).events.find((one) => one.type === type)
  if (product === undefined || !facts) return undefined
  const [number] = numbersOfProduct(factsOf(product)).inCallback(facts.resource)
  return { product, facts, number, amounts: amountsOf(facts.resource) }
}
