import { useState } from 'preact/hooks'
import type { CauseCount, OutcomeCounts } from '../../src/control/formats/traffic.ts'
import { OUTCOMES, STATUS_CLASSES } from '../../src/engine/journal/journal.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { StatusBadge } from '../components/badges.tsx'
import { SearchField } from '../components/fields.tsx'
import { SearchChoice } from '../components/search-choice.tsx'
import { language, texts } from '../state/appearance.ts'
import { operationChoices } from '../state/choices.ts'
import { titleOf, wantAllOperations } from '../state/operations.ts'
import { changeQuery } from '../state/route.ts'
import { dateOf, timeOfDay } from '../times.ts'

/** Maximum length of a filter in its chip, in characters. */
const LONGEST_CHIP = 120

const FILTERS = [
  'text',
  'operation',
  'status',
  'callbacks',
  'mchid',
  'coupon_code',
  'outcome',
  'cause',
  'from',
  'to',
] as const

/** Filter of the exchange list, as in the address. */
export type ExchangeFilter = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>

const STATUSES = ['200', '204', '400', '401', '403', '404', '405', '413', '429', '500']
const TABS = ['all', 'error', ...STATUS_CLASSES, 'faulted'] as const

export function filterIn(query: URLSearchParams): ExchangeFilter {
  return Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = query.get(name)
      return value ? [[name, value]] : []
    }),
  )
}

/** A filter in the format of the control API. A hand-edited address may contain an invalid one. */
export function wanted({ status, callbacks, outcome, ...filter }: ExchangeFilter) {
  const known = OUTCOMES.find((one) => one === outcome)
  return {
    ...filter,
    ...(status !== undefined && { status: Number(status) }),
    ...((callbacks === 'only' || callbacks === 'no') && { callbacks: callbacks as 'only' | 'no' }),
    ...(known !== undefined && { outcome: known }),
  }
}

/** The filter fields with their current values. Where space is short, all but the search are folded away. */
export function ExchangeFilters({ filter }: { readonly filter: ExchangeFilter }) {
  const words = texts.value.exchanges
  const [isUnfolded, unfold] = useState(false)
  return (
    <search class="filters" aria-label={texts.value.filter}>
      <SearchField
        label={words.search}
        value={filter.text ?? ''}
        onChange={(text) => changeQuery({ text })}
        shortcut="/"
      />
      <button
        type="button"
        class="unfold"
        aria-expanded={isUnfolded}
        aria-controls="more-filters"
        onClick={() => unfold(!isUnfolded)}
      >
        {texts.value.filter}
        <span aria-hidden="true">{isUnfolded ? '▴' : '▾'}</span>
      </button>
      <div id="more-filters" class={isUnfolded ? 'unfolded' : ''}>
        <SearchChoice
          label={words.operation}
          isLabelShown={false}
          value={filter.operation ?? ''}
          onChange={(operation) => changeQuery({ operation })}
          first={[{ value: '', name: words.anyOperation }]}
          groups={operationChoices.value}
          onOpen={wantAllOperations}
        />
        <select
          aria-label={words.status}
          value={filter.status ?? ''}
          onChange={({ currentTarget }) => changeQuery({ status: currentTarget.value })}
        >
          <option value="">{words.anyStatus}</option>
          {STATUSES.map((status) => (
            <option key={status}>{status}</option>
          ))}
        </select>
        <select
          aria-label={words.kind}
          value={filter.callbacks ?? ''}
          onChange={({ currentTarget }) => changeQuery({ callbacks: currentTarget.value })}
        >
          <option value="">{words.callsAndCallbacks}</option>
          <option value="no">{words.callsOnly}</option>
          <option value="only">{words.callbacksOnly}</option>
        </select>
        <SearchField
          kind="number"
          label={words.merchant}
          value={filter.mchid ?? ''}
          onChange={(mchid) => changeQuery({ mchid })}
        />
        <SearchField
          kind="number"
          label={words.coupon}
          value={filter.coupon_code ?? ''}
          onChange={(coupon_code) => changeQuery({ coupon_code })}
        />
      </div>
      <Chips filter={filter} />
    </search>
  )
}

