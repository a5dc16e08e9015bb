import type { ComponentChildren, VNode } from 'preact'
import { useRef } from 'preact/hooks'
import { plainText } from '../../src/browser/texts.ts'
import type { ControlEvent } from '../../src/control/formats/notification.ts'
import type { Page } from '../../src/control/formats/page.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { texts } from '../state/appearance.ts'
import { meaningOfState } from '../state/lives.ts'
import { addressOf, changeQuery, route } from '../state/route.ts'
import { useListKeys } from '../state/use-list-keys.ts'
import { useOpenedRow } from '../state/use-opened-row.ts'
import { usePages } from '../state/use-pages.ts'
import { useReading } from '../state/use-reading.ts'
import type { ViewName } from '../texts/en.ts'
import { KeyHelp } from './key-help.tsx'
import { Loading } from './loading.tsx'
import { Rows } from './rows.tsx'
import { SearchField } from './search-field.tsx'

/** Parameters of every list request, besides the view's own filters. */
interface Wanted<State> {
  readonly of?: string
  readonly text?: string
  readonly state?: State
  readonly limit: number
  readonly cursor?: string
}

/**
 * A paged list, filtered by text and, if its things have states, by state; one of them is opened beside it. The address holds the filter and the name
 * of the opened thing.
 */
export function ListPane<Thing, State extends string = never>({
  view,
  title = texts.value.views[view as ViewName],
  table,
  of,
  states = [],
  words,
  load,
  nameOf,
  concerns,
  row,
  opened,
  tabs,
  children,
}: {
  readonly view: string
  /** Heading. Default: the view's. */
  readonly title?: string
  /** Restricts the list to things that belong to another one. */
  readonly of?: string | undefined
  /** Links to lists beside it. */
  readonly tabs?: ComponentChildren
  /** The table of its things, if it explains their states. */
  readonly table?: string
  readonly states?: readonly State[]
  readonly words: {
    readonly search: string
    readonly state?: string
    readonly anyState?: string
    /** The text for an empty list without a filter. */
    readonly none: string
  }
  readonly load: (client: MockControl, wanted: Wanted<State>) => Promise<Page<Thing>>
  /** Unique name of a thing, used in the address after the view's. */
  readonly nameOf: (thing: Thing) => readonly string[]
  readonly concerns: (event: ControlEvent) => boolean
  readonly row: (thing: Thing) => ComponentChildren
  /** The thing named by the address; `undefined` for an address without one. `back` is the address without it. */
  readonly opened: (name: readonly string[], back: string) => VNode | undefined
  /** Content between the heading and the filter. */
  readonly children?: ComponentChildren
}) {
  const { rest, query } = route.value
  const filter = Object.fromEntries(query)
  const text = query.get('text') ?? ''
  const state = states.find((one) => one === filter.state)
  const reading = useReading()
  const pages = usePages<Thing, Page<Thing>>(
    JSON.stringify([text, state, of]),
    (client, page) => load(client, { ...(of && { of }), ...(text && { text }), ...(state && { state }), ...page }),
    (thing) => JSON.stringify(nameOf(thing)),
    concerns,
    reading.isRead,
  )
  const back = addressOf([view], filter)
  const detail = opened(rest, back)
  const openedName = JSON.stringify(rest)
  const list = useRef<HTMLElement>(null)
  useListKeys(list, detail !== undefined, back, pages.more)
  useOpenedRow(list, detail && openedName)
  return (
    <div class={`split ${detail ? 'opened' : ''}`}>
      <section
        ref={list}
        class="pane list"
        aria-labelledby={`${view}-title`}
        aria-busy={pages.items === undefined && pages.error === undefined}
      >
        <header class="pane-head">
          {tabs}
          <h1 id={`${view}-title`} class={tabs ? 'for-readers' : undefined}>
            {title}
          </h1>
          <KeyHelp />
        </header>
        {children}
        <search class="filters" aria-label={texts.value.filter}>
          <SearchField
            label={words.search}
            value={text}
            onChange={(changed) => changeQuery({ text: changed })}
            shortcut="/"
          />
          {states.length > 0 && (
            <select
              aria-label={words.state}
              value={state ?? ''}
              onChange={({ currentTarget }) => changeQuery({ state: currentTarget.value })}
            >
              <option value="">{words.anyState}</option>
              {states.map((one) => (
                <option key={one} value={one}>
                  {plainText(one)} {meaningOfState(table, one) ?? texts.value.states[one]}
                </option>
              ))}
            </select>
          )}
        </search>
        {pages.error !== undefined && <p class="wrong">{pages.error}</p>}
        {pages.items === undefined && pages.error === undefined && <Loading />}
        {pages.items?.length === 0 && <p class="empty">{text || state ? texts.value.nothingMatches : words.none}</p>}
        {pages.items && pages.items.length > 0 && (
          <Rows pages={pages} reading={reading}>
            {pages.items.map((thing) => {
              const name = nameOf(thing)
              const isOpened = JSON.stringify(name) === openedName
              return (
                <li key={JSON.stringify(name)} class={isOpened ? 'opened' : ''}>
                  <a href={addressOf([view, ...name], filter)} aria-current={isOpened ? 'true' : undefined}>
                    {row(thing)}
                  </a>
                </li>
              )
            })}
          </Rows>
        )}
      </section>
      {detail}
    </div>
  )
}
