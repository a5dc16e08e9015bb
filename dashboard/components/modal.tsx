import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

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
