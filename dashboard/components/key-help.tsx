import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { texts } from '../state/appearance.ts'
import { keys, useKeys } from '../state/keys.ts'

type Keys = readonly (readonly [keys: readonly string[], meaning: string])[]

/** What single keys do, behind a button and a key of its own. */
export function KeyHelp({ of }: { readonly of: Keys }) {
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
      {isOpen && <KeyDialog of={of} onClose={() => setOpen(false)} />}
    </>
  )
}

/** The keys, and the switch for them. */
function KeyDialog({ of, onClose }: { readonly of: Keys; readonly onClose: () => void }) {
  const words = texts.value.keys
  const isOn = keys.value === 'on'
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const { current } = dialog
    current?.showModal()
    // Closing returns the focus; only unmounting would not.
    return () => current?.close()
  }, [])
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">{words.title}</h2>
      {isOn ? (
        <dl>
          {of.map(([names, meaning]) => (
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
    </dialog>
  )
}
