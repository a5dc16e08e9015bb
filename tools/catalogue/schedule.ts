/** Parses when and how often a callback is repeated. */
import type { EventFacts } from '../../src/catalogue/facts.ts'
import { plain } from './page.ts'

const SECONDS: Readonly<Record<string, number>> = { s: 1, 秒: 1, min: 60, m: 60, 分钟: 60, h: 3600, 小时: 3600 }

const UNIT = Object.keys(SECONDS).join('|')

/** An interval and its number of repeats: `15s`, `2m30s`, `15s（尝试10次）`, `15秒×10次`, `1s(1次)`. */
const STEP = new RegExp(`((?:\\d+(?:${UNIT})?)+)\\s*(?:[×*（(]\\s*(?:尝试)?(\\d+)次)?`, 'gi')

const LIST = /(?:按照|通知频率为|分别以)\s*[（(]?(?:通知频率为\s*[:：]?)?\s*((?:\d+[^，；]*?[/、*×])[^，；]*)(.*)/

/** The repeats from the first line that mentions them; undefined if no line does. */
export function scheduleOf(lines: readonly string[]): EventFacts['schedule'] {
  for (const line of lines.map(plain).filter((one) => !one.startsWith('|'))) {
    const [, seconds = 60, times] = /(?:每隔(\d+)秒重试一次，最多重试|（1min1次，总计)(\d+)次/.exec(line) ?? []
    if (times !== undefined) return [[Number(times), Number(seconds)]]
    const [, list, rest = ''] = LIST.exec(line) ?? []
    if (list === undefined) continue
    const waits = [...list.replace(/\s-\s.*|）?的频次.*|\s*为间隔.*/, '').matchAll(STEP)]
      .flatMap(([, interval = '', count = 1]) => repeated(Number(count), secondsOf(interval)))
      // The leading 0s of some lists is not a repeat.
      .filter((wait) => wait > 0)
    return inSteps([...waits, ...tailOf(rest, waits)])
  }
  return undefined
}

/** After how many seconds without a reply a callback is repeated, if that is not after 5: `超时(3s)未应答`. */
export function replySecondsOf(lines: readonly string[]): number | undefined {
  const [, seconds] = /超时[（(](\d+)(?:s|秒)[）)]未应答/.exec(lines.join('\n')) ?? []
  return seconds === undefined || seconds === '5' ? undefined : Number(seconds)
}

const repeated = (times: number, seconds: number): number[] => Array(Math.max(0, times)).fill(seconds)

/** A bare number is seconds. */
export const secondsOf = (text: string): number =>
  [...text.matchAll(new RegExp(`(\\d+)(${UNIT})?`, 'gi'))].reduce(
    (sum, [, count, unit = 's']) => sum + Number(count) * (SECONDS[unit.toLowerCase()] ?? 1),
    0,
  )

/** `之后以300S间隔重试，最多持续2小时`, `最后保持 300s 间隔直至满 50 次为止` */
function tailOf(text: string, waits: readonly number[]): number[] {
  const interval = Number(/(?:之后|最后)\D*(\d+)\s*s/i.exec(text)?.[1] ?? 0)
  const hours = /最多(?:持续|重试)(\d+)个?小时/.exec(text)?.[1]
  const total = /满\s*(\d+)\s*次/.exec(text)?.[1] ?? waits.length
  const left = Number(hours) * 3600 - waits.reduce((sum, wait) => sum + wait, 0)
  if (interval === 0) return []
  return repeated(hours === undefined ? Number(total) - waits.length : Math.floor(left / interval), interval)
}

/** Runs of equal values, counted. */
function inSteps(waits: readonly number[]): [times: number, seconds: number][] {
  const steps: [number, number][] = []
  for (const wait of waits) {
    const last = steps.at(-1)
    if (last?.[1] === wait) last[0] += 1
    else steps.push([1, wait])
  }
  return steps
}
