import { CODE128 } from 'jsbarcode/bin/barcodes/CODE128/index.js'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Row, SmallPrint, shortText } from '../../../../doors/browser/phone/parts.tsx'
import type { Asking } from '../../../../doors/browser/phone/phone-page.tsx'
import { QrCode } from '../../../../doors/browser/phone/qr-code.tsx'
import { words as commonWords } from '../../../../doors/browser/phone/words.ts'
import { readableInShort } from '../../../../wire/shared/texts.ts'
import type { CouponInWallet, OpenedWallet } from '../../wallet-calls.ts'
import { Card, colorOf, HowTo, nameOf, State, turnBefore, turnOf } from './coupon.tsx'
import { words } from './words.ts'

/** The user's decision in the wallet: to delete a coupon, or to look again. */
export type Choice = { readonly remove: CouponInWallet } | 'look_again'

/** Names a coupon among those of a user. */
const idOf = ({ mchid, stock_id, coupon_code }: CouponInWallet) => [mchid, stock_id, coupon_code].join(' ')

const PAST: ReadonlySet<string> = new Set(['USED', 'EXPIRED', 'DEACTIVATED'])

/** The coupons of a user, or one of them. */
export function Wallet({ page, trouble, isBusy, onChoose }: { readonly page: OpenedWallet } & Asking<Choice>) {
  const [opened, setOpened] = useState<string>()
  const cards = useRef(new Map<string, HTMLButtonElement>())
  const title = useRef<HTMLHeadingElement>(null)
  const last = useRef<string>(undefined)
  const coupon = page.coupons.find((one) => idOf(one) === opened)
  const isOpen = coupon !== undefined
  useLayoutEffect(() => {
    const card = cards.current.get(last.current ?? '')
    // Back to where the user was; a deleted coupon is no longer there.
    if (!isOpen && last.current !== undefined) (card?.isConnected ? card : title.current)?.focus()
    last.current = isOpen ? opened : undefined
  }, [isOpen])
  if (coupon) {
    return (
      <Opened
        key={opened}
        coupon={coupon}
        now={page.now}
        trouble={trouble}
        isBusy={isBusy}
        onRemove={() => onChoose({ remove: coupon })}
        onBack={() => setOpened(undefined)}
      />
    )
  }
  const list = (title: string, coupons: readonly CouponInWallet[]) =>
    coupons.length > 0 && (
      <section class="coupons">
        <h2>{title}</h2>
        <ul>
          {coupons.map((one) => (
            <li key={idOf(one)}>
              <button
                type="button"
                ref={(button) => {
                  if (button) cards.current.set(idOf(one), button)
                }}
                onClick={() => setOpened(idOf(one))}
              >
                <Card coupon={one} />
              </button>
            </li>
          ))}
        </ul>
      </section>
    )
  const isPast = ({ coupon_state }: CouponInWallet) => PAST.has(coupon_state)
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {words.title}
      </h1>
      {page.coupons.length === 0 && <p class="notice">{words.none}</p>}
      {list(
        words.usable,
        page.coupons.filter((one) => !isPast(one)),
      )}
      {list(words.past, page.coupons.filter(isPast))}
      {!page.is_complete && <p class="notice">{words.newest}</p>}
      <Trouble text={trouble} />
      <div class="actions">
        <button type="button" class="go quietly" aria-disabled={isBusy} onClick={() => onChoose('look_again')}>
          {isBusy ? commonWords.busy : words.refresh}
        </button>
      </div>
      <SmallPrint>
        <p>{commonWords.clock(readableInShort(page.now))}</p>
      </SmallPrint>
    </>
  )
}

interface OpenedProps {
  readonly coupon: CouponInWallet
  readonly now: string
  readonly trouble: string | undefined
  readonly isBusy: boolean
  onRemove(): void
  onBack(): void
}

