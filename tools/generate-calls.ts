/** Writes the numbers in the READMEs, and the tables of all calls in docs/calls.md and docs/calls.zh-CN.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { catalogueIndex } from '../src/catalogue/facts.ts'
import { events } from '../src/products/index.ts'
import { EVIDENCE, type Evidence } from '../src/wire/protocol/errors.ts'
import type { Language } from '../src/wire/shared/texts.ts'
import { sdks } from '../test/sdk/matrix/sdks.ts'
import { countErrors } from './documents/differences.ts'
import { type ServedCall, servedCalls } from './documents/documented-calls.ts'
import { table, withParts } from './documents/made-parts.ts'
import { shapedWay, simulatedWay } from './documents/ways.ts'
import { countErrorsBy } from './generate-fidelity.ts'

/** Numbers for the READMEs. */
interface Numbers {
  readonly calls: number
  readonly simulated: number
  readonly callbacks: number
  readonly date: string
  readonly sdks: number
  readonly languages: number
  readonly errors: Readonly<Record<Evidence | 'total', number>>
}

const WORDS = {
  en: {
    head: ['product', 'call', 'does', 'served', "not in the vendor's menus", 'how a test gets one', 'errors', 'facts'],
    notInMenus: 'not in the menus',
    closing: 'closing',
    simulated: 'simulated',
    shaped: 'shaped',
    page: 'page',
    reported: 'reported',
    numbers: ({ calls, simulated, callbacks, date, sdks, languages, errors }: Numbers) => [
      `- **${calls} calls** ([all](docs/calls.md#all-calls)): ${simulated} simulated with their rules, the rest [shaped](docs/answers.md#calls-without-rules) as the official pages of ${date} say; ${callbacks} callbacks`,
      `- **${sdks} SDKs** in ${languages} languages are [run against it](docs/sdk-matrix.md), unmodified`,
      `- **${errors.total} errors**, each with [how we know it](docs/fidelity.md): ${errors.documented} documented, ${errors.observed} observed, ${errors.reported} reported, ${errors.sibling} known of a sister call, ${errors.inferred} inferred`,
    ],
  },
  zh: {
    head: ['产品', '接口', '名称', '应答方式', '不在官方目录中', '测试中如何得到', '错误', '依据'],
    notInMenus: '不在目录中',
    closing: '即将下线',
    simulated: '由规则模拟',
    shaped: '按文档应答',
    page: '文档',
    reported: '第三方',
    numbers: ({ calls, simulated, callbacks, date, sdks, languages, errors }: Numbers) => [
      `- **${calls} 个接口**（[全部](docs/calls.zh-CN.md#全部接口)）：${simulated} 个由规则模拟，其余按 ${date} 的官方文档[给出应答](docs/answers.zh-CN.md#没有规则的接口)；${callbacks} 种回调`,
      `- **${sdks} 个 SDK**、${languages} 种语言，未作修改，[逐一实测](docs/sdk-matrix.md)`,
      `- **${errors.total} 种错误**，每一种都注明[依据](docs/fidelity.md)：文档 ${errors.documented}、实测 ${errors.observed}、反馈 ${errors.reported}、同类接口 ${errors.sibling}、推断 ${errors.inferred}`,
    ],
  },
}

function rowOf({ operation, product, page }: ServedCall, language: Language): readonly string[] {
  const words = WORDS[language]
  const { method, path, title, summary, shaped, source } = operation
  const { reported: isReported = false, closing } = page?.facts ?? {}
  const { caused, listed } =
    page && !shaped && !isReported ? countErrors({ operation, page }) : { caused: 0, listed: 0 }
  return [
    product.title[language],
    `\`${method} ${path}\``,
    `${language === 'zh' ? title : summary}${closing === undefined ? '' : ` ([${words.closing}](${closing}))`}`,
    shaped ? words.shaped : words.simulated,
    isReported ? words.notInMenus : '',
    (shaped && page ? shapedWay(page) : simulatedWay(path, page))[language],
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
  const errors = Object.fromEntries(EVIDENCE.map((word) => [word, countErrorsBy(word)])) as Record<Evidence, number>
  const lines = WORDS[language].numbers({
    calls: servedCalls.length,
    simulated: servedCalls.filter(({ operation }) => !operation.shaped).length,
    callbacks: events.length,
    date: catalogueIndex.date,
    sdks: new Set(sdks.map(({ name }) => name)).size,
    languages: new Set(sdks.map(({ language: one }) => one)).size,
    errors: { ...errors, total: EVIDENCE.reduce((sum, word) => sum + errors[word], 0) },
  })
  return lines.join('\n')
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
