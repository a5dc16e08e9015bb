import { describe, expect, test } from 'vitest'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { errorOf } from '../../src/engine/faults/check-plan.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { page, pages, read, section } from './markdown.ts'

describe.for(['README.md', 'README.zh-CN.md'])('%s', (readme) => {
  test('is read in five minutes: at most 160 lines', () => {
    expect(page(readme).text.split('\n').length).toBeLessThanOrEqual(160)
  })

  test('has the two commands that do everything on a fresh machine', () => {
    const commands = page(readme).blocks.flatMap(({ code }) => code.split('\n'))
    for (const command of ['npm ci && npm start', 'npm ci && npm test']) {
      // Each command states how long it takes.
      expect(commands).toContainEqual(expect.stringMatching(new RegExp(`^${command} +# .+`)))
    }
  })

  test('shows the dashboard and explain', () => {
    const pictures = page(readme).links.filter((link) => link.endsWith('.png'))
    expect(pictures.map((link) => link.split('/').at(-1)?.split('.')[0])).toEqual(['dashboard', 'explain'])
  })

  test('names the version that a tarball has', () => {
    const { version } = JSON.parse(read('package.json'))
    expect(page(readme).text.match(/wechatpay-mock-(\d+\.\d+\.\d+)\.tgz/)?.[1]).toBe(version)
  })
})

test('every page names only rows of the default scenario that are there', () => {
  const scenario = read('src/products/scenarios/default.json')
  const named = pages.flatMap(({ path, text }) =>
    (text.match(/\bCOUPON_[A-Z_]+\b|MCH_UNPAID|MCH_102233445|sxxe34343434/g) ?? []).map((code) => ({ path, code })),
  )
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(({ code }) => !scenario.includes(`"${code}"`))).toEqual([])
})

test.for(['docs/answers.md', 'docs/answers.zh-CN.md'])('%s names each refusal of associate by its key', (path) => {
  const rows = [...page(path).text.matchAll(/^\| (\d+) `(\w+)` (.*?) \| (.*?) \|/gm)]
  const named = rows.flatMap(([, status, code, message = '', keys = '']) =>
    [...keys.matchAll(/`(\w+)`/g)].map(([, key = '']) => ({ key, status: Number(status), code, message })),
  )

  for (const { key, status, code, message } of named) {
    const error = errorOf(associateTradeInfo, key)
    // The README leaves out parts of a message that depend on the request.
    const whole = message.includes('…') ? { status, code } : { status, code, message }
    expect(error, key).toMatchObject(whole)
  }
  expect(rows.filter(([, , , , keys]) => keys === '')).toEqual([])
  expect(named.map(({ key }) => key)).toEqual(expect.arrayContaining(Object.keys(associateTradeInfo.errors)))
})

test.for(['docs/test-runners.md', 'docs/test-runners.zh-CN.md'])('%s lists every entry of the package', (path) => {
  const entries = Object.keys(JSON.parse(read('package.json')).exports).filter((entry) => entry !== './package.json')
  const listed = [
    ...section(path, 'what-the-package-exports', '包的入口').text.matchAll(/^\| `wechatpay-mock(\/[\w.]+)?` \|/gm),
  ].map(([, entry = '']) => `.${entry}`)
  expect(listed.sort()).toEqual(entries.sort())
})

test.for(['docs/callbacks.md', 'docs/callbacks.zh-CN.md'])('%s pays an order that can be paid', async (path) => {
  const [, order = ''] = /order pay (\w+)/.exec(page(path).text) ?? []
  const server = await startServer({ port: 0 })
  await expect(server.control.payOrder(order)).resolves.toMatchObject({ state: 'SUCCESS' })
  await server.close()
})

test.for(['docs/control-api.md', 'docs/control-api.zh-CN.md'])(
  '%s has every control call, and no other',
  async (path) => {
    await using server = await startServer({ port: 0 }).then(({ url, close }) => ({
      url,
      [Symbol.asyncDispose]: () => close(0),
    }))
    const document = await fetch(`${server.url}/_mock/openapi.json`)
    const { paths }: { paths: Record<string, Record<string, unknown>> } = JSON.parse(await document.text())
    const served = Object.entries(paths)
      .filter(([address]) => address.startsWith('/_mock/'))
      .flatMap(([address, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${address}`))

    const rows = page(path).text.match(/^\| .*/gm) ?? []
    const listed = rows.flatMap((row) =>
      [...row.matchAll(/`([A-Z, ]+) (\/_mock\/[^`\s?]+)`/g)].flatMap(([, methods = '', address = '']) =>
        methods.split(', ').map((method) => `${method} ${address}`),
      ),
    )
    const without = served.filter((call) => !listed.includes(call))
    expect(without, `Add a row for each of these calls to a table of ${path}.`).toEqual([])
    expect(listed.toSorted()).toEqual(served.toSorted())
  },
)
