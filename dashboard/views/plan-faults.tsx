import { useRef, useState } from 'preact/hooks'
import { plainText } from '../../src/wire/shared/texts.ts'
import { StatusBadge } from '../components/badges.tsx'
import { Form, type Option, once, SearchField } from '../components/fields.tsx'
import { SearchChoice } from '../components/search-choice.tsx'
import { EMPTY_FIELDS, type FaultFields, faultOf } from '../fault-plan.ts'
import { type FieldInSentence, fieldsOf, RECIPE_NAMES, type RecipeName } from '../recipes.ts'
import { texts } from '../state/appearance.ts'
import { eventTypeChoices, operationChoices } from '../state/choices.ts'
import { control } from '../state/control.ts'
import { commonErrors, likelyFirst, ownErrors } from '../state/faults.ts'
import { attempt } from '../state/notices.ts'
import { eventWithMeaning, titleOf } from '../state/operations.ts'
import { PlanFault } from './plan-fault.tsx'

/**
 * The most common faults, each as a sentence, and the form for any fault.
 *
 * @param target calls or callbacks to make fail, if known; impossible faults are then omitted
 */
export function PlanFaults({ target }: { readonly target: Partial<FaultFields> }) {
  const words = texts.value.faults
  const [fields, setFields] = useState<FaultFields>({
    ...EMPTY_FIELDS,
    ...(target.about === 'callbacks' && { effect: 'duplicate' }),
    ...target,
  })
  const advanced = useRef<HTMLDetailsElement>(null)
  const adjust = (wanted: FaultFields) => {
    setFields(wanted)
    const { current } = advanced
    if (!current) return
    current.open = true
    current.querySelector('summary')?.focus()
    current.scrollIntoView({ block: 'nearest' })
  }
  const names = RECIPE_NAMES.filter((name) => target.about === undefined || fieldsOf(name).about === target.about)
  return (
    <section class="planned" aria-labelledby="plan-faults-title">
      <h2 id="plan-faults-title">{words.plan}</h2>
      <Target target={target} />
      {target.about !== 'callbacks' && <DocumentedErrors target={target} />}
      <ul class="recipes">
        {names.map((name) => (
          <Recipe key={name} name={name} target={target} onAdjust={adjust} />
        ))}
      </ul>
      <details ref={advanced}>
        <summary>{words.advanced}</summary>
        <PlanFault fields={fields} change={(changes) => setFields((before) => ({ ...before, ...changes }))} />
      </details>
    </section>
  )
}

/** Names the calls or callbacks to make fail, and leads to the rest. */
function Target({ target: { operation, event, mchid } }: { readonly target: Partial<FaultFields> }) {
  const words = texts.value.faults
  if (operation === undefined && event === undefined) return null
  const text =
    operation === undefined
      ? words.forCallbacks(eventWithMeaning(event ?? ''), mchid)
      : words.forCalls(titleOf(operation), mchid)
  return (
    <p class="target">
      <strong class="wrap">{plainText(text)}</strong> <a href="#/faults">{words.forAll}</a>
    </p>
  )
}

/** How many errors are shown before anybody asks for more. */
const FEW = 6

/** Documented errors with their texts, the most likely first, and a button each that plans it for the next call. */
function DocumentedErrors({ target }: { readonly target: Partial<FaultFields> }) {
  const words = texts.value.faults.refuse
  const [operation, choose] = useState(target.operation ?? '')
  const [text, search] = useState('')
  const [areAll, showAll] = useState(false)
  const wanted = text.toLowerCase().split(/\s+/)
  const { mchid } = target
  // Any call may meet these two kinds, however well it is written.
  const [ofServer, ofCaller] = [commonErrors().filter(isOfServer), commonErrors().filter((one) => !isOfServer(one))]
  const own = operation === '' ? [] : ownErrors(operation)
  const found = [own, ofServer, ofCaller].flatMap(likelyFirst).filter(({ key, status, code, message, when }) => {
    const said = [key, status, code, message, when].join(' ').toLowerCase()
    return wanted.every((word) => said.includes(word))
  })
  const plan = (error: string) =>
    attempt(
      () =>
        control.value.planFault({ ...(operation !== '' && { operation }), error, times: 1, ...(mchid && { mchid }) }),
      texts.value.faults.added,
    )
  return (
    <section class="card" aria-labelledby="refuse-title">
      <h3 id="refuse-title">{words.title}</h3>
      <p class="quiet">{words.hint}</p>
      <div class="fields">
        {target.operation === undefined && <SentenceField name="operation" value={operation} onChange={choose} />}
        <SearchField label={words.search} value={text} onChange={search} />
      </div>
      <ul class="errors">
        {found.slice(0, areAll ? undefined : FEW).map(({ key, status, code, message, when }) => (
          <li key={key}>
            <span class="wrap">
              <StatusBadge status={status} /> <code>{plainText(code)}</code> <strong>{plainText(message)}</strong>{' '}
              <span class="quiet">
                {plainText(when)} <code>{plainText(key)}</code>
              </span>
            </span>
            <button type="button" onClick={once(() => plan(key))}>
              {words.plan}
              <span class="for-readers">: {plainText(`${code} ${message}`)}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="quiet">{texts.value.nothingMatches}</p>}
      {!areAll && found.length > FEW && (
        <p class="actions">
          <button type="button" onClick={() => showAll(true)}>
            {words.more(found.length)}
          </button>
        </p>
      )}
    </section>
  )
}

/** Whether an error comes of the service's load or failure. */
function isOfServer({ status }: { readonly status: number }): boolean {
  return status === 429 || status >= 500
}

function Recipe({
  name,
  target,
  onAdjust,
}: {
  readonly name: RecipeName
  readonly target: Partial<FaultFields>
  readonly onAdjust: (fields: FaultFields) => void
}) {
  const words = texts.value.faults
  const { title, sentence } = words.recipes[name]
  const [fields, setFields] = useState(() => fieldsOf(name, target))
  return (
    <li class="card">
      <Form
        aria-labelledby={`recipe-${name}`}
        onSubmit={() => attempt(() => control.value.planFault(faultOf(fields)), words.added)}
      >
        <h3 id={`recipe-${name}`}>{title}</h3>
        <div class="sentence">
          {sentence((field) => (
            <SentenceField
              key={field}
              name={field}
              value={fields[field]}
              onChange={(value) => setFields((before) => ({ ...before, [field]: value }))}
            />
          ))}
        </div>
        <p class="actions">
          <button type="submit">
            {words.add}
            <span class="for-readers">: {title}</span>
          </button>
          <button type="button" class="plain" onClick={() => onAdjust(fields)}>
            {words.adjust}
            <span class="for-readers">: {title}</span>
          </button>
        </p>
      </Form>
    </li>
  )
}

interface Field {
  readonly value: string
  readonly onChange: (value: string) => void
}

/** A field of a fault within a sentence; its label is for screen readers only. */
function SentenceField({ name, ...field }: Field & { readonly name: FieldInSentence }) {
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
