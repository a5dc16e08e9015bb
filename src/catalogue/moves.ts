import { merged } from '../engine/callbacks/event.ts'
import { isJsonObject, type JsonObject, nested, partAt } from '../wire/protocol/json-object.ts'
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

const FAPIAO = '/v3/new-tax-control-fapiao/fapiao-applications'

/**
 * Members that a call leads to where no word of its path says so; `null` for one that ends. Of a list that the request has, those of each element in
 * it. Documented on the page of the call.
 */
const CALLS: Readonly<Record<string, JsonObject>> = {
  'POST /v3/merchant-service/complaints-v2/{complaint_id}/response': {
    complaint_state: 'PROCESSING',
    incoming_user_response: false,
  },
  'POST /v3/merchant-service/complaints-v2/{complaint_id}/update-refund-progress REJECT': {
    complaint_state: 'PROCESSED',
  },
  [`POST ${FAPIAO}/{fapiao_apply_id}/reverse`]: { fapiao_information: { status: 'REVERSE_ACCEPTED' } },
  [`POST ${FAPIAO}/{fapiao_apply_id}/insert-cards`]: {
    fapiao_information: { status: 'ISSUED', card_information: { card_status: 'INSERT_ACCEPTED' } },
  },
  // The points that the payment brings are committed.
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

/** Members of a thing after a callback, by product and its type or action; documented on the page of the query and in the guide of complaints. */
const ACTIONS: Readonly<Record<string, (known: JsonObject, told: JsonObject) => JsonObject>> = {
  'brand-profit-sharing TRANSACTION.SUCCESS': receiverPaid,
  'ecommerce TRANSACTION.SUCCESS': receiverPaid,
  'complaints CONTINUE_COMPLAINT': ({ user_complaint_times: times }) => ({
    complaint_state: 'PENDING',
    user_complaint_times: Number(times ?? 1) + 1,
  }),
  'complaints USER_RESPONSE': () => ({ incoming_user_response: true }),
  'complaints MERCHANT_RESPONSE': () => ({ complaint_state: 'PROCESSING', incoming_user_response: false }),
  'complaints MERCHANT_CONFIRM_COMPLETE': () => ({ complaint_state: 'PROCESSED' }),
  'complaints MERCHANT_REJECT_REFUND': () => ({ complaint_state: 'PROCESSED' }),
  'complaints REFUND_SUCCESS': () => ({ complaint_state: 'PROCESSED' }),
  'complaints USER_APPLY_PLATFORM_SERVICE': () => ({ in_platform_service: true }),
  'complaints USER_CANCEL_PLATFORM_SERVICE': () => ({ in_platform_service: false }),
  'complaints PLATFORM_SERVICE_FINISHED': () => ({ in_platform_service: false }),
}

/** Members of a thing that a callback changes besides those that it has itself. */
export function movedByCallback(product: string, type: string, told: JsonObject, known: JsonObject): JsonObject {
  const { [`${product} ${told.action_type}`]: byAction, [`${product} ${type}`]: byType } = ACTIONS
  return (byAction ?? byType)?.(known, told) ?? {}
}

/** A share after one of its receivers got the money. */
function receiverPaid({ receivers }: JsonObject, { receiver }: JsonObject): JsonObject {
  if (!Array.isArray(receivers) || !isJsonObject(receiver)) return {}
  const isPaid = (one: JsonObject) => (one.receiver_account ?? one.account) === receiver.account
  const all = receivers
    .filter(isJsonObject)
    .map((one): JsonObject => (isPaid(one) ? { ...one, result: 'SUCCESS' } : one))
  return { receivers: all, ...(all.every(({ result }) => result === 'SUCCESS') && { status: 'FINISHED' }) }
}

/** A list, with the paths of members of its elements in queries with those in the request. */
interface RenamedList {
  readonly of: string
  readonly each: Readonly<Record<string, string>>
}

/** Members that queries show by another name or elsewhere than the call that gives them: by call, their paths in queries with those in the request. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string | RenamedList>>>> = {
  'POST /v3/brand/profitsharing/finish-order': { finish_description: 'description' },
  'POST /v3/ecommerce/profitsharing/finish-order': { finish_description: 'description' },
  [`POST ${FAPIAO}/{fapiao_apply_id}/reverse`]: {
    fapiao_information: { of: 'fapiao_information', each: { 'blue_fapiao/fapiao_number': 'fapiao_number' } },
  },
  [`POST ${FAPIAO}/{fapiao_apply_id}/insert-cards`]: {
    fapiao_information: {
      of: 'fapiao_card_information',
      each: Object.fromEntries(
        ['fapiao_number', 'fapiao_code', 'fapiao_time', 'check_code', 'password'].map((name) => [
          `blue_fapiao/${name}`,
          name,
        ]),
      ),
    },
  },
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
  return renamed(names, request)
}

function renamed(names: Readonly<Record<string, string | RenamedList>>, request: JsonObject): JsonObject {
  return Object.entries(names).reduce<JsonObject>((found, [shown, given]) => {
    const value = typeof given === 'string' ? partAt(request, given) : elements(given, request)
    return value === undefined ? found : merged(found, nested(shown, value))
  }, {})
}

function elements({ of, each }: RenamedList, request: JsonObject): unknown {
  const { [of]: list } = request
  if (!Array.isArray(list)) return undefined
  return list.map((one: unknown) => (isJsonObject(one) ? merged(one, renamed(each, one)) : one))
}

/**
 * The members that a call leads to, with those of elements in the lists that it names.
 *
 * @param told members of the thing and of the request
 */
export function movedParts({ method, path }: CallFacts, moved: JsonObject, told: JsonObject): JsonObject {
  const { [`${method} ${path} ${told.action}`]: byAction } = CALLS
  const entries = Object.entries(byAction ?? moved).flatMap(([name, value]): [string, unknown][] => {
    const { [name]: list } = told
    if (!Array.isArray(list) || !isJsonObject(value)) return [[name, value]]
    return [[name, list.map((one: unknown) => (isJsonObject(one) ? merged(one, value) : one))]]
  })
  return Object.fromEntries(entries)
}

/** Queries about a part of a thing: the members by which it is known that the part was given, and the object that it is. */
const PARTS: Readonly<Record<string, { readonly givenWith: readonly string[]; readonly object: string }>> = {
  'GET /v3/new-tax-control-fapiao/user-title': {
    givenWith: ['apply_time', 'buyer_information'],
    object: 'buyer_information',
  },
}

/** The members of a thing as the query of a call has them; `undefined` as long as the part that it asks for was not given. */
export function membersFor({ method, path }: CallFacts, members: JsonObject): JsonObject | undefined {
  const { [`${method} ${path}`]: part } = PARTS
  if (!part) return members
  if (!part.givenWith.some((name) => Object.hasOwn(members, name))) return undefined
  const { [part.object]: object } = members
  return isJsonObject(object) ? { ...members, ...object } : members
}

/** The verb in the path of a call: `cancel` of `/things/{thing_id}/cancel` and of `/things/cancel-applyment`. @internal */
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
