import type { z } from 'zod'
import type { EventDescription } from '../engine/callbacks/event.ts'
import type { FileField, OperationDescription } from '../engine/operation.ts'
import { commonErrors } from '../protocol/common-errors.ts'
import { type ErrorDefinition, hasBody } from '../protocol/errors.ts'
import { INSTANT_PATTERN } from '../protocol/instant.ts'
import { type JsonObject, SchemaCollector } from './json-schema.ts'

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = {
  readonly openapi: string
  readonly info: JsonObject
  readonly servers: readonly JsonObject[]
  readonly tags: readonly JsonObject[]
  /** By path, then by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>
  /** Callbacks, by their id. */
  readonly webhooks: Readonly<Record<string, JsonObject>>
  readonly components: Readonly<Record<string, JsonObject>>
}

/** What the document needs to know about a call of the control API. */
export interface DescribedCall {
  readonly id: string
  readonly method: string
  /** Path with `{name}` for its variable segments. */
  readonly path: string
  readonly summary: string
  readonly params?: z.ZodType | undefined
  readonly query?: z.ZodType | undefined
  readonly body?: z.ZodType | undefined
  /** Whether the body may be left out. */
  readonly bodyOptional?: boolean | undefined
  /** Left out: 204 without a body. */
  readonly answer?: z.ZodType | undefined
  /** Content type of the answer. Default: JSON. */
  readonly mediaType?: string | undefined
  /** Status of an answer with a body. Default: 200. */
  readonly status?: number | undefined
  /** Answered without the control token. */
  readonly open?: boolean | undefined
  /** All its refusals, in the order of the document. */
  readonly refusals: readonly DescribedRefusal[]
}

/** A refusal of the control API. */
export interface DescribedRefusal {
  readonly status: number
  readonly code: string
  readonly when: string
}

const JSON_TYPE = 'application/json'
const CONTROL = 'control'
const SIMULATED = 'simulated'

/**
 * Describes the control API, the simulated calls of WeChat Pay and its callbacks, from the same schemas that validate input and answers.
 *
 * Errors of simulated calls are the examples of their answers, each with `x-evidence`: how we know it.
 */
export function openApiDocument(parts: {
  readonly calls: readonly DescribedCall[]
  /** The refusals of the control API. */
  readonly refusal: z.ZodType
  readonly operations: readonly OperationDescription[]
  readonly events: readonly EventDescription[]
  readonly version: string
  readonly serverUrl: string
}): OpenApiDocument {
  const schemas = new SchemaCollector()
  const paths: Record<string, Record<string, JsonObject>> = {}
  const add = ({ method, path }: { method: string; path: string }, operation: JsonObject): void => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation }
  }
  for (const call of parts.calls) add(call, controlOperation(call, parts.refusal, schemas))
  for (const operation of parts.operations) add(operation, simulatedOperation(operation, schemas))
  const webhooks = Object.fromEntries(parts.events.map((event) => [event.id, { post: webhook(event, schemas) }]))

  return {
    openapi: '3.1.1',
    info: {
      title: 'wechatpay-mock',
      version: parts.version,
      description: 'A simulated WeChat Pay API v3, and the API that controls the simulation.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: parts.serverUrl }],
    tags: [
      { name: CONTROL, description: 'what the mock is told' },
      { name: SIMULATED, description: 'what WeChat Pay would answer; how far this is known is said by x-evidence' },
    ],
    paths,
    webhooks,
    components: {
      schemas: { ...schemas.components, ...WECHAT_PAY_SCHEMAS },
      parameters: {
        AcceptLanguage: {
          name: 'Accept-Language',
          in: 'header',
          description:
            'the language of what the mock itself says, above all of refusals: zh or en; that of the mock if it prefers neither',
          schema: { type: 'string', examples: ['zh-CN,zh;q=0.9,en;q=0.8'] },
        },
      },
      responses: {
        WechatPayCommonError: errorResponse(
          'Errors that any call may be answered with; an unknown path or method is answered with 404 or 405 and no body',
          withBody(commonErrors),
        ),
      },
      securitySchemes: {
        controlToken: { type: 'http', scheme: 'bearer', description: 'needed when the server has a --control-token' },
        merchantSignature: {
          type: 'http',
          scheme: 'WECHATPAY2-SHA256-RSA2048',
          description: 'mchid, nonce_str, timestamp, serial_no and signature of the request',
        },
      },
    },
  }
}

const ACCEPT_LANGUAGE = { $ref: '#/components/parameters/AcceptLanguage' }

function controlOperation(call: DescribedCall, refusal: z.ZodType, schemas: SchemaCollector): JsonObject {
  const { id, path, summary, params, query, body, answer, status = 200, open, refusals } = call
  const refused = (group: readonly DescribedRefusal[]): JsonObject => ({
    description: group.map(({ code, when }) => `${code}: ${when}`).join('; '),
    content: { [JSON_TYPE]: { schema: schemas.convert(refusal, 'output') } },
  })
  return {
    operationId: id,
    tags: [CONTROL],
    summary,
    security: open ? [] : [{ controlToken: [] }, {}],
    parameters: [...parametersOf(path, params, query, schemas), ACCEPT_LANGUAGE],
    ...(body && {
      requestBody: {
        required: !call.bodyOptional,
        content: { [JSON_TYPE]: { schema: schemas.convert(body, 'input') } },
      },
    }),
    responses: {
      ...(answer
        ? {
            [status]: {
              description: status === 201 ? 'made' : 'done',
              content: { [call.mediaType ?? JSON_TYPE]: { schema: schemas.convert(answer, 'output') } },
            },
          }
        : { 204: { description: 'done' } }),
      ...Object.fromEntries([...Map.groupBy(refusals, (one) => one.status)].map(([of, group]) => [of, refused(group)])),
    },
  }
}

