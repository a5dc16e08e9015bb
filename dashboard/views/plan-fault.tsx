import type { ErrorInShort } from '../../src/control/formats/overview.ts'
import { Choice, type Option } from '../components/choice.tsx'
import { NumberField } from '../components/number-field.tsx'
import { TextField } from '../components/text-field.tsx'
import { errorOf, type FaultFields, faultOf } from '../fault-plan.ts'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { effects } from '../state/effects.ts'
import { faultInWords } from '../state/fault-in-words.ts'
import { attempt } from '../state/notices.ts'
import { commonErrors, eventOptions, operations, titleOf } from '../state/operations.ts'

type Change = (changes: Partial<FaultFields>) => void

interface Part {
  readonly fields: FaultFields
  readonly change: Change
}

/** The form that plans a fault, with all there is to choose. */
export function PlanFault({ fields, change }: Part) {
  const words = texts.value.faults
  const { about } = fields
  return (
    <form
      class="card"
      aria-label={words.advanced}
      onSubmit={(event) => {
        event.preventDefault()
        void attempt(() => control.value.planFault(faultOf(fields)), words.added)
      }}
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
    </form>
  )
}

function OfCalls({ fields, change }: Part) {
  const words = texts.value.faults
  const { operation, error, effect } = fields
  const common = commonErrors.value
  const own = operations.value.filter(({ id }) => operation === '' || id === operation).flatMap(({ errors }) => errors)
  return (
    <>
      <Choice
        label={words.operation}
        value={operation}
        onChange={(chosen) =>
          change({ operation: chosen, error: error === undefined || has(chosen, error, common) ? error : '' })
        }
        options={[['', words.anyOperation], ...operations.value.map(({ id }): Option => [id, `${titleOf(id)} ${id}`])]}
      />
      <Choice
        label={words.error}
        value={errorOf(fields)}
        onChange={(chosen) => change({ error: chosen })}
        options={[['', words.noError]]}
        groups={[
          { name: operation === '' ? words.someErrors : words.ownErrors, options: named(own) },
          { name: words.commonErrors, options: named(common) },
        ]}
      />
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

/** Whether a call can be planned to fail with an error. */
function has(operation: string, error: string, common: readonly ErrorInShort[]): boolean {
  if (operation === '' || common.some(({ key }) => key === error)) return true
  return operations.value.some(({ id, errors }) => id === operation && errors.some(({ key }) => key === error))
}

/** Each error once, by its key, status and code. */
function named(errors: readonly ErrorInShort[]): readonly Option[] {
  return [
    ...new Map(errors.map(({ key, status, code }) => [key, texts.value.explained(key, `${status} ${code}`.trimEnd())])),
  ]
}

function OfCallbacks({ fields, change }: Part) {
  const words = texts.value.faults
  return (
    <>
      <Choice
        label={words.event}
        value={fields.event}
        onChange={(event) => change({ event })}
        options={[['any', words.anyEvent], ...eventOptions.value]}
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

/** How long a delay is. */
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
