import { describe, expect } from 'vitest'
import { NODE, spawnCli, test } from './cli.ts'

/** A program that makes one call, which is answered with 401 as it is not signed. */
const program = (url: string) => [NODE, '--input-type=module', '--eval', `console.log((await fetch(${url})).status)`]

/** Other tests may play commands in their own process (see `cli`); these show that each works in one of its own, with its exit code. */
describe.concurrent('a process of its own', () => {
  test.for<[args: string[], expected: object]>([
    [['--version'], { code: 0, stderr: '' }],
    [['--port', 'x'], { code: 2, stdout: '' }],
    [['credentials', '--format', 'env'], { code: 0, stdout: expect.stringContaining('WECHATPAY_MCHID='), stderr: '' }],
    [['sign', 'GET', '/v3/certificates'], { code: 0, stdout: expect.stringContaining('WECHATPAY2-SHA256-RSA2048') }],
    [['explain'], { code: 2, stdout: '' }],
    [['verify'], { code: 2, stdout: '' }],
    [['decrypt'], { code: 2, stdout: '' }],
    [['notify', '--event', 'COUPON.SEND', '--url', 'http://127.0.0.1:1'], { code: 1 }],
    [['seed', 'empty'], { code: 0, stderr: '' }],
    [['order', 'show', 'A1', '--url', 'http://127.0.0.1:1'], { code: 2, stdout: '' }],
    [['pact', 'record', '--out', 'a.json', '--url', 'http://127.0.0.1:1'], { code: 2, stdout: '' }],
    [
      ['run', '--', ...program("'https://api.mch.weixin.qq.com/v3/certificates'")],
      { code: 0, stdout: '401\n', stderr: '' },
    ],
    [
      ['gauntlet', '--only', 'unsigned', '--', ...program("process.env.WECHATPAY_BASE_URL + '/v3/certificates'")],
      { code: 1, stdout: expect.stringContaining('MISS  unsigned  reject  exit code 0'), stderr: '' },
    ],
    [['ca', '--pem'], { code: 0, stdout: expect.stringContaining('BEGIN CERTIFICATE') }],
  ])('%j', async ([args, expected], { cwd }) => {
    expect(await spawnCli(args, { cwd })).toMatchObject(expected)
  })
})
