import { z } from 'zod'
import type { Mock } from '../../engine/mock.ts'
import { apiDocument } from '../api-document.ts'
import { defineCall } from '../call.ts'
import { VERSION } from '../version.ts'

/** Each mock's latest document as text: building one takes a second, and only the address differs. */
const latest = new WeakMap<Mock, { readonly baseUrl: string; readonly json: Promise<Uint8Array<ArrayBuffer>> }>()

export const openapi = defineCall({
  summary: 'This API and the simulated one as an OpenAPI 3.1 document',
  answer: z.looseObject({ openapi: z.string() }),
  async handle(_, { mock, calls, address: { baseUrl } }) {
    const known = latest.get(mock)
    if (known?.baseUrl === baseUrl) return inJson(await known.json)
    const { operations, events } = mock
    const json = apiDocument({ calls, operations, events, version: VERSION, serverUrl: baseUrl }).then((document) =>
      new TextEncoder().encode(JSON.stringify(document)),
    )
    latest.set(mock, { baseUrl, json })
    return inJson(await json)
  },
})

function inJson(json: Uint8Array<ArrayBuffer>): Response {
  return new Response(json, { headers: { 'Content-Type': 'application/json' } })
}
