/** Where the control calls of profit sharing are found, and what the `MockControl` methods of the same names do. */
export const routes = {
  /** Says all of them or none; 10,000 at most. */
  addSharingAccounts: 'POST /sharing-accounts',
  /** Says what a merchant has set for sharing: `{ mchid, max_ratio: 2000 }`, `{ opened: false }`, `{ notify_url }`; what was said before is replaced. */
  addSharingAccount: 'POST /sharing-accounts',
  /** Adds all of them or none; 10,000 at most. */
  addSharingReceivers: 'POST /sharing-receivers',
  /** Adds a receiver (分账接收方), or replaces the one with its account; with `fail_reason` its shares will fail. */
  addSharingReceiver: 'POST /sharing-receivers',
  /** A share (分账单) as it is now. */
  sharingOrder: 'GET /sharing-orders/{out_order_no}{?mchid}',
  /** Settles the receivers of a share that are PENDING now, or one of them; with `fail_reason` they get nothing. */
  settleSharingOrder: 'POST /sharing-orders/{out_order_no}/settle{?mchid}',
  /** A return (分账回退单) as it is now. */
  sharingReturn: 'GET /sharing-returns/{out_return_no}{?mchid}',
  /** Settles a return that is PROCESSING now; with `fail_reason` it has FAILED. */
  settleSharingReturn: 'POST /sharing-returns/{out_return_no}/settle{?mchid}',
} as const
