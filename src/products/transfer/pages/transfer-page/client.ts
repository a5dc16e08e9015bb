import { token } from '../../../../../dashboard/state/token.ts'
import { ControlConnection } from '../../../../control/client/connection.ts'
import { type Derived, derive } from '../../../../control/client/derived.ts'
import { sendTo } from '../../../../control/client/send-to.ts'
import type { TransferCalls } from '../../calls.ts'
import { routes } from '../../routes.ts'
import { language } from './words.ts'

type Client = Derived<typeof routes, TransferCalls>

/** The control calls of transfers, at the server that the page came from. */
export function client(): Client {
  const send = sendTo(location.origin, { language, ...(token.value !== '' && { token: token.value }) })
  // The routes are those of the calls: `CallsFor` checks that.
  return derive(routes)(new ControlConnection(send, location.origin)) as unknown as Client
}

const query = new URLSearchParams(location.search)

/** What the address says, by the names that wx.requestMerchantTransfer has. */
export const opened = {
  mchId: query.get('mchId') ?? '',
  appId: query.get('appId') ?? '',
  package: query.get('package') ?? '',
  openId: query.get('openId') ?? '',
}

/** What is missing in the address. */
export const missing: readonly string[] = (['mchId', 'appId', 'package'] as const).filter((name) => opened[name] === '')

/** Whose phone it is, where the address says so. */
const phone = opened.openId === '' ? {} : { openid: opened.openId }

/** What each call on the page is checked by. */
export const given = { package_info: opened.package, appid: opened.appId, ...phone }
