import type { ExchangeSummaryJson } from '../../src/control/formats/exchange-summary.ts'
import { StatusBadge } from '../components/badges.tsx'
import { Code, CopyButton } from '../components/copy-button.tsx'
import { ListEnd } from '../components/list-end.tsx'
import { SearchField } from '../components/search-field.tsx'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { operations, titleOf } from '../state/operations.ts'
import { addressOf, changeQuery, route } from '../state/route.ts'
import { useLoaded } from '../state/use-loaded.ts'
import { usePages } from '../state/use-pages.ts'
import { duration, timeOfDay } from '../times.ts'
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
  const pages = usePages<ExchangeSummaryJson>(
    JSON.stringify(filter),
    (client, page) => client.journalPage({ ...wanted(filter), ...page }),
    (exchange) => exchange.id,
    (event) => event.type === 'exchange' || (event.type === 'change' && event.change.documents.includes('resets')),
  )
  const words = texts.value.exchanges
  const filtered = Object.keys(filter).length > 0
  return (
    <div class={`split ${id === undefined ? '' : 'opened'}`}>
      <section class="pane list" aria-labelledby="exchanges-title">
        <header class="pane-head">
          <h1 id="exchanges-title">{texts.value.views.exchanges}</h1>
          <button
            type="button"
            class="plain"
            disabled={pages.total === 0}
            onClick={() =>
              void attempt(() => control.value.clearJournal(), words.cleared).then(() => {
                location.hash = '#/exchanges'
                pages.reload()
              })
            }
          >
            {words.clear}
          </button>
        </header>
        <Filters filter={filter} change={changeQuery} />
        {pages.error !== undefined && <p class="wrong">{pages.error}</p>}
        {pages.items?.length === 0 && (filtered ? <p class="empty">{words.nothingFits}</p> : <FirstCall />)}
        {pages.items && pages.items.length > 0 && (
          <>
            <ul class="rows">
              {pages.items.map((exchange) => (
                <Row key={exchange.id} exchange={exchange} filter={filter} opened={exchange.id === id} />
              ))}
            </ul>
            <ListEnd pages={pages} />
          </>
        )}
      </section>
      {id !== undefined && <ExchangeDetail key={id} id={id} back={addressOf(['exchanges'], filter)} />}
    </div>
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

function Row({
  exchange,
  filter,
  opened,
}: {
  readonly exchange: ExchangeSummaryJson
  readonly filter: Filter
  readonly opened: boolean
}) {
  const { id, time, method, target, status, code, operation, callback, mchid, duration_ms, remark } = exchange
  return (
    <li class={opened ? 'opened' : ''}>
      <a href={addressOf(['exchanges', id], filter)} aria-current={opened ? 'true' : undefined}>
        <span class="first">
          <StatusBadge status={status} />
          <span class="what">
            {callback
              ? `→ ${callback.event_type}`
              : operation === undefined
                ? texts.value.exchanges.unknownPath
                : titleOf(operation)}
          </span>
          <time class="when" dateTime={time}>
            {timeOfDay(time)}
          </time>
        </span>
        <span class="second">
          <span class="address mono">
            {method} <bdi>{plainText(target)}</bdi>
          </span>
          <span class="aside">{[mchid, duration(duration_ms)].filter((part) => part !== undefined).join(' · ')}</span>
        </span>
        {(code !== undefined || remark) && (
          <span class="third quiet">
            {code !== undefined && <span class="mono">{code}</span>}
            {remark && <span class="note">{plainText(remark.text)}</span>}
          </span>
        )}
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
