import { useState } from 'preact/hooks'
import type {
  NotificationSummary,
  NotificationTries,
  ShownNotification,
} from '../../src/control/formats/notification.ts'
import type { CallbackEffect } from '../../src/engine/faults/fault-plan.ts'
import { plainText, readable, withReadableTimes } from '../../src/wire/shared/texts.ts'
import { FaultMarks, StateBadge, StatusBadge } from '../components/badges.tsx'
import { Choice, Form } from '../components/fields.tsx'
import { MessageBody } from '../components/message.tsx'
import { DetailPane, Fact } from '../components/panes.tsx'
import { ThingLinks } from '../components/thing-row.tsx'
import { outcomeOf, TriesAxis } from '../components/tries-axis.tsx'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { deliver } from '../state/deliver.ts'
import { effects, withFault } from '../state/faults.ts'
import { eventOfFault } from '../state/operations.ts'
import { addressOf } from '../state/route.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { AsCode } from './as-code.tsx'
import { MoveToNextTry } from './next-try.tsx'

/** One opened callback: its attempts, and its sealed content. */
export function CallbackDetail({ id, back }: { readonly id: string; readonly back: string }) {
  const words = texts.value.callbacks
  const callback = useLoaded(
    id,
    (client) => client.notification(id),
    // The journal gets an attempt after the callback has it.
    (event) => (event.type === 'exchange' && event.exchange.callback?.id === id) || touches('notifications')(event),
  )
  return (
    <DetailPane label={words.callback} back={back} backLabel={words.back} loaded={callback}>
      {(value) => <Callback tries={value} />}
    </DetailPane>
  )
}

/** The meaning of a callback's state in words: one that was tried is not to be sent, but repeated. */
export function meaningOfCallback(state: string, last: NotificationSummary['last']): string | undefined {
  const { toBeSent, underWay, toBeRepeated } = texts.value.callbacks
  if (state !== 'pending') return texts.value.states[state]
  if (!last) return toBeSent
  return last.status === undefined && last.error === undefined ? underWay : toBeRepeated
}

function Callback({ tries }: { readonly tries: NotificationTries }) {
  const { notification } = tries
  const words = texts.value.callbacks
  const { id, state, event_type, url, mchid, create_time, due_time, summary, original_type, resource, attempts } =
    notification
  return (
    <>
      <header class="detail-head">
        <h2>
          <StateBadge state={state} meaning={meaningOfCallback(state, attempts.at(-1))} /> {plainText(event_type)}
        </h2>
        <p class="mono wrap">
          POST <bdi>{plainText(url)}</bdi>
        </p>
        <ThingLinks things={tries.things} />
        <dl class="facts">
          <Fact name={words.merchant}>{mchid}</Fact>
          <Fact name={words.created}>{readable(create_time)}</Fact>
          {due_time !== undefined && <Fact name={words.next}>{readable(due_time)}</Fact>}
          <Fact name={words.summary}>{plainText(summary)}</Fact>
          <Fact name="original_type">{plainText(original_type)}</Fact>
          <Fact name="id">{plainText(id)}</Fact>
        </dl>
        <Repeat notification={notification} />
      </header>
      <section class="message" aria-labelledby="tries-title">
        <h3 id="tries-title">{words.triesTitle}</h3>
        <TriesAxis {...tries} />
        {due_time !== undefined && (
          <p class="actions">
            <MoveToNextTry id={id} due_time={due_time} />
          </p>
        )}
        <Tries {...tries} />
      </section>
      <section class="message" aria-labelledby="content-title">
        <h3 id="content-title">{words.content}</h3>
        <MessageBody body={resource} />
      </section>
      <AsCode
        mchid={mchid}
        tries={tries.exchanges.flatMap(({ id, callback }) => (callback ? [[id, callback.attempt] as const] : []))}
      />
    </>
  )
}

/** The attempts of a callback, newest first, as in every history. */
function Tries({ notification: { attempts, due_time }, exchanges }: NotificationTries) {
  const words = texts.value.callbacks
  if (attempts.length === 0 && due_time === undefined) return <p class="quiet">{words.noTry}</p>
  return (
    <ol class="timeline">
      {due_time !== undefined && (
        <li class="vain">
          <span class="when">
            <strong>{words.next}</strong> <span class="quiet">{readable(due_time)}</span>
          </span>
        </li>
      )}
      {attempts
        .map(({ time, status, error }, index) => {
          const attempt = index + 1
          const exchange = exchanges.find(({ callback }) => callback?.attempt === attempt)
          return (
            <li key={String(attempt)} class={outcomeOf(status, error)}>
              <span class="when">
                <strong>{texts.value.exchange.attempt(attempt)}</strong>{' '}
                {status !== undefined && (
                  <span>
                    <StatusBadge status={status} effects={exchange?.effects} />{' '}
                    <FaultMarks effects={exchange?.effects} />
                  </span>
                )}
                <span class="quiet">{readable(time)}</span>
                {exchange && <a href={addressOf(['exchanges', exchange.id])}>{words.exchange}</a>}
              </span>
              {status === undefined && <span class="wrap">{plainText(error ?? words.underWay)}</span>}
              {exchange?.remark && <span class="quiet wrap">{plainText(withReadableTimes(exchange.remark.text))}</span>}
            </li>
          )
        })
        .toReversed()}
    </ol>
  )
}

/** Effects that only a due callback can have. */
const OF_DUE_ONES: readonly string[] = ['late', 'out_of_order']

/** Sends a callback again, correctly or corrupted. */
function Repeat({ notification: { id, mchid, event_type } }: { readonly notification: ShownNotification }) {
  const words = texts.value.callbacks
  const [how, setHow] = useState('')
  const groups = effects.value.callbacks.map(({ name, options }) => ({
    name,
    options: options.filter(([effect]) => !OF_DUE_ONES.includes(effect)),
  }))
  const repeat = () =>
    deliver(() =>
      withFault(
        how === '' ? undefined : { event: eventOfFault(event_type), mchid, effect: how as CallbackEffect },
        () => control.value.sendNotification({ id }),
      ),
    )
  return (
    <Form class="repeat" onSubmit={repeat}>
      <Choice label={words.how} value={how} onChange={setHow} options={[['', words.normal]]} groups={groups} />
      <button type="submit" class="primary">
        {words.repeat}
      </button>
    </Form>
  )
}
