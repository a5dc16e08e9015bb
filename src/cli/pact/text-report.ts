import type {
  EvidenceResult,
  InteractionResult,
  PactMismatch,
  PactVerification,
} from '../../../contracts/kit/report.ts'
import { EVIDENCE } from '../../wire/protocol/errors.ts'
import { type JunitCase, junitFile } from '../junit.ts'
import { oneLine } from '../output.ts'
import type { Language } from '../texts.ts'

const en = {
  contract: (consumer: string, pact: string | undefined): string =>
    `Contract of ${consumer}${pact === undefined ? '' : ` (${pact})`}`,
  ok: 'ok     ',
  failedWord: 'FAILED ',
  pending: 'pending',
  weak: 'WEAK   ',
  known: {
    documented: 'documented',
    observed: 'observed',
    reported: 'reported',
    sibling: 'sibling',
    inferred: 'inferred',
  },
  because: (word: string, text: string): string => `${word}: ${text}`,
  evidence: (counts: readonly string[]): string => `Evidence: ${counts.join(', ')}`,
  weakSum: (weak: number): string =>
    `${weak} ${weak === 1 ? 'interaction is' : 'interactions are'} less sure than --min-evidence asks for`,
  count: (number: number, word: string): string => `${number} ${word}`,
  at: {
    status: (text: string): string => `status: ${text}`,
    header: (name: string, text: string): string => `header ${name}: ${text}`,
    body: (path: string, text: string): string => `${path === '' ? 'body' : `body ${path}`}: ${text}`,
    other: (place: string, text: string): string => (place === '' ? text : `${place}: ${text}`),
  },
  answered: (status: number, code = '', message = ''): string =>
    `answered: ${[status, code, message].filter((part) => part !== '').join(' ')}`,
  why: (reason: string): string => `why: ${reason}`,
  wholePattern: (pattern: string): string =>
    `A pattern has to cover the whole value: ${covering(pattern)}, not ${pattern}.`,
  emptyWorld:
    'Each interaction begins in an empty world: what a request is about has to be brought by a provider state (contracts/kit/README.md#provider-states).',
  problem: (text: string): string => `Problem: ${text}`,
  sum: (all: number, failed: number, pending: number): string =>
    `${all === 1 ? '1 interaction' : `${all} interactions`}, ${all - failed - pending} ok, ${failed} failed${pending > 0 ? `, ${pending} pending` : ''}`,
}

const zh: typeof en = {
  contract: (consumer, pact) => `${consumer} 的契约${pact === undefined ? '' : `（${pact}）`}`,
  ok: '通过',
  failedWord: '失败',
  pending: '待定',
  weak: '依据不足',
  known: {
    documented: '文档',
    observed: '实测',
    reported: '反馈',
    sibling: '同类接口',
    inferred: '推断',
  },
  because: (word, text) => `${word}：${text}`,
  evidence: (counts) => `依据：${counts.join('，')}`,
  weakSum: (weak) => `${weak} 条交互的依据低于 --min-evidence 的要求`,
  count: (number, word) => `${word} ${number}`,
  at: {
    status: (text) => `状态码：${text.replace(/^expected (\d+) but was (\d+)$/, '应为 $1，实际为 $2')}`,
    header: (name, text) => `头部 ${name}：${text}`,
    body: (path, text) => `${path === '' ? '报文主体' : `报文主体 ${path}`}：${text}`,
    other: (place, text) => (place === '' ? text : `${place}：${text}`),
  },
  answered: (status, code = '', message = '') =>
    `应答：${[status, code, message].filter((part) => part !== '').join(' ')}`,
  why: (reason) => `原因：${reason}`,
  wholePattern: (pattern) => `正则要覆盖整个值：写 ${covering(pattern)}，不要写 ${pattern}。`,
  emptyWorld:
    '每条交互开始时模拟服务中没有任何数据，请求所涉及的批次、券或订单须由提供方状态给出（contracts/kit/README.md#provider-states）。',
  problem: (text) => `问题：${text}`,
  sum: (all, failed, pending) =>
    `共 ${all} 条交互，通过 ${all - failed - pending}，失败 ${failed}${pending > 0 ? `，待定 ${pending}` : ''}`,
}

