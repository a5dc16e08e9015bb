import { useState } from 'preact/hooks'
import type { JournalPage } from '../../src/control/calls/journal.ts'
import type { ExchangeSummaryJson } from '../../src/control/formats/exchange-summary.ts'
import { FaultMarks, StatusBadge } from '../components/badges.tsx'
import { Code, CopyButton } from '../components/copy-button.tsx'
import { Loading } from '../components/loading.tsx'
import { Question } from '../components/question.tsx'
import { Rows } from '../components/rows.tsx'
import { SearchField } from '../components/search-field.tsx'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { operations, titleOf } from '../state/operations.ts'
import { addressOf, changeQuery, route } from '../state/route.ts'
import { useLoaded } from '../state/use-loaded.ts'
import { usePages } from '../state/use-pages.ts'
import { useReading } from '../state/use-reading.ts'
import { dateOf, duration, timeOfDay } from '../times.ts'
import { ExchangeDetail } from './exchange-detail.tsx'

const FILTERS = ['text', 'operation', 'status', 'mchid', 'coupon_code', 'callbacks'] as const
type Filter = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>
const STATUSES = ['200', '204', '400', '401', '403', '404', '405', '413', '429', '500']

/** What your code just did: the calls as they come in, and one of them in detail. */
export function ExchangesView() {
  const { rest, query } = route.value
  const [id] = rest
  const filter: Filter = Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = query.get(name)
      return value ? [[name, value]] : []
    }),
  )
  const reading = useReading()
  const pages = usePages<ExchangeSummaryJson, JournalPage>(
    JSON.stringify(filter),
    (client, page) => client.journalPage({ ...wanted(filter), ...page }),
    (exchange) => exchange.id,
    (event) => event.type === 'exchange' || (event.type === 'change' && event.change.documents.includes('resets')),
    reading.isRead,
  )
  const { items, latest, error } = pages
  const words = texts.value.exchanges
  const filtered = Object.keys(filter).length > 0
  return (
    <div class={`split ${id === undefined ? '' : 'opened'}`}>
      <section class="pane list" aria-labelledby="exchanges-title">
        <header class="pane-head">
          <h1 id="exchanges-title">{texts.value.views.exchanges}</h1>
          <ClearJournal onCleared={pages.reload} />
        </header>
        <Filters filter={filter} change={changeQuery} />
        {error !== undefined && <p class="wrong">{error}</p>}
        {items === undefined && error === undefined && <Loading />}
        {items?.length === 0 && (filtered ? <p class="empty">{words.nothingFits}</p> : <FirstCall />)}
        {items && items.length > 0 && (
          <Rows pages={pages} reading={reading}>
            {items.map((exchange, i) => (
              <Row
                key={exchange.id}
                exchange={exchange}
                above={items[i - 1]}
                filter={filter}
                opened={exchange.id === id}
              />
            ))}
          </Rows>
        )}
        {latest?.dropped && <Dropped {...latest.dropped} />}
      </section>
      {id !== undefined && <ExchangeDetail key={id} id={id} back={addressOf(['exchanges'], filter)} />}
    </div>
  )
}

/** Empties the whole journal, whatever the filter, and so asks first. */
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

/** Says that older exchanges are gone, and why. */
function Dropped({ by_number, by_size }: NonNullable<JournalPage['dropped']>) {
  const words = texts.value.exchanges
  return (
    <p class="quiet dropped">
      {by_size > 0 && words.droppedBySize(by_size)} {by_number > 0 && words.droppedByNumber(by_number)}
    </p>
  )
}

function wanted({ status, callbacks, ...filter }: Filter) {
  return {
    ...filter,
    ...(status !== undefined && { status: Number(status) }),
    ...((callbacks === 'only' || callbacks === 'no') && { callbacks: callbacks as 'only' | 'no' }),
  }
}

