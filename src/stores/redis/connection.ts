import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreUnavailable } from '../../engine/state/store.ts'
import { isError } from '../../wire/shared/errors.ts'
import { quoted, type Texts } from '../../wire/shared/texts.ts'
import { StoreAddressError } from '../store-errors.ts'
import type { RedisAddress, RedisNode } from './address.ts'
import { isReply, type Link, NoAnswer, reasonOf } from './link.ts'
import { type Masters, mastersAt } from './master.ts'
import { Together } from './together.ts'

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

/** How long a change waits for its replicas, milliseconds. */
const REPLICA_TIMEOUT_MS = 2_000
const LONGEST_RECONNECT_DELAY_MS = 500
/** After how long without an answer it is asked whether another server is the master by now; milliseconds. */
const DOUBT_AFTER_MS = 1_000
/** How often work follows the master elsewhere before it fails. */
const MOST_MOVES = 3

/** A Lua script with its digest, by which the server knows it. */
interface Script {
  readonly text: string
  readonly sha: string
  /** Whether replicas must have what it has read and written before its result counts. */
  readonly counts: boolean
}

export function aScript(text: string, counts: boolean): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex'), counts }
}

/** The server has refused a script, since another one is the master: nothing was done. */
class MasterMoved extends StoreUnavailable {}

/**
 * Runs scripts over one connection to one master. Another master, or the same one after a restart, may have another past: numbers that
 * were given then may stand for something else now. So what goes together runs in one session.
 */
export class Session {
  /** Later sessions have larger numbers. */
  readonly number: number
  readonly #link: Link
  #ended: { readonly by: unknown } | undefined
  readonly #address: RedisAddress
  /** Called when another server may be the master by now. */
  readonly #onDoubt: () => void
  /** Scripts that end while one group waits for its replicas form the next group: the server does nothing else for this connection meanwhile. */
  readonly #confirming = new Together(() => this.#confirmAll())

  constructor(number: number, link: Link, address: RedisAddress, onDoubt: () => void) {
    this.number = number
    this.#link = link
    this.#address = address
    this.#onDoubt = onDoubt
  }

  get node(): RedisNode {
    return this.#link.node
  }

