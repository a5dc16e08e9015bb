import type { SettingDefinitionJson } from '../../src/control/formats/overview.ts'
import { type Loaded, touches, useLoaded } from './use-loaded.ts'

/** A setting with its present value. */
export interface ShownSetting extends SettingDefinitionJson {
  readonly value: unknown
}

/** The settings of the mock, whatever its products. */
export function useSettings(): Loaded<readonly ShownSetting[]> {
  return useLoaded(
    'settings with their definitions',
    async (client) => {
      const [definitions, values] = await Promise.all([client.settingDefinitions(), client.settings()])
      const present = new Map<string, unknown>(Object.entries(values))
      return definitions.map((definition) => ({ ...definition, value: present.get(definition.name) }))
    },
    touches('settings'),
  )
}

/** Whether a setting differs from its default. */
export function isChanged({ value, default: standard }: ShownSetting): boolean {
  return value !== standard
}
