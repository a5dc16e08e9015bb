import { once } from 'node:events'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Lets a server listen on a free port of loopback until the test ends. @returns the port */
export async function listen(server: Server, whenFinished: typeof onTestFinished = onTestFinished): Promise<number> {
  whenFinished(() => void server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A TCP connection that is written to and read from byte for byte. */
export interface RawConnection {
  readonly socket: Socket
  write(text: string | Uint8Array): void
  /** Everything received once `enough` says so, or once the other side closed. Fails after a minute. */
  read(enough?: (received: string) => boolean): Promise<string>
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>
}

export async function rawConnection(port: number, host = '127.0.0.1'): Promise<RawConnection> {
  const socket = connect(port, host)
  await once(socket, 'connect')
  let received = ''
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const check of waiting) check()
  }
  socket.on('data', (chunk) => {
    received += chunk.toString('utf8')
    wake()
  })
  // A reset is one of the ways in which a server may end a hostile connection; `closed` tells.
  socket.on('error', wake)
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      resolve()
      wake()
    })
  })
  return {
    socket,
    closed,
    write: (text) => void socket.write(text),
    read(enough = () => false) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`Nothing more came after: ${received}`)), 60_000)
        const check = () => {
          if (!enough(received) && !socket.destroyed) return
          waiting.delete(check)
          clearTimeout(timer)
          resolve(received)
        }
        waiting.add(check)
        check()
      })
    },
  }
}
