import {
  createRefund,
  createSharing,
  partnerJsapiPrepay,
  partnerQueryOrderByOutTradeNo,
  querySharing,
} from '../../../src/products/operations.ts'
import { orders } from '../../../src/products/payment/orders.ts'
import { refunds } from '../../../src/products/payment/refunds.ts'
import { sharingAccountOf, sharingAccounts, sharingReceivers } from '../../../src/products/profit-sharing/receivers.ts'
import { sharingOrders } from '../../../src/products/profit-sharing/sharing-orders.ts'
import { ofLondon, plaintext, sealedForAnother, signed } from '../callback-contents.ts'
import {
  accepting,
  broken,
  carriedOutAgain,
  keeping,
  type Members,
  moved,
  refusedAs,
  type Variant,
  withBodies,
  withOperation,
  withTable,
} from '../variant.ts'

const PLACED = 'places an order for a seller: '
const LOOKED_UP = 'looks up an order: '
const TOLD_PAID = 'the plaintext of TRANSACTION.SUCCESS/partner-orders that comes again: '
const SHARED = 'shares an order with the supplier: '
const SHARED_AGAIN = 'shares an order with the supplier again, since the answer was lost: '
const FAILING = 'shares an order with the supplier while the service fails: '
const SHARE_LOOKED_UP = 'looks up a share: '
const REFUNDED = 'refunds an order: '
const TOLD_REFUNDED = 'the plaintext of REFUND.SUCCESS that comes again: '

// Left to conformance.
const STRANGER = 'a request to place an order for a seller that has not let the partner act for it: '
const TOO_MUCH = 'a request to share an order with more than others may get: '
const REUSED = 'a request to share an order with the number of another share: '
const NOT_ADDED = 'a request to share an order with a receiver of another seller: '
const REFUNDED_AFTER = 'a request to refund an order that was shared, and whose rest was unfrozen: '
const OVER = 'a request to refund more of an order than is left: '
const UNPAID = 'a query of an order that is unpaid: '
const CLOSED = 'a query of an order that is closed: '
const REFUNDED_WHOLE = 'a query of an order that is refunded: '
const TWICE = 'a request to refund the rest of an order of which a part was asked for twice: '
const PLACED_TO_SHARE = 'a request to share an order that was placed to be shared: '
const UNFROZEN = 'a query of what was unfrozen once an order was shared: '

const PREPAY = 'partnerJsapiPrepay'
const SHARE = 'createSharing'
const UNFREEZE = 'unfreezeOrder'

const nothing = () => undefined
const inYuan = (value: unknown, member: string): Members => ({
  amount: { ...Object(value), [member]: Number(Object(value)[member]) / 100 },
})
const receiversAs = (change: (receiver: Members) => Members) => (receivers: unknown) => ({
  receivers: (receivers as Members[]).map(change),
})

interface ShareBody {
  readonly receivers: readonly object[]
}

/** Breaks the request of a share before it is handled. */
const asIf = (name: string, caughtBy: string, change: (body: ShareBody) => ShareBody): Variant =>
  withOperation({ name, caughtBy }, SHARE, ({ handle }) => ({
    handle: (input, context) => handle({ ...input, body: change(input.body as ShareBody) }, context),
  }))

