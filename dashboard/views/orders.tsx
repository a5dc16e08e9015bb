import type { TimelineEntry } from '../../src/control/timeline.ts'
import type { MockControl } from '../../src/mock-control.ts'
import type { CompletedOrder } from '../../src/products/payment/orders/table.ts'
import { StateBadge } from '../components/badges.tsx'
import { CouponLinks } from '../components/coupon-links.tsx'
import { DetailPane } from '../components/detail-pane.tsx'
import { Fact } from '../components/fact.tsx'
import { ListPane } from '../components/list-pane.tsx'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { lifeOf, statesOf } from '../state/lives.ts'
import { attempt } from '../state/notices.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { readable, yuan } from '../times.ts'
import { LifeOf } from './life.tsx'
import { Timeline, useTimeline } from './timeline.tsx'

type State = CompletedOrder['state']
type Mark = Parameters<MockControl['markOrder']>[1]['state']

/** The orders, and what the user's phone and the merchant console do to one of them. */
export function OrdersView() {
  return (
    <ListPane
      view="orders"
      table="orders"
      states={statesOf<State>('orders')}
      words={texts.value.orders}
      load={(client, wanted) => client.orders(wanted)}
      nameOf={({ mchid, out_trade_no }) => [mchid, out_trade_no]}
      concerns={touches('orders', 'clock')}
      row={(order) => (
        <>
          <span class="first">
            <StateBadge state={order.state} table="orders" />
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
  const [loaded, more] = useTimeline(
    JSON.stringify([mchid, number]),
    (client, limit) => client.orderTimeline(number, { mchid, limit }),
    (event) => event.type === 'exchange' || touches('orders', 'refunds', 'clock')(event),
  )
  return (
    <DetailPane label={words.order} back={back} backLabel={words.back} loaded={loaded}>
      {({ order: value, entries, total }) => (
        <>
          <header class="detail-head">
            <h2>
              <StateBadge state={value.state} table="orders" /> <bdi class="mono">{plainText(value.out_trade_no)}</bdi>
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
            <OrderLife order={value} entries={entries} />
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
          <Timeline entries={entries} total={total} more={more} events={words.events} />
        </>
      )}
    </DetailPane>
  )
}

/** The life of an order, and what the user's phone and the merchant console do to it. */
function OrderLife({ order, entries }: { readonly order: CompletedOrder; readonly entries: readonly TimelineEntry[] }) {
  const words = texts.value.orders
  const { out_trade_no: number, mchid, state } = order
  const owner = { mchid }
  const isOpen = lifeOf('orders')?.edges.some(({ event, from }) => event === 'paid' && from.includes(state))
  const actions: Readonly<Record<string, (to: string) => { label?: string; run(): Promise<unknown> }>> = {
    paid: () => ({ run: () => attempt(() => control.value.payOrder(number, {}, owner), words.paid) }),
    // The table names its own states.
    marked: (to) => ({
      run: () => attempt(() => control.value.markOrder(number, { state: to as Mark }, owner), words.done),
    }),
    refunded: () => ({
      label: words.refund,
      run: () => attempt(() => control.value.refundOrder(number, {}, owner), words.refunded),
    }),
  }
  return (
    <LifeOf table="orders" state={state} entries={entries} actionOf={({ event, to }) => actions[event]?.(to)}>
      <button
        type="button"
        disabled={!isOpen}
        onClick={() => void attempt(() => control.value.expireOrder(number, owner), words.expired)}
      >
        {words.expire}
      </button>
    </LifeOf>
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
