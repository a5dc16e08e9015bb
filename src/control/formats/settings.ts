import { z } from 'zod'
import { type SettingGroup, type SettingValues, type ValuesOf, wireNameOf } from '../../engine/setting.ts'
import type { Settings } from '../../engine/settings.ts'
import { settings } from '../../products/settings.ts'

type WireName<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${WireName<Rest>}`
    : `_${Lowercase<First>}${WireName<Rest>}`
  : ''

/** The settings as the control API writes them. A mock with products of its own has theirs too. */
export type SettingsJson = {
  -readonly [Name in keyof typeof settings as WireName<Name>]: ValuesOf<typeof settings>[Name]
}

/** The schema of the settings of a mock that has these. */
export function settingsJsonOf(group: SettingGroup): z.ZodType<SettingValues> {
  return z.strictObject(membersOf(group)).meta({
    id: 'Settings',
    description: 'how the mock behaves where the real service is not known, or a test wants less',
  })
}

/** The schema of a change of them, which may leave out any. */
export function settingsPatchOf(group: SettingGroup): z.ZodType<SettingValues> {
  return z.strictObject(membersOf(group)).partial().meta({ id: 'SettingsPatch' })
}

function membersOf(group: SettingGroup): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.values(group).map(({ wireName, schema, description }) => [
      wireName,
      description === undefined ? schema : schema.meta({ description }),
    ]),
  )
}

/** Those of a mock with every product. */
// The members are those of the type: both are made from the same definitions.
export const settingsJson = settingsJsonOf(settings) as z.ZodType<SettingsJson>

export function describeSettings(values: SettingValues): SettingsJson {
  // Each name has the value of its own setting.
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [wireNameOf(name), value])) as SettingsJson
}

/** The values that a change gives, by the names that the mock has for them. */
export function changedSettings(patch: SettingValues, group: SettingGroup): Partial<Settings> {
  const given = Object.values(group).filter(({ wireName }) => patch[wireName] !== undefined)
  return Object.fromEntries(given.map(({ name, wireName }) => [name, patch[wireName]]))
}
