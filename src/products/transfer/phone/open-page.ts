import { z } from 'zod'
import { UsageError } from '../../../protocol/errors.ts'
import type { Texts } from '../../../shared/texts.ts'
import { type PackageSubject, subjectOf } from '../bills/package-info.ts'
import { explainAuthorization, explainBill } from '../explain.ts'
import { type Authorization, authorizationState } from '../rules/authorization.ts'
import { type Bill, type BillState, billState, type PageRefusal, pageAt } from '../rules/bill.ts'
import { behindPageError } from './client-words.ts'
import { explainPackage } from './explain-package.ts'

/** What the page on the phone is opened with; each is checked where it is given. */
export const pageMembers = {
  package_info: z
    .string()
    .min(1)
    .max(1_024)
    .optional()
    .meta({ description: 'what the page is opened with; one that fits if left out' }),
  appid: z
    .string()
    .min(1)
    .max(32)
    .optional()
    .meta({ description: 'the appId that the page is opened with; the right one if left out' }),
  openid: z.string().min(1).max(64).optional().meta({ description: 'whose phone; that of the user if left out' }),
}

export const pageRefusals = {
  MOCK_PACKAGE_INFO: { status: 409, when: 'package_info is none, or that of something else, or dead' },
  MOCK_PAYEE: { status: 409, when: 'the page was opened with another appId, or on the phone of another user' },
} as const

/** Why the page did not open: what the user sees, and what the developer should know. */
export function pageError(why: Texts, path = '/package_info'): UsageError {
  const isOfUser = path === '/appid' || path === '/openid'
  return new UsageError(isOfUser ? 'MOCK_PAYEE' : 'MOCK_PACKAGE_INFO', behindPageError(why), { path })
}

/** What a `package_info` opens the page of. @throws UsageError `MOCK_PACKAGE_INFO` for what was never issued like that */
export function openedBy(packageInfo: string): PackageSubject {
  const subject = subjectOf(packageInfo)
  if (subject) return subject
  throw pageError(explainPackage(packageInfo))
}

/** What is checked of those who open the page. */
interface Opened {
  readonly package_info?: string | undefined
  readonly appid?: string | undefined
  readonly openid?: string | undefined
}

/**
 * Checks what a page was opened with, as the client does.
 *
 * @throws UsageError `MOCK_PACKAGE_INFO`, `MOCK_PAYEE`
 */
function checkPage(given: Opened, right: PackageSubject & { readonly appid: string; readonly openid: string }): void {
  const { package_info, appid = right.appid, openid = right.openid } = given
  if (package_info !== undefined) {
    const subject = openedBy(package_info)
    if (subject.kind !== right.kind || subject.number !== right.number) {
      throw pageError({
        en: `this package_info is that of ${subject.number}, not of ${right.number}.`,
        zh: `该 package_info 属于 ${subject.number}，不属于 ${right.number}。`,
      })
    }
  }
  if (appid !== right.appid) {
    throw pageError(
      {
        en: `it was created with the appid ${right.appid}, not ${appid}.`,
        zh: `发起时的 appid 是 ${right.appid}，不是 ${appid}。`,
      },
      '/appid',
    )
  }
  if (openid !== right.openid) {
    throw pageError(
      { en: `it is for ${right.openid}, not for ${openid}.`, zh: `收款用户是 ${right.openid}，不是 ${openid}。` },
      '/openid',
    )
  }
}

/** Opens the page of a transfer. @throws UsageError for what it was opened with, or if it does not open now */
export function openBillPage(bill: Bill, given: Opened, now: number): void {
  const { transferBillNo, appid, openid } = bill
  checkPage(given, { kind: 'bill', number: transferBillNo, appid, openid })
  const page = pageAt(bill, now)
  if (page !== 'yes') throw pageClosed(page, bill, now)
}

/** That the page of a transfer does not open, or no more. */
export function pageClosed(reason: PageRefusal, bill: Bill, now: number): UsageError {
  if (reason === 'package_dead') {
    return pageError({
      en: `transfer ${bill.outBillNo} was created more than 24 hours ago, and its page opens no more. Create another one.`,
      zh: `转账单 ${bill.outBillNo} 创建已超过 24 小时，收款页不能再打开，请另发起一笔。`,
    })
  }
  const { en, zh } = explainBill(bill, now)
  const advice = WHAT_TO_DO[billState(bill, now)]
  return new UsageError(
    'MOCK_TRANSFER_STATE',
    behindPageError({ en: `${en}. ${advice.en}`, zh: `${zh}。${advice.zh}` }),
  )
}

const ANOTHER = { en: 'Create another one, with another number.', zh: '请换单号另发起一笔。' }
const NOT_YET = {
  en: 'Wait until it is WAIT_USER_CONFIRM: move the clock, and top up the account if that does not help.',
  zh: '请等到 WAIT_USER_CONFIRM：可调整时钟，仍不变时请给商户账户充值。',
}
const OPENS = { en: 'The page opens.', zh: '收款页可以打开。' }

/** What the developer can do about a page that does not open in a state. */
const WHAT_TO_DO: Readonly<Record<BillState, Texts>> = {
  accepted: NOT_YET,
  processing: NOT_YET,
  waiting: OPENS,
  transferring: OPENS,
  success: {
    en: 'The money has arrived, and nothing is left to confirm.',
    zh: '款项已到账，无需再确认。',
  },
  fail: ANOTHER,
  canceling: ANOTHER,
  cancelled: ANOTHER,
}

/** Opens the page of an authorization. @throws UsageError for what it was opened with, or if it does not wait for the user */
export function openAuthorizationPage(one: Authorization, given: Opened, now: number): void {
  const { authorizationId, appid, openid } = one
  checkPage(given, { kind: 'authorization', number: authorizationId, appid, openid })
  if (authorizationState(one, now) !== 'waiting') throw notWaiting(one, now)
}

/** That the user cannot agree to an authorization now. */
export function notWaiting(one: Authorization, now: number): UsageError {
  const { en, zh } = explainAuthorization(one, now)
  return new UsageError(
    'MOCK_AUTHORIZATION_STATE',
    behindPageError(
      authorizationState(one, now) === 'effective'
        ? { en: `the user has agreed already: ${en}.`, zh: `用户已经同意：${zh}。` }
        : { en: `it is closed: ${en}. Ask for another one.`, zh: `授权已关闭：${zh}。请另发起一个授权。` },
    ),
  )
}
