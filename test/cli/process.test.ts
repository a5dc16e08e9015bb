import { fileURLToPath } from 'node:url'
import { describe, expect } from 'vitest'
import { VERSION } from '../../src/control/package-files.ts'
import { NODE, run, spawnCli, test } from './cli.ts'

/** A program that makes one call, which is answered with 401 as it is not signed. */
const program = (url: string) => [NODE, '--input-type=module', '--eval', `console.log((await fetch(${url})).status)`]

/** Other tests may play commands in their own process (see `cli`); these show the process around them: its streams, its exit codes, its children. */
describe.concurrent('a process of its own', () => {
  test.for<[args: string[], expected: object]>([
    [['--version'], { code: 0, stderr: '' }],
    [['--port', 'x'], { code: 2, stdout: '' }],
    [['sign', 'GET', '/v3/certificates'], { code: 0, stdout: expect.stringContaining('WECHATPAY2-SHA256-RSA2048') }],
    [['explain'], { code: 2, stdout: '' }],
    [['notify', '--event', 'COUPON.SEND', '--url', 'http://127.0.0.1:1'], { code: 1 }],
    [
      ['run', '--', ...program("'https://api.mch.weixin.qq.com/v3/certificates'")],
      { code: 0, stdout: '401\n', stderr: '' },
    ],
    [
      ['gauntlet', '--only', 'unsigned', '--', ...program("process.env.WECHATPAY_BASE_URL + '/v3/certificates'")],
      { code: 1, stdout: expect.stringContaining('MISS  unsigned  reject  exit code 0'), stderr: '' },
    ],
  ])('%j', async ([args, expected], { cwd }) => {
    expect(await spawnCli(args, { cwd })).toMatchObject(expected)
  })
})

test('`npm run cli` is the program, with the Node of the checkout', async () => {
  const cwd = fileURLToPath(new URL('../../', import.meta.url))
  const cli = (...args: string[]) => run('npm', ['run', '--silent', 'cli', '--', ...args], { cwd })

  expect(await cli('--version')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
  expect(await cli('--port', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('--port') })
})
