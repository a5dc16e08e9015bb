import type { InteractionResult, PactVerification } from '../../../contracts/kit/report.ts'
import { type JunitCase, type JunitSuite, junitFile } from '../junit.ts'

/** A verification as a JUnit file: a suite for each consumer, a case for each interaction. */
export function pactJunit({ interactions, problems }: PactVerification): string {
  const suites: JunitSuite[] = [...Map.groupBy(interactions, ({ consumer }) => consumer)].map(([name, own]) => ({
    name,
    cases: own.map(caseOf),
  }))
  if (problems.length > 0) suites.push({ name: 'pact', cases: problems.map(caseOfProblem) })
  return junitFile('wechatpay-mock pact verify', suites)
}

function caseOf(result: InteractionResult): JunitCase {
  const { consumer, description, states, ok, pending, durationMs, mismatches, reasons } = result
  const texts = [...reasons, ...mismatches.map(({ at, text }) => (at === undefined ? text : `${at}: ${text}`))]
  const [message = 'failed'] = texts
  return {
    classname: consumer,
    name: states.length === 0 ? description : `${description} (${states.join(', ')})`,
    durationMs,
    ...(!ok && { outcome: { kind: pending ? 'skipped' : 'failure', message, details: texts.join('\n') } }),
  }
}

function caseOfProblem(problem: string): JunitCase {
  return { classname: 'pact', name: 'verification', outcome: { kind: 'error', message: problem } }
}
