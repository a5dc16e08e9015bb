import { z } from 'zod'
import { parseInput } from '../../src/engine/exchange/input.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { ApiError } from '../../src/wire/protocol/errors.ts'
import type { Texts } from '../../src/wire/shared/texts.ts'
import { memberAt, withMember } from '../helpers/members.ts'
import { upload } from '../helpers/upload.ts'

/** A field, as JSON Schema describes it. */
export interface FieldSchema {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array'
  readonly 'x-field-title'?: string
  readonly enum?: readonly string[]
  readonly format?: 'date-time'
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: FieldSchema
  readonly properties?: Readonly<Record<string, FieldSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
  /** Members that depend on each other. */
  readonly allOf?: readonly {
    readonly anyOf?: readonly { readonly required: readonly string[] }[]
    readonly not?: { readonly required: readonly string[] }
  }[]
}

const LOCATIONS = { path: 'uri_template', query: 'query', body: 'body' } as const
type Part = keyof typeof LOCATIONS

/** A field of a request, wherever it is. */
export interface InputField {
  readonly part: Part
  /** Names, and 0 for the entry of a list. */
  readonly path: readonly (string | 0)[]
  /** As error texts have it. */
  readonly pointer: string
  readonly title: string
  readonly required: boolean
  readonly schema: FieldSchema
}

type Input = Readonly<Record<Part, unknown>>

/** An operation with the fields of its input. */
export class CheckedInput {
  readonly #operation: Operation
  readonly #schemas: Readonly<Partial<Record<Part, FieldSchema>>>
  readonly #isUpload: boolean
  /** Right, with only what is required. */
  readonly #required: Input
  readonly fields: readonly InputField[]
  /** Says more of the last refusal than the wire does. */
  explanation: Texts | undefined

  constructor(operation: Operation) {
    const { file, ...schemas } = operation.input
    this.#operation = operation
    this.#isUpload = file !== undefined
    this.#schemas = Object.fromEntries(
      Object.entries(schemas).flatMap(([part, schema]) => (schema ? [[part, jsonSchemaOf(schema)]] : [])),
    )
    const { path, query, body } = this.#schemas
    this.#required = { path: path && fitting(path), query: query && fitting(query), body: body && fitting(body) }
    this.fields = Object.entries(this.#schemas).flatMap(([part, schema]) => membersOf(part as Part, [], schema))
  }

  /** The refusal of a request whose other fields are right, with only those that are required; `undefined` if it passes. */
  refusal({ part, path }: Pick<InputField, 'part' | 'path'>, value: unknown): unknown {
    const given = { ...this.#required, [part]: this.#with(part, path, value) }
    try {
      parseInput(this.#operation, this.#requestOf(given), stringsOf(given.path))
      return undefined
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.explanation = error.explanation
      // As a client reads it: a number may be kept as it was written.
      return JSON.parse(JSON.stringify({ status: error.status, ...error.toJSON() }))
    }
  }

  /** Whether a part takes no other members than those that are known. */
  isStrict(part: Part): boolean {
    return this.#schemas[part]?.additionalProperties === false
  }

  /** A part with one member replaced. Parents that may be left out are given too. */
  #with(part: Part, path: InputField['path'], value: unknown): unknown {
    let schema = this.#schemas[part]
    let whole = this.#required[part]
    for (const [i, key] of path.slice(0, -1).entries()) {
      schema = key === 0 ? schema?.items : schema?.properties?.[key]
      const parents = path.slice(0, i + 1)
      if (schema && memberAt(whole, parents) === undefined) whole = withMember(whole, parents, fitting(schema))
    }
    const [last, parents] = [path.at(-1), path.slice(0, -1)]
    // `withMember` removes an entry of a list as it replaces one.
    if (last === 0) {
      const { items = {}, minItems = 1 } = this.#schemaAt(part, parents) ?? {}
      const others = Array(Math.max(0, minItems - 1)).fill(fitting(items))
      return withMember(whole, parents, [value, ...others])
    }
    const excluded = value === undefined ? [] : excludedBy(this.#schemaAt(part, parents), String(last))
    for (const name of excluded) whole = withMember(whole, [...parents, name], undefined)
    return withMember(whole, path, value)
  }

  /** Whether no other member takes the place of a field that is left out. */
  isNeeded({ part, path }: InputField): boolean {
    const parent = this.#schemaAt(part, path.slice(0, -1))
    const name = String(path.at(-1))
    const given = Object.keys(Object(parent && fitting(parent)))
    return (parent?.allOf ?? []).some(
      ({ anyOf }) => anyOf?.some(({ required: [one] }) => one === name) && given.includes(name),
    )
  }

  #schemaAt(part: Part, path: InputField['path']): FieldSchema | undefined {
    return path.reduce<FieldSchema | undefined>(
      (schema, key) => (key === 0 ? schema?.items : schema?.properties?.[key]),
      this.#schemas[part],
    )
  }

  #requestOf({ query, body }: Input) {
    const request = {
      method: this.#operation.method,
      headers: {},
      target: `/?${new URLSearchParams(stringsOf(query))}`,
    }
    if (!this.#isUpload) return { ...request, body: Buffer.from(JSON.stringify(body) ?? '') }
    const { headers, body: parts } = upload({ meta: body })
    return { ...request, headers: { 'content-type': headers?.['Content-Type'] ?? '' }, body: parts as Uint8Array }
  }
}

const jsonSchemaOf = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as unknown as FieldSchema

const stringsOf = (members: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(members ?? {}).map(([name, value]) => [name, String(value)]))

function membersOf(
  part: Part,
  above: InputField['path'],
  { properties = {}, required = [] }: FieldSchema,
): InputField[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = [...above, name]
    const title = schema['x-field-title'] ?? name
    const field = { part, path, pointer: pointerTo(part, path), title, required: required.includes(name), schema }
    return [field, ...entriesOf(field), ...membersOf(part, path, schema)]
  })
}

