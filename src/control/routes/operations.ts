import { z } from 'zod'
import { defineCall } from '../call.ts'
import { operationInShortJson } from '../formats/overview.ts'

export const operations = defineCall({
  id: 'operations',
  method: 'GET',
  path: '/_mock/operations',
  summary: 'The calls of WeChat Pay that the mock answers, and the errors that each can be planned to fail with',
  answer: z.array(operationInShortJson),
  handle: (_, { mock }) =>
    mock.operations.map(({ id, method, path, title, summary, errors }) => ({
      id,
      method,
      path,
      title,
      summary,
      errors: Object.entries(errors).map(([key, { status, code, when }]) => ({ key, status, code, when })),
    })),
})
