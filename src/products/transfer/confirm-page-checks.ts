import { z } from 'zod'
import { UsageError } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { type Authorization, authorizationState } from './authorizations.ts'
import { behindPageError, type PAGE_ERRORS } from './confirm-page.ts'
import { accountChange, explainAuthorization, explainTransfer } from './explain.ts'
import { type PackageSubject, samePackageInfoFor, subjectOf } from './numbers.ts'
import { failReasonAt, type PageRefusal, pageAt, stateAt } from './transfer-rules.ts'
import type { Transfer } from './transfers.ts'

/** The options of wx.requestMerchantTransfer; each is checked where it is given. */
export const pageMembers = {
  package_info: z
    .string()
    .min(1)
    .max(1_024)
    .optional()
    .describe('what the page is opened with; one that fits if left out'),
  appid: z
    .string()
    .min(1)
    .max(32)
    .optional()
    .describe('the appId that the page is opened with; the right one if left out'),
  openid: z.string().min(1).max(64).optional().describe('whose phone; that of the user if left out'),
}

export const pageRefusals = {
  MOCK_PACKAGE_INFO: { status: 409, when: 'package_info is none, or that of something else, or dead' },
  MOCK_PAYEE: { status: 409, when: 'the page was opened with another appId, or on the phone of another user' },
} as const

/** Why the page did not open: what the user sees, and what the developer should know. */
export function pageError(shown: keyof typeof PAGE_ERRORS, why: Texts): UsageError {
  const isOfUser = shown === 'appid' || shown === 'openid'
  return new UsageError(isOfUser ? 'MOCK_PAYEE' : 'MOCK_PACKAGE_INFO', behindPageError(why, shown), {
    path: isOfUser || shown === 'mchid' ? `/${shown}` : '/package_info',
  })
}

/** Tells what a `package_info` opens the page of. @throws UsageError `MOCK_PACKAGE_INFO` for what was never issued like that */
export function openedBy(packageInfo: string): PackageSubject {
  const subject = subjectOf(packageInfo)
  if (subject) return subject
  throw pageError('package_info', explainPackage(packageInfo))
}

export const NUMBERS: Readonly<Record<PackageSubject['kind'], Texts>> = {
  transfer: { en: 'transfer_bill_no', zh: '微信转账单号' },
  authorization: { en: 'authorization_id', zh: '微信授权单号' },
}

export interface Opened {
  readonly package_info?: string | undefined
  readonly appid?: string | undefined
  readonly openid?: string | undefined
}

/** Checks what a page was opened with, as the client does. @throws UsageError `MOCK_PACKAGE_INFO`, `MOCK_PAYEE` */
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
      throw pageError('number', {
        en: `this package_info is that of the ${of.en} ${subject.number}, and ${right.name.en} has ${isOfSameKind ? '' : `the ${own.en} `}${right.number}.`,
        zh: `该 package_info 属于${of.zh} ${subject.number}，而${right.name.zh} 的${isOfSameKind ? '' : own.zh}是 ${right.number}。`,
      })
    }
  }
  if (appid !== right.appid) {
    throw pageError('appid', {
      en: `${right.name.en} was created with the appid ${right.appid}, not ${appid}.`,
      zh: `${right.name.zh} 发起时的 appid 是 ${right.appid}，不是 ${appid}。`,
    })
  }
  if (openid !== right.openid) {
    throw pageError('openid', {
      en: `${right.name.en} is for ${right.openid}, not for ${openid}.`,
      zh: `${right.name.zh} 的收款用户是 ${right.openid}，不是 ${openid}。`,
    })
  }
}

/** Opens the page of a transfer. @throws UsageError for what it was opened with, or if it does not open now */
export function openPage(transfer: Transfer, given: Opened, now: number): void {
  const { out_bill_no, transfer_bill_no, appid, openid } = transfer
  const name = { en: `transfer ${out_bill_no}`, zh: `转账单 ${out_bill_no}` }
  checkPage(given, { kind: 'transfer', number: transfer_bill_no, name, appid, openid })
  const page = pageAt(transfer, now)
  if (page !== 'yes') throw pageClosed(page, transfer, now)
}

/** Why the page of a transfer does not open yet, or no longer does. */
export function pageClosed(reason: PageRefusal, transfer: Transfer, now: number): UsageError {
  const { out_bill_no } = transfer
  if (reason === 'package_dead') {
    const closes = formatInstant(transfer.expire_time)
    return pageError('overdue', {
      en: `transfer ${out_bill_no} was created 24 hours ago or more, and its page can no longer be opened. It closes at ${closes}: create another one, with another number, only after that, or once you have cancelled it.`,
      zh: `转账单 ${out_bill_no} 创建已满 24 小时，收款页不能再打开，将于 ${closes} 关闭：关闭或撤销完成之后，才能换单号另发起一笔。`,
    })
  }
  const { en, zh } = explainTransfer(transfer, now)
  const advice = adviceOn(transfer, now)
  const shown = failReasonAt(transfer, now) === 'OVERDUE_CLOSE' ? 'overdue' : 'package_info'
  return new UsageError(
    'MOCK_TRANSFER_STATE',
    behindPageError({ en: `${en}. ${advice.en}`, zh: `${zh}。${advice.zh}` }, shown),
  )
}

