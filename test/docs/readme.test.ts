import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { startServer } from '../../src/transports/node-server.ts'
import { aDirectory } from '../stores/data-files.ts'
import { block } from './block.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const examples = {
  node: 'examples/node.mjs',
  story: 'examples/story.mjs',
  msw: 'examples/msw.ts',
  vitest: 'examples/vitest.test.ts',
  data: 'examples/data.ts',
  server: 'examples/server.ts',
  callback: 'examples/callback.test.ts',
  // Run by the project `sdk`, since they need other tool chains, in test/sdk/matrix.
  java: 'examples/java/Associate.java',
  'apache-httpclient': 'examples/apache-httpclient/Associate.java',
  go: 'examples/go/main.go',
  python: 'examples/python/associate.py',
  php: 'examples/php/associate.php',
  'axios-plugin': 'examples/axios-plugin.mjs',
  'node-v3': 'examples/node-v3.mjs',
} as const

describe.for(['README.md', 'README.zh-CN.md'])('%s', (readme) => {
  test.for(Object.entries(examples))('shows the example %s as it is run', ([name, file]) => {
    expect(block(read(readme), name)).toBe(read(file))
  })

  test('names every row of the default scenario that it promises', () => {
    const codes = read(readme).match(/\bCOUPON_[A-Z_]+|MCH_UNPAID|MCH_102233445|sxxe34343434/g) ?? []
    const scenario = read('src/scenarios/default.json')
    expect(codes.filter((code) => !scenario.includes(`"${code}"`))).toEqual([])
  })

  test('links only to files that exist', () => {
    const links = [...read(readme).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? '')
    expect(links.length).toBeGreaterThan(3)
    for (const link of links)
      expect(() =>
        read(link === 'docs/decisions' ? `${link}/0001-one-identity-with-the-vectors.md` : link),
      ).not.toThrow()
  })
})

test('both languages have the same examples', () => {
  const examplesIn = (markdown: string) => markdown.match(/<!-- example: .* -->\n```\w+\n[\s\S]*?```/g)
  expect(examplesIn(read('README.zh-CN.md'))).toEqual(examplesIn(read('README.md')))
})

test.for([
  ['README.md', 'README.zh-CN.md'],
  ['SECURITY.md', 'SECURITY.zh-CN.md'],
] as const)('%s has the same headings, lists, tables and code as %s', ([english, chinese]) => {
  const shape = (markdown: string) => ({
    headings: markdown.match(/^#+ /gm)?.length,
    points: markdown.match(/^- /gm)?.length,
    rows: markdown.match(/^\|/gm)?.length,
    blocks: markdown.match(/^```/gm)?.length,
  })
  expect(shape(read(chinese))).toEqual(shape(read(english)))
})

/** What an example prints that talks to the server at its usual address. */
async function outputOf(example: string): Promise<string> {
  const server = await startServer({ port: 0 })
  const code = read(example).replaceAll('127.0.0.1:8089', `127.0.0.1:${server.port}`)
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: fileURLToPath(root),
  }).finally(() => server.close())
  return stdout
}

test('the whole story runs against a server, twice', async () => {
  for (let run = 0; run < 2; run++) {
    expect(await outputOf(examples.story)).toMatch(
      /^COUPON\.SEND: \w+ holds \d{22}\nTRANSACTION\.SUCCESS: (MCH_\d+) is SUCCESS\nREFUND\.SUCCESS: SUCCESS\nThe coupon is SENDED, and went with \1\n$/,
    )
  }
})

test('the example with an SDK runs against a server', async () => {
  const stdout = await outputOf(examples.node)
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00\n$/)
})

test('the example with a data file runs', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const before = process.cwd()
  process.chdir(await aDirectory())
  try {
    await import('../../examples/data.ts')
  } finally {
    process.chdir(before)
  }

  expect(log.mock.calls).toEqual([['SENDED']])
  log.mockRestore()
})

test('the example with msw runs', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  await import('../../examples/msw.ts')
  expect(log).toHaveBeenCalledWith('SENDED', undefined)
  log.mockRestore()
})

test('the example with a server in the process runs', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  await import('../../examples/server.ts')
  expect(log.mock.calls).toEqual([[true, 'SENDED']])
  log.mockRestore()
})

test('every entry of the package is listed', () => {
  const entries = Object.keys(JSON.parse(read('package.json')).exports).filter((entry) => entry !== './package.json')
  for (const readme of ['README.md', 'README.zh-CN.md']) {
    const listed = [...read(readme).matchAll(/^\| `wechatpay-mock(\/[\w.]+)?` \|/gm)].map(
      ([, entry = '']) => `.${entry}`,
    )
    expect(listed.sort()).toEqual(entries.sort())
  }
})

test.for(['README.md', 'README.zh-CN.md'])('%s pays an order that can be paid', async (readme) => {
  const [, order = ''] = /order pay (\w+)/.exec(read(readme)) ?? []
  const server = await startServer({ port: 0 })
  await expect(server.control.payOrder(order)).resolves.toMatchObject({ state: 'SUCCESS' })
  await server.close()
})
