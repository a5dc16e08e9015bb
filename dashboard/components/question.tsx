import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { texts } from '../state/appearance.ts'
import { Modal } from './modal.tsx'

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
