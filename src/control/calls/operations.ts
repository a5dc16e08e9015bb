import { z } from 'zod'
import { nameOfEvent } from '../../engine/callbacks/event.ts'
import type { Mock } from '../../engine/mock.ts'
import type { DocumentedProduct } from '../../engine/operation.ts'
import type { Product } from '../../engine/product.ts'
import { memberOf } from '../../engine/state/table.ts'
import { commonErrors as errorsOfAnyCall } from '../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../protocol/errors.ts'
import type { Language } from '../../shared/texts.ts'
import { defineCall } from '../call.ts'
import {
  describeLife,
  errorInShortJson,
  type OperationInShort,
  operationInShortJson,
  overviewJson,
} from '../formats/overview.ts'

export const operations = defineCall({
  summary:
    'The calls of WeChat Pay that the mock answers, and the errors of its own that each can be planned to fail with',
  query: z.strictObject({
    served: operationInShortJson.shape.served.optional().meta({ description: 'only those that are served so' }),
    errors: z.literal('none').optional().meta({ description: 'leaves their errors out, which most of the answer is' }),
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
      return [{ id, served, ...(product && { product: named(product) }), method, path, title, summary, errors }]
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
  return Object.entries(errors).map(([key, { status, code, when }]) => ({ key, status, code, when: when[language] }))
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
  handle: (_, { mock }) => ({
    products: mock.products.map((product) => {
      const operations = product.operations.flatMap(({ id, shaped }) => (shaped ? [] : [id]))
      const parts = partsOf(product, mock)
      return { ...named(product), operations, ...(parts.length > 0 && { parts }) }
    }),
    tables: mock.tables.map((table) => {
      const name = memberOf(table)
      const title = { ...(table.title ?? { en: name, zh: name }) }
      return { name, title, ...(table.life && { life: describeLife(table.life) }) }
    }),
    events: mock.events.map((event) => ({ event_type: nameOfEvent(event), label: { ...event.label } })),
  }),
})
