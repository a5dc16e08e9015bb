import { settingsJson } from '../answer-format.ts'
import { defineCall } from '../call.ts'
import { describeSettings } from '../describe-settings.ts'

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
  body: settingsJson.partial().meta({ id: 'SettingsPatch' }),
  answer: settingsJson,
  async handle({ body }, { mock }) {
    await mock.changeSettings({
      ...(body.orders !== undefined && { orders: body.orders }),
      ...(body.auth !== undefined && { auth: body.auth }),
      ...(body.key_mode !== undefined && { keyMode: body.key_mode }),
      ...(body.rate_limit !== undefined && { rateLimit: body.rate_limit }),
      ...(body.stock_ready_after !== undefined && { stockReadyAfter: body.stock_ready_after }),
      ...(body.callback_public_key_share !== undefined && { callbackPublicKeyShare: body.callback_public_key_share }),
      ...(body.signature_clock !== undefined && { signatureClock: body.signature_clock }),
    })
    return describeSettings(mock.settings)
  },
})
