import { Actions, Amount, asSentence, Sentence, Sign, SmallPrint } from '../../../../browser/phone/parts.tsx'
import { words as commonWords, language } from '../../../../browser/phone/words.ts'
import { readableInShort } from '../../../../shared/texts.ts'
import type { OpenedPage } from '../../confirm-page-calls.ts'
import { FAIL_REASON_MEANINGS } from '../../meanings.ts'
import { words } from './words.ts'

/** The user has confirmed, or agreed. */
export function Ended({ page, onLeave }: { readonly page: OpenedPage; onLeave(): void }) {
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

/** The small print about a page. */
export function aboutPage({ now, merchant, transfer, authorization }: OpenedPage) {
  return transfer
    ? { now, thing: 'transfers', name: [merchant.mchid, transfer.out_bill_no] }
    : { now, thing: 'transfer_authorizations', name: [merchant.mchid, authorization?.out_authorization_no ?? ''] }
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
