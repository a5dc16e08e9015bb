import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { read as readFile, root } from './markdown.ts'

/** Half-width punctuation between Chinese characters, or after one at the end of a line. */
const HALF_WIDTH =
  /\p{Script=Han}[,.;:!?] ?\p{Script=Han}|\p{Script=Han}\(\p{Script=Han}|\p{Script=Han}\)\p{Script=Han}|\p{Script=Han}[,.;:!?]$/u

/** Written by the service, and how a header field is written. */
const QUOTED = [
  ...['图片上传(营销专用)', '名称: 值', '对应单号已超出重试期,请查单'],
  ...['退款申请时间,退款成功时间,微信退款单号', '元;含手续费', '收支金额(元)', '账户结余(元)'],
  ...['普通关单(只能撤销)', '微信支付授权码(以', '当前单据状态不支持操作, 请检查是否重复调用'],
]

/** Chinese text of a line, without code and addresses on pages, and without comments in programs. */
function textOf(line: string, file: string): string {
  const shown = file.endsWith('.md')
    ? line.replaceAll(/`[^`]*`|\]\([^)]*\)/g, '')
    : line.replace(/^\s*(?:\/?\*|\/\/).*/, '')
  return QUOTED.reduce((text, quoted) => text.replaceAll(quoted, ''), shown)
}

/** Contents of a file, without the table of all calls, whose titles come from the vendor. */
function read(file: string): string {
  return readFile(file).replace(/^<!-- made: calls -->$[\s\S]*?^<!-- end -->$/m, blank)
}

/** The same number of empty lines. */
function blank(text: string): string {
  return '\n'.repeat(text.split('\n').length - 1)
}

const files = globSync(
  ['*.zh-CN.md', 'docs/**/*.zh-CN.md', '{src,mocks,contracts,fixtures,dashboard,examples}/**/*.{ts,tsx}'],
  { cwd: root, exclude: ['**/node_modules/**'] },
)

test('pages and texts in Chinese are found', () => {
  expect(files).toEqual(expect.arrayContaining(['SECURITY.zh-CN.md', 'dashboard/texts/zh.ts']))
  expect(files.filter((file) => file.endsWith('.zh-CN.md')).length).toBeGreaterThan(8)
})

test('Chinese has full-width punctuation', () => {
  for (const wrong of ['签名错误, 请检查', '应答:签名', '密钥(私钥)', '没有批次.']) expect(wrong).toMatch(HALF_WIDTH)
  for (const right of ['签名错误，请检查', '券 code: 5', '头部（Wechatpay-*）', '`a`，b'])
    expect(right).not.toMatch(HALF_WIDTH)
  const wrong = files.flatMap((file) =>
    read(file)
      .split(/\r?\n/)
      .flatMap((line, i) => (HALF_WIDTH.test(textOf(line, file)) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
  )
  expect(wrong).toEqual([])
})

const UNSPACED = /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u

/** Spelling of WeChat Pay's own names and messages. */
const WECHAT_PAY = [
  'APIv2密钥',
  'APIv3密钥',
  '商户API证书',
  '微信支付公钥ID',
  '请求中含有未在API文档中定义的参数',
  'Http头缺少Accept或User-Agent',
  '平台证书序列号Wechatpay-Serial错误',
]

test('Chinese and Latin have a space between them on pages, but for the words of WeChat Pay', () => {
  for (const wrong of ['用SDK', '5秒', 'API证书']) expect(wrong).toMatch(UNSPACED)
  const wrong = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      read(file)
        .replaceAll(/^```[\s\S]*?^```/gm, blank)
        .split('\n')
        .flatMap((line, i) => {
          const text = WECHAT_PAY.reduce((rest, name) => rest.replaceAll(name, '，'), textOf(line, file))
          return UNSPACED.test(text) ? [`${file}:${i + 1}: ${line.trim()}`] : []
        }),
    )
  expect(wrong).toEqual([])
})
