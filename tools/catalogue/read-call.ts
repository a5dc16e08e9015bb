/** Parses a page that describes a call. */
import type { Audience, CallFacts, ErrorFacts, FieldFacts } from '../../src/catalogue/facts.ts'
import { samplesIn, withExamples } from './examples.ts'
import { listsMembers, readFields } from './field.ts'
import { type Page, plain, Unreadable } from './page.ts'
import { secondsOf } from './schedule.ts'
import { METHODS, unlessEmpty, variablesOf, withoutGaps } from './shape.ts'
import type { Noted } from './words.ts'

export interface Source {
  /** `m` or `p`, and the number of the page. */
  readonly id: string
  readonly audience: Audience
  readonly title: string
  /** Its place in the menu, such as `m JSAPI支付 > API列表 > 退款结果回调通知`. */
  readonly menu: string
}

/** A call as one page describes it. */
export interface CallPage extends Source, Omit<CallFacts, 'pages' | 'for'> {}

const HEADINGS = ['Header 参数', 'Path 参数', 'Query 参数', 'Body 参数', 'Form 参数', '应答参数', '应答字段']

/** The calls of the page; empty if it does not describe any. Two paths on one page are two calls. @throws Unreadable */
export function readCall(page: Page, source: Source, noted: Noted): CallPage[] {
  const at = page.lines.findIndex((line) => line.startsWith('请求方式：'))
  if (at < 0) return []
  const line = plain(page.lines[at] ?? '')
  const method = METHODS.find((one) => new RegExp(`^请求方式：\\s*【?${one}\\b`).test(line))
  if (method === undefined) throw new Unreadable(page.file, at + 1, 'no method')
  const named = [...line.matchAll(/\/v3\/[\w{}/.-]*/g)].map(([path]) => path)
  const download = named.length > 0 ? undefined : downloadOf(page)
  const paths = download === undefined ? named : [download.path]
  if (paths.length === 0) return []

  const tables = page.tables.filter(listsMembers)
  const stray = tables.find(({ heading }) => !HEADINGS.includes(heading))
  if (stray !== undefined) throw new Unreadable(page.file, stray.line, `members below ${JSON.stringify(stray.heading)}`)
  const below = (headings: readonly string[], hearer?: Noted) =>
    tables.filter(({ heading }) => headings.includes(heading)).flatMap((table) => readFields(page, table, hearer))
  const [params, query] = [below(['Path 参数'], noted), below(['Query 参数'], noted)]
  const sampled = page.lines.findIndex((line) => /^应答示例|^(?:> )?2\d\d\s(?:OK|Created|Accepted)/.test(line))
  const body = below(['Body 参数', 'Form 参数'], noted)
  const answer = withExamples(below(['应答参数', '应答字段']), sampled < 0 ? [] : samplesIn(page.lines, sampled))
  const variables = paths.flatMap(variablesOf)
  const described = params.map(({ name }) => name)
  const odd = [...variables, ...described].filter((name) => !variables.includes(name) || !described.includes(name))
  if (odd.length > 0)
    throw new Unreadable(page.file, at + 1, `${odd.join(', ')}: only in the path or only in its table`)
  const upload = body.find(({ name }) => name === 'file')
  const meta = body.find(({ name }) => name === 'meta')?.members ?? []
  return paths.map((path) =>
    withoutGaps<CallPage>({
      ...source,
      method,
      path,
      rate: rateOf(page),
      file: upload && (upload.title ?? upload.name),
      params: unlessEmpty(params),
      query: unlessEmpty([...query, ...(download?.query ?? []).filter((one) => !isIn(query, one))]),
      body: unlessEmpty(upload === undefined ? body : meta),
      status: statusOf(page),
      answer: unlessEmpty(answer),
      answerType: download?.type ?? (page.lines.includes('返回二进制流') ? 'image/jpeg' : undefined),
      unsigned: page.lines.some((line) => line.includes('该接口无需签名')) || undefined,
      errors: readErrors(page),
    }),
  )
}

const isIn = (fields: readonly FieldFacts[], { name }: FieldFacts) => fields.some((field) => field.name === name)

/** The call behind a `download_url`, whose page only has a sample of it. */
function downloadOf(page: Page): { path: string; query: FieldFacts[]; type: string } | undefined {
  const text = page.lines.join('\n')
  const url =
    /"download_url"\s*:\s*"\s*https:\/\/(?:api\.mch\.weixin\.qq\.com(?=\/v3\/)|pay\.wechatpay\.cn)(\/[\w/-]+)\??([^"]*)"/.exec(
      text,
    )
  if (url === null) return undefined
  const names = [...new URLSearchParams(url[2]).keys()]
  const type = text.includes('电子回单') ? 'application/pdf' : 'text/csv'
  return {
    path: url[1] ?? '',
    query: names.map((name) => ({ name, type: 'string', required: true })),
    type: /"encrypt_key"|^Content-Type: application\/octet-stream/m.test(text) ? 'application/octet-stream' : type,
  }
}

const statusOf = (page: Page): number => {
  const line = page.lines.map(plain).find((text) => /^>? ?2\d\d (?:OK|Created|Accepted|No Content)\b/.test(text))
  return Number(/2\d\d/.exec(line ?? '200')?.[0])
}

function readErrors(page: Page): ErrorFacts[] {
  const tables = page.tables.filter(({ columns }) => columns.join().startsWith('状态码,错误码,描述'))
  const rows = tables.flatMap((table) => table.rows)
  return rows.map(({ line, cells }) => {
    const [status = '', written = '', message = ''] = cells.map((cell) => plain(cell.replace(/<[^>]*>/g, ' ')))
    // Some have a space at a line break.
    const code = written.replace(/_? _?/g, '_')
    if (!/^[2-5]\d\d$/.test(status)) throw new Unreadable(page.file, line, `${JSON.stringify(status)} is no status`)
    if (!/^[A-Z][A-Z0-9_]+$/.test(code)) throw new Unreadable(page.file, line, `${JSON.stringify(code)} is no code`)
    return [Number(status), code, messageOf(message.replace(/\s+/g, ' '))]
  })
}

/** The longest messages, 12 of medical insurance, are advice; only their first words count. Which part the service answers is not known (docs/answers.md). */
const messageOf = (text: string) =>
  text.length <= 60 ? text : (text.replace(/（[^）]*）/g, '').split(/[。：]|，请/)[0] ?? text)

/** `300/s`, `100次/s`, `600/分钟`, `1000QPS`, in a line about how often a merchant may make the call. */
function rateOf(page: Page): CallFacts['rate'] {
  for (const line of page.lines.map(plain)) {
    // Limits of all merchants together, of an address or of another merchant do not apply to the caller.
    if (!/频率|限频|QPS/i.test(line) || /^\||不区分来源|单ip|单个分账接收方/.test(line)) continue
    const [, calls, unit = 's'] = /(\d+)\s*(?:次?\s*\/\s*(s|秒|min|分钟|h|小时)|QPS)/i.exec(line) ?? []
    if (calls !== undefined) return { calls: Number(calls), seconds: secondsOf(`1${unit}`) }
  }
  return undefined
}
