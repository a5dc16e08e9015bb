import type { CompletedOrder } from '../../src/control/world-format.ts'
import { StateBadge } from '../components/badges.tsx'
import { Fact } from '../components/fact.tsx'
import { ListEnd } from '../components/list-end.tsx'
import { SearchField } from '../components/search-field.tsx'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { addressOf, changeQuery, route } from '../state/route.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { usePages } from '../state/use-pages.ts'
import { readable, yuan } from '../times.ts'

const STATES = ['NOTPAY', 'SUCCESS', 'REFUND', 'CLOSED'] as const

/** The orders, and what the user's phone and the merchant console do to one of them. */
export function OrdersView() {
  const { rest, query } = route.value
  const filter = { text: query.get('text') ?? '', state: query.get('state') ?? '' }
  const state = STATES.find((one) => one === filter.state)
  const words = texts.value.orders
  const pages = usePages<CompletedOrder>(
    JSON.stringify(filter),
    (client, page) => client.orders({ ...(filter.text && { text: filter.text }), ...(state && { state }), ...page }),
    ({ mchid, out_trade_no }) => JSON.stringify([mchid, out_trade_no]),
    touches('orders', 'clock'),
  )
  const [mchid, number] = rest
  const opened = mchid !== undefined && number !== undefined
  return (
    <div class={`split ${opened ? 'opened' : ''}`}>
      <section class="pane list" aria-labelledby="orders-title">
        <h1 id="orders-title">{texts.value.views.orders}</h1>
        <search class="filters" aria-label={texts.value.filter}>
          <SearchField label={words.search} value={filter.text} onChange={(text) => changeQuery({ text })} />
          <select
            aria-label={words.state}
            value={filter.state}
            onChange={({ currentTarget }) => changeQuery({ state: currentTarget.value })}
          >
            <option value="">{words.anyState}</option>
            {STATES.map((one) => (
              <option key={one} value={one}>
                {one} {texts.value.states[one]}
              </option>
            ))}
          </select>
        </search>
        {pages.error !== undefined && <p class="wrong">{pages.error}</p>}
        {pages.items?.length === 0 && <p class="empty">{words.none}</p>}
        {pages.items && pages.items.length > 0 && (
          <>
            <ul class="rows">
              {pages.items.map((order) => (
                <li key={`${order.mchid} ${order.out_trade_no}`} class={number === order.out_trade_no ? 'opened' : ''}>
                  <a href={addressOf(['orders', order.mchid, order.out_trade_no], filter)}>
                    <span class="first">
                      <StateBadge state={order.state} />
                      <span class="what mono">{plainText(order.out_trade_no)}</span>
                      <span>{yuan(order.total)}</span>
                    </span>
                    <span class="second">
                      <span class="address">{plainText(order.description)}</span>
                      <span class="aside">{readable(order.create_time)}</span>
                    </span>
                  </a>
                </li>
              ))}
            </ul>
            <ListEnd pages={pages} />
          </>
        )}
      </section>
      {opened && (
        <OrderDetail key={`${mchid} ${number}`} mchid={mchid} number={number} back={addressOf(['orders'], filter)} />
      )}
    </div>
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
  const { value, error } = useLoaded(
    JSON.stringify([mchid, number]),
    (client) => client.order(number, owner),
    touches('orders', 'refunds', 'clock'),
  )
  return (
    <section class="pane detail" aria-label={words.order}>
      <a class="back" href={back}>
        ← {words.back}
      </a>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value && (
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
              <Fact name={words.closes}>{readable(value.close_time)}</Fact>
              {value.success_time !== undefined && <Fact name={words.paidAt}>{readable(value.success_time)}</Fact>}
              {value.openid !== undefined && <Fact name="openid">{plainText(value.openid)}</Fact>}
              {value.transaction_id !== undefined && (
                <Fact name="transaction_id">{plainText(value.transaction_id)}</Fact>
              )}
            </dl>
            <p class="actions">
              <button
                type="button"
                class="primary"
                disabled={value.state !== 'NOTPAY'}
                onClick={() => void attempt(() => control.value.payOrder(number, {}, owner), words.paid)}
              >
                {words.pay}
              </button>
              <button
                type="button"
                disabled={value.state !== 'NOTPAY'}
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
                      <strong>{yuan(refund.refund)}</strong> <StateBadge state={refund.status} />
                    </span>
                    <span class="quiet mono">{plainText(refund.out_refund_no)}</span>
                  </li>
                ))}
              </ol>
            </section>
          )}
        </>
      )}
    </section>
  )
}