function Filters({
  filter,
  change,
}: {
  readonly filter: Filter
  readonly change: (changes: Readonly<Record<string, string>>) => void
}) {
  const words = texts.value.exchanges
  return (
    <search class="filters" aria-label={texts.value.filter}>
      <SearchField label={words.search} value={filter.text ?? ''} onChange={(text) => change({ text })} />
      <select
        aria-label={words.operation}
        value={filter.operation ?? ''}
        onChange={({ currentTarget }) => change({ operation: currentTarget.value })}
      >
        <option value="">{words.anyOperation}</option>
        {operations.value.map(({ id }) => (
          <option key={id} value={id}>
            {titleOf(id)}
          </option>
        ))}
      </select>
      <select
        aria-label={words.status}
        value={filter.status ?? ''}
        onChange={({ currentTarget }) => change({ status: currentTarget.value })}
      >
        <option value="">{words.anyStatus}</option>
        {STATUSES.map((status) => (
          <option key={status}>{status}</option>
        ))}
      </select>
      <select
        aria-label={words.kind}
        value={filter.callbacks ?? ''}
        onChange={({ currentTarget }) => change({ callbacks: currentTarget.value })}
      >
        <option value="">{words.callsAndCallbacks}</option>
        <option value="no">{words.callsOnly}</option>
        <option value="only">{words.callbacksOnly}</option>
      </select>
      <SearchField
        kind="number"
        label={words.merchant}
        value={filter.mchid ?? ''}
        onChange={(mchid) => change({ mchid })}
      />
      <SearchField
        kind="number"
        label={words.coupon}
        value={filter.coupon_code ?? ''}
        onChange={(coupon_code) => change({ coupon_code })}
      />
    </search>
  )
}

/** One exchange in one line. Where the day changes from the row above, the time has its date. */
function Row({
  exchange,
  above,
  filter,
  opened,
}: {
  readonly exchange: ExchangeSummaryJson
  readonly above: ExchangeSummaryJson | undefined
  readonly filter: Filter
  readonly opened: boolean
}) {
  const { id, time, method, target, status, code, operation, callback, effects, duration_ms, remark } = exchange
  const { coupon_code, out_trade_no, request_no } = exchange
  const [clockTime, milliseconds] = timeOfDay(time).split(/(?=\.)/)
  const about = [coupon_code, out_trade_no].filter((name) => name !== undefined).join(' ⇄ ')
  return (
    <li class={opened ? 'opened' : ''}>
      <a
        class="one-line"
        href={addressOf(['exchanges', id], filter)}
        aria-current={opened ? 'true' : undefined}
        title={`${method} ${plainText(target)}`}
      >
        <span class="row-status">
          <StatusBadge status={status} effects={effects} /> <FaultMarks effects={effects} />
        </span>
        <span class="row-call">
          {callback ? (
            `→ ${callback.event_type}`
          ) : operation === undefined ? (
            <>
              {texts.value.exchanges.unknownPath} <span class="mono quiet">{plainText(target)}</span>
            </>
          ) : (
            titleOf(operation)
          )}
        </span>
        {about !== '' && (
          <span class="row-about mono">
            <bdi>{plainText(about)}</bdi>
          </span>
        )}
        {request_no !== undefined && (
          <span class="row-number mono quiet">
            <bdi>{plainText(request_no)}</bdi>
          </span>
        )}
        {(code !== undefined || remark) && (
          <span class="row-reason quiet">
            {code !== undefined && <span class="mono">{code}</span>}
            {remark && <span class="note">{plainText(remark.text)}</span>}
          </span>
        )}
        <span class="row-took quiet">{duration(duration_ms)}</span>
        <time class="row-time" dateTime={time}>
          {dateOf(time) !== (above && dateOf(above.time)) && <span class="date">{dateOf(time)} </span>}
          <span>
            {clockTime}
            <span class="milliseconds">{milliseconds}</span>
          </span>
        </time>
      </a>
    </li>
  )
}

function FirstCall() {
  const words = texts.value.exchanges
  const { value } = useLoaded('sample', (client) => client.sampleCurl())
  return (
    <div class="empty first-call">
      <h2>{words.firstTitle}</h2>
      <p>{words.firstText}</p>
      {value !== undefined && <Code text={value} copy={false} />}
      <p class="actions">
        <CopyButton kind="primary" label={words.copyCurl} text={() => control.value.sampleCurl()} />
      </p>
    </div>
  )
}
