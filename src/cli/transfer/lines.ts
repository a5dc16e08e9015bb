import { addressOfPage } from '../../control/page/page-address.ts'
import type { MockControl } from '../../mock-control.ts'
import { confirmPage, confirmPageQuery } from '../../products/transfer/confirm-page.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { Language } from '../language.ts'
import { texts } from './texts.ts'

type ShownTransfer = Awaited<ReturnType<MockControl['transfer']>>
type ShownAuthorization = Awaited<ReturnType<MockControl['transferAuthorization']>>

/**
 * The current state of a transfer, in lines: what it waits for, what its client was told, and the result of its callback.
 *
 * @param url of the mock that was asked
 */
export async function transferLines(
  control: MockControl,
  transfer: ShownTransfer,
  clientIsTold: string | undefined,
  url: string,
  language: Language,
): Promise<string[]> {
  const own = texts[language]
  const { out_bill_no, state, transfer_amount, openid, transfer_scene_id, fail_reason, update_time } = transfer
  return [
    own.shown(out_bill_no, state, own.fen(transfer_amount)),
    ...[
      own.to(openid, transfer_scene_id),
      fail_reason === undefined ? own.since(update_time) : own.reasonShown(fail_reason, update_time),
      ...(state === 'WAIT_USER_CONFIRM' ? [own.expires(transfer.expire_time)] : []),
      ...(state === 'WAIT_USER_CONFIRM' && transfer.package_info === undefined ? [own.pageDead] : []),
      ...(state === 'PROCESSING' && transfer.lock_time === null ? [own.short] : []),
      ...pageLines(transfer, url, language),
      ...(clientIsTold === undefined ? [] : [own.client(clientIsTold)]),
      ...(await callbackLines(control, transfer, language)),
    ].map((line) => `  ${line}`),
  ]
}

/** The parameters that open the page on the phone, and the address of its stand-in. */
function pageLines(one: ShownTransfer | ShownAuthorization, url: string, language: Language): string[] {
  const own = texts[language]
  const query = confirmPageQuery(one)
  return query && one.package_info !== undefined
    ? [own.packageInfo(one.package_info), own.page(`${url}${addressOfPage(confirmPage, query)}`)]
    : []
}

/** The result of the callback about its end. Waits for one that is due now. */
async function callbackLines(
  control: MockControl,
  { mchid, notify_url, notification_id, state }: ShownTransfer,
  language: Language,
): Promise<string[]> {
  const own = texts[language]
  if (notify_url === undefined) return [own.noCallback]
  if (notification_id === undefined) return []
  const isOver = state === 'SUCCESS' || state === 'FAIL' || state === 'CANCELLED'
  if (isOver) await control.deliverNotifications({ mchid, state: 'pending' })
  const callback = await control.notification(notification_id).catch((error: unknown) => {
    // The state was reset, or a world replaced it.
    if (error instanceof UsageError && error.code === 'MOCK_NOTIFICATION_UNKNOWN') return undefined
    throw error
  })
  if (!callback) return []
  const { attempts, due_time } = callback.notification
  const last = attempts.at(-1)
  if (!last) return [own.callbackToCome(notify_url)]
  const outcome = last.status === undefined ? (last.error ?? '') : own.answered(last.status)
  return [own.callback(notify_url, outcome.replace(/[.。]$/, ''), due_time)]
}

/** The current state of an authorization, in lines. */
export function authorizationLines(authorization: ShownAuthorization, url: string, language: Language): string[] {
  const own = texts[language]
  const { out_authorization_no, state, openid, transfer_scene_id, authorization_id, authorize_time, close_info } =
    authorization
  return [
    own.authorizationShown(out_authorization_no, state),
    ...[
      own.to(openid, transfer_scene_id),
      ...(authorize_time === null ? [] : [own.agreed(authorization_id, authorize_time)]),
      ...(close_info ? [own.reasonShown(close_info.close_reason, close_info.close_time)] : []),
      ...pageLines(authorization, url, language),
    ].map((line) => `  ${line}`),
  ]
}
