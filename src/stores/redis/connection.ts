import { createHash } from 'node:crypto'
import { StoreUnavailable } from '../../engine/state/store-unavailable.ts'
import { peerFault } from '../../peers/peers.ts'
import { isError } from '../../shared/is-error.ts'
import { quoted, type Texts } from '../../shared/texts.ts'
import { StoreAddressError } from '../store-address-error.ts'
import type { RedisAddress } from './address.ts'
import { isLoss, whatIsLost } from './losses.ts'

/** How long a server may take to accept a connection, and to answer; milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000
const REPLY_TIMEOUT_MS = 10_000
/** How long a change waits for its replicas, milliseconds. */
const REPLICA_TIMEOUT_MS = 2_000
const LONGEST_RECONNECT_DELAY_MS = 500
/** How soon the nodes of a cluster are looked up again after one is lost; milliseconds. */
const REDISCOVER_AFTER_MS = 500

/** A server, or a cluster, that runs scripts for the mock. */
export interface RedisConnection {
  /** @throws StoreUnavailable if no answer comes, or an error */
  run(script: Script, args: readonly string[]): Promise<unknown>
  close(): Promise<void>
}

/** A Lua script with its digest, by which the server knows it. */
export interface Script {
  readonly text: string
  readonly sha: string
  /** Whether replicas must have its changes before it counts. */
  readonly writes: boolean
  /** How long the server may take to answer, milliseconds. */
  readonly replyTimeoutMs: number
}

/** Computes the digest of a script, as the server does. */
export function aScript(text: string, writes: boolean, replyTimeoutMs = REPLY_TIMEOUT_MS): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex'), writes, replyTimeoutMs }
}

/** The only feature of the client library in use: sending a command to the node that has a key. */
interface Client {
  send(command: readonly string[]): Promise<unknown>
  close(): void
}

/**
 * Connects to the server or cluster at an address. After the first success, a lost connection is reestablished automatically.
 *
 * @throws StoreAddressError if the client library is not installed or too old, or nothing suitable answers
 */
export async function connectRedis(address: RedisAddress): Promise<RedisConnection> {
  const library = await loadLibrary()
  let client: Client
  try {
    client = await openClient(library, address)
  } catch (error) {
    throw new StoreAddressError('unreachable', address.shown, { reason: quoted(reasonOf(error)), cause: error })
  }
  return new Connection(client, address)
}

type Library = typeof import('@redis/client')

async function loadLibrary(): Promise<Library> {
  const fault = peerFault('@redis/client')
  if (fault?.kind === 'missing') throw new StoreAddressError('client_missing', '')
  if (fault) throw new StoreAddressError('client_too_old', '', { reason: quoted(fault.version) })
  return await import('@redis/client')
}

async function openClient(library: Library, address: RedisAddress): Promise<Client> {
  if (address.nodes.length > 1) return openCluster(library, address)
  const single = await openSingle(library, address)
  if (!(await isClusterNode(single))) return single
  single.close()
  if (address.database !== 0) throw new Error('it is a cluster, which has no databases: leave /number out')
  return openCluster(library, address)
}

/** Whether a server is part of a cluster; one that refuses the question counts as a single server. */
async function isClusterNode(single: Client): Promise<boolean> {
  try {
    return String(await single.send(['INFO', 'cluster'])).includes('cluster_enabled:1')
  } catch (error) {
    if (isError(error) && error.message.startsWith('NOPERM')) return false
    throw error
  }
}

async function openSingle({ createClient }: Library, address: RedisAddress): Promise<Client> {
  const [node] = address.nodes
  let hasConnected = false
  const client = createClient({
    ...settingsOf(address),
    database: address.database,
    socket: socketOf(address, node, () => hasConnected),
  })
  // Without a listener an error would end the process; the sender of a command hears of it anyway.
  client.on('error', () => undefined)
  await client.connect()
  hasConnected = true
  return { send: (command) => client.sendCommand([...command]), close: () => client.destroy() }
}

async function openCluster({ createCluster }: Library, address: RedisAddress): Promise<Client> {
  const cluster = createCluster({
    rootNodes: address.nodes.map((node) => ({ socket: socketOf(address, node, () => false) })),
    defaults: { ...settingsOf(address), socket: socketOf(address, undefined, () => true) },
    topologyRefreshOnReconnectionAttemptStrategy: REDISCOVER_AFTER_MS,
  })
  cluster.on('error', () => undefined)
  await cluster.connect()
  const root = rootKey(address)
  return { send: (command) => cluster.sendCommand(root, false, [...command]), close: () => cluster.destroy() }
}

