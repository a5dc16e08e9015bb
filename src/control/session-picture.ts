import { isLost } from '../engine/http-message.ts'
import { type Exchange, isFaulted } from '../engine/journal/journal.ts'
import type { Mock } from '../engine/mock.ts'
import { timeWithMilliseconds } from '../protocol/instant.ts'
import { type Language, plainText, readable, shortened } from '../shared/texts.ts'
import { MOST_EVENTS, MOST_LANES, type SessionEvent, type SessionTimeline } from './session-timeline.ts'

/** A picture as data: a page draws it with its own colours, and a file brings them along. */
interface Picture {
  readonly width: number
  readonly height: number
  readonly title: string
  readonly parts: Part[]
}

/** Shapes that belong together, and lead somewhere or not. */
interface Part {
  /** In the dashboard: what stands behind the `#`. */
  address?: string | undefined
  /** All of it in words. */
  title?: string | undefined
  shapes: Shape[]
}

interface Shape {
  shape: 'path' | 'rect' | 'circle' | 'text'
  attributes: Record<string, string | number>
  text?: string | undefined
}

const en = {
  title: 'Timeline of the session',
  counts: (calls: number, callbacks: number, changes: number, moves: number) =>
    `${calls} ${calls === 1 ? 'call' : 'calls'}, ${callbacks} ${callbacks === 1 ? 'callback' : 'callbacks'}, ${changes} ${changes === 1 ? 'change' : 'changes'} without a call, ${moves} ${moves === 1 ? 'move' : 'moves'} of the clock`,
  events: (count: number) => `Only the last ${MOST_EVENTS} events; ${count} before them are left out.`,
  lanes: (count: number) => `Only ${MOST_LANES} things have a lane; ${count} more have none.`,
  nothing: 'Nothing has happened.',
  legend: {
    call: 'call',
    callback: 'callback',
    change: 'change without a call',
    wrong: 'went wrong',
    fault: 'planned fault',
  },
  lost: 'answer lost',
  held: 'held',
  noAnswer: 'no answer',
  unknownPath: 'unknown path',
  shaped: 'shaped',
  attempt: (attempt: number) => `try ${attempt}`,
  clock: {
    moved: (by: string, to: string) => `The clock moves by ${by}, to ${to}`,
    frozen: (at: string) => `The clock is frozen at ${at}`,
    runs: (at: string) => `The clock runs on from ${at}`,
  },
  units: ['d', 'h', 'min', 's'],
}

const zh: typeof en = {
  title: '会话时间线',
  counts: (calls, callbacks, changes, moves) =>
    `请求 ${calls} 个，回调 ${callbacks} 次，非请求引起的变化 ${changes} 次，时钟调整 ${moves} 次`,
  events: (count) => `只含最近 ${MOST_EVENTS} 个事件，之前还有 ${count} 个。`,
  lanes: (count) => `只有 ${MOST_LANES} 个对象有自己的泳道，另有 ${count} 个没有。`,
  nothing: '还没有发生任何事。',
  legend: { call: '请求', callback: '回调', change: '非请求引起的变化', wrong: '出错', fault: '故障注入' },
  lost: '应答丢失',
  held: '被拦下',
  noAnswer: '无应答',
  unknownPath: '未知路径',
  shaped: '仅有形状',
  attempt: (attempt) => `第 ${attempt} 次`,
  clock: {
    moved: (by, to) => `时钟调整 ${by}，到 ${to}`,
    frozen: (at) => `时钟停在 ${at}`,
    runs: (at) => `时钟从 ${at} 继续走`,
  },
  units: ['天', '小时', '分钟', '秒'],
}

const texts = { en, zh }

/** In units of the picture. */
const LEFT = 16
const TIMES = 92
const STEP = 18
const ROW = 24
const HEAD = 84
/** Room for the names of the lanes, which lean. */
const NAMES = 140
const TEXT = 460
/** Widths of texts, in small letters: the name of a lane, and what happened. */
const NAME = 24
const WHAT = 66

/** Colours of the lanes in turn. None is that of a failure. */
const LANES = ['var(--accent)', 'var(--calm)', 'var(--warn)', 'var(--denied)']

