/**
 * Caches a value, and makes a new one on demand when it is no longer good. Concurrent callers share the new value; after a failure the next caller
 * tries again.
 *
 * @param isGood whether the value may still be used
 * @param make receives the expired value, if there was one
 */
export function renewed<Value>(
  isGood: (value: Value) => boolean | Promise<boolean>,
  make: (old: Value | undefined) => Promise<Value>,
): () => Promise<Value> {
  let value: Value | undefined
  let pending: Promise<Value> | undefined
  const get = async (): Promise<Value> => {
    if (value !== undefined && (await isGood(value))) return value
    value = await make(value)
    return value
  }
  return () => {
    pending ??= get().finally(() => {
      pending = undefined
    })
    return pending
  }
}
