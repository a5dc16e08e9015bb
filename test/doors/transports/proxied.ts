import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { rawConnection } from './raw-connection.ts'

/** Opens a tunnel through a forward proxy. @returns the connection, and all that the proxy said to open it */
export async function openTunnel(port: number, authority: string): Promise<{ socket: Socket; said: string }> {
  const { socket, write, read } = await rawConnection(port)
  write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
  const said = await read((received) => received.includes('\r\n\r\n'))
  return { socket, said }
}

/** Makes a TLS handshake as a client that verifies the certificate. */
export async function handshake(
  socket: Socket,
  options: { servername?: string; host?: string; ca?: string; ALPNProtocols?: string[]; rejectUnauthorized?: boolean },
): Promise<TLSSocket> {
  socket.removeAllListeners('data')
  const secured = connectTls({ socket, ...options })
  await Promise.race([once(secured, 'secureConnect'), once(secured, 'close').then(() => closedEarly())])
  return secured
}

function closedEarly(): never {
  throw new Error('closed before the handshake was done')
}

/** Everything that comes until `enough` says so, or until the other side closes. */
export async function textFrom(socket: Socket, enough: (received: string) => boolean = () => false): Promise<string> {
  let received = ''
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await Promise.race([
    ended,
    new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString('utf8')
        if (enough(received)) resolve()
      })
    }),
  ])
  return received
}
