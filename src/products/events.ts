import { type EventDescription, nameOfEvent } from '../engine/callbacks/event.ts'
import { eventsOf } from '../engine/product.ts'
import { products } from './index.ts'

/** Every event of the mock's own products. */
export const events = eventsOf(products)

/** Their event types, e.g. `COUPON.SEND`. */
export const EVENT_TYPES = events.map(nameOfEvent)

/** @throws Error for an event that no product has: check names from users against {@link EVENT_TYPES} first */
export function eventNamed(eventType: string): EventDescription {
  const event = events.find((one) => nameOfEvent(one) === eventType)
  if (!event) throw new Error(`There is no event ${eventType}. There are: ${EVENT_TYPES.join(', ')}.`)
  return event
}
