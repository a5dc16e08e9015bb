import { nameOfEvent } from '../../src/engine/callbacks/event.ts'
import { EVENT_TYPES, events } from '../../src/products/index.ts'

/** Names of the events that rules of the mock bring about. */
export const SIMULATED_EVENTS = events.filter(({ shaped }) => !shaped).map(nameOfEvent)

/** Those, and two that stand for the others: a shaped one, and one whose type several products have. */
export const SOME_EVENTS = [...SIMULATED_EVENTS, 'COMPLAINT.CREATE', 'TRANSACTION.SUCCESS/ecommerce'].filter((name) =>
  EVENT_TYPES.includes(name),
)

/** The `event_type` of the event with a name. */
export function typeOfEvent(name: string): string {
  return name.replace(/\/.*/, '')
}
