import { bringAlong } from '../../../../doors/browser/phone/client.ts'
import { Row, Sign, SmallPrint, shortText } from '../../../../doors/browser/phone/parts.tsx'
import type { Asking } from '../../../../doors/browser/phone/phone-page.tsx'
import { words as commonWords } from '../../../../doors/browser/phone/words.ts'
import { readableInShort } from '../../../../wire/shared/texts.ts'
import { type GoesOn, SOURCE } from '../../wallet.ts'
import type { OpenedToken } from '../../wallet-calls.ts'
import { Card, colorOf, HowTo, nameOf } from './coupon.tsx'
import { Trouble } from './held.tsx'
import { words } from './words.ts'

/** Offers the user a coupon, or all of a bundle. */
export function Offered({ page, trouble, isBusy, onChoose, onLeave }: { readonly page: OpenedToken } & Asking<'take'>) {
  const { offered, openid, now, valid_until } = page
  const [first] = offered
  if (!first) return null
  return (
    <>
      <div class={`sheet card ${colorOf(first)}`}>
        <div class="head">
          <p class="from">{words.brand(shortText(first.brand_id))}</p>
          <p>{offered.length > 1 ? words.offersSome(offered.length) : words.offers}</p>
          <h1 lang="zh-CN">{nameOf(first)}</h1>
          {offered.length === 1 && first.worth !== undefined && <p class="worth">{first.worth}</p>}
        </div>
        <dl class="facts">
          {offered.length > 1 &&
            offered.map(({ worth }, i) => (
              // The batches of a bundle stay in their order.
              <Row key={i} name={words.use(i + 1, offered.length)}>
                {worth}
              </Row>
            ))}
          <Row name={words.scope}>{words.scopes[first.product_coupon.scope]}</Row>
          <Row name={words.from}>{readableInShort(first.valid_begin_time)}</Row>
          <Row name={words.until}>{readableInShort(first.valid_end_time)}</Row>
          <Row name={words.holder}>
            <span class="code">{shortText(openid)}</span>
          </Row>
        </dl>
        <HowTo stock={first.stock} />
      </div>
      <Trouble text={trouble} />
      <div class="actions">
        <button type="button" class="go" aria-disabled={isBusy} onClick={() => onChoose('take')}>
          {isBusy ? commonWords.busy : words.take}
        </button>
        <button type="button" class="plain" onClick={onLeave}>
          {words.notNow}
        </button>
      </div>
      <SmallPrint>
        <p>{words.expires(readableInShort(valid_until))}</p>
        <p>{commonWords.clock(readableInShort(now))}</p>
      </SmallPrint>
    </>
  )
}

interface TakenProps {
  readonly page: OpenedToken
  /** Whether the user had it when the page was opened. */
  readonly isOld: boolean
  onLeave(): void
}

/**
 * Shows the coupons that the user has taken. Going on to use them brings a path of the merchant's along (documented): that of the batch, if it has
 * one (inferred).
 */
export function Taken({ page: { taken, openid, now }, isOld, onLeave }: TakenProps) {
  const [first] = taken
  const path = first?.stock.usage_rule_display_info.mini_program_path
  const isWaiting = taken.some(({ coupon_state }) => coupon_state === 'CONFIRMING')
  const products = first?.product_coupon.products ?? []
  const goOn = (action: GoesOn, to: unknown) => {
    bringAlong({ action, source: SOURCE, ...(typeof to === 'string' && { productPath: to }) })
    onLeave()
  }
  return (
    <>
      <Sign kind={isOld ? 'calm' : 'good'}>
        <h1>{isOld ? words.takenBefore : words.taken}</h1>
      </Sign>
      <ul class="coupons">
        {taken.map((one) => (
          <li key={one.coupon_code}>
            <Card coupon={one} />
          </li>
        ))}
      </ul>
      {isWaiting && <p class="notice">{words.notUsable.CONFIRMING}</p>}
      {products.length > 0 && (
        <section class="coupons">
          <h2>{words.products}</h2>
          <ul>
            {products.map(({ name, price, mini_program_path }, i) => (
              // Two products may have the same name.
              <li key={i}>
                <button type="button" onClick={() => goOn('selectProductInReceiving', mini_program_path)}>
                  <span class="card product line" lang="zh-CN">
                    <span>{shortText(name)}</span>
                    {price !== undefined && <span>¥{(price / 100).toFixed(2)}</span>}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div class="actions">
        <button type="button" class="go" onClick={() => goOn('useCouponInReceiving', path)}>
          {words.goUse}
        </button>
        <button type="button" class="plain" onClick={onLeave}>
          {commonWords.done}
        </button>
      </div>
      <SmallPrint
        {...(first && {
          about: { now, thing: 'user_product_coupons', name: [first.mchid, first.stock_id, first.coupon_code] },
        })}
      >
        <p>
          <a href={`?${new URLSearchParams({ openid })}`}>{words.inWallet}</a>
        </p>
      </SmallPrint>
    </>
  )
}