export function sessionPicture(
  { operations }: Pick<Mock, 'operations'>,
  { lanes, events, leftOut }: SessionTimeline,
  language: Language,
): Picture {
  const say = texts[language]
  const lanesAt = LEFT + TIMES + STEP
  const xOf = (lane: number) => lanesAt + (lane + 1) * STEP
  const textAt = xOf(lanes.length) + 2
  const width = Math.max(textAt + TEXT, 620)
  const top = HEAD + (lanes.length > 0 ? NAMES : 0)
  const rows = events.map((event) => ({ event, x: event.lanes.map((lane) => xOf(lanes.indexOf(lane))) }))
  let below = top
  let day = ''
  const placed = rows.map((row) => {
    // A move of the clock says itself where it leads to.
    const today = row.event.kind === 'clock' ? day : dayOf(row.event.at)
    const isNewDay = today !== day
    day = today
    below += isNewDay ? 2 * ROW : ROW
    return { ...row, y: below - ROW / 2, isNewDay }
  })
  const count = (kind: (event: SessionEvent) => boolean) => events.filter(kind).length
  const isCallback = (event: SessionEvent) => event.kind === 'exchange' && event.exchange.callback !== undefined
  const lines = [
    events.length === 0
      ? say.nothing
      : say.counts(
          count((event) => event.kind === 'exchange' && !isCallback(event)),
          count(isCallback),
          count(({ kind }) => kind === 'change'),
          count(({ kind }) => kind === 'clock'),
        ),
    [
      ...(leftOut.events > 0 ? [say.events(leftOut.events)] : []),
      ...(leftOut.lanes > 0 ? [say.lanes(leftOut.lanes)] : []),
    ].join(' '),
  ]
  return {
    width,
    height: below + LEFT,
    title: say.title,
    parts: [
      {
        shapes: [
          text(LEFT, 24, say.title, { 'font-size': 15, 'font-weight': 600 }),
          ...lines.map((line, i) => text(LEFT, 44 + i * 16, line, QUIET)),
          ...(events.length === 0 ? [] : legend(say)),
        ],
      },
      ...lanes.map((lane, i): Part => {
        const own = placed.filter(({ event }) => event.lanes.includes(lane)).map(({ y }) => y)
        const x = xOf(i)
        const kind = lane.kind[language]
        return {
          address: addressOf(lane.address),
          title: `${kind} ${lane.heading}`,
          shapes: [
            path(`M${x} ${top - 2}V${own.at(-1) ?? top}`, { stroke: colourOf(i), 'stroke-width': 2, opacity: 0.55 }),
            text(x, top - 8, cut(`${kind} ${inShort(lane.heading)}`, NAME), {
              fill: colourOf(i),
              transform: `rotate(-52 ${x} ${top - 8})`,
            }),
          ],
        }
      }),
      ...placed.flatMap(({ event, x, y, isNewDay }): readonly Part[] => [
        ...(isNewDay ? [{ shapes: [text(LEFT, y - ROW + 4, dayOf(event.at), { 'font-weight': 600 })] }] : []),
        rowOf({ event, x: x.length > 0 ? x : [lanesAt], y, textAt, width, operations, say, language }),
      ]),
    ],
  }
}

interface Row {
  readonly event: SessionEvent
  /** Of its lanes. */
  readonly x: readonly number[]
  readonly y: number
  readonly textAt: number
  readonly width: number
  readonly operations: Mock['operations']
  readonly say: typeof en
  readonly language: Language
}

