/**
 * A value that is made when it is asked for and there is none that is still good. Whoever asks meanwhile gets the same one; after a
 * failure the next one who asks tries again.
 *
 * @param isGood whether the value may still be used
 * @param make is given the value that is not good any more, if there was one
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
