import { settings as everySetting } from '../../products/settings.ts'
import { defineCall } from '../call.ts'
import { changedSettings, describeSettings, settingsJson, settingsPatchOf } from '../formats/settings.ts'

export const settings = defineCall({
  id: 'settings',
  method: 'GET',
  path: '/_mock/settings',
  summary: 'How the mock behaves where there is a choice',
  answer: settingsJson,
  handle: (_, { mock }) => describeSettings(mock.settings),
})

export const changeSettings = defineCall({
  id: 'changeSettings',
  method: 'PATCH',
  path: '/_mock/settings',
  summary: 'Change how the mock behaves, until the next reset; what is left out stays as it is',
  body: settingsPatchOf(everySetting),
  bodyOf: ({ settingDefinitions }) => settingsPatchOf(settingDefinitions),
  answer: settingsJson,
  async handle({ body }, { mock }) {
    await mock.changeSettings(changedSettings(body, mock.settingDefinitions))
    return describeSettings(mock.settings)
  },
})
