import type { IdSource } from '../engine/ids.ts'
import { formatInstant } from '../wire/protocol/instant.ts'
import { isJsonObject, type JsonObject, partAt } from '../wire/protocol/json-object.ts'

/** How a call or callback changes a list in the thing that it is about: it adds parts, or takes them away. */
interface PartRule {
  /** The name of the list; a query below the thing shows it by the end of its path. */
  readonly list: string
  /** The member that tells the parts apart. */
  readonly by: string
  /** The members of the part, with their names in request or answer. Without them, and without `each`, no part is added. */
  readonly members?: Readonly<Record<string, string>>
  /** The list in the request with that member of each part, in place of `members`. */
  readonly each?: string
  readonly fixed?: JsonObject
  readonly removed?: true
  /** The list is a history, which begins with this entry. */
  readonly after?: JsonObject
}

const CREATED = { operator: '投诉人', operate_type: 'USER_CREATE_COMPLAINT' }

/** An entry in the history of a complaint. The page has `投诉人` as a sample of who did it; the names of others are inferred. */
function said(operator: string, operate_type: string, members: Readonly<Record<string, string>> = {}): PartRule {
  return { list: 'negotiation_historys', by: 'log_id', members, fixed: { operator, operate_type }, after: CREATED }
}

const COMPLAINT = '/v3/merchant-service/complaints-v2/{complaint_id}'
const ACTIVITY = '/v3/marketing/paygiftactivity'
const STORE = '/v3/brand/partner/store/brandstores/{store_id}'

/** Merchants of a gift activity. */
const merchants = (each: string): PartRule => ({ list: 'merchants', by: 'mchid', each })

/**
 * Rules by call, or by product and the action of a callback; a call with several actions has one for each. Callbacks about what the merchant did add
 * nothing: its call has.
 */
const RULES: Readonly<Record<string, PartRule>> = {
  [`POST ${STORE}/bindrecipient`]: {
    list: 'store_recipient',
    by: 'mchid',
    members: { mchid: 'mchid', company_name: 'company_name', recipient_state: 'recipient_state' },
  },
  [`POST ${STORE}/unbindrecipient`]: {
    list: 'store_recipient',
    by: 'mchid',
    members: { mchid: 'mchid' },
    removed: true,
  },
  [`POST ${ACTIVITY}/unique-threshold-activity`]: merchants('award_send_rule/merchant_id_list'),
  [`POST ${ACTIVITY}/activities/{activity_id}/merchants/add`]: merchants('merchant_id_list'),
  [`POST ${ACTIVITY}/activities/{activity_id}/merchants/delete`]: { ...merchants('merchant_id_list'), removed: true },
  [`POST ${COMPLAINT}/response`]: said('商家', 'MERCHANT_RESPONSE', { operate_details: 'response_content' }),
  [`POST ${COMPLAINT}/response-immediate-service`]: said('商家', 'MERCHANT_RESPONSE', {
    log_id: 'log_id',
    normal_message: 'message',
  }),
  [`POST ${COMPLAINT}/complete`]: said('商家', 'MERCHANT_CONFIRM_COMPLETE'),
  [`POST ${COMPLAINT}/update-refund-progress APPROVE`]: said('商家', 'MERCHANT_APPROVE_REFUND', {
    operate_details: 'remark',
  }),
  [`POST ${COMPLAINT}/update-refund-progress REJECT`]: said('商家', 'MERCHANT_REFUSE_RERUND', {
    operate_details: 'reject_reason',
  }),
  'complaints CREATE_COMPLAINT': { list: 'negotiation_historys', by: 'log_id', after: CREATED },
  'complaints CONTINUE_COMPLAINT': said('投诉人', 'USER_CONTINUE_COMPLAINT'),
  'complaints USER_RESPONSE': said('投诉人', 'USER_RESPONSE'),
  'complaints RESPONSE_BY_PLATFORM': said('平台', 'PLATFORM_RESPONSE'),
  'complaints SELLER_REFUND': said('系统', 'COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE'),
  'complaints USER_APPLY_PLATFORM_SERVICE': said('投诉人', 'USER_APPLY_PLATFORM_SERVICE'),
  'complaints USER_CANCEL_PLATFORM_SERVICE': said('投诉人', 'USER_CANCEL_PLATFORM_SERVICE'),
  'complaints PLATFORM_SERVICE_FINISHED': said('平台', 'PLATFORM_SERVICE_FINISHED'),
  'complaints REFUND_SUCCESS': said('系统', 'COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE'),
}

/**
 * The list of a thing that a call or callback changes, as a member of the thing.
 *
 * @param by the call, or the product of the callback
 */
export function changedParts(
  by: string,
  known: JsonObject,
  told: JsonObject,
  { now, ids }: { readonly now: number; readonly ids: IdSource },
): JsonObject {
  const { [by]: ofCall, [`${by} ${told.action ?? told.action_type}`]: ofAction } = RULES
  const rule = ofCall ?? ofAction
  if (!rule) return {}
  const { list, by: key, removed, after } = rule
  const logged = (entry: JsonObject, time: unknown): JsonObject => ({
    [key]: ids.digits(18, '300285320'),
    operate_time: time,
    ...entry,
  })
  const before = [known[list]].flat().filter(isJsonObject)
  if (after && before.length === 0) before.push(logged(after, known.complaint_time ?? formatInstant(now)))
  const given = partsIn(rule, told)
  const parts = after ? given.map((one) => logged(one, formatInstant(now))) : given
  const others = before.filter((one) => !parts.some(({ [key]: value }) => value === one[key]))
  const all = removed ? others : [...others, ...parts]
  return all.length > 0 || removed ? { [list]: all } : {}
}

function partsIn({ each, by, members, fixed = {} }: PartRule, told: JsonObject): readonly JsonObject[] {
  if (each !== undefined) {
    const texts = partAt(told, each)
    return Array.isArray(texts) ? texts.map((value: unknown) => ({ [by]: value })) : []
  }
  if (!members) return []
  const own = Object.entries(members).flatMap(([name, from]): [string, unknown][] =>
    told[from] === undefined ? [] : [[name, told[from]]],
  )
  return [{ ...fixed, ...Object.fromEntries(own) }]
}
