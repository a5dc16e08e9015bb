import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CallFacts, EventFacts, FieldFacts, ProductFacts } from '../../../src/catalogue/facts.ts'
import { readType } from '../../../tools/catalogue/field.ts'
import { scheduleOf } from '../../../tools/catalogue/schedule.ts'
import { listedValues } from '../../../tools/catalogue/values.ts'
import { aCheckout, aFolder, type CallText, callPage, type MadeUpPages, members, run, write } from './checkout.ts'

/** Imports pages, and a second source. */
function facts(merchant: MadeUpPages, partner: MadeUpPages = {}, second?: string, product = 'payscore'): ProductFacts {
  const folder = aFolder()
  const { code, lines } = run(
    folder,
    aCheckout(merchant, partner),
    ...(second === undefined ? [] : ['--second', second]),
  )
  if (code !== 0) throw new Error(lines.join('\n'))
  return JSON.parse(readFileSync(join(folder, `${product}.json`), 'utf8'))
}

const callOf = (text: CallText, product?: string): CallFacts | undefined =>
  facts({ 1: callPage(text) }, {}, undefined, product).calls[0]

const bodyOf = (...rows: readonly string[]): readonly FieldFacts[] | undefined =>
  callOf({ body: members(...rows) })?.body

describe('members', () => {
  test.each([
    ['string(32)', { type: 'string', max: 32 }],
    ['string[1,32]', { type: 'string', min: 1, max: 32 }],
    ['string（32）', { type: 'string', max: 32 }],
    ['string(0,32)', { type: 'string', max: 32 }],
    ['int64', { type: 'integer' }],
    ['uint32', { type: 'integer' }],
    ['int(11)', { type: 'integer', max: 11 }],
    ['bool', { type: 'boolean' }],
    ['double', { type: 'number' }],
    ['array[object]', { type: 'object', list: true }],
    ['array[LampDetail]', { type: 'object', list: true }],
    ['array[string(8)]', { type: 'string', list: true, max: 8 }],
    ['array', { type: 'string', list: true }],
    ['Collection', { type: 'object' }],
    ['string(1-2)', undefined],
    ['', undefined],
  ])('the type %j', (text, expected) => {
    const type = readType(text)
    expect(type && { ...type, name: undefined }).toEqual(expected)
  })

  test('are nested as their dots say, those of a bare array too', () => {
    expect(
      bodyOf(
        'lamps | array | false | 【灯】',
        'lamps.bulbs | array[Bulb] | true | 【灯泡】',
        'lamps.bulbs.watts | integer(3) | true | 【瓦数。】',
        'shades[] | array[string(8)] | false | 灯罩',
      ),
    ).toEqual([
      {
        name: 'lamps',
        type: 'object',
        list: true,
        title: '灯',
        members: [
          {
            name: 'bulbs',
            type: 'object',
            list: true,
            title: '灯泡',
            required: true,
            members: [{ name: 'watts', type: 'integer', title: '瓦数', required: true }],
          },
        ],
      },
      { name: 'shades', type: 'string', list: true, max: 8 },
    ])
  })

  test.each<[string, string, Partial<FieldFacts>]>([
    ['an amount', 'integer | 【租金】 单位为“分”', { fen: true }],
    ['a time in minutes is no amount', 'integer | 【时长】 单位为分钟', {}],
    ['a time', 'string | 【租灯时间】 遵循[rfc3339](https://example.com)标准格式', { time: true }],
    ['a date is no time', 'string | 【日期】 格式为yyyy-MM-DD', {}],
    ['an encrypted member', 'string | 【姓名】该字段需要使用微信支付公钥加密（推荐）', { encrypted: true }],
    ['one to be decrypted', 'string | 【姓名】 该字段需进行解密处理', { encrypted: true }],
    ['one that is not encrypted', 'string | 【灯名】 该字段无需加密', {}],
    ['an algorithm', 'string | 【算法】 对结果进行加密的加密算法', {}],
    ['an upload', 'string | 【照片】 请填写上传图片生成好的MediaID', { media: true }],
    ['a title in bold', 'string | **【灯】** 灯', { title: '灯' }],
  ])('tell %s', (_, row, expected) => {
    const [type, description] = row.split(' | ')
    const field = bodyOf(`lamp | ${type} | false | ${description}`)?.[0]
    const { encrypted, time, fen, media, title } = field ?? {}
    const said = { encrypted, time, fen, media, title: expected.title && title }
    expect(said).toEqual(expected)
  })
})

