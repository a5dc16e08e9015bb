import { z } from 'zod'
import type { Texts } from '../shared/texts.ts'
import { snakeCase } from './snake-case.ts'

/** What is said of a setting, once. */
export interface SettingDefinition<Schema extends z.ZodType = z.ZodType> {
  /** As in `createMock`, camelCase; its flag, its variable and its name on the control API follow from it. */
  readonly name: string
  /** Of its value, on the control API as in `createMock`. */
  readonly schema: Schema
  readonly default: z.output<Schema>
  /** For the OpenAPI document, in English. */
  readonly description?: string
  /** For the help of the command line. */
  readonly texts: Texts
  /** What the help calls the value of its flag: `seconds` in `--stock-ready-after <seconds>`. {@link notationOf} knows `percent`. */
  readonly value: string
  /** The setting that it stands before in JSON and in help. Default: it comes last. */
  readonly before?: string
}

/** How the mock behaves where the real service's behaviour is not known, or where a test wants less. */
export interface Setting<Schema extends z.ZodType = z.ZodType> extends SettingDefinition<Schema> {
  /** As on the control API, snake_case. */
  readonly wireName: string
  /** Its value among those of a mock; the default where the mock was made without this setting. */
  of(values: SettingValues): z.output<Schema>
}

/** Settings by their names. */
export type SettingGroup = Readonly<Record<string, Setting>>

/** The values of a mock's settings by the names of the settings, as plain data. */
export type SettingValues = Readonly<Record<string, unknown>>

/** The values of a group, each with its type and its comment. */
export type ValuesOf<Group extends SettingGroup> = {
  readonly [Name in keyof Group]: z.output<Group[Name]['schema']>
}

/**
 * Defines a setting, which stands in a group under its own name. A handler reads it with `group.name.of(context.settings)`.
 *
 * The comment on it in the group is what users see at the option of `createMock`.
 */
export function defineSetting<Schema extends z.ZodType>(definition: SettingDefinition<Schema>): Setting<Schema> {
  const { name, default: standard } = definition
  return {
    ...definition,
    wireName: snakeCase(name),
    // Nothing is put under its name but what its schema takes.
    of: (values) => (values[name] === undefined ? standard : values[name]) as z.output<Schema>,
  }
}

/** Puts groups of settings together, in the order in which they are shown. */
export function joinSettings(...groups: readonly SettingGroup[]): SettingGroup {
  const joined: Setting[] = []
  for (const setting of groups.flatMap((group) => Object.values(group))) {
    const next = joined.findIndex(({ name }) => name === setting.before)
    joined.splice(next === -1 ? joined.length : next, 0, setting)
  }
  return Object.fromEntries(joined.map((setting) => [setting.name, setting]))
}

/** The values that settings have at the start: what was given, the default of what was not. */
export function valuesFrom<Group extends SettingGroup>(group: Group, given: SettingValues): ValuesOf<Group> {
  // Each name has the value that its own setting reads.
  return Object.fromEntries(Object.values(group).map((setting) => [setting.name, setting.of(given)])) as ValuesOf<Group>
}

/** How a value is written in text, such as that of a flag. */
export type Notation =
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'whole number'; readonly min: number; readonly max: number }
  | { readonly kind: 'percent' }
  | { readonly kind: 'text' }

/** How the value of a setting is written, as its schema says. Numbers are whole, but a `percent` may have decimals. */
export function notationOf({ schema, value }: Setting): Notation {
  if (schema instanceof z.ZodEnum) return { kind: 'word', words: schema.options.map(String) }
  if (value === 'percent') return { kind: 'percent' }
  if (!(schema instanceof z.ZodNumber)) return { kind: 'text' }
  const { minValue, maxValue } = schema
  return { kind: 'whole number', min: minValue ?? 0, max: maxValue ?? Number.MAX_SAFE_INTEGER }
}
