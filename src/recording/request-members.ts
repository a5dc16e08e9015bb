import type { Operation } from '../engine/operation.ts'
import { operationsOf } from '../engine/product.ts'
import { products } from '../products/index.ts'
import type { ExchangeJson } from '../products/json.ts'
import { isJsonObject, type JsonObject, parseJson, parseJsonObject } from '../protocol/json-object.ts'
import { pathMembers } from '../shared/path-members.ts'

/** A text and the name of its member. */
export interface NamedText {
  readonly name: string
  readonly text: string
}

/** A request in the journal, or one described in a pact. */
export interface DescribedRequest {
  /** Id of its operation. */
  readonly operation?: string | undefined
  readonly request: Pick<ExchangeJson['request'], 'target' | 'body'>
}

export function operationNamed(id: string | undefined): Operation | undefined {
  return operationsOf(products).find((operation) => operation.id === id)
}

/** The texts in a request, in the order of path, query and JSON body. */
export function membersOf({ operation, request }: DescribedRequest): NamedText[] {
  return [
    ...Object.entries(pathOf(operation, request.target)).map(([name, text]) => ({ name, text })),
    ...[...queryOf(request.target)].map(([name, text]) => ({ name, text })),
    ...(typeof request.body === 'string' ? textsIn(parseJson(request.body)) : []),
  ]
}

/** The variables in the path of a request. */
export function pathOf(operation: string | undefined, target: string): Readonly<Record<string, string>> {
  return pathMembers(operationNamed(operation)?.path ?? '', target)
}

export function queryOf(target: string): URLSearchParams {
  const [, query = ''] = target.split('?', 2)
  return new URLSearchParams(query)
}

/** The texts in a JSON value, at any depth. Items of a list have the name of the list. */
export function textsIn(value: unknown, name = ''): NamedText[] {
  if (typeof value === 'string') return [{ name, text: value }]
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, name))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, key))
}

/** The members of a JSON body; empty if it is not an object. */
export function objectIn(body: unknown): JsonObject {
  return (typeof body === 'string' ? parseJsonObject(body) : undefined) ?? {}
}
