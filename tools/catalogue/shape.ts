/** Small helpers for all parts of the import. */
import type { CallFacts, FieldFacts } from '../../src/catalogue/facts.ts'

type Gappy<Facts> = { [Name in keyof Facts]: Facts[Name] | undefined }

/** The members that have a value, in this order: JSON does not have `undefined`. */
export function withoutGaps<Facts extends object>(members: Gappy<Facts>): Facts
export function withoutGaps(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

export const unlessEmpty = <Item>(list: readonly Item[]): readonly Item[] | undefined =>
  list.length === 0 ? undefined : list

export const unique = <Item>(list: readonly Item[]): Item[] => [
  ...new Map(list.map((item) => [JSON.stringify(item), item])).values(),
]

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

export const variablesOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

/** A member for each variable of a path, since a call cannot omit it. */
export const paramsIn = (path: string, fields: readonly FieldFacts[]): FieldFacts[] =>
  variablesOf(path).map((name) => {
    const { orElse: _, notWith: __, ...field } = fields.find((one) => one.name === name) ?? { name, type: 'string' }
    return { ...field, required: true }
  })

export type Address = Pick<CallFacts, 'method' | 'path'>

export const addressOf = ({ method, path }: Address) => `${method} ${path}`

/** Paths that differ only in the names of their variables are equal to a router. */
export const routeOf = ({ method, path }: Address) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`

/** JSON with readable diffs: lists have one line per object. */
export function formatJson(value: unknown, indent = ''): string {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object'))
    return `[\n${value.map((item) => `${indent} ${formatJson(item, `${indent} `)}`).join(',\n')}\n${indent}]`
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${formatJson(member, indent)}`)
  return `{${members.join(',')}}`
}
