import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { renew } from '../../../tools/catalogue/run.ts'

/** A page in the menu of one audience. */
interface MadeUpPage {
  readonly text: string
  /** Default: that of the call in {@link callPage}. */
  readonly title?: string
  readonly menu?: string
}

export type MadeUpPages = Readonly<Record<string, string | MadeUpPage>>

const COLUMNS = '| 参数名 | 类型 | 必填 | 描述 |\n| --- |  --- | --- | --- |\n'

/** A table of members; each is `name | type | required | description`. */
export const members = (...rows: readonly string[]) => `${COLUMNS}${rows.map((row) => `| ${row} |\n`).join('')}`

/** The parts of a made-up page about a call. */
export interface CallText {
  readonly call?: string
  readonly before?: string
  readonly path?: string
  readonly query?: string
  readonly body?: string
  readonly answer?: string
  readonly errors?: readonly string[]
}

const part = (heading: string, table: string | undefined) =>
  table === undefined ? '' : `### ${heading} 参数\n${table}`

/** A page about a call, laid out as the vendor's are. */
export const callPage = ({
  call = '【POST】 `/v3/payscore/lamps`',
  before = '租一盏灯。',
  path,
  query,
  body,
  answer = `200 OK\n\n${members('lamp_id | string(32) | true | 【灯号】')}`,
  errors = ['400 | LAMP\\_BROKEN | 灯坏了'],
}: CallText = {}) => `${before}

## 接口说明

支持商户：【普通商户】

请求方式：${call}

## 请求参数

### Header 参数
${members('Authorization | string | true | 签名')}${part('Path', path)}${part('Query', query)}${part('Body', body)}## 应答参数

${answer}
## 错误码

| 状态码 | 错误码 | 描述 | 解决方案 |
| --- | --- | --- | --- |
| 400 | PARAM\\_ERROR | 参数错误 | 看看 |
${errors.map((row) => `| ${row} | 换一盏 |\n`).join('')}`

/** A checkout of pages by their numbers, in a folder that is deleted after the test. */
export function aCheckout(merchant: MadeUpPages, partner: MadeUpPages = {}): string {
  const directory = aFolder()
  for (const [audience, pages] of Object.entries({ merchant, partner })) {
    const nodes = Object.entries(pages).map(([docId, page]) => ({
      docId,
      title: typeof page === 'string' ? '租灯' : (page.title ?? '租灯'),
      fullPath: typeof page === 'string' ? '微信支付分 > API列表' : (page.menu ?? '微信支付分 > API列表'),
    }))
    write(directory, `docs/${audience}/index.json`, JSON.stringify({ nodes }))
    write(directory, `docs/${audience}/llms.txt`, '>更新时间：2031.02.03\n')
    write(directory, `docs/${audience}/pages/none.md`, 'in no menu')
    for (const [docId, page] of Object.entries(pages)) {
      write(directory, `docs/${audience}/pages/${docId}.md`, typeof page === 'string' ? page : page.text)
    }
  }
  return directory
}

export function write(directory: string, path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), text)
}

export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'catalogue-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Runs the import on a folder of files. */
export function run(folder: string, ...args: readonly string[]): { readonly code: number; readonly lines: string[] } {
  const lines: string[] = []
  const code = renew(args, folder, (line) => lines.push(line))
  return { code, lines }
}