test.each<[string, readonly string[] | undefined]>([
  ['【状态】可选取值<br><ul><li>`ON`: 亮</li><li>`OFF\\_NOW`: 灭</li></ul>', ['ON', 'OFF_NOW']],
  ['【状态】 枚举值：<br>ON：亮<br>OFF：灭', ['ON', 'OFF']],
  ['**【状态】** 两种：<br>1、ON：亮<br>2、OFF：灭', ['ON', 'OFF']],
  ['【状态】ON—亮<br>OFF - 灭', ['ON', 'OFF']],
  ['枚举值：ON：亮OFF：灭', ['ON', 'OFF']],
  ['可选取值： `GZIP`: 压缩', ['GZIP']],
  ['使用模式<br><ul><li>`SINGLE`:  单券</li></ul>', ['SINGLE']],
  ['具体如下：<br>ON：亮', undefined],
  ['【币种】固定传：CNY，代表人民币', ['CNY']],
  ['只能传以下枚举值：<br>ON：亮<br>另一模式：只能传“ALWAYS\\_ON”', ['ON', 'ALWAYS_ON']],
  ['枚举值：<br>Y：亮<br>N：灭', ['Y', 'N']],
  ['枚举值：<br>`2401`：小灯<br>`4`：大灯', ['2401', '4']],
  ['在 `MODES` 中包含 `APP` 时必填。<br>可选取值<br><ul><li>`H5`: 页面</li><li>`LINK`: 链接</li></ul>', ['H5', 'LINK']],
  ['当状态为LAMP\\_ON时返回', undefined],
  ['ON：亮，OFF：灭等', undefined],
  ['非一般模式下，填入原因；一般模式下，填入：<br>BROKEN: 坏<br>LENT: 租', undefined],
  ['可填：<br>11位数字<br>18位数字', undefined],
  ['格式：<br>HH:mm:ss 为时分秒<br>枚举值见附录', undefined],
  ['枚举值：<br>true：是<br>false：否', undefined],
])('values of %j', (description, expected) => {
  expect(listedValues(description)).toEqual(expected)
})

