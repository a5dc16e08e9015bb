import { useState } from 'preact/hooks'
import type { ExchangeThing, ListedThing, ThingValue } from '../../src/control/formats/thing.ts'
import { plainText, readable, readableInShort } from '../../src/wire/shared/texts.ts'
import { language, said, texts } from '../state/appearance.ts'
import { overview } from '../state/operations.ts'
import { addressOf } from '../state/route.ts'
import { kindOf } from '../state/things.ts'
import { yuan } from '../times.ts'
import { StateBadge } from './badges.tsx'

/** A thing in a list: its state, its heading, and the facts that its definition puts beside and under that. */
export function ThingRow({ kind, thing }: { readonly kind: string; readonly thing: ListedThing }) {
  const { heading, about, state, beside, under, end } = thing
  return (
    <>
      <span class="first">
        {state !== undefined && <StateBadge state={state} table={kind} />}
        <span class="what mono">
          {plainText(heading)}
          {beside
            .filter(({ to }) => to)
            .map((fact) => (
              <span key={fact.title.en} class="quiet" title={said(fact.title)}>
                {' ⇄ '}
                {textOf(fact)}
              </span>
            ))}
        </span>
        {beside
          .filter(({ to }) => !to)
          .map((fact) => (
            <Titled key={fact.title.en} fact={fact} />
          ))}
      </span>
      <span class="second">
        <span class="address">
          {about !== undefined && plainText(about)}
          {under.map((fact, i) => (
            <span key={fact.title.en}>
              {(about !== undefined || i > 0) && ' · '}
              {(fact.to || isBare(fact)) && `${said(fact.title)} `}
              {textOf(fact)}
            </span>
          ))}
        </span>
        <span class="aside">
          {end.map((fact) => (
            <span key={fact.title.en} title={`${said(fact.title)} ${textOf(fact)}`}>
              {fact.as === 'time' && typeof fact.value === 'string' ? readableInShort(fact.value) : textOf(fact)}
            </span>
          ))}
        </span>
      </span>
    </>
  )
}

function Titled({ fact }: { readonly fact: ThingValue }) {
  const title = said(fact.title)
  return (
    <span title={title}>
      {isBare(fact) && <span class="quiet">{title} </span>}
      {textOf(fact)}
    </span>
  )
}

/** Money is self-explanatory; a bare number is not. */
function isBare({ value, as }: ThingValue): boolean {
  return typeof value === 'number' && as !== 'money'
}

/** Links to the things that an exchange or a callback is about, with their states; empty without things. */
export function ThingLinks({ things }: { readonly things: readonly ExchangeThing[] }) {
  if (things.length === 0) return null
  return (
    <nav class="touched" aria-label={texts.value.exchange.things}>
      {things.map(({ thing, name, heading, state }) => (
        <span key={JSON.stringify([thing, name])}>
          <span class="quiet">{said(kindOf(thing)?.one) ?? thing}</span>{' '}
          <a class="mono wrap" href={addressOfThing({ thing, name })}>
            {plainText(heading)}
          </a>{' '}
          {state !== undefined && <StateBadge state={state} table={thing} />}
        </span>
      ))}
    </nav>
  )
}

/** The address of a thing. */
export function addressOfThing({ thing, name }: NonNullable<ThingValue['to']>): string {
  return addressOf([thing, ...name])
}

/** The value of a fact as text. */
function textOf({ value, as }: ThingValue): string {
  if (typeof value === 'object') return said(value)
  if (typeof value === 'boolean') return value ? texts.value.things.yes : texts.value.things.no
  if (typeof value === 'number') return as === 'money' ? yuan(value) : value.toLocaleString(language.value)
  return as === 'time' ? readable(value) : plainText(value)
}

/** The value of a fact, linked if it leads somewhere. */
export function ThingValueOf({ fact }: { readonly fact: ThingValue }) {
  const shown = fact.as === 'code' ? <span class="mono">{textOf(fact)}</span> : textOf(fact)
  if (fact.opens !== undefined) {
    return (
      <span class="opens">
        <a class="button" href={fact.opens} target="_blank" rel="noopener">
          {shown}
        </a>
        <PhoneCode path={fact.opens} />
      </span>
    )
  }
  return fact.to ? <a href={addressOfThing(fact.to)}>{shown}</a> : <span>{shown}</span>
}

/** A code that opens a page on a real phone, if the mock lets any in. */
function PhoneCode({ path }: { readonly path: string }) {
  const [QrCode, setShown] = useState<typeof import('../../src/doors/browser/phone/qr-code.tsx').QrCode>()
  const words = texts.value.onPhone
  const { phone_url } = overview.value
  if (phone_url === undefined) return null
  const address = `${phone_url}${path}`
  // Few want a code, so that its encoder is loaded then.
  const toggle = async () => {
    const next = QrCode ? undefined : (await import('../../src/doors/browser/phone/qr-code.tsx')).QrCode
    setShown(() => next)
  }
  return (
    <>
      <button type="button" aria-expanded={QrCode !== undefined} onClick={() => void toggle()}>
        {words.show}
      </button>
      {QrCode && (
        <span class="phone-code">
          <QrCode text={address} label={words.code(address)} />
          <span class="quiet">{words.why(new URL(address).host)}</span>
        </span>
      )}
    </>
  )
}
