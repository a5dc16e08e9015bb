import { plainText, readable } from '../../src/browser/texts.ts'
import type { ThingValue } from '../../src/control/formats/thing.ts'
import { language, texts } from '../state/appearance.ts'
import { addressOf } from '../state/route.ts'
import { said } from '../state/said.ts'
import { yuan } from '../times.ts'

/** The address of a thing. */
export function addressOfThing({ thing, name }: NonNullable<ThingValue['to']>): string {
  return addressOf([thing, ...name])
}

/** The value of a fact as text. */
export function textOf({ value, as }: ThingValue): string {
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
      <a href={fact.opens} target="_blank" rel="noopener">
        {shown}
      </a>
    )
  }
  return fact.to ? <a href={addressOfThing(fact.to)}>{shown}</a> : <span>{shown}</span>
}