function rowOf({ event, x, y, textAt, width, operations, say, language }: Row): Part {
  const when = readable(timeWithMilliseconds(event.at))
  const time = text(LEFT, y + 4, when.slice(11, 23), { ...QUIET, 'font-family': 'var(--mono)' })
  if (event.kind === 'clock') {
    const said = clockTextOf(event, say)
    return {
      title: said,
      shapes: [
        rect(LEFT - 6, y - 10, width - 2 * LEFT + 12, { fill: 'var(--warn-ground)' }),
        text(LEFT, y + 4, said, { fill: 'var(--warn)', 'font-weight': 600 }),
      ],
    }
  }
  const changed = event.change && [event.change.title[language], event.change.state].filter(Boolean).join(' → ')
  if (event.kind === 'change') {
    return {
      title: [changed, when].join('\n'),
      shapes: [
        time,
        ...marksOf(x, y, 'change', colourOfKind('change')),
        text(textAt, y + 4, cut(changed ?? '', WHAT), { fill: 'var(--calm)' }),
      ],
    }
  }
  const { exchange } = event
  const { id, callback, operation, shaped, request, response, code } = exchange
  const served = operations.find((one) => one.id === operation)
  const title = callback
    ? `${callback.eventType} · ${say.attempt(callback.attempt)}`
    : served
      ? language === 'zh'
        ? served.title
        : served.summary
      : `${say.unknownPath} ${request.target}`
  const colour = colourOfKind(outcomeOf(exchange))
  const said = [
    `${response?.status ?? say.noAnswer} ${title}`,
    ...faultsOn(exchange, say),
    shaped && say.shaped,
    code,
    changed,
  ].filter(Boolean)
  const names = event.lanes.map((lane) => `${lane.kind[language]} ${lane.heading}`)
  return {
    address: addressOf(['exchanges', id]),
    title: plainText(
      [said.join(' · '), `${request.method} ${shortened(request.target, 300)}`, ...names, when].join('\n'),
    ),
    shapes: [
      rect(LEFT - 6, y - 11, width - 2 * LEFT + 12, { fill: 'transparent' }),
      time,
      ...marksOf(x, y, callback ? 'callback' : 'call', colour),
      text(textAt, y + 4, cut(said.join(' · '), WHAT), { fill: colour === GOOD ? 'var(--text)' : colour }),
    ],
  }
}

/** Marks of an event in its lanes, with a line that joins them. */
function marksOf(
  x: readonly number[],
  y: number,
  kind: 'call' | 'callback' | 'change',
  colour: string,
): readonly Shape[] {
  const joined = x.length > 1 ? [path(`M${Math.min(...x)} ${y}H${Math.max(...x)}`, { stroke: colour })] : []
  return [...joined, ...x.map((at) => markAt(at, y, kind, colour))]
}

function markAt(x: number, y: number, kind: 'call' | 'callback' | 'change', colour: string): Shape {
  if (kind === 'callback') return path(`M${x} ${y - 6}l6 6l-6 6l-6 -6z`, { fill: colour })
  const look = kind === 'call' ? { fill: colour } : { fill: 'var(--surface)', stroke: colour, 'stroke-width': 2 }
  return { shape: 'circle', attributes: { cx: x, cy: y, r: kind === 'call' ? 5 : 4, ...look } }
}

function legend(say: typeof en): readonly Shape[] {
  let x = LEFT + 5
  return (['call', 'callback', 'change', 'wrong', 'fault'] as const).flatMap((kind) => {
    const at = x
    x += 30 + 6 * widthOf(say.legend[kind])
    const mark = markAt(at, 74, kind === 'wrong' || kind === 'fault' ? 'call' : kind, colourOfKind(kind))
    return [mark, text(at + 11, 78, say.legend[kind], QUIET)]
  })
}

/** How a call ended, for whoever made it: a planned fault may have lost an answer that says that all went well. */
function outcomeOf(exchange: Exchange): 'call' | 'wrong' | 'fault' {
  const { response } = exchange
  if (response === undefined || response.status >= 300 || isLost(response)) return 'wrong'
  return isFaulted(exchange) ? 'fault' : 'call'
}

/** The effects of planned faults on a call. */
function faultsOn(exchange: Exchange, say: typeof en): readonly string[] {
  const { response, remarks } = exchange
  const isHeld = remarks.some(({ effects }) => effects?.includes('hold'))
  const marks = [isHeld && say.held, response && isLost(response) && say.lost].filter(
    (mark) => typeof mark === 'string',
  )
  return marks.length === 0 && isFaulted(exchange) ? [say.legend.fault] : marks
}

const GOOD = 'var(--good)'

function colourOfKind(kind: keyof typeof en.legend): string {
  return { call: GOOD, callback: GOOD, change: 'var(--calm)', wrong: 'var(--bad)', fault: 'var(--warn)' }[kind]
}

