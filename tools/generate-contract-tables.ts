/**
 * Writes the tables of contracts/kit/README.md: provider states with their parameters, and the refusals of calls; and that of the rules of
 * `pact review` in its recipe.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import * as kit from '../contracts/kit/index.ts'
import { sourcesOf } from '../src/protocol/sources.ts'
import { type ReviewRule, reviewRules } from '../src/review/rules.ts'
import type { Language } from '../src/shared/texts.ts'
import { table, withParts } from './documents/made-parts.ts'

/** A group of states with the same parameters, side by side in the list. */
interface Group {
  readonly names: string[]
  readonly parameters: string
}

const inCode = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ')

function stateTable(): string {
  const groups: Group[] = []
  for (const [name, state] of Object.entries(kit.states)) {
    const parameters = inCode(Object.keys(state.parameters))
    const latest = groups.at(-1)
    if (latest?.parameters === parameters) latest.names.push(name)
    else groups.push({ names: [name], parameters })
  }
  return table(
    ['state', 'parameters'],
    groups.map(({ names, parameters }) => [inCode(names), parameters]),
  )
}

/** Defaults of the parameters; some depend on the state. */
function defaultTable(): string {
  const values = new Map<string, Set<string>>()
  for (const { parameters } of Object.values(kit.states)) {
    for (const [name, value] of Object.entries(parameters)) values.set(name, (values.get(name) ?? new Set()).add(value))
  }
  return table(
    ['parameter', 'default'],
    [...values].map(([name, all]) => [
      `\`${name}\``,
      [...all].map((value) => (value === '' ? 'none' : `\`${value}\``)).join(' or '),
    ]),
  )
}

function refusalTable(): string {
  const calls = Object.values(kit).filter((one) => typeof one === 'object' && 'errors' in one)
  return table(
    ['call', 'keys'],
    calls.map(({ id, errors }) => [
      `\`${id}\``,
      Object.entries(errors)
        .map(([key, { status, code }]) => `\`${key}\` ${status} ${code}`)
        .join(', '),
    ]),
  )
}

const RULE_WORDS = {
  en: {
    head: ['rule', '', 'what is wrong', 'known from'],
    must: 'must',
    should: 'should',
  },
  zh: { head: ['规则', '', '问题', '依据'], must: '必须', should: '建议' },
}

function ruleTable(of: ReviewRule['of'], language: Language): string {
  const words = RULE_WORDS[language]
  const rules: [string, ReviewRule][] = Object.entries(reviewRules)
  return table(
    words.head,
    rules
      .filter(([, rule]) => rule.of === of)
      .map(([name, rule]) => [
        `\`${name}\``,
        words[rule.severity],
        rule.wrong[language],
        `${rule.evidence} ${sourcesOf(rule)
          .map(({ url }, i) => `[${i + 1}](${url})`)
          .join(' ')}`,
      ]),
  )
}

const rulesIn = (language: Language) => ({
  'rules for contracts': () => ruleTable('contract', language),
  'rules for recordings': () => ruleTable('recording', language),
})

/** Pages about contracts with generated tables. */
const PAGES: readonly (readonly [page: string, parts: Readonly<Record<string, () => string>>])[] = [
  ['contracts/kit/README.md', { states: stateTable, defaults: defaultTable, refusals: refusalTable }],
  ['docs/recipes/review-a-payment-client.md', rulesIn('en')],
  ['docs/recipes/review-a-payment-client.zh-CN.md', rulesIn('zh')],
]

/** The current and the expected text of each page. */
export const contractPages = PAGES.map(([name, parts]) => {
  const file = new URL(`../${name}`, import.meta.url)
  const text = readFileSync(file, 'utf8')
  return { name, file, text, made: () => withParts(text, parts) }
})

if (import.meta.main) for (const { file, made } of contractPages) writeFileSync(file, made())
