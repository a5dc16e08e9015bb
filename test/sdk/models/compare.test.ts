import { describe, expect, test } from 'vitest'
import { DocumentFacts } from '../../control/openapi/facts.ts'
import { differences, lineOf, type ModelCall, membersIn, modelCalls } from './compare.ts'

/** A document with one call that sends a parcel and one webhook that announces it. */
const served = new DocumentFacts({
  paths: {
    '/v3/parcels/{parcel_id}': {
      post: {
        operationId: 'sendParcel',
        parameters: [
          { name: 'parcel_id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'express', in: 'query', required: false, schema: { type: 'boolean' } },
        ],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['weight'],
                properties: {
                  weight: { type: 'integer' },
                  size: { type: 'string', enum: ['S', 'M'] },
                  stamps: {
                    type: 'array',
                    items: { type: 'object', required: ['value'], properties: { value: { type: 'integer' } } },
                  },
                },
              },
            },
          },
        },
        responses: {
          200: {
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['state', 'cost'],
                  properties: { state: { type: 'string' }, cost: { type: 'integer' }, note: { type: 'string' } },
                },
              },
            },
          },
        },
      },
    },
  },
  webhooks: {
    parcelSent: {
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  resource: {
                    type: 'object',
                    properties: {
                      ciphertext: {
                        type: 'string',
                        contentSchema: { type: 'object', required: ['at'], properties: { at: { type: 'string' } } },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
})

/** The model of an SDK that agrees in every respect. */
const sendParcel: ModelCall = {
  call: 'POST /v3/parcels/{parcel_id}',
  method: 'Parcels.send',
  path: { parcel_id: { type: 'string', required: true } },
  query: { express: { type: 'boolean', required: false } },
  body: {
    '/weight': { type: 'integer', required: true },
    '/size': { type: 'string', required: false, enum: ['S', 'M'] },
    '/stamps': { type: 'array', required: false },
    '/stamps[]': { type: 'object', required: true },
    '/stamps[]/value': { type: 'integer', required: true },
  },
  answer: {
    '/state': { type: 'string', required: true },
    '/cost': { type: 'integer', required: true },
    '/note': { type: 'string', required: false },
  },
}
const parcelSent: ModelCall = {
  call: 'webhook parcelSent',
  method: 'ParcelSent',
  answer: { '/at': { type: 'string', required: true } },
}

const found = (...models: ModelCall[]): string[] => differences(models, served).map(lineOf)

/** Differences found when the SDK deviates in the body, or in the answer. */
const foundInBody = (members: ModelCall['body']): string[] =>
  found({ ...sendParcel, body: { ...sendParcel.body, ...members } }, parcelSent)
const foundInAnswer = (members: ModelCall['answer']): string[] =>
  found({ ...sendParcel, answer: { ...sendParcel.answer, ...members } }, parcelSent)

/** Members of the body, except those below a place. */
function bodyWithout(place: string): ModelCall['body'] {
  return Object.fromEntries(Object.entries(sendParcel.body ?? {}).filter(([member]) => !member.startsWith(place)))
}

test('models that say what is served differ in nothing', () => {
  expect(found(sendParcel, parcelSent)).toEqual([])
})

describe('calls', () => {
  test('one that is not served, and one that the SDK does not have', () => {
    const other: ModelCall = { ...sendParcel, call: 'GET /v3/parcels' }
    expect(found(other, parcelSent)).toEqual(['GET /v3/parcels: not served', 'sendParcel: the SDK has no model'])
  })

  test('a webhook that the SDK does not have', () => {
    expect(found(sendParcel)).toEqual(['webhook parcelSent: the SDK has no model'])
  })

  test('what an SDK has in several services is found once', () => {
    const wrong = { ...sendParcel, path: {} }
    expect(found(wrong, { ...wrong, method: 'Letters.send' }, parcelSent)).toEqual([
      'sendParcel path parcel_id: unknown to the SDK',
    ])
  })

  test('where the SDK says nothing of a place, the place is not compared', () => {
    const { call, method, answer } = sendParcel
    expect(found({ call, method, answer }, { ...parcelSent, answer: null })).toEqual([])
  })
})

describe('members', () => {
  test('one that is missing here, without those in it', () => {
    expect(
      foundInBody({
        '/to': { type: 'object' },
        '/to/name': { type: 'string' },
        '/tolls': { type: 'array' },
        '/tolls[]': { type: 'integer' },
      }),
    ).toEqual(['sendParcel body /to: missing here', 'sendParcel body /tolls: missing here'])
  })

  test('one that is unknown to the SDK, without those in it', () => {
    expect(found({ ...sendParcel, body: bodyWithout('/stamps') }, parcelSent)).toEqual([
      'sendParcel body /stamps: unknown to the SDK',
    ])
  })

  test('one in a list, and one in a webhook', () => {
    expect(foundInBody({ '/stamps[]/year': { type: 'integer' } })).toEqual([
      'sendParcel body /stamps[]/year: missing here',
    ])
    expect(found(sendParcel, { ...parcelSent, answer: { '/on': { type: 'string' } } })).toEqual([
      'webhook parcelSent /at: unknown to the SDK',
      'webhook parcelSent /on: missing here',
    ])
  })
})

describe('types', () => {
  test('another one', () => {
    expect(foundInBody({ '/weight': { type: 'string', required: true } })).toEqual([
      'sendParcel body /weight: integer here, string in the SDK',
    ])
  })

  test('in a URL everything is text', () => {
    const query = { express: { type: 'string' } }
    expect(found({ ...sendParcel, query }, parcelSent)).toEqual([])
  })
})

describe('values', () => {
  test('missing here, and unknown to the SDK', () => {
    expect(foundInBody({ '/size': { type: 'string', enum: ['S', 'XL', 'XXL'] } })).toEqual([
      'sendParcel body /size: with M, unknown to the SDK',
      'sendParcel body /size: without XL XXL',
    ])
  })

  test('any text here', () => {
    expect(foundInAnswer({ '/note': { type: 'string', enum: ['HELLO', 'BYE'] } })).toEqual([
      'sendParcel answer /note: any text here, only HELLO BYE in the SDK',
    ])
  })

  test('an SDK that takes any text takes ours', () => {
    expect(foundInBody({ '/size': { type: 'string' } })).toEqual([])
  })
})

describe('what is required', () => {
  test('of a request, either way', () => {
    expect(foundInBody({ '/weight': { type: 'integer', required: false } })).toEqual([
      'sendParcel body /weight: required here, optional in the SDK',
    ])
    expect(foundInBody({ '/size': { type: 'string', required: true } })).toEqual([
      'sendParcel body /size: optional here, required in the SDK',
    ])
  })

  test('an answer may promise more, but not less', () => {
    expect(foundInAnswer({ '/state': { type: 'string', required: false } })).toEqual([])
    expect(foundInAnswer({ '/note': { type: 'string', required: true } })).toEqual([
      'sendParcel answer /note: not always here, required in the SDK',
    ])
  })

  test('an SDK that does not say is not contradicted', () => {
    expect(foundInBody({ '/weight': { type: 'integer' } })).toEqual([])
  })
})

test('members are counted once, in whatever services they are', () => {
  expect(membersIn([sendParcel, { ...sendParcel, method: 'Letters.send' }, parcelSent])).toBe(11)
})

test('a program of an SDK may leave out a place, or say null', () => {
  const said = [{ call: 'GET /v3/parcels', method: 'Parcels.list', path: null, answer: { '/a': { type: 'string' } } }]
  expect(modelCalls.parse(said)).toEqual(said)
})
