import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ExchangeThing, PhonePage } from '../../src/control/formats/thing.ts'
import type { TimelineEntry } from '../../src/control/timeline.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { Loading } from '../components/panes.tsx'
import { SearchChoice } from '../components/search-choice.tsx'
import { addressOfThing } from '../components/thing-row.tsx'
import { language, said, texts } from '../state/appearance.ts'
import { thingKinds } from '../state/operations.ts'
import { changeQuery, route } from '../state/route.ts'
import { kindOf, meaningOfState, nameInPath } from '../state/things.ts'
import { useLoaded } from '../state/use-loaded.ts'
import { Story } from './story.tsx'

type Side = 'left' | 'right'
type Link = Pick<ExchangeThing, 'thing' | 'name'>

const SIDES = ['left', 'right'] as const

/** How many of the things that open a page, and of the entries of each, are drawn. */
const MOST_THINGS = 5
const MOST_ENTRIES = 20

/** Two phones of users, and beside them what they cause: for a demonstration. The address names the thing whose page each shows. */
export function StageView() {
  const words = texts.value.stage
  const { query } = route.value
  const pages = useLoaded(
    'phone pages',
    (client) => client.phonePages(),
    ({ type }) => type === 'change',
  )
  const chosen = { left: query.get('left'), right: query.get('right') }
  const nothingIsChosen = chosen.left === null && chosen.right === null
  useEffect(() => {
    const [first, ...others] = pages.value ?? []
    if (!nothingIsChosen || !first) return
    const second = others.find(({ title }) => title.en !== first.title.en) ?? others[0]
    changeQuery({ left: idOf(first), ...(second && { right: idOf(second) }) })
  }, [nothingIsChosen, pages.value])
  return (
    <section class="pane page stage" aria-labelledby="stage-title">
      <header class="pane-head">
        <h1 id="stage-title">{texts.value.views.stage}</h1>
        <p class="quiet">{words.hint}</p>
      </header>
      {pages.error !== undefined && <p class="wrong">{pages.error}</p>}
      {pages.value === undefined && pages.error === undefined && <Loading lines={3} />}
      {pages.value?.length === 0 && nothingIsChosen && <p class="empty">{words.none}</p>}
      {pages.value && !(pages.value.length === 0 && nothingIsChosen) && (
        <div class="stage-parts">
          {SIDES.map((side) => (
            <Phone key={side} side={side} chosen={chosen[side] ?? ''} pages={pages.value ?? []} />
          ))}
          <Sequence things={thingsOn(Object.values(chosen), pages.value)} />
        </div>
      )}
    </section>
  )
}

/** Name of a page in the address: that of the newest thing that opens it. */
function idOf({ things: [newest] }: PhonePage): string {
  return newest ? `${newest.thing}/${nameInPath(newest.name)}` : ''
}

function linkOf(id: string): Link {
  const [thing = '', ...name] = id.split('/')
  return { thing, name: name.map(decoded) }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // A mistyped address names nothing.
    return part
  }
}

function opens(page: PhonePage, { thing, name }: Link): boolean {
  return page.things.some((one) => one.thing === thing && nameInPath(one.name) === nameInPath(name))
}

/** The things of the chosen pages, also those whose pages do not open any more. */
function thingsOn(chosen: readonly (string | null)[], pages: readonly PhonePage[]): readonly Link[] {
  const links = chosen
    .filter((id) => id !== null && id !== '')
    .flatMap((id) => {
      const link = linkOf(id ?? '')
      return [link, ...(pages.find((page) => opens(page, link))?.things ?? []).slice(0, MOST_THINGS)]
    })
  return [
    ...new Map(links.map(({ thing, name }) => [addressOfThing({ thing, name: [...name] }), { thing, name }])).values(),
  ]
}

