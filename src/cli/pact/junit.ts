import type { InteractionResult, PactVerification } from '../../../contracts/kit/report.ts'
import { escaped } from '../xml.ts'

/** A verification as a JUnit file: a suite for each consumer, a case for each interaction. */
export function junitReport({ interactions, problems }: PactVerification): string {
  const consumers = [...new Set(interactions.map(({ consumer }) => consumer))]
  const suites = consumers.map((consumer) =>
    suite(
      consumer,
      interactions.filter((interaction) => interaction.consumer === consumer),
    ),
  )
  if (problems.length > 0) suites.push(problemSuite(problems))
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="wechatpay-mock pact verify">\n${suites.join('')}</testsuites>\n`
}

function suite(consumer: string, interactions: readonly InteractionResult[]): string {
  const failures = interactions.filter(({ ok, pending }) => !ok && !pending).length
  const skipped = interactions.filter(({ ok, pending }) => !ok && pending).length
  const seconds = interactions.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1_000
  return `  <testsuite name="${escaped(consumer)}" tests="${interactions.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${seconds}">
${interactions.map(testCase).join('')}  </testsuite>
`
}

function testCase({
  consumer,
  description,
  states,
  ok,
  pending,
  durationMs,
  mismatches,
  reasons,
}: InteractionResult): string {
  const name = states.length === 0 ? description : `${description} (${states.join(', ')})`
  const head = `    <testcase classname="${escaped(consumer)}" name="${escaped(name)}" time="${durationMs / 1_000}"`
  if (ok) return `${head}/>\n`
  const texts = [...reasons, ...mismatches.map(({ at, text }) => (at === undefined ? text : `${at}: ${text}`))]
  const [first = 'failed'] = texts
  const element = pending ? 'skipped' : 'failure'
  return `${head}>\n      <${element} message="${escaped(first)}">${escaped(texts.join('\n'))}</${element}>\n    </testcase>\n`
}

function problemSuite(problems: readonly string[]): string {
  const cases = problems.map(
    (problem) =>
      `    <testcase classname="pact" name="verification">\n      <error message="${escaped(problem)}"/>\n    </testcase>\n`,
  )
  return `  <testsuite name="pact" tests="${problems.length}" failures="0" errors="${problems.length}">\n${cases.join('')}  </testsuite>\n`
}
