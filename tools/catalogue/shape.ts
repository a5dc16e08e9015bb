/** Small things that all parts of the import need. */
import type { CallFacts, FieldFacts } from '../../src/catalogue/facts.ts'

type Gappy<Facts> = { [Name in keyof Facts]: Facts[Name] | undefined }

/** The members that are there, in this order: JSON has no `undefined`. */
export function withoutGaps<Facts extends object>(members: Gappy<Facts>): Facts
export function withoutGaps(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

export const unlessEmpty = <Item>(list: readonly Item[]): readonly Item[] | undefined =>
  list.length === 0 ? undefined : list

export const unique = <Item>(list: readonly Item[]): Item[] => [
  ...new Map(list.map((item) => [JSON.stringify(item), item])).values(),
]

export const variablesOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

/** A member for each variable of a path: a call cannot lack it. */
export const paramsIn = (path: string, fields: readonly FieldFacts[]): FieldFacts[] =>
  variablesOf(path).map((name) => ({
    name,
    type: 'string',
    ...fields.find((field) => field.name === name),
    required: true,
  }))

/** Paths that differ only in the names of their variables are one to a router. */
export const routeOf = ({ method, path }: Pick<CallFacts, 'method' | 'path'>) =>
  `${method} ${path.replace(/\{\w+\}/g, '{}')}`

/** JSON that a person can read the differences of: whatever holds no further objects or lists is one line. */
export const formatJson = (value: unknown): string => `${write(value, '')}\n`

function write(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (!Array.isArray(value)) {
    return `{${Object.entries(value)
      .map(([name, member]) => `${JSON.stringify(name)}:${write(member, indent)}`)
      .join(',')}}`
  }
  if (value.every((item) => typeof item !== 'object')) return JSON.stringify(value)
  return `[\n${value.map((item) => `${indent} ${write(item, `${indent} `)}`).join(',\n')}\n${indent}]`
}
