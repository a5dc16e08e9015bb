import type { WorldJson } from '../../products/json.ts'

/** Puts worlds together; of two things with the same id the later one stays. */
export function mergeWorlds(worlds: readonly WorldJson[]): WorldJson {
  const merge = <Thing>(select: (world: WorldJson) => Thing[] | undefined, idOf: (thing: Thing) => unknown[]) => {
    const things = new Map<string, Thing>()
    for (const thing of worlds.flatMap((world) => select(world) ?? [])) {
      const id = idOf(thing)
      // A thing without an id gets one when it is loaded, so it equals no other.
      things.set(id.includes(undefined) ? `${things.size}` : JSON.stringify(id), thing)
    }
    return things.size === 0 ? undefined : [...things.values()]
  }
  const descriptions = worlds.flatMap(({ description }) => description ?? [])
  const world: WorldJson = {
    description: descriptions.length === 0 ? undefined : descriptions.join(' '),
    merchants: merge(
      ({ merchants }) => merchants,
      ({ mchid }) => [mchid],
    ),
    stocks: merge(
      ({ stocks }) => stocks,
      ({ mchid = '', stock_id }) => [mchid, stock_id],
    ),
    coupons: merge(
      ({ coupons }) => coupons,
      ({ mchid = '', stock_id, coupon_code }) => [mchid, stock_id, coupon_code],
    ),
    orders: merge(
      ({ orders }) => orders,
      ({ mchid = '', out_trade_no }) => [mchid, out_trade_no],
    ),
    requests: merge(
      ({ requests }) => requests,
      ({ mchid, operation, request_no }) => [mchid, operation, request_no],
    ),
  }
  return world
}
