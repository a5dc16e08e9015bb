import type { Derived } from '../../../../control/client/connection.ts'
import { clientOf, opened as openedWith } from '../../../../doors/browser/phone/client.ts'
import { showPage } from '../../../../doors/browser/phone/phone-page.tsx'
import { language } from '../../../../doors/browser/phone/words.ts'
import { UsageError } from '../../../../wire/protocol/errors.ts'
import { quoted } from '../../../../wire/shared/texts.ts'
import type { ProductCouponCalls } from '../../control-calls.ts'
import { routes } from '../../routes.ts'
import { ERR_MSG, NO_DATA } from '../../wallet.ts'
import type { OpenedToken, OpenedWallet } from '../../wallet-calls.ts'
import { type Choice, Wallet } from './held.tsx'
import { Offered, Taken } from './offered.tsx'
import { words } from './words.ts'
import './page.css'

const client = () => clientOf<Derived<typeof routes, ProductCouponCalls>>(routes)

const { token } = openedWith(['token'])
const { openid, mchid } = openedWith(['openid', 'mchid'])

if (new URLSearchParams(location.search).has('token')) {
  /** Stands for the component in which a user takes coupons (领券组件). It says ok to the program however it is left. */
  showPage<OpenedToken, 'take'>({
    title: words.title,
    opened: { token },
    errors: [NO_DATA],
    endings: { ok: ERR_MSG, cancel: ERR_MSG, fail: ERR_MSG },
    ask: () => client().preSentProductCoupon(token),
    async choose() {
      await client().takePreSentProductCoupon(token).catch(inUsersWords)
      return client().preSentProductCoupon(token)
    },
    drawAsked: (page, asking) =>
      page.taken.length > 0 ? (
        <Taken page={page} isOld onLeave={asking.onLeave} />
      ) : (
        <Offered page={page} {...asking} />
      ),
    drawEnded: (page, onLeave) => <Taken page={page} isOld={false} onLeave={onLeave} />,
  })
} else {
  /** Stands for the wallet (卡包) of a user, which no program opens. */
  showPage<OpenedWallet, Choice>({
    title: words.title,
    opened: { openid },
    errors: [NO_DATA],
    endings: { ok: '', cancel: '', fail: '' },
    goesOn: true,
    ask: look,
    async choose(_, choice) {
      if (choice === 'look_again') return look()
      const { stock_id, coupon_code, mchid } = choice.remove
      await client().deleteUserProductCoupon(stock_id, coupon_code, { mchid }).catch(inUsersWords)
      return look()
    },
    drawAsked: (page, asking) => <Wallet page={page} {...asking} />,
    drawEnded: () => null,
  })
}

function look(): Promise<OpenedWallet> {
  if (openid === '') throw new UsageError('MOCK_PRODUCT_COUPON_TOKEN', quoted(words.missing))
  return client().openWallet({ openid, ...(mchid !== '' && { mchid }) })
}

/** A refusal that the user reads on the page, which stays as it is. */
function inUsersWords(error: unknown): never {
  if (!(error instanceof UsageError) || error.code === 'MOCK_UNREACHABLE' || error.code === 'MOCK_TOKEN') throw error
  throw new Error(error.texts[language])
}
