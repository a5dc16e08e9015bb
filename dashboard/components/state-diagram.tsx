import type { LifeJson } from '../../src/control/formats/overview.ts'
import type { TimelineEntry } from '../../src/control/timeline.ts'
import { plainText, readable } from '../../src/wire/shared/texts.ts'
import { said, texts } from '../state/appearance.ts'
import { useKeyScrolling } from '../state/keys.ts'
import { scrollToMiddle } from '../state/lists.ts'
import { dayAndTime } from '../times.ts'

/** The states of a thing as boxes, with the current one marked, and the transitions between them, with times for those it took. */
export function StateDiagram({
  life,
  state,
  entries,
}: {
  readonly life: LifeJson
  readonly state: string
  readonly entries: readonly TimelineEntry[]
}) {
  const words = texts.value.life
  const { width, height, boxes, frames, arrows } = layOut(life, entries, words.byHand)
  return (
    <div class="drawing" ref={useKeyScrolling()}>
      <svg
        class="state-diagram"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={words.diagram(plainText(state))}
      >
        {frames.map(({ x, y, width, height }) => (
          <rect key={y} class="frame" x={x} y={y} width={width} height={height} rx="10" />
        ))}
        {arrows.map((arrow) => (
          <ArrowOf key={arrow.key} arrow={arrow} />
        ))}
        {boxes.map(({ name, title, tone, x, y, width, height }) => (
          <g
            key={name}
            ref={name === state ? scrollToMiddle : null}
            class={`state ${tone} ${name === state ? 'present' : ''}`}
          >
            <rect x={x} y={y} width={width} height={height} rx="7" />
            <text class="name" x={x + width / 2} y={y + 17} text-anchor="middle">
              {plainText(name)}
            </text>
            <text x={x + width / 2} y={y + 32} text-anchor="middle">
              {said(title)}
            </text>
          </g>
        ))}
      </svg>
    </div>
  )
}

function ArrowOf({ arrow: { path, head, label, titles, by, times } }: { readonly arrow: Arrow }) {
  const last = times[0]
  const names = titles.map((title) => said(title))
  const [day, clock] = dayAndTime(last ?? '')
  const count = times.length > 1 ? `${texts.value.life.times(times.length)} ` : ''
  return (
    <g class={`arrow by-${by} ${last === undefined ? '' : 'gone'}`}>
      <title>{[...names, ...times.map(readable)].join('\n')}</title>
      <path class="way" d={path} />
      <path class="head" d={head} />
      <LabelOf label={label} lines={names} />
      {last !== undefined && (
        <LabelOf label={{ ...label, y: label.y + 13 * names.length }} lines={[`${count}${day}`, clock]} />
      )}
    </g>
  )
}

function LabelOf({ label: { x, y, anchor }, lines }: { readonly label: Label; readonly lines: readonly string[] }) {
  return (
    <>
      {lines.map((line, i) => (
        <text key={line} x={x} y={y + 13 * i} text-anchor={anchor}>
          {line}
        </text>
      ))}
    </>
  )
}

/** Layout of a state diagram, in units of its view box: a stage is a row, and transitions between two rows are straight. */

const WIDTH = 480
const BOX = 40
/** Between two rows: room for the labels of downward transitions, and below them for those of upward ones. */
const GAP = 64
const GAP_WITH_WAYS_UP = 104
const PADDING = 8
/** How far a transition between states of one row dips below it, and the height of a line of its label. */
const DIP = 14
const LINE = 13
const HEAD = 5

type LifeState = LifeJson['stages'][number][number]
type Transition = LifeJson['transitions'][number]

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

interface Label {
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle' | 'end'
}

/** A transition from one state, or from any of a row, to another. */
interface Arrow {
  readonly key: string
  readonly titles: readonly Transition['title'][]
  readonly by: Transition['by']
  /** When the thing took it, latest first. */
  readonly times: readonly string[]
  readonly path: string
  readonly head: string
  readonly label: Label
}

type Way = Pick<Arrow, 'key' | 'titles' | 'by' | 'times'> & { readonly from: readonly string[]; readonly to: string }

