import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { plainText, readableInShort } from '../../../wire/shared/texts.ts'
import { showInTab } from '../dashboard-tab.ts'
import { words } from './words.ts'

/** The pieces that pages on the phone are made of. */

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
export function Sentence({ text }: { readonly text: string }) {
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
export function Sign({ kind, children }: { readonly kind: Kind; readonly children: ComponentChildren }) {
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

interface RowProps {
  readonly name: ComponentChildren
  readonly lang?: string
  readonly children: ComponentChildren
}

/** One of the facts of a page. */
export function Row({ name, lang, children }: RowProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd lang={lang}>{children}</dd>
    </div>
  )
}

interface OutcomeChoiceProps<Outcome extends string> {
  readonly title: string
  /** Its value if nothing was chosen. */
  readonly usual: string
  readonly outcomes: Readonly<Record<Outcome, string>>
  readonly chosen: Outcome | undefined
  onChoose(outcome: Outcome | undefined): void
}

/** Chooses how what the user does ends. */
export function OutcomeChoice<Outcome extends string>({
  title,
  usual,
  outcomes,
  chosen,
  onChoose,
}: OutcomeChoiceProps<Outcome>) {
  const names = Object.keys(outcomes) as Outcome[]
  return (
    <label class="outcome">
      {title}
      <select
        value={chosen ?? ''}
        onChange={({ currentTarget }) => onChoose(names.find((one) => one === currentTarget.value))}
      >
        <option value="">{usual}</option>
        {names.map((one) => (
          <option key={one} value={one}>
            {outcomes[one]}
          </option>
        ))}
      </select>
    </label>
  )
}

/** The one thing that is left to do. */
export function Actions({ name, onAct }: { readonly name: string; onAct(): void }) {
  return (
    <div class="actions">
      <button type="button" class="go quietly" onClick={onAct}>
        {name}
      </button>
    </div>
  )
}

interface SmallPrintProps {
  /** Left out until the page is known: the mock's time, and the row that the page is about, as the dashboard names it. */
  readonly about?: { readonly now: string; readonly thing: string; readonly name: readonly string[] }
  readonly children?: ComponentChildren
}

/** The mock's own words beneath the page, with its choices. */
export function SmallPrint({ about, children }: SmallPrintProps) {
  return (
    <aside class="mock">
      {children}
      <p>{words.standIn}</p>
      {about && (
        <>
          <p>
            <Sentence text={words.clock(readableInShort(about.now))} />
          </p>
          <DashboardLink hash={`#/${[about.thing, ...about.name].map(encodeURIComponent).join('/')}`} />
        </>
      )}
    </aside>
  )
}

/** Shows something in the tab of the dashboard that is open, or else in a new one. */
function DashboardLink({ hash }: { readonly hash: string }) {
  const [isShown, setShown] = useState(false)
  const address = `/_mock${hash}`
  const show = async (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const found = await showInTab(hash)
    setShown(found)
    if (!found) open(address, '_blank', 'noopener')
  }
  return (
    <p>
      <a href={address} target="_blank" rel="noopener" onClick={(event) => void show(event)}>
        {words.inDashboard}
      </a>{' '}
      <span role="status">{isShown && words.shownInDashboard}</span>
    </p>
  )
}
