import { z } from 'zod'
import { timelineEntryJson, timelineJson } from '../timeline.ts'
import { lifeJson, textsJson } from './overview.ts'
import { pageOf } from './page.ts'

/** Things in the dashboard: everything it needs to show them, in both languages. */

const nameJson = z.array(z.string()).describe('its owner, then its key: what tells it from all others')

const linkJson = z
  .strictObject({ thing: z.string(), name: nameJson })
  .meta({ id: 'ThingLink', description: 'one thing, of any kind' })

export const thingValueJson = z
  .strictObject({
    title: textsJson,
    value: z.union([z.string(), z.number(), z.boolean(), textsJson]),
    as: z.enum(['money', 'time', 'code']).optional().describe('how it is written: money is fen'),
    to: linkJson.optional(),
    opens: z
      .string()
      .startsWith('/_mock/')
      .optional()
      .describe('a page of the product, by its address on this server with everything filled in'),
  })
  .meta({ id: 'ThingValue', description: 'one fact about a thing' })

export const takeJson = z
  .strictObject({
    call: z.string().describe('its id in the description of the control API'),
    title: textsJson,
    method: z.string(),
    path: z.string().describe('below /_mock, with everything filled in'),
    query: z.record(z.string(), z.string()),
    has_body: z.boolean(),
    body: z.record(z.string(), z.unknown()).describe('but for what the fields ask for'),
    fields: z.array(
      z.strictObject({
        member: z.string(),
        title: textsJson,
        type: z.enum(['text', 'number', 'boolean', 'choice']),
        required: z.boolean(),
        as: z.enum(['money']).optional(),
        placeholder: textsJson.optional(),
        digits: z.int().optional().describe('so many are made up where it is left empty'),
        options: z.array(z.string()).optional(),
        option_titles: z
          .record(z.string(), textsJson)
          .optional()
          .describe('what options are called that do not say it themselves'),
        min: z.number().optional(),
        max: z.number().optional(),
        max_length: z.int().optional(),
        description: z.string().optional(),
      }),
    ),
    done: textsJson.optional(),
  })
  .meta({ id: 'ThingAction', description: 'a control call that does something to a thing, or makes one' })

const madeJson = z.array(z.string()).optional().describe('the members of the answer that name what was made')

export const thingKindJson = z
  .strictObject({
    id: z.string().describe('as in a seed file'),
    table: z.string().describe('as in events of the kind `change`'),
    title: textsJson,
    one: textsJson,
    product: z.string().describe('id of the product whose it is'),
    listed: z.boolean().describe('whether it is in the navigation'),
    life: lifeJson.optional().describe('left out for things without states'),
    events: z.record(z.string(), textsJson).describe('what the events of its history are called'),
    search: textsJson.optional().describe('what a search looks through; left out: everything that it says'),
    none: textsJson.optional().describe('what to say while there are none'),
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
      .describe('what makes one'),
  })
  .meta({ id: 'ThingKind', description: 'a kind of things that the mock holds' })

export const listedThingJson = z
  .strictObject({
    name: nameJson,
    heading: z.string(),
    about: z.string().optional(),
    state: z.string().optional(),
    beside: z.array(thingValueJson).describe('what a list shows beside its heading'),
    under: z.array(thingValueJson),
    end: z.array(thingValueJson),
  })
  .meta({ id: 'ListedThing', description: 'a thing as a list shows it' })

export const exchangeThingJson = listedThingJson
  .omit({ beside: true, under: true, end: true })
  .extend({ thing: z.string().describe('its kind') })
  .meta({ id: 'ExchangeThing', description: 'a thing that an exchange was about' })

export const phonePageJson = z
  .strictObject({
    title: textsJson,
    opens: z.string().startsWith('/_mock/').describe('its address on this server, with everything filled in'),
    things: z.array(exchangeThingJson).describe('what opens it, the newest first'),
  })
  .meta({ id: 'PhonePage', description: "a page on the user's phone" })

export type PhonePage = z.output<typeof phonePageJson>

export const thingPageJson = pageOf(listedThingJson).meta({ id: 'ThingPage' })

export const shownThingJson = listedThingJson
  .omit({ beside: true, under: true, end: true })
  .extend({
    facts: z.array(thingValueJson),
    bars: z.array(
      z.strictObject({
        title: textsJson,
        used: z.number(),
        limit: z.number().optional().describe('left out where there is none'),
      }),
    ),
    actions: z.array(
      takeJson.extend({
        transition: z
          .strictObject({ event: z.string(), to: z.string() })
          .optional()
          .describe('the transition of its life that it makes'),
      }),
    ),
    related: z.array(
      z.strictObject({
        title: textsJson,
        thing: z.string(),
        items: z.array(listedThingJson).describe('the first of them'),
        total: z.int(),
        states: z
          .record(z.string(), z.int())
          .optional()
          .describe('how many are in each state, where there may be many'),
        pages: z.boolean().describe('whether a list has them page by page, with `of`'),
      }),
    ),
    json: z.unknown().describe('as in the control API'),
    ...timelineJson,
    entries: z
      .array(
        timelineEntryJson.extend({
          about: z.array(linkJson).optional().describe('what else it was about'),
        }),
      )
      .describe('the newest first'),
  })
  .meta({ id: 'ShownThing', description: 'a thing as it stands now, what can be done to it, and what happened to it' })

export type ExchangeThing = z.output<typeof exchangeThingJson>
export type ThingKind = z.output<typeof thingKindJson>
export type ListedThing = z.output<typeof listedThingJson>
export type ShownThing = z.output<typeof shownThingJson>
export type ThingValue = z.output<typeof thingValueJson>
export type TakeJson = z.output<typeof takeJson>
export type ThingEntry = ShownThing['entries'][number]
