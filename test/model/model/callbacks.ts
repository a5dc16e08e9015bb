import { MERCHANTS } from '../merchants.ts'
import { type Call, text } from './call.ts'
import { NO_SUCH_THING, type Outcome, refusal } from './outcome.ts'
import type { State } from './state.ts'
import { wireTime } from './time.ts'

/** The address for events: busifavor.md 4.7. Each merchant sets its own; the last one set counts. */

export function setCallback(state: State, { by, input }: Call): readonly Outcome[] {
  const mchid = text(input.mchid ?? by)
  const url = text(input.notify_url)
  if (!url.startsWith('https://') || url.includes('?')) return [refusal(400, 'PARAM_ERROR', '参数错误')]
  if (!Object.values(MERCHANTS).includes(mchid)) return [refusal(400, 'MCH_NOT_EXISTS', '商户号不存在')]
  if (mchid !== by) return [refusal(403, 'NO_AUTH', '抱歉，您无权限操作目标商户')]
  return [
    {
      status: 200,
      body: { mchid, notify_url: url, update_time: wireTime(state.now) },
      effect: () => {
        state.addresses.set(mchid, { url, setBy: by })
      },
    },
  ]
}

export function getCallback(state: State, { by, input }: Call): readonly Outcome[] {
  const mchid = text(input.mchid ?? by)
  const address = state.addresses.get(mchid)
  return address?.setBy === by ? [{ status: 200, body: { mchid, notify_url: address.url } }] : [NO_SUCH_THING]
}
