/** Reads a page that describes a call. */
import type { Audience, CallFacts, ErrorFacts, FieldFacts } from '../../src/catalogue/facts.ts'
import { listsMembers, readFields } from './field.ts'
import { type Page, plain, Unreadable } from './page.ts'
import { unlessEmpty, variablesOf, withoutGaps } from './shape.ts'

export interface Source {
  /** `m` or `p`, and the number of the page. */
  readonly id: string
  readonly audience: Audience
  readonly title: string
}

/** A call as one page describes it. */
export interface CallPage extends Source, Omit<CallFacts, 'pages' | 'for'> {}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

type Part = 'params' | 'query' | 'body' | 'answer'

const PARTS: Readonly<Record<string, Part | 'header'>> = {
  'Header 参数': 'header',
  'Path 参数': 'params',
  'Query 参数': 'query',
  'Body 参数': 'body',
  'Form 参数': 'body',
  应答参数: 'answer',
  应答字段: 'answer',
}

/**
 * The call of the page; none if it describes no call. Two paths on one page are two calls.
 *
 * @throws Unreadable
 */
export function readCall(page: Page, source: Source): CallPage[] {
  const at = page.lines.findIndex((line) => line.startsWith('请求方式：'))
  if (at < 0) return []
  const line = plain(page.lines[at] ?? '')
  const method = METHODS.find((one) => new RegExp(`^请求方式：\\s*【?${one}\\b`).test(line))
  if (method === undefined) throw new Unreadable(page.file, at + 1, 'no method')
  const download = downloadOf(page)
  const named = [...line.matchAll(/\/v3\/[\w{}/.-]*/g)].map(([path]) => path)
  const paths = named.length > 0 || download === undefined ? named : [download.path]
  if (paths.length === 0) return []

  const parts = readParts(page)
  const variables = paths.flatMap(variablesOf)
  const described = parts.params.map(({ name }) => name)
  const odd = [...variables, ...described].filter((name) => !variables.includes(name) || !described.includes(name))
  if (odd.length > 0)
    throw new Unreadable(page.file, at + 1, `${odd.join(', ')}: only in the path or only in its table`)
  const upload = parts.body.find(({ name }) => name === 'file')
  const meta = parts.body.find(({ name }) => name === 'meta')?.members ?? []
  return paths.map((path) =>
    withoutGaps<CallPage>({
      ...source,
      method,
      path,
      rate: rateOf(page),
      file: upload === undefined ? undefined : (upload.title ?? upload.name),
      params: unlessEmpty(parts.params),
      query: unlessEmpty([...parts.query, ...(named.length > 0 ? [] : (download?.query ?? []))]),
      body: unlessEmpty(upload === undefined ? parts.body : meta),
      status: statusOf(page),
      answer: unlessEmpty(parts.answer),
      answerType: named.length === 0 ? download?.type : page.lines.includes('返回二进制流') ? 'image/jpeg' : undefined,
      errors: readErrors(page),
    }),
  )
}

function readParts(page: Page): Record<Part, FieldFacts[]> {
  const parts: Record<Part, FieldFacts[]> = { params: [], query: [], body: [], answer: [] }
  for (const table of page.tables.filter(listsMembers)) {
    const part = PARTS[table.heading]
    if (part === undefined)
      throw new Unreadable(page.file, table.line, `members below ${JSON.stringify(table.heading)}`)
    if (part !== 'header') parts[part].push(...readFields(page, table))
  }
  return parts
}

/** The call behind a `download_url`, whose page has nothing but a sample of it. */
function downloadOf(page: Page): { path: string; query: FieldFacts[]; type: string } | undefined {
  const text = page.lines.join('\n')
  const url = /"download_url"\s*:\s*"\s*https:\/\/api\.mch\.weixin\.qq\.com(\/v3\/[\w/-]+)\??([^"]*)"/.exec(text)
  if (url === null) return undefined
  const names = [...new URLSearchParams(url[2]).keys()]
  return {
    path: url[1] ?? '',
    query: names.map((name) => ({ name, type: 'string', required: true })),
    type: text.includes('"encrypt_key"')
      ? 'application/octet-stream'
      : text.includes('电子回单')
        ? 'application/pdf'
        : 'text/csv',
  }
}

const statusOf = (page: Page): number => {
  const line = page.lines.map(plain).find((text) => /^>? ?2\d\d (?:OK|Created|Accepted|No Content)\b/.test(text))
  return Number(/2\d\d/.exec(line ?? '200')?.[0])
}

function readErrors(page: Page): ErrorFacts[] {
  const tables = page.tables.filter((table) => table.columns.slice(0, 3).join() === '状态码,错误码,描述')
  return tables.flatMap(({ rows }) =>
    rows.map(({ line, cells }) => {
      const [status = '', written = '', message = ''] = cells.map((cell) => plain(cell.replace(/<[^>]*>/g, ' ')))
      // Some have a space where the line was broken.
      const code = written.replace(/_? _?/g, '_')
      if (!/^[2-5]\d\d$/.test(status)) throw new Unreadable(page.file, line, `${JSON.stringify(status)} is no status`)
      if (!/^[A-Z][A-Z0-9_]+$/.test(code)) throw new Unreadable(page.file, line, `${JSON.stringify(code)} is no code`)
      return [Number(status), code, messageOf(message.replace(/\s+/g, ' '))]
    }),
  )
}

/** The longest messages are advice: of these, the first words. */
const messageOf = (text: string) =>
  text.length <= 60 ? text : (text.replace(/（[^）]*）/g, '').split(/[。：]|，请/)[0] ?? text)

const UNITS: Readonly<Record<string, number>> = { min: 60, 分钟: 60, h: 3600, 小时: 3600 }

/** `300/s`, `100次/s`, `600/分钟`, `1000QPS`, in a line that says how often a merchant may make the call. */
function rateOf(page: Page): CallFacts['rate'] {
  for (const line of page.lines.map(plain)) {
    // Limits of all merchants together, of an address or of another merchant are not the caller's.
    if (!/频率|限频|QPS/i.test(line) || /^\||不区分来源|单ip|单个分账接收方/.test(line)) continue
    const [, calls, unit] = /(\d+)\s*(?:次?\s*\/\s*(s|秒|min|分钟|h|小时)|QPS)/i.exec(line) ?? []
    if (calls !== undefined) return { calls: Number(calls), seconds: UNITS[unit ?? ''] ?? 1 }
  }
  return undefined
}
