import { signal } from '@preact/signals'
// Leads to the view that the page was saved with, before the address is read.
import './saved.ts'

/** The page's location: `#/exchanges/08AA?status=401` is the view `exchanges`, the rest `['08AA']`, and the query. */
export interface Route {
  readonly view: string
  readonly rest: readonly string[]
  readonly query: URLSearchParams
}

export const route = signal(readRoute(location.hash))

addEventListener('hashchange', () => {
  route.value = readRoute(location.hash)
})

function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [view = '', ...rest] = path.split('/').map(decoded)
  return { view: view === '' ? 'exchanges' : view, rest, query: new URLSearchParams(query) }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // A mistyped address is simply not found.
    return part
  }
}

/** The address of a location; empty members of the query are omitted. */
export function addressOf(parts: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): string {
  const wanted = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '')
  const search = new URLSearchParams(wanted).toString()
  return `#/${parts.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`
}

/** Opens a thing. Keeps the filter of its list if that list is shown. */
export function goTo(parts: readonly string[]): void {
  const { view, query } = route.peek()
  location.hash = addressOf(parts, view === parts[0] ? Object.fromEntries(query) : {})
}

/** Goes to a location without a step in the history: for filters, which are typed letter by letter. */
function replaceAddress(address: string): void {
  history.replaceState(null, '', address)
  route.value = readRoute(location.hash)
}

/**
 * Changes members of the query at the current location, which may no longer be the one where the change began: a link may have been followed whose
 * `hashchange` is still to come. An empty text removes a member.
 */
export function changeQuery(changes: Readonly<Record<string, string>>): void {
  const { view, rest, query } = readRoute(location.hash)
  replaceAddress(addressOf([view, ...rest], { ...Object.fromEntries(query), ...changes }))
}
