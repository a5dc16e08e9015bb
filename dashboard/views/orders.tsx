import { StateBadge } from '../components/badges.tsx'
import { CouponLinks } from '../components/coupon-links.tsx'
import { DetailPane } from '../components/detail-pane.tsx'
import { Fact } from '../components/fact.tsx'
import { ListPane } from '../components/list-pane.tsx'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { readable, yuan } from '../times.ts'

const STATES = ['NOTPAY', 'USERPAYING', 'PAYERROR', 'SUCCESS', 'REFUND', 'CLOSED', 'REVOKED'] as const

/** States of an order that may still be paid. */
const OPEN: readonly string[] = ['NOTPAY', 'USERPAYING', 'PAYERROR']

/** The orders, and what the user's phone and the merchant console do to one of them. */
export function OrdersView() {
  return (
    <ListPane
      view="orders"
      states={STATES}
      words={texts.value.orders}
      load={(client, wanted) => client.orders(wanted)}
      nameOf={({ mchid, out_trade_no }) => [mchid, out_trade_no]}
      concerns={touches('orders', 'clock')}
      row={(order) => (
        <>
          <span class="first">
            <StateBadge state={order.state} />
            <span class="what mono">{plainText(order.out_trade_no)}</span>
            <span>{yuan(order.total)}</span>
          </span>
          <span class="second">
            <span class="address">{plainText(order.description)}</span>
            <span class="aside">{readable(order.create_time)}</span>
          </span>
        </>
      )}
      opened={([mchid, number], back) =>
        mchid !== undefined && number !== undefined ? (
          <OrderDetail key={`${mchid} ${number}`} mchid={mchid} number={number} back={back} />
        ) : undefined
      }
    />
  )
}

function OrderDetail({
  mchid,
  number,
  back,
}: {
  readonly mchid: string
  readonly number: string
  readonly back: string
}) {
  const words = texts.value.orders
  const owner = { mchid }
  const loaded = useLoaded(
    JSON.stringify([mchid, number]),
    (client) => client.order(number, owner),
    touches('orders', 'refunds', 'clock'),
  )
  return (
    <DetailPane label={words.order} back={back} backLabel={words.back} loaded={loaded}>
      {(value) => (
        <>
          <header class="detail-head">
            <h2>
              <StateBadge state={value.state} /> <bdi class="mono">{plainText(value.out_trade_no)}</bdi>
            </h2>
            <p class="wrap">{plainText(value.description)}</p>
            <dl class="facts">
              <Fact name={words.total}>{yuan(value.total)}</Fact>
              <Fact name={words.merchant}>{value.mchid}</Fact>
              <Fact name={words.created}>{readable(value.create_time)}</Fact>
              {value.time_expire !== undefined && <Fact name={words.payableUntil}>{readable(value.time_expire)}</Fact>}
              <Fact name={words.closes}>{readable(value.close_time)}</Fact>
              {value.success_time !== undefined && <Fact name={words.paidAt}>{readable(value.success_time)}</Fact>}
              {value.openid !== undefined && <Fact name="openid">{plainText(value.openid)}</Fact>}
              {value.transaction_id !== undefined && (
                <Fact name="transaction_id">{plainText(value.transaction_id)}</Fact>
              )}
            </dl>
            <LinkedCoupons mchid={mchid} number={number} />
            <p class="actions">
              <button
                type="button"
                class="primary"
                disabled={!OPEN.includes(value.state)}
                onClick={() => void attempt(() => control.value.payOrder(number, {}, owner), words.paid)}
              >
                {words.pay}
              </button>
              <button
                type="button"
                disabled={!OPEN.includes(value.state)}
                onClick={() => void attempt(() => control.value.expireOrder(number, owner), words.expired)}
              >
                {words.expire}
              </button>
              <button
                type="button"
                disabled={value.state !== 'SUCCESS' && value.state !== 'REFUND'}
                onClick={() => void attempt(() => control.value.refundOrder(number, {}, owner), words.refunded)}
              >
                {words.refund}
              </button>
            </p>
          </header>
          {value.refunds.length > 0 && (
            <section class="message" aria-labelledby="refunds-title">
              <h3 id="refunds-title">{words.refunds}</h3>
              <ol class="timeline">
                {value.refunds.map((refund) => (
                  <li key={refund.out_refund_no}>
                    <span>
                      <strong>{yuan(refund.refund)}</strong>{' '}
                      <StateBadge state={refund.status} meaning={words.refundStates[refund.status]} />
                    </span>
                    <span class="quiet mono">{plainText(refund.out_refund_no)}</span>
                  </li>
                ))}
              </ol>
            </section>
          )}
        </>
      )}
    </DetailPane>
  )
}

/** Links to the coupons of an order. */
function LinkedCoupons({ mchid, number }: { readonly mchid: string; readonly number: string }) {
  const coupons = useLoaded(
    JSON.stringify(['coupons', mchid, number]),
    (client) => client.orderCoupons(number, { mchid }),
    touches('coupons', 'clock'),
  )
  return <CouponLinks title={texts.value.orders.coupons} coupons={coupons} />
}