describe('calls', () => {
  test('the path is read without its escapes, its variables in its own order', () => {
    const call = callOf({
      call: '【GET】/v3/payscore/lamps/{lamp\\_id}/bulbs/{bulb_id}',
      path: members('bulb_id | string(8) | true | 泡号', 'lamp_id | string(8) | true | 灯号'),
      query: members('sub_mchid | string | false | 商户'),
    })
    expect(call?.path).toBe('/v3/payscore/lamps/{lamp_id}/bulbs/{bulb_id}')
    expect(call?.params?.map(({ name }) => name)).toEqual(['lamp_id', 'bulb_id'])
    expect(call?.query?.map(({ name }) => name)).toEqual(['sub_mchid'])
  })

  test.each<[string, Partial<CallFacts>]>([
    ['无应答包体\n\n应答示例\n\n> 204 No Content', { status: 204 }],
    ['204\u00a0No Content\n\n无应答包体', { status: 204 }],
    ['无应答包体\n\n> 202 Accepted', { status: 202 }],
    ['无应答包体', { status: 200 }],
    ['返回二进制流', { status: 200, answerType: 'image/jpeg' }],
  ])('the answer %j', (answer, expected) => {
    const { status, answer: members_, answerType } = callOf({ answer }) ?? {}
    expect({ status, answer: members_, answerType }).toEqual({ answer: undefined, answerType: undefined, ...expected })
  })

  test('the body of an upload is its part meta', () => {
    const body = members(
      'file | file | true | 【灯的图片】 图片',
      'meta | object | true | 元信息',
      'meta.filename | string(128) | true | 【文件名称】',
    )
    expect(callOf({ body })).toMatchObject({ file: '灯的图片', body: [{ name: 'filename', max: 128 }] })
  })

  test('a download is the call that its sample names', () => {
    const text = `请求方式：\u00a0【GET】

请求URL： download\\_url

\`\`\`
{ "download_url": " https://api.mch.weixin.qq.com/v3/billdownload/lamps?token=xxx" }
\`\`\``
    expect(facts({ 1: text }, {}, undefined, 'bills').calls[0]).toMatchObject({
      method: 'GET',
      path: '/v3/billdownload/lamps',
      query: [{ name: 'token', type: 'string', required: true }],
      status: 200,
      answerType: 'text/csv',
    })
  })

  test.each([
    ['接口频率：100/min', { calls: 100, seconds: 60 }],
    ['注：单个商户的接口频率限制为100次/s', { calls: 100, seconds: 1 }],
    ['接口限频：20/秒（商户号维度）', { calls: 20, seconds: 1 }],
    ['此接口调用成功的频率限制为150QPS，而调用失败报错时的频率限制为6QPS。', { calls: 150, seconds: 1 }],
    ['接口频率：不区分来源 1000/min 单ip 60/min', undefined],
    ['每间隔1分钟查询一次，逐步衰减查询频率', undefined],
  ])('the rate in %j', (before, rate) => {
    expect(callOf({ before })?.rate).toEqual(rate)
  })

  test('an error that is advice keeps its first words, a code its name', () => {
    const advice = `灯（lamp_id）不亮，请检查：${'一二三四五六七八九十'.repeat(6)}`
    const others = {
      2: callPage({ call: '【GET】 `/v3/payscore/a`' }),
      3: callPage({ call: '【GET】 `/v3/payscore/b`' }),
    }
    const page = callPage({
      errors: [`404 | LAMP\\_NOT\\_ ON | ${advice}`, '429 | TOO MANY | [太多](https://example.com)<br>灯'],
    })
    expect(facts({ 1: page, ...others }).calls[0]?.errors).toEqual([
      [404, 'LAMP_NOT_ON', '灯不亮'],
      [429, 'TOO_MANY', '太多 灯'],
    ])
  })
})

