import type { Texts } from '../../shared/texts.ts'
import { StoreAddressError } from '../store-address-error.ts'

/** The address of a Redis or Valkey store, and how to use it. */
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
