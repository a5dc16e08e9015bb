import type { DiagnosisTexts } from '../diagnosis/index.ts'
import { LANGUAGES, type Language } from '../shared/texts.ts'

export { LANGUAGES, type Language }

/**
 * The language to speak: `--lang`, at any place among the arguments, or else `WECHATPAY_MOCK_LANG`, or else the locale. Must be known before the
 * arguments are parsed, since parsing may already end in a message.
 */
export function languageOf(args: readonly string[], environment: NodeJS.ProcessEnv): Language {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  const at = own.findLastIndex((arg) => arg === '--lang' || arg.startsWith('--lang='))
  const asked = own[at] === '--lang' ? own[at + 1] : own[at]?.slice('--lang='.length)
  const { WECHATPAY_MOCK_LANG, LC_ALL, LC_MESSAGES, LANG } = environment
  const named = LANGUAGES.find((language) => language === (asked ?? WECHATPAY_MOCK_LANG))
  if (named !== undefined) return named
  return /^zh(?:[_.@-]|$)/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'zh' : 'en'
}

/** The texts of the diagnosis in a language. */
export async function loadDiagnosisTexts(language: Language): Promise<DiagnosisTexts> {
  return language === 'zh'
    ? (await import('../diagnosis/texts/zh.ts')).zh
    : (await import('../diagnosis/texts/en.ts')).en
}
