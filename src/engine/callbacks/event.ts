import { z } from 'zod'
import { isJsonObject } from '../../wire/protocol/json-object.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import type { IdSource } from '../ids.ts'
import type { DocumentedProduct, NewNotification } from '../operation.ts'
import type { Transaction } from '../state/store.ts'
import type { RepeatSchedule } from './notification.ts'

/** The JSON object that is sealed in a callback. */
export type Resource = Readonly<Record<string, unknown>>

export interface SampleSurroundings {
  readonly mchid: string
  readonly appid: string
  /** Epoch milliseconds. */
  readonly now: number
  readonly ids: IdSource
}

/** An event that the service reports by callbacks (回调通知): their envelope and its sealed content. */
export interface EventDefinition<About> {
  /** camelCase, the name of its webhook in the OpenAPI document. */
  readonly id: string
  /** e.g. `COUPON.SEND` */
  readonly eventType: string
  /** How tests and the command line name it, where several events have its type. Default: the type. */
  readonly name?: string
  /** No rule brings it about: it is sent on demand, with a resource of the documented shape. */
  readonly shaped?: true
  /** The product whose pages describe a shaped event. */
  readonly product?: DocumentedProduct
  /** The event in a few words; in English a clause, such as `a user received a coupon`. */
  readonly label: Texts
  /** In English, for the OpenAPI document. */
  readonly description: string
  /** Name in the official documents. */
  readonly title: string
  /** The official page. */
  readonly source: string
  /** `summary` of the callback. */
  readonly summary: string
  /** `original_type` of its resource; empty for one that has none. */
  readonly originalType: string
  /** `associated_data` that the resource is sealed with. */
  readonly associatedData: string
  readonly schedule: RepeatSchedule
  /** How long the receiver has to reply, if that is not 5 seconds. */
  readonly replySeconds?: number | undefined
  /** Schema of the sealed content. */
  readonly resource: z.ZodType
  /**
   * Finds the subject and the address of a sample callback in the state. Left out: the subject is made up, and the caller gives the address.
   *
   * @param given members that the resource will have
   */
  find?(
    tx: Transaction,
    mchid: string,
    given: Resource,
  ): Promise<{ readonly url?: string | undefined; readonly about?: About | undefined }>
  /** Keeps what a sample callback tells, so that later calls answer it. */
  keep?(tx: Transaction, told: Kept): Promise<void>
  /** The resource of a sample callback, with made-up values where `about` has none. */
  sample(surroundings: SampleSurroundings, about?: About): Resource
}

/** A sample callback as it was made, and the surroundings in which later calls answer it. */
export interface Kept extends Pick<SampleSurroundings, 'mchid' | 'now' | 'ids'> {
  readonly resource: Resource
}

export type EventDescription = EventDefinition<unknown>

/** Defines an event. List it among the `events` of a product, and its callbacks can be sent, faulted and described. */
export function defineEvent<About = never>(event: EventDefinition<About>): EventDefinition<About> {
  return event
}

/** The name of an event that no other has. */
export function nameOfEvent({ name, eventType }: Pick<EventDescription, 'name' | 'eventType'>): string {
  return name ?? eventType
}

/** A callback of an event, for `notify` of an operation. */
export function callbackOf(
  { eventType, summary, originalType, associatedData, schedule, replySeconds }: EventDescription,
  rest: Pick<NewNotification, 'mchid' | 'url' | 'resource' | 'dueAt'>,
): NewNotification {
  const limit = replySeconds === undefined ? {} : { replySeconds }
  return { eventType, summary, originalType, associatedData, schedule, ...limit, ...rest }
}

/**
 * Makes a callback of an event that did not happen, exactly as the call that causes the event would, with made-up values for members that are not
 * given.
 *
 * @param given members of the resource, at any depth; `null` removes a member
 */
export function sampleNotification(
  event: EventDescription,
  { url, about, ...surroundings }: SampleSurroundings & { readonly url: string; readonly about?: unknown },
  given: Resource = {},
): NewNotification {
  const { mchid } = surroundings
  return callbackOf(event, { mchid, url, resource: merged(event.sample(surroundings, about), given) })
}

/** Merges objects and replaces anything else; `null` removes a member. */
export function merged(base: Resource, given: Resource): Resource {
  const members = new Map(Object.entries(base))
  for (const [name, value] of Object.entries(given)) {
    const before = members.get(name)
    if (value === null) members.delete(name)
    else members.set(name, isJsonObject(value) ? merged(isJsonObject(before) ? before : {}, value) : value)
  }
  return Object.fromEntries(members)
}

/** Paths of members, at any depth, that the event's resource does not have, e.g. `amount.totl`. */
export function unknownMembers({ resource }: EventDescription, given: Resource): string[] {
  return unknownIn(resource, given, '')
}

function unknownIn(schema: z.core.$ZodType, value: unknown, prefix: string): string[] {
  if (schema instanceof z.ZodOptional) return unknownIn(schema.unwrap(), value, prefix)
  if (schema instanceof z.ZodUnion) {
    const objects = schema.options.filter((option) => option instanceof z.ZodObject)
    const [fewest = []] = objects
      .map((option) => unknownIn(option, value, prefix))
      .toSorted((a, b) => a.length - b.length)
    return fewest
  }
  if (!(schema instanceof z.ZodObject) || !isJsonObject(value)) return []
  const { shape } = schema
  return Object.entries(value).flatMap(([name, member]) => {
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined
    return known ? unknownIn(known, member, `${prefix}${name}.`) : [prefix + name]
  })
}
