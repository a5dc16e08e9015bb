import { type JunitCase, junitFile } from '../junit.ts'
import type { Row } from './report.ts'

/** The cases as a JUnit file: a suite for answers and one for callbacks. */
export function gauntletJunit(rows: readonly Row[]): string {
  const suites = (['answers', 'callbacks'] as const).map((kind) => ({
    name: kind,
    cases: rows.filter((row) => row.kind === kind).map(caseOf),
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
