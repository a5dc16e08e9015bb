export interface JunitCase {
  /** Also the name of its suite. */
  readonly classname: string
  readonly name: string
  /** Left out if the duration is unknown. */
  readonly durationMs?: number
  /** Facts about the case, by name. */
  readonly properties?: Readonly<Record<string, string>>
  /** Result of the case; left out if it passed. */
  readonly outcome?: {
    readonly kind: 'failure' | 'skipped' | 'error'
    readonly message: string
    readonly details?: string
  }
}

/** The cases as a JUnit file, with a suite for each class. */
export function junitFile(name: string, cases: readonly JunitCase[]): string {
  const suites = [...Map.groupBy(cases, ({ classname }) => classname)].map(suite)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escaped(name)}">\n${suites.join('')}</testsuites>\n`
}

function suite([name, cases]: [name: string, cases: readonly JunitCase[]]): string {
  const count = (kind: string) => cases.filter(({ outcome }) => outcome?.kind === kind).length
  const durations = cases.flatMap(({ durationMs }) => durationMs ?? [])
  const whole = durations.reduce((sum, durationMs) => sum + durationMs, 0)
  return `  <testsuite name="${escaped(name)}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"${time(durations.length === 0 ? undefined : whole)}>
${cases.map(testCase).join('')}  </testsuite>
`
}

function testCase({ classname, name, durationMs, properties = {}, outcome }: JunitCase): string {
  const head = `    <testcase classname="${escaped(classname)}" name="${escaped(name)}"${time(durationMs)}`
  const facts = Object.entries(properties).map(([key, value]) => `<property name="${key}" value="${escaped(value)}"/>`)
  const elements = [
    ...(facts.length === 0 ? [] : [`<properties>${facts.join('')}</properties>`]),
    ...(outcome === undefined ? [] : [outcomeIn(outcome)]),
  ]
  if (elements.length === 0) return `${head}/>\n`
  return `${head}>\n${elements.map((element) => `      ${element}\n`).join('')}    </testcase>\n`
}

function outcomeIn({ kind, message, details }: NonNullable<JunitCase['outcome']>): string {
  return `<${kind} message="${escaped(message)}"${details === undefined ? '/>' : `>${escaped(details)}</${kind}>`}`
}

function time(durationMs: number | undefined): string {
  return durationMs === undefined ? '' : ` time="${durationMs / 1_000}"`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

/** Text for XML 1.0, which cannot hold most control characters at all. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\t\n\r]|\p{Surrogate}|[\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character)
}
