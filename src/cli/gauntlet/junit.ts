import { escaped } from '../xml.ts'
import type { Row } from './report.ts'

/** The cases as a JUnit file: a suite for answers and one for callbacks. */
export function gauntletJunit(rows: readonly Row[]): string {
  const suites = (['answers', 'callbacks'] as const).map((kind) => {
    const own = rows.filter((row) => row.kind === kind)
    if (own.length === 0) return ''
    const failures = own.filter(({ ok }) => !ok).length
    const seconds = own.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1_000
    return `  <testsuite name="${kind}" tests="${own.length}" failures="${failures}" errors="0" skipped="0" time="${seconds}">
${own.map(testCase).join('')}  </testsuite>
`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="wechatpay-mock gauntlet">\n${suites.join('')}</testsuites>\n`
}

function testCase({ kind, name, expects, ok, did, danger = did, output = '', durationMs }: Row): string {
  const head = `    <testcase classname="${kind}" name="${escaped(`${name}: ${expects}`)}" time="${durationMs / 1_000}"`
  if (ok) return `${head}/>\n`
  return `${head}>\n      <failure message="${escaped(did)}">${escaped(`${danger}\n${output}`.trimEnd())}</failure>\n    </testcase>\n`
}
