import type { TimelineEntry } from '../../src/control/timeline.ts'
import { plainText, readable } from '../../src/wire/shared/texts.ts'
import { CopyButton } from '../components/code.tsx'
import { texts } from '../state/appearance.ts'
import { useKeyScrolling } from '../state/keys.ts'
import { addressOf } from '../state/route.ts'
import { ACTORS, type Actor, type Bar, mermaidOf, storyOf, type Talk } from '../story.ts'
import { dayAndTime } from '../times.ts'

/** In units of the view box: the lifelines of the actors, and the heights of the events between them. */
const X: Readonly<Record<Actor, number>> = { shop: 56, pay: 240, receiver: 424 }
const WIDTH = 480
const HEAD = 40
const TALK = 58
const BAR = 34
/** Number of small letters that fit above an arrow, in a whole row, and behind a time beside an arrow. */
const ABOVE = 28
const ROW = 56
const BESIDE = 12

/** A sequence diagram: the shop, WeChat Pay and the receiver of callbacks, from top to bottom in order of time. */
export function Story({
  entries,
  events,
}: {
  readonly entries: readonly TimelineEntry[]
  readonly events: Readonly<Record<string, string>>
}) {
  const words = texts.value.story
  const story = storyOf(entries, events, words)
  let height = HEAD
  const placed = story.map((one) => {
    const y = height
    height += one.kind === 'bar' ? BAR : TALK
    return { one, y }
  })
  return (
    <section class="story" aria-label={words.diagram}>
      <p class="actions">
        <CopyButton label={words.copyMermaid} text={() => Promise.resolve(mermaidOf(story, words))} kind="small" />
      </p>
      <div class="drawing" ref={useKeyScrolling()}>
        <svg viewBox={`0 0 ${WIDTH} ${height + 12}`}>
          <title>{words.diagram}</title>
          {ACTORS.map((actor) => (
            <g key={actor} class="actor">
              <path d={`M${X[actor]} ${HEAD - 12}V${height + 8}`} />
              <rect x={X[actor] - 54} y="2" width="108" height="26" rx="6" />
              <text x={X[actor]} y="20" text-anchor="middle">
                {words[actor]}
              </text>
            </g>
          ))}
          {placed.map(({ one, y }, i) =>
            // The newest comes last.
            one.kind === 'bar' ? (
              <BarOf key={String(i)} bar={one} y={y} />
            ) : (
              <TalkOf key={String(i)} talk={one} y={y} />
            ),
          )}
        </svg>
      </div>
    </section>
  )
}

function BarOf({ bar: { about, text }, y }: { readonly bar: Bar; readonly y: number }) {
  return (
    <g class={`bar about-${about}`}>
      <rect x="4" y={y + 4} width={WIDTH - 8} height={BAR - 10} rx="6" />
      <text x={WIDTH / 2} y={y + 20} text-anchor="middle">
        {cut(text, ROW)}
      </text>
    </g>
  )
}

function TalkOf({ talk, y }: { readonly talk: Talk; readonly y: number }) {
  const { from, to, text, answer, wentWrong, isLost, time, requestNo, id } = talk
  const [start, end] = [X[from], X[to]]
  const middle = (start + end) / 2
  const [ask, reply] = [y + 20, y + 46]
  const isCallback = from === 'pay'
  const [aside, anchor] = isCallback ? [start - 8, 'end' as const] : [end + 8, 'start' as const]
  const number = requestNo === undefined ? '' : ` · ${cut(requestNo, BESIDE)}`
  return (
    <a class={`talk ${wentWrong ? 'wrong-way' : ''}`} href={addressOf(['exchanges', id])}>
      <title>{plainText([text, answer, requestNo, readable(time)].filter(Boolean).join('\n'))}</title>
      <rect class="ground" x={start + 2} y={y + 2} width={end - start - 4} height={TALK - 4} />
      <text x={middle} y={ask - 6} text-anchor="middle">
        {cut(text, ABOVE)}
      </text>
      <path d={`M${start} ${ask}H${end - 8}`} />
      <path class="head" d={`M${end} ${ask}l-9 -4.5v9z`} />
      <text
        x={isCallback ? end - 12 : start + 12}
        y={reply - 8}
        text-anchor={isCallback ? 'end' : 'start'}
        class="answer-text"
      >
        {cut(answer, ROW)}
      </text>
      {isLost ? (
        <>
          <path class="reply" d={`M${end} ${reply}H${middle + 8}`} />
          <path class="cross" d={`M${middle - 5} ${reply - 5}l10 10m0 -10l-10 10`} />
        </>
      ) : (
        <>
          <path class="reply" d={`M${end} ${reply}H${start + 8}`} />
          <path class="head" d={`M${start} ${reply}l9 -4.5v9z`} />
        </>
      )}
      <text class="aside" x={aside} y={ask + 4} text-anchor={anchor}>
        {`${dayAndTime(time).join(' ')}${number}`}
      </text>
    </a>
  )
}

/** The beginning of a text that fits, by the width of small letters. */
function cut(text: string, width: number): string {
  let used = 0
  let shown = ''
  for (const character of plainText(text).replaceAll(/\s/g, ' ')) {
    used += character >= '\u2e80' ? 2 : /[A-Z_→]/.test(character) ? 1.3 : 1
    if (used > width) return `${shown}…`
    shown += character
  }
  return shown
}
