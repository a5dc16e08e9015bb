import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { type AnswerStart, answerOf, fieldsOf } from '../answer-plan.ts'
import { Choice, Form, NumberField, type Option, TextField } from '../components/fields.tsx'
import { texts } from '../state/appearance.ts'
import { control, messageOf } from '../state/control.ts'
import { tell } from '../state/notices.ts'
import { typedJson } from '../state/typed-json.ts'

/** A refusal: the JSON pointer into the plan, and the reason. */
interface Refused {
  readonly path: string
  readonly text: string
}

/** The form that plans the answer to calls like the shown one. */
export function AnswerNextTime({ start, onPlanned }: { readonly start: AnswerStart; readonly onPlanned: () => void }) {
  const { answers: words, faults } = texts.value
  const { isShaped, said } = start
  const at = isShaped ? '/merge' : '/body'
  const [fields, setFields] = useState(() => fieldsOf(start))
  const [refused, refuse] = useState<Refused>()
  const change = (changes: Partial<typeof fields>) => {
    setFields((before) => ({ ...before, ...changes }))
    refuse(undefined)
  }
  const plan = async () => {
    const client = control.peek()
    let path: string = at
    try {
      const isEmpty = !isShaped && fields.members.trim() === ''
      const given = isEmpty ? undefined : typedJson(fields.members, words.unfit)
      path = ''
      await client.planAnswer(answerOf(start, fields, given))
      tell(words.planned)
      onPlanned()
    } catch (error) {
      refuse({ path: error instanceof UsageError ? error.path : path, text: messageOf(error, client) })
    }
  }
  return (
    <Form class="card" aria-label={words.open} onSubmit={plan}>
      {isShaped ? (
        <p class="mono wrap">
          {fields.method} {plainText(fields.path)}
        </p>
      ) : (
        <Field at="/operation" refused={refused}>
          <div class="fields">
            <TextField label={words.method} required value={fields.method} onChange={(method) => change({ method })} />
            <TextField label={words.path} required value={fields.path} onChange={(path) => change({ path })} />
          </div>
        </Field>
      )}
      <div class="fields">
        {isShaped ? (
          <Field at="/match" refused={refused}>
            <Choice
              label={words.match}
              value={fields.match}
              onChange={(match) => change({ match })}
              options={[['', faults.any], ...said.map(([name, value]): Option => [name, `${name} ${value}`])]}
            />
          </Field>
        ) : (
          <Field at="/status" refused={refused}>
            <NumberField
              label={words.status}
              min={200}
              max={599}
              required
              value={fields.status}
              onChange={(status) => change({ status })}
            />
          </Field>
        )}
        <Choice
          label={faults.howOften}
          value={fields.howOften}
          onChange={(chosen) => change({ howOften: chosen === 'always' ? 'always' : 'next' })}
          options={[
            ['next', faults.next],
            ['always', faults.always],
          ]}
        />
        {fields.howOften === 'next' && (
          <Field at="/times" refused={refused}>
            <NumberField
              label={faults.times}
              min={1}
              max={1_000_000}
              required
              value={fields.times}
              onChange={(times) => change({ times })}
            />
          </Field>
        )}
      </div>
      <Field at={at} refused={refused}>
        <label>
          {isShaped ? words.members : words.body}
          <textarea
            rows={Math.min(16, Math.max(3, fields.members.split('\n').length))}
            class="mono"
            spellcheck={false}
            required={isShaped}
            value={fields.members}
            onInput={({ currentTarget }) => change({ members: currentTarget.value })}
          />
        </label>
      </Field>
      <p class="quiet">{isShaped ? words.membersHint : words.bodyHint}</p>
      {refused && !FIELDS.some((at) => isWithin(refused.path, at)) && <p class="wrong">{plainText(refused.text)}</p>}
      <p class="actions">
        <button type="submit" class="primary">
          {words.plan}
        </button>
      </p>
    </Form>
  )
}

/** JSON pointers that have a field in the form. */
const FIELDS = ['/operation', '/match', '/status', '/times', '/merge', '/body'] as const

/** A field of the plan, and why the mock refused its value. */
function Field({
  at,
  refused,
  children,
}: {
  readonly at: (typeof FIELDS)[number]
  readonly refused: Refused | undefined
  readonly children: ComponentChildren
}) {
  return (
    <div class="judged">
      {children}
      {refused && isWithin(refused.path, at) && (
        <p class="wrong" role="alert">
          {refused.path !== at && !refused.text.startsWith(refused.path) && (
            <code>{plainText(refused.path.slice(at.length))}</code>
          )}{' '}
          {plainText(refused.text)}
        </p>
      )}
    </div>
  )
}

function isWithin(path: string, pointer: string): boolean {
  return path === pointer || path.startsWith(`${pointer}/`)
}
