import { z } from 'zod'
import { mchid, time } from '../../../engine/state/json-fields.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { ALL, defineTable, descending, type RowDefaults } from '../../../engine/state/table.ts'
import { exactTime } from '../../../protocol/instant.ts'

/** Where a merchant wants its coupon events (商家券事件通知地址). */
export interface EventAddress {
  readonly mchid: string
  readonly url: string
  /** Who set it, and may read it: over the API that is always the merchant itself (corrections 13), in a seed file it may be another. */
  readonly setByMchid: string
  /** Epoch milliseconds. */
  readonly updatedAt: number
}

export const eventAddressJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'whose events; the well-known merchant if left out' }),
    set_by: mchid.optional().meta({ description: 'who set it, and may read it; the merchant itself if left out' }),
    notify_url: z.string().min(10).max(256),
    update_time: time.optional(),
  })
  .meta({ id: 'EventAddress', description: 'where a merchant wants its coupon events (商家券事件通知地址)' })

export const completedEventAddress = eventAddressJson
  .required({ mchid: true, set_by: true, update_time: true })
  .meta({ id: 'CompletedEventAddress' })

export type EventAddressJson = z.input<typeof eventAddressJson>

export function completeEventAddress(json: EventAddressJson, { now, defaultMchid }: RowDefaults): EventAddress {
  const mchid = json.mchid ?? defaultMchid
  return {
    mchid,
    setByMchid: json.set_by ?? mchid,
    url: json.notify_url,
    updatedAt: json.update_time === undefined ? now : Date.parse(json.update_time),
  }
}

export function describeEventAddress({
  mchid,
  setByMchid,
  url,
  updatedAt,
}: EventAddress): z.output<typeof completedEventAddress> {
  return { mchid, set_by: setByMchid, notify_url: url, update_time: exactTime(updatedAt) }
}

/** Where merchants want their coupon events: one address each. */
export const eventAddresses = defineTable({
  name: 'eventAddresses',
  title: { en: 'Event addresses', zh: '事件通知地址' },
  owner: ({ mchid }: EventAddress) => mchid,
  key: () => [],
  keyMembers: [],
  indexes: {},
  sorted: { newest: { among: () => ALL, by: ({ updatedAt }) => descending(updatedAt) } },
  json: eventAddressJson,
  completed: completedEventAddress,
  fromJson: completeEventAddress,
  toJson: describeEventAddress,
})

/** Where a merchant wants its coupon events; `undefined` for one that has set no address. */
export async function eventAddressOf(tx: Transaction, mchid: string): Promise<string | undefined> {
  return (await tx.in(eventAddresses).find(mchid))?.url
}