/** One coupon, with its code while it can be used. */
function Opened({ coupon, now, trouble, isBusy, onRemove, onBack }: OpenedProps) {
  const name = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => name.current?.focus(), [])
  const { coupon_state: state, worth, brand_id, usage, user_product_coupon_bundle_info: bundle } = coupon
  const { mchid, stock_id, coupon_code, openid, product_coupon, stock } = coupon
  return (
    <>
      <div class={`sheet card ${colorOf(coupon)}`}>
        <div class="head">
          <p class="from">{words.brand(shortText(brand_id))}</p>
          <h1 ref={name} tabIndex={-1} lang="zh-CN">
            {nameOf(coupon)}
          </h1>
          {worth !== undefined && <p class="worth">{worth}</p>}
          <p>
            <State coupon={coupon} />
          </p>
          {state === 'EFFECTIVE' && turnBefore(coupon) === undefined ? (
            <CouponCode code={coupon_code} mode={stock.coupon_display_info.code_display_mode} />
          ) : (
            <p class="notice">{whyNot(coupon)}</p>
          )}
        </div>
        <dl class="facts">
          {bundle && (
            <Row name={words.uses}>
              {turnOf(coupon)}
              <br />
              {words.usesLeft(bundle.used_count, bundle.total_count - bundle.used_count)}
            </Row>
          )}
          <Row name={words.scope}>{words.scopes[product_coupon.scope]}</Row>
          <Row name={words.from}>{readableInShort(coupon.valid_begin_time)}</Row>
          <Row name={words.until}>{readableInShort(coupon.valid_end_time)}</Row>
          {state === 'USED' && usage && <Row name={words.usedAt}>{readableInShort(usage.use_time)}</Row>}
          <Row name={words.holder}>
            <span class="code">{shortText(openid)}</span>
          </Row>
        </dl>
        <HowTo stock={stock} />
      </div>
      <Trouble text={trouble} />
      <div class="actions">
        <button type="button" class="go quietly" onClick={onBack}>
          {commonWords.back}
        </button>
        {(!PAST.has(state) || state === 'EXPIRED') && (
          <button type="button" class="plain" aria-disabled={isBusy} onClick={onRemove}>
            {isBusy ? commonWords.busy : words.remove}
          </button>
        )}
      </div>
      <SmallPrint about={{ now, thing: 'user_product_coupons', name: [mchid, stock_id, coupon_code] }}>
        <p>
          {words.state} <code>{state}</code>
        </p>
      </SmallPrint>
    </>
  )
}

function whyNot(coupon: CouponInWallet): string {
  if (coupon.coupon_state !== 'EFFECTIVE') return words.notUsable[coupon.coupon_state]
  return words.notBefore(turnBefore(coupon) ?? 0)
}

export function Trouble({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null
  return (
    <p class="wrong" role="alert">
      {shortText(text)}
    </p>
  )
}

/** Light modules beside a barcode, without which readers do not find it. */
const QUIET = 10
const HEIGHT = 60

/** The code of a coupon as its batch has it shown (code_display_mode): as a QR code or a barcode with the code beneath it, or not at all. */
function CouponCode({ code, mode }: { readonly code: string; readonly mode: unknown }) {
  if (mode === 'INVISIBLE') return <p class="notice">{words.noCode}</p>
  return (
    <figure class="coupon-code">
      {mode === 'BARCODE' ? <Barcode text={code} /> : <QrCode text={code} label={words.qrCode} />}
      <figcaption class="code">{shortText(code)}</figcaption>
    </figure>
  )
}

/** CODE-128 of a text; nothing for one with characters that it does not have, such as a seed file may give a coupon. */
function Barcode({ text }: { readonly text: string }) {
  if (!/^[\x20-\x7e]+$/.test(text)) return null
  const { data } = new CODE128(text, {}).encode()
  const bars = [...data.matchAll(/1+/g)].map(
    ([bar], i, all) => `M${QUIET + (all[i]?.index ?? 0)} 0h${bar.length}v${HEIGHT}h-${bar.length}z`,
  )
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${data.length + 2 * QUIET} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words.barcode}
    >
      <path d={bars.join('')} />
    </svg>
  )
}
