/** Writes the numbers in the READMEs, and the tables of all calls in docs/calls.md and docs/calls.zh-CN.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { catalogueIndex } from '../src/catalogue/facts.ts'
import { events } from '../src/products/index.ts'
import type { Language } from '../src/shared/texts.ts'
import { countErrors } from './documents/differences.ts'
import { type ServedCall, servedCalls } from './documents/documented-calls.ts'
import { table, withParts } from './documents/made-parts.ts'

const WORDS = {
  en: {
    head: ['product', 'call', 'does', 'served', 'errors', 'facts'],
    simulated: 'simulated',
    shaped: 'shaped',
    page: 'page',
    reported: 'reported',
    numbers: (calls: number, simulated: number, callbacks: number, date: string) =>
      `**${calls} calls**: ${simulated} simulated with their rules, the rest [shaped](docs/shaped-calls.md); ${callbacks} callbacks; facts of ${date}. [All of them](docs/calls.md#all-calls).`,
  },
  zh: {
    head: ['产品', '接口', '名称', '应答方式', '错误', '依据'],
    simulated: '由规则模拟',
    shaped: '按文档应答',
    page: '文档',
    reported: '第三方',
    numbers: (calls: number, simulated: number, callbacks: number, date: string) =>
      `**${calls} 个接口**：${simulated} 个由规则模拟，其余[按文档应答](docs/shaped-calls.zh-CN.md)；${callbacks} 种回调；依据 ${date} 的文档。[全部接口](docs/calls.zh-CN.md#全部接口)。`,
  },
}

function rowOf({ operation, product, page }: ServedCall, language: Language): readonly string[] {
  const words = WORDS[language]
  const { method, path, title, summary, shaped, source } = operation
  const isReported = page?.facts.reported ?? false
  const { caused, listed } =
    page && !shaped && !isReported ? countErrors({ operation, page }) : { caused: 0, listed: 0 }
  return [
    product.title[language],
    `\`${method} ${path}\``,
    language === 'zh' ? title : summary,
    shaped ? words.shaped : words.simulated,
    listed === 0 ? '' : `${caused}/${listed}`,
    `[${isReported ? words.reported : words.page}](${source})`,
  ]
}

function callsTable(language: Language): string {
  return table(
    WORDS[language].head,
    servedCalls.map((call) => rowOf(call, language)),
  )
}

function numbers(language: Language): string {
  const simulated = servedCalls.filter(({ operation }) => !operation.shaped).length
  return WORDS[language].numbers(servedCalls.length, simulated, events.length, catalogueIndex.date)
}

/** Pages with parts generated from the calls. */
const PAGES: readonly (readonly [page: string, parts: Readonly<Record<string, () => string>>])[] = [
  ['README.md', { numbers: () => numbers('en') }],
  ['README.zh-CN.md', { numbers: () => numbers('zh') }],
  ['docs/calls.md', { calls: () => callsTable('en') }],
  ['docs/calls.zh-CN.md', { calls: () => callsTable('zh') }],
]

/** The current and the expected text of each page. */
export const callPages = PAGES.map(([name, parts]) => {
  const file = new URL(`../${name}`, import.meta.url)
  const text = readFileSync(file, 'utf8')
  return { name, file, text, made: () => withParts(text, parts) }
})

if (import.meta.main) for (const { file, made } of callPages) writeFileSync(file, made())
