import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CatalogueIndex, Correction, ProductFacts } from '../../../src/catalogue/facts.ts'
import { aCheckout, aFolder, type CallText, callPage, members, run, write } from './checkout.ts'

const BODY = members(
  'out_lamp_no | string(32) | true | 【商户灯号】 自定',
  'light | object | false | 【灯光】',
  'light.watts | integer | true | 【瓦数】',
)

const lamp = (more: CallText = {}) => callPage({ body: BODY, ...more })

const textOf = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')
const factsOf = (folder: string, name = 'payscore'): ProductFacts => JSON.parse(textOf(folder, `${name}.json`))
const indexOf = (folder: string): CatalogueIndex => JSON.parse(textOf(folder, 'index.json'))

const isChange = (line: string) => /^[-+~] /.test(line)

test('writes a file for each product and an index, and nothing the second time', () => {
  const folder = aFolder()
  const checkout = aCheckout({ 1: lamp(), 2: '# A guide\n\nwithout a call' })

  expect(run(folder, checkout)).toEqual({
    code: 0,
    lines: [
      '~ : date "" → "2031-02-03"',
      '+ error of every call 400 PARAM_ERROR 参数错误',
      '+ error of every call 400 LAMP_BROKEN 灯坏了',
      '+ POST /v3/payscore/lamps',
      '0 differences between pages of the same call or callback:',
      '2 pages in no menu, 1 pages of calls and callbacks, 1 pages of neither a call nor a callback; of 2031-02-03',
      '1 products: 1 calls, 0 of them reported; 0 callbacks; 2 error rows',
    ],
  })
  expect(readdirSync(folder).sort()).toEqual(['documented-calls.ts', 'index.json', 'payscore.json'])
  expect(indexOf(folder)).toEqual({
    date: '2031-02-03',
    errors: [
      [400, 'PARAM_ERROR', '参数错误'],
      [400, 'LAMP_BROKEN', '灯坏了'],
    ],
    products: [
      {
        id: 'payscore',
        title: { en: 'WeChat Pay Score', zh: '微信支付分' },
        calls: ['POST /v3/payscore/lamps'],
        events: [],
      },
    ],
  })

  const before = textOf(folder, 'payscore.json')
  expect(run(folder, checkout).lines[0]).toBe('nothing changed')
  expect(textOf(folder, 'payscore.json')).toBe(before)
})

test('a member is a line of its own, below what it is in', () => {
  const folder = aFolder()
  run(folder, aCheckout({ 1: lamp() }))
  expect(textOf(folder, 'payscore.json')).toBe(`{"calls":[
 {"method":"POST","path":"/v3/payscore/lamps","title":"租灯","pages":["m1"],"for":"merchant","body":[
  {"name":"out_lamp_no","type":"string","title":"商户灯号","required":true,"max":32},
  {"name":"light","type":"object","title":"灯光","members":[
   {"name":"watts","type":"integer","title":"瓦数","required":true}
  ]}
 ],"status":200,"answer":[
  {"name":"lamp_id","type":"string","title":"灯号","required":true,"max":32}
 ],"errors":[]}
],"events":[]}
`)
})

test('says what changed: a length, a member, a requirement, values, an error, a call', () => {
  const folder = aFolder()
  const other = callPage({
    call: '【GET】 `/v3/payscore/lamps/{lamp_id}`',
    path: members('lamp_id | string(32) | true | 灯号'),
  })
  const third = callPage({ call: '【GET】 `/v3/payscore/lamps`', errors: [] })
  run(folder, aCheckout({ 1: lamp(), 2: other, 3: third }))
  const body = members(
    'out_lamp_no | string(64) | false | 【商户灯号】 自定',
    'light | object | false | 【灯光】',
    'light.watts | integer | true | 【瓦数】',
    'light.colour | string | false | 【颜色】可选取值<br><ul><li>`RED`: 红</li><li>`BLUE`: 蓝</li></ul>',
  )
  const { code, lines } = run(
    folder,
    aCheckout({
      1: lamp({ body, errors: ['400 | LAMP\\_BROKEN | 灯坏了', '403 | LAMP\\_LENT | 灯已租出'] }),
      3: third,
    }),
  )
  expect(code).toBe(0)
  expect(lines.filter(isChange)).toEqual([
    '- error of every call 400 LAMP_BROKEN 灯坏了',
    '- GET /v3/payscore/lamps/{lamp_id}',
    '~ POST /v3/payscore/lamps body/out_lamp_no: required true → none',
    '~ POST /v3/payscore/lamps body/out_lamp_no: max 32 → 64',
    '+ POST /v3/payscore/lamps body/light/colour',
    '+ POST /v3/payscore/lamps error 400 LAMP_BROKEN 灯坏了',
    '+ POST /v3/payscore/lamps error 403 LAMP_LENT 灯已租出',
  ])
})

