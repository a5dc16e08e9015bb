import { z } from 'zod'
import type { Texts } from '../shared/texts.ts'
import { snakeCase } from './snake-case.ts'

/** The definition of a setting. */
export interface SettingDefinition<Schema extends z.ZodType = z.ZodType> {
  /** camelCase, as in `createMock`; its flag, its environment variable and its name in the control API derive from it. */
  readonly name: string
  /** The schema of its value, in the control API as in `createMock`. */
  readonly schema: Schema
  readonly default: z.output<Schema>
  /** For the OpenAPI document, in English. */
  readonly description?: string
  /** For the help of the command line. */
  readonly texts: Texts
  /** The placeholder for its value in the help: `seconds` in `--stock-ready-after <seconds>`. {@link notationOf} treats `percent` specially. */
  readonly value: string
  /** The setting that it precedes in JSON and in the help. Default: it comes last. */
  readonly before?: string
}

/** A choice of behaviour, for cases where the real service's is unknown or a test wants less. */
export interface Setting<Schema extends z.ZodType = z.ZodType> extends SettingDefinition<Schema> {
  /** snake_case, as in the control API. */
  readonly wireName: string
  /** Its value among the settings of a mock; the default if the mock was made without this setting. */
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
 * Defines a setting, to be listed in a group under its own name. A handler reads it with `group.name.of(context.settings)`.
 *
 * The comment on it in the group is what users see at the option of `createMock`.
 */
export function defineSetting<Schema extends z.ZodType>(definition: SettingDefinition<Schema>): Setting<Schema> {
  const { name, default: standard } = definition
  return {
    ...definition,
    wireName: snakeCase(name),
    // Only values that its schema accepts are stored under its name.
    of: (values) => (values[name] === undefined ? standard : values[name]) as z.output<Schema>,
  }
}

/** Joins groups of settings, in the order in which they are shown. */
export function joinSettings(...groups: readonly SettingGroup[]): SettingGroup {
  const joined: Setting[] = []
  for (const setting of groups.flatMap((group) => Object.values(group))) {
    const next = joined.findIndex(({ name }) => name === setting.before)
    joined.splice(next === -1 ? joined.length : next, 0, setting)
  }
  return Object.fromEntries(joined.map((setting) => [setting.name, setting]))
}

/** The initial values of settings: those given, and defaults for the rest. */
export function valuesFrom<Group extends SettingGroup>(group: Group, given: SettingValues): ValuesOf<Group> {
  // Each name has the value that its own setting reads.
  return Object.fromEntries(Object.values(group).map((setting) => [setting.name, setting.of(given)])) as ValuesOf<Group>
}

/** How a value is written as text, e.g. in a flag. */
export type Notation =
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'whole number'; readonly min: number; readonly max: number }
  | { readonly kind: 'percent' }
  | { readonly kind: 'text' }

/** How the value of a setting is written, derived from its schema. Numbers are whole, but a `percent` may have decimals. */
export function notationOf({ schema, value }: Setting): Notation {
  if (schema instanceof z.ZodEnum) return { kind: 'word', words: schema.options.map(String) }
  if (value === 'percent') return { kind: 'percent' }
  if (!(schema instanceof z.ZodNumber)) return { kind: 'text' }
  const { minValue, maxValue } = schema
  return { kind: 'whole number', min: minValue ?? 0, max: maxValue ?? Number.MAX_SAFE_INTEGER }
}
