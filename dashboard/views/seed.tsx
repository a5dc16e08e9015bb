import { useState } from 'preact/hooks'
import type { WorldCounts } from '../../src/products/json.ts'
import { Question } from '../components/question.tsx'
import { language, texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { useLoaded } from '../state/use-loaded.ts'
import { Snapshots } from './snapshots.tsx'
import { WorldFile } from './world-file.tsx'

/** What the mock holds, and how it is put back: to its seed, to a snapshot, to what a file has. */
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

/** Kinds of things with the view that shows them, where there is one. */
const KINDS: readonly { readonly kind: keyof WorldCounts; readonly view?: string }[] = [
  { kind: 'merchants', view: 'merchants' },
  { kind: 'stocks' },
  { kind: 'coupons', view: 'coupons' },
  { kind: 'codes' },
  { kind: 'orders', view: 'orders' },
  { kind: 'refunds' },
  { kind: 'users' },
  { kind: 'notifications', view: 'callbacks' },
  { kind: 'subsidies' },
  { kind: 'subsidy_returns' },
  { kind: 'event_addresses' },
  { kind: 'requests' },
]

function Counts({ counts }: { readonly counts: WorldCounts }) {
  const words = texts.value.seed
  return (
    <dl class="counts" aria-label={words.counts}>
      {KINDS.map(({ kind, view }) => (
        <div key={kind} class={counts[kind] === 0 ? 'none' : ''}>
          <dt>{view === undefined ? words.kinds[kind] : <a href={`#/${view}`}>{words.kinds[kind]}</a>}</dt>
          <dd>{counts[kind].toLocaleString(language.value)}</dd>
        </div>
      ))}
    </dl>
  )
}
