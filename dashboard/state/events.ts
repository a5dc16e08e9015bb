import type { EventType } from '../../src/engine/callbacks/notification.ts'
import { en } from '../texts/en.ts'

/** An event of which the mock sends callbacks, by its name; `any` for one that the page does not know. */
export function eventOf(name: string): EventType | 'any' {
  return isEvent(name) ? name : 'any'
}

function isEvent(name: string): name is EventType {
  return Object.hasOwn(en.events, name)
}
