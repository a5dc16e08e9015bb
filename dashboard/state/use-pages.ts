import { useEffect, useRef, useState } from 'preact/hooks'
import type { ControlEvent } from '../../src/control/formats/notification.ts'
import type { Page } from '../../src/control/formats/page.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { control, onOwnChange } from './control.ts'
import { attempt } from './notices.ts'
import { type Loaded, useLoaded } from './use-loaded.ts'

/** A list that the server returns page by page. */
export interface Pages<Thing, PageOf extends Page<Thing> = Page<Thing>> extends Omit<Loaded<Page<Thing>>, 'value'> {
  /** `undefined` until the first page is loaded. */
  readonly items: readonly Thing[] | undefined
  readonly total: number
  /** The latest version of the first page. */
  readonly latest: PageOf | undefined
  /** Number of new things at the front that are not shown yet. */
  readonly waiting: number
  /** Whether those are only the first page of the new things. */
  readonly moreWait: boolean
  showWaiting(): void
  /** Loads the next page; `undefined` on the last one. */
  readonly more: (() => Promise<void>) | undefined
}

const PAGE = 50
const LARGEST_PAGE = 500

type Load<PageOf> = (client: MockControl, page: { limit: number; cursor?: string }) => Promise<PageOf>

/**
 * A list page by page, newest first. When something happens, the shown rows are requested again from the start.
 *
 * @param isRead whether rows must stay in place, so that new ones wait
 */
export function usePages<Thing, PageOf extends Page<Thing>>(
  key: string,
  load: Load<PageOf>,
  nameOf: (thing: Thing) => string,
  concerns: (event: ControlEvent) => boolean,
  isRead: boolean,
): Pages<Thing, PageOf> {
  const [older, setOlder] = useState<{ key: string; page: Page<Thing> }>()
  const front = useRef<{ key: string; items: readonly Thing[] } | undefined>(undefined)
  const [, redraw] = useState(0)
  const shown = useRef(PAGE)
  useEffect(() => {
    shown.current = PAGE
  }, [key])
  const { value: latest, error, reload } = useLoaded(key, (client) => load(client, { limit: shown.current }), concerns)
  // Effects of the user's own actions are shown with the next answer, also while the list is read.
  const isOwnDue = useRef(false)
  const answered = useRef(latest)
  useEffect(
    () =>
      onOwnChange(() => {
        isOwnDue.current = true
      }),
    [],
  )
  const showsOwn = isOwnDue.current && answered.current !== latest
  if (showsOwn) isOwnDue.current = false
  answered.current = latest
  const behind = older?.key === key ? older.page : undefined
  const before = front.current?.key === key ? front.current.items : []
  // If fewer exist than are shown, some were removed.
  const stays = isRead && !showsOwn && before.length > 0 && latest !== undefined && latest.total >= before.length
  const atFront = stays ? before : (latest?.items ?? [])
  front.current = { key, items: atFront }
  const newest = new Map(latest?.items.map((thing) => [nameOf(thing), thing]))
  const names = new Set(atFront.map(nameOf))
  const items = latest && [
    ...atFront.map((thing) => newest.get(nameOf(thing)) ?? thing),
    ...(behind?.items ?? []).filter((thing) => !names.has(nameOf(thing))),
  ]
  const firstKnown = latest?.items.findIndex((thing) => names.has(nameOf(thing))) ?? 0
  const moreWait = firstKnown === -1
  const waiting = moreWait ? newest.size : firstKnown
  const showWaiting = () => {
    front.current = undefined
    redraw((count) => count + 1)
    reload()
  }
  const next = behind ? behind.next : latest?.next
  shown.current = Math.min(LARGEST_PAGE, Math.max(PAGE, items?.length ?? 0))

  const more = async () => {
    if (next === undefined) return
    const page = await attempt(() => load(control.value, { limit: PAGE, cursor: next }))
    if (page) setOlder({ key, page: { ...page, items: [...(behind?.items ?? []), ...page.items] } })
  }
  return {
    items,
    total: latest?.total ?? 0,
    latest,
    waiting,
    moreWait,
    showWaiting,
    error,
    reload,
    more: next === undefined ? undefined : more,
  }
}
