import type { Option } from '../components/choice.tsx'
import { SearchChoice } from '../components/search-choice.tsx'
import type { FieldInSentence } from '../recipes.ts'
import { texts } from '../state/appearance.ts'
import { eventTypeChoices, operationChoices } from '../state/choices.ts'

interface Field {
  readonly value: string
  readonly onChange: (value: string) => void
}

/** A field of a fault within a sentence; its label is for screen readers only. */
export function SentenceField({ name, ...field }: Field & { readonly name: FieldInSentence }) {
  const { faults: words, clock, effects } = texts.value
  switch (name) {
    case 'times':
      return <Amount {...field} label={words.times} min={1} max={1_000_000} />
    case 'percent':
      return <Amount {...field} label={words.share} min={0} max={100} step="any" />
    case 'delayMedian':
      return <Amount {...field} label={words.delayMedian} min={1} max={120_000} />
    case 'delayP99':
      return <Amount {...field} label={words.delayP99} min={1} max={120_000} />
    case 'operation':
      return (
        <SearchChoice
          {...field}
          label={words.operation}
          isLabelShown={false}
          first={[{ value: '', name: words.anyOperation }]}
          groups={operationChoices.value}
        />
      )
    case 'event':
      return (
        <SearchChoice
          {...field}
          label={words.event}
          isLabelShown={false}
          first={[{ value: 'any', name: words.anyEvent }]}
          groups={eventTypeChoices.value}
        />
      )
    case 'effect':
      return <OneOf {...field} label={words.effect} options={Object.entries(effects.answer)} />
    case 'lateBy':
      return <OneOf {...field} label={words.lateBy} options={Object.entries(clock.steps)} />
  }
}

function Amount({
  label,
  value,
  onChange,
  ...input
}: Field & { readonly label: string; readonly min: number; readonly max: number; readonly step?: 'any' }) {
  return (
    <input
      {...input}
      type="number"
      required
      aria-label={label}
      value={value}
      onInput={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}

function OneOf({
  label,
  value,
  onChange,
  options,
}: Field & { readonly label: string; readonly options: readonly Option[] }) {
  return (
    <select aria-label={label} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      {options.map(([one, name]) => (
        <option key={one} value={one}>
          {name}
        </option>
      ))}
    </select>
  )
}
