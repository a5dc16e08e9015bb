import { type Cause, cause } from '../../wire/diagnosis/variant.ts'
import { onceFor } from '../../wire/shared/pieces.ts'
import { editDistance, nearestWord } from '../../wire/shared/texts.ts'
import { pathOf, type WireRequest } from '../http-message.ts'
import type { DocumentedProduct, OperationDescription } from '../operation.ts'
import { addressOf } from '../product.ts'
import type { Miss } from './router.ts'

/** How much of a path is examined, to bound the work: characters, segments, and characters of a segment. */
const LOOKED_AT = { path: 1_000, segments: 10, segment: 40 }
/** Longest list of calls in a message, in characters. */
const LISTED = 200
const NEAREST = 5

type Served = Pick<OperationDescription, 'method' | 'path' | 'product'>

/** A call with its own segments, since anybody can ask for a path that is not served. */
type Split = Served & { readonly segments: readonly string[] }

/**
 * Explains why no operation serves a request, naming up to five that may be meant, and the product whose calls begin like it.
 *
 * @param known every call that is served, and documented ones that others stand for
 * @param search whether to look for the nearest of other paths, which takes far longer than all else
 */
export function causesOfMiss(
  miss: Miss,
  request: WireRequest,
  known: readonly Served[],
  search = true,
): readonly [Cause, ...Cause[]] {
  const { method, target } = request
  if (miss.miss === 'method') return [cause('method_not_served', miss.allowed.join(', '))]
  const path = pathOf(target)
  const plain = path.length > LOOKED_AT.path ? path : path.replace(/(?<!\/)\/+$/, '')
  const served = byAddress(known)
  const meant = served.filter((operation) => fits(plain, operation.path, 'anyCase'))
  if (meant.length > 0) {
    const named = listed(meant, method)
    const [first, ...more] = [
      ...(meant.some((operation) => fits(plain, operation.path, 'exact')) ? [] : [cause('path_case', named)]),
      ...(plain === path ? [] : [cause('path_slash_added', named)]),
    ]
    return first ? [first, ...more] : [cause('path_escape_broken', named)]
  }
  const withoutVersion = served.some((operation) => fits(`/v3${plain}`, operation.path, 'anyCase'))
  if (isXml(request) || (API_V2.test(path) && !withoutVersion)) return [cause('api_v2')]
  if (!search) return [cause('path_not_served')]
  const { nearest, product } = nearestPaths(path, known)
  const candidates = nearest.flatMap((one) => served.filter((operation) => operation.path === one))
  return [
    cause('path_not_served', candidates.length === 0 ? undefined : listed(candidates, method)),
    ...(product ? [cause('path_of_product', `${product.title.zh} (${product.id})`)] : []),
  ]
}

/** Calls with one entry for each address, each with its documented product. */
const byAddress = onceFor((known: readonly Served[]): readonly Split[] => {
  const calls = new Map<string, Split>()
  for (const one of known) {
    const there = calls.get(addressOf(one))
    const { method, path, product } = there ? { ...one, ...there } : one
    calls.set(addressOf(one), { method, path, segments: segmentsOf(path), ...(product && { product }) })
  }
  return [...calls.values()]
})

const API_V2 =
  /^\/(?:pay|secapi|mmpaymkttransfers|mmpaysptrans|payitil|papay|pappayapply|tools|risk|xdc|deposit|sandboxnew)\//

function isXml({ headers, body }: WireRequest): boolean {
  const start = Buffer.from(body.subarray(0, 100)).toString('utf8').trimStart()
  return /[/+]xml\b/i.test(headers['content-type'] ?? '') || /^<(?:\?xml|xml)\b/i.test(start)
}

interface Patterns {
  readonly exact: RegExp
  readonly anyCase: RegExp
}

/** Patterns by template, cached for all templates so far, since anybody can ask for a path that is not served. */
const patterns = new Map<string, Patterns>()

/** Whether a path would match an operation's if its percent escapes were valid. */
function fits(path: string, template: string, letters: keyof Patterns): boolean {
  return path.length <= LOOKED_AT.path && patternsOf(template)[letters].test(path)
}

function patternsOf(template: string): Patterns {
  const known = patterns.get(template)
  if (known) return known
  const source = `^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`
  const made = { exact: new RegExp(source), anyCase: new RegExp(source, 'i') }
  patterns.set(template, made)
  return made
}

