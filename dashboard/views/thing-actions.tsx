import { useState } from 'preact/hooks'
import { plainText } from '../../src/browser/texts.ts'
import type { ShownThing } from '../../src/control/formats/thing.ts'
import { TakeForm } from '../components/take-form.tsx'
import { texts } from '../state/appearance.ts'
import { said } from '../state/said.ts'
import { makeCall } from '../state/take.ts'

type Action = ShownThing['actions'][number]

const nameOf = ({ call, title, transition }: Action) => JSON.stringify([call, title.en, transition?.to])

/** Action buttons of a thing. Each makes one control call; one with fields opens its form first. */
export function ThingActions({ actions }: { readonly actions: readonly Action[] }) {
  const [opened, open] = useState<string>()
  const asking = actions.find((action) => action.fields.length > 0 && nameOf(action) === opened)
  if (actions.length === 0) return null
  return (
    <>
      <section class="actions" aria-label={texts.value.life.actions}>
        {actions.map((action) => {
          const name = nameOf(action)
          const asks = action.fields.length > 0
          return (
            <button
              key={name}
              type="button"
              title={action.transition && plainText(`→ ${action.transition.to}`)}
              {...(asks && { 'aria-expanded': opened === name })}
              onClick={() => (asks ? open(opened === name ? undefined : name) : void makeCall(action))}
            >
              {said(action.title)}
              {asks && '…'}
            </button>
          )
        })}
      </section>
      {asking && (
        <div class="card">
          <TakeForm key={opened} take={asking} onDone={() => open(undefined)} />
        </div>
      )}
    </>
  )
}
