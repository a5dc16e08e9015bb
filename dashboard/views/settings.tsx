import { useRef, useState } from 'preact/hooks'
import { plainText } from '../../src/wire/shared/texts.ts'
import { Form } from '../components/fields.tsx'
import { Loading } from '../components/panes.tsx'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { isChanged, type ShownSetting, useSettings } from '../state/settings.ts'

/** The mock's configurable behaviour: each setting's meaning and value. */
export function SettingsView() {
  const words = texts.value.settings
  const { value, error } = useSettings()
  const changed = value?.filter(isChanged) ?? []
  // All of them, as one may have changed a moment ago.
  const setBack = () =>
    attempt(() => change(Object.fromEntries((value ?? []).map((one) => [one.name, one.default]))), words.allSetBack)
  return (
    <section class="pane page" aria-labelledby="settings-title">
      <header class="pane-head">
        <h1 id="settings-title">{texts.value.views.settings}</h1>
        <button type="button" class="plain" disabled={changed.length === 0} onClick={() => void setBack()}>
          {words.setAllBack}
        </button>
      </header>
      <p class="quiet">{words.hint}</p>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value === undefined && error === undefined && <Loading />}
      {value && (
        <ul class="rows settings">
          {value.map((setting) => (
            <Setting key={setting.name} setting={setting} />
          ))}
        </ul>
      )}
    </section>
  )
}

/** Changes settings by their names. The mock validates the values; this page does not know the settings of all products. */
function change(changes: Readonly<Record<string, unknown>>) {
  return control.value.changeSettings(changes as Parameters<typeof control.value.changeSettings>[0])
}

function Setting({ setting }: { readonly setting: ShownSetting }) {
  const { name, text, value, default: standard, words: choices, range } = setting
  const words = texts.value.settings
  const row = useRef<HTMLLIElement>(null)
  const set = (next: unknown) => void attempt(() => change({ [name]: next }), words.set)
  const setBack = () => {
    set(standard)
    // The button disappears once it has reset the value.
    row.current?.querySelector<HTMLElement>('select, input')?.focus()
  }
  return (
    <li class="setting" ref={row}>
      <div>
        <p class="setting-head">
          <strong class="mono wrap">{plainText(name)}</strong>
          {isChanged(setting) && (
            <>
              <span class="badge calm">{words.isChanged}</span>
              <button type="button" class="small" onClick={setBack}>
                {words.setBack(plainText(String(standard)))}
                <span class="for-readers">: {name}</span>
              </button>
            </>
          )}
        </p>
        <p class="quiet wrap" id={`about-${name}`}>
          {plainText(text)}
        </p>
      </div>
      <div class="setting-value">
        {choices && (
          <select
            aria-label={name}
            aria-describedby={`about-${name}`}
            value={String(value)}
            onChange={({ currentTarget }) => set(currentTarget.value)}
          >
            {choices.map((choice) => (
              <option key={choice}>{choice}</option>
            ))}
          </select>
        )}
        {range && <Amount key={String(value)} setting={setting} range={range} onSet={set} />}
        {!choices && !range && <code class="wrap">{plainText(String(value))}</code>}
      </div>
    </li>
  )
}

/** A number, which is saved once it is complete. */
function Amount({
  setting: { name, value },
  range: { min, max },
  onSet,
}: {
  readonly setting: ShownSetting
  readonly range: NonNullable<ShownSetting['range']>
  readonly onSet: (value: number) => void
}) {
  const [amount, setAmount] = useState(typeof value === 'number' ? String(value) : '')
  return (
    <Form class="in-line" onSubmit={() => onSet(Number(amount))}>
      <input
        type="number"
        required
        step="any"
        min={min}
        max={max}
        aria-label={name}
        aria-describedby={`about-${name}`}
        placeholder={typeof value === 'number' ? '' : String(value)}
        value={amount}
        onInput={({ currentTarget }) => setAmount(currentTarget.value)}
      />
      <button type="submit">
        {texts.value.clock.set}
        <span class="for-readers">: {name}</span>
      </button>
    </Form>
  )
}
