import type { Settings } from '../engine/settings.ts'
import type { SettingsJson } from './answer-format.ts'

export function describeSettings(settings: Settings): SettingsJson {
  return {
    orders: settings.orders,
    auth: settings.auth,
    key_mode: settings.keyMode,
    rate_limit: settings.rateLimit,
    stock_ready_after: settings.stockReadyAfter,
    callback_public_key_share: settings.callbackPublicKeyShare,
    signature_clock: settings.signatureClock,
  }
}
