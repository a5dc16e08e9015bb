import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { JournalPage } from '../../src/control/calls/journal.ts'
import type { ExchangeSummaryJson } from '../../src/control/formats/exchange-summary.ts'
import { plainText, withReadableTimes } from '../../src/wire/shared/texts.ts'
import { FaultMarks, ShapedBadge, StatusBadge } from '../components/badges.tsx'
import { KeyHelp, Question } from '../components/dialogs.tsx'
import { Loading, Rows, Shortened } from '../components/panes.tsx'
import { SaveView } from '../components/save-view.tsx'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { useListKeys } from '../state/keys.ts'
import { useOpenedRow, useReading, useSlots } from '../state/lists.ts'
import { attempt } from '../state/notices.ts'
import { addressOf, route } from '../state/route.ts'
import { touches } from '../state/use-loaded.ts'
import { usePages } from '../state/use-pages.ts'
import { dateOf, duration, timeOfDay } from '../times.ts'
import { ExchangeDetail } from './exchange-detail.tsx'
import {
  Causes,
  clearFilters,
  type ExchangeFilter,
  ExchangeFilters,
  filterIn,
  OutcomeTabs,
  wanted,
} from './exchange-filter.tsx'
import { ExportRequests } from './export-requests.tsx'
import { FirstVisit, isGuideOpen, StoryHint, toggleGuide } from './first-visit.tsx'
import { Held } from './held.tsx'
import { RecentTraffic } from './recent-traffic.tsx'

/** How long the picture of the last minutes may go without an update while nothing happens. */
const PICTURE_MS = 15_000

/** The latest calls as they come in, and one of them in detail. */
export function ExchangesView() {
  const { rest, query } = route.value
  const [id] = rest
  const filter = filterIn(query)
  const key = JSON.stringify(filter)
  const reading = useReading()
  const pages = usePages<ExchangeSummaryJson, JournalPage>(
    key,
    (client, page) => client.journalPage({ ...wanted(filter), ...page }),
    (exchange) => exchange.id,
    (event) => event.type === 'exchange' || touches('resets', 'clock')(event),
    reading.isRead,
  )
  const { items, latest, error } = pages
  const slots = useSlots(items?.map((exchange) => exchange.id) ?? [])
  const words = texts.value.exchanges
  const filtered = Object.keys(filter).length > 0
  const isFirst = items?.length === 0 && !filtered
  const back = addressOf(['exchanges'], filter)
  const list = useRef<HTMLElement>(null)
  useListKeys(list, id !== undefined, back, pages.more)
  useOpenedRow(list, id)
  // The previous result stays until another filter is answered.
  const known = useRef<JournalPage | undefined>(undefined)
  known.current = latest ?? known.current
  const recent = known.current?.recent
  useEffect(() => {
    if (recent?.duration_ms === undefined) return
    const timer = setTimeout(pages.reload, PICTURE_MS)
    return () => clearTimeout(timer)
  }, [recent, key])
  return (
    <div class={`split ${id === undefined ? '' : 'opened'}`}>
      <section
        ref={list}
        class="pane list exchanges"
        aria-labelledby="exchanges-title"
        aria-busy={items === undefined && error === undefined}
      >
        <h1 id="exchanges-title" class="for-readers">
          {texts.value.views.exchanges}
        </h1>
        <header class="pane-head">
          {!isFirst && <ExchangeFilters filter={filter} />}
          <div class="head-tools">
            {!isFirst && (
              <>
                <button type="button" class="plain guide" aria-expanded={isGuideOpen(query)} onClick={toggleGuide}>
                  {texts.value.start.title}
                </button>
                <ExportRequests filter={filter} total={pages.total} />
                <SaveView />
                <ClearJournal onCleared={pages.reload} />
              </>
            )}
            <KeyHelp
              also={[
                ['c', texts.value.keys.curl],
                ['r', texts.value.keys.replay],
              ]}
            />
          </div>
        </header>
        <Held />
        {(isFirst || isGuideOpen(query)) && <FirstVisit onPlayed={pages.reload} />}
        {!isFirst && <StoryHint />}
        {recent && !isFirst && (
          <>
            <div class="outcomes">
              <OutcomeTabs filter={filter} counts={known.current?.counts} />
              {latest?.dropped && <Dropped {...latest.dropped} />}
              <RecentTraffic traffic={recent} filter={filter} />
            </div>
            <Causes filter={filter} causes={known.current?.causes} />
          </>
        )}
        {error !== undefined && <p class="wrong">{error}</p>}
        {items === undefined && error === undefined && <Loading />}
        {items?.length === 0 && filtered && (
          <p class="empty">
            {words.nothingFits}{' '}
            <button type="button" onClick={clearFilters}>
              {words.clearFilters}
            </button>
          </p>
        )}
        {items && items.length > 0 && (
          <Rows pages={pages} reading={reading}>
            {items.map((exchange, i) => (
              <Row
                key={slots.get(exchange.id)}
                exchange={exchange}
                above={items[i - 1]?.time ?? recent?.steps.at(-1)?.to ?? ''}
                filter={filter}
                opened={exchange.id === id}
              />
            ))}
          </Rows>
        )}
      </section>
      {id !== undefined && <ExchangeDetail key={id} id={id} back={back} />}
    </div>
  )
}

