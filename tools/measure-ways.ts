/**
 * `npm run measure:ways`: how long each way to have the mock takes, from an empty folder to the first signed 200, and how large it is. Writes the
 * table into docs/containers.md and its translation.
 *
 * npm begins with an empty cache, so the network counts. What a checkout builds, the tarball, the executable and the image, is built before.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { cpus, loadavg, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Language } from '../src/cli/texts.ts'
import { BINARY } from './binary/executable.ts'
import { IMAGE, Podman } from './binary/podman.ts'
import { table, withParts } from './documents/made-parts.ts'
import { make, readyCall } from './reliability/signed-calls.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const CALL = { method: 'GET', target: '/v3/certificates', status: 200 } as const
const SERVE = ['--port', '0', '--json']
const TOKEN = 'a-control-token'

const WORDS = {
  en: {
    head: ['what you get', 'handed on', 'on the disk', 'to the first signed 200'],
    names: { tarball: 'tarball, `npm install`', binary: 'executable', image: 'image', checkout: 'checkout, `npm ci`' },
    size: (bytes: number) => `${Math.round(bytes / 1e6)} MB`,
    time: (ms: number) => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`),
    none: 'not measured here',
    measured: (processors: number, load: number) =>
      `Measured on ${processors} processors, at a load of ${load}, with an empty npm cache.`,
  },
  zh: {
    head: ['方式', '分发大小', '占用磁盘', '到第一个已签名的 200'],
    names: { tarball: 'tarball，`npm install`', binary: '可执行文件', image: '镜像', checkout: '源码，`npm ci`' },
    size: (bytes: number) => `${Math.round(bytes / 1e6)} MB`,
    time: (ms: number) => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} 秒` : `${Math.round(ms / 1000)} 秒`),
    none: '此处未测',
    measured: (processors: number, load: number) =>
      `在 ${processors} 个处理器上测得，npm 缓存为空，系统负载为 ${load}。`,
  },
} satisfies Record<Language, unknown>

type Way = keyof (typeof WORDS)['en']['names']

interface Measured {
  readonly way: Way
  /** Bytes of what is copied to get it; a checkout is cloned. */
  readonly handed: number
  readonly onDisk: number
  /** `undefined` where this machine cannot run it. */
  readonly ms: number | undefined
}

const folder = mkdtempSync(join(tmpdir(), 'wechatpay-mock-ways-'))
const agent = new Agent()

const run = (cwd: string, command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      npm_config_cache: join(folder, 'caches', basename(cwd)),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    },
  })

/** Bytes of a file or a folder. */
const sizeOf = (path: string): number => Number(run(folder, 'du', '-sb', path).split('\t')[0])

/** Starts a mock, makes a call, and ends it. */
async function call(cwd: string, command: string, ...args: readonly string[]): Promise<void> {
  const child = spawn(command, [...args, ...SERVE], { cwd, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  await make(await readyCall(CALL), (JSON.parse(line) as { url: string }).url, agent)
  if (child.pid === undefined) throw new Error(`${command} did not start`)
  // A signal to npm alone might not reach the mock, which would keep the pipe open.
  process.kill(-child.pid)
  await once(child, 'close')
}

function emptyFolder(way: Way): string {
  const cwd = join(folder, way)
  mkdirSync(cwd)
  return cwd
}

async function tarball(): Promise<Measured> {
  const packed = JSON.parse(run(root, 'npm', 'pack', '--json', '--pack-destination', folder)) as [{ filename: string }]
  const file = join(folder, packed[0].filename)
  const cwd = emptyFolder('tarball')
  const start = performance.now()
  cpSync(file, join(cwd, 'wechatpay-mock.tgz'))
  run(cwd, 'npm', 'install', '--save-dev', './wechatpay-mock.tgz')
  await call(cwd, 'node_modules/.bin/wechatpay-mock')
  return {
    way: 'tarball',
    handed: sizeOf(file),
    onDisk: sizeOf(join(cwd, 'node_modules')),
    ms: performance.now() - start,
  }
}

async function binary(): Promise<Measured> {
  const cwd = emptyFolder('binary')
  const start = performance.now()
  cpSync(BINARY, join(cwd, 'wechatpay-mock'))
  await call(cwd, './wechatpay-mock')
  return { way: 'binary', handed: sizeOf(BINARY), onDisk: sizeOf(BINARY), ms: performance.now() - start }
}

async function checkout(): Promise<Measured> {
  const cwd = join(folder, 'checkout')
  const start = performance.now()
  run(folder, 'git', 'clone', '--quiet', '--depth', '1', `file://${root}`, cwd)
  const handed = sizeOf(cwd)
  run(cwd, 'npm', 'ci')
  await call(cwd, 'npm', 'start', '--silent', '--')
  return { way: 'checkout', handed, onDisk: sizeOf(cwd), ms: performance.now() - start }
}

/** The image is loaded from a file, as a registry would hand it on. */
async function image(): Promise<Measured | undefined> {
  const podman = new Podman()
  try {
    if ((podman.install() ?? podman.obstacleToBuilding()) !== undefined) return undefined
    podman.build()
    const [{ Size: onDisk }] = JSON.parse(podman.run('image', 'inspect', IMAGE)) as [{ Size: number }]
    const file = join(folder, 'image.tar')
    podman.run('save', '--output', file, IMAGE)
    podman.run('rmi', IMAGE)
    const start = performance.now()
    podman.run('load', '--input', file)
    const options = ['--detach', '--publish', '127.0.0.1::8089', '--ulimit', 'host', '--health-interval', 'disable']
    const started = podman.tried('run', ...options, '--env', `WECHATPAY_MOCK_CONTROL_TOKEN=${TOKEN}`, IMAGE)
    if (started.status !== 0) return { way: 'image', handed: sizeOf(file), onDisk, ms: undefined }
    const url = `http://${podman.run('port', started.stdout.trim(), '8089')}`
    await answering(url)
    return { way: 'image', handed: sizeOf(file), onDisk, ms: performance.now() - start }
  } finally {
    podman.remove()
  }
}

/** Makes the call as soon as the port is open. */
async function answering(url: string): Promise<void> {
  const end = performance.now() + 60_000
  for (;;) {
    try {
      return await make(await readyCall(CALL), url, agent)
    } catch (error) {
      if (performance.now() > end) throw error
    }
  }
}

const load = Math.round(loadavg()[0] ?? 0)

function partIn(language: Language, measured: readonly Measured[]): string {
  const { head, names, size, time, none, measured: how } = WORDS[language]
  const rows = measured.map(({ way, handed, onDisk, ms }) => [
    names[way],
    size(handed),
    size(onDisk),
    ms === undefined ? none : time(ms),
  ])
  return `${table(head, rows)}\n\n${how(cpus().length, load)}`
}

try {
  const measured = [await tarball(), await binary(), await image(), await checkout()].filter((one) => one !== undefined)
  for (const [language, page] of [
    ['en', 'docs/containers.md'],
    ['zh', 'docs/containers.zh-CN.md'],
  ] as const) {
    const text = partIn(language, measured)
    console.log(text)
    const file = join(root, page)
    writeFileSync(file, withParts(readFileSync(file, 'utf8'), { ways: () => text }))
  }
} finally {
  agent.destroy()
  rmSync(folder, { recursive: true, force: true })
}
