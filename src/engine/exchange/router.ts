import { onceFor } from '../../wire/shared/pieces.ts'
import type { Operation } from '../operation.ts'

type Route = Hit | Miss

/** An operation, with the variables of its path. */
export interface Hit {
  readonly operation: Operation
  readonly params: Readonly<Record<string, string>>
}

/** No operation matches. `allowed`: the methods of the path. */
export type Miss = { readonly miss: 'method'; readonly allowed: readonly string[] } | { readonly miss: 'path' }

/** The operations of a path by method, and its possible continuations: words, and variable segments. */
class Branch {
  readonly methods = new Map<string, Operation>()
  readonly words = new Map<string, Branch>()
  readonly variables = new Map<string, { readonly pattern: RegExp; readonly branch: Branch }>()

  /** The branch for a segment of a path template; made on first use. */
  at(segment: string): Branch {
    if (!segment.includes('{')) return getOrMake(this.words, segment, () => new Branch())
    const source = segment.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '(.+)')
    return getOrMake(this.variables, source, () => ({ pattern: new RegExp(`^${source}$`), branch: new Branch() }))
      .branch
  }
}

/**
 * Finds the operation for a method and a path. Segments are matched as sent, and variable ones decoded afterwards. Where several paths fit, the one
 * whose first differing segment is a word goes first. It takes no longer for more operations.
 */
export class Router {
  readonly #root = new Branch()

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      const { method, path } = operation
      const { methods } = path.split('/').reduce((branch, segment) => branch.at(segment), this.#root)
      if (methods.has(method)) throw new Error(`Two operations for ${method} ${path}`)
      methods.set(method, operation)
    }
  }

  find(method: string, path: string): Route {
    const found = fits(this.#root, path.split('/'), 0, [])
    if (!found) return { miss: 'path' }
    const operation = found.methods.get(method)
    if (!operation) return { miss: 'method', allowed: [...found.methods.keys()] }
    if (found.values.length === 0) return { operation, params: {} }
    const params = decodeAll(namesIn(operation.path), found.values)
    return params ? { operation, params } : { miss: 'path' }
  }
}

/** The routers over some operations: over all of them, and over those that are not shaped. */
export const routersOf = onceFor((operations: readonly Operation[]) => ({
  answer: new Router(operations),
  refuse: new Router(operations.filter(({ shaped }) => !shaped)),
}))

interface Fit {
  readonly methods: Branch['methods']
  /** Values of the variables in order, as sent. */
  readonly values: readonly string[]
}

function fits(branch: Branch, segments: readonly string[], at: number, values: readonly string[]): Fit | undefined {
  const segment = segments[at]
  if (segment === undefined) return branch.methods.size > 0 ? { methods: branch.methods, values } : undefined
  const word = branch.words.get(segment)
  const found = word && fits(word, segments, at + 1, values)
  if (found) return found
  for (const { pattern, branch: next } of branch.variables.values()) {
    const match = pattern.exec(segment)
    const fit = match && fits(next, segments, at + 1, [...values, ...match.slice(1)])
    if (fit) return fit
  }
  return undefined
}

const names = new Map<string, readonly string[]>()

/** The names of a template's variables; computed once per template. */
function namesIn(path: string): readonly string[] {
  return getOrMake(names, path, () => Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name))
}

function decodeAll(names: readonly string[], values: readonly string[]): Record<string, string> | undefined {
  try {
    return Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(values[i] ?? '')]))
  } catch {
    // `decodeURIComponent` throws only on a broken percent escape: such a path does not exist.
    return undefined
  }
}

function getOrMake<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const there = known.get(key)
  if (there !== undefined) return there
  const made = make()
  known.set(key, made)
  return made
}
