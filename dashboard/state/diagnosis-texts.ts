import { signal } from '@preact/signals'
import type { Cause, CauseName } from '../../src/diagnosis/cause.ts'
import { type DescribedCause, describeCause } from '../../src/diagnosis/describe.ts'
import type { DiagnosisTexts } from '../../src/diagnosis/texts/en.ts'
import { language } from './appearance.ts'
import { messageOf } from './control.ts'
import { tell } from './notices.ts'

const chinese = signal<DiagnosisTexts | undefined>(undefined)
let asked = false

/** The Chinese words of the diagnosis are large, and loaded once they are needed. */
function load(): void {
  if (asked) return
  asked = true
  import('../../src/diagnosis/texts/zh.ts').then(
    ({ zh }) => {
      chinese.value = zh
    },
    (error: unknown) => tell(messageOf(error), 'failed'),
  )
}

/**
 * A cause in Chinese, where the page is; the mock says it in English. `undefined` otherwise, until the words are there, and for a cause that
 * the page does not know, as the mock may be newer.
 */
export function inChinese({
  name,
  value,
}: {
  readonly name: string
  readonly value?: string | undefined
}): DescribedCause | undefined {
  if (language.value !== 'zh') return undefined
  load()
  const texts = chinese.value
  if (!texts || !isKnown(name, texts)) return undefined
  const cause: Cause = { name, ...(value !== undefined && { value }) }
  return describeCause(cause, texts)
}

function isKnown(name: string, texts: DiagnosisTexts): name is CauseName {
  return Object.hasOwn(texts.causes, name)
}
