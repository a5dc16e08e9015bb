import { z } from 'zod'
import type { FileField, OperationDescription } from '../../engine/operation.ts'
import { BRAND_SIGNATURE_TYPE, SIGNATURE_TYPE } from '../../wire/protocol/authorization.ts'
import { commonErrors, precedesAuthentication } from '../../wire/protocol/common-errors.ts'
import { type ErrorDefinition, hasBody } from '../../wire/protocol/errors.ts'
import { HOP_BY_HOP } from '../../wire/protocol/message.ts'
import { responseHeaders, type SIGNATURE_FIELDS } from '../../wire/protocol/response-headers.ts'
import { onceFor } from '../../wire/shared/pieces.ts'

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
    const { $defs, ...converted } = io === 'input' ? read(schema) : sent(schema)
    for (const [id, definition] of Object.entries($defs)) this.#collect(id, definition)
    return converted
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

// The refusals of each control call have the same schema, and a process describes the same calls for several mocks.
const read = onceFor((schema: z.ZodType) => describe(schema, 'input', restoreWhatIsRead))
const sent = onceFor((schema: z.ZodType) => describe(schema, 'output', describeWhatIsSent))

function describe(schema: z.ZodType, io: 'input' | 'output', override: (made: Converted) => void) {
  const { $schema: _, $defs = {}, ...converted } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override })
  return pointToComponents({ ...converted, $defs })
}

function pointToComponents<Schema extends JsonObject>(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') return value.replace('#/$defs/', '#/components/schemas/')
    // Limits of safe integers in JavaScript do not concern callers.
    if (['minimum', 'maximum', 'maxLength'].includes(key) && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER)
      return undefined
    return value
  })
}

/** The tag of simulated calls of WeChat Pay. */
export const SIMULATED = 'simulated'

/** Extensions that say how a call or callback is served. */
export type Shaped = Pick<OperationDescription, 'shaped' | 'product'>

/** How a call or callback is served, and its product. */
export function servedAs({ shaped, product }: Shaped): JsonObject {
  return { tags: [(shaped && product?.id) ?? SIMULATED], 'x-served': shaped ? 'shaped' : 'simulated' }
}

type Errors = Readonly<Record<string, ErrorDefinition>>

/** Describes a call of WeChat Pay. */
export function simulatedOperation(operation: OperationDescription, schemas: SchemaCollector): JsonObject {
  const { id, path, summary, title, source, rules, rateLimit, errors } = operation
  return {
    operationId: id,
    ...servedAs(operation),
    summary: `${title} · ${summary}`,
    externalDocs: { url: source },
    security: operation.unsigned ? [] : [{ merchantSignature: [] }],
    'x-rules': rules.map(({ rule, evidence }) => ({ rule, 'x-evidence': evidence })),
    parameters: [...parametersOf(path, operation.input.path, operation.input.query, schemas), PLATFORM_KEY],
    ...(rateLimit && {
      'x-rate-limit': {
        calls: rateLimit.calls,
        ...(rateLimit.failing !== undefined && { failing: rateLimit.failing }),
        seconds: rateLimit.seconds,
        'x-evidence': rateLimit.evidence,
      },
    }),
    ...requestBodyOf(operation, schemas),
    responses: {
      ...success(operation, schemas),
      ...Object.fromEntries(COMMON_STATUSES.map((status) => [status, reference('responses', commonName(status))])),
      ...Object.fromEntries([...byStatus(errors)].map(([status, group]) => [status, ownErrors(status, group)])),
    },
  }
}

function success(
  { output, fileType, status = 200, pendingStatus }: OperationDescription,
  schemas: SchemaCollector,
): JsonObject {
  if (fileType !== undefined) {
    const content = { [fileType]: { schema: { type: 'string', format: 'binary' } } }
    return { 200: { description: 'the file, which is not signed', headers: headersOf(UNSIGNED), content } }
  }
  const headers = headersOf(SIGNED)
  if (output.safeParse(undefined).success) {
    return {
      204: { description: 'done; JSON by its `Content-Type`, without a body', headers, content: { [JSON_TYPE]: {} } },
    }
  }
  const content = { [JSON_TYPE]: { schema: schemas.convert(output, 'output') } }
  return {
    [status]: { description: 'done', headers, content },
    ...(pendingStatus !== undefined && {
      [pendingStatus]: { description: 'not over yet: ask again', headers, content },
    }),
  }
}

/** Clients send a body with every POST, even if only an empty object. */
function requestBodyOf({ method, input: { body, file } }: OperationDescription, schemas: SchemaCollector): JsonObject {
  if (body) {
    const required = !body.safeParse(undefined).success
    return { requestBody: { required, content: requestContent(body, file, schemas) } }
  }
  if (method !== 'POST') return {}
  const description = 'none is needed, and what is sent is not looked at'
  return { requestBody: { required: false, description, content: { [JSON_TYPE]: { schema: {} } } } }
}

/** JSON; for an upload, a part with the JSON and one with the file. */
function requestContent(body: z.ZodType, file: FileField | undefined, schemas: SchemaCollector): JsonObject {
  const schema = schemas.convert(body, 'input')
  if (!file) return { [JSON_TYPE]: { schema } }
  const properties = { meta: schema, file: { type: 'string', format: 'binary', title: file.title } }
  return {
    'multipart/form-data': {
      schema: { type: 'object', properties, required: Object.keys(properties) },
      encoding: { meta: { contentType: JSON_TYPE } },
    },
  }
}

