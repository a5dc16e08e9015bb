import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ErrorInShort } from '../../src/control/formats/overview.ts'
import { learnAllOperations } from './operations.ts'
import { type Loaded, useLoaded } from './use-loaded.ts'

/** The errors that can be planned for calls: each call's by its id, and those of any call. */
const errors = signal<{
  readonly own: ReadonlyMap<string, readonly ErrorInShort[]>
  readonly common: readonly ErrorInShort[]
}>({ own: new Map(), common: [] })

/** Loads the errors of all calls, for a view that names them. */
export function useErrors(): Pick<Loaded<unknown>, 'error'> {
  const { value, error } = useLoaded('errors', async (client) => {
    const [operations, common] = await Promise.all([client.operations(), client.commonErrors()])
    return { operations, own: new Map(operations.map(({ id, errors }) => [id, errors])), common }
  })
  useEffect(() => {
    if (!value) return
    errors.value = value
    learnAllOperations(value.operations)
  }, [value])
  return { error }
}

/** The errors of one call, or of all if none is given. */
export function ownErrors(operation: string): readonly ErrorInShort[] {
  const { own } = errors.value
  return operation === '' ? [...own.values()].flat() : (own.get(operation) ?? [])
}

/** The errors that can be planned for any call. */
export function commonErrors(): readonly ErrorInShort[] {
  return errors.value.common
}

/** An error by its key: of one call, or of any if none is given. */
export function errorInShort(key: string, operation = ''): ErrorInShort | undefined {
  return [...ownErrors(operation), ...commonErrors()].find((error) => error.key === key)
}
