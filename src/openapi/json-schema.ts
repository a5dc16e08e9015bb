import { z } from 'zod'

/** All variables of the path and members of the query; a variable without a schema is any text. */
export function parametersOf(
  path: string,
  params: z.ZodType | undefined,
  query: z.ZodType | undefined,
  schemas: SchemaCollector,
): JsonObject[] {
  const inPath = membersOf(params, schemas)
  const inQuery = membersOf(query, schemas)
  return [
    ...path.matchAll(/\{(\w+)\}/g).map(([, name = '']) => ({
      name,
      in: 'path',
      required: true,
      ...describedSchema(inPath.properties[name] ?? { type: 'string' }),
    })),
    ...Object.entries(inQuery.properties).map(([name, schema]) => ({
      name,
      in: 'query',
      required: inQuery.required.includes(name),
      ...describedSchema(schema),
    })),
  ]
}

function describedSchema({ description, ...schema }: JsonObject): JsonObject {
  return { ...(typeof description === 'string' && { description }), schema }
}

interface Members {
  readonly properties: Readonly<Record<string, JsonObject>>
  readonly required: readonly string[]
}

function membersOf(schema: z.ZodType | undefined, schemas: SchemaCollector): Members {
  const { properties = {}, required = [] } = (schema ? schemas.convert(schema, 'input') : {}) as Partial<Members>
  return { properties, required }
}

/** The media type of almost every body. */
export const JSON_TYPE = 'application/json'

/** A JSON Schema, or any other object of the document. */
export type JsonObject = { readonly [key: string]: unknown }

/** Converts zod schemas to JSON Schemas. Those with an id become components that the others refer to. */
export class SchemaCollector {
  readonly #schemas = new Map<string, JsonObject>()

  /** @param io whether a value is read (`input`) or written (`output`) */
  convert(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    const {
      $schema: _,
      $defs = {},
      ...converted
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: io === 'input' ? restoreWhatIsRead : describeWhatIsSent,
    })
    for (const [id, definition] of Object.entries($defs)) this.#collect(id, pointToComponents({ ...definition }))
    return pointToComponents(converted)
  }

  get components(): Record<string, JsonObject> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  #collect(id: string, { id: _, ...schema }: JsonObject): void {
    const known = this.#schemas.get(id)
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`Two schemas have the id ${id}`)
    this.#schemas.set(id, schema)
  }
}

interface Converted {
  readonly zodSchema: z.core.$ZodType
  readonly jsonSchema: z.core.JSONSchema.BaseSchema
}

/** Describes the JSON side of a codec instead of the value in the code. */
function describeWhatIsSent({ zodSchema, jsonSchema }: Converted): void {
  if (!(zodSchema instanceof z.ZodCodec)) return
  const { $schema: _, ...sent } = z.toJSONSchema(zodSchema.def.in as z.ZodType, { io: 'input', unrepresentable: 'any' })
  for (const name of Object.keys(jsonSchema)) delete jsonSchema[name]
  Object.assign(jsonSchema, z.globalRegistry.get(zodSchema), sent)
}

/** Restores our keywords for the incoming text of a schema that transforms it, since zod removes them there. */
function restoreWhatIsRead({ zodSchema, jsonSchema }: Converted): void {
  const { examples, default: unset } = z.globalRegistry.get(zodSchema) ?? {}
  if (Array.isArray(examples)) jsonSchema.examples = examples
  if (unset !== undefined) jsonSchema.default = unset
}

function pointToComponents(schema: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') return value.replace('#/$defs/', '#/components/schemas/')
    // Limits of safe integers in JavaScript do not concern callers.
    if (['minimum', 'maximum', 'maxLength'].includes(key) && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER)
      return undefined
    return value
  })
}
