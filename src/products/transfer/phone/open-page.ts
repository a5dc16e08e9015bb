import { z } from 'zod'
import { UsageError } from '../../../protocol/errors.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import type { Texts } from '../../../shared/texts.ts'
import { type PackageSubject, subjectOf } from '../bills/package-info.ts'
import { accountChange, explainAuthorization, explainBill } from '../explain.ts'
import { type Authorization, authorizationState } from '../rules/authorization.ts'
import { type Bill, billState, type PageRefusal, pageAt } from '../rules/bill.ts'
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

/** What a number that a `package_info` was issued for is called, where calls have it. */
export const NUMBERS: Readonly<Record<PackageSubject['kind'], Texts>> = {
  bill: { en: 'transfer_bill_no', zh: '微信转账单号' },
  authorization: { en: 'authorization_id', zh: '微信授权单号' },
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
function checkPage(
  given: Opened,
  right: PackageSubject & { readonly name: Texts; readonly appid: string; readonly openid: string },
): void {
  const { package_info, appid = right.appid, openid = right.openid } = given
  if (package_info !== undefined) {
    const subject = openedBy(package_info)
    if (subject.kind !== right.kind || subject.number !== right.number) {
      const [of, own] = [NUMBERS[subject.kind], NUMBERS[right.kind]]
      const isOfSameKind = subject.kind === right.kind
      throw pageError({
        en: `this package_info is that of the ${of.en} ${subject.number}, and ${right.name.en} has ${isOfSameKind ? '' : `the ${own.en} `}${right.number}.`,
        zh: `该 package_info 属于${of.zh} ${subject.number}，而${right.name.zh} 的${isOfSameKind ? '' : own.zh}是 ${right.number}。`,
      })
    }
  }
  if (appid !== right.appid) {
    throw pageError(
      {
        en: `${right.name.en} was created with the appid ${right.appid}, not ${appid}.`,
        zh: `${right.name.zh} 发起时的 appid 是 ${right.appid}，不是 ${appid}。`,
      },
      '/appid',
    )
  }
  if (openid !== right.openid) {
    throw pageError(
      {
        en: `${right.name.en} is for ${right.openid}, not for ${openid}.`,
        zh: `${right.name.zh} 的收款用户是 ${right.openid}，不是 ${openid}。`,
      },
      '/openid',
    )
  }
}

/** Opens the page of a transfer. @throws UsageError for what it was opened with, or if it does not open now */
export function openBillPage(bill: Bill, given: Opened, now: number): void {
  const { outBillNo, transferBillNo, appid, openid } = bill
  const name = { en: `transfer ${outBillNo}`, zh: `转账单 ${outBillNo}` }
  checkPage(given, { kind: 'bill', number: transferBillNo, name, appid, openid })
  const page = pageAt(bill, now)
  if (page !== 'yes') throw pageClosed(page, bill, now)
}

/** Why the page of a transfer does not open yet, or no longer does. */
export function pageClosed(reason: PageRefusal, bill: Bill, now: number): UsageError {
  if (reason === 'package_dead') {
    const closes = formatInstant(bill.expiresAt)
    return pageError({
      en: `transfer ${bill.outBillNo} was created 24 hours ago or more, and its page can no longer be opened. It closes at ${closes}: create another one, with another number, only after that, or once you have cancelled it.`,
      zh: `转账单 ${bill.outBillNo} 创建已满 24 小时，收款页不能再打开，将于 ${closes} 关闭：关闭或撤销完成之后，才能换单号另发起一笔。`,
    })
  }
  const { en, zh } = explainBill(bill, now)
  const advice = adviceOn(bill, now)
  return new UsageError(
    'MOCK_TRANSFER_STATE',
    behindPageError({ en: `${en}. ${advice.en}`, zh: `${zh}。${advice.zh}` }),
  )
}

const NOT_YET = {
  en: 'Wait until it is WAIT_USER_CONFIRM, or move the clock.',
  zh: '请等到 WAIT_USER_CONFIRM，或调整时钟。',
}
const OPENS = { en: 'The page opens.', zh: '收款页可以打开。' }

/** What the developer can do about a page that does not open. */
function adviceOn(bill: Bill, now: number): Texts {
  switch (billState(bill, now)) {
    case 'accepted':
      return NOT_YET
    case 'processing':
      return bill.lockedAt === undefined ? moreMoneyFor(bill) : NOT_YET
    case 'waiting':
    case 'transferring':
      return OPENS
    case 'success':
      return { en: 'The money has arrived, and nothing is left to confirm.', zh: '款项已到账，无需再确认。' }
    case 'canceling':
      return {
        en: 'It is CANCELLED in a moment: create another one, with another number, only after that.',
        zh: '请等到 CANCELLED 之后，再换单号另发起一笔。',
      }
    case 'fail':
    case 'cancelled':
      return { en: 'Create another one, with another number.', zh: '请换单号另发起一笔。' }
  }
}

function moreMoneyFor({ mchid, amountFen }: Bill): Texts {
  const change = accountChange(mchid, { top_up: amountFen })
  return {
    en: `The account is short of money: ${change}, then make the call again with the same number.`,
    zh: `账户余额不足：${change} 充值后，用原单号重试。`,
  }
}

/** Opens the page of an authorization. @throws UsageError for what it was opened with, or if it does not wait for the user */
export function openAuthorizationPage(one: Authorization, given: Opened, now: number): void {
  const { outAuthorizationNo, authorizationId, appid, openid } = one
  const name = { en: `authorization ${outAuthorizationNo}`, zh: `授权 ${outAuthorizationNo}` }
  checkPage(given, { kind: 'authorization', number: authorizationId, name, appid, openid })
  if (authorizationState(one, now) !== 'waiting') throw notWaiting(one, now)
}

/** That the user cannot agree to an authorization now. */
export function notWaiting(one: Authorization, now: number): UsageError {
  const { en, zh } = explainAuthorization(one, now)
  return new UsageError(
    'MOCK_AUTHORIZATION_STATE',
    behindPageError(
      authorizationState(one, now) === 'effective'
        ? {
            en: `the user has agreed already: ${en}. Transfer with it: nothing is left to agree to.`,
            zh: `用户已经同意：${zh}。可直接用该授权转账。`,
          }
        : { en: `it is closed: ${en}. Ask for another one.`, zh: `授权已关闭：${zh}。请另发起一个授权。` },
    ),
  )
}
