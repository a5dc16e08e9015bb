import { describe, expect, vi } from 'vitest'
import { reportBug } from '../../src/cli/failure.ts'
import { type CliOptions, cli, test } from './cli.ts'

/** Error of a command that fails with exit code 2: one JSON object on standard error, and nothing on standard output. */
async function failure(args: readonly string[], options: CliOptions = {}): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await cli(args, options)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^\{.*\}\n$/)
  return JSON.parse(stderr)
}

describe.concurrent('with --json an error is JSON too', () => {
  test.for<[args: string[], code: string, message: string]>([
    [['serve', '--json', '--prot', '1'], 'MOCK_COMMAND_LINE', 'There is no option --prot; did you mean --port?'],
    [['srve', '--json'], 'MOCK_COMMAND_LINE', 'There is no command srve'],
    [['order', 'show', 'A1', '--url', 'http://127.0.0.1:1', '--json'], 'MOCK_UNREACHABLE', 'No mock answers at'],
    [['explain', '--json', '--id', 'X', '--url', 'http://127.0.0.1:1'], 'MOCK_UNREACHABLE', 'No mock answers at'],
    [['ca', '--json', '--data-dir', '/dev/null'], 'MOCK_CA', '/dev/null'],
    [['pact', 'verify', './no.json', '--json'], 'MOCK_PACT_FILE', './no.json'],
    [['run', '--json', 'node', '-e', '1'], 'MOCK_COMMAND_LINE', 'behind --'],
    [['run', '--json', '--', '/no/such/program'], 'MOCK_COMMAND', '/no/such/program cannot be started'],
    [['serve', '--json', '--host', '0.0.0.0'], 'MOCK_CONTROL_TOKEN', '--control-token'],
  ])('%j: %s', async ([args, code, message], { cwd }) => {
    const exit = args[0] === 'run' && code === 'MOCK_COMMAND' ? 127 : 2
    const result = await cli(args, { cwd })

    expect({ code: result.code, stdout: result.stdout }).toEqual({ code: exit, stdout: '' })
    expect(result.stderr).toMatch(/^\{.*\}\n$/)
    expect(JSON.parse(result.stderr)).toMatchObject({ code, message: expect.stringContaining(message) })
  })

  test('with the place of what is wrong, where there is one', async () => {
    const seed = ['--port', '0', '--json', '--seed', '-']

    expect(await failure(seed, { input: '{"coupons":[{},{"state":"GONE"}]}' })).toMatchObject({
      code: 'MOCK_INPUT',
      message: expect.stringContaining('/coupons/1/state'),
      path: '/coupons/1/state',
    })
    expect(Object.keys(await failure(seed, { input: '{' }))).toEqual(['code', 'message'])
  })

  test('in the language that was asked for', async () => {
    expect(await failure(['order', '--json', '--lang', 'zh'])).toEqual({
      code: 'MOCK_COMMAND_LINE',
      message: '缺少参数 <action>（参见 wechatpay-mock order --help）',
    })
  })

  test('asked for by the variable', async () => {
    expect(await failure(['--port', 'x'], { env: { WECHATPAY_MOCK_JSON: '1' } })).toMatchObject({
      code: 'MOCK_COMMAND_LINE',
    })
    const plain = await cli(['order'], { env: { WECHATPAY_MOCK_JSON: '1' } })
    expect(plain.stderr).toMatch(/^wechatpay-mock: /)
  })

  test('but not for the --json of the command that is run', async () => {
    const { stderr } = await cli(['run', '--prot', '--', 'node', '--json'])

    expect(stderr).toMatch(/^wechatpay-mock: /)
  })

  test('a bug as well, with where it happened', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    reportBug(new TypeError('x is undefined'), { json: true, language: 'en' })
    const written = write.mock.calls.map(([text]) => String(text)).join('')
    write.mockRestore()

    expect(written).toMatch(/^\{.*\}\n$/)
    expect(JSON.parse(written)).toEqual({
      code: 'MOCK_BUG',
      message: expect.stringMatching(/^This is a bug in wechatpay-mock.*x is undefined$/),
      stack: expect.stringContaining('json-errors.test.ts'),
    })
  })
})
