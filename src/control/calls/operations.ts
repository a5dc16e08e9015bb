import { z } from 'zod'
import { nameOfEvent } from '../../engine/callbacks/event.ts'
import { memberOf } from '../../engine/state/table.ts'
import { commonErrors as errorsOfAnyCall } from '../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../protocol/errors.ts'
import type { Language } from '../../shared/texts.ts'
import { defineCall } from '../call.ts'
import { describeLife, errorInShortJson, operationInShortJson, overviewJson } from '../formats/overview.ts'

export const operations = defineCall({
  summary:
    'The calls of WeChat Pay that the mock answers, and the errors of its own that each can be planned to fail with',
  answer: z.array(operationInShortJson),
  handle: (_, { mock, language }) =>
    mock.operations.map(({ id, method, path, title, summary, errors }) => ({
      id,
      method,
      path,
      title,
      summary,
      errors: errorsInShort(errors, language),
    })),
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

export const overview = defineCall({
  summary:
    'What the mock serves: its products, the kinds of things that it keeps, and the events that it sends callbacks of',
  answer: overviewJson,
  handle: (_, { mock }) => ({
    products: mock.products.map(({ id, title, operations }) => ({
      id,
      title: { ...title },
      operations: operations.map((operation) => operation.id),
    })),
    tables: mock.tables.map((table) => {
      const name = memberOf(table)
      const title = { ...(table.title ?? { en: name, zh: name }) }
      return { name, title, ...(table.life && { life: describeLife(table.life) }) }
    }),
    events: mock.events.map((event) => ({ event_type: nameOfEvent(event), label: { ...event.label } })),
  }),
})
