import { OLDEST_PEERS } from '../engine/peers.ts'
import { StoreUnavailable } from '../engine/state/store.ts'
import { UsageError, type UsageErrorCode } from '../wire/protocol/errors.ts'
import { isError } from '../wire/shared/errors.ts'
import { quoted, type Texts } from '../wire/shared/texts.ts'

const TEXTS = {
  address: (_, reason) => ({
    en: `${reason.en} An address looks like redis://user:password@host:6379/0?prefix=mock, redis://host:7000,host:7001 for a cluster, or redis+sentinel://host:26379,host:26380/mymaster with Sentinel; rediss is with TLS.`,
    zh: `存储的地址不对（${reason.zh}），应写成 redis://user:password@host:6379/0?prefix=mock，集群写成 redis://host:7000,host:7001，哨兵写成 redis+sentinel://host:26379,host:26380/mymaster；使用 TLS 时以 rediss 开头。`,
  }),
  is_sentinel: (address) => {
    const form = `${address.replace('://', '+sentinel://')}/NAME`
    return {
      en: `A Sentinel answers at ${address}, and keeps no data: write ${form}, with the name of the master that it watches (SENTINEL MASTERS lists them).`,
      zh: `${address} 是哨兵（Sentinel），不保存数据：请写成 ${form}，其中 NAME 是所监视主节点的名称（可用 SENTINEL MASTERS 查看）。`,
    }
  },
  no_sentinel: (node) => ({
    en: `${node} is a Redis, not a Sentinel: write its address as redis://${node}, or name the Sentinels, which listen on port 26379 unless told otherwise.`,
    zh: `${node} 不是哨兵（Sentinel），而是 Redis：请把地址写成 redis://${node}，或写出哨兵的地址（默认端口为 26379）。`,
  }),
  unknown_master: (address, reason) => ({
    en: `The Sentinels at ${address} watch no master named ${reason.en}: SENTINEL MASTERS lists the names.`,
    zh: `${address} 的哨兵没有监视名为 ${reason.zh} 的主节点：可用 SENTINEL MASTERS 查看名称。`,
  }),
  client_missing: () => ({
    en: 'A store in Redis or Valkey needs the package @redis/client: npm install @redis/client',
    zh: 'Redis 或 Valkey 存储需要 @redis/client 包，请运行 npm install @redis/client',
  }),
  client_too_old: (_, reason) => ({
    en: `A store in Redis or Valkey needs @redis/client ${OLDEST_PEERS['@redis/client']} or newer, and ${reason.en} is installed: npm install @redis/client@latest`,
    zh: `Redis 或 Valkey 存储需要 @redis/client ${OLDEST_PEERS['@redis/client']} 或更高版本，当前安装的是 ${reason.zh}，请运行 npm install @redis/client@latest`,
  }),
  unreachable: (address, reason) => ({
    en: `The store at ${address} cannot be used: ${reason.en}. Start it, or use another address.`,
    zh: `无法使用存储 ${address}：${reason.zh}。请启动它，或换一个地址。`,
  }),
  format: (address, reason) => ({
    en: `Another version of wechatpay-mock keeps its state at ${address} (format ${reason.en}): use that version, or another ?prefix=. To carry the state over, save GET /_mock/world of that version as world.json, and start this one with --seed world.json.`,
    zh: `${address} 中是另一版本 wechatpay-mock 的状态（格式 ${reason.zh}）：请使用该版本，或换一个 ?prefix=。如需保留状态，请用该版本将 GET /_mock/world 的结果存为 world.json，再用本版本加 --seed world.json 启动。`,
  }),
  drops_keys: (address, reason) => ({
    en: `The store at ${address} evicts keys when its memory is full (maxmemory-policy ${reason.en}), and part of the state with them: set maxmemory-policy to noeviction, or use another server.`,
    zh: `存储 ${address} 在内存用尽时会淘汰键（maxmemory-policy ${reason.zh}），状态会因此残缺：请把 maxmemory-policy 设为 noeviction，或换一个服务器。`,
  }),
} as const satisfies Readonly<Record<string, (address: string, reason: Texts) => Texts>>

/**
 * Why the store at an address is not used: the address is malformed, that of a Sentinel in place of a server or vice versa, or names a master that the
 * Sentinels do not watch; the client library is not installed, or too old; nothing answers there, or not
 * to this user; another version of the mock keeps its state there; the server evicts keys when its memory is full.
 */
type StoreAddressFault = keyof typeof TEXTS

const CODES: Readonly<Record<StoreAddressFault, UsageErrorCode>> = {
  address: 'MOCK_STORE_ADDRESS',
  is_sentinel: 'MOCK_STORE_ADDRESS',
  no_sentinel: 'MOCK_STORE_ADDRESS',
  unknown_master: 'MOCK_STORE_ADDRESS',
  client_missing: 'MOCK_STORE_CLIENT_MISSING',
  client_too_old: 'MOCK_STORE_CLIENT_TOO_OLD',
  unreachable: 'MOCK_STORE_UNREACHABLE',
  format: 'MOCK_STORE_FORMAT',
  drops_keys: 'MOCK_STORE_DROPS_KEYS',
}