test('what the pages no longer have a product for is removed', () => {
  const folder = aFolder()
  run(folder, aCheckout({ 1: lamp(), 2: callPage({ call: '【GET】 `/v3/goldplan/lamps`' }) }))
  expect(readdirSync(folder)).toContain('goldplan.json')
  run(folder, aCheckout({ 1: lamp() }))
  expect(readdirSync(folder)).not.toContain('goldplan.json')
})

test('files that no product is in stay', () => {
  const folder = aFolder()
  write(folder, 'english.json', '{}')
  run(folder, aCheckout({ 1: lamp() }))
  expect(run(folder, aCheckout({ 1: lamp() })).lines[0]).toBe('nothing changed')
  expect(readdirSync(folder)).toContain('english.json')
})

test('--check writes nothing, and tells by its exit code whether something would change', () => {
  const folder = aFolder()
  const checkout = aCheckout({ 1: lamp() })
  expect(run(folder, checkout, '--check').code).toBe(1)
  expect(readdirSync(folder)).toEqual([])
  run(folder, checkout)
  expect(run(folder, checkout, '--check').code).toBe(0)
})

test.each([
  ['a row that has lost a cell', 'light.colour | string | 【颜色】', '3 cells in a table of 4 columns'],
  ['a type that is none', 'colour | string(1-2) | true | 颜色', 'colour: "string(1-2)" is no type'],
  ['neither true nor false', 'colour | string | maybe | 颜色', 'colour: "maybe" is neither true nor false'],
  ['a member of nothing', 'shade.colour | string | true | 颜色', 'shade.colour: shade has no row before it'],
  ['no name', '颜色 | string | true | 颜色', '颜色: no name of a member'],
])('names the file and the line of %s, and writes nothing', (_, row, problem) => {
  const folder = aFolder()
  run(folder, aCheckout({ 1: lamp() }))
  const before = textOf(folder, 'payscore.json')
  const { code, lines } = run(
    folder,
    aCheckout({ 1: lamp({ body: members('lamp | string | true | 灯', row), errors: [] }) }),
  )
  const line =
    lamp()
      .split('\n')
      .findIndex((one) => one.startsWith('| out_lamp_no')) + 2
  expect({ code, lines }).toEqual({
    code: 1,
    lines: [`docs/merchant/pages/1.md:${line}: ${problem}`, 'Nothing was written.'],
  })
  expect(textOf(folder, 'payscore.json')).toBe(before)
})

test.each([
  ['members in an unknown part', lamp().replace('### Body 参数', '### Cookie 参数'), 'members below "Cookie 参数"'],
  [
    'no line of dashes',
    lamp().replace('| 状态码 | 错误码 | 描述 | 解决方案 |\n', '| 状态码 | 错误码 | 描述 | 解决方案 |\n\n'),
    'no line of dashes',
  ],
  ['a status that is none', lamp({ errors: ['4OO | LAMP | 灯'] }), '"4OO" is no status'],
  ['a code that is none', lamp({ errors: ['400 | 灯 | 灯'] }), '"灯" is no code'],
  [
    'a variable without a row',
    callPage({ call: '【GET】 `/v3/payscore/lamps/{lamp_id}`' }),
    'lamp_id: only in the path or only in its table',
  ],
  ['a method that is none', lamp({ call: '【SEND】 `/v3/payscore/lamps`' }), 'no method'],
])('refuses %s', (_, text, problem) => {
  const { code, lines } = run(aFolder(), aCheckout({ 1: text }))
  expect(code).toBe(1)
  expect(lines[0]).toMatch(/^docs\/merchant\/pages\/1\.md:\d+: /)
  expect(lines[0]).toContain(problem)
})

test('all pages that cannot be read are named at once', () => {
  const bad = lamp({ errors: ['400 | 灯 | 灯'] })
  expect(run(aFolder(), aCheckout({ 1: bad, 2: lamp(), 3: bad })).lines).toHaveLength(3)
})

