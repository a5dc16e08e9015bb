import { z } from 'zod'
import { defineCall } from '../call.ts'
import {
  changedSettings,
  describeDefinition,
  describeSettings,
  settingDefinitionJson,
  settingsJson,
  settingsPatch,
} from '../formats/settings.ts'
import type { Served } from '../served.ts'

export const settings = defineCall({
  summary: 'How the mock behaves where there is a choice',
  answer: settingsOf,
  handle: (_, { mock }) => describeSettings(mock.settings),
})

export const settingDefinitions = defineCall({
  summary: 'What there is to set: what each setting means, the values that it can have, and its default',
  answer: z.array(settingDefinitionJson),
  handle: (_, { mock, language }) =>
    Object.values(mock.settingDefinitions).map((setting) => describeDefinition(setting, language)),
})

export const changeSettings = defineCall({
  summary: 'Change how the mock behaves, until the next reset; what is left out stays as it is',
  body: patchOf,
  answer: settingsOf,
  async handle({ body }, { mock }) {
    await mock.changeSettings(changedSettings(body, mock.settingDefinitions))
    return describeSettings(mock.settings)
  },
})

function settingsOf({ settingDefinitions }: Served) {
  return settingsJson(settingDefinitions)
}

function patchOf({ settingDefinitions }: Served) {
  return settingsPatch(settingDefinitions)
}
