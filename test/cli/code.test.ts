import { describe, expect } from 'vitest'
import { cli, test } from './cli.ts'

describe('code', () => {
  test('the latest call, or the one that is named, in the form that is asked for', async ({ serve }) => {
    const { url } = await serve(['--json'])
    const answer = await fetch(`${url}/v3/certificates`)
    const id = answer.headers.get('request-id') ?? ''
    const latest = await cli(['code', '--as', 'node', '--url', url])
    expect(latest).toMatchObject({ code: 0, stderr: '' })
    expect(latest.stdout).toContain('wxpay.chain("v3/certificates").get()')
    expect(latest.stdout).toContain(url)
    expect(await cli(['code', id, '--as', 'node', '--url', url])).toEqual(latest)
    const json = await cli(['code', id, '--as', 'python', '--json', '--lang', 'zh'], {
      env: { WECHATPAY_MOCK_URL: url },
    })
    expect(JSON.parse(json.stdout)).toMatchObject({
      as: 'python',
      file: 'call.py',
      text: expect.stringContaining('保存为'),
    })
  })

  test('says what is missing', async ({ serve }) => {
    const { url } = await serve(['--json'])
    expect(await cli(['code', '--as', 'go', '--url', url])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The journal has no calls'),
    })
    expect(await cli(['code', '--url', url])).toMatchObject({ code: 2, stderr: expect.stringContaining('go_test') })
    await fetch(`${url}/v3/certificates`)
    expect(await cli(['code', '--as', 'vitest', '--url', url])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('take the program'),
    })
  })
})
