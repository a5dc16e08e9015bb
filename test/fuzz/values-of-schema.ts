import fc from 'fast-check'

/** A JSON Schema, as far as the control API has a use for it. */
export interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly anyOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly examples?: readonly unknown[]
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
}

/** Longest text and list that is made, whatever a schema allows. */
const LONGEST = { text: 40, list: 3 }

/** Times on both sides of what matters to a mock at noon of the tests. */
const TIMES = [
  ...['2026-11-25T12:00:00+08:00', '2026-11-25T04:00:00Z', '2026-11-20T00:00:00+08:00', '2026-12-31T23:59:59.999Z'],
  ...['0001-01-01T00:00:00Z', '9999-12-31T23:59:59+08:00', '9999-12-31T23:59:59-23:59', '1970-01-01T00:00:00Z'],
]

/**
 * Values that fit a schema in the main: of texts without a pattern some are `words`, which is what makes a value refer to something that is there.
 */
export function valuesOf(
  schema: JsonSchema,
  words: fc.Arbitrary<string>,
  defs: NonNullable<JsonSchema['$defs']> = schema.$defs ?? {},
): fc.Arbitrary<unknown> {
  const inner = (one: JsonSchema) => valuesOf(one, words, defs)
  if (schema.$ref !== undefined) return inner(defs[schema.$ref.replace('#/$defs/', '')] ?? {})
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(inner))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.const !== undefined) return fc.constant(schema.const)
  switch (schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, inner(one)])),
        {
          requiredKeys: [...(schema.required ?? [])],
        },
      )
    case 'array':
      return fc.array(inner(schema.items ?? {}), { maxLength: LONGEST.list })
    case 'string':
      return texts(schema, words)
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({
          min: Math.max(schema.minimum ?? -1_000, -1_000_000),
          max: Math.max(schema.minimum ?? 0, Math.min(schema.maximum ?? 1_000, 1_000_000)),
        }),
        fc.constantFrom(schema.minimum ?? 0, schema.maximum ?? 1),
      )
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

function texts(schema: JsonSchema, words: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (schema.format === 'date-time') return fc.constantFrom(...TIMES)
  if (schema.pattern?.startsWith('^[0-9]')) {
    return fc.oneof(fc.constantFrom('1900000001', '1900000009'), fc.stringMatching(new RegExp(schema.pattern)))
  }
  const minLength = schema.minLength ?? 0
  const any = fc.string({
    minLength,
    maxLength: Math.min(schema.maxLength ?? LONGEST.text, LONGEST.text, minLength + 12),
  })
  const examples = schema.examples ?? []
  return fc.oneof(
    { weight: 5, arbitrary: words },
    { weight: 2, arbitrary: any },
    { weight: examples.length > 0 ? 4 : 0, arbitrary: fc.constantFrom(...examples, '') },
  )
}
