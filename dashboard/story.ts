import type { TimelineEntry } from '../src/control/timeline.ts'
import type { FaultEffect } from '../src/engine/faults/fault-plan.ts'
import type { Texts } from './texts/en.ts'

export const ACTORS = ['shop', 'pay', 'receiver'] as const
export type Actor = (typeof ACTORS)[number]

/** A message and its answer: a call, or an attempt to deliver a callback. */
export interface Talk {
  readonly kind: 'talk'
  /** Who asks, and who answers. */
  readonly from: Actor
  readonly to: Actor
  readonly text: string
  readonly answer: string
  readonly wentWrong: boolean
  /** Whether the answer never arrived, or was incomplete. */
  readonly isLost: boolean
  readonly time: string
  readonly requestNo: string | undefined
  /** Id of the exchange. */
  readonly id: string
}

/** An event without a message: a change by hand, by the user or by time, or a move of the clock. */
export interface Bar {
  readonly kind: 'bar'
  readonly about: 'change' | 'clock'
  readonly text: string
}

/** Effects that leave a client without a complete answer. */
const LOSING: readonly FaultEffect[] = ['reset', 'empty', 'half_body', 'answer_lost']

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * A timeline as a story: who called whom, and what happened in between.
 *
 * @param entries newest first
 * @param events titles of events
 */
export function storyOf(
  entries: readonly TimelineEntry[],
  events: Readonly<Record<string, string>>,
  words: Texts['story'],
): readonly (Talk | Bar)[] {
  return entries.toReversed().flatMap((entry, i, all): readonly (Talk | Bar)[] => {
    const { time, event, state_before: before, state_after: after, exchange } = entry
    const passed = clockBar(all[i - 1]?.time, time, words)
    const change = before === after || after === undefined ? '' : before === undefined ? after : `${before} → ${after}`
    const about = exchange
      ? talkOf(entry, exchange, change, words)
      : ({ kind: 'bar', about: 'change', text: join(events[event ?? ''] ?? event, change) } as const)
    return passed ? [passed, about] : [about]
  })
}

function talkOf(
  { time, request_no }: TimelineEntry,
  {
    id,
    status,
    code,
    effects,
    title,
    operation,
    target,
    callback,
    request_no: named,
  }: NonNullable<TimelineEntry['exchange']>,
  change: string,
  words: Texts['story'],
): Talk {
  const isLost = status === undefined || (effects ?? []).some((effect) => LOSING.includes(effect))
  const missing = callback ? words.noReply : words.lost
  return {
    kind: 'talk',
    from: callback ? 'pay' : 'shop',
    to: callback ? 'receiver' : 'pay',
    text: callback ? `${callback.event_type} #${callback.attempt}` : (title ?? operation ?? target),
    answer: join(status === undefined ? undefined : String(status), code, isLost ? missing : undefined, change),
    wentWrong: isLost || (status ?? 0) >= 300,
    isLost,
    time,
    requestNo: request_no ?? named,
    id,
  }
}

/** The time between two entries if it is a minute or more, or the fact that the clock went back. */
function clockBar(before: string | undefined, time: string, words: Texts['story']): Bar | undefined {
  const passed = before === undefined ? 0 : Date.parse(time) - Date.parse(before)
  if (Math.abs(passed) < MINUTE) return undefined
  const span = Math.abs(passed)
  const shown = words.span(
    Math.floor(span / DAY),
    Math.floor((span % DAY) / HOUR),
    // Minutes are irrelevant beside days.
    span < DAY ? Math.floor((span % HOUR) / MINUTE) : 0,
  )
  return { kind: 'bar', about: 'clock', text: passed > 0 ? words.later(shown) : words.earlierClock(shown) }
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ')
}

/** A story as text for Mermaid, which draws it again; the shop's names are escaped. */
export function mermaidOf(story: readonly (Talk | Bar)[], words: Texts['story']): string {
  const lines = story.flatMap((one) => {
    if (one.kind === 'bar') return [`Note over shop,receiver: ${plain(one.text)}`]
    const { from, to, text, answer, wentWrong, isLost, requestNo } = one
    const messages = [
      `${from}->>${to}: ${plain(join(text, requestNo))}`,
      `${to}${isLost ? '--x' : '-->>'}${from}: ${plain(answer)}`,
    ]
    return wentWrong ? ['rect rgba(220, 50, 47, 0.15)', ...messages.map((line) => `  ${line}`), 'end'] : messages
  })
  return [
    'sequenceDiagram',
    ...[...ACTORS.map((actor) => `participant ${actor} as ${plain(words[actor])}`), ...lines].map(
      (line) => `  ${line}`,
    ),
    '',
  ].join('\n')
}

/** Escapes everything except letters, digits and harmless characters, in Mermaid's syntax. */
function plain(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ._·→×-]/gu, (character) => `#${character.codePointAt(0)};`)
}
