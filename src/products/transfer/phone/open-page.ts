import { z } from 'zod'
import { UsageError } from '../../../protocol/errors.ts'
import { type PackageSubject, subjectOf } from '../bills/package-info.ts'

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

/** What the client shows for any of it. */
const PAGE_ERROR = 'package_info信息有误，请返回联系商家处理'

/** Why the page did not open: what the user sees, and what the developer should know. */
export function pageError(why: { readonly en: string; readonly zh: string }, path = '/package_info'): UsageError {
  return new UsageError(
    path === '/package_info' ? 'MOCK_PACKAGE_INFO' : 'MOCK_PAYEE',
    { en: `${PAGE_ERROR}: ${why.en}`, zh: `${PAGE_ERROR}：${why.zh}` },
    { path },
  )
}

/**
 * Checks what a page was opened with, as the client does.
 *
 * @throws UsageError `MOCK_PACKAGE_INFO`, `MOCK_PAYEE`
 */
export function checkPage(
  given: {
    readonly package_info?: string | undefined
    readonly appid?: string | undefined
    readonly openid?: string | undefined
  },
  right: PackageSubject & { readonly appid: string; readonly openid: string },
): void {
  const { package_info, appid = right.appid, openid = right.openid } = given
  if (package_info !== undefined) {
    const subject = subjectOf(package_info)
    if (!subject) {
      throw pageError({
        en: 'this package_info was never issued. Use that of the answer, unchanged.',
        zh: '该 package_info 未曾签发，请原样使用应答中的值。',
      })
    }
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
