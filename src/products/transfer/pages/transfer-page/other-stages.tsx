import { useState } from 'preact/hooks'
import { readableInShort } from '../../../../../dashboard/times.ts'
import type { OpenedPage } from '../../confirm-page-calls.ts'
import { FAIL_REASON_MEANINGS } from '../../meanings.ts'
import { opened } from './client.ts'
import { Sign } from './sign.tsx'
import { SmallPrint } from './small-print.tsx'
import type { ErrMsg } from './tell-opener.ts'
import { Amount, asSentence, Sentence, shortText } from './texts.tsx'
import { language, words } from './words.ts'

export function Loading() {
  return <p class="loading">{words.loading}</p>
}

/** The page does not open: what the user sees, and what the mock knows of it. */
export function Refused({ shown, why, onLeave }: { readonly shown: string; readonly why: string; onLeave(): void }) {
  return (
    <>
      <Sign kind="warn">
        <h1 class="told" lang="zh-CN">
          {shown}
        </h1>
      </Sign>
      <Actions name={words.back} onAct={onLeave} />
      <section class="mock why">
        <h2>{words.what}</h2>
        <p>
          <Sentence text={why} />
        </p>
        <h3>{words.openedWith}</h3>
        <dl>
          {(['mchId', 'appId', 'package', 'openId'] as const).map((name) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{inShort(opened[name])}</dd>
            </div>
          ))}
        </dl>
      </section>
      <SmallPrint />
    </>
  )
}

function inShort(text: string): string {
  if (text === '') return words.left
  return text.length > 40 ? `${shortText(text.slice(0, 14))}…${words.characters(text.length)}` : shortText(text)
}

/** The user has confirmed, or agreed. */
export function Ended({ page, onLeave }: { readonly page: OpenedPage; onLeave(): void }) {
  return (
    <>
      <Outcome page={page} />
      <Actions name={words.done} onAct={onLeave} />
      <SmallPrint page={page}>
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

export function Left({ errMsg }: { readonly errMsg: ErrMsg }) {
  return (
    <>
      <div class="sign">
        <h1>{words.ended}</h1>
      </div>
      <Actions name={words.openAgain} onAct={() => location.reload()} />
      <section class="mock why">
        <h2>{words.calledBack}</h2>
        <p>
          <code>{errMsg}</code>
        </p>
        <p>{words.stays}</p>
      </section>
      <SmallPrint />
    </>
  )
}

export function Unreachable({ why, onAgain }: { readonly why: string; onAgain(): void }) {
  return (
    <>
      <Sign kind="bad">
        <h1>{words.unreachable}</h1>
        <p class="told">{shortText(why)}</p>
      </Sign>
      <Actions name={words.again} onAct={onAgain} />
      <SmallPrint />
    </>
  )
}

/** Asks for the control token. */
export function TokenWanted({ isWrong, onToken }: { readonly isWrong: boolean; onToken(token: string): void }) {
  const [value, setValue] = useState('')
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault()
        onToken(value)
      }}
    >
      <h1>wechatpay-mock</h1>
      <p>{words.tokenWhy}</p>
      <label>
        {words.token}
        <input
          type="password"
          autocomplete="off"
          required
          value={value}
          onInput={({ currentTarget }) => setValue(currentTarget.value)}
        />
      </label>
      {isWrong && <p class="wrong">{words.tokenWrong}</p>}
      <button type="submit" class="go">
        {words.open}
      </button>
    </form>
  )
}

/** The one thing that is left to do. */
function Actions({ name, onAct }: { readonly name: string; onAct(): void }) {
  return (
    <div class="actions">
      <button type="button" class="go quietly" onClick={onAct}>
        {name}
      </button>
    </div>
  )
}
