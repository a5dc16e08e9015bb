import { computed, effect } from '@preact/signals'
import type { ThingKind } from '../../src/control/formats/thing.ts'
import { kept } from '../../src/doors/browser/kept.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { en } from '../texts/en.ts'
import { zh } from '../texts/zh.ts'

export type Language = 'en' | 'zh'
export type Theme = 'auto' | 'light' | 'dark'

/** The language of the page: chosen, or else the browser's. */
export const language = kept<Language>('language', (text) => {
  if (text === 'en' || text === 'zh') return text
  return navigator.languages[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en'
})

/** Light or dark: chosen, or else the system's. */
export const theme = kept<Theme>('theme', (text) => (text === 'light' || text === 'dark' ? text : 'auto'))

/** The page's words. */
export const texts = computed(() => (language.value === 'zh' ? zh : en))

effect(() => {
  const { documentElement: page } = document
  page.lang = language.value === 'zh' ? 'zh-CN' : 'en'
  if (theme.value === 'auto') delete page.dataset.theme
  else page.dataset.theme = theme.value
})

/** A text from the mock, in both languages. */
type Texts = ThingKind['title']

export function said(texts: Texts): string
export function said(texts: Texts | undefined): string | undefined
/** A text from the mock or a custom product, in the page's language. */
export function said(texts: Texts | undefined): string | undefined {
  return texts && plainText(texts[language.value])
}