function simulatedOperation(operation: OperationDescription, schemas: SchemaCollector): JsonObject {
  const { id, path, summary, title, source, rules, rateLimit, input, output, errors } = operation
  const nothing = output.safeParse(undefined).success
  const parameters = parametersOf(path, input.path, input.query, schemas)
  return {
    operationId: id,
    tags: [SIMULATED],
    summary: `${title} · ${summary}`,
    externalDocs: { url: source },
    security: [{ merchantSignature: [] }],
    'x-rules': rules.map(({ rule, evidence }) => ({ rule, 'x-evidence': evidence })),
    ...(parameters.length > 0 && { parameters }),
    ...(rateLimit && {
      'x-rate-limit': {
        calls: rateLimit.calls,
        ...(rateLimit.failing !== undefined && { failing: rateLimit.failing }),
        seconds: rateLimit.seconds,
        'x-evidence': rateLimit.evidence,
      },
    }),
    ...(input.body && { requestBody: { required: true, content: requestContent(input.body, input.file, schemas) } }),
    responses: {
      ...(nothing
        ? { 204: { description: 'done; `Content-Type` is that of JSON, `Content-Length` is 0' } }
        : { 200: { description: 'done', content: { [JSON_TYPE]: { schema: schemas.convert(output, 'output') } } } }),
      ...Object.fromEntries(
        [...Map.groupBy(Object.entries(errors), ([, { status }]) => status)].map(([status, group]) => [
          status,
          errorResponse([...new Set(group.map(([, { code }]) => code))].join(', '), Object.fromEntries(group)),
        ]),
      ),
      default: { $ref: '#/components/responses/WechatPayCommonError' },
    },
  }
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

function errorResponse(description: string, errors: Readonly<Record<string, ErrorDefinition>>): JsonObject {
  const examples = Object.entries(errors).map(([key, { status, code, message, when, evidence }]) => [
    key,
    { summary: when.en, value: { code, message }, 'x-status': status, 'x-evidence': evidence },
  ])
  return {
    description,
    content: {
      [JSON_TYPE]: {
        schema: { $ref: '#/components/schemas/WechatPayError' },
        examples: Object.fromEntries(examples),
      },
    },
  }
}

function withBody(errors: Readonly<Record<string, ErrorDefinition>>): Readonly<Record<string, ErrorDefinition>> {
  return Object.fromEntries(Object.entries(errors).filter(([, error]) => hasBody(error)))
}

/** Header fields of a callback. */
const CALLBACK_HEADERS = [
  { name: 'Wechatpay-Timestamp', required: true, description: 'seconds since 1970' },
  { name: 'Wechatpay-Nonce', required: true },
  { name: 'Wechatpay-Signature', required: true, description: 'over timestamp, nonce and body' },
  { name: 'Wechatpay-Signature-Type', required: false },
  { name: 'Wechatpay-Serial', required: true, description: 'the platform certificate or public key' },
] as const

/** A callback from the mock to the merchant, with the sealed resource as the content schema of the ciphertext. */
function webhook(event: EventDescription, schemas: SchemaCollector): JsonObject {
  const { id, eventType, description, title, source, originalType, associatedData, resource } = event
  const reply = { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/WechatPayCallbackReply' } } }
  return {
    operationId: `on${id.slice(0, 1).toUpperCase()}${id.slice(1)}`,
    tags: [SIMULATED],
    summary: `${title} · ${description}`,
    externalDocs: { url: source },
    parameters: CALLBACK_HEADERS.map((header) => ({ ...header, in: 'header', schema: { type: 'string' } })),
    requestBody: {
      required: true,
      content: {
        [JSON_TYPE]: {
          schema: {
            type: 'object',
            required: ['id', 'create_time', 'event_type', 'resource_type', 'summary', 'resource'],
            properties: {
              id: { type: 'string', minLength: 1, maxLength: 36, format: 'uuid' },
              create_time: {
                type: 'string',
                minLength: 1,
                maxLength: 32,
                format: 'date-time',
                pattern: INSTANT_PATTERN,
              },
              event_type: { type: 'string', const: eventType },
              resource_type: { type: 'string', const: 'encrypt-resource' },
              summary: { type: 'string', maxLength: 64 },
              resource: {
                type: 'object',
                required: ['original_type', 'algorithm', 'ciphertext', 'associated_data', 'nonce'],
                properties: {
                  original_type: { type: 'string', const: originalType },
                  algorithm: { type: 'string', const: 'AEAD_AES_256_GCM' },
                  ciphertext: {
                    type: 'string',
                    maxLength: 1_048_576,
                    contentEncoding: 'base64',
                    contentMediaType: JSON_TYPE,
                    contentSchema: schemas.convert(resource, 'output'),
                  },
                  associated_data: { type: 'string', maxLength: 16, const: associatedData },
                  nonce: { type: 'string', minLength: 12, maxLength: 12 },
                },
              },
            },
          },
        },
      },
    },
    responses: {
      200: { description: 'taken; whatever the body says', content: reply },
      204: { description: 'taken' },
      default: { description: 'refused, will be sent again', content: reply },
    },
  }
}

const WECHAT_PAY_SCHEMAS = {
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
}

/** All variables of the path and members of the query; a variable without a schema is any text. */
function parametersOf(
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
