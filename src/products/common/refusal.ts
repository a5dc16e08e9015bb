import type { ErrorDefinition, Evidence } from '../../protocol/errors.ts'

/** Makes the errors of a call that have a status and a code: text, cause, and what else is known of one. */
export const refusal =
  (status: number, code: string) =>
  (
    evidence: Evidence,
    message: string,
    en: string,
    zh: string,
    known: Pick<ErrorDefinition, 'source' | 'internalCode'> = {},
  ): ErrorDefinition => ({ status, code, message, when: { en, zh }, evidence, ...known })

export const invalidRequest = refusal(400, 'INVALID_REQUEST')
export const resourceUnknown = refusal(404, 'RESOURCE_NOT_EXISTS')
