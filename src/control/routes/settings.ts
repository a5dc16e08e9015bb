import type { Mock } from '../../engine/mock.ts'
import { type SettingsJson, settingsJson } from '../answer-format.ts'
import { defineCall } from '../call.ts'

export const settings = defineCall({
  id: 'settings',
  method: 'GET',
  path: '/_mock/settings',
  summary: 'How the mock behaves where there is a choice',
  answer: settingsJson,
  handle: (_, { mock }) => describeSettings(mock),
})

export const changeSettings = defineCall({
  id: 'changeSettings',
  method: 'PATCH',
  path: '/_mock/settings',
  summary: 'Change how the mock behaves, until the next reset; what is left out stays as it is',
  body: settingsJson.partial().meta({ id: 'SettingsPatch' }),
  answer: settingsJson,
  handle({ body: { orders, auth, key_mode } }, { mock }) {
    mock.settings = {
      orders: orders ?? mock.settings.orders,
      auth: auth ?? mock.settings.auth,
      keyMode: key_mode ?? mock.settings.keyMode,
    }
    return describeSettings(mock)
  },
})

function describeSettings({ settings: { orders, auth, keyMode } }: Mock): SettingsJson {
  return { orders, auth, key_mode: keyMode }
}
