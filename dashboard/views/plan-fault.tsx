import type { ErrorInShort } from '../../src/control/formats/overview.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { Choice, Form, NumberField, TextField } from '../components/fields.tsx'
import { type Candidate, SearchChoice } from '../components/search-choice.tsx'
import { errorOf, type FaultFields, faultOf } from '../fault-plan.ts'
import { texts } from '../state/appearance.ts'
import { eventTypeChoices, operationChoices } from '../state/choices.ts'
import { control } from '../state/control.ts'
import { commonErrors, effects, errorInShort, faultInWords, likelyFirst, ownErrors } from '../state/faults.ts'
import { attempt } from '../state/notices.ts'

type Change = (changes: Partial<FaultFields>) => void

interface Part {
  readonly fields: FaultFields
  readonly change: Change
}

/** The form for planning any fault. */
export function PlanFault({ fields, change }: Part) {
  const words = texts.value.faults
  const { about } = fields
  return (
    <Form
      class="card"
      aria-label={words.advanced}
      onSubmit={() => attempt(() => control.value.planFault(faultOf(fields)), words.added)}
    >
      <div class="fields">
        <Choice
          label={words.about}
          value={about}
          onChange={(chosen) =>
            // Calls and callbacks have different effects.
            change(
              chosen === 'callbacks' ? { about: 'callbacks', effect: 'duplicate' } : { about: 'calls', effect: '' },
            )
          }
          options={[
            ['calls', words.calls],
            ['callbacks', words.callbacks],
          ]}
        />
        {about === 'calls' ? (
          <OfCalls fields={fields} change={change} />
        ) : (
          <OfCallbacks fields={fields} change={change} />
        )}
      </div>
      <div class="fields">
        <HowOften fields={fields} change={change} />
      </div>
      <div class="fields">
        <TextField
          label={words.merchant}
          pattern="[0-9]{8,15}"
          placeholder={words.any}
          value={fields.mchid}
          onChange={(mchid) => change({ mchid })}
        />
        {about === 'calls' && (
          <>
            <TextField
              label={words.stock}
              placeholder={words.any}
              value={fields.stockId}
              onChange={(stockId) => change({ stockId })}
            />
            <TextField
              label={words.coupon}
              placeholder={words.any}
              value={fields.couponCode}
              onChange={(couponCode) => change({ couponCode })}
            />
          </>
        )}
      </div>
      <p class="wrap" aria-live="polite">
        <span class="quiet">{words.preview}</span> {plainText(faultInWords(faultOf(fields)))}
      </p>
      <p class="actions">
        <button type="submit" class="primary">
          {words.add}
        </button>
      </p>
    </Form>
  )
}

function OfCalls({ fields, change }: Part) {
  const words = texts.value.faults
  const { operation, error, effect } = fields
  return (
    <>
      <SearchChoice
        label={words.operation}
        value={operation}
        onChange={(chosen) =>
          change({ operation: chosen, error: error === undefined || errorInShort(error, chosen) ? error : '' })
        }
        first={[{ value: '', name: words.anyOperation }]}
        groups={operationChoices.value}
      />
      <SearchChoice
        label={words.error}
        value={errorOf(fields)}
        onChange={(chosen) => change({ error: chosen })}
        first={[{ value: '', name: words.noError }]}
        groups={[
          { name: operation === '' ? words.someErrors : words.ownErrors, candidates: named(ownErrors(operation)) },
          { name: words.commonErrors, candidates: named(commonErrors()) },
        ]}
      />
      <NumberField
        min={200}
        max={599}
        label={words.gatewayStatus}
        value={fields.status}
        onChange={(status) => change({ status })}
      />
      {fields.status !== '' && (
        <TextField label={words.gatewayBody} value={fields.body} onChange={(body) => change({ body })} />
      )}
      <Choice
        label={words.effect}
        value={effect}
        onChange={(chosen) => change({ effect: chosen })}
        options={[['', words.noEffect]]}
        groups={effects.value.calls}
      />
      {effect === 'delay' && <HowLong fields={fields} change={change} />}
      {effect === 'slow_drip' && (
        <NumberField
          min={0}
          max={1_000}
          placeholder="5"
          label={words.pause}
          value={fields.pause}
          onChange={(pause) => change({ pause })}
        />
      )}
      <Choice
        label={words.when}
        value={fields.when}
        onChange={(when) => change({ when })}
        options={[
          ['', words.usual],
          ['before', words.before],
          ['after', words.after],
        ]}
      />
    </>
  )
}

