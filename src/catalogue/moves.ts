import { merged } from '../engine/callbacks/event.ts'
import { isJsonObject, type JsonObject } from '../protocol/json-object.ts'
import type { CallFacts, FieldFacts } from './facts.ts'
import type { ProductNumbers } from './numbers.ts'

/**
 * The words of states that a verb in a path leads to, the surest first. The state is the value listed on a page of the same thing that has one of these
 * words: `pause` leads to `paused`, `cancel` to `APPLYMENT_STATE_CANCELED`.
 */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  cancel: ['CANCELED', 'CANCELLED', 'REVOKED', 'CANCELING'],
  close: ['CLOSED', 'CLOSE'],
  complete: ['PROCESSED', 'COMPLETED', 'DONE', 'FINISHED'],
  confirm: ['EFFECTIVE', 'CONFIRMED'],
  invalidate: ['INVALID'],
  pause: ['PAUSED', 'PAUSE'],
  publish: ['PUBLISHED'],
  restart: ['RUNNING'],
  resume: ['RUNNING', 'OPEN', 'NORMAL'],
  reverse: ['REVERSED'],
  revoke: ['REVOKED'],
  start: ['RUNNING', 'ONGOING', 'EFFECTIVE'],
  stop: ['STOPED', 'STOPPED', 'TERMINATED'],
  terminate: ['TERMINATED', 'TERMINATE', 'DEAUTHORIZED', 'UNAVAILABLE', 'CLOSED'],
  unlock: ['UNLOCKED'],
}

/** Members that a call leads to where no word of its path says so; `null` for one that ends. Documented on the page of the call. */
const CALLS: Readonly<Record<string, JsonObject>> = {
  'POST /v3/merchant-service/complaints-v2/{complaint_id}/response': { complaint_state: 'PROCESSING' },
  // The user has submitted what this payment brings.
  'POST /v3/businesscircle/points/notify': { points_commit_status: 'FINISHED' },
  'POST /v3/parking/reminders/application/withdraw': { audit_status: 'AUDIT_STATUS_WITHDRAWN' },
  // The merchant gets the rest. Queries show no receivers then, by an earlier version of their page.
  'POST /v3/brand/profitsharing/finish-order': { finish: true, receivers: [] },
  'POST /v3/ecommerce/profitsharing/finish-order': { finish: true, receivers: [] },
  ...Object.fromEntries(
    ['/v3/payscore/serviceorder', '/v3/payscore/partner/serviceorder'].flatMap((orders) => [
      [`POST ${orders}/{out_order_no}/cancel`, { state: 'REVOKED', state_description: null }],
      // The user has yet to pay.
      [
        `POST ${orders}/{out_order_no}/complete`,
        { state: 'DOING', state_description: 'MCH_COMPLETE', collection: { state: 'USER_PAYING', paid_amount: 0 } },
      ],
      // Then the total is another.
      [
        `POST ${orders}/{out_order_no}/modify`,
        { collection: { state: 'USER_PAYING', total_amount: null, paying_amount: null, paid_amount: 0 } },
      ],
      // The merchant says that the user paid elsewhere.
      [
        `POST ${orders}/{out_order_no}/sync`,
        {
          state: 'DONE',
          state_description: null,
          collection: { state: 'USER_PAID', paying_amount: 0, paid_amount: null },
        },
      ],
    ]),
  ),
}

/** Members that queries show by another name or elsewhere than the call that gives them: by call, their paths in queries with those in the request. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'POST /v3/brand/profitsharing/finish-order': { finish_description: 'description' },
  'POST /v3/ecommerce/profitsharing/finish-order': { finish_description: 'description' },
  'POST /v3/marketing/favor/coupon-stocks': {
    description: 'pattern_info/description',
    'stock_use_rule/combine_use': 'coupon_use_rule/combine_use',
    'stock_use_rule/fixed_normal_coupon': 'coupon_use_rule/fixed_normal_coupon',
    'stock_use_rule/goods_tag': 'coupon_use_rule/goods_tag',
    'stock_use_rule/trade_type': 'coupon_use_rule/trade_type',
  },
  'POST /v3/marketing/paygiftactivity/unique-threshold-activity': {
    'award_send_rule/full_send_rule': 'award_send_rule',
  },
}

/** Members of a request by the names and places that queries have for them, where those differ. */
export function renamedBy({ method, path }: CallFacts, request: JsonObject): JsonObject {
  const { [`${method} ${path}`]: names = {} } = RENAMED
  return Object.entries(names).reduce<JsonObject>((found, [shown, given]) => {
    const value = partAt(request, given)
    return value === undefined ? found : merged(found, nested(shown.split('/'), value))
  }, {})
}

/** The member at a path, such as `award_send_rule/merchant_id_list`. */
export function partAt(object: JsonObject, path: string): unknown {
  return path.split('/').reduce<unknown>((part, name) => (isJsonObject(part) ? part[name] : undefined), object)
}

function nested([name = '', ...inner]: readonly string[], value: unknown): JsonObject {
  return { [name]: inner.length === 0 ? value : nested(inner, value) }
}

/** The verb in the path of a call: `cancel` of `/things/{thing_id}/cancel` and of `/things/cancel-applyment`. */
export function verbOf({ method, path }: CallFacts): string | undefined {
  if (method === 'GET' || method === 'DELETE') return undefined
  const [verb = ''] = path.slice(path.lastIndexOf('/') + 1).split('-')
  return Object.hasOwn(VERBS, verb) ? verb : undefined
}

/** Members of a thing that a call changes besides those that it gives: the state that its verb leads to. */
export function movedBy(call: CallFacts, numbers: ProductNumbers): JsonObject {
  const known = CALLS[`${call.method} ${call.path}`]
  if (known) return known
  const verb = verbOf(call)
  if (verb === undefined) return {}
  const own = (call.answer ?? []).filter(isState)
  const states = own.length > 0 ? own : numbers.shownOf(call).filter(isState)
  for (const word of VERBS[verb] ?? []) {
    for (const { name, values = [] } of states) {
      const state = values.find((value) => value.toUpperCase().split('_').includes(word))
      if (state !== undefined) return { [name]: state }
    }
  }
  return {}
}

function isState({ name, values }: FieldFacts): boolean {
  return values !== undefined && /(?:^|_)(?:state|status)$/.test(name)
}
