/** Where the control calls of complaints are found, and what the `MockControl` methods of the same names do. */
export const routes = {
  /** Adds all of them or none; 10,000 at most. */
  addComplaints: 'POST /complaints',
  /** Lets a user complain (投诉) about an order, or replaces the complaint with its number; the merchant is told. */
  addComplaint: 'POST /complaints',
  /** A complaint as it is now. */
  complaint: 'GET /complaints/{complaint_id}{?mchid}',
  /** Lets the user reply to the merchant, who is told. */
  replyAsUser: 'POST /complaints/{complaint_id}/reply{?mchid}',
  /** Lets the user complain once more (继续投诉) after the merchant has completed the complaint. */
  continueComplaint: 'POST /complaints/{complaint_id}/continue{?mchid}',
  /** Lets the user ask WeChat Pay to assist (平台协助), take that back, or WeChat Pay finish it. */
  assistComplaint: 'POST /complaints/{complaint_id}/assist{?mchid}',
  /** Lets the user say how satisfied he is with a complaint that is settled. */
  rateComplaint: 'POST /complaints/{complaint_id}/rate{?mchid}',
} as const