  /** @throws StoreUnavailable if no answer comes, or an error */
  run(script: Script, args: readonly string[]): Promise<unknown> {
    return this.#checked(async () => {
      const reply = await this.#evaluate(script, args)
      if (script.counts) await this.confirm()
      return reply
    })
  }

  /**
   * Waits until as many replicas as the address asks for have all that was done on the server up to now, by anybody. So what was read is not lost,
   * and comes from no server that has ceased to be the master, for that one has no replicas left.
   *
   * @throws StoreUnavailable if they do not have it in time
   */
  async confirm(): Promise<void> {
    if (this.#address.replicas > 0) await this.#checked(() => this.#confirming.add(undefined))
  }

  /** Refuses everything that is under way, and comes later, for a reason. */
  end(reason: unknown): void {
    this.#ended ??= { by: reason }
    this.#link.close()
  }

  async #evaluate({ text, sha }: Script, args: readonly string[]): Promise<unknown> {
    const root = rootKey(this.#address)
    const rest = ['2', root, `${root}:meta`, ...args]
    try {
      return await this.#link.send(['EVALSHA', sha, ...rest])
    } catch (error) {
      // A server that was restarted, or took over from another, does not know the script.
      if (!isReply(error, 'NOSCRIPT')) throw error
      return this.#link.send(['EVAL', text, ...rest])
    }
  }

  async #confirmAll(): Promise<void> {
    const { replicas } = this.#address
    const root = rootKey(this.#address)
    // WAIT is about the last write of its own connection.
    const [, taken] = await Promise.all([
      this.#link.send(['EVAL', CONFIRM, '2', root, `${root}:meta`]),
      this.#link.send(['WAIT', String(replicas), String(REPLICA_TIMEOUT_MS)]),
    ])
    if (Number(taken) >= replicas) return
    this.#onDoubt()
    throw this.#unavailable({
      en: `${taken} of ${replicas} replicas took the change over in ${REPLICA_TIMEOUT_MS} ms`,
      zh: `${REPLICA_TIMEOUT_MS} 毫秒内 ${replicas} 个副本中只有 ${taken} 个同步了改动`,
    })
  }

  async #checked<Result>(work: () => Promise<Result>): Promise<Result> {
    const doubting = setInterval(this.#onDoubt, DOUBT_AFTER_MS)
    try {
      return await work()
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error
      throw this.#lost(error) ?? this.#unavailable(textsOf(this.#ended ? this.#ended.by : error), error)
    } finally {
      clearInterval(doubting)
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

  #unavailable(reason: Texts, cause?: unknown): StoreUnavailable {
    const Kind = isReply(cause, 'MOVED') || isReply(cause, 'READONLY') ? MasterMoved : StoreUnavailable
    return new Kind(unavailableTexts(this.#address, reason), { cause })
  }
}

/** Why a server cannot be used, by its error. */
export function textsOf(error: unknown): Texts {
  if (error instanceof NoAnswer) return error.texts
  // Depending on which keys have moved so far, the node refuses, or names the other one, which would refuse.
  if (isReply(error, 'TRYAGAIN') || isReply(error, 'ASK ')) return SLOT_MOVES
  return quoted(reasonOf(error))
}

const SLOT_MOVES = {
  en: 'the cluster is moving its slot to another node',
  zh: '集群正在把它所在的槽迁移到另一节点',
}

/** Writes something, so that there is a write to wait for. */
const CONFIRM = `return redis.call('HSET', KEYS[2], 'confirmed', 1)`

/** The root key, which decides where in a cluster a mock is kept; all its other keys begin with it. */
function rootKey({ prefix }: RedisAddress): string {
  return `{${prefix}}`
}

function unavailableTexts({ shown }: RedisAddress, { en, zh }: Texts): Texts {
  return { en: `The store at ${shown} cannot be used: ${en}.`, zh: `无法使用存储 ${shown}：${zh}。` }
}

/**
 * Keeps a session with the master at an address. After the first one, a lost session is replaced by itself, on whatever server is the master then;
 * until there is one, everything is refused at once.
 */
export class RedisConnection {
  readonly #address: RedisAddress
  readonly #masters: Masters
  #session: Session | undefined
  #sessions = 0
  /** The first attempt to replace the session that was lost last. */
  #replacing: Promise<void> | undefined
  #checking: Promise<void> | undefined
  /** The error that ended the last session, or prevented the next one. */
  #reason: unknown
  #closed = false

  private constructor(address: RedisAddress, masters: Masters) {
    this.#address = address
    this.#masters = masters
  }

  /** @throws StoreAddressError if the client library is not installed or too old, or nothing suitable answers */
  static async open(address: RedisAddress): Promise<RedisConnection> {
    try {
      const connection = new RedisConnection(address, await mastersAt(address))
      connection.#session = await connection.#connect()
      return connection
    } catch (error) {
      if (error instanceof StoreAddressError) throw error
      throw new StoreAddressError('unreachable', address.shown, { reason: quoted(reasonOf(error)), cause: error })
    }
  }

  /** @throws StoreUnavailable until the next one has begun */
  get session(): Session {
    if (this.#session) return this.#session
    throw new StoreUnavailable(unavailableTexts(this.#address, textsOf(this.#reason)), { cause: this.#reason })
  }

  /** Runs a script. @throws StoreUnavailable if no answer comes, or an error */
  run(script: Script, args: readonly string[]): Promise<unknown> {
    return this.within((session) => session.run(script, args))
  }

  /**
   * Does work in one session. If the server refuses it because another one is the master, it is done there from its start.
   *
   * @throws StoreUnavailable
   */
  async within<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    for (let moves = 1; ; moves++) {
      const { session } = this
      try {
        return await work(session)
      } catch (error) {
        if (!(error instanceof MasterMoved)) throw error
        this.#leave(session, error)
        if (moves > MOST_MOVES) throw error
        await this.#replacing
      }
    }
  }

  close(): void {
    this.#closed = true
    this.#session?.end(new Error('the mock was closed'))
  }

  async #connect(): Promise<Session> {
    const node = await this.#masters.find()
    let lost: { readonly by: unknown } | undefined
    let session: Session | undefined
    const link = await this.#masters.connect(node, (reason) => {
      lost = { by: reason }
      if (session) this.#leave(session, reason)
    })
    if (lost) throw lost.by
    session = new Session(++this.#sessions, link, this.#address, () => this.#doubt())
    return session
  }

  /** Ends a session, and looks for another one. */
  #leave(session: Session, reason: unknown): void {
    session.end(reason)
    if (this.#session !== session) return
    this.#session = undefined
    this.#reason = reason
    this.#replacing = this.#replace()
    void this.#keepReplacing(this.#replacing)
  }

  async #replace(): Promise<void> {
    try {
      const session = await this.#connect()
      if (this.#closed) session.end(new Error('the mock was closed'))
      else this.#session = session
    } catch (error) {
      this.#reason = error
    }
  }

  async #keepReplacing(first: Promise<void>): Promise<void> {
    await first
    for (let attempt = 0; !this.#session && !this.#closed; attempt++) {
      await sleep(Math.min(20 * 2 ** attempt, LONGEST_RECONNECT_DELAY_MS))
      await this.#replace()
    }
  }

  /** Leaves a server that is the master no longer: one that was paused, or cut off, does not know it yet. */
  #doubt(): void {
    const session = this.#session
    if (!session) return
    this.#checking ??= this.#masters
      .find()
      .then(({ host, port }) => {
        if (host === session.node.host && port === session.node.port) return
        this.#leave(session, new Error(`${host}:${port} is the master now`))
      })
      .catch(() => {
        // If nobody knows better, the session goes on.
      })
      .finally(() => {
        this.#checking = undefined
      })
  }
}

/** The list that a script answered with; of what, for a message about a bug. */
export function listIn(reply: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(reply)) throw new Error(`A script answered ${String(reply)} instead of ${what}.`)
  return reply
}
