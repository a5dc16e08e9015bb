import { plainText } from '../../src/browser/texts.ts'
import type { ExchangeThing } from '../../src/control/formats/thing.ts'
import { kindOf } from '../state/lives.ts'
import { said } from '../state/said.ts'
import type { Loaded } from '../state/use-loaded.ts'
import { StateBadge } from './badges.tsx'
import { addressOfThing } from './thing-value.tsx'

/** Links to things of any kind with their states; empty without things. */
export function ThingLinks({
  title,
  things: { value = [], error },
}: {
  readonly title: string
  readonly things: Loaded<readonly ExchangeThing[]>
}) {
  if (error !== undefined) return <p class="wrong">{error}</p>
  if (value.length === 0) return null
  return (
    <nav class="touched" aria-label={title}>
      {value.map(({ thing, name, heading, state }) => (
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
