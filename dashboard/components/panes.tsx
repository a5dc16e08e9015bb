import type { ComponentChildren, VNode } from 'preact'
import { useRef } from 'preact/hooks'
import type { ControlEvent } from '../../src/control/formats/notification.ts'
import type { Page } from '../../src/control/formats/page.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { texts } from '../state/appearance.ts'
import { useListKeys } from '../state/keys.ts'
import { type Reading, useOpenedRow, useReading } from '../state/lists.ts'
import { addressOf, changeQuery, route } from '../state/route.ts'
import { meaningOfState } from '../state/things.ts'
import type { Loaded } from '../state/use-loaded.ts'
import { type Pages, usePages } from '../state/use-pages.ts'
import type { ViewName } from '../texts/en.ts'
import { KeyHelp } from './dialogs.tsx'
import { SearchField } from './fields.tsx'
import { SaveView } from './save-view.tsx'

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
  title,
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
        {/* The navigation already says which view it is. */}
        <h1 id={`${view}-title`} class={tabs || title === undefined ? 'for-readers' : undefined}>
          {title ?? texts.value.views[view as ViewName]}
        </h1>
        <header class="pane-head">
          {tabs}
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
          <SaveView />
          <KeyHelp />
        </header>
        {children}
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

/** One thing opened beside its list: the link back, any error, and the thing once it is loaded. */
export function DetailPane<Thing>({
  label,
  back,
  backLabel,
  loaded: { value, error },
  children,
}: {
  readonly label: string
  /** The address of the list. */
  readonly back: string
  readonly backLabel: string
  readonly loaded: Loaded<Thing>
  readonly children: (thing: Thing) => ComponentChildren
}) {
  return (
    <section class="pane detail" aria-label={label} aria-busy={value === undefined && error === undefined}>
      <a class="back" href={back}>
        ← {backLabel}
      </a>
      <a class="button close" href={back} aria-label={texts.value.close} title={texts.value.close}>
        ×
      </a>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value === undefined && error === undefined && <Loading shape="detail" lines={4} />}
      {value !== undefined && children(value)}
    </section>
  )
}

/** The rows of a list that grows at its front. While the list is being read, new rows wait behind a button. */
export function Rows({
  pages: { waiting, moreWait, showWaiting, total, items = [], more },
  reading: { front, setFront, around },
  children,
}: {
  readonly pages: Pages<unknown>
  readonly reading: Reading
  readonly children: ComponentChildren
}) {
  const showNewest = () => {
    showWaiting()
    front?.scrollIntoView({ block: 'center' })
  }
  return (
    <div class="list-body" {...around}>
      <span ref={setFront} class="front" />
      <ul class="rows">{children}</ul>
      <div class="waiting">
        {waiting > 0 && (
          <button type="button" class="primary" onClick={showNewest}>
            ↑ {texts.value.newOnes(waiting, moreWait)}
          </button>
        )}
      </div>
      <div class="list-end">
        <span class="quiet">{texts.value.shownOf(items.length, total)}</span>
        {more && (
          <button type="button" onClick={() => void more()}>
            {texts.value.showMore}
          </button>
        )}
      </div>
    </div>
  )
}

/** Maximum length of a number that is never shortened, and the length of the end that stays of others. */
const [WHOLE, END] = [14, 5]

/** A number that is shortened in its middle where space is short: its end tells it from its neighbours. */
export function Shortened({ text }: { readonly text: string }) {
  const characters = [...plainText(text)]
  if (characters.length <= WHOLE) return <bdi>{characters.join('')}</bdi>
  return (
    <bdi class="shortened">
      <span>{characters.slice(0, -END).join('')}</span>
      {characters.slice(-END).join('')}
    </bdi>
  )
}

/** Placeholder in the outline of an answer that is still loading. Appears only after a moment, so fast answers never show it. */
export function Loading({
  shape = 'rows',
  lines = 6,
}: {
  readonly shape?: 'rows' | 'detail'
  readonly lines?: number
}) {
  return (
    <div class={`loading of-${shape}`} role="status">
      <span class="for-readers">{texts.value.loading}</span>
      {Array.from({ length: lines }, (_, i) => (
        <span key={String(i)} class="bones" aria-hidden="true">
          <span class="bone" />
          <span class="bone" />
          <span class="bone" />
        </span>
      ))}
    </div>
  )
}

/** A labelled fact. */
export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
