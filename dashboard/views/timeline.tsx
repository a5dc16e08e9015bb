import { Fragment } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { plainText, readable } from '../../src/browser/texts.ts'
import type { ControlEvent } from '../../src/control/formats/notification.ts'
import type { ThingEntry } from '../../src/control/formats/thing.ts'
import type { TimelineEntry } from '../../src/control/timeline.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { FaultMarks, StatusBadge } from '../components/badges.tsx'
import { CopyButton } from '../components/code.tsx'
import { addressOfThing } from '../components/thing-row.tsx'
import { said, texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { useKeyScrolling } from '../state/keys.ts'
import { attempt } from '../state/notices.ts'
import { titleOf } from '../state/operations.ts'
import { addressOf, goTo } from '../state/route.ts'
import { kindOf } from '../state/things.ts'
import { type Loaded, useLoaded } from '../state/use-loaded.ts'
import { ACTORS, type Actor, type Bar, mermaidOf, storyOf, type Talk } from '../story.ts'
import { dayAndTime } from '../times.ts'

/** Number of entries shown at first, and added each time. */
const STEP = 50

/** Maximum that the mock returns. */
const MOST = 1_000

/**
 * The newest entries of a timeline.
 *
 * @param load requests up to `limit` entries
 * @returns the timeline, and a function that requests more
 */
export function useTimeline<Value>(
  key: string,
  load: (client: MockControl, limit: number) => Promise<Value>,
  concerns: (event: ControlEvent) => boolean,
): readonly [loaded: Loaded<Value>, more: () => void] {
  const limit = useRef(STEP)
  const loaded = useLoaded(key, (client) => load(client, limit.current), concerns)
  const more = () => {
    limit.current = Math.min(MOST, limit.current + 2 * STEP)
    loaded.reload()
  }
  return [loaded, more]
}

/** History of a thing, and the calls and callbacks about it: as a list, or as the story of who called whom. */
export function Timeline({
  entries,
  total,
  more,
  events,
}: {
  readonly entries: readonly ThingEntry[]
  readonly total: number
  readonly more: () => void
  /** Titles of the events. */
  readonly events: Readonly<Record<string, string>>
}) {
  const words = texts.value.life
  const [isStory, showStory] = useState(false)
  const left = Math.min(2 * STEP, Math.min(MOST, total) - entries.length)
  return (
    <section class="message" aria-labelledby="timeline-title">
      <header class="pane-head">
        <h3 id="timeline-title">{words.history}</h3>
        <span class="actions">
          <CallAgain entries={entries} />
          {([false, true] as const).map((story) => (
            <button
              key={String(story)}
              type="button"
              class="small"
              aria-pressed={isStory === story}
              onClick={() => showStory(story)}
            >
              {story ? words.asStory : words.asList}
            </button>
          ))}
        </span>
      </header>
      {isStory && left > 0 && <Earlier count={left} more={more} />}
      {isStory ? (
        <Story entries={entries} events={events} />
      ) : (
        <ol class="timeline">
          {entries.map((entry, i) => (
            // New entries are added at the front, and several may be equal in everything else while the clock is frozen.
            <Entry key={String(total - i)} entry={entry} events={events} />
          ))}
        </ol>
      )}
      {!isStory && left > 0 && <Earlier count={left} more={more} />}
    </section>
  )
}

function Earlier({ count, more }: { readonly count: number; readonly more: () => void }) {
  return (
    <p class="actions">
      <button type="button" onClick={more}>
        {texts.value.life.earlier(count)}
      </button>
    </p>
  )
}

function Entry({
  entry: { time, event, about = [], request_no, state_before: before, state_after: after, reason, exchange },
  events,
}: {
  readonly entry: ThingEntry
  readonly events: Readonly<Record<string, string>>
}) {
  const words = texts.value.life
  const why = reason === 'refused' ? (exchange?.remark?.text ?? exchange?.message ?? exchange?.code) : undefined
  return (
    <li class={event === undefined ? 'vain' : ''}>
      <span>
        <strong>{event === undefined ? reason && words.reasons[reason] : (events[event] ?? event)}</strong>
        {about.map((link) => (
          <Fragment key={addressOfThing(link)}>
            {' ⇄ '}
            <a href={addressOfThing(link)} title={said(kindOf(link.thing)?.one)}>
              {plainText(link.name.at(-1) ?? '')}
            </a>
          </Fragment>
        ))}{' '}
        {after !== undefined && (
          <span class="mono quiet">
            {plainText(before === after ? words.stays(after) : `${before ?? ''} → ${after}`)}
          </span>
        )}
      </span>
      {why !== undefined && <span class="wrap">{plainText(why)}</span>}
      <span class="when">
        <span class="quiet wrap">
          {readable(time)}
          {request_no !== undefined && <> · {plainText(request_no)}</>}
        </span>
        {exchange && (
          <a href={addressOf(['exchanges', exchange.id])}>
            <StatusBadge status={exchange.status} effects={exchange.effects} />{' '}
            <FaultMarks effects={exchange.effects} />{' '}
            {exchange.callback?.event_type ?? titleOf(exchange.operation ?? exchange.target)}
          </a>
        )}
      </span>
    </li>
  )
}

/** Repeats the shop's latest call about a thing as a new call, to see how it is answered now. Nothing if the journal does not have such a call. */
function CallAgain({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  const words = texts.value.life
  const latest = entries.find(({ exchange }) => exchange && isCall(exchange))?.exchange
  if (!latest) return null
  const call = async () => {
    const made = await attempt(() => control.value.replayExchange(latest.id, { request_no: 'new' }))
    if (made) goTo(['exchanges', made.id])
  }
  return (
    <button type="button" class="small" title={words.callAgainHint} onClick={() => void call()}>
      {words.callAgain}
    </button>
  )
}

/** Whether it is a call that may change something, and that the shop certainly made. */
function isCall({ callback, method, status }: NonNullable<TimelineEntry['exchange']>): boolean {
  return callback === undefined && method !== 'GET' && status !== 401
}

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
function Story({
  entries,
  events,
}: {
  readonly entries: readonly TimelineEntry[]
  readonly events: Readonly<Record<string, string>>
}) {
  const words = texts.value.story
  const story = storyOf(entries, events, words, titleOf)
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