/** @param byHand label of transitions that somebody made by hand and that are not part of the life */
function layOut(life: LifeJson, entries: readonly TimelineEntry[], byHand: string) {
  const ways = waysOf(life, entries, byHand)
  const rowOf = (name: string) => life.stages.findIndex((stage) => stage.some((one) => one.name === name))
  const columns = Math.max(1, ...life.stages.map(({ length }) => length))
  const columnWidth = WIDTH / columns
  const boxes = new Map<string, Rectangle & LifeState>()
  const frames: Rectangle[] = []
  const dips = life.stages.map((_, row) => ways.filter(({ from, to }) => isWithin(from, to, row)))
  let y = PADDING
  const ends = life.stages.map((stage, row) => {
    const isFrame = row === 0 && stage.length > 1
    const top = y + (isFrame ? PADDING : 0)
    const taken = new Set<number>()
    stage.forEach((state, nth) => {
      const isOnly = stage.length === 1 && row === 0
      let column = columnOf(state.name, row, nth)
      // One state may lead to several of a row.
      while (taken.has(column)) column = (column + 1) % columns
      taken.add(column)
      const x = isOnly ? 0 : column * columnWidth
      const width = isOnly ? WIDTH : columnWidth
      boxes.set(state.name, { ...state, x: x + PADDING, y: top, width: width - 2 * PADDING, height: BOX })
    })
    const bottom = top + BOX + depthOf(dips[row] ?? [])
    if (isFrame) frames.push({ x: 1, y, width: WIDTH - 2, height: bottom - y + PADDING })
    const end = isFrame ? bottom + PADDING : top + BOX
    const hasWaysUp = ways.some(({ from, to }) => rowOf(to) <= row && from.some((one) => rowOf(one) > row))
    y = Math.max(bottom, end) + (hasWaysUp ? GAP_WITH_WAYS_UP : GAP)
    return { bottom, end }
  })

  function isWithin(from: readonly string[], to: string, row: number): boolean {
    return rowOf(to) === row && from.every((one) => rowOf(one) === row)
  }
  /** In a row with fewer states than the widest, each is below the first that leads to it, or as near as there is room. */
  function columnOf(name: string, row: number, column: number): number {
    if ((life.stages[row]?.length ?? 0) === columns || row === 0) return column
    const from = life.transitions.find(({ to }) => to === name)?.from.find((one) => rowOf(one) < row && rowOf(one) >= 0)
    const above = life.stages[rowOf(from ?? '')]?.findIndex((one) => one.name === from)
    return above === undefined || above === -1 ? column : above
  }

  const arrows = ways.flatMap((way): readonly Arrow[] => {
    const target = boxes.get(way.to)
    const source = boxes.get(way.from[0] ?? '')
    if (!target || !source) return []
    const [fromRow, toRow] = [rowOf(way.from[0] ?? ''), rowOf(way.to)]
    if (fromRow === toRow) {
      const before = (dips[toRow] ?? []).slice(
        0,
        dips[toRow]?.findIndex(({ key }) => key === way.key),
      )
      return [{ ...way, ...dip(source, target, before.length, depthOf(before)) }]
    }
    const isDown = fromRow < toRow
    const [upper, lower] = isDown ? [source, target] : [target, source]
    const end = ends[Math.min(fromRow, toRow)]?.end ?? 0
    if (isDown && way.from.length === 1 && isFreeBeside(source, target)) {
      return [{ ...way, ...aside(source, target, end) }]
    }
    const isOfBox = way.from.length === 1 && upper.width <= columnWidth
    if (isDown && isOfBox && !isAbove(upper, lower)) return [{ ...way, ...bent(upper, lower, end) }]
    const isDippedInto = isOfBox && (dips[Math.min(fromRow, toRow)] ?? []).some(({ to }) => boxes.get(to) === upper)
    return [{ ...way, ...straight(lower, { top: isOfBox ? upper.y + BOX : end, end, isDown, isDippedInto }) }]
  })

  /** Whether a box is beside another in a lower row, with nothing of its own row between or above that. */
  function isFreeBeside(source: Rectangle, target: Rectangle): boolean {
    const [left, right] = [Math.min(source.x, target.x), Math.max(source.x, target.x)]
    return (
      !isAbove(source, target) &&
      ![...boxes.values()].some(({ x, y }) => y === source.y && x !== source.x && x >= left && x <= right)
    )
  }
  const last = ends.at(-1)
  return { width: WIDTH, height: (last?.bottom ?? 0) + PADDING, boxes: [...boxes.values()], frames, arrows }
}

function isAbove(one: Rectangle, other: Rectangle): boolean {
  return one.x < other.x + other.width && other.x < one.x + one.width
}

/** How far a transition down is from one up, where both are at the right. */
const BESIDE = 12

/**
 * Down at the left of the lower box with its label in the upper half, or up at its right with the label in the lower half. If transitions of the
 * upper row enter the upper box, it goes down at the right, past them, with both labels at the left.
 *
 * @param end where the upper row ends, including the transitions within it
 */
function straight(
  lower: Rectangle,
  {
    top,
    end,
    isDown,
    isDippedInto,
  }: { readonly top: number; readonly end: number; readonly isDown: boolean; readonly isDippedInto: boolean },
): Pick<Arrow, 'path' | 'head' | 'label'> {
  const inset = Math.min(10, lower.width / 4)
  const right = lower.x + lower.width - inset
  const x = !isDown ? right : isDippedInto ? right - BESIDE : lower.x + inset
  const [from, to] = isDown ? [top, lower.y] : [lower.y, top]
  return {
    path: `M${x} ${from}V${to}`,
    head: headAt(x, to, isDown),
    label: isDown
      ? { x: isDippedInto ? x - 6 : x + 6, y: (isDippedInto ? end : top) + 16, anchor: isDippedInto ? 'end' : 'start' }
      : { x: x - 6 - (isDippedInto ? BESIDE : 0), y: end + (lower.y - end) / 2 + 12, anchor: 'end' },
  }
}

