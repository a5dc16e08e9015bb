import { UsageError } from '../protocol/errors.ts'
import type { RequestFlaw } from './next-request.ts'
import { type CoreControl, defineState } from './state.ts'

const flawed = (flaw: RequestFlaw) =>
  defineState({}, async (_, { next }) => {
    next.flaw = flaw
  })

const fails = (error: string) =>
  defineState({ operation: '' }, ({ operation }, { control }) =>
    control.planFault({ ...(operation !== '' && { operation }), error }),
  )

/** Makes a merchant, unless there is one with this number. */
async function haveMerchant(control: CoreControl, mchid: string): Promise<void> {
  try {
    await control.credentials(mchid)
  } catch (refusal) {
    if (!(refusal instanceof UsageError && refusal.code === 'MOCK_MERCHANT_UNKNOWN')) throw refusal
    await control.createMerchant({ mchid })
  }
}

/** The merchant that the request is from is not let in, for what is said of it. */
const standing = (change: Parameters<CoreControl['changeMerchant']>[1]) =>
  defineState({}, async (_, { control, next }) => {
    const { mchid } = await control.credentials(next.mchid)
    await control.changeMerchant(mchid, change)
  })

/** The states that any mock can be put into, whatever its products. */
export const coreStates = {
  'the service is overloaded': fails('rate_limited'),
  'the service fails': fails('system_error'),
  'the service answers with an error': defineState(
    { operation: 'associateTradeInfo', error: 'system_error' },
    (fault, { control }) => control.planFault(fault),
  ),
  'the merchant has only the public key': defineState({}, (_, { control }) =>
    control.changeSettings({ key_mode: 'public-key' }),
  ),
  'the merchant has only platform certificates': defineState({}, (_, { control }) =>
    control.changeSettings({ key_mode: 'certificate' }),
  ),
  'the time is': defineState({ now: '2026-11-25T12:00:00+08:00' }, ({ now }, { control }) => control.freeze(now)),
  'a merchant exists': defineState({ mchid: '1900000108' }, ({ mchid }, { control }) => haveMerchant(control, mchid)),
  'another merchant calls': defineState({ mchid: '1900000108' }, async ({ mchid }, { control, next }) => {
    await haveMerchant(control, mchid)
    next.mchid = mchid
  }),

  'the merchant certificate has expired': standing({ certificate_state: 'expired' }),
  'the merchant certificate was revoked': standing({ certificate_state: 'revoked' }),
  'the merchant certificate was replaced': standing({ certificate_state: 'replaced' }),
  'the merchant never applied for a certificate': standing({ certificate_state: 'never_applied_for' }),
  'the merchant has set no APIv3 key': standing({ api_v3_key_set: false }),

  'the request is not signed': flawed('unsigned'),
  'the Authorization header is malformed': flawed('malformed'),
  'the scheme of the signature is unknown': flawed('scheme_unknown'),
  'the timestamp of the request is too old': flawed('too_old'),
  'the timestamp of the request is in milliseconds': flawed('in_milliseconds'),
  'the serial of the merchant certificate is unknown': flawed('serial_unknown'),
  'the request is signed with another key': flawed('other_key'),
  'the request is signed over another body': flawed('other_body'),
  'Accept is missing': flawed('no_accept'),
  'User-Agent is missing': flawed('no_user_agent'),
} as const
