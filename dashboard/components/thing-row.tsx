import { plainText, readableInShort } from '../../src/browser/texts.ts'
import type { ListedThing, ThingValue } from '../../src/control/formats/thing.ts'
import { said } from '../state/said.ts'
import { StateBadge } from './badges.tsx'
import { textOf } from './thing-value.tsx'

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