function named(errors: readonly ErrorInShort[]): readonly Candidate[] {
  return likelyFirst(errors).map(({ key, status, code, message, when }) => ({
    value: key,
    name: plainText(`${status} ${code} ${message}`.trimEnd()),
    detail: plainText(`${when} · ${key}`),
  }))
}

function OfCallbacks({ fields, change }: Part) {
  const words = texts.value.faults
  return (
    <>
      <SearchChoice
        label={words.event}
        value={fields.event}
        onChange={(event) => change({ event })}
        first={[{ value: 'any', name: words.anyEvent }]}
        groups={eventTypeChoices.value}
      />
      <Choice
        label={words.effect}
        value={fields.effect}
        onChange={(effect) => change({ effect })}
        groups={effects.value.callbacks}
      />
      {fields.effect === 'late' && (
        <TextField label={words.lateBy} required value={fields.lateBy} onChange={(lateBy) => change({ lateBy })} />
      )}
    </>
  )
}

/** The length of a delay. */
function HowLong({ fields, change }: Part) {
  const words = texts.value.faults
  const ofDelay = { min: 0, max: 120_000 }
  return (
    <>
      <Choice
        label={words.delaySpread}
        value={fields.delaySpread}
        onChange={(chosen) => change({ delaySpread: chosen === 'long_tail' ? 'long_tail' : 'even' })}
        options={[
          ['even', words.evenDelay],
          ['long_tail', words.longTail],
        ]}
      />
      {fields.delaySpread === 'even' ? (
        <>
          <NumberField
            {...ofDelay}
            required
            label={words.delayFrom}
            value={fields.delayFrom}
            onChange={(delayFrom) => change({ delayFrom })}
          />
          <NumberField
            {...ofDelay}
            label={words.delayTo}
            value={fields.delayTo}
            onChange={(delayTo) => change({ delayTo })}
          />
        </>
      ) : (
        <>
          <NumberField
            {...ofDelay}
            min={1}
            required
            label={words.delayMedian}
            value={fields.delayMedian}
            onChange={(delayMedian) => change({ delayMedian })}
          />
          <NumberField
            {...ofDelay}
            min={1}
            required
            label={words.delayP99}
            value={fields.delayP99}
            onChange={(delayP99) => change({ delayP99 })}
          />
        </>
      )}
    </>
  )
}

function HowOften({ fields, change }: Part) {
  const words = texts.value.faults
  const { howOften } = fields
  return (
    <>
      <Choice
        label={words.howOften}
        value={howOften}
        onChange={(chosen) => change({ howOften: chosen === 'always' || chosen === 'percent' ? chosen : 'next' })}
        options={[
          ['next', words.next],
          ['always', words.always],
          ['percent', words.percent],
        ]}
      />
      {howOften === 'next' && (
        <NumberField
          min={1}
          max={1_000_000}
          required
          label={words.times}
          value={fields.times}
          onChange={(times) => change({ times })}
        />
      )}
      {howOften === 'percent' && (
        <>
          <NumberField
            min={0}
            max={100}
            step="any"
            required
            label={words.share}
            value={fields.percent}
            onChange={(percent) => change({ percent })}
          />
          <TextField
            placeholder="fault"
            maxLength={100}
            label={words.seed}
            value={fields.seed}
            onChange={(seed) => change({ seed })}
          />
        </>
      )}
      <NumberField
        min={1}
        max={1_000_000}
        placeholder="1"
        label={words.nth}
        value={fields.nth}
        onChange={(nth) => change({ nth })}
      />
    </>
  )
}