/** The store at an address cannot be used, and was left unchanged. No message contains a password. */
export class StoreAddressError extends UsageError {
  readonly fault: StoreAddressFault
  /** The address without user and password; empty if it is malformed. */
  readonly address: string
  /**
   * The problem with the address, the version of the client library, the error of the server or the operating system, the format, or the server's
   * `maxmemory-policy`.
   */
  readonly reason: Texts

  constructor(fault: StoreAddressFault, address: string, options: { reason?: Texts; cause?: unknown } = {}) {
    const { reason = quoted('') } = options
    super(CODES[fault], TEXTS[fault](address, reason), { path: '/store', cause: options.cause })
    this.fault = fault
    this.address = address
    this.reason = reason
  }
}

/**
 * Why a data file or a store that a mock uses nonetheless is questionable: other users can read or write the file; it was empty; its log was not there although it was not
 * closed, or ends within a change; a Redis does not say whether it evicts keys, or has replicas that changes do not wait for.
 */
export type StoreWarningKind =
  | 'open_to_others'
  | 'was_empty'
  | 'log_missing'
  | 'log_cut'
  | 'eviction_unknown'
  | 'replicas_not_awaited'

/** A warning about the state that a mock was opened with. */
export class StoreWarning {
  readonly kind: StoreWarningKind
  /** The path of the file, or the address of the store without user and password. */
  readonly subject: string
  readonly texts: Texts

  constructor(kind: StoreWarningKind, subject: string) {
    this.kind = kind
    this.subject = subject
    this.texts = warningTexts(kind, subject)
  }

  /** The problem and the remedy, in English. */
  get message(): string {
    return this.texts.en
  }
}

function warningTexts(kind: StoreWarningKind, subject: string): Texts {
  switch (kind) {
    case 'open_to_others':
      return {
        en: `${subject} is open to other users of this machine: close it to them with chmod go-rwx.`,
        zh: `本机其他用户可以读取或写入 ${subject}：请用 chmod go-rwx 收回权限。`,
      }
    case 'was_empty':
      return {
        en: `${subject} was there, but empty, and starts afresh: if it had a state, stop the mock and restore a copy.`,
        zh: `${subject} 原是空文件，现重新开始：如果其中曾有状态，请停止模拟服务并恢复备份。`,
      }
    case 'log_missing':
      return {
        en: `${subject} was not closed, and its log ${subject}-wal is missing or empty: unless another program has put the log's changes into the file, they are lost. If the log is elsewhere, stop the mock and restore a copy of both.`,
        zh: `${subject} 没有正常关闭，而它的日志 ${subject}-wal 不存在或为空：除非其他程序已把日志中的改动写入文件，否则这些改动已丢失。如果日志在别处，请停止模拟服务并恢复两者的备份。`,
      }
    case 'log_cut':
      return {
        en: `${subject} ended within a change, which is left out: a crash leaves it so, and so does a copy that is not whole.`,
        zh: `${subject} 止于一次未写完的改动，该改动已忽略：崩溃或不完整的副本都会如此。`,
      }
    case 'replicas_not_awaited':
      return {
        en: `The store at ${subject} has replicas, and acknowledges changes before they have them: when one of them takes over, the latest changes are lost. Add replicas= with the number of replicas to the address, such as ?replicas=1.`,
        zh: `存储 ${subject} 带有副本，但改动不等副本收到就已应答：副本接管后，最近的改动会丢失。请在地址中用 replicas= 写明副本数量，例如 ?replicas=1。`,
      }
    case 'eviction_unknown':
      return {
        en: `The store at ${subject} does not say whether it evicts keys when its memory is full: make sure that its maxmemory-policy is noeviction, or allow this user to run INFO.`,
        zh: `无法得知存储 ${subject} 在内存用尽时是否淘汰键：请确认其 maxmemory-policy 为 noeviction，或允许该用户执行 INFO 命令。`,
      }
  }
}

/** Parses JSON that a store has kept. @throws StoreUnavailable if it is invalid: the disk has failed, or another program has written it */
export function parseKept(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    const reason = isError(cause) ? cause.message : String(cause)
    throw new StoreUnavailable(
      {
        en: `The store holds something that no mock has written: ${reason}.`,
        zh: `存储中有不是模拟服务写入的内容：${reason}。`,
      },
      { cause },
    )
  }
}

const TO_ESCAPE = /[\p{Cc}\p{Cs}%]/gu

/** Escapes control characters, and lone surrogates, which UTF-8 cannot encode. Different texts stay different. */
export function encodeText(text: string): string {
  return text.replace(TO_ESCAPE, (character) => `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