/** Turns a pattern for part of a value into one for the whole value. */
function covering(pattern: string): string {
  return `${pattern.startsWith('^') ? '' : '^.+'}${pattern}${pattern.endsWith('$') ? '' : '.+$'}`
}

export const texts = { en, zh }

/** A verification for people: a line for each interaction, and below it why it failed. */
export function textReport({ interactions, problems }: PactVerification, language: Language): string {
  const own = texts[language]
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
  const weak = interactions.filter(({ ok, evidence }) => ok && evidence?.tooWeak).length
  return [
    ...lines,
    ...problems.map((problem) => own.problem(oneLine(problem))),
    ...(interactions.some(needsState) ? [own.emptyWorld] : []),
    ...[...new Set(interactions.flatMap(partialPatterns))].map((pattern) => own.wholePattern(oneLine(pattern))),
    ...evidenceLine(
      interactions.flatMap(({ evidence }) => evidence ?? []),
      language,
    ),
    own.sum(interactions.length, failed, pending),
    ...(weak > 0 ? [own.weakSum(weak)] : []),
    '',
  ].join('\n')
}

/** How many interactions are known in which way; no line for none. */
export function evidenceLine(evidences: readonly EvidenceResult[], language: Language): string[] {
  const own = texts[language]
  const counts = EVIDENCE.flatMap((word) => {
    const { length } = evidences.filter(({ is }) => is === word)
    return length === 0 ? [] : [own.count(length, own.known[word])]
  })
  return counts.length === 0 ? [] : [own.evidence(counts)]
}

/** How an interaction is known, and by what if not by documents alone. */
export function evidenceText({ is, because }: EvidenceResult, language: Language): string {
  const { known, because: said } = texts[language]
  return because === undefined ? known[is] : said(known[is], because)
}

function linesOf(result: InteractionResult, language: Language): string[] {
  const own = texts[language]
  const { ok, pending, description, states, evidence } = result
  const word = ok ? (evidence?.tooWeak ? own.weak : own.ok) : pending ? own.pending : own.failedWord
  const given = states.length === 0 ? '' : `  [${states.map(oneLine).join(' + ')}]`
  const { differences, answered } = findingsOf(result, language)
  return [
    `  ${word}  ${oneLine(description)}${given}`,
    ...differences.map((line) => `        - ${line}`),
    ...answered.map((line) => `          ${line}`),
    ...(evidence?.because === undefined ? [] : [`          ${oneLine(evidenceText(evidence, language))}`]),
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
  const own = texts[language]
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
  const { at: places } = texts[language]
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
  const cases = interactions.map((one) => caseOf(one, language))
  return junitFile('wechatpay-mock pact verify', [...cases, ...problems.map(caseOfProblem)])
}

function caseOf(result: InteractionResult, language: Language): JunitCase {
  const { consumer, description, states, ok, pending, durationMs, evidence } = result
  const { differences, answered } = findingsOf(result, language)
  const known = evidence && evidenceText(evidence, language)
  const isWeak = evidence?.tooWeak && known !== undefined
  const lines = [...(isWeak ? [known] : []), ...differences, ...answered]
  const [message = 'failed'] = lines
  return {
    classname: consumer,
    name: states.length === 0 ? description : `${description} (${states.join(', ')})`,
    durationMs,
    ...(known !== undefined && { properties: { evidence: known } }),
    ...((!ok || isWeak) && { outcome: { kind: pending ? 'skipped' : 'failure', message, details: lines.join('\n') } }),
  }
}

function caseOfProblem(problem: string): JunitCase {
  return { classname: 'pact', name: 'verification', outcome: { kind: 'error', message: problem } }
}
