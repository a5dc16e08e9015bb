import { healthJson } from '../answer-format.ts'
import { defineCall } from '../call.ts'
import { VERSION } from '../version.ts'

export const health = defineCall({
  summary: 'Whether the mock is up',
  open: true,
  answer: healthJson,
  handle: () => ({ status: 'ok' as const, version: VERSION }),
})
