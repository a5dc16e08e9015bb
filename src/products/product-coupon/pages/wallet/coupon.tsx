import { shortText } from '../../../../doors/browser/phone/parts.tsx'
import { readableInShort } from '../../../../wire/shared/texts.ts'
import type { CouponInWallet, OfferedCoupon } from '../../wallet-calls.ts'
import { words } from './words.ts'

/** The pieces that a coupon is shown with, held or offered. */

export function nameOf({ product_coupon }: Pick<OfferedCoupon, 'product_coupon'>): string {
  const { name } = product_coupon.display_info
  return typeof name === 'string' ? shortText(name) : ''
}

/** The colour of a coupon by its name; `''` for an unknown name. */
export function colorOf({ stock }: Pick<OfferedCoupon, 'stock'>): string {
  const color = stock.coupon_display_info.background_color
  return typeof color === 'string' && /^Color\d{3}$/.test(color) ? color : ''
}

/** The use of a bundle that comes before a coupon, counted from 1, if that is not over; `undefined` where it is its turn. */
export function turnBefore({
  user_product_coupon_bundle_info: bundle,
  user_coupon_bundle_index: index = 0,
}: CouponInWallet): number | undefined {
  return bundle && bundle.used_count < index ? index : undefined
}

/** Which use of a bundle a coupon is. */
export function turnOf({
  user_product_coupon_bundle_info: bundle,
  user_coupon_bundle_index: index = 0,
}: CouponInWallet): string | undefined {
  return bundle && words.use(index + 1, bundle.total_count)
}

/** The state of a coupon in words, in its colour. */
export function State({ coupon }: { readonly coupon: CouponInWallet }) {
  const { coupon_state: state } = coupon
  const isInTurn = state !== 'EFFECTIVE' || turnBefore(coupon) === undefined
  return <span class={`state ${isInTurn ? state : ''}`}>{isInTurn ? words.states[state] : words.notInTurn}</span>
}

/** A coupon in a list. */
export function Card({ coupon }: { readonly coupon: CouponInWallet }) {
  const { worth, brand_id, valid_end_time } = coupon
  const turn = turnOf(coupon)
  return (
    <span class={`card ${colorOf(coupon)}`}>
      <span class="line">
        <span class="card-name" lang="zh-CN">
          {nameOf(coupon)}
        </span>
        <State coupon={coupon} />
      </span>
      {worth !== undefined && <span class="worth">{worth}</span>}
      <span class="line card-facts">
        <span>
          {words.brand(shortText(brand_id))}
          {turn !== undefined && ` · ${turn}`}
        </span>
        <span>{words.validUntil(readableInShort(valid_end_time).slice(0, '2026-11-25 12:00'.length))}</span>
      </span>
    </span>
  )
}

/** How a coupon is used, in the words of its merchant. */
export function HowTo({ stock }: Pick<OfferedCoupon, 'stock'>) {
  const text = stock.usage_rule_display_info.usage_description
  if (typeof text !== 'string' || text === '') return null
  return (
    <section class="how-to">
      <h2>{words.howTo}</h2>
      <p lang="zh-CN">{shortText(text)}</p>
    </section>
  )
}
