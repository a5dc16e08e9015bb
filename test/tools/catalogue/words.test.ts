import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FieldFacts, ProductFacts } from '../../../src/catalogue/facts.ts'
import { aCheckout, aFolder, callPage, type MadeUpPages, members, run } from './checkout.ts'

const LAMPS = '【POST】 `/v3/payscore/lamps`'

/** The members of a body whose first row is given, and what was said of the sentences. */
function read(pages: MadeUpPages, partner: MadeUpPages = {}) {
  const folder = aFolder()
  const { code, lines } = run(folder, aCheckout(pages, partner), '--words')
  if (code !== 0) throw new Error(lines.join('\n'))
  const { calls }: ProductFacts = JSON.parse(readFileSync(join(folder, 'payscore.json'), 'utf8'))
  return { body: calls[0]?.body ?? [], lines }
}

const page = (...rows: readonly string[]) => callPage({ call: LAMPS, body: members(...rows) })

/** The limits of a member with such a type and description. */
function limitsOf(row: string): Partial<FieldFacts> {
  const [type, description] = row.split(' | ')
  const {
    name: _,
    type: __,
    title: ___,
    list: ____,
    fen: _____,
    ...limits
  } = read({ 1: page(`lamp | ${type} | false | 【灯】 ${description}`) }).body[0] ?? {}
  return limits
}

describe('limits in words', () => {
  test.each<[string, Partial<FieldFacts>]>([
    ['string(32) | 自定，只能是数字、大小写字母\\_-\\|\\* 且唯一', { max: 32, pattern: '^[0-9a-zA-Z_|*-]+$' }],
    ['string(32) | 由大小写字母和数字组成，如 A01', { max: 32, pattern: '^[0-9a-zA-Z]+$' }],
    ['string(32) | 可使用 数字、短横线 `-` 组成，长度在6-32个字符之间', { min: 6, max: 32, pattern: '^[0-9-]+$' }],
    ['string(32) | 取值范围：\\[0-9a-z@-\\]，只能是数字', { max: 32, pattern: '^[0-9a-z@-]+$' }],
    ['string | 由数字、字母、汉字组成', {}],
    ['string | 只支持数字和“-”符号，电话间用竖线“\\|”', {}],
    ['string | 若为个人，只能是数字', {}],
    ['string | 长度为4-128个字符', { min: 4, max: 128 }],
    ['string(64) | 不超过32个字符', { max: 64 }],
    ['array[string(8)] | 最多上传4张图片', { max: 8, entries: [0, 4] }],
    ['array[string] | 条目个数限制为【1，50】', { entries: [1, 50] }],
    ['array[string] | 请勾选（至少一项）', { entries: [1] }],
    ['array[string] | 每个行业最多5张', {}],
    ['array[string] | 长度不超过40个字符', { max: 40 }],
    ['array[integer] | 单次最多传3个模板', { max: 3 }],
    ['integer | 条数，范围\\[1,50\\]', { min: 1, max: 50 }],
    ['integer | 默认为20，最大值200', { max: 200 }],
    ['integer | 取值范围为 3600~86400', { min: 3600, max: 86_400 }],
    ['integer | 1、发放总个数最少5个<br>2、最多1000万个', { min: 5, max: 10_000_000 }],
    ['integer | 单位：分，不能超过8亿元', { max: 80_000_000_000 }],
    ['integer | 不能超过8亿元', {}],
    ['integer | 最长不超过30年（10958 天）', {}],
    ['integer | 不能超过订单金额', {}],
    ['integer | 整型，必须>0', { min: 1 }],
    ['integer | 当渠道为微信支付时，不允许为零', {}],
    ['string(255) | 通知地址，仅支持HTTPS', { max: 255, https: true }],
    ['string | 公网域名必须为HTTPS，专线可使用HTTP', {}],
    ['string | 必须以https://或http://开头', {}],
    ['boolean | 固定传true或者不传', { values: ['true'] }],
    ['string | 固定传“Lamp\\_Paid”', { values: ['Lamp_Paid'] }],
    ['boolean | 固定时间可用', {}],
  ])('are read only where they are sure: %s', (row, expected) => {
    expect(limitsOf(row)).toEqual(expected)
  })

  test.each<[string, string, Partial<FieldFacts>]>([
    ['lamp和bulb必须二选一', '', { orElse: ['bulb'] }],
    ['与灯泡号二选一', '【灯泡号】', { orElse: ['bulb'] }],
    ['lamp字段和bulb字段必填一个(不允许都填写或都不填写)', '', { orElse: ['bulb'], notWith: ['bulb'] }],
    ['不可与 `bulb` 同时填写', '', { notWith: ['bulb'] }],
    ['租灯时，与bulb二选一', '', {}],
    ['lamp和bulb可以选传其中之一', '', {}],
  ])('name other members: %s', (description, other, expected) => {
    const rows = [`lamp | string | false | 【灯】 ${description}`, `bulb | string | false | ${other}`]
    const { name: _, type: __, title: ___, ...limits } = read({ 1: page(...rows) }).body[0] ?? {}
    expect(limits).toEqual(expected)
  })

  test('are left where an example of the page is beyond them, and listed with their place', () => {
    const text = page('lamp | string | false | 【灯】 只能是数字')
    const line = text.split('\n').findIndex((one) => one.startsWith('| lamp ')) + 1
    const { body, lines } = read({
      1: `${text}\n\`\`\`\n{"lamp": "A1"}\n\`\`\`\n`,
      2: page('shade | integer | false | 最大9'),
    })

    expect(body).toContainEqual({ name: 'lamp', type: 'string', title: '灯' })
    expect(lines).toContain(`  docs/merchant/pages/1.md:${line} lamp: characters left: 只能是数字`)
    expect(lines).toContain(`  docs/merchant/pages/2.md:${line} shade: range {"max":9}: 最大9`)
    expect(lines).toContain('limits in words: characters 0 read, 1 left; range 1 read, 0 left')
  })

  test('of several pages are those of the loosest that has one', () => {
    const { body } = read(
      {
        1: page('lamp | string | false | 只能是数字、小写字母', 'shades | array[string] | false | 最多3个'),
        2: page('lamp | string | false | 只能是数字、大写字母\\_', 'shades | array[string] | false | 最少2个，最多5个'),
      },
      { 3: page('lamp | string | false | 灯', 'shades | array[string] | false | 灯罩') },
    )
    expect(body.map(({ pattern, entries }) => pattern ?? entries)).toEqual(['^[0-9a-zA-Z_]+$', [0, 5]])
  })

  test('of answers are not read', () => {
    const folder = aFolder()
    const answer = `200 OK\n\n${members('lamp | string | true | 只能是数字')}`
    run(folder, aCheckout({ 1: callPage({ call: LAMPS, answer }) }))
    expect(readFileSync(join(folder, 'payscore.json'), 'utf8')).not.toContain('pattern')
  })
})
