/**
 * Writes the tables of contracts/kit/README.md: provider states with their parameters, and the refusals of calls; and that of the rules of
 * `pact review` in its recipe; and that of the tools of other languages in theirs.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import * as kit from '../contracts/kit/index.ts'
import { type ReviewRule, reviewRules } from '../src/traffic/review/rules.ts'
import { sourcesOf } from '../src/wire/protocol/sources.ts'
import type { Language } from '../src/wire/shared/texts.ts'
import { languages } from '../test/sdk/contracts/languages.ts'
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

const TOOL_WORDS = {
  en: {
    head: ['with', 'consumer tests', 'verified'],
    written: (calls: number) => `${calls === 1 ? '1 call' : `${calls} calls`}, 1 callback`,
    of: (all: number) => `${all} of ${all}`,
    callsAlone: (calls: number) => `${calls} of ${calls} calls; no messages`,
  },
  zh: {
    head: ['工具', '消费者测试', '验证'],
    written: (calls: number) => `${calls} 个调用，1 个回调`,
    of: (all: number) => `${all} / ${all}`,
    callsAlone: (calls: number) => `${calls} / ${calls} 个调用；不支持消息`,
  },
}

const inProject = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

/** Tools that keep the contracts of this project (`npm run test:sdk`; pact-js: `npm run pacts`), with the number of interactions. */
function toolTable(language: Language): string {
  const words = TOOL_WORDS[language]
  const types = readdirSync(new URL('../contracts/pacts', import.meta.url)).flatMap((name) =>
    (JSON.parse(inProject(`contracts/pacts/${name}`)).interactions as { type: string }[]).map(({ type }) => type),
  )
  const calls = types.filter((type) => type === 'Synchronous/HTTP').length
  const all = words.of(types.length)
  const pactJs = JSON.parse(inProject('package.json')).devDependencies['@pact-foundation/pact']
  const pom = inProject('examples/contracts/java/pom.xml')
  const [, plugin] = /<artifactId>maven<\/artifactId>\s*<version>(.*)<\//.exec(pom) ?? []
  return table(words.head, [
    ...languages.map(({ versions, interactions }) => [versions.join(', '), words.written(interactions), all]),
    [`pact-jvm ${plugin}, Maven`, '', words.callsAlone(calls)],
    ['`pact verifier`', '', all],
    [`pact-js ${pactJs.replace('^', '')}`, '`wechatPayPact`', all],
  ])
}

/** Pages about contracts with generated tables. */
const PAGES: readonly (readonly [page: string, parts: Readonly<Record<string, () => string>>])[] = [
  ['contracts/kit/README.md', { states: stateTable, defaults: defaultTable, refusals: refusalTable }],
  ['docs/recipes/contracts-in-other-languages.md', { tools: () => toolTable('en') }],
  ['docs/recipes/contracts-in-other-languages.zh-CN.md', { tools: () => toolTable('zh') }],
  ['docs/recipes/verify-a-contract.md', rulesIn('en')],
  ['docs/recipes/verify-a-contract.zh-CN.md', rulesIn('zh')],
]

/** The current and the expected text of each page. */
export const contractPages = PAGES.map(([name, parts]) => {
  const file = new URL(`../${name}`, import.meta.url)
  const text = readFileSync(file, 'utf8')
  return { name, file, text, made: () => withParts(text, parts) }
})

if (import.meta.main) for (const { file, made } of contractPages) writeFileSync(file, made())
