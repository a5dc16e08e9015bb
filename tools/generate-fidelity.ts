/** Writes docs/fidelity.md: the assumed behaviour of each call, how we know it, and the source. */
import { writeFileSync } from 'node:fs'
import { commonRules } from '../src/engine/exchange/exchange.ts'
import type { OperationDescription, Rule } from '../src/engine/operation.ts'
import { commonErrors } from '../src/wire/protocol/common-errors.ts'
import { type ErrorDefinition, type Evidence, hasBody } from '../src/wire/protocol/errors.ts'
import { type Source, sourcesOf } from '../src/wire/protocol/sources.ts'
import { operations as served } from '../test/helpers/operations.ts'

/** Calls with rules: those of the others are the facts of their pages. */
const operations = served.filter(({ shaped }) => !shaped)

const MEANING: Readonly<Record<Evidence, string>> = {
  documented: 'stated by the vendor’s public documents or official SDKs',
  observed: 'seen in an answer of the live service that a developer published',
  reported: 'told on the vendor’s forum; wording known, status or code often not',
  sibling: 'documented of a sister call only, or seen there',
  inferred: 'our own conclusion where nothing was found',
}

type Errors = Readonly<Record<string, ErrorDefinition>>
/** Evidence behind a row of the document. */
type Grounds = Pick<Rule, 'evidence' | 'source'>

const escapeCell = (text: string) => text.replaceAll('|', '\\|')

/** The rules of a call, including its rate. */
function rulesOf({ rules, rateLimit }: OperationDescription): readonly Rule[] {
  return rateLimit ? [...rules, { ...rateLimit, rule: rateOf(rateLimit) }] : rules
}

function rateOf({ calls, seconds, failing }: NonNullable<OperationDescription['rateLimit']>): string {
  const time = seconds === 1 ? 'a second' : seconds === 60 ? 'a minute' : `${seconds} seconds`
  const failures =
    failing === undefined ? '' : `; once ${failing} of its calls have failed in that time, all others are refused`
  return `A merchant may call it ${calls} times in ${time}${failures}; counted with \`--rate-limit on\` only.`
}

/** Numbers the sources in the order in which they are first named. */
class Numbers {
  readonly #named: Source[] = []

  /** The evidence of a row, and its sources: their numbers, or the page of the call for a documented one. */
  cells(grounds: Grounds, page?: string): string {
    const links = sourcesOf(grounds).map((source) => `[${this.#of(source)}](${source.url})`)
    if (links.length === 0 && grounds.evidence === 'documented' && page) links.push(`[page](${page})`)
    return `${grounds.evidence} | ${links.join(' ')}`
  }

  #of(source: Source): number {
    const at = this.#named.findIndex(({ url }) => url === source.url)
    return at === -1 ? this.#named.push(source) : at + 1
  }

  list(): string {
    return this.#named.map(({ title, url }, i) => `${i + 1}. ${title}: <${url}>`).join('\n')
  }
}

function errorTable(errors: Errors, numbers: Numbers, page?: string): string {
  const rows = Object.entries(errors).map(
    ([key, error]) =>
      `| \`${key}\` | ${error.status} | ${hasBody(error) ? `\`${error.code}\`` : 'no body'} | ${escapeCell(error.message)} | ${escapeCell(error.when.en)} | ${numbers.cells(error, page)} |`,
  )
  return [
    '| key | status | code | message | when | evidence | source |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

function ruleTable(rules: readonly Rule[], numbers: Numbers, page?: string): string {
  const rows = rules.map((rule) => `| ${escapeCell(rule.rule)} | ${numbers.cells(rule, page)} |`)
  return ['| rule | evidence | source |', '|---|---|---|', ...rows].join('\n')
}

const count = (all: readonly Grounds[], wanted: string) => all.filter(({ evidence }) => evidence === wanted).length

/** Number of errors of a kind of evidence. */
export function countErrorsBy(evidence: Evidence): number {
  const errors = [commonErrors, ...operations.map(({ errors }) => errors)].flatMap((one: Errors) => Object.values(one))
  return count(errors, evidence)
}

/** Number of rules and errors by evidence. */
function countTable(): string {
  const rules = [...commonRules, ...operations.flatMap(rulesOf)]
  const words = Object.keys(MEANING) as Evidence[]
  return [
    '| evidence | meaning | rules | errors |',
    '|---|---|---|---|',
    ...words.map((word) => `| ${word} | ${MEANING[word]} | ${count(rules, word)} | ${countErrorsBy(word)} |`),
  ].join('\n')
}

/** The document, generated from the operations and the errors that every call has. */
export function fidelity(): string {
  const numbers = new Numbers()
  // In the order of the page, which determines the numbers of the sources.
  const common = [ruleTable(commonRules, numbers), errorTable(commonErrors, numbers)]
  const sections = operations.map((operation) => {
    const { id, method, path, summary, title, source, errors } = operation
    return [
      `## ${title} · ${summary}`,
      `\`${method} ${path}\` · \`${id}\` · [official page](${source})`,
      ruleTable(rulesOf(operation), numbers, source),
      errorTable(errors, numbers, source),
    ].join('\n\n')
  })
  return `${[
    '# How sure we are',
    'Made from the operations by `npm run docs`; do not edit. WeChat Pay has no sandbox and much of its behaviour is not written down, so every rule says how we know it, and where it is said: numbers are those of the [sources](#sources) at the end, `page` is the official page of the call. A fault (`mock.faults.next`), and a contract (`refuses`), names an error by its key. Calls without rules are not listed: they are checked and answered as [their pages](calls.md#all-calls) say. [Where we differ](differences.md) compares those that are listed with theirs.',
    countTable(),
    '## Every call',
    ...common,
    ...sections,
    '## Sources',
    'From forum threads and repositories, only the quoted answers of the live service count.',
    numbers.list(),
  ].join('\n\n')}\n`
}

export const fidelityFile = new URL('../docs/fidelity.md', import.meta.url)

if (import.meta.main) writeFileSync(fidelityFile, fidelity())
