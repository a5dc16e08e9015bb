import type { Operation } from '../operation.ts'

export type Route = Hit | Miss

/** An operation, with the variables of its path. */
export interface Hit {
  readonly operation: Operation
  readonly params: Readonly<Record<string, string>>
}

/** No operation. `allowed`: the methods of the path. */
export type Miss = { readonly miss: 'method'; readonly allowed: readonly string[] } | { readonly miss: 'path' }

interface Template {
  readonly path: string
  readonly pattern: RegExp
  readonly methods: Map<string, Operation>
}

/** Finds the operation for a method and a path. Segments are matched as sent, and variable ones decoded afterwards. */
export class Router {
  readonly #fixed = new Map<string, Map<string, Operation>>()
  readonly #templates = new Map<string, Template>()

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      const methods = this.#methodsOf(operation.path)
      if (methods.has(operation.method)) throw new Error(`Two operations for ${operation.method} ${operation.path}`)
      methods.set(operation.method, operation)
    }
  }

  find(method: string, path: string): Route {
    const fixed = this.#fixed.get(path)
    if (fixed) return this.#choose(method, fixed, {})
    for (const { pattern, methods } of this.#templates.values()) {
      const match = pattern.exec(path)
      if (!match) continue
      const params = decodeAll(match.groups ?? {})
      return params ? this.#choose(method, methods, params) : { miss: 'path' }
    }
    return { miss: 'path' }
  }

  #choose(method: string, methods: Map<string, Operation>, params: Readonly<Record<string, string>>): Route {
    const operation = methods.get(method)
    return operation ? { operation, params } : { miss: 'method', allowed: [...methods.keys()] }
  }

  #methodsOf(path: string): Map<string, Operation> {
    if (!path.includes('{')) {
      const methods = this.#fixed.get(path) ?? new Map<string, Operation>()
      this.#fixed.set(path, methods)
      return methods
    }
    const shape = path.replaceAll(/\{\w+\}/g, '{}')
    const known = this.#templates.get(shape)
    if (known && known.path !== path)
      throw new Error(`${known.path} and ${path} differ only in the names of their variables`)
    if (known) return known.methods
    const source = path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
    const template = { path, pattern: new RegExp(`^${source}$`), methods: new Map<string, Operation>() }
    this.#templates.set(shape, template)
    return template.methods
  }
}

function decodeAll(groups: Readonly<Record<string, string>>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]))
  } catch {
    // `decodeURIComponent` throws only on a broken percent escape: there is no such path.
    return undefined
  }
}
