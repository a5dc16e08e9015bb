import type { Derived } from '../../../../control/client/connection.ts'
import { clientOf, opened as openedWith } from '../../../../doors/browser/phone/client.ts'
import { Actions, Amount, asSentence, Sentence, Sign, SmallPrint } from '../../../../doors/browser/phone/parts.tsx'
import { showPage } from '../../../../doors/browser/phone/phone-page.tsx'
import { words as commonWords, language } from '../../../../doors/browser/phone/words.ts'
import { UsageError } from '../../../../wire/protocol/errors.ts'
import { quoted, readableInShort } from '../../../../wire/shared/texts.ts'
import { ERR_MSG, PAGE_ERRORS } from '../../confirm-page.ts'
import type { OpenedPage, TransferCalls } from '../../control-calls.ts'
import { FAIL_REASON_MEANINGS } from '../../meanings.ts'
import { routes } from '../../routes.ts'
import { Asked, aboutPage, type Choice } from './asked.tsx'
import { words } from './words.ts'

const client = () => clientOf<Derived<typeof routes, TransferCalls>>(routes)

/** The parameters of the address, by the names that wx.requestMerchantTransfer has. */
const opened = openedWith(['mchId', 'appId', 'package', 'openId'])

/** Members that each call on the page brings, to be checked. */
const given = {
  package_info: opened.package,
  appid: opened.appId,
  ...(opened.openId !== '' && { openid: opened.openId }),
}

/** Stands for WeChat's page on which a user confirms a transfer. */
showPage<OpenedPage, Choice>({
  title: words.title,
  opened,
  errors: [PAGE_ERRORS.package_info, ...Object.values(PAGE_ERRORS)],
  endings: ERR_MSG,
  async ask() {
    const missing = (['mchId', 'appId', 'package'] as const).filter((name) => opened[name] === '')
    if (missing.length > 0) throw new UsageError('MOCK_PACKAGE_INFO', quoted(words.missing(missing)))
    return client().openTransferPage({ mchid: opened.mchId, ...given })
  },
  async choose(page, { outcome, authorize }) {
    const { merchant, transfer, authorization } = page
    const of = { mchid: merchant.mchid }
    if (authorization) {
      const agreed = await client().confirmTransferAuthorization(authorization.out_authorization_no, given, of)
      return { ...page, authorization: agreed }
    }
    const number = transfer?.out_bill_no ?? ''
    const done = await client().confirmTransfer(number, { ...given, authorize, ...(outcome && { outcome }) }, of)
    return { ...page, transfer: done.transfer }
  },
  drawAsked: (page, asking) => <Asked page={page} {...asking} />,
  drawEnded: (page, onLeave) => <Ended page={page} onLeave={onLeave} />,
})

/** The user has confirmed, or agreed. */
function Ended({ page, onLeave }: { readonly page: OpenedPage; onLeave(): void }) {
  return (
    <>
      <Outcome page={page} />
      <Actions name={commonWords.done} onAct={onLeave} />
      <SmallPrint about={aboutPage(page)}>
        {page.transfer && (
          <p>
            {words.state} <code>{stateOf(page.transfer)}</code>
          </p>
        )}
      </SmallPrint>
    </>
  )
}

type Transfer = NonNullable<OpenedPage['transfer']>

function stateOf({ state, fail_reason }: Transfer): string {
  return fail_reason === undefined ? state : `${state}, ${fail_reason}`
}

function Outcome({ page: { transfer } }: { readonly page: OpenedPage }) {
  if (!transfer) {
    return (
      <Sign kind="good">
        <h1>{words.agreed}</h1>
      </Sign>
    )
  }
  const amount = (
    <p>
      <Amount fen={transfer.transfer_amount} />
    </p>
  )
  const { state, fail_reason, end } = transfer
  if (state === 'SUCCESS') {
    return (
      <Sign kind="good">
        <h1>{words.arrived}</h1>
        {amount}
      </Sign>
    )
  }
  if (fail_reason !== undefined) {
    return (
      <Sign kind="bad">
        <h1>{words.failed}</h1>
        <p class="told">{asSentence(FAIL_REASON_MEANINGS[fail_reason][language])}</p>
      </Sign>
    )
  }
  return (
    <Sign kind="calm">
      <h1>{words.underway}</h1>
      {amount}
      {end && (
        <p class="quiet">
          <Sentence text={words.underwayUntil(readableInShort(end.settle_time))} />
        </p>
      )}
    </Sign>
  )
}