/** Empties the whole journal, whatever the filter, and therefore asks first. */
function ClearJournal({ onCleared }: { readonly onCleared: () => void }) {
  const words = texts.value.exchanges
  const [count, ask] = useState<number>()
  const clear = async () => {
    await attempt(() => control.value.clearJournal(), words.cleared)
    onCleared()
  }
  return (
    <>
      <button
        type="button"
        class="plain"
        onClick={() => void attempt(() => control.value.journalCount()).then((all) => ask(all))}
      >
        {words.clear}
      </button>
      {count !== undefined && (
        <Question
          title={words.clearQuestion(count)}
          yes={words.clear}
          onAnswer={(yes) => {
            ask(undefined)
            if (yes) void clear()
          }}
        >
          {words.clearLoses}
        </Question>
      )}
    </>
  )
}

/** Reports that older exchanges were dropped, and why. */
function Dropped({ by_number, by_size }: NonNullable<JournalPage['dropped']>) {
  const words = texts.value.exchanges
  const text = [by_size > 0 && words.droppedBySize(by_size), by_number > 0 && words.droppedByNumber(by_number)]
    .filter(Boolean)
    .join(' ')
  return <p class="quiet dropped">{text}</p>
}

/**
 * One exchange on one line, below the date if the day differs from the row above. Of one that went wrong, the reason comes first, and where space is
 * short, its numbers and the name of the call stand below.
 */
function Row({
  exchange,
  above,
  filter,
  opened,
}: {
  readonly exchange: ExchangeSummaryJson
  /** The time of the row above; of the first row, today's on the mock's clock. */
  readonly above: string
  readonly filter: ExchangeFilter
  readonly opened: boolean
}) {
  const { id, time, method, target, status, code, effects, duration_ms, remark, request_no } = exchange
  const [clockTime, milliseconds] = timeOfDay(time).split(/(?=\.)/)
  const link = useRef<HTMLAnchorElement>(null)
  // The focus belongs to the exchange, rather than to the elements that another one reuses.
  useLayoutEffect(() => () => link.current?.blur(), [id])
  const call = <CallName exchange={exchange} />
  const reason = (code !== undefined || remark) && (
    <span class="row-reason">
      {remark && (
        <span class="note">
          {plainText(withReadableTimes(remark.causes?.map(({ explanation }) => explanation).join(' ') || remark.text))}
        </span>
      )}
      {code !== undefined && <span class="mono quiet">{code}</span>}
    </span>
  )
  const isWrong = reason && (status === undefined || status >= 300)
  return (
    <li class={opened ? 'opened' : ''}>
      {dateOf(time) !== dateOf(above) && <p class="day quiet">{dateOf(time)}</p>}
      <a
        ref={link}
        class="one-line"
        href={addressOf(['exchanges', id], filter)}
        aria-current={opened ? 'true' : undefined}
        title={`${method} ${plainText(target)}`}
      >
        <span class="row-status">
          <StatusBadge status={status} effects={effects} />
        </span>
        <span class="row-head">
          {isWrong ? reason : call}
          <FaultMarks effects={effects} />
        </span>
        <span class="row-more">
          <About exchange={exchange} />
          {request_no !== undefined && (
            <span class="row-number mono quiet">
              <Shortened text={request_no} />
            </span>
          )}
          {reason && <span class="row-tail quiet">{isWrong ? call : reason}</span>}
        </span>
        <span class="row-took quiet">{duration(duration_ms)}</span>
        <time class="row-time" dateTime={time}>
          {clockTime}
          <span class="milliseconds">{milliseconds}</span>
        </time>
      </a>
    </li>
  )
}

/** The name of the call or callback. */
function CallName({ exchange }: { readonly exchange: ExchangeSummaryJson }) {
  const { target, title, operation, served, callback } = exchange
  return (
    <span class="row-call">
      <span class="row-name">
        {callback ? (
          `→ ${callback.event_type}`
        ) : operation === undefined ? (
          <>
            {texts.value.exchanges.unknownPath} <span class="mono quiet">{plainText(target)}</span>
          </>
        ) : (
          plainText(title ?? operation)
        )}
      </span>
      {served && <ShapedBadge />}
    </span>
  )
}

/** The coupon and the order that a call names. */
function About({ exchange: { coupon_code, out_trade_no } }: { readonly exchange: ExchangeSummaryJson }) {
  if (coupon_code === undefined && out_trade_no === undefined) return null
  return (
    <span class="row-about mono">
      {coupon_code !== undefined && <Shortened text={coupon_code} />}
      {coupon_code !== undefined && out_trade_no !== undefined && <span>{' ⇄ '}</span>}
      {out_trade_no !== undefined && <Shortened text={out_trade_no} />}
    </span>
  )
}