describe('pages of one call', () => {
  const page = (...rows: readonly string[]) => callPage({ body: members(...rows) })

  test('are one entry, with what only one audience has or has to give', () => {
    const { calls } = facts(
      {
        1: page('a | string(8) | true | 【甲】', 'b | string | true | 乙', 'd | string | true | 丁'),
        2: page('a | string(8) | true | 【甲】', 'b | string | true | 乙'),
      },
      { 3: page('a | string(16) | true | 【子】', 'c | string | true | 丙', 'b | string | false | 乙') },
    )
    expect(calls).toHaveLength(1)
    expect(calls[0]).toMatchObject({ pages: ['m1', 'm2', 'p3'] })
    expect(calls[0]?.for).toBeUndefined()
    expect(calls[0]?.body).toEqual([
      { name: 'a', type: 'string', title: '甲', required: true, max: 16 },
      { name: 'c', type: 'string', required: 'partner', for: 'partner' },
      { name: 'b', type: 'string', required: 'merchant' },
      { name: 'd', type: 'string', for: 'merchant' },
    ])
  })

  test('list their values together, and their errors once', () => {
    const values = (...tokens: readonly string[]) =>
      `s | string | true | 可选取值<br>${tokens.map((one) => `\`${one}\`: 值`).join('<br>')}`
    const errors = ['400 | AA | 甲']
    const { calls } = facts({
      1: callPage({ body: members(values('ON', 'OFF')), errors }),
      2: callPage({ body: members(values('OFF', 'DIM')), errors: [...errors, '400 | BB | 乙'] }),
      3: callPage({ call: '【GET】 `/v3/payscore/a`', errors: [] }),
      4: callPage({ call: '【GET】 `/v3/payscore/b`', errors: [] }),
    })
    expect(calls[0]?.body?.[0]?.values).toEqual(['ON', 'OFF', 'DIM'])
    expect(calls[0]?.errors).toEqual([
      [400, 'AA', '甲'],
      [400, 'BB', '乙'],
    ])
  })

  test('an object that one page does not describe keeps the members of the other', () => {
    const { calls } = facts({
      1: page('o | object | true | 物'),
      2: page('o | object | true | 物', 'o.a | string | true | 甲'),
    })
    expect(calls[0]?.body?.[0]?.members).toEqual([{ name: 'a', type: 'string', required: true }])
  })

  test('that differ are told', () => {
    const folder = aFolder()
    const other = callPage({
      call: '【POST】 `/v3/payscore/lamps/{id}`',
      path: members('id | string | true | 号'),
      body: members('a | integer | true | 甲', 'b | string(8) | true | 乙'),
    })
    const named = other.replaceAll('{id}', '{no}').replace('| id |', '| no |')
    const checkout = aCheckout({
      1: other,
      2: named.replace('a | integer', 'a | string').replace('string(8)', 'string(9)'),
    })
    expect(run(folder, checkout).lines.filter((line) => line.startsWith('  '))).toEqual([
      '  POST /v3/payscore/lamps/{}: path: "/v3/payscore/lamps/{id}" or "/v3/payscore/lamps/{no}"',
      '  POST /v3/payscore/lamps/{} body/a: type: {"type":"integer"} or {"type":"string"}',
      '  POST /v3/payscore/lamps/{} body/b: max: 8 or 9',
    ])
  })
})

describe('callbacks', () => {
  const callback = (
    eventType: string,
    more = '',
    sealed = members('lamp_id | string(32) | true | 【灯号】'),
  ) => `## 一、回调描述

通知参数

${members(
  'id | string(36) | true | 号',
  `event_type | string(32) | true | 【通知类型】${eventType}`,
  'resource | object | true | 数据',
  'resource.original_type | string(32) | true | 【原始回调类型】加密前的对象类型，为lamp\\_lent。',
)}
\`\`\`
{ "event_type": "LAMP.LENT", "summary": "灯已租出", "resource": { "original_type": "x", "associated_data": "lamp" } }
\`\`\`

若超时(5s)未应答时，微信支付会按照（15s/15s/30s/3m - 总计 4m）的频次重复发送回调通知
${more}
resource中ciphertext解密后字段

${sealed}`

  const eventsOf = (text: string, partner: MadeUpPages = {}) =>
    facts(
      {
        1: { text, title: '灯的通知' },
        2: callPage({ answer: `200 OK\n\n${members('watts | integer | true | 瓦')}` }),
      },
      partner,
    ).events

  test('have a type, a summary, a schedule and what is sealed in them', () => {
    expect(eventsOf(callback('为LAMP.LENT。'))).toEqual<EventFacts[]>([
      {
        type: 'LAMP.LENT',
        title: '灯的通知',
        pages: ['m1'],
        for: 'merchant',
        summary: '灯已租出',
        originalType: 'lamp_lent',
        associatedData: 'lamp',
        schedule: [
          [2, 15],
          [1, 30],
          [1, 180],
        ],
        resource: [{ name: 'lamp_id', type: 'string', title: '灯号', required: true, max: 32 }],
      },
    ])
  })

  test('of several types are several', () => {
    const events = eventsOf(callback('LAMP.LENT：租出通知<br>LAMP.BROKEN：坏灯通知<br>灯回来通知的类型为LAMP.BACK'))
    expect(events.map(({ type, title, summary }) => [type, title, summary])).toEqual([
      ['LAMP.LENT', '租出通知', '灯已租出'],
      ['LAMP.BROKEN', '坏灯通知', '坏灯'],
      ['LAMP.BACK', '灯回来通知', '灯回来'],
    ])
  })

  test('that only the sample names are read from it', () => {
    expect(eventsOf(callback('通知的类型')).map(({ type }) => type)).toEqual(['LAMP.LENT'])
  })

  test('may be like the answer of a call', () => {
    const like = '内容同 [查灯](https://pay.weixin.qq.com/doc/v3/merchant/2.md) 的返回'
    expect(eventsOf(callback('LAMP.LENT', '', like))[0]?.resource).toEqual([
      { name: 'watts', type: 'integer', required: true },
    ])
  })

  test('may be known by nothing but samples', () => {
    const text = `\`\`\`
{ "event_type": "LAMP.NEWS", "summary": "灯讯", "resource": { "original_type": "news", "associated_data": "news" } }
\`\`\`

解密后的消息内容如下

\`\`\`
{ "lamp": { "since": "2031-02-03T04:05:06+08:00", "id": "1" } }
\`\`\``
    expect(eventsOf(text)[0]).toMatchObject({
      type: 'LAMP.NEWS',
      title: '灯讯',
      originalType: 'news',
      resource: [
        {
          name: 'lamp',
          type: 'object',
          members: [
            { name: 'since', type: 'string', time: true },
            { name: 'id', type: 'string' },
          ],
        },
      ],
    })
  })

  test('that seal nothing are refused', () => {
    expect(() => eventsOf(callback('LAMP.LENT', '', 'nothing'))).toThrow(
      'docs/merchant/pages/1.md:5: no table of what is sealed',
    )
  })
})

