import { useState } from 'preact/hooks'
import type { ClockJson } from '../../src/control/answer-format.ts'
import { ClockReading } from '../components/clock-reading.tsx'
import { Form } from '../components/fields.tsx'
import { language, texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'

const STEPS = ['PT1M', 'PT1H', 'P1D', 'P31D'] as const

/** The mock's time: freeze, advance, set. */
export function ClockView() {
  const words = texts.value.clock
  const { value } = useLoaded('clock', (client) => client.clock(), touches('clock'))
  const [time, setTime] = useState('')
  const [duration, setDuration] = useState('')
  const frozen = value?.frozen ?? false
  return (
    <section class="pane page" aria-labelledby="clock-title">
      <h1 id="clock-title">{texts.value.views.clock}</h1>
      <div class="card">
        <p class="big-time">
          <ClockReading />
        </p>
        {value?.moving && <MoveProgress {...value.moving} />}
        <p class="actions">
          <button
            type="button"
            class="primary"
            onClick={() =>
              void attempt(() => control.value.setClock({ frozen: !frozen }), frozen ? words.runs : words.stands)
            }
          >
            {frozen ? words.run : words.freeze}
          </button>
          <button
            type="button"
            onClick={() => void attempt(() => control.value.setClock({ now: 'machine' }), words.moved)}
          >
            {words.machine}
          </button>
        </p>
      </div>
      <section class="card" aria-labelledby="move-clock-title">
        <h2 id="move-clock-title">{words.moveTitle}</h2>
        <p class="actions">
          {STEPS.map((step) => (
            <button
              key={step}
              type="button"
              onClick={() => void attempt(() => control.value.advance(step), words.moved)}
            >
              +{words.steps[step]}
            </button>
          ))}
        </p>
        <div class="columns">
          <Form class="in-line" onSubmit={() => attempt(() => control.value.advance(duration), words.moved)}>
            <label>
              {words.moveBy}
              <input
                required
                placeholder="P31D, PT5M, -PT1H"
                value={duration}
                onInput={({ currentTarget }) => setDuration(currentTarget.value)}
              />
            </label>
            <button type="submit">{words.move}</button>
          </Form>
          <Form
            class="in-line"
            onSubmit={() => attempt(() => control.value.setClock({ now: `${withSeconds(time)}+08:00` }), words.moved)}
          >
            <label>
              {words.setTo}
              <input
                type="datetime-local"
                step={1}
                required
                value={time}
                onInput={({ currentTarget }) => setTime(currentTarget.value)}
              />
            </label>
            <button type="submit">{words.set}</button>
          </Form>
        </div>
        <p class="quiet">{words.onTheWay}</p>
      </section>
      <SignatureClock />
    </section>
  )
}

function MoveProgress({ delivered, due }: NonNullable<ClockJson['moving']>) {
  const [done, all] = [delivered, due].map((count) => count.toLocaleString(language.value))
  return (
    <label class="moving">
      <progress value={delivered} max={due} />
      {texts.value.clock.moving(done ?? '', all ?? '')}
    </label>
  )
}

/** Whether signatures are judged by the machine's time while the mock's differs. */
function SignatureClock() {
  const words = texts.value.clock
  const { value } = useLoaded('settings', (client) => client.settings(), touches('settings'))
  if (value === undefined) return null
  const judge = (signature_clock: 'mock' | 'machine') =>
    attempt(() => control.value.changeSettings({ signature_clock }), words.judged[signature_clock])
  return (
    <section class="card" aria-labelledby="signature-clock-title">
      <h2 id="signature-clock-title">{words.signatures}</h2>
      <label class="tick">
        <input
          type="checkbox"
          checked={value.signature_clock === 'machine'}
          onChange={({ currentTarget }) => void judge(currentTarget.checked ? 'machine' : 'mock')}
        />
        {words.judgeByMachine}
      </label>
      <p class="quiet">{words.hint}</p>
    </section>
  )
}

/** Browsers leave out seconds that are zero. */
function withSeconds(time: string): string {
  return time.length === 16 ? `${time}:00` : time
}
