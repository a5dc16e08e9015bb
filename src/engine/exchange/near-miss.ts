import { editDistance } from '../../shared/edit-distance.ts'
import type { OperationDescription } from '../operation.ts'

/** How much of a path is examined, to bound the work: characters, segments, and characters of a segment. */
const LOOKED_AT = { path: 1_000, segments: 12, segment: 40 }
const SHOWN_PATH = 200
const NEAREST = 5

type Served = Pick<OperationDescription, 'method' | 'path'>

/** Explains that the mock does not serve a path, and names up to five that may be meant; for the journal. */
export function explainMiss(method: string, path: string, served: readonly Served[]): string {
  const missed = `The mock does not serve ${path.length > SHOWN_PATH ? `${path.slice(0, SHOWN_PATH)}…` : path}.`
  const plain = path.length > LOOKED_AT.path ? path : path.replace(/\/+$/, '')
  const meant = served.filter((operation) => fits(plain, operation.path, 'i'))
  if (meant.length > 0) {
    const differences = [
      ...(meant.some((operation) => fits(plain, operation.path, '')) ? [] : ['upper and lower case differ']),
      ...(plain === path ? [] : ['a trailing slash is too many']),
    ]
    const difference =
      differences.length > 0 ? `Only ${differences.join(', and ')}` : 'A percent escape is no UTF-8 text'
    return `${missed} ${difference}: ${named(meant, method)}.`
  }
  const nearest = nearestPaths(path, [...new Set(served.map((operation) => operation.path))])
  return `${missed} The nearest: ${named(
    nearest.flatMap((one) => served.filter((operation) => operation.path === one)),
    method,
  )}.`
}

/** Whether a path would match an operation's if its percent escapes were valid. */
function fits(path: string, template: string, flags: '' | 'i'): boolean {
  if (path.length > LOOKED_AT.path) return false
  const source = template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')
  return new RegExp(`^${source}$`, flags).test(path)
}

/** Lists operations, one for each path: preferably the one with the requested method. */
function named(served: readonly Served[], method: string): string {
  const byPath = new Map<string, string>()
  for (const operation of served) {
    if (operation.method === method || !byPath.has(operation.path)) byPath.set(operation.path, operation.method)
  }
  return [...byPath].map(([path, own]) => `${own} ${path}`).join(', ')
}

/**
 * The served paths most like a given one, at most five, the nearest first.
 *
 * Segments are inserted, removed or replaced. Replacing one costs the share of its characters that differ, and next to nothing for a
 * `{variable}`. Only the beginning of a long path is compared.
 *
 * @param served paths with `{name}` for their variable segments
 */
export function nearestPaths(path: string, served: readonly string[]): string[] {
  const segments = segmentsOf(path)
  const costs = new Map<string, number>()
  const cost = (one: string, other: string): number => {
    const key = `${one}/${other}`
    const known = costs.get(key)
    if (known !== undefined) return known
    const fresh = costOfReplacing(one, other)
    costs.set(key, fresh)
    return fresh
  }
  return served
    .map((candidate) => ({ candidate, distance: editDistance(segments, segmentsOf(candidate), cost) }))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, NEAREST)
    .map(({ candidate }) => candidate)
}

function segmentsOf(path: string): string[] {
  return path
    .slice(0, LOOKED_AT.path)
    .split('/')
    .filter((segment) => segment !== '')
    .slice(0, LOOKED_AT.segments)
    .map((segment) => segment.slice(0, LOOKED_AT.segment))
}

/** A variable matches any value, but an identical word is nearer. */
const COST_OF_VALUE = 0.1

function costOfReplacing(segment: string, served: string): number {
  if (served.startsWith('{')) return COST_OF_VALUE
  const one = [...segment.toLowerCase()]
  const other = [...served.toLowerCase()]
  return editDistance(one, other) / Math.max(one.length, other.length)
}