const NOT_YET = {
  en: 'Wait until it is WAIT_USER_CONFIRM, or move the clock.',
  zh: '请等到 WAIT_USER_CONFIRM，或调整时钟。',
}
const OPENS = { en: 'The page opens.', zh: '收款页可以打开。' }

/** Advice for the developer whose page does not open. */
function adviceOn(transfer: Transfer, now: number): Texts {
  switch (stateAt(transfer, now)) {
    case 'ACCEPTED':
      return NOT_YET
    case 'PROCESSING':
      return transfer.lock_time === null ? moreMoneyFor(transfer) : NOT_YET
    case 'WAIT_USER_CONFIRM':
    case 'TRANSFERING':
      return OPENS
    case 'SUCCESS':
      return { en: 'The money has arrived, and nothing is left to confirm.', zh: '款项已到账，无需再确认。' }
    case 'CANCELING':
      return {
        en: 'It is CANCELLED in a moment: create another one, with another number, only after that.',
        zh: '请等到 CANCELLED 之后，再换单号另发起一笔。',
      }
    case 'FAIL':
    case 'CANCELLED':
      return { en: 'Create another one, with another number.', zh: '请换单号另发起一笔。' }
  }
}

function moreMoneyFor({ mchid, transfer_amount }: Transfer): Texts {
  const change = accountChange(mchid, { top_up: transfer_amount })
  return {
    en: `The account is short of money: ${change}, then make the call again with the same number.`,
    zh: `账户余额不足：${change} 充值后，用原单号重试。`,
  }
}

/** Opens the page of an authorization. @throws UsageError for what it was opened with, or if it does not wait for the user */
export function openAuthorizationPage(one: Authorization, given: Opened, now: number): void {
  const { out_authorization_no, authorization_id, appid, openid } = one
  const name = { en: `authorization ${out_authorization_no}`, zh: `授权 ${out_authorization_no}` }
  checkPage(given, { kind: 'authorization', number: authorization_id, name, appid, openid })
  if (authorizationState(one, now) !== 'WAIT_USER_CONFIRM') throw notWaiting(one, now)
}

/** The error if the user cannot agree to an authorization now. */
export function notWaiting(one: Authorization, now: number): UsageError {
  const { en, zh } = explainAuthorization(one, now)
  return new UsageError(
    'MOCK_AUTHORIZATION_STATE',
    behindPageError(
      authorizationState(one, now) === 'TAKING_EFFECT'
        ? {
            en: `the user has agreed already: ${en}. Transfer with it: nothing is left to agree to.`,
            zh: `用户已经同意：${zh}。可直接用该授权转账。`,
          }
        : { en: `it is closed: ${en}. Ask for another one.`, zh: `授权已关闭：${zh}。请另发起一个授权。` },
    ),
  )
}

const LENGTH = samePackageInfoFor({ kind: 'transfer', number: '' }).length

/** Explains a `package_info` that names nothing. Most of them were right once, and suffered in an address. @internal */
export function explainPackage(text: string): Texts {
  if (subjectOf(text.replaceAll(' ', '+'))) {
    return {
      en: 'the plus signs of this package_info have become spaces. Put it into an address with encodeURIComponent.',
      zh: '该 package_info 中的加号变成了空格，拼入地址前请先用 encodeURIComponent 转义。',
    }
  }
  if (subjectOf(unescaped(text))) {
    return {
      en: 'this package_info was escaped twice. Do that once, with encodeURIComponent or URLSearchParams.',
      zh: '该 package_info 被转义了两次，encodeURIComponent 与 URLSearchParams 只用其一。',
    }
  }
  if (text.startsWith('ABBQO+oY') && text.length < LENGTH) {
    return {
      en: `this package_info was cut off: it has ${text.length} characters, and one has ${LENGTH}. Use that of the answer, unchanged.`,
      zh: `该 package_info 不完整：只有 ${text.length} 个字符，应为 ${LENGTH} 个。请原样使用应答中的值。`,
    }
  }
  if (text.startsWith('ABBQO+oY')) {
    return {
      en: 'this package_info was changed. Use that of the answer, unchanged.',
      zh: '该 package_info 被改动过，请原样使用应答中的值。',
    }
  }
  return {
    en: 'this package_info was never issued. Use that of the answer, unchanged.',
    zh: '该 package_info 未曾签发，请原样使用应答中的值。',
  }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone percent sign escapes nothing.
    return text
  }
}
