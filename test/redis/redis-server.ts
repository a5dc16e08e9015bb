import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { afterAll, beforeAll, onTestFinished } from 'vitest'

/** The server program: Redis, or the Valkey named by `REDIS_SERVER`. */
export const PROGRAM = process.env.REDIS_SERVER ?? 'redis-server'

/** Version of the server program; `undefined` if this machine does not have it. */
export function redisVersion(): string | undefined {
  const { status, stdout } = spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** A real server on loopback, in a folder of its own. */
export interface RunningRedis {
  readonly port: number
  readonly url: string
  readonly pid: number
  /** `kill -9`. */
  kill(): Promise<void>
  /** Saves its data to disk first, as a restarted server does. */
  stop(): Promise<void>
  /** Starts on the same port, with the data from the disk. */
  start(): Promise<void>
  /** Runs a Redis command on the server. */
  command(...words: string[]): Promise<unknown>
  /** Stops it, and deletes its folder. */
  remove(): Promise<void>
}

/** Starts a server on a free port; `settings` are lines of its configuration. */
export async function startRedis(settings: readonly string[] = []): Promise<RunningRedis> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'wechatpay-mock-redis-'))
  let child: ChildProcess | undefined

  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const running = child
    child = undefined
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    running.kill(signal)
    await ended
  }
  const redis: RunningRedis = {
    port,
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return child?.pid ?? -1
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async start() {
      child = spawn(
        PROGRAM,
        [
          ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'],
          ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
          ...settings,
        ],
        { stdio: 'ignore' },
      )
      const failed = once(child, 'error').then(([error]) => {
        throw error
      })
      failed.catch(() => undefined)
      await Promise.race([failed, until(() => isUp(redis))])
    },
    async command(...words) {
      const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: false } })
      client.on('error', () => undefined)
      await client.connect()
      try {
        return await client.sendCommand(words)
      } finally {
        client.destroy()
      }
    },
    async remove() {
      await end('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await redis.start()
  } catch (error) {
    await redis.remove()
    throw error
  }
  return redis
}

/** Waits for something that ends with the test; what started last ends first. */
export async function forTest<Thing>(starting: Promise<Thing>, end: (thing: Thing) => Promise<void>): Promise<Thing> {
  const thing = await starting
  onTestFinished(() => end(thing))
  return thing
}

/** Starts a server for the tests of a file. `address` is that of a store on it, a new one each time unless the prefix is given. */
export function redisForFile() {
  let running: RunningRedis
  beforeAll(async () => {
    running = await startRedis()
  })
  afterAll(() => running?.remove())
  return {
    get redis() {
      return running
    },
    address: (prefix: string = randomUUID()) => `${running.url}?prefix=${prefix}`,
  }
}

/** Whether the server answers; demanding a password counts. */
async function isUp(redis: RunningRedis): Promise<boolean> {
  try {
    return (await redis.command('PING')) === 'PONG'
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOAUTH')) return true
    throw error
  }
}

/** Counts the commands that the server executes for some work, including those of scripts. */
export function commandsOf(redis: RunningRedis, work: () => Promise<unknown>): Promise<number> {
  return count(redis, /^cmdstat_(?!config|info|client|hello)[^:]*:calls=(\d+)/gm, work)
}

/** Counts the scripts that the server runs for some work. */
export function scriptsOf(redis: RunningRedis, work: () => Promise<unknown>): Promise<number> {
  return count(redis, /^cmdstat_evalsha:calls=(\d+)/gm, work)
}

async function count(redis: RunningRedis, counts: RegExp, work: () => Promise<unknown>): Promise<number> {
  await redis.command('CONFIG', 'RESETSTAT')
  await work()
  const stats = String(await redis.command('INFO', 'commandstats'))
  return [...stats.matchAll(counts)].reduce((sum, [, calls]) => sum + Number(calls), 0)
}

/** A real cluster of three masters, each with the given number of replicas. */
export interface RunningCluster {
  readonly nodes: readonly RunningRedis[]
  /** Names every node. */
  readonly url: string
  /** The master with the keys of a prefix. */
  masterOf(prefix: string): Promise<RunningRedis>
  remove(): Promise<void>
}

const SLOTS = 16_384

/** Starts three masters and their replicas, and waits until every node knows that the cluster works. */
export async function startCluster({ replicas }: { readonly replicas: number }): Promise<RunningCluster> {
  const settings = [
    '--cluster-enabled',
    'yes',
    '--cluster-node-timeout',
    '1500',
    '--cluster-replica-validity-factor',
    '0',
    '--repl-diskless-sync-delay',
    '0',
  ]
  const nodes = await Promise.all(Array.from({ length: 3 + 3 * replicas }, () => startRedis(settings)))
  const masters = nodes.slice(0, 3)
  await Promise.all(
    masters.map((node, i) => node.command('CLUSTER', 'ADDSLOTSRANGE', String(share(i)), String(share(i + 1) - 1))),
  )
  for (const [i, node] of nodes.entries()) await node.command('CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1))
  const [first] = nodes
  for (const node of nodes) await node.command('CLUSTER', 'MEET', '127.0.0.1', String(first?.port))
  await everyNode(nodes, `cluster_known_nodes:${nodes.length}`)
  const ids = await Promise.all(masters.map((node) => node.command('CLUSTER', 'MYID')))
  await Promise.all(nodes.slice(3).map((node, i) => node.command('CLUSTER', 'REPLICATE', String(ids[i % 3]))))
  await everyNode(nodes, 'cluster_state:ok')
  await Promise.all(
    nodes
      .slice(3)
      .map((node) =>
        until(async () => String(await node.command('INFO', 'replication')).includes('master_link_status:up')),
      ),
  )
  return {
    nodes,
    url: `redis://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    async masterOf(prefix) {
      const slot = Number(await first?.command('CLUSTER', 'KEYSLOT', `{${prefix}}`))
      const [master] = masters.filter((_, i) => slot >= share(i) && slot < share(i + 1))
      if (!master) throw new Error(`no master has the slot ${slot}`)
      return master
    },
    async remove() {
      await Promise.all(nodes.map((node) => node.remove()))
    },
  }
}

/** The first slot of a master. */
function share(i: number): number {
  return Math.floor((SLOTS / 3) * i)
}

function everyNode(nodes: readonly RunningRedis[], line: string): Promise<unknown> {
  return Promise.all(
    nodes.map((node) => until(async () => String(await node.command('CLUSTER', 'INFO')).includes(line))),
  )
}

/** Waits until something holds, ignoring errors meanwhile. */
export async function until(holds: () => Promise<boolean>, seconds = 15): Promise<void> {
  const end = performance.now() + seconds * 1_000
  let last: unknown
  while (performance.now() < end) {
    try {
      if (await holds()) return
    } catch (error) {
      last = error
    }
    await sleep(50)
  }
  throw new Error(`it did not come about in ${seconds} seconds`, { cause: last })
}

export async function freePort(): Promise<number> {
  // The cluster bus uses the port plus 10,000.
  for (;;) {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    server.close()
    await once(server, 'close')
    if (typeof address === 'object' && address && address.port <= 55_535) return address.port
  }
}
