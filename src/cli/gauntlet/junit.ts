import { type JunitCase, junitFile } from '../junit.ts'
import type { Language } from '../language.ts'
import type { Row, SkippedRow } from './report.ts'
import { texts } from './texts.ts'

/** The cases as a JUnit file: a suite for answers and one for callbacks. */
export function gauntletJunit(rows: readonly Row[], skipped: readonly SkippedRow[], language: Language): string {
  const suites = (['answers', 'callbacks'] as const).map((kind) => ({
    name: kind,
    cases: [
      ...rows.filter((row) => row.kind === kind).map(caseOf),
      ...skipped.filter((one) => one.kind === kind).map((one) => skippedCase(one, language)),
    ],
  }))
  return junitFile(
    'wechatpay-mock gauntlet',
    suites.filter(({ cases }) => cases.length > 0),
  )
}

function caseOf({ kind, name, expects, ok, did, danger = did, output = '', durationMs }: Row): JunitCase {
  return {
    classname: kind,
    name: `${name}: ${expects}`,
    durationMs,
    ...(!ok && { outcome: { kind: 'failure', message: did, details: `${danger}\n${output}`.trimEnd() } }),
  }
}

function skippedCase({ kind, name, reason }: SkippedRow, language: Language): JunitCase {
  return { classname: kind, name, outcome: { kind: 'skipped', message: texts[language].skipped[reason] } }
}
