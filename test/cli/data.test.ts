import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { connectControl } from '../../src/mock-control.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../helpers/tables.ts'
import { cli, environment, MAIN, misuse, NODE, test } from './cli.ts'

const COUPON = { stock_id: '100088', coupon_code: 'KEPT' }

describe.concurrent('serve --data', () => {
  test('keeps the state over a stop and over a kill, and warns of nothing', async ({ cwd, serve, spawnServe }) => {
    const data = join(cwd, 'mock.db')
    const first = await spawnServe(['--data', data, '--quiet', '--json'])
    await connectControl(first.url).addCoupon(COUPON)
    first.child.kill('SIGTERM')
    expect(await first.exited).toBe(0)
    const second = await spawnServe(['--json', '--quiet'], { env: { WECHATPAY_MOCK_DATA: data } })
    await connectControl(second.url).patchCoupon(COUPON.stock_id, COUPON.coupon_code, { state: 'USED' })
    second.child.kill('SIGKILL')
    await second.exited
    const third = await serve(['--data', data, '--quiet', '--json', '--seed', './no-such-seed.json'])

    expect(await connectControl(third.url).coupon(COUPON.stock_id, COUPON.coupon_code)).toMatchObject({ state: 'USED' })
    expect([first.stderr, second.stderr, third.stderr]).toEqual(['', '', ''])
  })

  test('says in the banner what the state is', async ({ cwd, serve, spawnServe }) => {
    const data = join(cwd, 'mock.db')
    const first = await spawnServe(['--data', data])
    first.child.kill('SIGTERM')
    await first.exited
    const second = await serve(['--data', data, '--lang', 'zh'])

    expect(first.stdout).toMatch(/state +scenario default\n +data file +.*mock\.db\n/)
    expect(second.stdout).toMatch(
      /初始数据 +接着上次的状态（--seed 和 --clock 只用于新文件）\n +数据文件 +.*mock\.db\n/,
    )
  })

  test('warns of a file that other users can read (Windows has no permissions)', async ({ cwd, serve, skip }) => {
    skip(process.platform === 'win32')
    for (const [lang, line] of [
      ['en', 'FILE is open to other users of this machine: close it to them with chmod go-rwx.'],
      ['zh', '本机其他用户可以读取或写入 FILE：请用 chmod go-rwx 收回权限。'],
    ] as const) {
      const data = join(cwd, `${lang}.db`)
      await (await SqliteStore.open(data, TABLES)).close()
      await chmod(data, 0o644)
      const server = await serve(['--data', data, '--quiet', '--lang', lang])
      expect(server.stderr).toBe(`wechatpay-mock: ${line.replace('FILE', data)}\n`)
    }
  })

  test('refuses a file that a mock has open, in one line', async ({ cwd, serve }) => {
    const data = join(cwd, 'mock.db')
    await serve(['--data', data])

    for (const [lang, line] of [
      ['en', `${data} is open in another process: only one mock at a time can use it.`],
      ['zh', `${data} 正被另一个进程使用：同一时刻只能有一个模拟服务使用它。`],
    ] as const) {
      expect(await misuse(['--port', '0', '--data', data, '--lang', lang])).toBe(`wechatpay-mock: ${line}\n`)
    }
  })

  test.for([
    ['a directory', 'made', / is a directory: name a file in it\.\n$/],
    [
      'a file of another program',
      'text',
      / was not made by wechatpay-mock, or its beginning is damaged, and is left alone: name another file, or restore a copy\.\n$/,
    ],
    [
      'a file in a directory that is not there',
      join('no', 'mock.db'),
      / cannot be opened: there is no such file or directory\.\n$/,
    ],
  ] as const)('refuses %s, in one line', async ([, name, message], { cwd }) => {
    await mkdir(join(cwd, 'made'))
    await writeFile(join(cwd, 'text'), 'a text')

    expect(await misuse(['--port', '0', '--data', join(cwd, name)])).toMatch(message)
    expect(await readFile(join(cwd, 'text'), 'utf8')).toBe('a text')
  })

  test('refuses a file that was emptied, until it is told to go on', async ({ cwd, serve }) => {
    const data = join(cwd, 'mock.db')
    await writeFile(data, '', { mode: 0o600 })

    for (const [lang, line] of [
      [
        'en',
        `${data} is there, but empty: restore a copy if it had a state, or delete it to start afresh. With --accept-data-loss (acceptDataLoss: true) it starts afresh as well.`,
      ],
      [
        'zh',
        `${data} 是空文件：如果其中曾有状态，请恢复备份；如需重新开始，请删除该文件。如果加上 --accept-data-loss（acceptDataLoss: true），也会重新开始。`,
      ],
    ] as const) {
      expect(await misuse(['--port', '0', '--data', data, '--lang', lang])).toBe(`wechatpay-mock: ${line}\n`)
    }
    const server = await serve(['--data', data, '--quiet', '--accept-data-loss', '--lang', 'en'])
    expect(server.stderr).toContain(`${data} was there, but empty, and starts afresh`)
  })

  test('refuses a file that it may not write, in one line', async ({ cwd }) => {
    const data = join(cwd, 'mock.db')
    await (await SqliteStore.open(data, TABLES)).close()
    await chmod(data, 0o444)
    await chmod(cwd, 0o555)

    // For the administrator there is nothing that may not be written.
    const isAdministrator = process.getuid?.() === 0
    const child = spawn(NODE, [MAIN, 'serve', '--port', '0', '--data', data, '--lang', 'en'], {
      env: environment(),
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(isAdministrator && { uid: 65_534, gid: 65_534 }),
    })
    const [chunks, [code]] = await Promise.all([child.stderr.toArray(), once(child, 'close')])
    await chmod(cwd, 0o755)

    expect([code, chunks.join('')]).toEqual([
      2,
      `wechatpay-mock: ${data} is not writable: make it and its directory writable, or name another file.\n`,
    ])
  })
})

