/** Reads how often a callback is repeated. */
import type { EventFacts } from '../../src/catalogue/facts.ts'
import { plain } from './page.ts'

type Schedule = NonNullable<EventFacts['schedule']>
type Step = Schedule[number]

const SECONDS: Readonly<Record<string, number>> = { s: 1, 秒: 1, m: 60, min: 60, 分钟: 60, h: 3600, 小时: 3600 }

const UNIT = 's|秒|min|m|分钟|h|小时'

/** `2m30s`; a number alone is seconds. */
const secondsOf = (text: string): number =>
  [...text.matchAll(new RegExp(`(\\d+)(${UNIT})?`, 'gi'))].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (SECONDS[(unit ?? 's').toLowerCase()] ?? 1),
    0,
  )

/** An interval, and how many times it is waited: `15s`, `15s（尝试10次）`, `15秒×10次`, `1s(1次)`. */
const STEP = new RegExp(`((?:\\d+(?:${UNIT})?)+)\\s*(?:[×*]\\s*(\\d+)次|[（(](?:尝试)?(\\d+)次[)）])?`, 'gi')

/** The repeats as the first line says them that speaks of them; none if no line does. */
export function scheduleOf(lines: readonly string[]): Schedule | undefined {
  for (const line of lines.map(plain)) {
    if (line.startsWith('|')) continue
    const every = /(?:每隔(\d+)秒重试一次，最多重试|（1min1次，总计)(\d+)次/.exec(line)
    if (every !== null) return [[Number(every[2]), Number(every[1] ?? 60)]]
    const listed =
      /(?:按照|通知频率为|分别以)\s*[（(]?(?:通知频率为\s*[:：]?)?\s*((?:\d+[^，；]*?[/、*×])[^，；]*)(.*)/.exec(line)
    if (listed?.[1] !== undefined)
      return withTail(stepsOf(listed[1].replace(/\s-\s.*|）?的频次.*|\s*为间隔.*/, '')), listed[2] ?? '')
  }
  return undefined
}

function stepsOf(text: string): Step[] {
  const steps: Step[] = []
  for (const [, interval = '', times, tries] of text.matchAll(STEP)) {
    const seconds = secondsOf(interval)
    const count = Number(times ?? tries ?? 1)
    const last = steps.at(-1)
    // The first of some lists, 0s, is not a repeat.
    if (seconds === 0) continue
    if (last?.[1] === seconds) steps[steps.length - 1] = [last[0] + count, seconds]
    else steps.push([count, seconds])
  }
  return steps
}

/** `之后以300S间隔重试，最多持续2小时`, `最后保持 300s 间隔直至满 50 次为止` */
function withTail(steps: Step[], tail: string): Step[] {
  const interval = Number(/(?:之后|最后)\D*(\d+)\s*s/i.exec(tail)?.[1] ?? 0)
  if (interval === 0) return steps
  const hours = /最多(?:持续|重试)(\d+)个?小时/.exec(tail)?.[1]
  const total = /满\s*(\d+)\s*次/.exec(tail)?.[1]
  const spent = steps.reduce((sum, [times, seconds]) => sum + times * seconds, 0)
  const sent = steps.reduce((sum, [times]) => sum + times, 0)
  const rest =
    hours === undefined ? Number(total ?? sent) - sent : Math.floor((Number(hours) * 3600 - spent) / interval)
  const last = steps.at(-1)
  if (rest <= 0) return steps
  return last?.[1] === interval ? [...steps.slice(0, -1), [last[0] + rest, interval]] : [...steps, [rest, interval]]
}
