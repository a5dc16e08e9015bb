import { z } from 'zod'
import type { Mock } from '../../engine/mock.ts'
import { apiDocument } from '../api-document.ts'
import { defineCall } from '../call.ts'
import { VERSION } from '../version.ts'

/** The latest document of each mock as text: making one takes some fifty milliseconds, serialising it five, and only the address differs. */
const latest = new WeakMap<Mock, { readonly baseUrl: string; readonly json: Uint8Array<ArrayBuffer> }>()

export const openapi = defineCall({
  summary: 'This API and the simulated one as an OpenAPI 3.1 document',
  answer: z.looseObject({ openapi: z.string() }),
  handle(_, { mock, calls, address: { baseUrl } }) {
    const known = latest.get(mock)
    if (known?.baseUrl === baseUrl) return inJson(known.json)
    const document = apiDocument({
      calls,
      operations: mock.operations,
      events: mock.events,
      version: VERSION,
      serverUrl: baseUrl,
    })
    const json = new TextEncoder().encode(JSON.stringify(document))
    latest.set(mock, { baseUrl, json })
    return inJson(json)
  },
})

function inJson(json: Uint8Array<ArrayBuffer>): Response {
  return new Response(json, { headers: { 'Content-Type': 'application/json' } })
}
