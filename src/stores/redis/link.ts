import { peerFault } from '../../engine/peers.ts'
import { isError } from '../../wire/shared/errors.ts'
import { quoted, type Texts } from '../../wire/shared/texts.ts'
import { StoreAddressError } from '../store-errors.ts'
import type { Credentials, RedisNode } from './address.ts'

/** One connection to one server. It ends when it is lost: nothing that was sent over it is ever sent over another one. */
export interface Link {
  readonly node: RedisNode
  /** @throws NoAnswer if none comes in time; the connection has ended then */
  send(command: readonly string[]): Promise<unknown>
  close(): void
}

export interface LinkOptions extends Credentials {
  readonly tls: boolean
  readonly database?: number
  /** How long the server may take to accept the connection, and to answer; milliseconds. */
  readonly connectMs: number
  readonly replyMs: number
  /** Called once the connection is lost. */
  readonly onEnd?: (reason: unknown) => void
}

/** A server has not answered in time. */
export class NoAnswer extends Error {
  readonly texts: Texts

  constructor(afterMs: number) {
    const texts = { en: `no answer in ${afterMs} ms`, zh: `${afterMs} 毫秒内没有应答` }
    super(texts.en)
    this.texts = texts
  }
}

/** Connects to a server. @throws StoreAddressError if the client library is not installed or too old; otherwise the error of the connection */
export async function openLink(node: RedisNode, options: LinkOptions): Promise<Link> {
  const { createClient } = await loadLibrary()
  const { tls, username, password, database, connectMs, replyMs, onEnd } = options
  const client = createClient({
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    // A command that cannot be sent now is answered with 503 now, rather than sent after its caller has given up.
    disableOfflineQueue: true,
    socket: { ...node, ...(tls && { tls: true as const }), connectTimeout: connectMs, reconnectStrategy: false },
  })
  const close = () => {
    if (client.isOpen) client.destroy()
  }
  // Without a listener an error would end the process; the sender of a command hears of it anyway.
  client.on('error', (error) => {
    close()
    onEnd?.(error)
  })
  // A hanging server accepts connections, and keeps them open.
  const inTime = async <Result>(work: Promise<Result>, limitMs: number): Promise<Result> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const reason = new NoAnswer(limitMs)
        reject(reason)
        close()
        onEnd?.(reason)
      }, limitMs)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }
  await inTime(client.connect(), connectMs)
  return { node, send: (command) => inTime(client.sendCommand([...command]), replyMs), close }
}

async function loadLibrary(): Promise<typeof import('@redis/client')> {
  const fault = peerFault('@redis/client')
  if (fault?.kind === 'missing') throw new StoreAddressError('client_missing', '')
  if (fault) throw new StoreAddressError('client_too_old', '', { reason: quoted(fault.version) })
  return await import('@redis/client')
}

export function reasonOf(error: unknown): string {
  const { errors } = Object(error) as Partial<AggregateError>
  if (Array.isArray(errors) && errors.length > 0) return errors.map(reasonOf).join(', ')
  return isError(error) && error.message !== '' ? error.message.replace(/\.$/, '') : String(error)
}

/** Whether a server has answered with an error of this kind, such as `NOPERM`. */
export function isReply(error: unknown, kind: string): error is Error {
  return isError(error) && error.message.startsWith(kind)
}
