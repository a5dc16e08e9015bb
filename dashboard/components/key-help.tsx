import { texts } from '../state/appearance.ts'
import { keys } from '../state/keys.ts'

/** What single keys do, and the switch for them. */
export function KeyHelp({ of }: { readonly of: readonly (readonly [keys: readonly string[], meaning: string])[] }) {
  const words = texts.value.keys
  const isOn = keys.value === 'on'
  return (
    <p class="key-help quiet">
      {isOn &&
        of.map(([names, meaning]) => (
          <span key={meaning}>
            {names.map((name) => (
              <kbd key={name}>{name}</kbd>
            ))}{' '}
            {meaning}
          </span>
        ))}
      <button
        type="button"
        class="plain small"
        onClick={() => {
          keys.value = isOn ? 'off' : 'on'
        }}
      >
        {isOn ? words.turnOff : words.turnOn}
      </button>
    </p>
  )
}
