import { useState } from 'preact/hooks'
import type { PlannedAnswer } from '../../src/engine/planned-answers.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { LongText } from '../components/code.tsx'
import { Loading } from '../components/panes.tsx'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { titleOf } from '../state/operations.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'

/** Number of answers shown at first: a test may plan a thousand. */
const SHOWN = 20

/** Pending planned answers. */
export function PlannedAnswers() {
  const words = texts.value.answers
  const [isWhole, showWhole] = useState(false)
  const { value, error } = useLoaded('answers', (client) => client.answers(), touches('answers'))
  return (
    <section class="planned" aria-labelledby="answers-title">
      <header class="pane-head">
        <h2 id="answers-title">{words.title}</h2>
        {value && value.length > 1 && (
          <button
            type="button"
            class="plain"
            onClick={() => void attempt(() => control.value.clearAnswers(), words.allRemoved)}
          >
            {texts.value.faults.removeAll}
          </button>
        )}
      </header>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value === undefined && error === undefined && <Loading lines={1} />}
      {value?.length === 0 && <p class="quiet">{words.none}</p>}
      {value && value.length > 0 && (
        <ul class="rows">
          {value.slice(0, isWhole ? undefined : SHOWN).map((answer) => (
            <Planned key={`${answer.mchid} ${answer.id}`} answer={answer} />
          ))}
        </ul>
      )}
      {value && value.length > SHOWN && !isWhole && (
        <p class="list-end">
          <span class="quiet">{texts.value.shownOf(SHOWN, value.length)}</span>
          <button type="button" onClick={() => showWhole(true)}>
            {texts.value.things.showAll}
          </button>
        </p>
      )}
    </section>
  )
}

function Planned({ answer }: { readonly answer: PlannedAnswer }) {
  const { answers: words, faults } = texts.value
  const { mchid, id, merge, body, times } = answer
  const shown = merge ?? body
  const name = `answer-${mchid}-${id}`
  return (
    <li class="planned-fault">
      <div>
        <span class="wrap" id={name}>
          {plainText(inWords(answer))}
        </span>
        {shown && (
          <code class="wrap">
            <LongText text={JSON.stringify(shown)} limit={300} />
          </code>
        )}
        <span class="actions">
          <span class="badge calm">{times === 'always' ? faults.endless : faults.left(times)}</span>
        </span>
      </div>
      <button
        type="button"
        id={`${name}-action`}
        aria-labelledby={`${name}-action ${name}`}
        onClick={() => void attempt(() => control.value.removeAnswer(id), words.removed)}
      >
        {faults.remove}
      </button>
    </li>
  )
}

/** Describes a plan in a sentence. Its values may come from anybody. */
function inWords({ operation, mchid, match = {}, status, body, times }: PlannedAnswer): string {
  const { answers: words, faults } = texts.value
  const title = titleOf(operation)
  const { every, next } = faults.whichCalls
  const conditions = Object.entries(match).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  return faults.sentence(
    times === 'always' ? every(title) : next(times, title),
    [...conditions, faults.ofMerchant(mchid)],
    [words.answered(status, body !== undefined)],
  )
}
