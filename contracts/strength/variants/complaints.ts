import {
  completeComplaint,
  decideRefund,
  listComplaints,
  listNegotiationHistory,
  queryComplaint,
  replyToComplaint,
} from '../../../src/products/operations.ts'
import { plaintext, sealedForAnother, signed } from '../callback-contents.ts'
import { repaired } from '../repair.ts'
import {
  accepting,
  broken,
  type Members,
  moved,
  refusedAs,
  type Variant,
  withAnswers,
  withBodies,
  withOperation,
} from '../variant.ts'

const LISTED = 'lists the complaints of a day: '
const LOOKED_UP = 'looks up a complaint: '
const UNKNOWN = 'looks up a complaint that no user made: '
const READ = 'reads what was said about a complaint: '
const REPLIED = 'replies to a complaint: '
const COMPLETED = 'completes a complaint: '
const UNANSWERED = 'completes a complaint that it has not replied to: '
const APPROVED = 'approves the refund that a user asks for: '
const CALLBACK = 'a COMPLAINT.CREATE callback that comes again: '
const TOLD = 'the plaintext of COMPLAINT.CREATE that comes again: '

/** Breaks the complaints of a list. */
const listed = (name: string, change: (one: Members) => Members): Variant =>
  withBodies({ name: `list: ${name}`, caughtBy: LISTED }, (members) =>
    Array.isArray(members.data) ? { ...members, data: members.data.map(change) } : undefined,
  )

/** Answers a call that has nothing to say with an empty object. */
const talkative = (name: string, caughtBy: string, path: string): Variant =>
  withAnswers({ name, caughtBy }, (answer, { target }) =>
    target.endsWith(path) && answer.status === 204
      ? repaired({ ...answer, status: 200, body: Buffer.from('{}') })
      : answer,
  )

const shifted = (name: string, caughtBy: string, id: string, member: string): Variant =>
  withOperation({ name, caughtBy }, id, ({ handle }) => ({
    handle: (input, context) =>
      handle({ ...input, query: { ...Object(input.query), [member]: '2026-01-04' } }, context),
  }))

/** Servers with one thing wrong in what they do about complaints. */
export const brokenComplaints: readonly Variant[] = [
  moved('list: served at another path', listComplaints, LISTED),
  shifted('list: the last day does not count', LISTED, listComplaints.id, 'end_date'),
  listed('without the order', ({ complaint_order_info: _, ...one }) => one),
  listed('the order beside its numbers', ({ complaint_order_info: orders, ...one }) => ({
    ...one,
    ...Object(Array.isArray(orders) ? orders[0] : undefined),
  })),
  listed('the phone number in the clear', (one) => ({ ...one, payer_phone: '13800000000' })),
  listed('states in small letters', (one) => ({ ...one, complaint_state: 'pending' })),
  broken('list: without total_count', LISTED, 'total_count', () => ({})),
  broken('list: total_count of the days before', LISTED, 'total_count', () => ({ total_count: 0 })),

  moved('query: served at another path', queryComplaint, LOOKED_UP),
  broken('query: without the text', LOOKED_UP, 'complaint_detail', () => ({})),
  broken('query: another number', LOOKED_UP, 'complaint_id', (id) => ({ complaint_id: `${id}0` })),
  broken('query: yuan asked back', LOOKED_UP, 'apply_refund_amount', (fen) => ({
    apply_refund_amount: Number(fen) / 100,
  })),
  broken('query: PENDING called PROCESSING', LOOKED_UP, 'complaint_state', () => ({ complaint_state: 'PROCESSING' })),
  accepting({ name: 'query: any number is known', caughtBy: UNKNOWN }, queryComplaint.id, 'not_found', ({ now }) => ({
    complaint_id: '200201820260105080076610000',
    complaint_time: now,
    complaint_detail: '商品一直没有收到',
    complaint_state: 'PENDING',
    complaint_full_refunded: false,
    incoming_user_response: true,
    user_complaint_times: 1,
    problem_description: '未收到货',
  })),

  moved('history: served at another path', listNegotiationHistory, READ),
  broken('history: nothing was said', READ, 'data', () => ({ data: [] })),
  broken('history: by nobody', READ, 'data', (steps) => ({
    data: (steps as readonly Members[]).map(({ operator: _, ...step }) => step),
  })),

  moved('reply: served at another path', replyToComplaint, REPLIED),
  talkative('reply: answered with {}', REPLIED, '/response'),
  moved('complete: served at another path', completeComplaint, COMPLETED),
  talkative('complete: answered with {}', COMPLETED, '/complete'),
  accepting(
    { name: 'complete: before a reply', caughtBy: UNANSWERED },
    completeComplaint.id,
    'state_unfit',
    () => undefined,
  ),
  moved('decide: served at another path', decideRefund, APPROVED),
  withOperation({ name: 'decide: approvals are not taken', caughtBy: APPROVED }, decideRefund.id, () => ({
    handle: async (_, { fail }) => fail('state_unfit'),
  })),
  talkative('decide: answered with {}', APPROVED, '/update-refund-progress'),
  ...(
    [
      [UNKNOWN, queryComplaint.id, 'not_found', { status: 400 }, { code: 'PARAM_ERROR' }],
      [UNANSWERED, completeComplaint.id, 'state_unfit', { status: 403 }, { code: 'NO_AUTH' }],
    ] as const
  ).flatMap(([caughtBy, id, error, status, code]) => [
    refusedAs(`${id}: another status for ${error}`, caughtBy, id, error, status),
    refusedAs(`${id}: another code for ${error}`, caughtBy, id, error, code),
  ]),

  signed({ name: 'callback: of a coupon', caughtBy: CALLBACK }, (contents) => ({
    ...contents,
    event_type: 'COUPON.SEND',
  })),
  sealedForAnother(TOLD),
  plaintext('of another complaint', TOLD, (told) => ({ ...told, complaint_id: `${told.complaint_id}0` })),
  plaintext('without the complaint', TOLD, ({ complaint_id: _, ...told }) => told),
  plaintext('without what happened', TOLD, ({ action_type: _, ...told }) => told),
  plaintext('the step by its name in the history', TOLD, (told) => ({
    ...told,
    action_type: 'USER_CREATE_COMPLAINT',
  })),
]
