import { z } from 'zod'
import {
  notationOf,
  type Setting,
  type SettingGroup,
  type Settings,
  type SettingValues,
  type ValuesOf,
} from '../../engine/settings.ts'
import { type Language, type SnakeCase, snakeCase } from '../../wire/shared/texts.ts'
import { type Life, transitionsIn } from '../life.ts'
import { merchantJson } from '../world/merchant-json.ts'

/** Settings in the JSON of the control API. */
export type SettingsJsonOf<Definitions extends SettingGroup> = {
  -readonly [Name in keyof Definitions & string as SnakeCase<Name>]: ValuesOf<Definitions>[Name]
}

/** The schema of the settings of a mock. */
export function settingsJson(definitions: SettingGroup) {
  return z.strictObject(membersOf(definitions)).meta({
    id: 'Settings',
    description: 'how the mock behaves where the real service is not known, or a test wants less',
  })
}

/** The schema of a change of a mock's settings; every member is optional. */
export function settingsPatch(definitions: SettingGroup) {
  return z.strictObject(membersOf(definitions)).partial().meta({ id: 'SettingsPatch' })
}

function membersOf(definitions: SettingGroup): Readonly<Record<string, z.ZodType>> {
  const members = Object.values(definitions).map(({ wireName, schema, description }): [string, z.ZodType] => [
    wireName,
    description === undefined ? schema : schema.meta({ description }),
  ])
  return Object.fromEntries(members)
}

export const settingDefinitionJson = z
  .strictObject({
    name: z.string().meta({ description: 'as among the settings', examples: ['rate_limit'] }),
    text: z.string().describe('what it is about, in words for people'),
    default: z.union([z.string(), z.number(), z.boolean()]),
    words: z.array(z.string()).optional().describe('the values that it can have, where these are words'),
    range: z.strictObject({ min: z.number(), max: z.number() }).optional().describe('where it can be a number'),
  })
  .meta({ id: 'SettingDefinition', description: 'a setting' })

export type SettingDefinitionJson = z.output<typeof settingDefinitionJson>

/** A setting in words, with its possible values. */
export function describeDefinition(setting: Setting, language: Language): SettingDefinitionJson {
  const notation = notationOf(setting)
  const { min, max } = notation.kind === 'whole number' ? notation : { min: 0, max: 100 }
  return {
    name: setting.wireName,
    text: setting.texts[language],
    // Settings are plain data.
    default: setting.default as SettingDefinitionJson['default'],
    words: notation.kind === 'word' ? [...notation.words] : undefined,
    range: notation.kind === 'whole number' || notation.kind === 'percent' ? { min, max } : undefined,
  }
}

/** The settings of a mock, including those of its products. */
export function describeSettings<Values extends SettingValues>(values: Values) {
  // Each member has the value of the setting it is named after.
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [snakeCase(name), value])) as {
    -readonly [Name in keyof Values & string as SnakeCase<Name>]: Values[Name]
  }
}

/** Changed values under the mock's own names. */
export function changedSettings(patch: SettingValues, definitions: SettingGroup): Partial<Settings> {
  const given = Object.values(definitions).filter(({ wireName }) => patch[wireName] !== undefined)
  return Object.fromEntries(given.map(({ name, wireName }) => [name, patch[wireName]]))
}

/** Overviews of merchants, of calls, and of the parts of a mock. */

export const listedMerchantJson = merchantJson
  .omit({ api_v3_key: true, merchant_private_key: true, merchant_certificate: true })
  .required({ mchid: true, name: true, appids: true, certificate_state: true, api_v3_key_set: true })
  .extend({
    serial_no: z.string().describe('of the API certificate, 40 hex digits'),
    notify_url: z
      .string()
      .optional()
      .describe('where it wants its coupon events (商家券事件通知地址); left out where none is set'),
    well_known: z.boolean().describe('whether every mock has it'),
  })
  .meta({ id: 'ListedMerchant', description: 'a merchant that may call, without its keys' })

