import { z } from 'zod'
import { notationOf, type Setting, type SettingGroup, type SettingValues, type ValuesOf } from '../../engine/setting.ts'
import type { Settings } from '../../engine/settings.ts'
import { type SnakeCase, snakeCase } from '../../engine/snake-case.ts'
import type { Language } from '../../shared/texts.ts'

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
    text: z.string().meta({ description: 'what it is about, in words for people' }),
    default: z.union([z.string(), z.number(), z.boolean()]),
    words: z.array(z.string()).optional().meta({ description: 'the values that it can have, where these are words' }),
    range: z
      .strictObject({ min: z.number(), max: z.number() })
      .optional()
      .meta({ description: 'where it can be a number' }),
  })
  .meta({ id: 'SettingDefinition', description: 'a setting' })

export type SettingDefinitionJson = z.output<typeof settingDefinitionJson>

/** A setting in words, with its possible values. */
export function describeDefinition(setting: Setting, language: Language): SettingDefinitionJson {
  const notation = notationOf(setting)
  return {
    name: setting.wireName,
    text: setting.texts[language],
    // Settings are plain data.
    default: setting.default as SettingDefinitionJson['default'],
    ...(notation.kind === 'word' && { words: [...notation.words] }),
    ...(notation.kind === 'whole number' && { range: { min: notation.min, max: notation.max } }),
    ...(notation.kind === 'percent' && { range: { min: 0, max: 100 } }),
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
