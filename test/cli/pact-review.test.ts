import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { read } from '../docs/markdown.ts'
import { cli, test } from './cli.ts'

const REFUND = {
  description: 'refunds an order',
  request: {
    method: 'POST',
    path: '/v3/refund/domestic/refunds',
    body: { out_trade_no: 'O1', out_refund_no: 'R1', amount: { refund: 1, total: 1, currency: 'CNY' } },
  },
  response: { status: 200 },
}
const UNCLEAR = [429, 500].map((status) => ({ ...REFUND, response: { status } }))
const LOOKUP = {
  description: 'looks up a refund',
  request: { method: 'GET', path: '/v3/refund/domestic/refunds/R1' },
  response: { status: 200 },
}
const pact = (consumer: string, ...interactions: readonly object[]) =>
  JSON.stringify({
    consumer: { name: consumer },
    provider: { name: 'wechatpay' },
    interactions,
    metadata: { pactSpecification: { version: '3.0.0' } },
  })

const entry = (out_bill_no: string, status: number) => ({
  startedDateTime: '2026-11-30T10:00:00.000+08:00',
  time: 30,
  request: {
    method: 'POST',
    url: 'https://api.mch.weixin.qq.com/v3/fund-app/mch-transfer/transfer-bills',
    headers: [],
    postData: {
      mimeType: 'application/json',
      text: JSON.stringify({ out_bill_no, transfer_amount: 100, openid: 'o1' }),
    },
  },
  response: { status, headers: [], content: { size: 2, mimeType: 'application/json', text: '{}' } },
})
const har = (...entries: readonly object[]) => JSON.stringify({ log: { version: '1.2', entries } })

describe.concurrent('pact review', () => {
  test.for([
    ['en', 'verify-a-contract.md'],
    ['zh', 'verify-a-contract.zh-CN.md'],
  ] as const)('says what a contract leaves open, as the recipe has it, in %s', async ([lang, recipe], { cwd }) => {
    await mkdir(join(cwd, 'pacts'))
    await writeFile(
      join(cwd, 'pacts/my-shop-wechatpay.json'),
      pact('my-shop', REFUND, { ...REFUND, response: { status: 500 } }, LOOKUP),
    )

    const { code, stdout } = await cli(['pact', 'review', 'pacts/my-shop-wechatpay.json', '--lang', lang], { cwd })

    expect(code).toBe(1)
    expect(read(`docs/recipes/${recipe}`)).toContain(`\n\`\`\`text\n${stdout}\`\`\`\n`)
  })

  test('takes the files of one consumer together, also from a directory', async ({ cwd }) => {
    await mkdir(join(cwd, 'pacts'))
    await writeFile(join(cwd, 'pacts/a.json'), pact('shop', REFUND, ...UNCLEAR))
    await writeFile(join(cwd, 'pacts/b.json'), pact('shop', LOOKUP))

    expect(await cli(['pact', 'review', 'pacts'], { cwd })).toEqual({
      code: 0,
      stdout: 'Contract of shop (pacts/a.json, pacts/b.json)\n  nothing found\n0 must, 0 should\n',
      stderr: '',
    })
    expect(await cli(['pact', 'review', 'pacts/a.json'], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('\n0 must, 1 should\n'),
    })
  })

  test('says what a client did in recordings, and what cannot be judged', async ({ cwd }) => {
    await writeFile(join(cwd, 'one.har'), har(entry('T1', 500)))
    await writeFile(join(cwd, 'two.har'), har(entry('T2', 200)))

    const { code, stdout } = await cli(['pact', 'review', 'one.har', 'two.har', '--json'], { cwd })

    expect({ code, review: JSON.parse(stdout) }).toEqual({
      code: 1,
      review: {
        ok: false,
        must: 1,
        should: 0,
        reviewed: [
          {
            files: ['one.har', 'two.har'],
            exchanges: 2,
            findings: [
              {
                rule: 'new-number',
                severity: 'must',
                where:
                  'POST /v3/fund-app/mch-transfer/transfer-bills out_bill_no T1 (one.har, entry 1), then POST /v3/fund-app/mch-transfer/transfer-bills out_bill_no T2 (two.har, entry 1)',
                wrong: expect.stringContaining('paid twice'),
                todo: expect.stringContaining('same number'),
                evidence: 'documented',
                sources: [expect.stringContaining('4012716434'), expect.stringContaining('4013071036')],
              },
            ],
            not_judged: [expect.stringMatching(/^signatures: /)],
          },
        ],
      },
    })
  })

  test('judges what it can of a log that was cut off, and says where', async ({ cwd }) => {
    const line = JSON.stringify({ request: { method: 'GET', url: '/v3/certificates' }, response: { status: 200 } })
    await writeFile(join(cwd, 'shop.log'), `${line}\nGET /v3/certificates HTTP/1.1\nHost: api.mch.weixin.qq.com\n`)

    const { code, stdout } = await cli(['pact', 'review', 'shop.log'], { cwd })

    expect(code).toBe(0)
    expect(stdout).toMatch(/^Recording shop\.log: 1 exchange\n {2}nothing found\n {2}not judged: shop\.log:2: /)
  })

  test('goes by the rules that it is asked for', async ({ cwd }) => {
    await writeFile(join(cwd, 'shop.json'), pact('shop', REFUND))
    const review = (...args: readonly string[]) => cli(['pact', 'review', 'shop.json', ...args], { cwd })

    expect(await review('--only', 'never-looked-up')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('\n0 must, 1 should\n'),
    })
    expect(await review('--ignore', 'never-looked-up, callback-once')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('\n2 must, 0 should\n'),
    })
  })

  test.for([
    [[], 'Say what to review', '请写明评审什么'],
    [['none.json'], 'Cannot read none.json: there is no such file', '没有这个文件'],
    [['folder'], 'folder has no .json file in it', 'folder 中没有 .json 文件'],
    [['shop.json', '--only', 'new-numbers'], 'did you mean new-number?', '是否指 new-number？'],
    [['shop.json', '--only', 'new-number', '--ignore', 'new-number'], 'not both', '只能取一'],
    [['other.json'], 'other.json has no call and no callback of WeChat Pay in it', '没有微信支付的请求和回调'],
    [['empty.json'], 'empty.json is empty', 'empty.json 是空文件'],
    [['broken.json'], 'broken.json', 'broken.json'],
    [['no-pact.json'], 'no-pact.json is no pact', 'no-pact.json 不是 Pact 契约'],
    [['other.har'], 'none of WeChat Pay', '没有微信支付的请求'],
    [['shop.har', '--platform-key', 'shop.json'], 'shop.json', 'shop.json'],
  ] as const)('%s is used wrongly', async ([args, english, chinese], { cwd }) => {
    await mkdir(join(cwd, 'folder'))
    const elsewhere = {
      ...entry('T1', 200),
      request: { ...entry('T1', 200).request, url: 'https://other.example/v3/x' },
    }
    const files = {
      'shop.json': pact('shop', REFUND),
      'other.json': pact('shop', { ...LOOKUP, request: { method: 'GET', path: '/orders' } }),
      'empty.json': '',
      'broken.json': pact('shop', REFUND).slice(0, -40),
      'no-pact.json': '{"consumer":{"name":"shop"}}',
      'shop.har': har(entry('T1', 200)),
      'other.har': har(elsewhere),
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text)

    const [one, other] = await Promise.all(
      ['en', 'zh'].map((lang) => cli(['pact', 'review', ...args, '--lang', lang], { cwd })),
    )

    expect(one).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(english) })
    expect(other).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(chinese) })
  })
})