test('a call or callback without a product is named', () => {
  const { code, lines } = run(aFolder(), aCheckout({ 1: lamp({ call: '【POST】 `/v3/lamps`' }) }))
  expect({ code, lines }).toEqual({
    code: 1,
    lines: ['POST /v3/lamps: give it a product in tools/catalogue/products.ts', 'Nothing was written.'],
  })
})

test('a folder without pages is named, with another exit code', () => {
  const folder = aFolder()
  const { code, lines } = run(folder, folder)
  expect(code).toBe(2)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain(`${join(folder, 'docs/merchant/pages')}, `)
  expect(run(folder, aCheckout({}), '--second', folder)).toEqual({
    code: 2,
    lines: [`Not a checkout of the pages or of the second source: ${join(folder, 'docs/v3')} is missing. See --help.`],
  })
})

test('an option that there is not is named, and --help has those that there are', () => {
  const { code, lines } = run(aFolder(), '--dry-run')
  expect(code).toBe(2)
  expect(lines.join()).toContain("'--dry-run'")
  expect(run(aFolder(), '--help').lines.join()).toContain('npm run catalogue -- DIR')
})

test.each([
  ['no JSON', '{', 'docs/merchant/index.json:1: no list of nodes in JSON'],
  ['no list', '{}', 'docs/merchant/index.json:1: no list of nodes in JSON'],
  [
    'a page that is not there',
    '{"nodes":[{"docId":"7","title":"灯","fullPath":"灯"}]}',
    'docs/merchant/pages/7.md:1: in the menu, but not there',
  ],
])('a menu with %s is refused', (_, menu, problem) => {
  const checkout = aCheckout({})
  write(checkout, 'docs/merchant/index.json', menu)
  expect(run(aFolder(), checkout)).toEqual({ code: 1, lines: [problem, 'Nothing was written.'] })
})

