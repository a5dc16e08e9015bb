import { z } from 'zod'
import type { StateChange } from '../../engine/state/state-changes.ts'
import { exchangeSummaryJson } from './exchange-summary.ts'

export const stateChangeJson = z
  .strictObject({
    tables: z.array(z.string()).meta({ description: 'what kinds of things, by the names of their tables' }),
    documents: z.array(z.string()).meta({ description: 'what besides, e.g. clock, faults, settings' }),
    mchids: z.array(z.string()).optional().meta({ description: 'whose things; anybody’s if left out' }),
  })
  .meta({ id: 'StateChange', description: 'what has changed, by name: ask for it to see how it is now' })

/** One event of `GET /_mock/events`: `type` is the event's name, the rest its data. */
export const controlEventJson = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('exchange'), exchange: exchangeSummaryJson }),
    z.strictObject({ type: z.literal('change'), change: stateChangeJson }),
    z.strictObject({ type: z.literal('resync') }),
  ])
  .meta({
    id: 'ControlEvent',
    description:
      'exchange: a call was answered, or a callback was tried; change: some of the state is new; resync: some events were missed, ask for everything again',
  })

export type StateChangeJson = z.output<typeof stateChangeJson>
export type ControlEvent = z.output<typeof controlEventJson>

export function describeStateChange({ tables, documents, mchids }: StateChange): StateChangeJson {
  return { tables: [...tables], documents: [...documents], ...(mchids && { mchids: [...mchids] }) }
}
