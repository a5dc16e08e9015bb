/** Where the control calls of transfers are found, and what the `MockControl` methods of the same names do. */
export const routes = {
  /** The account of a merchant for transfers: its balance, the amounts locked and paid, and its scenes; of the well-known merchant if none is named. */
  transferAccount: 'GET /transfer-account{?mchid}',
  /** Changes it: `{ balance: 1000 }` in fen, `{ top_up: 500 }`, `{ scenes: ['1000'] }`, `{ grant_scene: '1005' }`, `{ opened: false }`; what is left out stays as it is. */
  changeTransferAccount: 'PATCH /transfer-account{?mchid}',
  /** Says all of them or none; 10,000 at most. */
  addTransferAccounts: 'POST /transfer-accounts',
  /** Says what a merchant has for transfers: `{ mchid, funded: 1000 }` in fen; an earlier account of the merchant is replaced. */
  addTransferAccount: 'POST /transfer-accounts',
  /** Adds all of them or none; 10,000 at most. */
  addTransfers: 'POST /transfers',
  /** Adds a transfer, or replaces the one with its number. One with a `notify_url` is reported when it comes to its end. */
  addTransfer: 'POST /transfers',
  /** Transfers, the newest first, page by page. */
  transfers: 'GET /transfers',
  /** A transfer as it is now, with a `package_info` that opens its page. */
  transfer: 'GET /transfers/{out_bill_no}{?mchid}',
  /** Confirms a transfer, as the user's phone does; with `outcome` it succeeds, or fails for a reason. */
  confirmTransfer: 'POST /transfers/{out_bill_no}/confirm{?mchid}',
  /** Opens the page on the phone and closes it again, which changes nothing. */
  dismissTransfer: 'POST /transfers/{out_bill_no}/dismiss{?mchid}',
  /**
   * Opens the page on the phone, as `wx.requestMerchantTransfer` does, and answers what it shows: the transfer or the authorization that its `package_info` is
   * of. Changes nothing. `GET` of the same address is the page, for people.
   */
  openTransferPage: 'POST /transfer-page',
  /** Lets a transfer fail for a reason of WeChat Pay's own, confirmed or not. */
  failTransfer: 'POST /transfers/{out_bill_no}/fail{?mchid}',
  /** Calls off a transfer that nobody has confirmed: cancels it, as the merchant does with a call. */
  callOffTransfer: 'POST /transfers/{out_bill_no}/call-off{?mchid}?',
  /** Makes the receipt of a transfer that is GENERATING now, or lets it fail. */
  settleTransferReceipt: 'POST /transfers/{out_bill_no}/receipt/settle{?mchid}',
  /** Adds all of them or none; 10,000 at most. */
  addTransferAuthorizations: 'POST /transfer-authorizations',
  /** Adds an authorization (免确认收款授权) that is in effect, or replaces the one with its number. */
  addTransferAuthorization: 'POST /transfer-authorizations',
  /** The current state of an authorization, with a `package_info` that opens its page. */
  transferAuthorization: 'GET /transfer-authorizations/{out_authorization_no}{?mchid}',
  /** Agrees to an authorization, as the user's phone does. */
  confirmTransferAuthorization: 'POST /transfer-authorizations/{out_authorization_no}/confirm{?mchid}',
  /** Closes an authorization, as the user does on the phone. */
  closeTransferAuthorization: 'POST /transfer-authorizations/{out_authorization_no}/close{?mchid}',
} as const
