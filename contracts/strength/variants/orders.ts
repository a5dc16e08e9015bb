import { queryOrderByOutTradeNo, queryRefund } from '../../../src/products/operations.ts'
import { refunds } from '../../../src/products/payment/refunds.ts'
import { CHINA_OFFSET } from '../../../src/wire/shared/china-time.ts'
import { plaintext, signed } from '../callback-contents.ts'
import { broken, keeping, type Members, moved, refusedAs, type Variant } from '../variant.ts'

const UNPAID = 'a query of an order of the merchant that is unpaid: '
const PAID = 'a query of an order of the merchant that is paid: '
const TOLD_PAID = 'the plaintext of TRANSACTION.SUCCESS: '
const TOLD_REFUNDED = 'the plaintext of REFUND.SUCCESS: '

/** Shows an order or a refund in another state than it is in. */
const shownAs = (what: string, member: string, state: string, other: string, circumstances: string): Variant =>
  broken(`${what}: ${state} shown as ${other}`, `a query of ${what} that ${circumstances}: `, member, (shown) => ({
    [member]: shown === state ? other : shown,
  }))

const ORDER = 'an order of the merchant'
const REFUND = 'a refund'

/** Servers with one thing wrong in what they say of the orders and refunds of a merchant. */
export const brokenOrders: readonly Variant[] = [
  shownAs(ORDER, 'trade_state', 'NOTPAY', 'SUCCESS', 'is unpaid'),
  shownAs(ORDER, 'trade_state', 'CLOSED', 'NOTPAY', 'is closed'),
  shownAs(ORDER, 'trade_state', 'SUCCESS', 'NOTPAY', 'is paid'),
  shownAs(ORDER, 'trade_state', 'REFUND', 'SUCCESS', 'has a refund under way'),
  shownAs(REFUND, 'status', 'PROCESSING', 'SUCCESS', 'is under way'),
  shownAs(REFUND, 'status', 'SUCCESS', 'PROCESSING', 'has arrived'),
  shownAs(REFUND, 'status', 'CLOSED', 'SUCCESS', 'was closed'),
  shownAs(REFUND, 'status', 'ABNORMAL', 'SUCCESS', 'is abnormal'),
  broken('order: amount in yuan', UNPAID, 'amount', (amount) => ({ amount: inYuan(amount) })),
  broken('order: transaction_id missing', PAID, 'transaction_id', () => ({})),
  broken('order: payer missing', PAID, 'payer', () => ({})),
  moved('order: served at another path', queryOrderByOutTradeNo, UNPAID),
  moved('refund: served at another path', queryRefund, 'a query of a refund that is under way: '),
  keeping(
    'refund: time kept as that of London',
    'a query of a refund that was asked for a moment ago: ',
    'createRefund',
    refunds,
    ({ create_time, ...refund }) => ({ ...refund, create_time: create_time - CHINA_OFFSET }),
  ),
  refusedAs(
    'order: 400 where there is none',
    'a query of an order of the merchant that was never placed: ',
    'queryOrderByOutTradeNo',
    'not_found',
    { status: 400 },
  ),
  plaintext('payment of another amount', TOLD_PAID, (told) =>
    'trade_state' in told ? { ...told, amount: inYuan(told.amount) } : told,
  ),
  plaintext('refund that is PROCESSING', TOLD_REFUNDED, (told) =>
    'refund_status' in told ? { ...told, refund_status: 'PROCESSING' } : told,
  ),
  signed({ name: 'callback: payments as those of a refund', caughtBy: `${TOLD_PAID}event_type of` }, (contents) =>
    contents.event_type === 'TRANSACTION.SUCCESS' ? { ...contents, event_type: 'REFUND.SUCCESS' } : contents,
  ),
]

function inYuan(amount: unknown): Members {
  const { total, ...rest } = Object(amount) as Members
  return { ...rest, total: Number(total) / 100 }
}
