/** Outcomes that a model allows for a call. */

/** A JSON body; `undefined` for an empty one. */
export type Body = Readonly<Record<string, unknown>>

/** Accepts the right values. */
export type Check = (value: unknown) => boolean

/**
 * An expected value: a check; a list, compared element by element; an object, whose named members alone count; or the value itself. `undefined` means
 * that the value must be absent.
 */
type Expected = Check | string | number | boolean | undefined | readonly Expected[] | ExpectedMembers
export interface ExpectedMembers {
  readonly [name: string]: Expected
}

export interface Answer {
  readonly status: number
  readonly body: Body | undefined
}

export interface Outcome {
  readonly status: number
  /** Code and message of the error; an omitted one is not specified anywhere. */
  readonly code?: string
  readonly message?: string
  readonly body?: ExpectedMembers
  /** Applies the outcome to the model, with facts that only the answer contains. */
  readonly effect?: (body: Body) => void
}

export function refusal(status: number, code?: string, message?: string): Outcome {
  return { status, ...(code !== undefined && { code }), ...(message !== undefined && { message }) }
}

export const NO_RIGHT = refusal(403, 'NO_AUTH', '无权限')
export const NO_RIGHT_OVER_COUPON = refusal(403, 'NO_AUTH', '商户无权限操作该券')
export const NO_SUCH_THING = refusal(404, 'RESOURCE_NOT_EXISTS', '查询的资源不存在')
export const NUMBER_REUSED = refusal(400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致')
export const NOT_USABLE = refusal(400, 'INVALID_REQUEST', '券状态非可用态')
export const COMBINATION_REFUSED = refusal(400, 'PARAM_ERROR', '请求参数错误')

/** @returns why an answer differs from this outcome, or `undefined` if it matches */
export function misfitOfAnswer(outcome: Outcome, { status, body }: Answer): string | undefined {
  if (status !== outcome.status) return `status ${status} instead of ${outcome.status}`
  if (outcome.code !== undefined && body?.code !== outcome.code) return `code ${body?.code} instead of ${outcome.code}`
  if (outcome.message !== undefined && body?.message !== outcome.message) {
    return `message ${body?.message} instead of ${outcome.message}`
  }
  return outcome.body === undefined ? undefined : misfit(outcome.body, body ?? {})
}

/** @returns where and how a value differs from the expected one, or `undefined` if it matches */
function misfit(expected: Expected, value: unknown, path = ''): string | undefined {
  if (typeof expected === 'function')
    return expected(value) ? undefined : `${path}: ${JSON.stringify(value)} is not right`
  if (isList(expected)) {
    if (!Array.isArray(value)) return `${path}: ${JSON.stringify(value)} is no list`
    if (value.length !== expected.length) return `${path}: ${value.length} elements instead of ${expected.length}`
    return first(expected.map((element, index) => misfit(element, value[index], `${path}/${index}`)))
  }
  if (typeof expected === 'object') {
    if (typeof value !== 'object' || value === null) return `${path}: ${JSON.stringify(value)} is no object`
    const members: Body = { ...value }
    return first(Object.entries(expected).map(([name, member]) => misfit(member, members[name], `${path}/${name}`)))
  }
  return value === expected ? undefined : `${path}: ${JSON.stringify(value)} instead of ${JSON.stringify(expected)}`
}

function isList(expected: Expected): expected is readonly Expected[] {
  return Array.isArray(expected)
}

function first(misfits: readonly (string | undefined)[]): string | undefined {
  return misfits.find((found) => found !== undefined)
}
