import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { rawSender } from '../../contracts/kit/raw-http.ts'
import { connectControl } from '../../src/mock-control.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { cli, test } from './cli.ts'

const LINK = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'MCH_1', out_request_no: 'R-1' }

/** Links a coupon, and asks twice for a path that the mock does not serve. */
async function callThrice(url: string, token?: string): Promise<void> {
  const { send, close } = rawSender(url)
  const control = connectControl(url, token === undefined ? {} : { token })
  const client = createMerchantClient({ credentials: await control.credentials(), send })
  await client.call(associateTradeInfo, LINK)
  for (const _ of [1, 2]) await client.request({ target: '/v3/nothing' })
  close()
}

describe.concurrent('pact record', () => {
  test('records what a server was sent; the file verifies, and a second run leaves it alone', async ({
    cwd,
    serve,
  }) => {
    const { url } = await serve()
    await callThrice(url)
    const args = ['pact', 'record', '--out', 'shop.json', '--url', url, '--consumer', 'shop']

    expect(await cli(args, { cwd })).toEqual({
      code: 0,
      stdout: `+ links a usable coupon to an order  [a user holds a usable coupon]
left out: GET /v3/nothing 404, 2 times: the mock does not serve this path
shop.json: 1 interaction added, 0 already there; of 3 calls and 0 callbacks 2 left out
`,
      stderr: '',
    })
    expect(await cli([...args, '--lang', 'zh'], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^未录制：GET \/v3\/nothing 404，2 次：.*\nshop\.json：新增 0 条交互，已有 1 条；3 个请求和 0 次回调中，未录制 2 个\n$/,
      ),
    })
    expect(await cli(['pact', 'verify', 'shop.json'], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 interaction, 1 ok'),
    })
  })

  test('answers in JSON, with filters, from a mock with a token', async ({ cwd, serve }) => {
    const { url } = await serve(['--control-token', 'secret'])
    await callThrice(url, 'secret')
    const args = ['pact', 'record', '--out', 'shop.json', '--url', url, '--json', '--operation', 'associateTradeInfo']

    const { code, stdout } = await cli([...args, '--control-token', 'secret', '--mchid', '1900000001'], { cwd })

    expect({ code, recording: JSON.parse(stdout) }).toEqual({
      code: 0,
      recording: {
        file: 'shop.json',
        consumer: 'wechatpay-client',
        provider: 'wechatpay',
        calls: 1,
        callbacks: 0,
        added: [{ description: 'links a usable coupon to an order', states: ['a user holds a usable coupon'] }],
        kept: 0,
        leftOut: [],
      },
    })
    expect(await cli(args, { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining('--control-token') })
  })

  test('with nothing to record it says so with exit code 1', async ({ cwd, serve }) => {
    const { url } = await serve()
    const [english, chinese] = await Promise.all(
      ['en', 'zh'].map((lang) => cli(['pact', 'record', '--out', 'shop.json', '--url', url, '--lang', lang], { cwd })),
    )

    expect(english).toEqual({
      code: 1,
      stdout: 'Nothing to record: the journal has no such calls, and no callbacks\n',
      stderr: '',
    })
    expect(chinese).toMatchObject({ code: 1, stdout: expect.stringMatching(/^没有可录制的内容/) })
  })

  test.for([
    [[], 'Say where to record into: --out FILE', '请写明录制到哪个文件'],
    [['--out', ''], 'Say where to record into: --out FILE', '请写明录制到哪个文件'],
    [['--out', '.'], '. cannot be read: it is a directory.', '无法读取 .：这是一个目录。'],
    [['--out', 'a.json', '--url', 'http://127.0.0.1:1'], 'No mock answers at http://127.0.0.1:1', '没有模拟服务应答'],
    [['--out', 'a.json', '--operation', 'nonsense'], 'associateTradeInfo', 'associateTradeInfo'],
    [
      ['--out', 'other.json'],
      'other.json is no pact of specification 4',
      'other.json 不是第 4 版规范的 Pact 契约，请录制到另一个文件。',
    ],
  ] as const)('%s is used wrongly', async ([args, english, chinese], { cwd }) => {
    await writeFile(join(cwd, 'other.json'), '{}')
    const [one, other] = await Promise.all(
      ['en', 'zh'].map((lang) => cli(['pact', 'record', ...args, '--lang', lang], { cwd })),
    )

    expect(one).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(english) })
    expect(other).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(chinese) })
  })
})