/** The entry of a list; its title is that of the list, unless it has its own. */
function entriesOf({ part, path: list, title, schema: { items } }: InputField): InputField[] {
  if (!items) return []
  const path = [...list, 0] as const
  const field = { part, path, pointer: pointerTo(part, path), title: items['x-field-title'] ?? title, required: false }
  return [{ ...field, schema: items }, ...membersOf(part, path, items)]
}

const pointerTo = (part: Part, path: InputField['path']) => `/${[LOCATIONS[part], ...path].join('/')}`

const excludedBy = (schema: FieldSchema | undefined, name: string): string[] =>
  (schema?.allOf ?? []).flatMap(({ not }) =>
    not?.required.includes(name) ? not.required.filter((one) => one !== name) : [],
  )

/** Members without which an object does not fit: those that are required, and one of each choice. */
function neededIn({ required = [], allOf = [] }: FieldSchema): Set<string> {
  const needed = new Set(required)
  for (const { anyOf = [] } of allOf) {
    const names = anyOf.flatMap((one) => one.required)
    if (names[0] !== undefined && !names.some((name) => needed.has(name))) needed.add(names[0])
  }
  return needed
}

/** The value of a field that is right, with as few members as it may have. */
export function fitting(schema: FieldSchema): unknown {
  const { type, items, properties = {} } = schema
  const needed = neededIn(schema)
  if (schema.enum) return schema.enum[0]
  switch (type) {
    case 'boolean':
      return true
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'array':
      return Array(schema.minItems ?? 1).fill(items && fitting(items))
    case 'object':
      return Object.fromEntries(
        Object.entries(properties).flatMap(([name, member]) => (needed.has(name) ? [[name, fitting(member)]] : [])),
      )
    default:
      return textOf(schema, Math.max(schema.minLength ?? 1, 1))
  }
}

const BEGINNINGS = ['a', '1', '11111111', '#aaaaaa', 'https://shop.example.com/a', 'true', '2026-11-24']

/** A text of a length, or of the next one above it that its pattern allows. */
export function textOf({ format, pattern }: FieldSchema, length: number): string {
  if (format) return '2026-11-25T12:00:00+08:00'
  if (pattern === undefined) return 'a'.repeat(length)
  const texts = BEGINNINGS.map((text) => text.padEnd(length, text.at(-1)))
  const text = texts.find((one) => new RegExp(pattern).test(one))
  if (text === undefined) throw new Error(`No text in mind matches ${pattern}.`)
  return text
}
