import { settingsJson } from '../answer-format.ts'
import { defineCall } from '../call.ts'
import { describeSettings } from '../describe.ts'

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
  handle({ body }, { mock }) {
    const { settings } = mock
    mock.settings = {
      orders: body.orders ?? settings.orders,
      auth: body.auth ?? settings.auth,
      keyMode: body.key_mode ?? settings.keyMode,
      rateLimit: body.rate_limit ?? settings.rateLimit,
      stockReadyAfter: body.stock_ready_after ?? settings.stockReadyAfter,
      callbackPublicKeyShare: body.callback_public_key_share ?? settings.callbackPublicKeyShare,
      signatureClock: body.signature_clock ?? settings.signatureClock,
    }
    return describeSettings(mock.settings)
  },
})