/** How often, and after how many seconds. */
test.each([
  ['按照（15s/15s/30s/3m/10m/3h - 总计 24h4m）的频次', '2×15 1×30 1×180 1×600 1×10800'],
  ['按照（0s/15s/15s/180s）的频次重复发送回调通知，或达到最大发送次数（3次）', '2×15 1×180'],
  ['按照（15/15/30/180，单位：秒）的频次', '2×15 1×30 1×180'],
  ['（通知频率为0s/15s（尝试10次）/300s（尝试10次）/1800s（尝试44次)）', '10×15 10×300 44×1800'],
  ['按照（15秒×10次 / 5分钟×10次 / 30分钟×47次）的频次', '10×15 10×300 47×1800'],
  ['按照（60S \\*10次，之后以300S间隔重试，最多持续2小时）的频次', '10×60 22×300'],
  ['按照（1min1次，总计9次）的频次', '9×60'],
  ['（通知频率为每隔60秒重试一次，最多重试11次）', '11×60'],
  ['按照（1s/15s/1800s，这个频率通知，之后的间隔都是1800s，最多重试1个小时）的频次', '1×1 1×15 1×1800'],
  ['分别以 1s(1次)、2s(2次)、60s(10次) 为间隔递增，最后保持 300s 间隔直至满 50 次为止', '1×1 2×2 10×60 37×300'],
  ['（重复通知频率为10s/2m30s/5h43m，共10次）', '1×10 1×150 1×20580'],
  ['推荐每间隔1分钟查询一次', undefined],
])('the schedule %j', (line, expected) => {
  const schedule = scheduleOf(['在5秒内应答', line])
  expect(schedule?.map(([times, seconds]) => `${times}×${seconds}`).join(' ')).toBe(expected)
})