describe('corrections', () => {
  const correction = (more: Partial<Correction>): Correction => ({
    calls: ['POST /v3/payscore/lamps'],
    at: ['body/light/watts'],
    was: { type: 'integer' },
    is: { type: 'number' },
    evidence: 'observed',
    source: 'a lamp',
    ...more,
  })
  const corrected = (entry: Correction, page = lamp()) => {
    const folder = aFolder()
    write(folder, 'overlay.json', JSON.stringify([entry]))
    const { code, lines } = run(
      folder,
      aCheckout({ 1: page, 2: lamp({ call: '【GET】 `/v3/payscore/bulbs`', errors: [] }) }),
    )
    return { code, lines, call: code === 0 ? factsOf(folder).calls[0] : undefined }
  }

  test('a correction changes what the page says, and stays', () => {
    const { call } = corrected(correction({}))
    expect(call?.body?.[1]?.members?.[0]).toEqual({ name: 'watts', type: 'number', title: '瓦数', required: true })
  })

  test.each<[string, Partial<Correction>, (call: ProductFacts['calls'][number] | undefined) => unknown, unknown]>([
    [
      'removes a fact',
      { was: { required: true }, is: { required: null } },
      (call) => call?.body?.[1]?.members?.[0]?.required,
      undefined,
    ],
    ['removes a member', { was: { type: 'integer' }, is: null }, (call) => call?.body?.[1]?.members, []],
    [
      'adds a member',
      { at: ['body/light/shade'], was: null, is: { type: 'string' } },
      (call) => call?.body?.[1]?.members?.[1],
      { name: 'shade', type: 'string' },
    ],
    [
      'sets what is said of the call',
      { at: ['rate'], was: null, is: { calls: 2, seconds: 1 } },
      (call) => call?.rate,
      { calls: 2, seconds: 1 },
    ],
    [
      'adds an error',
      { at: ['errors'], was: null, is: [404, 'NO_LAMP', '没有灯'] },
      (call) => call?.errors.at(-1),
      [404, 'NO_LAMP', '没有灯'],
    ],
    [
      'changes an error',
      { at: ['errors'], was: [400, 'LAMP_BROKEN', '灯坏了'], is: [400, 'LAMP_BROKEN', '灯坏'] },
      (call) => call?.errors,
      [[400, 'LAMP_BROKEN', '灯坏']],
    ],
    ['removes an error', { at: ['errors'], was: [400, 'LAMP_BROKEN', '灯坏了'], is: null }, (call) => call?.errors, []],
  ])('a correction %s', (_, more, part, expected) => {
    const { call, lines } = corrected(correction(more), lamp({ errors: ['400 | LAMP\\_BROKEN | 灯坏了'] }))
    expect({ lines: lines.filter((line) => line.startsWith('src')), part: part(call) }).toEqual({
      lines: [],
      part: expected,
    })
  })

  test('a correction may be of several calls, and of several places in them', () => {
    const folder = aFolder()
    const [calls, at] = [
      ['POST /v3/payscore/lamps', 'GET /v3/payscore/lamps'],
      ['body/light/watts', 'body/out_lamp_no'],
    ]
    write(
      folder,
      'overlay.json',
      JSON.stringify([correction({ calls, at, was: { required: true }, is: { required: null } })]),
    )
    expect(run(folder, aCheckout({ 1: lamp(), 2: lamp({ call: '【GET】 `/v3/payscore/lamps`' }) })).code).toBe(0)
    for (const { body } of factsOf(folder).calls)
      expect([body?.[0]?.required, body?.[1]?.members?.[0]?.required]).toEqual([undefined, undefined])
  })

  test('a correction of a path is in the index too', () => {
    const folder = aFolder()
    const [was, is] = ['/v3/payscore/lamps', '/v3/payscore/lanterns']
    write(folder, 'overlay.json', JSON.stringify([correction({ at: ['path'], was, is })]))
    expect(run(folder, aCheckout({ 1: lamp() })).code).toBe(0)
    expect(indexOf(folder).products[0]?.calls).toEqual([`POST ${is}`])
    expect(factsOf(folder).calls[0]?.path).toBe(is)
  })

  test('a correction adds a call that no page has, and no source', () => {
    const is = {
      method: 'GET',
      path: '/v3/payscore/lamps',
      title: '查灯',
      pages: [],
      reported: true,
      status: 204,
      errors: [],
    }
    const [calls, at] = [['GET /v3/payscore/lamps'], ['call']]
    const folder = aFolder()
    write(folder, 'overlay.json', JSON.stringify([correction({ calls, at, was: null, is })]))
    for (const first of [true, false]) {
      expect(run(folder, aCheckout({ 1: lamp() })).lines[0] === 'nothing changed').toBe(!first)
      expect(factsOf(folder).calls.at(-1)).toEqual(is)
    }
    expect(run(folder, aCheckout({ 1: lamp({ call: '【GET】 `/v3/payscore/lamps`' }) })).lines).toEqual([
      'src/catalogue/overlay.json: GET /v3/payscore/lamps call: the page has caught up',
      'Nothing was written.',
    ])
  })

  test.each<[string, Partial<Correction>, string]>([
    [
      'the page has caught up',
      { is: { type: 'integer' }, was: { type: 'string' } },
      'body/light/watts: the page has caught up',
    ],
    [
      'the page says something else',
      { was: { type: 'string' } },
      'body/light/watts: the page has {"type":"integer"} now',
    ],
    [
      'a removed member has changed',
      { was: { type: 'string' }, is: null },
      'body/light/watts: the page has {"type":"integer"} now',
    ],
    ['the member is gone', { at: ['body/light/shade'] }, 'body/light/shade: the page has it no more'],
    ['what it is in is gone', { at: ['body/shade/colour'] }, 'body/shade/colour: the page has it no more'],
    ['an added member is there', { was: null }, 'body/light/watts: the page has {"name":"watts","type":"integer"} now'],
    [
      'an added error is there',
      { at: ['errors'], was: null, is: [400, 'LAMP_BROKEN', '灯坏了'] },
      'errors: the page has caught up',
    ],
    [
      'a changed error is gone',
      { at: ['errors'], was: [400, 'LAMP_LENT', '灯'], is: [400, 'LAMP', '灯'] },
      'errors: the page has it no more',
    ],
    ['the call is gone', { calls: ['GET /v3/payscore/lamps'] }, 'body/light/watts: no such call or callback'],
  ])('a correction is refused once %s', (_, more, problem) => {
    const { code, lines } = corrected(correction(more), lamp({ errors: ['400 | LAMP\\_BROKEN | 灯坏了'] }))
    const [call] = correction(more).calls
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [`src/catalogue/overlay.json: ${call} ${problem}`, 'Nothing was written.'],
    })
  })
})
