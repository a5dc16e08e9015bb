import type { DiagnosisTexts } from '../diagnosis/index.ts'
import { LANGUAGES, type Language } from '../shared/texts.ts'

export { LANGUAGES, type Language }

/**
 * The language to speak: `--lang`, wherever it stands, or else the locale. It has to be known before the arguments are parsed, since
 * parsing may already end in a message.
 */
export function languageOf(args: readonly string[], environment: NodeJS.ProcessEnv): Language {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  const at = own.findLastIndex((arg) => arg === '--lang' || arg.startsWith('--lang='))
  const asked = own[at] === '--lang' ? own[at + 1] : own[at]?.slice('--lang='.length)
  if (asked === 'zh' || asked === 'en') return asked
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  return /^zh(?:[_.@-]|$)/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'zh' : 'en'
}

/** The texts of the diagnosis in a language. */
export async function loadDiagnosisTexts(language: Language): Promise<DiagnosisTexts> {
  return language === 'zh'
    ? (await import('../diagnosis/texts/zh.ts')).zh
    : (await import('../diagnosis/texts/en.ts')).en
}