/** Lists operations, at least one, one for each path: preferably the one with the requested method. */
function listed(served: readonly Served[], method: string): string {
  const byPath = new Map<string, string>()
  for (const operation of served) {
    if (operation.method === method || !byPath.has(operation.path)) byPath.set(operation.path, operation.method)
  }
  return [...byPath]
    .map(([path, own]) => `${own} ${path}`)
    .reduce((list, one) => (list.length + one.length > LISTED ? list : `${list}, ${one}`))
}

/** Up to five paths that may be meant, the nearest first, and their product. */
interface Nearest {
  readonly nearest: readonly string[]
  readonly product?: DocumentedProduct
}

/**
 * The paths that are most like a given one, among those of its product. If several products have paths that begin like it, returns none: a
 * misspelling is not searched for among calls of another product.
 *
 * Segments are inserted, removed or replaced. Replacing one costs the share of its characters that differ, and next to nothing for a
 * `{variable}`. Only the beginning of a long path is compared.
 *
 * @param known every call that is served, and documented ones that others stand for
 * @internal
 */
export function nearestPaths(path: string, known: readonly Served[]): Nearest {
  const segments = segmentsOf(path)
  const related = beginningLike(
    segments,
    byAddress(known).map((call) => ({ call, rest: call.segments })),
  )
  const [first, ...others] = new Set(related.map(({ product }) => product))
  if (others.length > 0) return { nearest: [] }
  const costs = new Map<string, number>()
  const cost = (one: string, other: string): number => {
    const key = `${one}/${other}`
    const known = costs.get(key)
    if (known !== undefined) return known
    const fresh = costOfReplacing(one, other)
    costs.set(key, fresh)
    return fresh
  }
  const nearest = [...new Map(related.map((one) => [one.path, one.segments]))]
    .map(([candidate, own]) => ({ candidate, distance: editDistance(segments, own, cost) }))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, NEAREST)
    .map(({ candidate }) => candidate)
  return { nearest, ...(first && { product: first }) }
}

/** A call, and the segments of its path that are still to be compared. */
interface Remaining<Call> {
  readonly call: Call
  readonly rest: readonly string[]
}

/** A possible next step: how many segments to advance on either side, if the next ones of a served path fit. */
interface Step {
  readonly given: number
  readonly served: number
  fits(first: string, second: string): boolean
}

/** Calls whose paths share a beginning with some segments, as far as any does. One segment may be misspelt, missing, or too many. */
function beginningLike<Call>(
  [segment, ...rest]: readonly string[],
  among: readonly Remaining<Call>[],
): readonly Call[] {
  if (segment === undefined) return among.map(({ call }) => call)
  const misspelt = nearestWord(segment, [...new Set(among.map(({ rest: [first = ''] }) => first))])
  const steps: readonly Step[] = [
    { given: 1, served: 1, fits: (first) => first === segment },
    { given: 1, served: 2, fits: (_, second) => second === segment },
    { given: 2, served: 1, fits: (first) => first === rest[0] },
    { given: 1, served: 1, fits: (first) => first === misspelt },
    { given: 1, served: 1, fits: isVariable },
  ]
  for (const { given, served, fits } of steps) {
    const left = among.filter(({ rest: [first = '', second = ''] }) => fits(first, second))
    if (left.length === 0) continue
    return beginningLike(
      rest.slice(given - 1),
      left.map(({ call, rest }) => ({ call, rest: rest.slice(served) })),
    )
  }
  return among.map(({ call }) => call)
}

function segmentsOf(path: string): string[] {
  return path
    .slice(0, LOOKED_AT.path)
    .split('/')
    .filter((segment) => segment !== '')
    .slice(0, LOOKED_AT.segments)
    .map((segment) => segment.slice(0, LOOKED_AT.segment))
}

function isVariable(segment: string): boolean {
  return segment.startsWith('{')
}

/** A variable matches any value, but an identical word is nearer. */
const COST_OF_VALUE = 0.1

function costOfReplacing(segment: string, served: string): number {
  if (isVariable(served)) return COST_OF_VALUE
  const one = [...segment.toLowerCase()]
  const other = [...served.toLowerCase()]
  return editDistance(one, other) / Math.max(one.length, other.length)
}
