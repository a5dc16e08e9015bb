import { quoted } from '../../wire/shared/texts.ts'
import { StoreAddressError } from '../store-errors.ts'
import type { RedisAddress, RedisNode } from './address.ts'
import { isReply, type Link, type LinkOptions, openLink } from './link.ts'

/** How long a node or a Sentinel may take to say who the master is, milliseconds: others can be asked. */
const LOOKUP_MS = 1_000
/** How long a server may take to accept a connection, and to answer; milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000
const REPLY_TIMEOUT_MS = 10_000

/** Knows who keeps the mock's keys: that may change at any moment. */
export interface Masters {
  /** Asks who the master is now. @throws Error if no server answers that */
  find(): Promise<RedisNode>
  /** Connects to a master that was found. @throws Error also if it is a master no longer */
  connect(node: RedisNode, onEnd: (reason: unknown) => void): Promise<Link>
}

/** @throws StoreAddressError if this is an address of another kind; otherwise the error of whoever was asked */
export async function mastersAt(address: RedisAddress): Promise<Masters> {
  if (address.sentinel) return new SentinelMasters(address, address.sentinel)
  const [first] = address.nodes
  const mode = await askInTurn(address.nodes, serverOptions(address, CONNECT_TIMEOUT_MS), modeOf)
  if (mode === 'sentinel') throw new StoreAddressError('is_sentinel', address.shown)
  if (first && mode !== 'cluster' && address.nodes.length === 1) return new OneMaster(address, first)
  if (address.database !== 0) throw new Error('it is a cluster, which has no databases: leave /number out')
  return new ClusterMasters(address)
}

/** The mode of a server: `standalone`, `cluster` or `sentinel`; one that refuses the question counts as `standalone`. */
async function modeOf(link: Link): Promise<string> {
  try {
    return /^redis_mode:(\w+)/m.exec(String(await link.send(['INFO', 'server'])))?.[1] ?? 'standalone'
  } catch (error) {
    if (isReply(error, 'NOPERM')) return 'standalone'
    throw error
  }
}

function serverOptions({ tls, username, password }: RedisAddress, limitMs: number) {
  return {
    tls,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    connectMs: limitMs,
    replyMs: limitMs,
  }
}

/** Asks servers one after the other. @returns the first answer @throws AggregateError if none of them gives one */
async function askInTurn<Answer>(
  nodes: Iterable<RedisNode>,
  options: LinkOptions,
  question: (link: Link) => Promise<Answer>,
): Promise<Answer> {
  const errors: unknown[] = []
  for (const node of nodes) {
    let link: Link | undefined
    try {
      link = await openLink(node, options)
      return await question(link)
    } catch (error) {
      if (error instanceof StoreAddressError) throw error
      errors.push(error)
    } finally {
      link?.close()
    }
  }
  throw errors.length === 1 ? errors[0] : new AggregateError(errors)
}

function connectTo(address: RedisAddress, node: RedisNode, onEnd: (reason: unknown) => void): Promise<Link> {
  const { database } = address
  return openLink(node, {
    ...serverOptions(address, CONNECT_TIMEOUT_MS),
    replyMs: REPLY_TIMEOUT_MS,
    ...(database !== 0 && { database }),
    onEnd,
  })
}

/** A single server. */
class OneMaster implements Masters {
  readonly #address: RedisAddress
  readonly #node: RedisNode

  constructor(address: RedisAddress, node: RedisNode) {
    this.#address = address
    this.#node = node
  }

  async find(): Promise<RedisNode> {
    return this.#node
  }

  connect(node: RedisNode, onEnd: (reason: unknown) => void): Promise<Link> {
    return connectTo(this.#address, node, onEnd)
  }
}

/** Starts with another one each time, so that one that is behind, or cut off, is not the only one to be asked. */
class InTurn {
  #next = 0

  from(nodes: readonly RedisNode[]): readonly RedisNode[] {
    const first = this.#next++ % nodes.length
    return [...nodes.slice(first), ...nodes.slice(0, first)]
  }
}

/** The master with the mock's slot of a Cluster: a mock has all its keys in one. */
class ClusterMasters implements Masters {
  readonly #address: RedisAddress
  readonly #turn = new InTurn()
  /** Nodes by host and port: those of the address, and those that they have named. */
  #known: ReadonlyMap<string, RedisNode>

  constructor(address: RedisAddress) {
    this.#address = address
    this.#known = byName(address.nodes)
  }

  find(): Promise<RedisNode> {
    const options = serverOptions(this.#address, LOOKUP_MS)
    return askInTurn(this.#turn.from([...this.#known.values()]), options, async (link) => {
      const slot = Number(await link.send(['CLUSTER', 'KEYSLOT', `{${this.#address.prefix}}`]))
      const ranges = ((await link.send(['CLUSTER', 'SLOTS'])) as unknown[][]).map(([first, last, ...nodes]) => ({
        holds: Number(first) <= slot && slot <= Number(last),
        nodes: nodes.map((node) => nodeIn(node, link.node)),
      }))
      const [master] = ranges.find(({ holds }) => holds)?.nodes ?? []
      if (!master) throw new Error(`no node of the cluster has the slot ${slot} of this prefix`)
      this.#known = byName([...this.#address.nodes, ...ranges.flatMap(({ nodes }) => nodes)])
      return master
    })
  }

  connect(node: RedisNode, onEnd: (reason: unknown) => void): Promise<Link> {
    return connectTo(this.#address, node, onEnd)
  }
}

/** A node as `CLUSTER SLOTS` names it: without a host where it is the one that was asked. */
function nodeIn(reply: unknown, asked: RedisNode): RedisNode {
  const [host, port] = reply as unknown[]
  const name = String(host ?? '')
  return { host: name === '' || name === '?' ? asked.host : name, port: Number(port) }
}

function byName(nodes: readonly RedisNode[]): ReadonlyMap<string, RedisNode> {
  return new Map(nodes.map((node) => [`${node.host} ${node.port}`, node]))
}

/** The master that Sentinels name. */
class SentinelMasters implements Masters {
  readonly #address: RedisAddress
  readonly #sentinel: NonNullable<RedisAddress['sentinel']>
  readonly #turn = new InTurn()

  constructor(address: RedisAddress, sentinel: NonNullable<RedisAddress['sentinel']>) {
    this.#address = address
    this.#sentinel = sentinel
  }

  find(): Promise<RedisNode> {
    const { master, ...credentials } = this.#sentinel
    const { tls, nodes, shown } = this.#address
    const options = { tls, ...credentials, connectMs: LOOKUP_MS, replyMs: LOOKUP_MS }
    return askInTurn(this.#turn.from(nodes), options, async (link) => {
      let named: unknown
      try {
        named = await link.send(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master])
      } catch (error) {
        if (!isReply(error, 'ERR unknown command')) throw error
        throw new StoreAddressError('no_sentinel', `${link.node.host}:${link.node.port}`, { cause: error })
      }
      if (named === null) throw new StoreAddressError('unknown_master', shown, { reason: quoted(master) })
      const [host, port] = named as unknown[]
      return { host: String(host), port: Number(port) }
    })
  }

  async connect(node: RedisNode, onEnd: (reason: unknown) => void): Promise<Link> {
    const link = await connectTo(this.#address, node, onEnd)
    try {
      const [role] = (await link.send(['ROLE'])) as unknown[]
      if (role === 'master') return link
      throw new Error(`${node.host}:${node.port} is not the master yet, but a ${String(role)}`)
    } catch (error) {
      if (isReply(error, 'NOPERM')) return link
      link.close()
      throw error
    }
  }
}
