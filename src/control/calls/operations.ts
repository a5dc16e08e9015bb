import { z } from 'zod'
import { type EventDescription, nameOfEvent } from '../../engine/callbacks/event.ts'
import type { Mock } from '../../engine/mock.ts'
import type { DocumentedProduct, OperationDescription } from '../../engine/operation.ts'
import type { Product } from '../../engine/product.ts'
import { memberOf } from '../../engine/state/table.ts'
import { commonErrors as errorsOfAnyCall } from '../../wire/protocol/common-errors.ts'
import type { ErrorDefinition, UsageErrorCode } from '../../wire/protocol/errors.ts'
import { giveWay } from '../../wire/shared/pieces.ts'
import type { Language } from '../../wire/shared/texts.ts'
import { errorJson } from '../answer-format.ts'
import { defineCall, type ServedCall, takesBody } from '../call.ts'
import {
  describeLife,
  errorInShortJson,
  type OperationInShort,
  operationInShortJson,
  overviewJson,
} from '../formats/overview.ts'
import { type DescribedCall, type OpenApiDocument, openApiDocument } from '../openapi/document.ts'
import { VERSION } from '../package-files.ts'
import { BODY_REFUSALS, COMMON_REFUSALS, COSTLY_REFUSALS, type Refusal, statusOf } from '../route.ts'
import { jsonInPieces } from '../stringify-in-pieces.ts'
import { servedThings } from '../things/served-things.ts'

export const operations = defineCall({
  summary:
    'The calls of WeChat Pay that the mock answers, and the errors of its own that each can be planned to fail with',
  query: z.strictObject({
    served: operationInShortJson.shape.served.optional().describe('only those that are served so'),
    errors: z.literal('none').optional().describe('leaves their errors out, which most of the answer is'),
  }),
  answer: z.array(operationInShortJson),
  handle: ({ query }, { mock, language }) =>
    mock.operations.flatMap((operation): OperationInShort[] => {
      const { id, shaped, method, path } = operation
      const served = shaped ? 'shaped' : 'simulated'
      if (query.served !== undefined && query.served !== served) return []
      // A simulated call belongs to the product that lists it, whichever product its page is of.
      const own = mock.products.find(({ operations }) => operations.includes(operation))
      const product = shaped ? (operation.product ?? own) : own
      const { title, summary } = operation
      const errors = query.errors === 'none' ? [] : errorsInShort(operation.errors, language)
      return [{ id, served, product: product && named(product), method, path, title, summary, errors }]
    }),
})

export const commonErrors = defineCall({
  summary: 'The errors that any call can be planned to fail with, besides those of its own',
  answer: z.array(errorInShortJson),
  handle: (_, { language }) => errorsInShort(errorsOfAnyCall, language),
})

function errorsInShort(
  errors: Readonly<Record<string, ErrorDefinition>>,
  language: Language,
): z.output<typeof errorInShortJson>[] {
  return Object.entries(errors).map(([key, { status, code, message, when, evidence }]) => ({
    key,
    status,
    code,
    message,
    when: when[language],
    evidence,
  }))
}

function named({ id, title }: DocumentedProduct) {
  return { id, title: { ...title } }
}

/** The documented products whose calls and events a product serves in documented shape. */
function partsOf({ operations, events = [] }: Product, mock: Mock) {
  const [calls, callbacks] = [
    operations.filter((one) => one.shaped && mock.operations.includes(one)),
    events.filter((one) => one.shaped && mock.events.includes(one)),
  ]
  const parts = new Set([...calls, ...callbacks].flatMap(({ product }) => product ?? []))
  return [...parts].map((part) => ({
    ...named(part),
    operations: calls.flatMap(({ id, product }) => (product === part ? [id] : [])),
    events: callbacks.flatMap((event) => (event.product === part ? [nameOfEvent(event)] : [])),
  }))
}

export const overview = defineCall({
  summary:
    'What the mock serves: its products, the kinds of things that it keeps, and the events that it sends callbacks of',
  answer: overviewJson,
  async handle(_, { mock, address }) {
    const lives = new Map((await servedThings(mock)).map(({ table, life }) => [table, life]))
    return {
      products: mock.products.map((product) => {
        const operations = product.operations.flatMap(({ id, shaped }) => (shaped ? [] : [id]))
        const parts = partsOf(product, mock)
        return { ...named(product), operations, parts: parts.length > 0 ? parts : undefined }
      }),
      tables: mock.tables.map((table) => {
        const name = memberOf(table)
        const title = { ...(table.title ?? { en: name, zh: name }) }
        const life = lives.get(table)
        return { name, title, life: life && describeLife(life) }
      }),
      events: mock.events.map((event) => ({ event_type: nameOfEvent(event), label: { ...event.label } })),
      phone_url: address.phoneUrl,
    }
  },
})

/** The document of each mock as JSON, before and behind the address of its server: making it takes a second, so all clients share the bytes. */
const documents = new WeakMap<Mock, Promise<readonly [before: Uint8Array, behind: Uint8Array]>>()

/** Stands for the address. */
const ADDRESS = 'http://address.invalid'

export const openapi = defineCall({
  summary: 'This API and the simulated one as an OpenAPI 3.1 document',
  answer: z.looseObject({ openapi: z.string() }),
  async handle(_, { mock, calls, left, address: { baseUrl } }) {
    const known = documents.get(mock) ?? documentOf(mock, calls)
    documents.set(mock, known)
    const [before, behind] = await known
    // All who waited for it go on together, and each takes milliseconds to be written to.
    await giveWay(left)
    // As a stream: a body of bytes would be copied for each client, and one that does not read its answer would keep its copy.
    const bytes = new ReadableStream<Uint8Array>({
      start(stream) {
        for (const part of [before, Buffer.from(JSON.stringify(baseUrl)), behind]) stream.enqueue(part)
        stream.close()
      },
    })
    return new Response(bytes, { headers: { 'Content-Type': 'application/json' } })
  },
})

async function documentOf({ operations, events }: Mock, calls: readonly ServedCall[]) {
  const document = await apiDocument({ calls, operations, events, version: VERSION, serverUrl: ADDRESS })
  let text = ''
  for await (const piece of jsonInPieces(document)) text += piece
  const [before = '', behind = ''] = text.split(JSON.stringify(ADDRESS))
  return [Buffer.from(before), Buffer.from(behind)] as const
}

/** The OpenAPI document of the control API, the simulated calls and the callbacks. */
export function apiDocument({
  calls,
  ...parts
}: {
  readonly calls: readonly ServedCall[]
  readonly operations: readonly OperationDescription[]
  readonly events: readonly EventDescription[]
  readonly version: string
  readonly serverUrl: string
}): Promise<OpenApiDocument> {
  return openApiDocument({ ...parts, calls: calls.map(described), refusal: errorJson })
}

function described(call: ServedCall): DescribedCall {
  const refusals = {
    ...COMMON_REFUSALS,
    ...(takesBody(call) && BODY_REFUSALS),
    ...(call.isCostly && COSTLY_REFUSALS),
    ...call.refusals,
  }
  return {
    ...call,
    // The keys come from the three lists above, so no others can occur.
    refusals: (Object.entries(refusals) as [UsageErrorCode, string | Refusal][]).map(([code, refusal]) => ({
      status: statusOf(code, call),
      code,
      when: typeof refusal === 'string' ? refusal : refusal.when,
    })),
  }
}
