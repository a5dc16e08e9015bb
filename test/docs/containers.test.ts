import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { cli } from '../cli/cli.ts'
import { aDirectory } from '../stores/data-files.ts'
import { block } from './block.ts'
import { read } from './markdown.ts'

/** `npm run check:testcontainers` runs them. */
const programs = [
  ['testcontainers-java', 'examples/testcontainers/ShopTest.java'],
  ['testcontainers-go', 'examples/testcontainers/shop_test.go'],
  ['testcontainers-node', 'examples/testcontainers/shop.test.mjs'],
  ['testcontainers-python', 'examples/testcontainers/test_shop.py'],
] as const

describe.for(['docs/containers.md', 'docs/containers.zh-CN.md'])('%s', (page) => {
  test.for(programs)('shows %s as it is run', ([name, file]) => {
    expect(block(read(page), name)).toBe(read(file))
  })
})

test.for(['Dockerfile', 'compose.yaml', 'docs/containers.md', 'docs/containers.zh-CN.md'])(
  'every variable in %s is an option of serve',
  async (file) => {
    const { stdout: help } = await cli(['serve', '--help'])
    const named = [...read(file).matchAll(/WECHATPAY_MOCK_(\w+)/g)].map(([, name = '']) => name)
    const options = named.map((name) => `--${name.toLowerCase().replaceAll('_', '-')}`)

    expect(options.length).toBeGreaterThan(2)
    for (const option of options) expect(help).toMatch(new RegExp(`^ {2}${option} `, 'm'))
  },
)

test('compose.yaml fetches the CA of the mock into the volume', async () => {
  const token = 'two words'
  const server = await startServer({ port: 0, controlToken: token })
  const out = await aDirectory()
  const { services } = parse(read('compose.yaml').replaceAll(/\$\{WECHATPAY_MOCK_CONTROL_TOKEN[^}]*\}/g, token))
  const values = { 'http://wechatpay:8089': server.url, '/data/ca': join(out, 'ca') } as const
  const command = (services['wechatpay-ca'].command as string[]).map(
    (word) => values[word as keyof typeof values] ?? word,
  )

  expect(await cli(command, { cwd: out })).toMatchObject({ code: 0, stderr: '' })
  for (const file of ['ca.pem', 'ca-bundle.pem', 'truststore.jks']) expect(readdirSync(join(out, 'ca'))).toContain(file)
  await server.close(0)
})
