import { z } from 'zod'
import type { EventDefinition, Resource, SampleSurroundings } from '../engine/callbacks/event.ts'
import { type Audience, addressOf, type EventFacts, type FieldFacts, factsOf, scheduleOf } from './facts.ts'
import { encodedObject } from './schemas.ts'

/** Members that the page of a callback says. */
type Said =
  | 'title'
  | 'source'
  | 'summary'
  | 'originalType'
  | 'associatedData'
  | 'schedule'
  | 'replySeconds'
  | 'resource'

type OwnFacts<About> = Omit<EventDefinition<About>, Said | 'eventType' | 'sample'> &
  // Better knowledge than the page has.
  Partial<Pick<EventDefinition<About>, Exclude<Said, 'resource'>>> &
  Content & {
    /** The row that a sample callback tells of. */
    sample(surroundings: SampleSurroundings, about?: About): object
  }

/** The sealed content: a schema of its own, or the members of the page, and their name in the OpenAPI document. */
type Content =
  | { readonly resource: z.ZodObject; readonly resourceId?: never; readonly first?: never }
  | { readonly resource?: never; readonly resourceId: string; readonly first?: readonly string[] }

/** An event with the sealed content of its callbacks. */
export interface DocumentedEvent<About> extends EventDefinition<About> {
  /** The sealed content that tells of a row; members that the callback does not have are dropped. */
  content(row: object): Resource
}

/**
 * Defines an event of an official page: its envelope, schedule and content are those of the page, the rest is yours. Its facts are read on first use.
 *
 * ```ts
 * export const complaintCreated = documentedEvent('complaints COMPLAINT.CREATE', {
 *   id: 'complaintCreated', resourceId: 'ComplaintEvent',
 *   label: { en: 'a user complained', zh: '产生新投诉' }, description: 'A user complained about a merchant',
 *   sample: ({ ids }) => ({ complaint_id: ids.digits(28), action_type: 'CREATE_COMPLAINT' }),
 * })
 * ```
 *
 * @param event the id of its product and its `event_type`
 */
export function documentedEvent<About = never>(
  event: string,
  { resourceId = '', first, sample, ...own }: OwnFacts<About>,
): DocumentedEvent<About> {
  const page = () => eventFacts(event)
  const resource = () => own.resource ?? documentedResource(event, resourceId, first)
  const content = (row: object) => z.encode(resource(), row as Resource) as Resource
  return {
    ...own,
    eventType: event.split(' ')[1] ?? '',
    get title() {
      return own.title ?? page().title
    },
    get source() {
      return own.source ?? addressOf(page())
    },
    get summary() {
      return own.summary ?? page().summary ?? page().title
    },
    get originalType() {
      return own.originalType ?? page().originalType ?? ''
    },
    get associatedData() {
      return own.associatedData ?? page().associatedData ?? ''
    },
    get schedule() {
      return own.schedule ?? scheduleOf(page())
    },
    get replySeconds() {
      return own.replySeconds ?? page().replySeconds
    },
    get resource() {
      return resource()
    },
    content,
    sample: (surroundings, about) => content(sample(surroundings, about)),
  }
}

const resources = new Map<string, z.ZodObject>()

/**
 * Resource of a documented callback, for {@link z.encode} of a row. Its facts are read on first request.
 *
 * @param event the id of its product and its `event_type`, such as `orders TRANSACTION.SUCCESS`
 * @param id names it in the OpenAPI document
 * @param first the members that live callbacks have first, in their order
 * @param audience whom it tells, where the pages of both describe it
 */
export function documentedResource(
  event: string,
  id: string,
  first: readonly string[] = [],
  audience: Audience = 'merchant',
): z.ZodObject {
  const known = resources.get(id)
  if (known) return known
  const facts = eventFacts(event)
  const ranks = new Map(first.map((name, i) => [name, i]))
  const rank = ({ name }: FieldFacts) => ranks.get(name) ?? first.length
  const fields = facts.resource
    .flatMap(({ required, ...field }): FieldFacts[] => {
      if (field.for && field.for !== audience) return []
      return [{ ...field, ...((required === true || required === audience) && { required: true }) }]
    })
    .toSorted((a, b) => rank(a) - rank(b))
  const resource = encodedObject(fields).meta({ id })
  resources.set(id, resource)
  return resource
}

function eventFacts(event: string): EventFacts {
  const [product = '', eventType] = event.split(' ')
  const facts = factsOf(product).events.find(({ type }) => type === eventType)
  if (!facts) throw new Error(`The catalogue has no callback ${event}.`)
  return facts
}
