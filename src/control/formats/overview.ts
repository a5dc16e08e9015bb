import { z } from 'zod'
import type { Life } from '../../engine/state/life.ts'
import { merchantJson } from '../../world/merchant-json.ts'

/** Overviews of merchants, of calls, and of the parts of a mock. */

export const listedMerchantJson = merchantJson
  .omit({ api_v3_key: true, merchant_private_key: true, merchant_certificate: true })
  .required({ mchid: true, name: true, appids: true, certificate_state: true, api_v3_key_set: true })
  .extend({
    serial_no: z.string().meta({ description: 'of the API certificate, 40 hex digits' }),
    notify_url: z
      .string()
      .optional()
      .meta({ description: 'where it wants its coupon events (商家券事件通知地址); left out where none is set' }),
    well_known: z.boolean().meta({ description: 'whether every mock has it' }),
  })
  .meta({ id: 'ListedMerchant', description: 'a merchant that may call, without its keys' })

export const errorInShortJson = z
  .strictObject({ key: z.string(), status: z.int(), code: z.string(), when: z.string() })
  .meta({ id: 'ErrorInShort', description: 'an error that a call can be planned to fail with, by its key' })

export const textsJson = z.strictObject({ en: z.string(), zh: z.string() })

const namedProductJson = z.strictObject({ id: z.string(), title: textsJson })

export const operationInShortJson = z
  .strictObject({
    id: z.string(),
    served: z.enum(['simulated', 'shaped']).meta({
      description: 'by rules, or in its documented shape with values that requests brought or that are made up',
    }),
    product: namedProductJson.optional().meta({ description: 'of a shaped call: the one whose pages describe it' }),
    method: z.string(),
    path: z.string(),
    title: z.string().meta({ description: 'as the official documents call it' }),
    summary: z.string(),
    errors: z.array(errorInShortJson).meta({ description: 'of its own, besides those that any call has' }),
  })
  .meta({ id: 'OperationInShort' })

export const lifeJson = z
  .strictObject({
    stages: z
      .array(
        z.array(z.strictObject({ name: z.string(), title: textsJson, tone: z.enum(['good', 'calm', 'warn', 'bad']) })),
      )
      .meta({ description: 'its states: those that it begins in, those that come of them, and so on' }),
    edges: z
      .array(
        z.strictObject({
          event: z.string().meta({ description: 'as steps of a timeline have it' }),
          title: textsJson,
          from: z.array(z.string()),
          to: z.string(),
          by: z.enum(['call', 'user', 'time', 'hand']).meta({ description: 'what leads there' }),
        }),
      )
      .meta({ description: 'ways from a state to another' }),
  })
  .meta({ id: 'Life', description: 'the states of a thing, and what leads from one to another' })

export const overviewJson = z
  .strictObject({
    products: z.array(
      namedProductJson.extend({
        operations: z.array(z.string()).meta({ description: 'ids of the calls that it simulates' }),
        parts: z
          .array(namedProductJson.extend({ operations: z.array(z.string()), events: z.array(z.string()) }))
          .optional()
          .meta({ description: 'the documented products that it serves, with their shaped calls and events' }),
      }),
    ),
    tables: z
      .array(
        z.strictObject({
          name: z.string().meta({ description: 'as in a seed file' }),
          title: textsJson,
          life: lifeJson.optional().meta({ description: 'left out for things without states' }),
        }),
      )
      .meta({ description: 'kinds of things' }),
    events: z.array(z.strictObject({ event_type: z.string(), label: textsJson })),
  })
  .meta({ id: 'Overview', description: 'what a mock serves, in words for people' })

export const snippetJson = z.strictObject({ text: z.string() }).meta({ id: 'Snippet' })

export const pactJson = z.looseObject({ interactions: z.array(z.looseObject({ description: z.string() })) })

export type ListedMerchant = z.output<typeof listedMerchantJson>
export type Overview = z.output<typeof overviewJson>
export type LifeJson = z.output<typeof lifeJson>
export type ErrorInShort = z.output<typeof errorInShortJson>
export type OperationInShort = z.output<typeof operationInShortJson>

/** A life with its stages and transitions. The control calls that take a transition are listed with each thing. */
export function describeLife({ stages, edges }: Life): LifeJson {
  return {
    stages: stages.map((stage) => stage.map(({ title, ...state }) => ({ ...state, title: { ...title } }))),
    edges: edges.map(({ event, title, from, to, by }) => ({ event, title: { ...title }, from: [...from], to, by })),
  }
}
