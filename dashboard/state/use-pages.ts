import { useEffect, useRef, useState } from 'preact/hooks'
import type { ControlEvent } from '../../src/control/formats/event.ts'
import type { Page } from '../../src/control/formats/page.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { control } from './control.ts'
import { attempt } from './notices.ts'
import { type Loaded, useLoaded } from './use-loaded.ts'

/** A list that the server gives page by page. */
export interface Pages<Thing> extends Omit<Loaded<Page<Thing>>, 'value'> {
  /** `undefined` until the first page is there. */
  readonly items: readonly Thing[] | undefined
  readonly total: number
  /** Asks for the next page; `undefined` on the last one. */
  readonly more: (() => Promise<void>) | undefined
}

const PAGE = 50
const LARGEST_PAGE = 500

type Load<Thing> = (client: MockControl, page: { limit: number; cursor?: string }) => Promise<Page<Thing>>

/**
 * A list page by page, the newest first. When something happens, what is shown is asked for again from the start, so that it grows at
 * the front and stays where the reader is.
 */
export function usePages<Thing>(
  key: string,
  load: Load<Thing>,
  nameOf: (thing: Thing) => string,
  concerns: (event: ControlEvent) => boolean,
): Pages<Thing> {
  const [older, setOlder] = useState<{ key: string; page: Page<Thing> }>()
  const shown = useRef(PAGE)
  useEffect(() => {
    shown.current = PAGE
  }, [key])
  const { value, error, reload } = useLoaded(key, (client) => load(client, { limit: shown.current }), concerns)
  const behind = older?.key === key ? older.page : undefined
  const names = new Set(value?.items.map(nameOf))
  const items = value && [...value.items, ...(behind?.items ?? []).filter((thing) => !names.has(nameOf(thing)))]
  const next = behind ? behind.next : value?.next
  shown.current = Math.min(LARGEST_PAGE, Math.max(PAGE, items?.length ?? 0))

  const more = async () => {
    if (next === undefined) return
    const page = await attempt(() => load(control.value, { limit: PAGE, cursor: next }))
    if (page) setOlder({ key, page: { ...page, items: [...(behind?.items ?? []), ...page.items] } })
  }
  return { items, total: value?.total ?? 0, error, reload, more: next === undefined ? undefined : more }
}
