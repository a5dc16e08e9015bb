import { useState } from 'preact/hooks'
import type { TakeJson } from '../../src/control/formats/thing.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { said, texts } from '../state/appearance.ts'
import { makeCall, type Typed } from '../state/things.ts'
import { Form } from './fields.tsx'

type Field = TakeJson['fields'][number]

/** The fields of an action and the button that performs it. */
export function TakeForm({
  take,
  onDone,
}: {
  readonly take: TakeJson
  /** Called with the answer. */
  readonly onDone: (answer: unknown) => void
}) {
  const [typed, type] = useState<Typed>({})
  const [isBusy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    const answer = await makeCall(take, typed)
    setBusy(false)
    if (answer === undefined) return
    type({})
    onDone(answer)
  }
  return (
    <Form class="take" onSubmit={run}>
      {take.fields.length > 0 && (
        <div class="fields">
          {take.fields.map((field) => (
            <FieldOf
              key={field.member}
              field={field}
              value={typed[field.member] ?? ''}
              onChange={(value) => type({ ...typed, [field.member]: value })}
            />
          ))}
        </div>
      )}
      <p class="actions">
        <button type="submit" class="primary" disabled={isBusy}>
          {said(take.title)}
        </button>
      </p>
    </Form>
  )
}

function FieldOf({
  field: { title, type, as, required, placeholder, options, option_titles: titles, min, max, max_length: maxLength },
  value,
  onChange,
}: {
  readonly field: Field
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const words = texts.value.things
  const label = said(title)
  const empty = said(placeholder)
  if (type === 'choice' || type === 'boolean') {
    const choices =
      type === 'choice'
        ? (options ?? []).map((one) => [one, [one, said(titles?.[one])].filter(Boolean).join(' ')])
        : [
            ['true', words.yes],
            ['false', words.no],
          ].filter(([, name]) => name !== empty)
    return (
      <label>
        {label}
        <select value={value} required={required} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          <option value="">{empty ?? (required ? words.choose : words.leftOut)}</option>
          {choices.map(([one, name]) => (
            <option key={one} value={one}>
              {plainText(name ?? '')}
            </option>
          ))}
        </select>
      </label>
    )
  }
  const unit = as === 'money' ? 100 : 1
  return (
    <label>
      {label}
      <input
        {...(type === 'number'
          ? {
              type: 'number',
              step: 1 / unit,
              ...(min !== undefined && { min: min / unit }),
              ...(max !== undefined && { max: max / unit }),
            }
          : { type: 'text', ...(maxLength !== undefined && { maxLength }) })}
        required={required}
        spellcheck={false}
        value={value}
        {...(empty !== undefined && { placeholder: empty })}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </label>
  )
}
