import type { z } from 'zod'
import type { EventDescription } from '../../engine/callbacks/event.ts'
import type { OperationDescription } from '../../engine/operation.ts'
import { INSTANT_PATTERN } from '../../wire/protocol/instant.ts'
import { giveWay, mapUnhurried } from '../../wire/shared/pieces.ts'
import {
  JSON_TYPE,
  type JsonObject,
  parametersOf,
  SchemaCollector,
  type Shaped,
  SIGNATURE_HEADERS,
  SIMULATED,
  SIMULATED_COMPONENTS,
  servedAs,
  simulatedOperation,
} from './simulated.ts'

const CALLBACK_HEADERS = Object.entries(SIGNATURE_HEADERS).map(([name, description]) => ({
  name,
  in: 'header',
  required: name !== 'Wechatpay-Signature-Type',
  description,
  schema: { type: 'string' },
}))

/** A callback from the mock to the merchant, with the sealed resource as the content schema of the ciphertext. */
function webhook(event: EventDescription, schemas: SchemaCollector): JsonObject {
  const { id, eventType, description, title, source, originalType, associatedData, resource } = event
  const original = originalType !== '' && { original_type: { type: 'string', const: originalType } }
  const reply = { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/WechatPayCallbackReply' } } }
  return {
    operationId: `on${id.slice(0, 1).toUpperCase()}${id.slice(1)}`,
    ...servedAs(event),
    summary: `${title} · ${description}`,
    externalDocs: { url: source },
    parameters: CALLBACK_HEADERS,
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
                required: [...Object.keys(original), 'algorithm', 'ciphertext', 'associated_data', 'nonce'],
                properties: {
                  ...original,
                  algorithm: { type: 'string', const: 'AEAD_AES_256_GCM' },
                  ciphertext: {
                    type: 'string',
                    maxLength: 1_048_576,
                    contentEncoding: 'base64',
                    contentMediaType: JSON_TYPE,
                    contentSchema: schemas.convert(resource, 'output'),
                  },
                  associated_data: {
                    type: 'string',
                    maxLength: Math.max(16, associatedData.length),
                    const: associatedData,
                  },
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

/** Facts about a call of the control API that the document includes. */
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
interface DescribedRefusal {
  readonly status: number
  readonly code: string
  readonly when: string
}

const CONTROL = 'control'

/**
 * Describes the control API, the simulated calls of WeChat Pay and its callbacks, from the same schemas that validate input and answers.
 *
 * Errors of simulated calls are the examples of their answers, each with `x-evidence`: how we know it. Made in pieces, as hundreds of calls take
 * seconds.
 */
export async function openApiDocument(parts: {
  readonly calls: readonly DescribedCall[]
  /** The refusals of the control API. */
  readonly refusal: z.ZodType
  readonly operations: readonly OperationDescription[]
  readonly events: readonly EventDescription[]
  readonly version: string
  readonly serverUrl: string
}): Promise<OpenApiDocument> {
  const schemas = new SchemaCollector()
  const paths: Record<string, Record<string, JsonObject>> = {}
  const add = ({ method, path }: { method: string; path: string }, operation: JsonObject): void => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation }
  }
  for (const call of parts.calls) {
    await giveWay()
    add(call, controlOperation(call, parts.refusal, schemas))
  }
  for (const operation of parts.operations) {
    await giveWay()
    add(operation, simulatedOperation(operation, schemas))
  }
  const hooks = await mapUnhurried(parts.events, (event) => [event.id, { post: webhook(event, schemas) }] as const)

  return {
    openapi: '3.1.1',
    info: {
      title: 'wechatpay-mock',
      version: parts.version,
      description:
        'A simulated WeChat Pay API v3, and the API that controls the simulation. No rules stand behind calls with `x-served: shaped`: they are answered in their documented shape.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: parts.serverUrl }],
    tags: [
      { name: CONTROL, description: 'what the mock is told' },
      { name: SIMULATED, description: 'what WeChat Pay would answer; how far this is known is said by x-evidence' },
      ...shapedProducts([...parts.operations, ...parts.events]),
    ],
    paths,
    webhooks: Object.fromEntries(hooks),
    components: {
      ...SIMULATED_COMPONENTS,
      schemas: { ...schemas.components, ...SIMULATED_COMPONENTS.schemas },
      parameters: {
        ...SIMULATED_COMPONENTS.parameters,
        AcceptLanguage: {
          name: 'Accept-Language',
          in: 'header',
          description:
            'the language of what the mock itself says, above all of refusals: zh or en; that of the mock if it prefers neither',
          schema: { type: 'string', examples: ['zh-CN,zh;q=0.9,en;q=0.8'] },
        },
      },
      securitySchemes: {
        ...SIMULATED_COMPONENTS.securitySchemes,
        controlToken: { type: 'http', scheme: 'bearer', description: 'needed when the server has a --control-token' },
      },
    },
  }
}

/** A tag for each product with shaped calls or callbacks. */
function shapedProducts(all: readonly Shaped[]): JsonObject[] {
  const products = new Set(all.flatMap(({ shaped, product }) => (shaped && product ? [product] : [])))
  return [...products].map(({ id, title }) => ({ name: id, description: `${title.zh} · ${title.en}` }))
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
