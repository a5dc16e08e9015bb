import type { z } from 'zod'
import type { Texts } from '../../shared/texts.ts'
import type { IdSource } from '../ids.ts'
import type { NewNotification } from '../operation.ts'
import type { Transaction } from '../state/store.ts'
import type { RepeatSchedule } from './notification.ts'

/** What is sealed in a callback: members of a JSON object. */
export type Resource = Readonly<Record<string, unknown>>

/** What a made-up event is made up of. */
export interface SampleSurroundings {
  readonly mchid: string
  readonly appid: string
  /** Epoch milliseconds. */
  readonly now: number
  readonly ids: IdSource
}

/** An event of which the service sends a callback (回调通知): what stands around it, and what is sealed in it. */
export interface EventDefinition<About> {
  /** camelCase, as its webhook in the OpenAPI document. */
  readonly id: string
  /** e.g. `COUPON.SEND` */
  readonly eventType: string
  /** What happened, in a few words. */
  readonly label: Texts
  /** In English, for the OpenAPI document. */
  readonly description: string
  /** Name in the official documents. */
  readonly title: string
  /** The official page. */
  readonly source: string
  /** `summary` of the callback. */
  readonly summary: string
  /** `original_type` of its resource. */
  readonly originalType: string
  /** `associated_data` that the resource is sealed with. */
  readonly associatedData: string
  readonly schedule: RepeatSchedule
  /** What is sealed. */
  readonly resource: z.ZodType
  /** Finds what a callback that nothing brought about tells of, and where it goes. Left out: it is all made up, and goes where it is told. */
  find?(
    tx: Transaction,
    mchid: string,
  ): Promise<{ readonly url?: string | undefined; readonly about?: About | undefined }>
  /** The resource of a callback that nothing brought about, made up where `about` does not say. */
  sample(surroundings: SampleSurroundings, about?: About): Resource
}

/** An event, whatever it tells of. */
export type EventDescription = EventDefinition<unknown>

/** Defines an event: list it among the `events` of a product, and callbacks of it can be sent, faulted, and are described. */
export function defineEvent<About = never>(event: EventDefinition<About>): EventDefinition<About> {
  return event
}

/** A callback of an event, for `notify` of an operation. */
export function callbackOf(
  { eventType, summary, originalType, associatedData, schedule }: EventDescription,
  rest: Pick<NewNotification, 'mchid' | 'url' | 'resource' | 'dueAt'>,
): NewNotification {
  return { eventType, summary, originalType, associatedData, schedule, ...rest }
}