/** Servers with one thing wrong in what they do for partners: with orders, shares and refunds. */
export const brokenMarketplace: readonly Variant[] = [
  broken('prepay: prepay_id missing', PLACED, 'prepay_id', () => ({})),
  moved('prepay: served at another path', partnerJsapiPrepay, PLACED),
  accepting({ name: 'prepay: any merchant is a sub-merchant', caughtBy: STRANGER }, PREPAY, 'not_related', () => ({
    prepay_id: 'wx05102030c1d2e3f4a5b6c7d8e9f0a1b2c3d4',
  })),
  refusedAs('prepay: 400 without a relation', STRANGER, PREPAY, 'not_related', { status: 400 }),
  refusedAs('prepay: another code without a relation', STRANGER, PREPAY, 'not_related', { code: 'MCH_NOT_EXISTS' }),
  keeping('prepay: sub_mchid ignored', LOOKED_UP, PREPAY, orders, ({ sub_mchid: _, ...order }) => order),
  keeping('prepay: another sub_mchid kept', TOLD_PAID, PREPAY, orders, (one) => ({ ...one, sub_mchid: '1900000102' })),
  keeping(
    'prepay: profit_sharing ignored',
    PLACED_TO_SHARE,
    PREPAY,
    orders,
    ({ profit_sharing: _, ...order }) => order,
  ),

  moved('query: served at another path', partnerQueryOrderByOutTradeNo, LOOKED_UP),
  broken('query: sub_mchid missing', LOOKED_UP, 'sub_mchid', () => ({})),
  broken('query: SUCCESS called PAID', LOOKED_UP, 'trade_state', () => ({ trade_state: 'PAID' })),
  ...(
    [
      [UNPAID, 'NOTPAY'],
      [CLOSED, 'CLOSED'],
      [REFUNDED_WHOLE, 'REFUND'],
    ] as const
  ).map(([caughtBy, state]) =>
    broken(`query: ${state} shown as SUCCESS`, caughtBy, 'trade_state', (shown) => ({
      trade_state: shown === state ? 'SUCCESS' : shown,
    })),
  ),
  broken('query: transaction_id missing', LOOKED_UP, 'transaction_id', () => ({})),
  broken('query: payer as for a direct merchant', LOOKED_UP, 'payer', (payer) => ({
    payer: { openid: Object(payer).sp_openid },
  })),
  broken('query: total in yuan', LOOKED_UP, 'amount', (amount) => inYuan(amount, 'total')),

  sealedForAnother(TOLD_PAID),
  signed({ name: 'callback: a refund told as a payment', caughtBy: `${TOLD_REFUNDED}event_type of` }, (contents) => ({
    ...contents,
    event_type: 'TRANSACTION.SUCCESS',
  })),
  plaintext('times of London as if they were those of China', TOLD_REFUNDED, ofLondon),
  ...(['trade_state', 'refund_status'] as const).flatMap((state) => {
    const told = (name: string, change: (members: Members) => Members) =>
      plaintext(`with ${state}, ${name}`, state === 'trade_state' ? TOLD_PAID : TOLD_REFUNDED, (members) =>
        state in members ? change(members) : members,
      )
    return [
      told('sp_mchid missing', ({ sp_mchid: _, ...rest }) => rest),
      told('sub_mchid missing', ({ sub_mchid: _, ...rest }) => rest),
      told('as for a direct merchant', ({ sp_mchid, sub_mchid: _, ...rest }) => ({ ...rest, mchid: sp_mchid })),
      told('of another seller', (rest) => ({ ...rest, sub_mchid: '1900000102' })),
      told('to another partner', (rest) => ({ ...rest, sp_mchid: '1900000102' })),
    ]
  }),
  plaintext('payer as for a direct merchant', TOLD_PAID, ({ payer, ...rest }) => ({
    ...rest,
    payer: { openid: Object(payer).sp_openid },
  })),
  plaintext('total in yuan', TOLD_PAID, (told) => ({ ...told, ...inYuan(told.amount, 'total') })),
  plaintext('refund in yuan', TOLD_REFUNDED, (told) => ({ ...told, ...inYuan(told.amount, 'refund') })),
  plaintext('refund_status called status', TOLD_REFUNDED, ({ refund_status: status, ...rest }) => ({
    ...rest,
    status,
  })),
  plaintext('another out_refund_no', TOLD_REFUNDED, (told) => ({ ...told, out_refund_no: `${told.out_refund_no}0` })),

  moved('share: served at another path', createSharing, SHARED),
  broken('share: order_id as a number', SHARED, 'order_id', (id) => ({ order_id: Number(id) })),
  broken('share: order_id missing', SHARED, 'order_id', () => ({})),
  asIf('share: name not decrypted', SHARED, ({ receivers, ...body }) => ({
    ...body,
    receivers: receivers.map((one) => ('name' in one ? { ...one, name: 'STMgZ8JD2xUR' } : one)),
  })),
  carriedOutAgain(
    { name: 'share: a repeat pays once more', caughtBy: SHARED_AGAIN },
    SHARE,
    'out_order_no',
    async ({ tx, caller }, number) => tx.in(sharingOrders).find(caller.mchid, number),
  ),
  withTable(
    { name: 'share: a repeat is refused', caughtBy: SHARED_AGAIN },
    SHARE,
    sharingOrders,
    (repository, { fail }) => ({
      find: async (...key) => ((await repository.find(...key)) ? fail('receivers_differ') : undefined),
    }),
  ),
  withTable({ name: 'share: numbers not remembered', caughtBy: REUSED }, SHARE, sharingOrders, () => ({
    find: nothing,
  })),
  refusedAs('share: another code for a number of another', REUSED, SHARE, 'amounts_differ', {
    code: 'INVALID_REQUEST',
  }),
  refusedAs('share: 403 for a number of another', REUSED, SHARE, 'amounts_differ', { status: 403 }),
  withTable(
    { name: 'share: the highest ratio does not count', caughtBy: TOO_MUCH },
    SHARE,
    sharingAccounts,
    (_, { tx }) => ({
      find: async (mchid) => ({ ...(await sharingAccountOf(tx, mchid)), max_ratio: 10_000 }),
    }),
  ),
  withTable({ name: 'share: earlier shares do not count', caughtBy: TOO_MUCH }, SHARE, orders, (repository) => ({
    where: async (...what) => (await repository.where(...what)).map(({ sharing: _, ...order }) => order),
  })),
  keeping('share: not kept', TOO_MUCH, SHARE, orders, nothing),
  refusedAs('share: the code of the page for too much', TOO_MUCH, SHARE, 'over_ratio', { code: 'RULE_LIMIT' }),
  refusedAs('share: 403 for too much', TOO_MUCH, SHARE, 'over_ratio', { status: 403 }),
  withTable({ name: 'share: receivers of any seller', caughtBy: NOT_ADDED }, SHARE, sharingReceivers, (repository) => ({
    find: async (_, __, account) => (await repository.where('account', account))[0],
  })),
  refusedAs('share: 404 for a receiver that was not added', NOT_ADDED, SHARE, 'receiver_unknown', { status: 404 }),
  refusedAs('share: another code for it', NOT_ADDED, SHARE, 'receiver_unknown', { code: 'INVALID_REQUEST' }),

  withBodies({ name: 'share: a failure that is not called one', caughtBy: FAILING }, (members, { status }) =>
    status === 500 ? { ...members, code: 'PARAM_ERROR' } : undefined,
  ),

  moved('query of a share: served at another path', querySharing, SHARE_LOOKED_UP),
  broken('query of a share: PROCESSING for good', SHARE_LOOKED_UP, 'state', () => ({ state: 'PROCESSING' })),
  broken('query of a share: receivers missing', SHARE_LOOKED_UP, 'receivers', () => ({})),
  broken(
    'query of a share: PENDING for SUCCESS',
    SHARE_LOOKED_UP,
    'receivers',
    receiversAs((one) => ({ ...one, result: 'PENDING' })),
  ),
  broken(
    'query of a share: amounts missing',
    SHARE_LOOKED_UP,
    'receivers',
    receiversAs(({ amount: _, ...one }) => one),
  ),
  broken(
    'query of a share: amounts in yuan',
    SHARE_LOOKED_UP,
    'receivers',
    receiversAs(({ amount, ...one }) => ({ ...one, amount: Number(amount) / 100 })),
  ),

  keeping('unfreeze: not kept', UNFROZEN, UNFREEZE, sharingOrders, nothing),
  keeping('unfreeze: the partner gets the rest', UNFROZEN, UNFREEZE, sharingOrders, ({ receivers, ...share }) => ({
    ...share,
    receivers: receivers.map((one) => ({ ...one, account: share.mchid })),
  })),
  withTable(
    { name: 'unfreeze: what was shared is in the rest', caughtBy: UNFROZEN },
    UNFREEZE,
    orders,
    (repository) => ({
      where: async (...what) => (await repository.where(...what)).map(({ sharing: _, ...order }) => order),
    }),
  ),
  keeping('unfreeze: the money stays frozen', REFUNDED_AFTER, UNFREEZE, orders, nothing),

  moved('refund: served at another path', createRefund, REFUNDED),
  broken('refund: refund_id missing', REFUNDED, 'refund_id', () => ({})),
  broken('refund: SUCCESS at once', REFUNDED, 'status', () => ({ status: 'SUCCESS' })),
  keeping('refund: sub_mchid ignored', TOLD_REFUNDED, 'createRefund', refunds, ({ sub_mchid: _, ...refund }) => refund),
  withTable({ name: 'refund: earlier ones do not count', caughtBy: OVER }, 'createRefund', refunds, () => ({
    where: async () => [],
  })),
  keeping('refund: not kept', OVER, 'createRefund', refunds, nothing),
  refusedAs('refund: another code for too much', OVER, 'createRefund', 'more_than_paid', { code: 'NOT_ENOUGH' }),
  refusedAs('refund: 403 for too much', OVER, 'createRefund', 'more_than_paid', { status: 403 }),
  carriedOutAgain(
    { name: 'refund: a repeat refunds once more', caughtBy: TWICE },
    'createRefund',
    'out_refund_no',
    async ({ tx, caller }, number) => tx.in(refunds).find(caller.mchid, number),
  ),
]
