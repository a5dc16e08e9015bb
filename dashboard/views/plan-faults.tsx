import { useRef, useState } from 'preact/hooks'
import { plainText } from '../../src/browser/texts.ts'
import { EMPTY_FIELDS, type FaultFields, faultOf } from '../fault-plan.ts'
import { fieldsOf, RECIPE_NAMES, type RecipeName } from '../recipes.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { eventWithMeaning, titleOf } from '../state/operations.ts'
import { PlanFault } from './plan-fault.tsx'
import { SentenceField } from './sentence-field.tsx'

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
      <form
        aria-labelledby={`recipe-${name}`}
        onSubmit={(event) => {
          event.preventDefault()
          void attempt(() => control.value.planFault(faultOf(fields)), words.added)
        }}
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
      </form>
    </li>
  )
}
