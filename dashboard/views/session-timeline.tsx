import { h } from 'preact'
import type { MockControl } from '../../src/mock-control.ts'
import { saveBlob } from '../components/code.tsx'
import { DetailPane } from '../components/panes.tsx'
import { language, texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { useKeyScrolling } from '../state/keys.ts'
import { attempt } from '../state/notices.ts'
import { addressOf } from '../state/route.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { type ExchangeFilter, wanted } from './exchange-filter.tsx'

/** Its name in the address, in the place of an exchange. */
export const TIMELINE = 'timeline'

type Picture = Awaited<ReturnType<MockControl['sessionTimeline']>>

/** The exchanges of the list as a picture, which can be saved; its parts lead to calls and things. */
export function SessionTimeline({ filter, back }: { readonly filter: ExchangeFilter; readonly back: string }) {
  const words = texts.value.timeline
  const picture = useLoaded(
    JSON.stringify([TIMELINE, filter, language.value]),
    (client) => client.sessionTimeline(wanted(filter)),
    (event) => event.type === 'exchange' || touches('resets', 'clock')(event),
  )
  const save = async () => {
    const file = await attempt(() => control.value.sessionTimelineSvg(wanted(filter)), words.saved)
    if (file) saveBlob('timeline.svg', file)
  }
  return (
    <DetailPane label={words.title} back={back} backLabel={texts.value.exchange.back} loaded={picture}>
      {(value) => (
        <>
          <header class="detail-head">
            <p class="actions">
              <button type="button" onClick={() => void save()}>
                {words.save}
              </button>
              <span class="quiet">{Object.keys(filter).length > 0 ? words.filtered : words.all}</span>
            </p>
          </header>
          <Drawing picture={value} filter={filter} />
        </>
      )}
    </DetailPane>
  )
}

/** The list stays narrowed beside a call. */
function hrefOf(address: string, filter: ExchangeFilter): string {
  const [, view, id = ''] = address.split('/')
  return view === 'exchanges' ? addressOf([view, id], filter) : `#${address}`
}

function Drawing({
  picture: { width, height, title, parts },
  filter,
}: {
  readonly picture: Picture
  readonly filter: ExchangeFilter
}) {
  return (
    <div class="session" ref={useKeyScrolling()}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        <title>{title}</title>
        {parts.map(({ address, title, shapes }, i) => {
          const inside = [
            title !== undefined && <title key="title">{title}</title>,
            ...shapes.map(({ shape, attributes, text }, j) => h(shape, { key: j, ...attributes }, text)),
          ]
          return address === undefined ? (
            <g key={String(i)}>{inside}</g>
          ) : (
            <a key={String(i)} href={hrefOf(address, filter)}>
              {inside}
            </a>
          )
        })}
      </svg>
    </div>
  )
}
