import { editDistance } from '../../shared/edit-distance.ts'
import type { OperationDescription } from '../operation.ts'

/** How much of a path is looked at, so that a long one makes no work: characters, segments, and characters of a segment. */
const LOOKED_AT = { path: 1_000, segments: 12, segment: 40 }
const SHOWN_PATH = 200
const NEAREST = 5

type Served = Pick<OperationDescription, 'method' | 'path'>

/** Why a path is none of those that the mock serves, and which ones may be meant, at most five; for the journal. */
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

/** Whether a path would be an operation's, but for what its percent escapes hold. */
function fits(path: string, template: string, flags: '' | 'i'): boolean {
  if (path.length > LOOKED_AT.path) return false
  const source = template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')
  return new RegExp(`^${source}$`, flags).test(path)
}

/** The operations in words, one for each path: the one with the method that was asked for, if there is one. */
function named(served: readonly Served[], method: string): string {
  const byPath = new Map<string, string>()
  for (const operation of served) {
    if (operation.method === method || !byPath.has(operation.path)) byPath.set(operation.path, operation.method)
  }
  return [...byPath].map(([path, own]) => `${own} ${path}`).join(', ')
}

/**
 * The paths that are most like one that does not exist, at most five, the nearest first.
 *
 * Segments are inserted, left out or replaced; replacing one costs the share of its characters that differ, and next to nothing where a
 * `{variable}` stands. Only the beginning of a long path is compared.
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

/** A variable takes any value, but the same word is nearer. */
const COST_OF_VALUE = 0.1

function costOfReplacing(segment: string, served: string): number {
  if (served.startsWith('{')) return COST_OF_VALUE
  const one = [...segment.toLowerCase()]
  const other = [...served.toLowerCase()]
  return editDistance(one, other) / Math.max(one.length, other.length)
}
