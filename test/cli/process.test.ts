import { describe, expect } from 'vitest'
import { spawnCli, test } from './cli.ts'

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
    [['ca', '--pem'], { code: 0, stdout: expect.stringContaining('BEGIN CERTIFICATE') }],
  ])('%j', async ([args, expected], { cwd }) => {
    expect(await spawnCli(args, { cwd })).toMatchObject(expected)
  })
})
