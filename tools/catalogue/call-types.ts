/** Writes the members of each call as a type, by which the compiler knows what a call with rules is given. */
import type { CallFacts, FieldFacts } from '../../src/catalogue/facts.ts'
import { addressOf } from './shape.ts'

const HEAD = `// Written by \`npm run catalogue\`.

/** The members of each documented call, by its address: those that some callers may leave out are optional. Texts in a path or a query are not yet read. */
export interface DocumentedCalls {
`

/** The source of \`src/catalogue/documented-calls.ts\`. */
export function callTypesOf(calls: readonly CallFacts[]): string {
  return `${HEAD}${calls.map((call) => `  ${JSON.stringify(addressOf(call))}: { ${partsOf(call)} }\n`).join('')}}\n`
}

function partsOf({ params, query, body, file, answer }: CallFacts): string {
  const parts = Object.entries({ path: params, query, body, answer }).flatMap(([part, fields]) => {
    if (!fields) return []
    const isText = part === 'path' || part === 'query'
    return [`${part}: ${objectOf(fields, isText ? textType : jsonType)}`]
  })
  return [...parts, ...(file === undefined ? [] : ['file: string'])].join('; ')
}

function objectOf(fields: readonly FieldFacts[], typeOf: (field: FieldFacts) => string): string {
  return `{ ${fields.map((field) => `${nameOf(field)}${field.required === true ? '' : '?'}: ${typeOf(field)}`).join('; ')} }`
}

const nameOf = ({ name }: FieldFacts): string => (/^\w+$/.test(name) ? name : JSON.stringify(name))

/** A list in a query is a text, too. */
function textType(field: FieldFacts): string {
  if (field.type === 'integer') return 'number'
  if (field.type === 'boolean') return oneOf(field.values ?? ['true', 'false'])
  return field.values && !field.list ? oneOf(field.values) : 'string'
}

function jsonType(field: FieldFacts): string {
  const one = entryType(field)
  return field.list ? `${one.includes(' | ') && !one.startsWith('{') ? `(${one})` : one}[]` : one
}

function entryType({ type, members, values, encrypted }: FieldFacts): string {
  switch (type) {
    case 'object':
      return members ? objectOf(members, jsonType) : '{ readonly [member: string]: unknown }'
    case 'boolean':
      return values ? values.join(' | ') : 'boolean'
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
      return values && !encrypted ? oneOf(values) : 'string'
  }
}

const oneOf = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(' | ')
