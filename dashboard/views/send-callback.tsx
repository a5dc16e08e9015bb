import { useState } from 'preact/hooks'
import { kept } from '../../src/browser/kept.ts'
import type { SendNotificationJson } from '../../src/control/formats/notification.ts'
import type { CallbackEffect } from '../../src/engine/faults/fault-plan.ts'
import { Choice } from '../components/choice.tsx'
import { SearchChoice } from '../components/search-choice.tsx'
import { TextField } from '../components/text-field.tsx'
import { texts } from '../state/appearance.ts'
import { eventChoices } from '../state/choices.ts'
import { control } from '../state/control.ts'
import { deliver } from '../state/deliver.ts'
import { effects } from '../state/effects.ts'
import { eventOfFault } from '../state/operations.ts'
import { goTo } from '../state/route.ts'
import { typedJson } from '../state/typed-json.ts'
import { withFault } from '../state/with-fault.ts'

/** The last address, remembered for the next callback. */
const url = kept<string>('callback url', (text) => text ?? '')

/** Sends a sample callback, for an event that did not happen. */
export function SendCallback() {
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
