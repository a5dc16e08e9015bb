import type { WireRequest } from '../../src/engine/http-message.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { isJsonObject, parseJsonObject } from '../../src/protocol/json-object.ts'

/** A provider state to be set up, or to be left behind. */
export interface StateChange {
  /** `setup`, also where a verifier that never tears down leaves it out; or `teardown`. */
  readonly action: string
  /** Empty for an interaction without states. */
  readonly state: string
  readonly params: Readonly<Record<string, unknown>>
}

/**
 * Reads a state change as verifiers post it: JSON with `params`, or a query in which the parameters stand beside `state` and `action`.
 *
 * @throws UsageError `MOCK_STATE_UNREADABLE` for a body that is no JSON object with these members
 */
export function readStateChange({ target, body }: Pick<WireRequest, 'target' | 'body'>): StateChange {
  if (body.length === 0) {
    const query = target.indexOf('?')
    const said = new URLSearchParams(query === -1 ? '' : target.slice(query + 1))
    const { action = 'setup', state = '', ...params } = Object.fromEntries(said)
    return { action, state, params }
  }
  const { action, state, params } = parseJsonObject(body) ?? {}
  if (typeof state !== 'string' || !(isJsonObject(params) || params === undefined || params === null)) {
    throw new UsageError('MOCK_STATE_UNREADABLE', {
      en: 'The state change cannot be read: post {"action":"setup","state":"…","params":{…}}, or all of it as a query.',
      zh: '无法识别状态变更：请发送 {"action":"setup","state":"…","params":{…}}，或全部写成查询参数。',
    })
  }
  return { action: typeof action === 'string' ? action : 'setup', state, params: params ?? {} }
}
