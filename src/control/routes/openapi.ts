import { z } from 'zod'
import { openApiDocument } from '../../openapi/document.ts'
import { events } from '../../operations/event-schemas.ts'
import { defineCall } from '../call.ts'
import { VERSION } from '../version.ts'

export const openapi = defineCall({
  id: 'openapi',
  method: 'GET',
  path: '/_mock/openapi.json',
  summary: 'This API and the simulated one as an OpenAPI 3.1 document',
  answer: z.looseObject({ openapi: z.string() }),
  handle: (_, { mock, calls, address }) =>
    openApiDocument({ calls, operations: mock.operations, events, version: VERSION, serverUrl: address.baseUrl }),
})
