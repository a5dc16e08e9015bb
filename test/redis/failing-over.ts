import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { freePort, PROGRAM, type RunningRedis, startCluster, startRedis, until } from './redis-server.ts'

/** A master with a replica, and who lets the replica take over. */
export interface FailingOver {
  /** The address of a store, without `replicas`. */
  readonly address: string
  readonly servers: readonly RunningRedis[]
  /** The server that is the master now, among those that run. */
  master(): Promise<RunningRedis>
  replica(): Promise<RunningRedis>
  /** Lets the replica take over from a master that works. */
  failOver(): Promise<void>
  /** Waits until a server is the master, and everybody knows it. */
  isMaster(server: RunningRedis): Promise<void>
  /** Makes a former master the replica of the new one, and waits until it has its data. */
  rejoin(former: RunningRedis): Promise<void>
  remove(): Promise<void>
}

export const WAYS_TO_FAIL_OVER = { sentinel: startWithSentinels, cluster: startInCluster } as const

const MASTER = 'shop-master'
const SENTINELS = 3
const DOWN_AFTER_MS = 2_000

async function startWithSentinels(prefix: string): Promise<FailingOver> {
  const settings = ['--repl-diskless-sync-delay', '0']
  const first = await startRedis(settings)
  const second = await startRedis([...settings, '--replicaof', `127.0.0.1 ${first.port}`])
  const servers = [first, second]
  await isLinked(second)
  const sentinels = await Promise.all(Array.from({ length: SENTINELS }, () => startSentinel(first.port)))
  const knowsAll = async ({ ask }: Sentinel) => {
    const known = listed(await ask('SENTINEL', 'MASTER', MASTER))
    return known['num-slaves'] === '1' && known['num-other-sentinels'] === String(SENTINELS - 1)
  }
  for (const sentinel of sentinels) await until(() => knowsAll(sentinel))
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')
  return {
    ...roles(servers),
    address: `redis+sentinel://${hosts}/${MASTER}?prefix=${prefix}`,
    servers,
    async failOver() {
      const [sentinel] = sentinels
      await until(async () => (await sentinel?.ask('SENTINEL', 'FAILOVER', MASTER)) === 'OK')
    },
    async isMaster(server) {
      await until(async () => (await roleOf(server)) === 'master')
      for (const { ask } of sentinels)
        await until(async () =>
          String(await ask('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER)).endsWith(`,${server.port}`),
        )
    },
    async rejoin(former) {
      const master = servers.find((server) => server !== former)
      await former.command('REPLICAOF', '127.0.0.1', String(master?.port))
      await isLinked(former)
    },
    async remove() {
      await Promise.all([...sentinels, ...servers].map((one) => one.remove()))
    },
  }
}

interface Sentinel {
  readonly port: number
  ask(...words: string[]): Promise<unknown>
  remove(): Promise<void>
}

async function startSentinel(masterPort: number): Promise<Sentinel> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'wechatpay-mock-sentinel-'))
  const file = join(folder, 'sentinel.conf')
  await writeFile(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor ${MASTER} 127.0.0.1 ${masterPort} 2`,
      `sentinel down-after-milliseconds ${MASTER} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${MASTER} 3000`,
      '',
    ].join('\n'),
  )
  const child: ChildProcess = spawn(PROGRAM, [file, '--sentinel'], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const sentinel: Sentinel = {
    port,
    async ask(...words) {
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
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
  await until(async () => (await sentinel.ask('PING')) === 'PONG')
  return sentinel
}

async function startInCluster(prefix: string): Promise<FailingOver> {
  const cluster = await startCluster({ replicas: 1 })
  const first = await cluster.masterOf(prefix)
  const second = cluster.nodes[cluster.nodes.indexOf(first) + 3]
  if (!second) throw new Error('The master has no replica.')
  const servers = [first, second]
  const { master, replica } = roles(servers)
  const slot = Number(await first.command('CLUSTER', 'KEYSLOT', `{${prefix}}`))
  const names = async (node: RunningRedis, server: RunningRedis) => {
    const ranges = (await node.command('CLUSTER', 'SLOTS')) as [first: number, last: number, master: unknown[]][]
    return ranges.some(([from, to, [, port]]) => from <= slot && slot <= to && port === server.port)
  }
  return {
    master,
    replica,
    address: `${cluster.url}?prefix=${prefix}`,
    servers,
    async failOver() {
      await (await replica()).command('CLUSTER', 'FAILOVER')
    },
    async isMaster(server) {
      for (const node of cluster.nodes.filter((one) => one === server || !servers.includes(one)))
        await until(() => names(node, server))
    },
    async rejoin(former) {
      await isLinked(former)
    },
    remove: () => cluster.remove(),
  }
}

function roles(servers: readonly RunningRedis[]) {
  const withRole = async (wanted: string) => {
    let found: RunningRedis | undefined
    await until(async () => {
      for (const server of servers) if (server.pid > 0 && (await roleOf(server)) === wanted) found = server
      return found !== undefined
    })
    if (!found) throw new Error(`There is no ${wanted}.`)
    return found
  }
  return { master: () => withRole('master'), replica: () => withRole('slave') }
}

async function roleOf(server: RunningRedis): Promise<string> {
  return String(((await server.command('ROLE')) as unknown[])[0])
}

function isLinked(replica: RunningRedis): Promise<void> {
  return until(async () => {
    const about = String(await replica.command('INFO', 'replication'))
    return about.includes('role:slave') && about.includes('master_link_status:up')
  }, 30)
}

/** An answer of names and values in turn, as an object; some versions of the client make it one. */
function listed(reply: unknown): Readonly<Record<string, unknown>> {
  if (!Array.isArray(reply)) return reply as Record<string, unknown>
  return Object.fromEntries(reply.flatMap((name, i) => (i % 2 === 0 ? [[String(name), reply[i + 1]]] : [])))
}
