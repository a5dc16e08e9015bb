import {
  completeComplaint,
  createComplaintAddress,
  decideRefund,
  deleteComplaintAddress,
  downloadComplaintImage,
  listComplaints,
  listNegotiationHistory,
  queryComplaint,
  queryComplaintAddress,
  replyImmediately,
  replyToComplaint,
  updateComplaintAddress,
  uploadComplaintImage,
} from '../../../src/products/operations.ts'
import type { Callable } from '../../../src/testing/merchant-client.ts'
import { sampleRequest } from '../../catalogue/requests.ts'
import { upload } from '../../helpers/upload.ts'
import { cookbook, done, type Kitchen, planned, type Recipe } from './recipe.ts'

const ABOUT = { complaint_id: 'C1', complainted_mchid: '1900000001' }
const REPLY = { ...ABOUT, response_content: '已为您处理' }
const IMMEDIATE = { ...ABOUT, message: { blocks: [] }, idempotent_id: 'ID1' }

type Given = Parameters<Kitchen['control']['addComplaint']>[0]

const unknown =
  (call: Callable): Recipe =>
  async ({ merchant }) =>
  () =>
    merchant.request(sampleRequest(call, { complaint_id: 'UNKNOWN1', media_id: 'UNKNOWN1' }))

/** A call about a complaint that a user made. */
const refused =
  (call: Callable, usual: object) =>
  (given: Given, changes: object = {}): Recipe =>
  async ({ control, merchant }) => {
    await control.addComplaint({ complaint_id: 'C1', ...given })
    return () => merchant.call(call, { ...usual, ...changes })
  }

const reply = refused(replyToComplaint, REPLY)
const immediately = refused(replyImmediately, IMMEDIATE)
const complete = refused(completeComplaint, ABOUT)
const decide = refused(decideRefund, { complaint_id: 'C1', action: 'APPROVE', launch_refund_day: 0 })

/** Twenty replies, and no word of the user. */
const silent = {
  problem_type: 'REFUND',
  complaint_state: 'PROCESSING',
  need_immediate_service: true,
  history: Array.from({ length: 20 }, (_, i) => ({
    log_id: `L${i}`,
    operator: '商户1900000001',
    operate_time: '2026-11-25T11:00:00+08:00',
    operate_type: 'MERCHANT_RESPONSE',
  })),
} satisfies Given
/** As many messages as a complaint may have. */
const full = {
  ...silent,
  history: Array.from({ length: 2_000 }, (_, i) => ({
    log_id: `L${i}`,
    operator: '投诉人',
    operate_time: '2026-11-25T11:00:00+08:00',
    operate_type: 'USER_RESPONSE',
  })),
} satisfies Given
const OTHER = { complainted_mchid: '1900000002' }

const address = { url: 'https://shop.test/complaints' }

export const complaintsProductErrors = [
  cookbook(queryComplaint, { not_found: unknown(queryComplaint) }),
  cookbook(listNegotiationHistory, { not_found: unknown(listNegotiationHistory) }),
  cookbook(listComplaints, {
    days_unfit:
      async ({ merchant }) =>
      () =>
        merchant.call(listComplaints, { begin_date: '2026-10-01', end_date: '2026-11-01' }),
  }),
  cookbook(replyToComplaint, {
    not_found: unknown(replyToComplaint),
    not_complained_of: reply({}, OTHER),
    too_many_messages: reply(silent),
    link_incomplete: reply({}, { jump_url: 'https://shop.test/help' }),
    links_not_granted: planned(replyToComplaint, 'links_not_granted', REPLY),
  }),
  cookbook(replyImmediately, {
    not_found: unknown(replyImmediately),
    not_complained_of: immediately({ need_immediate_service: true }, OTHER),
    too_many_messages: immediately(silent),
    not_immediate: immediately({}),
  }),
  cookbook(completeComplaint, {
    not_found: unknown(completeComplaint),
    not_complained_of: complete({ complaint_state: 'PROCESSING' }, OTHER),
    too_many_messages: complete(full),
    state_unfit: complete({}),
  }),
  cookbook(decideRefund, {
    not_found: unknown(decideRefund),
    too_many_messages: decide(full),
    not_about_refund: decide({}),
    decision_incomplete: decide({ problem_type: 'REFUND' }, { launch_refund_day: undefined }),
    state_unfit: decide({ problem_type: 'REFUND', complaint_state: 'PROCESSED' }),
  }),
  cookbook(createComplaintAddress, {
    url_unfit:
      async ({ merchant }) =>
      () =>
        merchant.call(createComplaintAddress, { url: `${address.url}?a=1` }),
    async address_exists({ merchant }) {
      await done(merchant.call(createComplaintAddress, address))
      return () => merchant.call(createComplaintAddress, address)
    },
  }),
  cookbook(queryComplaintAddress, { no_address: unknown(queryComplaintAddress) }),
  cookbook(updateComplaintAddress, {
    url_unfit:
      async ({ merchant }) =>
      () =>
        merchant.call(updateComplaintAddress, { url: `${address.url}?a=1` }),
    no_address: unknown(updateComplaintAddress),
  }),
  cookbook(deleteComplaintAddress, { no_address: unknown(deleteComplaintAddress) }),
  cookbook(uploadComplaintImage, {
    image_unfit:
      async ({ merchant }) =>
      () =>
        merchant.request(upload({ target: uploadComplaintImage.path, filename: 'help.gif' })),
  }),
  cookbook(downloadComplaintImage, { not_found: unknown(downloadComplaintImage) }),
]
