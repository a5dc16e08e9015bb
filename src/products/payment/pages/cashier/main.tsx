import type { Derived } from '../../../../control/client/connection.ts'
import { clientOf, opened as openedWith } from '../../../../doors/browser/phone/client.ts'
import { Actions, Amount, Sign, SmallPrint } from '../../../../doors/browser/phone/parts.tsx'
import { showPage } from '../../../../doors/browser/phone/phone-page.tsx'
import { words as commonWords, language } from '../../../../doors/browser/phone/words.ts'
import { UsageError } from '../../../../wire/protocol/errors.ts'
import { ERR_CODE, ERR_MSG, JSAPI_PARAMETERS, missingParameter, PARAMETERS, PAY_ERRORS } from '../../cashier.ts'
import type { PaymentCalls } from '../../control-calls.ts'
import { routes } from '../../routes.ts'
import { Asked, aboutCashier, type Cashier, type Choice, inYuan, linkedCoupons } from './asked.tsx'
import { words } from './words.ts'
import './page.css'

const client = () => clientOf<Derived<typeof routes, PaymentCalls>>(routes)

const query = new URLSearchParams(location.search)

/** The parameters that a front end passes on, without those that it leaves out. */
const given = Object.fromEntries(Object.entries(openedWith(PARAMETERS)).filter(([name]) => query.has(name))) as Partial<
  Record<(typeof PARAMETERS)[number], string>
>

const isApp = given.prepayId !== undefined
/** Neither an h5_url nor a code_url calls anybody back. */
const isFrontEnd = isApp || (given.prepay_id === undefined && given.code_url === undefined)
const nobody = { ok: '', cancel: '', fail: '' }

/** Where the user goes on after an h5_url: to its redirect_url, or back. */
const goOn = given.prepay_id !== undefined && given.package !== undefined ? leadOn : undefined

const open = () => client().openCashier(given)

/** Stands for WeChat's page on which a user pays. */
showPage<Cashier, Choice>({
  title: words.title,
  opened: given,
  errors: [PAY_ERRORS.dead, ...Object.values(PAY_ERRORS), ...JSAPI_PARAMETERS.map(missingParameter)],
  endings: isApp ? ERR_CODE : isFrontEnd ? ERR_MSG : nobody,
  async ask() {
    const page = await open()
    return { ...page, coupons: await linkedCoupons(page) }
  },
  async choose(page, { outcome, coupon }) {
    const { order } = page
    const of = { mchid: order.mchid }
    if (outcome === 'wrong_password') throw new Error(words.wrongPassword)
    if (outcome === 'not_enough') throw new Error(words.notEnough)
    if (outcome === 'time_over') {
      await client().expireOrder(order.out_trade_no, of)
      await open()
    }
    const payment = {
      ...(order.prepay_id !== undefined && { prepay_id: order.prepay_id }),
      ...(given.openId && { openid: given.openId }),
      ...(coupon > 0 && { promotions: [{ amount: coupon }] }),
    }
    const paid = await client().payOrder(order.out_trade_no, payment, of).catch(inUsersWords)
    return { ...page, order: paid, payer_total: page.payer_total - coupon }
  },
  drawAsked: (page, asking) => <Asked page={page} isSigned={isFrontEnd} isScanned={query.has('scanned')} {...asking} />,
  drawEnded: (page, onLeave) => (
    <>
      <Sign kind="good">
        <h1>{words.paid}</h1>
        <p>
          <Amount fen={page.payer_total} />
        </p>
        {page.payer_total < page.order.total && (
          <p class="quiet">
            {words.total} ¥{inYuan(page.order.total)}, {words.cashCoupon} −¥
            {inYuan(page.order.total - page.payer_total)}
          </p>
        )}
      </Sign>
      <Actions name={goOn ? words.backToShop : commonWords.done} onAct={onLeave} />
      <SmallPrint about={aboutCashier(page)}>
        <p>
          {words.state} <code>{page.order.state}</code>
        </p>
      </SmallPrint>
    </>
  ),
  ...(goOn && { goOn }),
})

function leadOn(): void {
  const next = URL.parse(query.get('redirect_url') ?? '')
  if (next && /^https?:$/.test(next.protocol)) location.assign(next)
  else history.back()
}

/** Turns a refusal into that of a cashier that is opened now; if that opens, the user may try again. */
async function inUsersWords(error: unknown): Promise<never> {
  if (!(error instanceof UsageError) || error.code === 'MOCK_UNREACHABLE' || error.code === 'MOCK_TOKEN') throw error
  await open()
  throw new Error(error.texts[language])
}
