import { expect, test } from 'vitest'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { cli, misuse } from './cli.ts'

test('openapi prints the document that a running mock has, in lines or, with --json, in one', async () => {
  const server = await startServer({ port: 0 })
  const served = await fetch(`${server.url}/_mock/openapi.json`).then((response) => response.json())
  await server.close(0)

  const [text, json] = [await cli(['openapi']), await cli(['openapi', '--json'])]

  expect([text.code, text.stderr, json.code, json.stderr]).toEqual([0, '', 0, ''])
  expect(JSON.parse(text.stdout)).toEqual({ ...Object(served), servers: [{ url: 'http://127.0.0.1:8089' }] })
  expect(JSON.parse(json.stdout)).toEqual(JSON.parse(text.stdout))
  expect(json.stdout.trim()).not.toContain('\n')
  expect(text.stdout.split('\n').length).toBeGreaterThan(1_000)
})

test('openapi takes no file', async () => {
  expect(await misuse(['openapi', 'wechatpay.json'])).toContain('wechatpay.json')
})
