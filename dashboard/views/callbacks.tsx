import { useState } from 'preact/hooks'
import type { NotificationSummary, SendNotificationJson } from '../../src/control/formats/notification.ts'
import { kept } from '../../src/doors/browser/kept.ts'
import type { CallbackEffect } from '../../src/engine/faults/fault-plan.ts'
import { plainText, readable, readableInShort } from '../../src/wire/shared/texts.ts'
import { StateBadge, StatusBadge } from '../components/badges.tsx'
import { Choice, TextField } from '../components/fields.tsx'
import { ListPane, Shortened } from '../components/panes.tsx'
import { SearchChoice } from '../components/search-choice.tsx'
import { texts } from '../state/appearance.ts'
import { eventChoices } from '../state/choices.ts'
import { control } from '../state/control.ts'
import { deliver } from '../state/deliver.ts'
import { effects, withFault } from '../state/faults.ts'
import { eventOfFault } from '../state/operations.ts'
import { goTo } from '../state/route.ts'
import { typedJson } from '../state/typed-json.ts'
import { touches } from '../state/use-loaded.ts'
import { CallbackDetail, meaningOfCallback } from './callback-detail.tsx'
import { Held } from './held.tsx'
import { FirstDue } from './next-try.tsx'

const STATES = ['pending', 'delivered', 'failed'] as const

/** The callbacks of the mock, and one of them in detail. */
export function CallbacksView() {
  const words = texts.value.callbacks
  return (
    <ListPane
      view="callbacks"
      states={STATES}
      words={words}
      load={(client, wanted) => client.notificationPage(wanted)}
      nameOf={({ id }) => [id]}
      concerns={touches('notifications')}
      row={({ state, event_type, create_time, url, mchid, tries, last, due_time, ...names }) => (
        <>
          <span class="first">
            <StateBadge state={state} meaning={meaningOfCallback(state, last)} />
            <span class="what">{plainText(event_type)}</span>
          </span>
          <span class="second">
            {numbersOf(names).map((number) => (
              <strong key={number} class="told mono">
                <Shortened text={number} />
              </strong>
            ))}
            <span class="address mono">
              <bdi>{plainText(url)}</bdi>
            </span>
            <span class="aside">{mchid}</span>
          </span>
          <span class="third tries quiet">
            <span>{words.tries(tries)}</span>
            {last?.status !== undefined && <StatusBadge status={last.status} />}
            {last?.error !== undefined && <span class="note">{plainText(last.error)}</span>}
            <span class="aside" title={readable(due_time ?? create_time)}>
              {due_time === undefined ? readableInShort(create_time) : `${words.next} ${readableInShort(due_time)}`}
            </span>
          </span>
        </>
      )}
      opened={([id], back) => (id === undefined ? undefined : <CallbackDetail key={id} id={id} back={back} />)}
    >
      <Held />
      <FirstDue />
      <SendCallback />
    </ListPane>
  )
}

/** The numbers of what a callback tells of. */
function numbersOf({ coupon_code, out_trade_no, request_no }: Partial<NotificationSummary>): readonly string[] {
  return [coupon_code, out_trade_no, request_no].filter((number) => number !== undefined)
}

/** The last address, remembered for the next callback. */
const url = kept<string>('callback url', (text) => text ?? '')

/** Sends a sample callback, for an event that did not happen. */
function SendCallback() {
  const words = texts.value.callbacks
  const [event, setEvent] = useState('COUPON.SEND')
  const [mchid, setMchid] = useState('')
  const [how, setHow] = useState('')
  const [lateBy, setLateBy] = useState('PT1M')
  const [resource, setResource] = useState('')
  const send = async () => {
    const sent = await deliver(async () => {
      const merchant = mchid === '' ? {} : { mchid }
      const notification: SendNotificationJson = {
        event_type: event,
        ...(url.value !== '' && { url: url.value }),
        ...merchant,
        ...(resource.trim() !== '' && { resource: typedJson(resource, words.resourceUnfit) }),
      }
      const fault = {
        event: eventOfFault(event),
        ...merchant,
        effect: how as CallbackEffect,
        ...(how === 'late' && { late_by: lateBy }),
      }
      return withFault(how === '' ? undefined : fault, () => control.value.sendNotification(notification))
    })
    if (sent) goTo(['callbacks', sent.id])
  }
  return (
    <details>
      <summary>{words.send}</summary>
      <form
        class="card"
        onSubmit={(submitted) => {
          submitted.preventDefault()
          void send()
        }}
      >
        <div class="fields">
          <SearchChoice label={words.event} value={event} onChange={setEvent} groups={eventChoices.value} />
          <TextField
            label={words.url}
            type="url"
            maxLength={2_048}
            required={event !== 'COUPON.SEND'}
            placeholder={event === 'COUPON.SEND' ? words.eventAddress : 'http://127.0.0.1:3000/notify'}
            value={url.value}
            onChange={(text) => {
              url.value = text
            }}
          />
          <TextField
            label={words.merchant}
            pattern="[0-9]{8,15}"
            placeholder={words.wellKnown}
            value={mchid}
            onChange={setMchid}
          />
          <Choice
            label={words.how}
            value={how}
            onChange={setHow}
            options={[['', words.normal]]}
            groups={effects.value.callbacks}
          />
          {how === 'late' && <TextField label={words.lateBy} required value={lateBy} onChange={setLateBy} />}
        </div>
        <label>
          {words.resource}
          <textarea
            rows={3}
            class="mono"
            spellcheck={false}
            placeholder={'{ "out_trade_no": "MCH_1" }'}
            value={resource}
            onInput={({ currentTarget }) => setResource(currentTarget.value)}
          />
        </label>
        <p class="quiet">{words.resourceHint}</p>
        <p class="actions">
          <button type="submit" class="primary">
            {words.sendNow}
          </button>
        </p>
      </form>
    </details>
  )
}
