import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { texts } from '../state/appearance.ts'

/** Asks before something is done that cannot be undone. Escape is a no. */
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
  const dialog = useRef<HTMLDialogElement>(null)
  const no = useRef<HTMLButtonElement>(null)
  // Before anything is painted, so that it gets every key.
  useLayoutEffect(() => {
    const { current } = dialog
    current?.showModal()
    // A second press of the key that asked is no yes.
    no.current?.focus()
    // Closing returns the focus to where the question came from; only unmounting would not.
    return () => current?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      class="question"
      aria-labelledby="question-title"
      onCancel={(event) => {
        event.preventDefault()
        onAnswer(false)
      }}
    >
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
    </dialog>
  )
}
