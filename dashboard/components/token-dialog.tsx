import { useEffect, useRef, useState } from 'preact/hooks'
import { token } from '../../src/browser/kept.ts'
import { texts } from '../state/appearance.ts'
import { resync } from '../state/connection.ts'
import { enterToken } from '../state/control.ts'

/** Asks for the control token, which lives as long as the tab. */
export function TokenDialog() {
  const [value, setValue] = useState('')
  const dialog = useRef<HTMLDialogElement>(null)
  const words = texts.value.token
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} aria-labelledby="token-title" onCancel={(event) => event.preventDefault()}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          enterToken(value)
          resync()
        }}
      >
        <h2 id="token-title">{words.title}</h2>
        <p>{words.why}</p>
        <label>
          {words.label}
          <input
            type="password"
            autocomplete="off"
            required
            value={value}
            onInput={({ currentTarget }) => setValue(currentTarget.value)}
          />
        </label>
        {token.value !== '' && <p class="wrong">{words.wrong}</p>}
        <p class="actions">
          <button type="submit" class="primary">
            {words.open}
          </button>
        </p>
      </form>
    </dialog>
  )
}