/** Errors that a call has of its own, and those of any call with the same status. */
function ownErrors(status: number, own: Errors): JsonObject {
  const common = Object.keys(COMMON.get(status) ?? {}).filter((key) => !Object.hasOwn(own, key))
  return errorResponse(own, SIGNED, {
    ...examplesOf(own),
    ...Object.fromEntries(common.map((key) => [key, reference('examples', key)])),
  })
}

function byStatus(errors: Errors): Map<number, Errors> {
  const groups = Map.groupBy(Object.entries(errors), ([, { status }]) => status)
  return new Map([...groups].map(([status, group]) => [status, Object.fromEntries(group)]))
}

/** Without the errors of an unknown path or method, which the document does not have. Those have no body. */
const COMMON_ERRORS: Errors = Object.fromEntries(Object.entries(commonErrors).filter(([, error]) => hasBody(error)))
const COMMON = byStatus(COMMON_ERRORS)
const COMMON_STATUSES = [...COMMON.keys()]

const commonName = (status: number) => `WechatPayCommonError${status}`

function errorResponse(errors: Errors, headers: readonly string[], examples: JsonObject): JsonObject {
  return {
    description: [...new Set(Object.values(errors).map(({ code }) => code))].join(', '),
    headers: headersOf(headers),
    content: { [JSON_TYPE]: { schema: reference('schemas', 'WechatPayError'), examples } },
  }
}

function examplesOf(errors: Errors): JsonObject {
  return Object.fromEntries(
    Object.entries(errors).map(([key, { status, code, message, when, evidence }]) => [
      key,
      { summary: when.en, value: { code, message }, 'x-status': status, 'x-evidence': evidence },
    ]),
  )
}

/** Meanings of the header fields that sign an answer or a callback. */
export const SIGNATURE_HEADERS: Readonly<Record<(typeof SIGNATURE_FIELDS)[number], string>> = {
  'Wechatpay-Nonce': 'random text',
  'Wechatpay-Signature': 'over timestamp, nonce and body',
  'Wechatpay-Timestamp': 'seconds since 1970',
  'Wechatpay-Serial': 'the platform certificate or public key',
  'Wechatpay-Signature-Type': 'the scheme of the signature',
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  ...SIGNATURE_HEADERS,
  'Request-ID': 'what to name to WeChat Pay’s support; some answers before authentication have none',
}

/** The header fields of signed answers, without those of the connection and `Content-Type`, which a document states elsewhere. */
const SIGNED = responseHeaders({
  bodyLength: 0,
  requestId: '',
  now: 0,
  signature: { nonce: '', signature: '', timestamp: '', serialNo: '', signatureType: '' },
})
  .map(([name]) => name)
  .filter((name) => !HOP_BY_HOP.has(name.toLowerCase()) && name !== 'Content-Type')

const UNSIGNED = SIGNED.filter((name) => !Object.hasOwn(SIGNATURE_HEADERS, name))

function headersOf(names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, reference('headers', name)]))
}

const PLATFORM_KEY = reference('parameters', 'WechatpaySerial')

function reference(kind: string, name: string): JsonObject {
  return { $ref: `#/components/${kind}/${name}` }
}

/** Components that simulated calls and callbacks refer to. */
export const SIMULATED_COMPONENTS = {
  schemas: {
    WechatPayCallbackReply: {
      type: 'object',
      properties: {
        code: { type: 'string', minLength: 1, maxLength: 32, examples: ['SUCCESS', 'FAIL'] },
        message: { type: 'string', maxLength: 64 },
      },
    },
    WechatPayError: {
      type: 'object',
      properties: { code: { type: 'string' }, message: { type: 'string' }, detail: {} },
      required: ['code', 'message'],
    },
  },
  parameters: {
    WechatpaySerial: {
      name: 'Wechatpay-Serial',
      in: 'header',
      description:
        'the platform key that the answer is to be signed with, and that encrypted fields are for; needed with such fields',
      schema: { type: 'string' },
    },
  },
  headers: Object.fromEntries(
    SIGNED.map((name) => [name, { description: DESCRIPTIONS[name], schema: { type: 'string' } }]),
  ),
  examples: examplesOf(COMMON_ERRORS),
  /** Errors that any call may be answered with. */
  responses: Object.fromEntries(
    [...COMMON].map(([status, errors]) => {
      const isSigned = !Object.values(errors).every(precedesAuthentication)
      const examples = Object.fromEntries(Object.keys(errors).map((key) => [key, reference('examples', key)]))
      return [commonName(status), errorResponse(errors, isSigned ? SIGNED : UNSIGNED, examples)]
    }),
  ),
  securitySchemes: {
    // `http` would be the right type, but there tools know only `basic` and `bearer`, and treat any other scheme as missing.
    merchantSignature: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: `\`${SIGNATURE_TYPE}\`, then mchid, nonce_str, timestamp, serial_no and signature of the request; below \`/brand/\` \`${BRAND_SIGNATURE_TYPE}\`, with brand_id`,
    },
  },
}
