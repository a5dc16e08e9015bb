import type { ComponentChildren } from 'preact'
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
  return (
    <Modal kind="question" labelledBy="question-title" onClose={() => onAnswer(false)}>
      <h2 id="question-title">{title}</h2>
      <p>{children}</p>
      <p class="actions">
        <button type="button" class="danger" onClick={() => onAnswer(true)}>
          {yes}
        </button>
        <button type="button" onClick={() => onAnswer(false)}>
          {texts.value.cancel}
        </button>
      </p>
    </Modal>
  )
}