function settingsOf({ username, password }: RedisAddress) {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    // A command that cannot be sent now is answered with 503 now, rather than sent after its caller has given up.
    disableOfflineQueue: true,
  }
}

function socketOf({ tls }: RedisAddress, node: RedisAddress['nodes'][number] | undefined, mayReconnect: () => boolean) {
  return {
    ...node,
    ...(tls && { tls: true as const }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectStrategy: (retries: number, cause: Error) =>
      mayReconnect() ? Math.min(20 * 2 ** Math.min(retries, 10), LONGEST_RECONNECT_DELAY_MS) : cause,
  }
}

/** The root key, which decides where in a cluster a mock is kept; all its other keys begin with it. */
function rootKey({ prefix }: RedisAddress): string {
  return `{${prefix}}`
}

class Connection implements RedisConnection {
  readonly #client: Client
  readonly #address: RedisAddress

  constructor(client: Client, address: RedisAddress) {
    this.#client = client
    this.#address = address
  }

  async run(script: Script, args: readonly string[]): Promise<unknown> {
    const { replicas } = this.#address
    try {
      const reply = await this.#evaluate(script, args)
      if (script.writes && replicas > 0) await this.#awaitReplicas(replicas)
      return reply
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error
      throw this.#lost(error) ?? this.#unavailable(quoted(reasonOf(error)), error)
    }
  }

  async close(): Promise<void> {
    this.#client.close()
  }

  async #evaluate({ text, sha, replyTimeoutMs }: Script, args: readonly string[]): Promise<unknown> {
    const root = rootKey(this.#address)
    const rest = ['2', root, `${root}:meta`, ...args]
    try {
      return await this.#send(['EVALSHA', sha, ...rest], replyTimeoutMs)
    } catch (error) {
      // A server that was restarted, or took over from another, does not know the script.
      if (!(isError(error) && error.message.startsWith('NOSCRIPT'))) throw error
      return this.#send(['EVAL', text, ...rest], replyTimeoutMs)
    }
  }

  async #awaitReplicas(replicas: number): Promise<void> {
    const taken = Number(await this.#send(['WAIT', String(replicas), String(REPLICA_TIMEOUT_MS)]))
    if (taken >= replicas) return
    throw this.#unavailable({
      en: `${taken} of ${replicas} replicas took the change over in ${REPLICA_TIMEOUT_MS} ms`,
      zh: `${REPLICA_TIMEOUT_MS} 毫秒内 ${replicas} 个副本中只有 ${taken} 个同步了改动`,
    })
  }

  /** Does not wait forever: a hanging server keeps its connections open. */
  async #send(command: readonly string[], timeoutMs = REPLY_TIMEOUT_MS): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(this.#unavailable({ en: `no answer in ${timeoutMs} ms`, zh: `${timeoutMs} 毫秒内没有应答` })),
        timeoutMs,
      )
    })
    try {
      return await Promise.race([this.#client.send(command), late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** The error of a script that did not find what should be there. */
  #lost(error: unknown): StoreUnavailable | undefined {
    const [, name = ''] = /^LOST (\w+)/.exec(isError(error) ? error.message : '') ?? []
    if (!isLoss(name)) return undefined
    const { shown } = this.#address
    const { en, zh } = whatIsLost(name)
    return new StoreUnavailable({ en: `The store at ${shown} ${en}.`, zh: `存储 ${shown} ${zh}。` }, { cause: error })
  }

  #unavailable({ en, zh }: Texts, cause?: unknown): StoreUnavailable {
    const { shown } = this.#address
    return new StoreUnavailable(
      { en: `The store at ${shown} cannot be used: ${en}.`, zh: `无法使用存储 ${shown}：${zh}。` },
      { cause },
    )
  }
}

/** Short reason for an error. */
export function reasonOf(error: unknown): string {
  const { errors } = Object(error) as Partial<AggregateError>
  if (Array.isArray(errors) && errors.length > 0) return errors.map(reasonOf).join(', ')
  return isError(error) && error.message !== '' ? error.message.replace(/\.$/, '') : String(error)
}