/** The active filters, each with a button to remove it. */
function Chips({ filter }: { readonly filter: ExchangeFilter }) {
  const words = texts.value.exchanges
  const chips = chipsOf(filter)
  if (chips.length === 0) return null
  return (
    <ul class="filter-chips" aria-label={words.activeFilters}>
      {chips.map(({ label, members }) => (
        <li key={label}>
          <button type="button" aria-label={words.removeFilter(label)} onClick={() => remove(members)}>
            <span class="what">{label}</span> <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button type="button" class="plain" onClick={clearFilters}>
            {words.removeFilters}
          </button>
        </li>
      )}
    </ul>
  )
}

/** Removes all filters. */
export function clearFilters(): void {
  remove(FILTERS)
}

function remove(members: readonly string[]): void {
  changeQuery(Object.fromEntries(members.map((name) => [name, ''])))
}

/** The active filters in words, with their members of the address. The tabs show which outcome is chosen. */
function chipsOf(filter: ExchangeFilter): readonly { readonly label: string; readonly members: readonly string[] }[] {
  const words = texts.value.exchanges
  const { text, operation, status, callbacks, mchid, coupon_code, cause, from, to } = filter
  const said = (name: string, value: string | undefined) =>
    value === undefined ? undefined : `${name} ${plainText(value)}`
  const chips: readonly (readonly [label: string | undefined, ...members: string[]])[] = [
    [text && `“${plainText(text)}”`, 'text'],
    [operation && plainText(titleOf(operation)), 'operation'],
    [cause === undefined ? said(words.status, status) : undefined, 'status'],
    [callbacks && (callbacks === 'only' ? words.callbacksOnly : words.callsOnly), 'callbacks'],
    [said(words.merchant, mchid), 'mchid'],
    [said(words.coupon, coupon_code), 'coupon_code'],
    [cause && plainText(`${status ?? ''} ${causeName(cause)}`.trim()), 'cause', 'status'],
    [from === undefined && to === undefined ? undefined : interval(from, to), 'from', 'to'],
  ]
  return chips.flatMap(([label, ...members]) => (label === undefined ? [] : [{ label: beginningOf(label), members }]))
}

function beginningOf(label: string): string {
  return label.length > LONGEST_CHIP ? `${label.slice(0, LONGEST_CHIP).toWellFormed()}…` : label
}

/** The first and the last second, on the mock's clock. */
export function interval(from: string | undefined, to: string | undefined): string {
  const second = (time: string | undefined) => (time === undefined ? '' : plainText(timeOfDay(time).slice(0, 8)))
  const date = dateOf(from ?? to ?? '')
  return `${plainText(date)} ${second(from)} – ${second(to)}`
}

/** The outcomes of the exchanges, each with its number: one outcome is listed, or all. */
export function OutcomeTabs({
  filter: { outcome },
  counts,
}: {
  readonly filter: ExchangeFilter
  readonly counts: OutcomeCounts | undefined
}) {
  const words = texts.value.exchanges
  return (
    <fieldset class="tabs" aria-label={words.outcome}>
      {TABS.map((tab) => (
        <button
          key={tab}
          type="button"
          class={counts?.[tab] === 0 ? 'none' : ''}
          aria-pressed={(outcome ?? 'all') === tab}
          title={words.outcomeHints[tab]}
          onClick={() => changeQuery({ outcome: tab === 'all' ? '' : tab })}
        >
          {STATUS_CLASSES.some((one) => one === tab) && (
            <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
              <rect class={`bar-${tab}`} width="10" height="10" />
            </svg>
          )}
          {words.outcomes[tab]} <span class={tab}>{counts?.[tab].toLocaleString(language.value)}</span>
        </button>
      ))}
    </fieldset>
  )
}

/** The errors by their causes, each with its number: those of one are listed. Shown while errors are listed. */
export function Causes({
  filter: { outcome, cause: chosen, status },
  causes = [],
}: {
  readonly filter: ExchangeFilter
  readonly causes: readonly CauseCount[] | undefined
}) {
  const words = texts.value.exchanges
  const isAsked = chosen !== undefined || (outcome !== undefined && !['2xx', 'faulted'].includes(outcome))
  if (!isAsked || causes.length === 0) return null
  return (
    <fieldset class="causes" aria-label={words.byCause}>
      {causes.map((one) => {
        const isChosen = one.cause === chosen && (status === undefined || Number(status) === one.status)
        // The name is English.
        const said = [causeName(one.cause), one.text] as const
        const [first, second] = language.value === 'zh' ? said.toReversed() : said
        return (
          <button
            key={`${one.status} ${one.cause}`}
            type="button"
            aria-pressed={isChosen}
            title={plainText(one.text)}
            onClick={() =>
              changeQuery({ cause: isChosen ? '' : one.cause, status: isChosen ? '' : String(one.status ?? '') })
            }
          >
            <StatusBadge status={one.status} />
            <strong>{plainText(first)}</strong>
            <span>× {one.count.toLocaleString(language.value)}</span>
            <span class="quiet note">{plainText(second)}</span>
            <span class="quiet">{span(one)}</span>
          </button>
        )
      })}
    </fieldset>
  )
}

function causeName(cause: string): string {
  return cause.replaceAll('_', ' ')
}

/** The first and the last second, or the only one. */
function span({ first, last }: CauseCount): string {
  const isOneDay = dateOf(first) === dateOf(last)
  const [from, to] = [first, last].map((time) => `${isOneDay ? '' : `${dateOf(time)} `}${timeOfDay(time).slice(0, 8)}`)
  return from === to ? `${to}` : `${from} – ${to}`
}
