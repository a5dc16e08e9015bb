import { useState } from 'preact/hooks'
import type { WorldCounts } from '../../src/products/json.ts'
import { Loading } from '../components/loading.tsx'
import { Question } from '../components/question.tsx'
import { language, texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { overview, thingKinds } from '../state/operations.ts'
import { said } from '../state/said.ts'
import { useLoaded } from '../state/use-loaded.ts'
import { Snapshots } from './snapshots.tsx'
import { WorldFile } from './world-file.tsx'

/** The mock's content, and ways to restore it: from its seed, a snapshot, or a file. */
export function SeedView() {
  const words = texts.value.seed
  const counts = useLoaded(
    'counts',
    (client) => client.worldCounts(),
    ({ type }) => type === 'change',
  )
  const [asking, ask] = useState(false)
  const reset = async (yes: boolean) => {
    ask(false)
    if (!yes) return
    await attempt(() => control.value.reset(), words.isReset)
    counts.reload()
  }
  return (
    <section class="pane page" aria-labelledby="seed-title">
      <header class="pane-head">
        <h1 id="seed-title">{words.title}</h1>
        <button type="button" class="danger" onClick={() => ask(true)}>
          {words.reset}
        </button>
      </header>
      {counts.error !== undefined && <p class="wrong">{counts.error}</p>}
      {counts.value === undefined && counts.error === undefined && <Loading lines={3} />}
      {counts.value && <Counts counts={counts.value} />}
      <div class="columns">
        <Snapshots onRestored={counts.reload} />
        <WorldFile onRestored={counts.reload} />
      </div>
      {asking && (
        <Question title={words.resetQuestion} yes={words.reset} onAnswer={(yes) => void reset(yes)}>
          {words.resetLoses}
        </Question>
      )}
    </section>
  )
}

/** Views that show things of a kind, by its name, besides those that the mock lists. */
const VIEWS: Readonly<Record<string, string>> = {
  merchants: 'merchants',
  notifications: 'callbacks',
}

function Counts({ counts }: { readonly counts: WorldCounts }) {
  const words = texts.value.seed
  const titles = new Map(overview.value.tables.map(({ name, title }) => [name, said(title)]))
  titles.set('merchants', words.merchants)
  const viewOf = (name: string) => VIEWS[name] ?? thingKinds.value?.find(({ id }) => id === name)?.id
  return (
    <dl class="counts" aria-label={words.counts}>
      {Object.entries(counts).map(([name, count]) => (
        <div key={name} class={count === 0 ? 'none' : ''}>
          <dt>
            {viewOf(name) !== undefined ? (
              <a href={`#/${viewOf(name)}`}>{titles.get(name) ?? name}</a>
            ) : (
              (titles.get(name) ?? name)
            )}
          </dt>
          <dd>{count.toLocaleString(language.value)}</dd>
        </div>
      ))}
    </dl>
  )
}
