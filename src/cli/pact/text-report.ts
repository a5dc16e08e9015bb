import type { InteractionResult, PactMismatch, PactVerification } from '../../../contracts/kit/report.ts'
import { type JunitCase, type JunitSuite, junitFile } from '../junit.ts'
import { oneLine } from '../output.ts'
import type { Language } from '../texts.ts'
import { texts } from './texts.ts'

/** A verification for people: a line for each interaction, and below it why it failed. */
export function textReport({ interactions, problems }: PactVerification, language: Language): string {
  const { verify: own } = texts[language]
  const lines: string[] = []
  let heading: string | undefined
  for (const interaction of interactions) {
    const { consumer, pact } = interaction
    const contract = oneLine(own.contract(consumer, pact))
    if (contract !== heading) lines.push(contract)
    heading = contract
    lines.push(...linesOf(interaction, language))
  }
  const failed = interactions.filter(({ ok, pending }) => !ok && !pending).length
  const pending = interactions.filter(({ ok, pending }) => !ok && pending).length
  return [
    ...lines,
    ...problems.map((problem) => own.problem(oneLine(problem))),
    ...(interactions.some(needsState) ? [own.emptyWorld] : []),
    ...[...new Set(interactions.flatMap(partialPatterns))].map((pattern) => own.wholePattern(oneLine(pattern))),
    own.sum(interactions.length, failed, pending),
    '',
  ].join('\n')
}

function linesOf(result: InteractionResult, language: Language): string[] {
  const { verify: own } = texts[language]
  const { ok, pending, description, states } = result
  const word = ok ? own.ok : pending ? own.pending : own.failedWord
  const given = states.length === 0 ? '' : `  [${states.map(oneLine).join(' + ')}]`
  const { differences, answered } = findingsOf(result, language)
  return [
    `  ${word}  ${oneLine(description)}${given}`,
    ...differences.map((line) => `        - ${line}`),
    ...answered.map((line) => `          ${line}`),
  ]
}

/** Findings about an interaction that failed, one line each. */
interface Findings {
  /** Problems that only the front sees, and Pact's findings about the answer. */
  readonly differences: readonly string[]
  /** The answer itself, if Pact does not show it, and why the mock refused. */
  readonly answered: readonly string[]
}

function findingsOf({ ok, reasons, mismatches, answer }: InteractionResult, language: Language): Findings {
  if (ok) return { differences: [], answered: [] }
  const { verify: own } = texts[language]
  const { status = 0, code, message, reason } = answer ?? {}
  // If the front has reasons, Pact was given another status.
  const isToldOf = status >= 400 || (answer !== undefined && reasons.length > 0)
  return {
    differences: [...reasons, ...mismatches.map((mismatch) => differenceOf(mismatch, language))].map(oneLine),
    answered: [
      ...(isToldOf ? [own.answered(status, code, message)] : []),
      ...(reason === undefined ? [] : [own.why(reason)]),
    ].map(oneLine),
  }
}

/** Pact's text about a difference, after its place. */
function differenceOf({ type, at = '', text }: PactMismatch, language: Language): string {
  const { at: places } = texts[language].verify
  switch (type) {
    case 'StatusMismatch':
      return places.status(text)
    case 'HeaderMismatch':
      return places.header(at, text)
    case 'BodyMismatch':
    case 'BodyTypeMismatch':
      return places.body(at, text)
    default:
      return places.other(at, text)
  }
}

/** Patterns of a failed interaction that do not cover a whole value: Pact's verifier matches each against the whole value. */
function partialPatterns({ ok, mismatches }: InteractionResult): string[] {
  if (ok) return []
  const [before, after] = [" to match '", "'"]
  return mismatches.flatMap(({ text }) => {
    const at = text.lastIndexOf(before)
    if (at === -1 || !text.endsWith(after)) return []
    const pattern = text.slice(at + before.length, -after.length)
    return pattern.startsWith('^') && pattern.endsWith('$') ? [] : [pattern]
  })
}

/** Whether an interaction was refused because no provider state supplies the things that its request is about. */
function needsState({ ok, states, answer }: InteractionResult): boolean {
  const { status = 0, code } = answer ?? {}
  return !ok && states.length === 0 && status >= 400 && status < 500 && status !== 401 && code !== undefined
}

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
