import { MERCHANTS } from '../merchants.ts'
import { type Call, text } from './call.ts'
import { NO_SUCH_THING, type Outcome, oneOf, REFUSED, refusal } from './outcome.ts'
import type { State } from './state.ts'
import { wireTime } from './time.ts'

/** The address for events: busifavor.md 4.7. The last one set counts. */

export function setCallback(state: State, { by, input }: Call): readonly Outcome[] {
  const mchid = text(input.mchid ?? by)
  const url = text(input.notify_url)
  if (!url.startsWith('https://') || url.includes('?')) return [refusal(400, 'PARAM_ERROR')]
  if (!Object.values(MERCHANTS).includes(mchid)) return [refusal(400, 'MCH_NOT_EXISTS', '商户号不存在')]
  if (mchid !== by) return [REFUSED]
  return [
    {
      status: 200,
      body: { mchid, notify_url: url, update_time: oneOf(wireTime(state.now)) },
      effect: () => {
        state.addresses.set(mchid, url)
      },
    },
  ]
}

export function getCallback(state: State, { by, input }: Call): readonly Outcome[] {
  const mchid = text(input.mchid ?? by)
  if (mchid !== by) return [REFUSED]
  const url = state.addresses.get(mchid)
  return url === undefined ? [NO_SUCH_THING] : [{ status: 200, body: { mchid, notify_url: url } }]
}