test('run --data keeps what the command has changed', async ({ cwd, serve }) => {
  const data = join(cwd, 'mock.db')
  const script = `await fetch(process.env.WECHATPAY_MOCK_URL + '/_mock/coupons', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: '${JSON.stringify(COUPON)}' })`
  const { code, stderr } = await cli(['run', '--data', data, '--', NODE, '--input-type=module', '--eval', script], {
    cwd,
  })
  const { url } = await serve(['--data', data])

  expect([code, stderr.includes('WARN')]).toEqual([0, false])
  expect(await connectControl(url).coupon(COUPON.stock_id, COUPON.coupon_code)).toMatchObject({ state: 'SENDED' })
})

/** Lets the client library be one that is not installed. */
const WITHOUT_LIBRARY = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module'
registerHooks({ resolve(name, context, next) {
  if (name.startsWith('@redis/client')) throw Object.assign(new Error('Cannot find package'), { code: 'MODULE_NOT_FOUND' })
  return next(name, context)
} })`)}`

describe('a store that cannot be used is told in one line', () => {
  const refusal = (store: string, more: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
    misuse(['--port', '0', '--store', store, ...more], { env })

  test.for([
    ['en', 'The store at redis://127.0.0.1:1 cannot be used: connect ECONNREFUSED 127.0.0.1:1. Start it'],
    ['zh', '无法使用存储 redis://127.0.0.1:1：connect ECONNREFUSED 127.0.0.1:1。请启动它'],
  ] as const)('that does not answer (%s), without its password', async ([lang, text]) => {
    const line = await refusal('redis://ann:top-secret@127.0.0.1:1', ['--lang', lang])

    expect(line).toContain(text)
    expect(line).not.toContain('top-secret')
  })

  test.for([
    ['en', 'The prefix of a store is 1 to 100 of'],
    ['zh', '存储的地址不对（'],
  ] as const)('whose address is none (%s)', async ([lang, text]) => {
    expect(await refusal('redis://127.0.0.1:1?prefix={x}', ['--lang', lang])).toContain(text)
  })

  test('for which the client library is missing', async () => {
    const env = { NODE_OPTIONS: `--import ${WITHOUT_LIBRARY}` }

    expect(await refusal('redis://127.0.0.1:1', [], env)).toContain('npm install @redis/client')
  })

  test('beside a data file', async () => {
    expect(await refusal('redis://127.0.0.1:1', ['--data', 'mock.db'])).toContain('give --data or --store, not both')
  })
})
