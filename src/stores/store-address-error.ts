import { OLDEST_PEERS } from '../peers/peers.ts'
import { UsageError, type UsageErrorCode } from '../protocol/errors.ts'

/**
 * Why the store at an address is not used: the address is malformed; the client library is not installed, or too old; nothing answers there, or not to this
 * user; another version of the mock keeps its state there; the server evicts keys when its memory is full.
 */
export type StoreAddressFault =
  | 'address'
  | 'client_missing'
  | 'client_too_old'
  | 'unreachable'
  | 'format'
  | 'drops_keys'

const CODES: Readonly<Record<StoreAddressFault, UsageErrorCode>> = {
  address: 'MOCK_STORE_ADDRESS',
  client_missing: 'MOCK_STORE_CLIENT_MISSING',
  client_too_old: 'MOCK_STORE_CLIENT_TOO_OLD',
  unreachable: 'MOCK_STORE_UNREACHABLE',
  format: 'MOCK_STORE_FORMAT',
  drops_keys: 'MOCK_STORE_DROPS_KEYS',
}

/** The store at an address cannot be used, and was not changed. No message contains a password. */
export class StoreAddressError extends UsageError {
  readonly fault: StoreAddressFault
  /** The address without user and password; empty if it is malformed. */
  readonly address: string
  /** What is wrong with the address, the version of the client library, the error of the server or the operating system, the format, or the server's `maxmemory-policy`. */
  readonly reason: string

  constructor(fault: StoreAddressFault, address: string, options: { reason?: string; cause?: unknown } = {}) {
    const reason = options.reason ?? ''
    super(CODES[fault], messageOf(fault, address, reason), { path: '/store', cause: options.cause })
    this.fault = fault
    this.address = address
    this.reason = reason
  }
}

function messageOf(fault: StoreAddressFault, address: string, reason: string): string {
  switch (fault) {
    case 'address':
      return `${reason} An address looks like redis://user:password@host:6379/0?prefix=mock, or redis://host:7000,host:7001 for a cluster; rediss: is with TLS.`
    case 'client_missing':
      return 'A store in Redis or Valkey needs the package @redis/client: npm install @redis/client'
    case 'client_too_old':
      return `A store in Redis or Valkey needs @redis/client ${OLDEST_PEERS['@redis/client']} or newer, and ${reason} is installed: npm install @redis/client@latest`
    case 'unreachable':
      return `The store at ${address} cannot be used: ${reason}. Start it, or use another address.`
    case 'format':
      return `Another version of wechatpay-mock keeps its state at ${address} (format ${reason}): use that version, or another ?prefix=.`
    case 'drops_keys':
      return `The store at ${address} evicts keys when its memory is full (maxmemory-policy ${reason}), and part of the state with them: set maxmemory-policy to noeviction, or use another server.`
  }
}
