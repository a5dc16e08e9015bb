import type { Texts } from '../../wire/shared/texts.ts'
import { StoreAddressError } from '../store-errors.ts'

export interface RedisNode {
  readonly host: string
  readonly port: number
}

export interface Credentials {
  readonly username?: string
  readonly password?: string
}

export interface RedisAddress extends Credentials {
  readonly tls: boolean
  /** More than one: nodes of a cluster, or Sentinels; each node of a cluster knows the others. */
  readonly nodes: readonly RedisNode[]
  /** Set if the nodes are Sentinels: the name of the master that they watch, and who asks them. */
  readonly sentinel?: { readonly master: string } & Credentials
  readonly database: number
  /** Identifies the mock on a shared server: all of its keys begin with `{prefix}`. */
  readonly prefix: string
  /** How many replicas must have a change before it is acknowledged. */
  readonly replicas: number
  /** The address without user and password, for messages. */
  readonly shown: string
}

const DEFAULT_PORT = 6_379
const DEFAULT_SENTINEL_PORT = 26_379
const DEFAULT_PREFIX = 'wechatpay-mock'
const SHAPE = /^(rediss?)(\+sentinel)?:\/\/(?:([^@/?]*)@)?([^@/?]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/
const NODE = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/
const DATABASE = /^\d{0,4}$/
/** As Sentinel takes it: letters, digits and `.-_`. */
const MASTER = /^([\w.-]+)(?:\/(\d{0,4}))?$/

/**
 * Parses `redis://[user:password@]host[:port][,host:port…][/database][?prefix=…&replicas=…]`, or
 * `redis+sentinel://[user:password@]host[:port][,host:port…]/master[/database][?…&sentinel_username=…&sentinel_password=…]`, with `rediss` for TLS.
 *
 * @throws StoreAddressError for anything else
 */
export function parseRedisAddress(text: string): RedisAddress {
  const [, scheme = '', sentinels, credentials, hosts = '', path = '', query = ''] =
    SHAPE.exec(text) ?? refuse(SHAPE_EXPECTED)
  const asked = new URLSearchParams(query)
  const { master, database } = sentinels ? masterIn(path) : { database: databaseIn(path) }
  const nodes = hosts.split(',').map((host) => parseNode(host, sentinels ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT))
  if (!sentinels && nodes.length > 1 && database !== 0)
    refuse({ en: 'A cluster has no databases: leave /number out.', zh: '集群没有数据库编号，请去掉 /编号' })
  checkNames(asked, sentinels ? [...OPTIONS, 'sentinel_username', 'sentinel_password'] : OPTIONS)
  const place = [...(master === undefined ? [] : [master]), ...(database === 0 ? [] : [database])]
  return {
    tls: scheme === 'rediss',
    ...parseCredentials(credentials),
    nodes,
    ...(master !== undefined && {
      sentinel: { master, ...credentialsOf(asked.get('sentinel_username'), asked.get('sentinel_password')) },
    }),
    database,
    ...parseOptions(asked),
    shown: [`${scheme}${sentinels ?? ''}://${hosts}`, ...place].join('/'),
  }
}

const SHAPE_EXPECTED = { en: 'This is no address of a store.', zh: '这不是存储的地址' }

function databaseIn(path: string): number {
  return DATABASE.test(path) ? Number(path) : refuse(SHAPE_EXPECTED)
}

function masterIn(path: string): { readonly master: string; readonly database: number } {
  const [, master = '', database = ''] =
    MASTER.exec(path) ??
    refuse({
      en: 'The address of Sentinels ends with the name of the master that they watch, such as /mymaster or /mymaster/0.',
      zh: '哨兵地址的末尾应为所监视主节点的名称，例如 /mymaster 或 /mymaster/0',
    })
  return { master, database: Number(database) }
}

function parseNode(text: string, defaultPort: number): RedisNode {
  const [, bracketed, plain, port] = NODE.exec(text) ?? refuse(SHAPE_EXPECTED)
  const number = port === undefined ? defaultPort : Number(port)
  if (number < 1 || number > 65_535)
    refuse({ en: `${number} is no port: use 1 to 65535.`, zh: `${number} 不是端口，请使用 1 到 65535` })
  return { host: bracketed ?? plain ?? '', port: number }
}

function parseCredentials(text: string | undefined): Credentials {
  if (text === undefined || text === '') return {}
  const colon = text.indexOf(':')
  const [username, password] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
  try {
    return credentialsOf(decodeURIComponent(username), decodeURIComponent(password))
  } catch {
    return refuse({
      en: 'User and password of a store are URL-encoded: % begins an escape, such as %25 for itself.',
      zh: '用户名和密码须经 URL 编码，% 是转义的开头，它本身写成 %25',
    })
  }
}

function credentialsOf(username: string | null, password: string | null): Credentials {
  return { ...(username && { username }), ...(password && { password }) }
}

const OPTIONS = ['prefix', 'replicas']

function checkNames(asked: URLSearchParams, known: readonly string[]): void {
  const unknown = [...asked.keys()].find((name) => !known.includes(name))
  if (unknown === undefined) return
  refuse({
    en: `The address of a store has no option ${unknown}. It has: ${known.join(', ')}.`,
    zh: `没有选项 ${unknown}，可用的有 ${known.join('、')}`,
  })
}

function parseOptions(asked: URLSearchParams): Pick<RedisAddress, 'prefix' | 'replicas'> {
  const prefix = asked.get('prefix') ?? DEFAULT_PREFIX
  if (!/^[\w.:-]{1,100}$/.test(prefix))
    refuse({
      en: 'The prefix of a store is 1 to 100 of A-Z a-z 0-9 _ . : and -.',
      zh: 'prefix 应为 1 到 100 个字符，只能用 A-Z a-z 0-9 _ . : 和 -',
    })
  const replicas = asked.get('replicas') ?? '0'
  if (!/^\d$/.test(replicas)) refuse({ en: 'replicas is a number from 0 to 9.', zh: 'replicas 应为 0 到 9 的数字' })
  return { prefix, replicas: Number(replicas) }
}

function refuse(reason: Texts): never {
  throw new StoreAddressError('address', '', { reason })
}
