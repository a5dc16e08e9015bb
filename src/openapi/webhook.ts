import type { EventDescription } from '../engine/callbacks/event.ts'
import { INSTANT_PATTERN } from '../protocol/instant.ts'
import { JSON_TYPE, type JsonObject, type SchemaCollector } from './json-schema.ts'
import { SIGNATURE_HEADERS, servedAs } from './simulated.ts'

/** Header fields of a callback. */
const CALLBACK_HEADERS = Object.entries(SIGNATURE_HEADERS).map(([name, description]) => ({
  name,
  in: 'header',
  required: name !== 'Wechatpay-Signature-Type',
  description,
  schema: { type: 'string' },
}))

/** A callback from the mock to the merchant, with the sealed resource as the content schema of the ciphertext. */
export function webhook(event: EventDescription, schemas: SchemaCollector): JsonObject {
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
