import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { texts } from '../state/appearance.ts'
import { Modal } from './modal.tsx'

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
  const no = useRef<HTMLButtonElement>(null)
  // A second press of the key that asked is no yes. The dialog is open by then: effects of what is inside run first.
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
