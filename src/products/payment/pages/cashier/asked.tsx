import { useState } from 'preact/hooks'
import { clientOf } from '../../../../doors/browser/phone/client.ts'
import { Amount, OutcomeChoice, Row, SmallPrint, shortText } from '../../../../doors/browser/phone/parts.tsx'
import type { Asking } from '../../../../doors/browser/phone/phone-page.tsx'
import { QrCode } from '../../../../doors/browser/phone/qr-code.tsx'
import { words as commonWords } from '../../../../doors/browser/phone/words.ts'
import { readableInShort } from '../../../../wire/shared/texts.ts'
import type { OpenedCashier } from '../../cashier-calls.ts'
import { words } from './words.ts'

/** The cashier, with the coupons that another product knows of. */
export interface Cashier extends OpenedCashier {
  readonly coupons: readonly LinkedCoupon[]
}

type Outcome = keyof typeof words.outcomes

/** The user's decision. */
export interface Choice {
  /** Left out: the order is paid. */
  readonly outcome?: Outcome
  /** Fen that a cash coupon takes off. */
  readonly coupon: number
}

interface AskedProps extends Asking<Choice> {
  readonly page: Cashier
  readonly isSigned: boolean
  /** Whether the user has scanned the code, if there is one. */
  readonly isScanned: boolean
}

/** Asks the user to pay. */
export function Asked({ page, isSigned, isScanned, trouble, isBusy, onChoose, onLeave }: AskedProps) {
  const [outcome, setOutcome] = useState<Outcome>()
  const [yuan, setYuan] = useState('')
  const [showsCode, setShowsCode] = useState(page.code_url !== undefined && !isScanned)
  const coupon = Math.round(Number(yuan) * 100) || 0
  if (showsCode && page.code_url !== undefined) {
    return <Code page={page} url={page.code_url} onScanned={() => setShowsCode(false)} onLeave={onLeave} />
  }
  return (
    <>
      <div class="sheet">
        <Head page={page} coupon={coupon} />
        <Facts page={page} coupon={coupon} />
      </div>
      {trouble !== undefined && (
        <p class="wrong" role="alert">
          {shortText(trouble)}
        </p>
      )}
      <div class="actions">
        <button
          type="button"
          class="go"
          aria-disabled={isBusy}
          onClick={() => onChoose({ coupon, ...(outcome && { outcome }) })}
        >
          {isBusy ? commonWords.busy : words.pay}
        </button>
        <button type="button" class="plain" onClick={onLeave}>
          {words.cancel}
        </button>
      </div>
      <SmallPrint about={aboutCashier(page)}>
        <OutcomeChoice<Outcome>
          title={words.outcome}
          usual={words.usual}
          outcomes={words.outcomes}
          chosen={outcome}
          onChoose={setOutcome}
        />
        <label class="outcome">
          {words.withCoupon}
          <input
            type="number"
            min="0"
            step="0.01"
            inputMode="decimal"
            value={yuan}
            onInput={({ currentTarget }) => setYuan(currentTarget.value)}
          />
        </label>
        {page.code_url === undefined && page.order.trade_type !== 'MWEB' && (
          <p>{isSigned ? words.signed : words.unsigned}</p>
        )}
      </SmallPrint>
    </>
  )
}

/** The small print about an order. */
export function aboutCashier({ now, order }: OpenedCashier) {
  return { now, thing: 'orders', name: [order.mchid, order.out_trade_no] }
}

function nameOf({ merchant }: OpenedCashier): string {
  return shortText(merchant.name ?? merchant.mchid)
}

function Head({ page, coupon }: { readonly page: OpenedCashier; readonly coupon: number }) {
  return (
    <div class="head">
      <p class="from">{nameOf(page)}</p>
      <p>{words.asks}</p>
      <h1>
        <Amount fen={page.payer_total - coupon} />
      </h1>
      {page.sub_orders === undefined && <p class="perception">{shortText(page.order.description)}</p>}
    </div>
  )
}

