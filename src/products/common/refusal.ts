import { commonErrors } from '../../wire/protocol/common-errors.ts'
import type { ErrorDefinition, Evidence } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'

/** Makes the errors of a call that have a status and a code: text, cause, and what else is known of one. */
export const refusal =
  (status: number, code: string) =>
  (
    evidence: Evidence,
    message: string,
    { en, zh, ...known }: Texts & Pick<ErrorDefinition, 'source' | 'internalCode'>,
  ): ErrorDefinition => ({ status, code, message, when: { en, zh }, evidence, ...known })

export const invalidRequest = refusal(400, 'INVALID_REQUEST')
export const resourceUnknown = refusal(404, 'RESOURCE_NOT_EXISTS')

type Row = { readonly row: string } & Partial<ErrorDefinition>
type Cause = Texts & Partial<ErrorDefinition>
type Needed = 'status' | 'code' | 'message' | 'evidence'

/** An error, or what several have in common, with the cause in this call, and what else is different about it. */
export function because(error: Row, cause: Cause): Row
export function because<Base extends Partial<ErrorDefinition>>(
  error: Base,
  cause: Cause & Pick<ErrorDefinition, Exclude<Needed, keyof Base>>,
): ErrorDefinition
export function because(error: object, { en, zh, ...different }: Cause): object {
  return { ...error, when: { en, zh }, ...different }
}

/** 请求参数错误 for fields that the field checker lets pass; that they are answered so is inferred. */
export const parameterUnfit = (cause: Texts): ErrorDefinition =>
  because(commonErrors.parameter_invalid, { ...cause, evidence: 'inferred' })

/** An error of the official page, as its status and code, and its message where the code has several, with its cause. */
export const fromPage = (row: string, { en, zh, ...better }: Texts & Partial<ErrorDefinition>) => ({
  row,
  when: { en, zh },
  ...better,
})
