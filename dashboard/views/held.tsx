import { useState } from 'preact/hooks'
import type { HeldDecisionJson, HeldJson } from '../../src/control/answer-format.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { Form, NumberField } from '../components/fields.tsx'
import { MessageBody } from '../components/message.tsx'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { typedJson } from '../state/typed-json.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { timeOfDay } from '../times.ts'

/** As many as a screen has room for; the next ones follow as these are decided. */
const SHOWN = 5

/** The calls and callbacks that planned faults hold, each with the decisions that can be made; nothing if none is held. */
export function Held() {
  const { value = [] } = useLoaded('held', (client) => client.held(), touches('held'))
  // One that was decided on disappears at once, before the mock reports it.
  const [decided, setDecided] = useState<readonly string[]>([])
  const words = texts.value.held
  const waiting = value.filter(({ exchange }) => !decided.includes(exchange.id))
  if (waiting.length === 0) return null
  return (
    <section class="held" aria-labelledby="held-title">
      <h2 id="held-title">{words.title(waiting.length)}</h2>
      <ul>
        {waiting.slice(0, SHOWN).map((one) => (
          <Waiting
            key={one.exchange.id}
            held={one}
            onDecided={() => setDecided((before) => [...before.slice(-SHOWN), one.exchange.id])}
          />
        ))}
      </ul>
      {waiting.length > SHOWN && <p class="quiet">{words.more(waiting.length - SHOWN)}</p>}
    </section>
  )
}

function Waiting({
  held: { exchange, until, body, answer },
  onDecided,
}: {
  readonly held: HeldJson
  readonly onDecided: () => void
}) {
  const { id, callback, title, operation, target, coupon_code, out_trade_no, request_no } = exchange
  const words = texts.value.held
  const [isAnswering, setAnswering] = useState(false)
  const decide = (decision: HeldDecisionJson) =>
    attempt(() => control.value.decideHeld(id, decision).then(onDecided), words.done[decision.decide])
  const name = `held-${id}`
  return (
    <li class="card">
      <p id={name} class="wrap">
        <strong>{callback ? `→ ${callback.event_type}` : plainText(title ?? operation ?? target)}</strong>
        {[coupon_code, out_trade_no, request_no].map(
          (number) =>
            number !== undefined && (
              <span key={number} class="mono">
                {' '}
                <bdi>{plainText(number)}</bdi>
              </span>
            ),
        )}{' '}
        <span class="quiet">{words.until(timeOfDay(until).slice(0, 8))}</span>
      </p>
      <p class="actions">
        <button
          type="button"
          class="primary"
          aria-describedby={name}
          onClick={() => void decide({ decide: 'let_through' })}
        >
          {words.letThrough}
        </button>
        {answer && (
          <button
            type="button"
            aria-describedby={name}
            aria-expanded={isAnswering}
            onClick={() => setAnswering(!isAnswering)}
          >
            {words.changeAnswer}
          </button>
        )}
        <button type="button" aria-describedby={name} onClick={() => void decide({ decide: 'lose' })}>
          {words.lose}
        </button>
      </p>
      {answer && isAnswering && <OtherAnswer answer={answer} onAnswer={decide} />}
      {body !== undefined && (
        <details>
          <summary>{callback ? texts.value.callbacks.content : texts.value.exchange.request}</summary>
          <MessageBody body={body} />
        </details>
      )}
    </li>
  )
}

/** The form for another answer than the one that the call is about to get, which it begins with. */
function OtherAnswer({
  answer,
  onAnswer,
}: {
  readonly answer: NonNullable<HeldJson['answer']>
  readonly onAnswer: (decision: HeldDecisionJson) => Promise<unknown>
}) {
  const { answers: words, held } = texts.value
  const [status, setStatus] = useState(String(answer.status))
  const [body, setBody] = useState(() => indented(answer.body ?? ''))
  const send = async () => {
    const given = await attempt(async () => ({
      ...(body.trim() !== '' && { body: typedJson(body, words.unfit) }),
    }))
    if (given) await onAnswer({ decide: 'answer', status: Number(status), ...given })
  }
  return (
    <Form aria-label={held.changeAnswer} onSubmit={send}>
      <div class="fields">
        <NumberField label={words.status} min={200} max={599} required value={status} onChange={setStatus} />
      </div>
      <label>
        {words.body}
        <textarea
          rows={Math.min(16, Math.max(3, body.split('\n').length))}
          class="mono"
          spellcheck={false}
          value={body}
          onInput={({ currentTarget }) => setBody(currentTarget.value)}
        />
      </label>
      <p class="quiet">{words.bodyHint}</p>
      <p class="actions">
        <button type="submit" class="primary">
          {held.answer}
        </button>
      </p>
    </Form>
  )
}

/** JSON over several lines, to be edited; other text as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
