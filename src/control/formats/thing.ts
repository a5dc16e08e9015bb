import { z } from 'zod'
import { timelineEntryJson, timelineJson } from '../timeline.ts'
import { lifeJson, textsJson } from './overview.ts'
import { pageOf } from './page.ts'

/** Things in the dashboard: everything it needs to show them, in both languages. */

const nameJson = z.array(z.string()).meta({ description: 'its owner, then its key: what tells it from all others' })

const linkJson = z
  .strictObject({ thing: z.string(), name: nameJson })
  .meta({ id: 'ThingLink', description: 'one thing, of any kind' })

export const thingValueJson = z
  .strictObject({
    title: textsJson,
    value: z.union([z.string(), z.number(), z.boolean(), textsJson]),
    as: z.enum(['money', 'time', 'code']).optional().meta({ description: 'how it is written: money is fen' }),
    to: linkJson.optional(),
    opens: z
      .string()
      .startsWith('/_mock/')
      .optional()
      .meta({ description: 'a page of the product, by its address on this server with everything filled in' }),
  })
  .meta({ id: 'ThingValue', description: 'one fact about a thing' })

const takeJson = z
  .strictObject({
    call: z.string().meta({ description: 'its id in the description of the control API' }),
    title: textsJson,
    method: z.string(),
    path: z.string().meta({ description: 'below /_mock, with everything filled in' }),
    query: z.record(z.string(), z.string()),
    has_body: z.boolean(),
    body: z.record(z.string(), z.unknown()).meta({ description: 'but for what the fields ask for' }),
    fields: z.array(
      z.strictObject({
        member: z.string(),
        title: textsJson,
        type: z.enum(['text', 'number', 'boolean', 'choice']),
        required: z.boolean(),
        as: z.enum(['money']).optional(),
        placeholder: textsJson.optional(),
        digits: z.int().optional().meta({ description: 'so many are made up where it is left empty' }),
        options: z.array(z.string()).optional(),
        option_titles: z
          .record(z.string(), textsJson)
          .optional()
          .meta({ description: 'what options are called that do not say it themselves' }),
        min: z.number().optional(),
        max: z.number().optional(),
        max_length: z.int().optional(),
        description: z.string().optional(),
      }),
    ),
    done: textsJson.optional(),
  })
  .meta({ id: 'ThingAction', description: 'a control call that does something to a thing, or makes one' })

const madeJson = z
  .array(z.string())
  .optional()
  .meta({ description: 'the members of the answer that name what was made' })

export const thingKindJson = z
  .strictObject({
    id: z.string().meta({ description: 'as in a seed file' }),
    table: z.string().meta({ description: 'as in events of the kind `change`' }),
    title: textsJson,
    one: textsJson,
    product: z.string().meta({ description: 'id of the product whose it is' }),
    listed: z.boolean().meta({ description: 'whether it is in the navigation' }),
    life: lifeJson.optional().meta({ description: 'left out for things without states' }),
    events: z.record(z.string(), textsJson).meta({ description: 'what the events of its history are called' }),
    search: textsJson
      .optional()
      .meta({ description: 'what a search looks through; left out: everything that it says' }),
    none: textsJson.optional().meta({ description: 'what to say while there are none' }),
    makes: z
      .array(
        z.union([
          takeJson.extend({ made: madeJson }),
          z.strictObject({ title: textsJson, of: z.string(), call: z.string(), made: madeJson }).meta({
            id: 'ThingMaker',
            description: 'an action of a thing of another kind, which makes one of this kind',
          }),
        ]),
      )
      .meta({ description: 'what makes one' }),
  })
  .meta({ id: 'ThingKind', description: 'a kind of things that the mock holds' })

export const listedThingJson = z
  .strictObject({
    name: nameJson,
    heading: z.string(),
    about: z.string().optional(),
    state: z.string().optional(),
    beside: z.array(thingValueJson).meta({ description: 'what a list shows beside its heading' }),
    under: z.array(thingValueJson),
    end: z.array(thingValueJson),
  })
  .meta({ id: 'ListedThing', description: 'a thing as a list shows it' })

export const exchangeThingJson = listedThingJson
  .omit({ beside: true, under: true, end: true })
  .extend({ thing: z.string().meta({ description: 'its kind' }) })
  .meta({ id: 'ExchangeThing', description: 'a thing that an exchange was about' })

export const thingPageJson = pageOf(listedThingJson).meta({ id: 'ThingPage' })

export const shownThingJson = listedThingJson
  .omit({ beside: true, under: true, end: true })
  .extend({
    facts: z.array(thingValueJson),
    bars: z.array(
      z.strictObject({
        title: textsJson,
        used: z.number(),
        limit: z.number().optional().meta({ description: 'left out where there is none' }),
      }),
    ),
    actions: z.array(
      takeJson.extend({
        transition: z
          .strictObject({ event: z.string(), to: z.string() })
          .optional()
          .meta({ description: 'the transition of its life that it makes' }),
      }),
    ),
    related: z.array(
      z.strictObject({
        title: textsJson,
        thing: z.string(),
        items: z.array(listedThingJson).meta({ description: 'the first of them' }),
        total: z.int(),
        states: z
          .record(z.string(), z.int())
          .optional()
          .meta({ description: 'how many are in each state, where there may be many' }),
        pages: z.boolean().meta({ description: 'whether a list has them page by page, with `of`' }),
      }),
    ),
    json: z.unknown().meta({ description: 'as in the control API' }),
    ...timelineJson,
    entries: z
      .array(
        timelineEntryJson.extend({
          about: z.array(linkJson).optional().meta({ description: 'what else it was about' }),
        }),
      )
      .meta({ description: 'the newest first' }),
  })
  .meta({ id: 'ShownThing', description: 'a thing as it stands now, what can be done to it, and what happened to it' })

export type ExchangeThing = z.output<typeof exchangeThingJson>
export type ThingKind = z.output<typeof thingKindJson>
export type ListedThing = z.output<typeof listedThingJson>
export type ShownThing = z.output<typeof shownThingJson>
export type ThingValue = z.output<typeof thingValueJson>
export type TakeJson = z.output<typeof takeJson>
export type ThingEntry = ShownThing['entries'][number]
