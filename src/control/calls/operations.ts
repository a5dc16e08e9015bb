import { z } from 'zod'
import { commonErrors as errorsOfAnyCall } from '../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../protocol/errors.ts'
import { defineCall } from '../call.ts'
import { errorInShortJson, operationInShortJson } from '../formats/overview.ts'

export const operations = defineCall({
  summary:
    'The calls of WeChat Pay that the mock answers, and the errors of its own that each can be planned to fail with',
  answer: z.array(operationInShortJson),
  handle: (_, { mock }) =>
    mock.operations.map(({ id, method, path, title, summary, errors }) => ({
      id,
      method,
      path,
      title,
      summary,
      errors: errorsInShort(errors),
    })),
})

export const commonErrors = defineCall({
  summary: 'The errors that any call can be planned to fail with, besides those of its own',
  answer: z.array(errorInShortJson),
  handle: () => errorsInShort(errorsOfAnyCall),
})

function errorsInShort(errors: Readonly<Record<string, ErrorDefinition>>): z.output<typeof errorInShortJson>[] {
  return Object.entries(errors).map(([key, { status, code, when }]) => ({ key, status, code, when }))
}
