import { describe, expect, test } from 'vitest'
import type { FieldFacts } from '../../../src/catalogue/facts.ts'
import { canStandFor, samplesIn, withExamples } from '../../../tools/catalogue/examples.ts'

const text = (name: string, more: Partial<FieldFacts> = {}): FieldFacts => ({ name, type: 'string', ...more })

test('samples are read in spite of a comma too many, and left out if they are no JSON', () => {
  const page = [
    '应答示例',
    '```',
    '{ "a": [1, ], }',
    '```',
    '',
    '```',
    '{ "a": { [ ] } }',
    '```',
    '',
    '```',
    'curl',
    '```',
  ]

  expect(samplesIn(page)).toEqual([{ a: [1] }])
})

test('each member gets the first value that fits it, in lists and objects too', () => {
  const fields: FieldFacts[] = [
    { name: 'data', type: 'object', list: true, members: [text('bank_alias'), text('card_id', { max: 4 })] },
    text('hobbies', { list: true }),
  ]
  const samples = [
    { data: [{ bank_alias: '工商银行', card_id: 'too long' }, { card_id: 'p1' }] },
    { hobbies: ['篮球'] },
  ]

  expect(withExamples(fields, samples)).toEqual([
    {
      ...fields[0],
      members: [text('bank_alias', { example: '工商银行' }), text('card_id', { max: 4, example: 'p1' })],
    },
    text('hobbies', { list: true, example: '篮球' }),
  ])
})

describe('a value is no example', () => {
  test.each([
    ['the title', text('name', { title: '名称' }), '名称'],
    ['the title with more', text('name', { title: '活动名称' }), '示例活动名称'],
    ['the name', text('data'), 'data'],
    ['a sentence', text('description'), '请在规定的时间内使用，过期无效。'],
    ['long', text('description'), '很'.repeat(49)],
    ['a placeholder', text('url_link'), 'wx_xxxx'],
    ['an address', text('home'), 'https://www.weixin.qq.com'],
    ['a time', text('expire_time'), '2018-06-08T10:34:56+08:00'],
    ['of a person', text('openid'), 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'],
    ['encrypted', text('id_number', { encrypted: true }), 'abc'],
    ['one of a list', text('state', { values: ['A', 'B'] }), 'B'],
    ['an amount', { name: 'paid', type: 'integer', fen: true } satisfies FieldFacts, 100],
    ['of another type', text('count_of'), 5],
    ['nothing', { name: 'code', type: 'integer' } satisfies FieldFacts, 0],
  ])('that is %s', (_, field, value) => {
    expect(canStandFor(field, value)).toBe(false)
  })
})
