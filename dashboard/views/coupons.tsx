import type { TimelineEntry } from '../../src/control/timeline.ts'
import type { MockControl } from '../../src/mock-control.ts'
import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons/table.ts'
import { StateBadge } from '../components/badges.tsx'
import { DetailPane } from '../components/detail-pane.tsx'
import { Fact } from '../components/fact.tsx'
import { ListPane } from '../components/list-pane.tsx'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { statesOf } from '../state/lives.ts'
import { attempt } from '../state/notices.ts'
import { addressOf } from '../state/route.ts'
import { touches } from '../state/use-loaded.ts'
import { readable } from '../times.ts'
import { HandOut } from './hand-out.tsx'
import { LifeOf } from './life.tsx'
import { Timeline, useTimeline } from './timeline.tsx'

type CouponPatch = Parameters<MockControl['patchCoupon']>[2]
type State = CompletedCoupon['state']

/** The coupons that users hold, and what happened to one of them. */
export function CouponsView() {
  const words = texts.value.coupons
  return (
    <ListPane
      view="coupons"
      table="coupons"
      states={statesOf<State>('coupons')}
      words={words}
      load={(client, wanted) => client.coupons(wanted)}
      nameOf={({ mchid, stock_id, coupon_code }) => [mchid, stock_id, coupon_code]}
      concerns={touches('coupons', 'clock')}
      row={(coupon) => (
        <>
          <span class="first">
            <StateBadge state={coupon.state} table="coupons" />
            <span class="what mono">
              {plainText(coupon.coupon_code)}
              {coupon.associate_out_trade_no !== undefined && (
                <span class="quiet"> ⇄ {plainText(coupon.associate_out_trade_no)}</span>
              )}
            </span>
          </span>
          <span class="second">
            <span class="address">
              {words.batch} {plainText(coupon.stock_id)} · {plainText(coupon.openid)}
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
  const [loaded, more] = useTimeline(
    JSON.stringify([mchid, stockId, code]),
    (client, limit) => client.couponTimeline(stockId, code, { mchid, limit }),
    (event) => event.type === 'exchange' || touches('coupons', 'clock')(event),
  )
  const linkTo = (order: string) => addressOf(['orders', mchid, order])
  return (
    <DetailPane label={words.coupon} back={back} backLabel={words.back} loaded={loaded}>
      {({ coupon, entries, total }) => (
        <>
          <header class="detail-head">
            <h2>
              <StateBadge state={coupon.state} table="coupons" />{' '}
              <bdi class="mono">{plainText(coupon.coupon_code)}</bdi>
            </h2>
            <dl class="facts">
              <Fact name={words.batch}>
                <a href={addressOf(['coupons'], { text: coupon.stock_id })}>{plainText(coupon.stock_id)}</a>
              </Fact>
              <Fact name={words.holder}>{plainText(coupon.openid)}</Fact>
              <Fact name={words.creator}>{coupon.mchid}</Fact>
              <Fact name={words.usable}>
                {`${readable(coupon.available_start_time)} – ${readable(coupon.expire_time)}`}
              </Fact>
              {coupon.associate_out_trade_no !== undefined && (
                <Fact name={words.order}>
                  <a href={linkTo(coupon.associate_out_trade_no)}>{plainText(coupon.associate_out_trade_no)}</a>
                </Fact>
              )}
            </dl>
            <CouponLife coupon={coupon} entries={entries} />
          </header>
          <Timeline entries={entries} total={total} more={more} events={words.events} linkTo={linkTo} />
        </>
      )}
    </DetailPane>
  )
}

/** The life of a coupon, and what the user's phone and the merchant console do to it. */
function CouponLife({
  coupon,
  entries,
}: {
  readonly coupon: CompletedCoupon
  readonly entries: readonly TimelineEntry[]
}) {
  const words = texts.value.coupons
  const { mchid, stock_id, coupon_code, state, associate_out_trade_no } = coupon
  const change = (patch: CouponPatch) =>
    attempt(() => control.value.patchCoupon(stock_id, coupon_code, patch, { mchid }), words.done)
  return (
    <LifeOf
      table="coupons"
      state={state}
      entries={entries}
      // The table names its own states.
      actionOf={({ to }) => ({ run: () => change({ state: to as State }) })}
    >
      <button
        type="button"
        disabled={associate_out_trade_no === undefined}
        onClick={() => void change({ associate_out_trade_no: null })}
      >
        {words.unlink}
      </button>
    </LifeOf>
  )
}
