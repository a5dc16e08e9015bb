import { randomUUID } from 'node:crypto'
import { cancelTransfer, getTransferBillByOutNo, transferToUser } from '../../../src/products/operations.ts'
import { transferAccounts } from '../../../src/products/transfer/accounts.ts'
import { transfers } from '../../../src/products/transfer/transfer-store.ts'
import { ofLondon, plaintext, signed } from '../callback-contents.ts'
import { repaired, withHeader } from '../repair.ts'
import {
  accepting,
  broken,
  type Context,
  moved,
  refusedAs,
  type Variant,
  withAnswers,
  withBodies,
  withCallbacks,
  withHandle,
  withTable,
} from '../variant.ts'

const ASKED = 'asks for a payout: '
const SHORT = 'asks for a payout without the money for it: '
const AGAIN = 'asks for a payout again, with its number: '
const OVERLOADED = 'asks for a payout while the service is overloaded: '
const FAILING = 'asks for a payout while the service fails: '
const PAID = 'looks up a payout: '
const UNCONFIRMED = 'looks up a payout that nobody confirmed: '
const UNKNOWN = 'looks up a payout that was never taken: '
const CALL_BACK = 'cancels a payout: '
const CALLBACK = 'a MCHTRANSFER.BILL.FINISHED callback that comes again: '
const TOLD_PAID = 'the plaintext of MCHTRANSFER.BILL.FINISHED: '

// Left to conformance.
const REUSED = 'a request to transfer with the number of another: '
const TO_ANOTHER = 'a request to transfer with the number of a transfer to another user: '
const PAID_BEFORE = 'a request to transfer again what was transferred: '
const NONE_TO_CANCEL = 'a request to cancel a transfer that was never taken: '
const OF_ANOTHER = 'a query of a transfer of another merchant: '
const CANCEL_OF_ANOTHER = 'a request to cancel a transfer of another merchant: '
const WAITING = 'a query of a transfer that waits for its user: '
const UNDER_WAY = 'a query of a transfer that is under way: '
const CALLED_BACK = 'a query of a transfer that was cancelled: '
const TOO_LATE = 'a request to cancel a transfer that succeeded: '
const TOLD_UNPAID = 'the plaintext of MCHTRANSFER.BILL.FINISHED of a transfer that failed: '
const AGREED = 'the plaintext of MCHTRANSFER.AUTHORIZATION.CONFIRMED: '
const CLOSED = 'the plaintext of MCHTRANSFER.AUTHORIZATION.CLOSED: '

/** Part of findings about several callbacks: one alone does not show it. */
const SEVERAL = 'the plaintext of MCHTRANSFER.'
const randomId = randomUUID()

/** Says another state in place of one. */
const stateFor = (name: string, caughtBy: string, state: string, other: string): Variant =>
  broken(name, caughtBy, 'state', (shown) => ({ state: shown === state ? other : shown }))

const accepted = ({ now }: Pick<Context, 'now'>) => ({
  out_bill_no: 'FY20260105001',
  transfer_bill_no: '1330001900000001260105123456789012',
  create_time: now,
  state: 'WAIT_USER_CONFIRM',
})

/** Looks a transfer up by its number alone. */
const ofAnyMerchant = (name: string, caughtBy: string, id: string): Variant =>
  withTable({ name, caughtBy }, id, transfers, (repository) => ({
    where: (by, number) => repository.where(by, number),
    find: async (_, number) => (await repository.where('out_bill_no', number))[0],
  }))

/** Number of bills that a server has made of its own. */
let bills = 0

