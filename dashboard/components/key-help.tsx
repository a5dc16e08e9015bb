import { useState } from 'preact/hooks'
import { texts } from '../state/appearance.ts'
import { keys, useKeys } from '../state/keys.ts'
import { Modal } from './modal.tsx'

type Keys = readonly (readonly [key: string, meaning: string])[]

/** Explains the single-key shortcuts of a list, behind a button and a key of its own. */
export function KeyHelp({
  also = [],
}: {
  /** Further shortcuts of the view. */
  readonly also?: Keys
}) {
  const words = texts.value.keys
  const [isOpen, setOpen] = useState(false)
  useKeys({ '?': () => setOpen(true) })
  return (
    <>
      <button
        type="button"
        class="plain key-help"
        aria-label={words.title}
        aria-keyshortcuts="?"
        title={words.title}
        onClick={() => setOpen(true)}
      >
        ?
      </button>
      {isOpen && <KeyDialog also={also} onClose={() => setOpen(false)} />}
    </>
  )
}

/** The shortcuts, and the switch for them. */
function KeyDialog({ also, onClose }: { readonly also: Keys; readonly onClose: () => void }) {
  const words = texts.value.keys
  const isOn = keys.value === 'on'
  const ofLists = [
    [['/'], words.search],
    [['j', 'k'], words.step],
    [['Esc'], words.close],
  ] as const
  const all = [...ofLists, ...[...also, ['?', words.help] as const].map(([key, meaning]) => [[key], meaning] as const)]
  return (
    <Modal kind="keys" labelledBy="keys-title" onClose={onClose}>
      <h2 id="keys-title">{words.title}</h2>
      {isOn ? (
        <dl>
          {all.map(([names, meaning]) => (
            <div key={meaning}>
              <dt>
                {names.map((name) => (
                  <kbd key={name}>{name}</kbd>
                ))}
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p>{words.areOff}</p>
      )}
      <p class="actions">
        <button type="button" onClick={onClose}>
          {texts.value.close}
        </button>
        <button
          type="button"
          class="plain"
          onClick={() => {
            keys.value = isOn ? 'off' : 'on'
          }}
        >
          {isOn ? words.turnOff : words.turnOn}
        </button>
      </p>
    </Modal>
  )
}
