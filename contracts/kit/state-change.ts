import type { WireRequest } from '../../src/engine/http-message.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { isJsonObject, parseJsonObject } from '../../src/wire/protocol/json-object.ts'
import { shortened, type Texts } from '../../src/wire/shared/texts.ts'

/** A provider state to be set up or torn down. */
export interface StateChange {
  /** `setup` if omitted, as by verifiers that never tear down. */
  readonly action: 'setup' | 'teardown'
  /** Empty for an interaction without states. */
  readonly state: string
  readonly params: Readonly<Record<string, unknown>>
}

/**
 * Parses a state change from a verifier: JSON with `params`, or a query with the parameters beside `state` and `action`.
 *
 * @throws UsageError `MOCK_STATE_UNREADABLE` for a body that is not a JSON object with these members
 */
export function readStateChange({ target, body }: Pick<WireRequest, 'target' | 'body'>): StateChange {
  if (body.length === 0) {
    const query = target.indexOf('?')
    const said = new URLSearchParams(query === -1 ? '' : target.slice(query + 1))
    const { action, state = '', ...params } = Object.fromEntries(said)
    return { action: actionOf(action), state, params }
  }
  const said = parseJsonObject(body)
  if (!said) throw unreadable({ en: 'it is no JSON object', zh: '不是 JSON 对象' })
  // Verifiers write null for missing values.
  const { action, state, params } = said
  if (state !== null && typeof state !== 'string') throw unreadable({ en: 'state is no text', zh: 'state 不是文本' })
  if (params != null && !isJsonObject(params)) throw unreadable({ en: 'params is no object', zh: 'params 不是对象' })
  return { action: actionOf(action), state: state ?? '', params: params ?? {} }
}

function actionOf(action: unknown): StateChange['action'] {
  if (action == null) return 'setup'
  if (action === 'setup' || action === 'teardown') return action
  const given = shortened(JSON.stringify(action), 100)
  throw unreadable({ en: `there is no action ${given}`, zh: `没有 ${given} 这种 action` })
}

function unreadable({ en, zh }: Texts): UsageError {
  return new UsageError('MOCK_STATE_UNREADABLE', {
    en: `The state change cannot be read (${en}): post {"action":"setup","state":"…","params":{…}} with setup or teardown, or all of it as a query.`,
    zh: `无法读取状态变更（${zh}）：请发送 {"action":"setup","state":"…","params":{…}}，action 为 setup 或 teardown，或全部写成查询参数。`,
  })
}