function clockTextOf({ move }: SessionEvent & { readonly kind: 'clock' }, { clock, units }: typeof en): string {
  const { from, to, wasFrozen, frozen } = move
  const at = readable(timeWithMilliseconds(to)).slice(0, 19)
  const seconds = Math.round((to - from) / 1_000)
  if (seconds !== 0) return clock.moved(`${seconds < 0 ? '−' : '+'}${lengthOf(Math.abs(seconds), units)}`, at)
  return frozen && !wasFrozen ? clock.frozen(at) : clock.runs(at)
}

/** In its two largest units. */
function lengthOf(seconds: number, units: readonly string[]): string {
  const amounts = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ]
  const first = amounts.findIndex((amount) => amount > 0)
  const parts = amounts.map((amount, i) => ({ amount, unit: units[i] })).slice(first, first + 2)
  return parts.flatMap(({ amount, unit }) => (amount > 0 ? [`${amount} ${unit}`] : [])).join(' ')
}

function colourOf(lane: number): string {
  return LANES[lane % LANES.length] ?? ''
}

function addressOf(parts: readonly string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`
}

function dayOf(at: number): string {
  return timeWithMilliseconds(at).slice(0, 10)
}

const QUIET = { fill: 'var(--quiet)', 'font-size': 11 }

function text(x: number, y: number, said: string, attributes: Shape['attributes'] = {}): Shape {
  return { shape: 'text', attributes: { x, y, fill: 'var(--text)', ...attributes }, text: plainText(said) }
}

function path(d: string, attributes: Shape['attributes']): Shape {
  return { shape: 'path', attributes: { d, fill: 'none', ...attributes } }
}

function rect(x: number, y: number, width: number, attributes: Shape['attributes']): Shape {
  return { shape: 'rect', attributes: { x, y, width, height: 20, rx: 5, ...attributes } }
}

/** The beginning and the end of a number. */
function inShort(number: string): string {
  return number.length <= 12 ? number : `${number.slice(0, 4).toWellFormed()}…${number.slice(-6).toWellFormed()}`
}

function widthOf(said: string): number {
  let width = 0
  for (const character of said) width += character >= '\u2e80' ? 2 : /[A-Z_→]/.test(character) ? 1.3 : 1
  return width
}

/** The beginning of a text that fits, by the width of small letters. */
function cut(said: string, width: number): string {
  let shown = ''
  for (const character of plainText(said).replaceAll(/\s/g, ' ')) {
    if (widthOf(shown + character) > width) return `${shown}…`
    shown += character
  }
  return shown
}

/** Colours of a picture that stands alone, as the dashboard has them in light and dark. */
const STYLE = `svg{color-scheme:light dark;--surface:#fff;--text:#1b211e;--quiet:#58635d;--accent:#07713d;--good:#0b6b3c;--warn:#7a4d00;--warn-ground:#fbeed3;--bad:#a3201c;--denied:#8a2272;--calm:#2c527d;--sans:system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;--mono:ui-monospace,Menlo,Consolas,monospace}
@media (prefers-color-scheme:dark){svg{--surface:#191e1b;--text:#e6ebe8;--quiet:#a0aba5;--accent:#4fd08a;--good:#6bd79b;--warn:#f0bd62;--warn-ground:#3a2c12;--bad:#ff9b94;--denied:#f29bdb;--calm:#9cc3f0}}
a:hover text{text-decoration:underline}`

/** A picture as a file of its own. @param page address of the dashboard, which its parts lead to */
export function svgOf({ width, height, title, parts }: Picture, page: string, language: Language): string {
  const shapes = parts.map((part) => {
    const inside = part.shapes.map(({ shape, attributes, text: said = '' }) => {
      const given = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
      return `<${shape}${given.join('')}>${escaped(said)}</${shape}>`
    })
    const named = part.title === undefined ? '' : `<title>${escaped(part.title)}</title>`
    return part.address === undefined
      ? `<g>${named}${inside.join('')}</g>`
      : `<a href="${escaped(`${page}#${part.address}`)}">${named}${inside.join('')}</a>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" lang="${language === 'zh' ? 'zh-CN' : 'en'}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="var(--sans)" font-size="12">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<rect width="100%" height="100%" fill="var(--surface)"/>
${shapes.join('\n')}
</svg>
`
}

/** Characters that end a text of XML or an attribute, or that XML cannot have. */
function escaped(said: string): string {
  return said
    .toWellFormed()
    .replaceAll(/[^\t\n\r\x20-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
