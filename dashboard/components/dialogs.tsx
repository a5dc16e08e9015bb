import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { texts } from '../state/appearance.ts'
import { keys, useKeys } from '../state/keys.ts'

/** A dialog in front of everything for as long as it is rendered. Escape closes it. */
export function Modal({
  kind,
  labelledBy,
  onClose,
  children,
}: {
  readonly kind: string
  /** Id of its heading. */
  readonly labelledBy: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  // Before the first paint, so that it receives every key.
  useLayoutEffect(() => {
    const { current } = dialog
    current?.showModal()
    // Closing returns the focus to its origin; merely unmounting would not.
    return () => current?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      class={kind}
      aria-labelledby={labelledBy}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      {children}
    </dialog>
  )
}

/** Asks for confirmation of something that cannot be undone. Escape means no. */
export function Question({
  title,
  children,
  yes,
  onAnswer,
}: {
  readonly title: string
  readonly children: ComponentChildren
  /** The text of the button that confirms. */
  readonly yes: string
  readonly onAnswer: (yes: boolean) => void
}) {
  const no = useRef<HTMLButtonElement>(null)
  // Focuses "no", so that pressing the same key again does not confirm. The dialog is already open: effects of its children run first.
  useLayoutEffect(() => no.current?.focus(), [])
  return (
    <Modal kind="question" labelledBy="question-title" onClose={() => onAnswer(false)}>
      <h2 id="question-title">{title}</h2>
      <p>{children}</p>
      <p class="actions">
        <button type="button" class="danger" onClick={() => onAnswer(true)}>
          {yes}
        </button>
        <button ref={no} type="button" onClick={() => onAnswer(false)}>
          {texts.value.cancel}
        </button>
      </p>
    </Modal>
  )
}

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
