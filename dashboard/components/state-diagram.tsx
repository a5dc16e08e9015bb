import { plainText, readable } from '../../src/browser/texts.ts'
import type { LifeJson } from '../../src/control/formats/overview.ts'
import type { TimelineEntry } from '../../src/control/timeline.ts'
import { texts } from '../state/appearance.ts'
import { said } from '../state/said.ts'
import { scrollToMiddle } from '../state/scroll-to-middle.ts'
import { useKeyScrolling } from '../state/use-key-scrolling.ts'
import { dayAndTime } from '../times.ts'
import { type Arrow, type Label, layOut } from './state-layout.ts'

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
