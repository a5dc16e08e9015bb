import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons/table.ts'
import { FaultMarks, StateBadge, StatusBadge } from '../components/badges.tsx'
import { DetailPane } from '../components/detail-pane.tsx'
import { Fact } from '../components/fact.tsx'
import { ListPane } from '../components/list-pane.tsx'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { titleOf } from '../state/operations.ts'
import { addressOf } from '../state/route.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { readable } from '../times.ts'
import { HandOut } from './hand-out.tsx'

const STATES = ['SENDED', 'USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'] as const
type State = (typeof STATES)[number]

/** The coupons that users hold, and what happened to one of them. */
export function CouponsView() {
  const words = texts.value.coupons
  return (
    <ListPane
      view="coupons"
      states={STATES}
      words={words}
      load={(client, wanted) => client.coupons(wanted)}
      nameOf={({ mchid, stock_id, coupon_code }) => [mchid, stock_id, coupon_code]}
      concerns={touches('coupons', 'clock')}
      row={(coupon) => (
        <>
          <span class="first">
            <StateBadge state={coupon.state} />
            <span class="what mono">
              {plainText(coupon.coupon_code)}
              {coupon.associate_out_trade_no !== undefined && (
                <span class="quiet"> ⇄ {plainText(coupon.associate_out_trade_no)}</span>
              )}
            </span>
          </span>
          <span class="second">
            <span class="address">
              {words.batch} {coupon.stock_id} · {plainText(coupon.openid)}
            </span>
            <span class="aside">{readable(coupon.receive_time)}</span>
          </span>
        </>
      )}
      opened={([mchid, stockId, code], back) =>
        mchid !== undefined && stockId !== undefined && code !== undefined ? (
          <CouponDetail key={`${mchid} ${stockId} ${code}`} mchid={mchid} stockId={stockId} code={code} back={back} />
        ) : undefined
      }
    >
      <HandOut />
    </ListPane>
  )
}

interface CouponKey {
  readonly mchid: string
  readonly stockId: string
  readonly code: string
}

function CouponDetail({ mchid, stockId, code, back }: CouponKey & { readonly back: string }) {
  const words = texts.value.coupons
  const loaded = useLoaded(
    JSON.stringify([mchid, stockId, code]),
    (client) => client.couponTimeline(stockId, code, { mchid }),
    (event) => event.type === 'exchange' || touches('coupons', 'clock')(event),
  )
  return (
    <DetailPane label={words.coupon} back={back} backLabel={words.back} loaded={loaded}>
      {(value) => (
        <>
          <header class="detail-head">
            <h2>
              <StateBadge state={value.coupon.state} /> <bdi class="mono">{plainText(value.coupon.coupon_code)}</bdi>
            </h2>
            <dl class="facts">
              <Fact name={words.batch}>{value.coupon.stock_id}</Fact>
              <Fact name={words.holder}>{plainText(value.coupon.openid)}</Fact>
              <Fact name={words.creator}>{value.coupon.mchid}</Fact>
              <Fact name={words.usable}>
                {`${readable(value.coupon.available_start_time)} – ${readable(value.coupon.expire_time)}`}
              </Fact>
              {value.coupon.associate_out_trade_no !== undefined && (
                <Fact name={words.order}>{plainText(value.coupon.associate_out_trade_no)}</Fact>
              )}
            </dl>
            <CouponActions coupon={value.coupon} />
          </header>
          <section class="message" aria-labelledby="timeline-title">
            <h3 id="timeline-title">{words.timeline}</h3>
            <ol class="timeline">
              {value.entries.map(({ time, event, out_trade_no, request_no, exchange }, index) => (
                // New ones are put first, and several may be alike in everything else while the clock stands still.
                <li key={String(value.entries.length - index)} class={event === undefined ? 'vain' : ''}>
                  <span>
                    <strong>{event === undefined ? words.inVain : (words.events[event] ?? event)}</strong>
                    {out_trade_no !== undefined && <> ⇄ {plainText(out_trade_no)}</>}
                  </span>
                  <span class="quiet">
                    {readable(time)}
                    {request_no !== undefined && <> · {plainText(request_no)}</>}
                  </span>
                  {exchange && (
                    <a href={addressOf(['exchanges', exchange.id])}>
                      <StatusBadge status={exchange.status} effects={exchange.effects} />{' '}
                      <FaultMarks effects={exchange.effects} />{' '}
                      {exchange.callback?.event_type ?? titleOf(exchange.operation ?? exchange.target)}
                    </a>
                  )}
                </li>
              ))}
            </ol>
          </section>
        </>
      )}
    </DetailPane>
  )
}

function CouponActions({ coupon }: { readonly coupon: CompletedCoupon }) {
  const words = texts.value.coupons
  const { mchid, stock_id, coupon_code, state, associate_out_trade_no } = coupon
  const put = (next: State) =>
    attempt(() => control.value.patchCoupon(stock_id, coupon_code, { state: next }, { mchid }), words.done)
  const unlink = () =>
    attempt(
      () => control.value.patchCoupon(stock_id, coupon_code, { associate_out_trade_no: null }, { mchid }),
      words.done,
    )
  const button = (label: string, to: State) => (
    <button type="button" disabled={state === to} onClick={() => void put(to)}>
      {label}
    </button>
  )
  return (
    <p class="actions">
      {button(words.redeem, 'USED')}
      {button(words.makeUsable, 'SENDED')}
      {button(words.expire, 'EXPIRED')}
      {button(words.deactivate, 'DEACTIVATED')}
      <button type="button" disabled={associate_out_trade_no === undefined} onClick={() => void unlink()}>
        {words.unlink}
      </button>
    </p>
  )
}
