import type { ComponentChildren } from 'preact'
import type { LifeJson } from '../../src/control/formats/overview.ts'
import type { TimelineEntry } from '../../src/control/timeline.ts'
import { StateDiagram } from '../components/state-diagram.tsx'
import { language, texts } from '../state/appearance.ts'
import { lifeOf } from '../state/lives.ts'

type LifeEdge = LifeJson['edges'][number]

/** What a button does, and what it says where that is more than the name of its way. */
interface Action {
  readonly label?: string
  run(): Promise<unknown>
}

/**
 * Where a thing stands in its life, and buttons for the ways that lead on from there.
 *
 * @param actionOf what takes one of them; `undefined` for one that nobody can take by hand
 * @param children further buttons
 */
export function LifeOf({
  table,
  state,
  entries,
  actionOf,
  children,
}: {
  readonly table: string
  readonly state: string
  readonly entries: readonly TimelineEntry[]
  readonly actionOf: (edge: LifeEdge) => Action | undefined
  readonly children?: ComponentChildren
}) {
  const life = lifeOf(table)
  if (!life) return null
  return (
    <>
      <StateDiagram life={life} state={state} entries={entries} />
      <section class="actions" aria-label={texts.value.life.actions}>
        {life.edges
          .filter(({ from }) => from.includes(state))
          .map((edge) => {
            const action = actionOf(edge)
            return (
              action && (
                <button
                  key={`${edge.event} ${edge.to}`}
                  type="button"
                  title={`→ ${edge.to}`}
                  onClick={() => void action.run()}
                >
                  {action.label ?? edge.title[language.value]}
                </button>
              )
            )
          })}
        {children}
      </section>
    </>
  )
}
