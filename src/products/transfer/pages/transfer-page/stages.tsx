import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { plainText, readableInShort } from '../../../../browser/texts.ts'
import type { OpenedPage } from '../../confirm-page-calls.ts'
import { FAIL_REASON_MEANINGS } from '../../meanings.ts'
import { type ErrMsg, opened } from './client.ts'
import { language, words } from './words.ts'

/** More is never shown of what came from outside. */
const LONGEST = 400

/** A text from outside, as it can stand beside others. */
export function shortText(text: string): string {
  return plainText(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
}

/** A text of the mock's that stands by itself: its first letter is a capital. */
export function asSentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** A time, or a time of day behind its date. Browsers break lines at its hyphens. */
const TIME = /(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\+08:00)?)/

/** A text from outside; each time in it stays on one line. */
function Sentence({ text }: { readonly text: string }) {
  // A split by a group has what the group matched in every second place.
  const parts = shortText(text).split(TIME)
  return (
    <>
      {parts.map((part, place) =>
        place % 2 === 1 ? (
          <span key={place} class="whole">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </>
  )
}

/** Amounts that are longer are written smaller, so that they stay on one line. */
const LONG_AMOUNT = '99,999.00'.length

/** An amount as the user reads it. */
export function Amount({ fen }: { readonly fen: number }) {
  const digits = (fen / 100).toLocaleString('en', { minimumFractionDigits: 2 })
  return (
    <span class={digits.length > LONG_AMOUNT ? 'amount long' : 'amount'}>
      <span class="yuan">¥</span>
      {digits}
    </span>
  )
}

type Kind = 'good' | 'bad' | 'warn' | 'calm'

/** The strokes in the round sign. */
const STROKES: Readonly<Record<Kind, string>> = {
  good: 'M16 25.5l5.5 5.5L33 18.5',
  bad: 'M18 18l12 12M30 18L18 30',
  warn: 'M24 14.5v12M24 32.6v.1',
  calm: 'M24 15v9.5l6.5 4',
}

/** A round sign with what it says beneath. */
function Sign({ kind, children }: { readonly kind: Kind; readonly children: ComponentChildren }) {
  return (
    <div class={`sign ${kind}`}>
      <svg viewBox="0 0 48 48" width="64" height="64" aria-hidden="true">
        <circle cx="24" cy="24" r="24" />
        <path d={STROKES[kind]} />
      </svg>
      {children}
    </div>
  )
}

interface SmallPrintProps {
  /** Left out until the page is known. */
  readonly page?: OpenedPage
  readonly children?: ComponentChildren
}

/** The mock's own words beneath the page, with its choices. */
export function SmallPrint({ page, children }: SmallPrintProps) {
  return (
    <aside class="mock">
      {children}
      <p>{words.standIn}</p>
      {page && (
        <>
          <p>
            <Sentence text={words.clock(readableInShort(page.now))} />
          </p>
          <p>
            <a href={inDashboard(page)} target="_blank" rel="noopener">
              {words.inDashboard}
            </a>
          </p>
        </>
      )}
    </aside>
  )
}

/** Where the dashboard shows what the page is about. */
function inDashboard({ merchant, transfer, authorization }: OpenedPage): string {
  const place = transfer
    ? ['transfers', merchant.mchid, transfer.out_bill_no]
    : ['transfer_authorizations', merchant.mchid, authorization?.out_authorization_no ?? '']
  return `/_mock#/${place.map(encodeURIComponent).join('/')}`
}

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
