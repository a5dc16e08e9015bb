import { StoreUnavailable } from '../engine/state/store-unavailable.ts'

/**
 * Parses JSON that a store has kept.
 *
 * @throws StoreUnavailable if it is invalid: the disk has failed, or another program has written it
 */
export function parseKept(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StoreUnavailable(
      {
        en: `The store holds something that no mock has written: ${reason}.`,
        zh: `存储中有不是模拟服务写入的内容：${reason}。`,
      },
      { cause },
    )
  }
}
