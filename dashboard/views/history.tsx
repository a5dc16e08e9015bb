import { Fragment } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { ControlEvent } from '../../src/control/formats/notification.ts'
import type { ThingEntry } from '../../src/control/formats/thing.ts'
import type { TimelineEntry } from '../../src/control/timeline.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { plainText, readable, withReadableTimes } from '../../src/wire/shared/texts.ts'
import { FaultMarks, StatusBadge } from '../components/badges.tsx'
import { addressOfThing } from '../components/thing-row.tsx'
import { said, texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { addressOf, goTo } from '../state/route.ts'
import { kindOf } from '../state/things.ts'
import { type Loaded, useLoaded } from '../state/use-loaded.ts'
import { Story } from './story.tsx'

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
      {why !== undefined && <span class="wrap">{plainText(withReadableTimes(why))}</span>}
      <span class="when">
        <span class="quiet wrap">
          {readable(time)}
          {request_no !== undefined && <> · {plainText(request_no)}</>}
        </span>
        {exchange && (
          <a href={addressOf(['exchanges', exchange.id])}>
            <StatusBadge status={exchange.status} effects={exchange.effects} />{' '}
            <FaultMarks effects={exchange.effects} />{' '}
            {plainText(exchange.callback?.event_type ?? exchange.title ?? exchange.operation ?? exchange.target)}
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