describe('the second source', () => {
  const SOURCE = {
    'docs/v3/papay/sign/lamps/{lamp_id}.yaml': `
get:
  x-role: [直连商户]
  summary: 查询灯API
  parameters:
    - { name: lamp_id, in: path, type: string, required: true, description: 灯号 }
    - $ref: '../../../../definitions/Parameters.yaml#OFFSET'
  responses:
    '200':
      schema:
        allOf:
          - $ref: '../../../../definitions/Lamp.yaml#/Base'
          - { type: object, required: [watts], properties: { watts: { type: number, description: 瓦数 } } }
post:
  x-role: [普通商户, 服务商]
  summary: 租灯
  parameters:
    - name: _
      in: body
      schema:
        type: object
        required: [name]
        properties:
          name: { type: string, format: base64, maxLength: 8, description: 姓名，很长的说明 }
          since: { type: string, format: rfc3339, description: 一句很长很长很长很长很长很长很长很长很长很长的话 }
          state: { type: string, enum: [ON, OFF] }
          bulbs: { type: array, description: 灯泡, items: { type: object, properties: { on: { type: boolean } } } }
          shade:
            type: object
            properties:
            colour: { type: string }
  responses: { 204: }
`,
    'docs/v3/shelf/lamps.yaml': 'get: { summary: 不要 }',
    'docs/definitions/Parameters.yaml': 'OFFSET: { name: offset, in: query, type: integer }',
    'docs/definitions/Lamp.yaml': 'Base: { type: object, required: [id], properties: { id: { type: string } } }',
  }

  function aSource(more: Readonly<Record<string, string>> = {}): string {
    const directory = aFolder()
    for (const [path, text] of Object.entries({ ...SOURCE, ...more })) write(directory, path, text)
    return directory
  }

  test('has what the pages lack, marked as reported', () => {
    const { calls } = facts({}, {}, aSource(), 'entrusted-payments')
    expect(calls).toEqual([
      {
        method: 'GET',
        path: '/v3/papay/sign/lamps/{lamp_id}',
        title: '查询灯',
        pages: [],
        reported: true,
        for: 'merchant',
        params: [{ name: 'lamp_id', type: 'string', title: '灯号', required: true }],
        query: [{ name: 'offset', type: 'integer' }],
        status: 200,
        answer: [
          { name: 'id', type: 'string', required: true },
          { name: 'watts', type: 'integer', title: '瓦数', required: true },
        ],
        errors: [],
      },
      {
        method: 'POST',
        path: '/v3/papay/sign/lamps/{lamp_id}',
        title: '租灯',
        pages: [],
        reported: true,
        params: [{ name: 'lamp_id', type: 'string', required: true }],
        body: [
          { name: 'name', type: 'string', title: '姓名', required: true, max: 8, encrypted: true },
          { name: 'since', type: 'string', time: true },
          { name: 'state', type: 'string', values: ['ON', 'OFF'] },
          { name: 'bulbs', type: 'object', list: true, title: '灯泡', members: [{ name: 'on', type: 'boolean' }] },
          // Its members stand beside `properties`, where a space is lacking.
          { name: 'shade', type: 'object', members: [{ name: 'colour', type: 'string' }] },
        ],
        status: 204,
        errors: [],
      },
    ])
  })

  test('has every call whose page it links to, although no menu has that page', () => {
    const link = '[官方文档](https://pay.weixin.qq.com/doc/v3/partner/4013504175)'
    const call = (description: string) =>
      `get: { summary: 查灯, description: '${description}', responses: { 200: {} } }`
    const { calls } = facts(
      {},
      {},
      aSource({
        'docs/v3/platsolution/ecommerce/lamps.yaml': call(`查询灯。${link}`),
        'docs/v3/platsolution/ecommerce/shelves.yaml': call(
          '[官方文档](https://pay.weixin.qq.com/wiki/doc/apiv3/1.shtml)',
        ),
        // Describes callbacks.
        'docs/v3/webhooks.yaml': call(link),
      }),
      'ecommerce',
    )
    expect(calls).toEqual([
      {
        method: 'GET',
        path: '/v3/platsolution/ecommerce/lamps',
        title: '查灯',
        pages: [],
        reported: true,
        source: 'https://pay.weixin.qq.com/doc/v3/partner/4013504175',
        status: 200,
        errors: [],
      },
    ])
  })

  test('gives way to a page, and is kept where it is not at hand', () => {
    const folder = aFolder()
    run(folder, aCheckout({}), '--second', aSource())
    const page = callPage({ call: '【GET】 `/v3/papay/sign/lamps/{id}`', path: members('id | string | true | 号') })
    const { lines } = run(folder, aCheckout({ 1: page }))
    expect(lines).toContain('- GET /v3/papay/sign/lamps/{lamp_id}')
    expect(lines).toContain('+ GET /v3/papay/sign/lamps/{id}')
    expect(lines.filter((line) => line.startsWith('- '))).toHaveLength(1)
  })

  test('may be corrected, and stays so where it is not at hand', () => {
    const folder = aFolder()
    const correction = {
      calls: ['GET /v3/papay/sign/lamps/{lamp_id}'],
      at: ['answer/watts'],
      was: { type: 'integer' },
      is: { type: 'number' },
      evidence: 'observed',
      source: 'a lamp',
    }
    write(folder, 'overlay.json', JSON.stringify([correction]))
    expect(run(folder, aCheckout({}), '--second', aSource()).code).toBe(0)
    expect(run(folder, aCheckout({})).lines[0]).toBe('nothing changed')
    expect(run(folder, aCheckout({}), '--second', aSource()).lines[0]).toBe('nothing changed')
  })

  test('that refers to nothing is refused', () => {
    const { code, lines } = run(
      aFolder(),
      aCheckout({}),
      '--second',
      aSource({ 'docs/definitions/Lamp.yaml': 'Other: {}' }),
    )
    expect({ code, lines }).toEqual({
      code: 1,
      lines: ['docs/definitions/Lamp.yaml:1: no /Base', 'Nothing was written.'],
    })
  })
})
