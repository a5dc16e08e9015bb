import { createHash } from 'node:crypto'
import { StoreUnavailable } from '../../engine/state/store.ts'
import { peerFault } from '../../peers/peers.ts'
import { isError } from '../../shared/errors.ts'
import { quoted, type Texts } from '../../shared/texts.ts'
import { StoreAddressError } from '../store-errors.ts'

export interface RedisAddress {
  readonly tls: boolean
  readonly username?: string
  readonly password?: string
  /** More than one: nodes of a cluster; each of them knows the others. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  readonly database: number
  /** Identifies the mock on a shared server: all of its keys begin with `{prefix}`. */
  readonly prefix: string
  /** How many replicas must have a change before it is acknowledged. */
  readonly replicas: number
  /** The address without user and password, for messages. */
  readonly shown: string
}

const DEFAULT_PORT = 6_379
const DEFAULT_PREFIX = 'wechatpay-mock'
const SHAPE = /^(rediss?):\/\/(?:([^@/?]*)@)?([^@/?]+)(?:\/(\d{0,4}))?(?:\?(.*))?$/
const NODE = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/

/**
 * Parses `redis://[user:password@]host[:port][,host:port…][/database][?prefix=…&replicas=…]`, with `rediss:` for TLS.
 *
 * @throws StoreAddressError for anything else
 */
export function parseRedisAddress(text: string): RedisAddress {
  const [, scheme, credentials, hosts = '', database = '', query = ''] = SHAPE.exec(text) ?? refuse(SHAPE_EXPECTED)
  const nodes = hosts.split(',').map(parseNode)
  const { prefix, replicas } = parseQuery(query)
  const number = Number(database)
  if (nodes.length > 1 && number !== 0)
    refuse({ en: 'A cluster has no databases: leave /number out.', zh: '集群没有数据库编号，请去掉 /编号' })
  return {
    tls: scheme === 'rediss',
    ...parseCredentials(credentials),
    nodes,
    database: number,
    prefix,
    replicas,
    shown: `${scheme}://${hosts}${number === 0 ? '' : `/${number}`}`,
  }
}

const SHAPE_EXPECTED = { en: 'This is no address of a store.', zh: '这不是存储的地址' }

function parseNode(text: string): RedisAddress['nodes'][number] {
  const [, bracketed, plain, port] = NODE.exec(text) ?? refuse(SHAPE_EXPECTED)
  const number = port === undefined ? DEFAULT_PORT : Number(port)
  if (number < 1 || number > 65_535)
    refuse({ en: `${number} is no port: use 1 to 65535.`, zh: `${number} 不是端口，请使用 1 到 65535` })
  return { host: bracketed ?? plain ?? '', port: number }
}

function parseCredentials(text: string | undefined): Pick<RedisAddress, 'username' | 'password'> {
  if (text === undefined || text === '') return {}
  const colon = text.indexOf(':')
  const [username, password] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
  try {
    return {
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
    }
  } catch {
    return refuse({
      en: 'User and password of a store are URL-encoded: % begins an escape, such as %25 for itself.',
      zh: '用户名和密码须经 URL 编码，% 是转义的开头，它本身写成 %25',
    })
  }
}

function parseQuery(text: string): Pick<RedisAddress, 'prefix' | 'replicas'> {
  const query = new URLSearchParams(text)
  const unknown = [...query.keys()].find((name) => name !== 'prefix' && name !== 'replicas')
  if (unknown !== undefined)
    refuse({
      en: `The address of a store has no option ${unknown}. It has: prefix, replicas.`,
      zh: `没有选项 ${unknown}，可用的有 prefix、replicas`,
    })
  const prefix = query.get('prefix') ?? DEFAULT_PREFIX
  if (!/^[\w.:-]{1,100}$/.test(prefix))
    refuse({
      en: 'The prefix of a store is 1 to 100 of A-Z a-z 0-9 _ . : and -.',
      zh: 'prefix 应为 1 到 100 个字符，只能用 A-Z a-z 0-9 _ . : 和 -',
    })
  const replicas = query.get('replicas') ?? '0'
  if (!/^\d$/.test(replicas)) refuse({ en: 'replicas is a number from 0 to 9.', zh: 'replicas 应为 0 到 9 的数字' })
  return { prefix, replicas: Number(replicas) }
}

function refuse(reason: Texts): never {
  throw new StoreAddressError('address', '', { reason })
}

/** Things that a script may report as lost, each with the remedy. */
const LOST = {
  all: {
    en: 'the state of the mock: start a mock with this store to seed it anew',
    zh: '模拟服务的全部状态：请用此存储启动一个模拟服务，以重新写入初始数据',
  },
  seed: {
    en: 'part of the state of the mock: replace all of it, for instance with PUT /_mock/world',
    zh: '模拟服务的部分状态：请替换全部数据，例如使用 PUT /_mock/world',
  },
  changes: {
    en: 'part of the changes since the seed: go back to the seed with POST /_mock/reset',
    zh: '初始数据之后的部分改动：请用 POST /_mock/reset 恢复初始数据',
  },
  journal: { en: 'the journal: empty it with DELETE /_mock/journal', zh: '请求记录：请用 DELETE /_mock/journal 清空' },
  rates: {
    en: 'the counts of calls: start them anew with POST /_mock/reset',
    zh: '调用次数的统计：请用 POST /_mock/reset 重新开始',
  },
}

/** Whether this is the name of something that a script may report as lost. */
function isLoss(name: string): name is keyof typeof LOST {
  return Object.hasOwn(LOST, name)
}

export function whatIsLost(name: keyof typeof LOST): Texts {
  const { en, zh } = LOST[name]
  return {
    en: `was emptied, ran out of memory or was restarted without its data, and has lost ${en}`,
    zh: `被清空、内存不足或重启时没有保留数据，因而丢失了${zh}`,
  }
}

/** How long a server may take to accept a connection, and to answer; milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000
const REPLY_TIMEOUT_MS = 10_000
const NO_ANSWER = { en: `no answer in ${REPLY_TIMEOUT_MS} ms`, zh: `${REPLY_TIMEOUT_MS} 毫秒内没有应答` }
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
interface Script {
  readonly text: string
  readonly sha: string
  /** Whether replicas must have its changes before it counts. */
  readonly writes: boolean
}

export function aScript(text: string, writes: boolean): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex'), writes }
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

  async #evaluate({ text, sha }: Script, args: readonly string[]): Promise<unknown> {
    const root = rootKey(this.#address)
    const rest = ['2', root, `${root}:meta`, ...args]
    try {
      return await this.#send(['EVALSHA', sha, ...rest])
    } catch (error) {
      // A server that was restarted, or took over from another, does not know the script.
      if (!(isError(error) && error.message.startsWith('NOSCRIPT'))) throw error
      return this.#send(['EVAL', text, ...rest])
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
  async #send(command: readonly string[]): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#unavailable(NO_ANSWER)), REPLY_TIMEOUT_MS)
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

/** The list that a script answered with; of what, for a message about a bug. */
export function listIn(reply: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(reply)) throw new Error(`A script answered ${String(reply)} instead of ${what}.`)
  return reply
}

export function reasonOf(error: unknown): string {
  const { errors } = Object(error) as Partial<AggregateError>
  if (Array.isArray(errors) && errors.length > 0) return errors.map(reasonOf).join(', ')
  return isError(error) && error.message !== '' ? error.message.replace(/\.$/, '') : String(error)
}
