import { token } from '../../../../browser/kept.ts'
import { ControlConnection, type Derived, derive, sendTo } from '../../../../control/client/connection.ts'
import type { TransferCalls } from '../../calls.ts'
import { ERR_MSG } from '../../confirm-page.ts'
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

/** The parameters of the address, by the names that wx.requestMerchantTransfer has. */
export const opened = {
  mchId: query.get('mchId') ?? '',
  appId: query.get('appId') ?? '',
  package: query.get('package') ?? '',
  openId: query.get('openId') ?? '',
}

/** Parameters that the address lacks. */
export const missing: readonly string[] = (['mchId', 'appId', 'package'] as const).filter((name) => opened[name] === '')

const phone = opened.openId === '' ? {} : { openid: opened.openId }

/** Members that each call on the page brings, to be checked. */
export const given = { package_info: opened.package, appid: opened.appId, ...phone }

/** How the page ends: what the program that opened it is called back with. */
export type ErrMsg = (typeof ERR_MSG)[keyof typeof ERR_MSG]

let ending: ErrMsg = ERR_MSG.cancel
let isTold = false

/** Says how the page ends if it is left now. */
export function wouldEnd(errMsg: ErrMsg): void {
  ending = errMsg
}

/** Leaves the page: tells whoever opened it, and closes it if a script did. @returns what was told */
export function leave(): ErrMsg {
  tell()
  if (window.opener) window.close()
  return ending
}

// Somebody may close the window instead: a later message reaches nobody.
addEventListener('beforeunload', tell)

function tell(): void {
  if (isTold) return
  isTold = true
  const opener = window.opener as Window | null
  // It may be a page of any origin, and the message says nothing that is not known there.
  opener?.postMessage({ err_msg: ending }, '*')
}
