import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net'
import { responseMessage } from '../../src/wire/protocol/message.ts'
import { verify } from '../../src/wire/protocol/signature.ts'

/** A callback as it arrived. */
export interface Received {
  readonly method: string
  readonly target: string
  /** In the order and spelling they came in. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  header(name: string): string | undefined
}

/** Whether the signature of a callback fits it under a key of the platform. */
export function isSigned(received: Received, publicKey: Parameters<typeof verify>[2]): boolean {
  const header = (name: string) => received.header(`Wechatpay-${name}`) ?? ''
  const body = Buffer.from(received.body)
  const message = responseMessage({ timestamp: header('Timestamp'), nonce: header('Nonce'), body })
  return verify(message, header('Signature'), publicKey)
}

type Reply = (received: Received, response: ServerResponse, count: number) => void

/** A merchant's server on this machine. */
export interface Receiver {
  readonly url: string
  readonly received: readonly Received[]
  close(): Promise<void>
}

/** Starts a receiver that answers with a status, or as it is told; `count` is 1 for the first callback. */
export async function startReceiver(reply: number | Reply = 200): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer(async (incoming, response) => {
    const message = await read(incoming)
    received.push(message)
    if (typeof reply === 'number') response.writeHead(reply).end()
    else reply(message, response, received.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function read(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { rawHeaders } = incoming
  const headers = rawHeaders.flatMap((name, i) =>
    i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? ''] satisfies [string, string]] : [],
  )
  return {
    method: incoming.method ?? '',
    target: incoming.url ?? '',
    headers,
    body: Buffer.concat(chunks).toString(),
    header: (wanted) => headers.find(([name]) => name === wanted)?.[1],
  }
}

/** Starts a receiver that does not speak HTTP as it should: `answer` is given each connection once something has arrived on it. */
export async function startRawReceiver(answer: (socket: Socket) => void): Promise<Omit<Receiver, 'received'>> {
  const sockets = new Set<Socket>()
  const server = createRawServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // The mock hangs up when it has seen enough.
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
    socket.resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