/** A page on the phone in a frame, and the choice of another one. */
function Phone({
  side,
  chosen,
  pages,
}: {
  readonly side: Side
  readonly chosen: string
  readonly pages: readonly PhonePage[]
}) {
  const words = texts.value.stage
  const [opened, reopen] = useState(0)
  // A page that is open stays, also once it would not open again: as after a confirmation.
  const shown = useRef<{ readonly chosen: string; readonly page: PhonePage }>(undefined)
  const found = chosen === '' ? undefined : pages.find((page) => opens(page, linkOf(chosen)))
  if (found) shown.current = { chosen, page: found }
  const page = shown.current?.chosen === chosen ? shown.current.page : undefined
  const listed = page && !found ? [page, ...pages] : pages
  const groups = [...Map.groupBy(listed, ({ title }) => said(title))].map(([name, all]) => ({
    name,
    candidates: all.map((one) => candidateOf(one, one === page || one === found ? chosen : idOf(one))),
  }))
  const address = page && `${page.opens}&lang=${language.value}`
  const title = `${words[side]}${page ? ` · ${said(page.title)}` : ''}`
  return (
    <section class="phone" aria-label={words[side]}>
      <SearchChoice
        label={words[side]}
        isLabelShown={false}
        value={chosen}
        onChange={(id) => changeQuery({ [side]: id })}
        first={[{ value: '', name: words.choose }]}
        groups={groups}
      />
      {address === undefined ? (
        <p class="empty screen">{chosen === '' ? words.choose : words.over}</p>
      ) : (
        <>
          <iframe key={`${address} ${opened}`} class="screen" src={address} title={title} />
          <p class="actions">
            <button type="button" onClick={() => reopen(opened + 1)}>
              {words.again}
            </button>
            <a class="button" href={address} target="_blank" rel="noopener">
              {words.alone}
            </a>
          </p>
        </>
      )}
    </section>
  )
}

function candidateOf({ title, things: [newest] }: PhonePage, value: string) {
  const { thing, heading = '', about, state } = newest ?? {}
  const meaning = thing !== undefined && state !== undefined ? (meaningOfState(thing, state) ?? state) : undefined
  return {
    value,
    name: plainText(`${said(title)} · ${heading}`),
    detail: plainText([said(kindOf(thing)?.one), meaning, about].filter(Boolean).join(' · ')),
  }
}

/** The history of some things as one sequence, which is read from its end. */
function Sequence({ things }: { readonly things: readonly Link[] }) {
  const words = texts.value.stage
  const { value, error } = useLoaded(
    JSON.stringify(things),
    (client) =>
      Promise.all(things.map(({ thing, name }) => client.thing(thing, nameInPath(name), { limit: MOST_ENTRIES }))),
    ({ type }) => type === 'exchange' || type === 'change',
  )
  const entries = inOrder(value?.flatMap((one) => one.entries) ?? [])
  const events = Object.fromEntries(
    (thingKinds.value ?? [])
      .filter(({ id }) => things.some(({ thing }) => thing === id))
      .flatMap((kind) => Object.entries(kind.events).map(([event, title]) => [event, said(title)] as const)),
  )
  const scroller = useRef<HTMLDivElement>(null)
  const length = entries.length
  useLayoutEffect(
    () => scroller.current?.scrollTo(0, scroller.current.scrollHeight),
    [length, entries[0]?.exchange?.id],
  )
  return (
    <section class="sequence" aria-label={words.sequence}>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value && length === 0 && <p class="empty">{words.nothing}</p>}
      <div ref={scroller}>{length > 0 && <Story entries={entries} events={events} />}</div>
    </section>
  )
}

/** The entries of several things, newest first. A call about several of them counts once, with what it changed. */
function inOrder(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
  const all = new Map<unknown, TimelineEntry>()
  for (const entry of entries) {
    const key = entry.exchange?.id ?? entry
    if (all.get(key)?.event === undefined) all.set(key, entry)
  }
  return [...all.values()].toSorted((a, b) => b.time.localeCompare(a.time)).slice(0, MOST_ENTRIES)
}
