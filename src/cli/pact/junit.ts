import type { InteractionResult, PactVerification } from '../../../contracts/kit/report.ts'
import { type JunitCase, type JunitSuite, junitFile } from '../junit.ts'
import type { Language } from '../language.ts'
import { findingsOf } from './text-report.ts'

/** A verification as a JUnit file: a suite for each consumer, a case for each interaction. */
export function pactJunit({ interactions, problems }: PactVerification, language: Language): string {
  const suites: JunitSuite[] = [...Map.groupBy(interactions, ({ consumer }) => consumer)].map(([name, own]) => ({
    name,
    cases: own.map((one) => caseOf(one, language)),
  }))
  if (problems.length > 0) suites.push({ name: 'pact', cases: problems.map(caseOfProblem) })
  return junitFile('wechatpay-mock pact verify', suites)
}

function caseOf(result: InteractionResult, language: Language): JunitCase {
  const { consumer, description, states, ok, pending, durationMs } = result
  const { differences, answered } = findingsOf(result, language)
  const lines = [...differences, ...answered]
  const [message = 'failed'] = lines
  return {
    classname: consumer,
    name: states.length === 0 ? description : `${description} (${states.join(', ')})`,
    durationMs,
    ...(!ok && { outcome: { kind: pending ? 'skipped' : 'failure', message, details: lines.join('\n') } }),
  }
}

function caseOfProblem(problem: string): JunitCase {
  return { classname: 'pact', name: 'verification', outcome: { kind: 'error', message: problem } }
}