function Facts({
  page: { order, sub_orders = [], coupons, open_until },
  coupon,
}: {
  readonly page: Cashier
  readonly coupon: number
}) {
  const total = sub_orders.reduce((sum, one) => sum + one.total, sub_orders.length === 0 ? order.total : 0)
  return (
    <dl class="facts">
      {sub_orders.map(({ out_trade_no, description, total }) => (
        <Row key={out_trade_no} name={shortText(description)}>
          ¥{inYuan(total)}
        </Row>
      ))}
      {coupon > 0 && <Row name={words.total}>¥{inYuan(total)}</Row>}
      {coupon > 0 && <Row name={words.cashCoupon}>−¥{inYuan(coupon)}</Row>}
      {coupons.map(({ coupon_code, stock_name, discount_amount }) => (
        <Row key={coupon_code} name={words.linked}>
          {shortText(stock_name)} {discount_amount !== undefined && `−¥${inYuan(discount_amount)}`}
          <br />
          <span class="code">{shortText(coupon_code)}</span>
        </Row>
      ))}
      <Row name={words.number}>
        <span class="code">{order.combine_out_trade_no ?? order.out_trade_no}</span>
      </Row>
      {order.openid !== undefined && (
        <Row name={words.payer}>
          <span class="code">{shortText(order.openid)}</span>
        </Row>
      )}
      {open_until !== undefined && <Row name={words.until}>{readableInShort(open_until)}</Row>}
    </dl>
  )
}

export function inYuan(fen: number): string {
  return (fen / 100).toLocaleString('en', { minimumFractionDigits: 2 })
}

interface CodeProps {
  readonly page: OpenedCashier
  readonly url: string
  onScanned(): void
  onLeave(): void
}

/** The code of an order to be paid by scanning. A phone that scans it opens this page, since WeChat would not know the code_url. */
function Code({ page, url, onScanned, onLeave }: CodeProps) {
  const address = new URL(location.href)
  address.searchParams.set('scanned', '')
  return (
    <>
      <div class="sheet">
        <div class="head">
          <p class="from">{nameOf(page)}</p>
          <h1>
            <Amount fen={page.payer_total} />
          </h1>
          <button type="button" class="scan" aria-label={words.scan} onClick={onScanned}>
            <QrCode text={address.href} label={words.scan} />
          </button>
          <p class="code">{url}</p>
        </div>
      </div>
      <p class="notice">{words.scanWhy(location.host)}</p>
      <div class="actions">
        <button type="button" class="go" onClick={onScanned}>
          {words.scanned}
        </button>
        <button type="button" class="plain" onClick={onLeave}>
          {words.cancel}
        </button>
      </div>
      <SmallPrint about={aboutCashier(page)} />
    </>
  )
}

/** A merchant coupon (商家券) that is linked to the order. */
interface LinkedCoupon {
  readonly coupon_code: string
  readonly stock_name: string
  /** Fen, if it takes off an amount of its own: the merchant has lowered the total by that. */
  readonly discount_amount?: number | undefined
}

/** Control calls of merchant coupons, a product that knows this one. */
const ROUTES = {
  orderCoupons: 'GET /orders/{out_trade_no}/coupons{?mchid}',
  stock: 'GET /stocks/{stock_id}{?mchid}',
} as const

interface Client {
  orderCoupons(
    number: string,
    of: { readonly mchid: string },
  ): Promise<readonly { readonly coupon_code: string; readonly stock_id: string; readonly mchid: string }[]>
  stock(
    id: string,
    of: { readonly mchid: string },
  ): Promise<{
    readonly stock_name: string
    readonly coupon_use_rule: { readonly fixed_normal_coupon?: { readonly discount_amount: number } }
  }>
}

/** So many are shown. */
const MOST = 5

/** The coupons that are linked to an order; none where the mock has no merchant coupons. */
export async function linkedCoupons({ order }: OpenedCashier): Promise<readonly LinkedCoupon[]> {
  const client = clientOf<Client>(ROUTES)
  try {
    const coupons = await client.orderCoupons(order.out_trade_no, { mchid: order.mchid })
    return await Promise.all(
      coupons.slice(0, MOST).map(async ({ coupon_code, stock_id, mchid }) => {
        const { stock_name, coupon_use_rule } = await client.stock(stock_id, { mchid })
        return { coupon_code, stock_name, discount_amount: coupon_use_rule.fixed_normal_coupon?.discount_amount }
      }),
    )
  } catch {
    // They are an addition, without which the order can be paid.
    return []
  }
}