/** Out of the bottom of a box, through its row, and down at the near side of one in a lower row that is not below it. */
function bent(source: Rectangle, target: Rectangle, end: number): Pick<Arrow, 'path' | 'head' | 'label'> {
  const isLeft = source.x < target.x
  const inset = Math.min(10, target.width / 4)
  const out = isLeft ? source.x + source.width - inset / 2 : source.x + inset / 2
  const x = isLeft ? target.x + inset : target.x + target.width - inset
  return {
    path: `M${out} ${source.y + source.height}V${end + PADDING}H${x}V${target.y}`,
    head: headAt(x, target.y, true),
    label: { x: isLeft ? x + 6 : x - 6, y: end + PADDING + 16, anchor: isLeft ? 'start' : 'end' },
  }
}

/** Out of the side of a box, and down at the right of one in a lower row that is not below it. */
function aside(source: Rectangle, target: Rectangle, end: number): Pick<Arrow, 'path' | 'head' | 'label'> {
  const x = target.x + target.width - Math.min(10, target.width / 4)
  const out = target.x < source.x ? source.x : source.x + source.width
  return {
    path: `M${out} ${source.y + source.height / 2}H${x}V${target.y}`,
    head: headAt(x, target.y, true),
    label: { x: x - 6, y: end + 16, anchor: 'end' },
  }
}

/** The height of the transitions between states of one row, with their labels. */
function depthOf(ways: readonly Way[]): number {
  return ways.reduce((sum, { titles, times }) => sum + DIP + LINE * (titles.length + (times.length > 0 ? 2 : 0)), 0)
}

/**
 * Out of the bottom of one box, and into that of another in its row.
 *
 * @param nth number of such transitions above it, which take up `above`
 */
function dip(source: Rectangle, target: Rectangle, nth: number, above: number): Pick<Arrow, 'path' | 'head' | 'label'> {
  const side = Math.sign(target.x - source.x)
  const out = source.x + source.width / 2 + side * (14 + 5 * nth)
  const into = target.x + target.width / 2 - side * (14 + 5 * nth)
  const bottom = source.y + BOX
  const depth = bottom + above + DIP
  return {
    path: `M${out} ${bottom}V${depth}H${into}V${bottom}`,
    head: headAt(into, bottom, false),
    label: { x: (out + into) / 2, y: depth + LINE, anchor: 'middle' },
  }
}

function headAt(x: number, y: number, isDown: boolean): string {
  return `M${x} ${y}l${-HEAD} ${isDown ? -2 * HEAD : 2 * HEAD}h${2 * HEAD}z`
}

/** The transitions of a life, and those made by hand. A possible change by hand within a row is only drawn if it happened. */
function waysOf(life: LifeJson, entries: readonly TimelineEntry[], byHand: string): readonly Way[] {
  const gone = new Map<string, string[]>()
  for (const { event, time, state_before: before, state_after: after } of entries) {
    if (event === undefined || before === undefined || after === undefined || before === after) continue
    const key = `${before} ${after}`
    gone.set(key, [...(gone.get(key) ?? []), time])
  }
  const ways = new Map<string, Way>()
  for (const transition of life.transitions) {
    const stage = life.stages.find((states) => states.some(({ name }) => name === transition.from[0])) ?? []
    const isOfAll = stage.length > 1 && stage.every(({ name }) => transition.from.includes(name))
    for (const from of isOfAll ? [transition.from] : transition.from.map((one) => [one])) {
      const pairs = from.map((one) => `${one} ${transition.to}`)
      const times = pairs.flatMap((pair) => gone.get(pair) ?? [])
      for (const pair of pairs) gone.delete(pair)
      const isMarked = transition.by === 'hand' && stage.some(({ name }) => name === transition.to)
      if (from[0] === transition.to || (isMarked && times.length === 0)) continue
      const key = `${from.join()} ${transition.to}`
      const same = ways.get(key)
      ways.set(key, {
        key,
        from,
        to: transition.to,
        by: same?.by ?? transition.by,
        titles: [...(same?.titles ?? []), transition.title],
        times: [...(same?.times ?? []), ...times],
      })
    }
  }
  for (const [key, times] of gone) {
    const [from = '', to = ''] = key.split(' ')
    ways.set(key, { key, from: [from], to, by: 'hand', titles: [{ en: byHand, zh: byHand }], times })
  }
  return [...ways.values()]
}