export const errorInShortJson = z
  .strictObject({
    key: z.string(),
    status: z.int(),
    code: z.string(),
    message: z.string().describe('as in the answer; empty for an answer without a body'),
    when: z.string(),
    evidence: z
      .enum(['documented', 'observed', 'reported', 'sibling', 'inferred'])
      .describe('how it is known that the service answers so'),
  })
  .meta({ id: 'ErrorInShort', description: 'an error that a call can be planned to fail with, by its key' })

export const textsJson = z.strictObject({ en: z.string(), zh: z.string() })

const namedProductJson = z.strictObject({ id: z.string(), title: textsJson })

export const operationInShortJson = z
  .strictObject({
    id: z.string(),
    served: z
      .enum(['simulated', 'shaped'])
      .describe('by rules, or in its documented shape with values that requests brought or that are made up'),
    product: namedProductJson.optional().describe('of a shaped call: the one whose pages describe it'),
    method: z.string(),
    path: z.string(),
    title: z.string().describe('as the official documents call it'),
    summary: z.string(),
    errors: z.array(errorInShortJson).describe('of its own, besides those that any call has'),
  })
  .meta({ id: 'OperationInShort' })

export const lifeJson = z
  .strictObject({
    stages: z
      .array(
        z.array(z.strictObject({ name: z.string(), title: textsJson, tone: z.enum(['good', 'calm', 'warn', 'bad']) })),
      )
      .describe('its states: those that it begins in, those that come of them, and so on'),
    transitions: z
      .array(
        z.strictObject({
          event: z.string().describe('as steps of a timeline have it'),
          title: textsJson,
          from: z.array(z.string()),
          to: z.string(),
          by: z.enum(['call', 'user', 'time', 'hand']).describe('what leads there'),
        }),
      )
      .describe('from states of one stage to another state'),
  })
  .meta({ id: 'Life', description: 'the states of a thing, and what leads from one to another' })

export const overviewJson = z
  .strictObject({
    products: z.array(
      namedProductJson.extend({
        operations: z.array(z.string()).describe('ids of the calls that it simulates'),
        parts: z
          .array(namedProductJson.extend({ operations: z.array(z.string()), events: z.array(z.string()) }))
          .optional()
          .describe('the documented products that it serves, with their shaped calls and events'),
      }),
    ),
    tables: z
      .array(
        z.strictObject({
          name: z.string().describe('as in a seed file'),
          title: textsJson,
          life: lifeJson.optional().describe('left out for things without states'),
        }),
      )
      .describe('kinds of things'),
    events: z.array(z.strictObject({ event_type: z.string(), label: textsJson })),
    phone_url: z
      .string()
      .optional()
      .describe('where other machines, such as a phone, reach the mock; left out unless it lets them in'),
  })
  .meta({ id: 'Overview', description: 'what a mock serves, in words for people' })

export const snippetJson = z.strictObject({ text: z.string() }).meta({ id: 'Snippet' })

export const pactJson = z.looseObject({ interactions: z.array(z.looseObject({ description: z.string() })) })

export type ListedMerchant = z.output<typeof listedMerchantJson>
export type Overview = z.output<typeof overviewJson>
export type LifeJson = z.output<typeof lifeJson>
export type ErrorInShort = z.output<typeof errorInShortJson>
export type OperationInShort = z.output<typeof operationInShortJson>

/** A life with its stages and transitions. The control calls that make a transition are listed with each thing. */
export function describeLife(life: Life): LifeJson {
  return {
    stages: life.stages.map((stage) => stage.map(({ title, ...state }) => ({ ...state, title: { ...title } }))),
    transitions: transitionsIn(life).flatMap(({ event, title, from, to, by }) =>
      life.stages
        .map((stage) => from.filter((name) => stage.some((state) => state.name === name)))
        .filter((states) => states.length > 0)
        .map((states) => ({ event, title: { ...title }, from: states, to, by })),
    ),
  }
}
