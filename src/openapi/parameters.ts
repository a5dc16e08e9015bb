import type { z } from 'zod'
import type { JsonObject, SchemaCollector } from './json-schema.ts'

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