/** Servers with one thing wrong in what they do with transfers. */
export const brokenTransfers: readonly Variant[] = [
  broken('create: package_info missing', ASKED, 'package_info', () => ({})),
  broken('create: package_info null', ASKED, 'package_info', () => ({ package_info: null })),
  broken('create: package_info for a URL', ASKED, 'package_info', (info) => ({
    package_info: `package=${encodeURIComponent(String(info))}`,
  })),
  broken('create: paid without the customer', ASKED, 'package_info', () => ({ state: 'SUCCESS' })),
  broken('create: a page before the money is locked', ASKED, 'package_info', () => ({ state: 'PROCESSING' })),
  withTable(
    { name: 'create: the last fen cannot be transferred', caughtBy: ASKED },
    'transferToUser',
    transferAccounts,
    (repository) => ({
      async find(...key) {
        const account = await repository.find(...key)
        return account?.funded === undefined ? account : { ...account, funded: account.funded - 1 }
      },
    }),
  ),
  broken('create: transfer_bill_no as a number', ASKED, 'transfer_bill_no', (number) => ({
    transfer_bill_no: Number(number),
  })),
  moved('create: served at another path', transferToUser, ASKED),
  refusedAs('create: 400 for NOT_ENOUGH', SHORT, 'transferToUser', 'not_enough', { status: 400 }),
  refusedAs('create: another code for NOT_ENOUGH', SHORT, 'transferToUser', 'not_enough', {
    code: 'BALANCE_NOT_ENOUGH',
  }),
  accepting({ name: 'create: accepted without money', caughtBy: SHORT }, 'transferToUser', 'not_enough', accepted),
  accepting(
    { name: 'create: number of another accepted', caughtBy: REUSED },
    'transferToUser',
    'number_reused',
    accepted,
  ),

  withTable(
    { name: 'create: number of a transfer to another user accepted', caughtBy: TO_ANOTHER },
    'transferToUser',
    transfers,
    (repository, _, { body }) => ({
      find: async (...key) => {
        const found = await repository.find(...key)
        return found && { ...found, openid: (body as { readonly openid: string }).openid }
      },
    }),
  ),
  ofAnyMerchant('query: the transfer of another merchant', OF_ANOTHER, 'getTransferBillByOutNo'),
  ofAnyMerchant('cancel: the transfer of another merchant', CANCEL_OF_ANOTHER, 'cancelTransfer'),
  withTable({ name: 'create: paid twice', caughtBy: AGAIN }, 'transferToUser', transfers, () => ({
    find: async () => undefined,
  })),
  broken('create: a bill of its own for each request', AGAIN, 'package_info', () => ({
    package_info: 'ABBQO+oYAAABAAAAAAk+5n0f',
    transfer_bill_no: `1330${++bills}`,
  })),
  withHandle({ name: 'create: refused where it was asked for with the same bytes', caughtBy: AGAIN }, (handle) => {
    const seen = new Set<string>()
    return async (request) => {
      const body = Buffer.from(request.body).toString()
      const answer = await handle(request)
      if (answer.status !== 200 || !body.includes('transfer_amount')) return answer
      if (seen.has(body)) return repaired({ ...answer, status: 400, body: Buffer.from('{"code":"ALREADY_EXISTS"}') })
      seen.add(body)
      return answer
    }
  }),
  withAnswers({ name: 'create: 503 for 429', caughtBy: OVERLOADED }, (answer) => ({
    ...answer,
    status: answer.status === 429 ? 503 : answer.status,
  })),
  withBodies({ name: 'create: a failure that is not called one', caughtBy: FAILING }, (members, { status }) =>
    status === 500 ? { ...members, code: 'PARAM_ERROR' } : undefined,
  ),

  accepting(
    { name: 'create: paid again with the number of one that was paid', caughtBy: PAID_BEFORE },
    'transferToUser',
    'already_exists',
    accepted,
  ),

  stateFor('query: TRANSFERING spelled TRANSFERRING', UNDER_WAY, 'TRANSFERING', 'TRANSFERRING'),
  stateFor('query: PROCESSING for WAIT_USER_CONFIRM', WAITING, 'WAIT_USER_CONFIRM', 'PROCESSING'),
  stateFor('query: SUCCESS before the money is there', UNDER_WAY, 'TRANSFERING', 'SUCCESS'),
  stateFor('query: FAIL for CANCELLED', CALLED_BACK, 'CANCELLED', 'FAIL'),
  stateFor('query: CANCELLED spelled CANCELED', CALLED_BACK, 'CANCELLED', 'CANCELED'),
  stateFor('query: SUCCESS for FAIL', UNCONFIRMED, 'FAIL', 'SUCCESS'),
  broken('query: amount in yuan', PAID, 'transfer_amount', (fen) => ({ transfer_amount: Number(fen) / 100 })),
  broken('query: amount as text', PAID, 'transfer_amount', (fen) => ({ transfer_amount: String(fen) })),
  broken('query: amount called amount', PAID, 'transfer_amount', (fen) => ({ amount: fen })),
  broken('query: without its number', PAID, 'out_bill_no', () => ({})),
  broken('query: without the reason', UNCONFIRMED, 'fail_reason', () => ({})),
  broken('query: reason in words', UNCONFIRMED, 'fail_reason', () => ({ fail_reason: '超时未确认' })),
  refusedAs('query: 400 for 404', UNKNOWN, 'getTransferBillByOutNo', 'not_found', { status: 400 }),
  moved('query: served at another path', getTransferBillByOutNo, PAID),

  accepting(
    { name: 'cancel: a paid transfer taken back', caughtBy: TOO_LATE },
    'cancelTransfer',
    'not_cancellable',
    (context) => ({ ...accepted(context), state: 'CANCELING', update_time: context.now }),
  ),
  accepting(
    { name: 'cancel: a transfer that was never taken', caughtBy: NONE_TO_CANCEL },
    'cancelTransfer',
    'not_found',
    (context) => ({ ...accepted(context), state: 'CANCELING', update_time: context.now }),
  ),
  stateFor('cancel: CANCELING spelled CANCELLING', CALL_BACK, 'CANCELING', 'CANCELLING'),
  moved('cancel: served at another path', cancelTransfer, CALL_BACK),

  withAnswers({ name: 'answers unsigned', caughtBy: PAID }, (answer) =>
    withHeader(answer, 'Wechatpay-Signature', undefined),
  ),
  withAnswers({ name: 'answers changed after they were signed', caughtBy: PAID }, (answer) => ({
    ...answer,
    body: Buffer.from(Buffer.from(answer.body).toString().replace('SUCCESS', 'SUCCESS ')),
  })),

  withCallbacks({ name: 'callback: unsigned', caughtBy: CALLBACK }, (callback) =>
    withHeader(callback, 'Wechatpay-Signature', undefined),
  ),
  signed({ name: 'callback: of the old product', caughtBy: CALLBACK }, (contents) => ({
    ...contents,
    event_type: 'MCHTRANSFER.BATCH.FINISHED',
  })),
  signed({ name: 'callback: sealed with other associated_data', caughtBy: CALLBACK }, (contents) => ({
    ...contents,
    resource: { ...Object(contents.resource), associated_data: 'transaction' },
  })),
  signed({ name: 'callback: another id each time', caughtBy: CALLBACK }, (contents) => ({
    ...contents,
    id: randomUUID(),
  })),
  signed({ name: 'callback: one id for all', caughtBy: SEVERAL }, (contents) => ({ ...contents, id: randomId })),
  signed({ name: 'callback: the event of payments', caughtBy: AGREED }, (contents) => ({
    ...contents,
    event_type: 'TRANSACTION.SUCCESS',
  })),
  signed({ name: 'callback: original_type missing', caughtBy: AGREED }, ({ resource, ...contents }) => {
    const { original_type: _, ...sealed } = Object(resource)
    return { ...contents, resource: sealed }
  }),
  plaintext('times of London as if they were those of China', TOLD_PAID, ofLondon),
  plaintext('on the account of another merchant', TOLD_PAID, (told) => ({ ...told, mchid: '1900000109' })),
  plaintext('another reason', TOLD_UNPAID, (told) => ({ ...told, fail_reason: 'OTHER_FAIL_REASON_TYPE' })),
  plaintext('another customer', AGREED, (told) => ({ ...told, openid: 'oOther' })),
  plaintext('without mchid', TOLD_PAID, ({ mchid: _, ...told }) => told),
  plaintext('amount in yuan', TOLD_PAID, (told) => ({ ...told, transfer_amount: Number(told.transfer_amount) / 100 })),
  plaintext('state in lower case', TOLD_PAID, (told) => ({ ...told, state: String(told.state).toLowerCase() })),
  plaintext('another number', TOLD_PAID, (told) => ({ ...told, out_bill_no: `${told.out_bill_no}0` })),
  plaintext('SUCCESS for FAIL', TOLD_UNPAID, (told) => ({ ...told, state: 'SUCCESS' })),
  plaintext('without the reason', TOLD_UNPAID, ({ fail_reason: _, ...told }) => told),
  plaintext('state of an authorization called CONFIRMED', AGREED, (told) => ({ ...told, state: 'CONFIRMED' })),
  plaintext('closing without close_info', CLOSED, ({ close_info: _, ...told }) => told),
]
