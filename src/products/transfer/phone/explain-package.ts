import type { Texts } from '../../../shared/texts.ts'
import { samePackageInfoFor, subjectOf } from '../bills/package-info.ts'

const LENGTH = samePackageInfoFor({ kind: 'bill', number: '' }).length

/** What is wrong with a `package_info` that names nothing. Most of them were right once, and suffered in an address. */
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
    // A lone percent sign is no escape.
    return text
  }
}
