/// <reference types="node" preserve="true" />
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, isIP, type Socket } from 'node:net'
import { connectControl, type MockControl } from '../control/client.ts'
import { isLoopback } from '../engine/callback-host.ts'
import { firstHalf } from '../engine/delivery.ts'
import type { Mock } from '../engine/mock.ts'
import { bodyLimitOf, type WireRequest, type WireResponse } from '../engine/wire.ts'
import { createMock } from '../mock.ts'
import { UsageError } from '../protocol/errors.ts'

/** Where the server listens, and what it serves. */
export interface ServerOptions {
  /** Default: a new mock with the scenario `default`. */
  readonly mock?: Mock
  /** Default: 127.0.0.1. Anything but loopback needs `controlToken`. */
  readonly host?: string
  /** Default: 8089; 0 picks a free one. */
  readonly port?: number
  /** What calls to the control API have to bring as `Authorization: Bearer …`. */
  readonly controlToken?: string
  /** Told of bugs in the mock, which clients see only as a plain 500. Default: standard error. */
  readonly onBug?: (bug: unknown) => void
}

/** A server that answers. */
export interface RunningServer {
  /** e.g. `http://127.0.0.1:8089` */
  readonly url: string
  readonly port: number
  readonly mock: Mock
  /** The control API, over HTTP. */
  readonly control: MockControl
  /** Takes no new requests and sends no more callbacks, lets those in flight finish for up to `graceMs` (default 5,000), then cuts the rest. */
  close(graceMs?: number): Promise<void>
}

const HEADER_LIMIT = 16_384
const CONNECTION_LIMIT = 1_024
const KEEP_ALIVE_MS = 8_000
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
const CONTROL_PATH = /^\/_mock(?:[/?]|$)/

/**
 * Serves a mock over plain HTTP/1.1 on one port, with the control API under `/_mock`.
 *
 * @throws UsageError `MOCK_PORT_IN_USE`, `MOCK_HOST` for an address that is not this machine's, `MOCK_CONTROL_TOKEN` for a host that
 * is not loopback without a token
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 8089, controlToken, onBug = (bug) => console.error(bug) } = options
  if (!isLoopback(host) && !controlToken) {
    throw new UsageError(
      'MOCK_CONTROL_TOKEN',
      `Listening on ${host} lets other machines in: give a control token (--control-token) for /_mock.`,
    )
  }
  const mock = options.mock ?? createMock()
  const answers = new PendingAnswers()
  const answerControl = controlListener(mock, { host, controlToken, onBug })
  const server = createServer(
    {
      maxHeaderSize: HEADER_LIMIT,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 2_000,
      noDelay: true,
    },
    (incoming, outgoing) => {
      answers.add(incoming.socket, outgoing)
      incoming.url = originForm(incoming.url ?? '/')
      const answer = CONTROL_PATH.test(incoming.url)
        ? answerControl(incoming, outgoing)
        : answerCall(mock, server, incoming, outgoing)
      answer.catch((bug: unknown) => {
        onBug(bug)
        reportBug(outgoing)
      })
    },
  )
  server.maxConnections = CONNECTION_LIMIT
  // A client that has sent all it has to send may say so before it reads the answer.
  Object.assign(server, { httpAllowHalfOpen: true })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
    else answers.endWith(socket, MALFORMED_STATUS[error.code ?? ''] ?? '400 Bad Request')
  })
  server.on('connect', (_, socket: Socket) => {
    answers.endWith(
      socket,
      '501 Not Implemented',
      'wechatpay-mock does not answer CONNECT: use its address as the base URL.',
    )
  })
  await listen(server, host, port)
  mock.outbox.onBug = onBug
  mock.outbox.start()

  const address = server.address() as AddressInfo
  const url = `http://${isIP(host) === 6 ? `[${host}]` : host}:${address.port}`
  return {
    url,
    port: address.port,
    mock,
    control: connectControl(url, controlToken === undefined ? {} : { token: controlToken }),
    close: async (graceMs = 5_000) => {
      await Promise.all([close(server, graceMs), mock.outbox.stop(graceMs)])
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      switch (error.code) {
        case 'EADDRINUSE':
          return reject(
            new UsageError(
              'MOCK_PORT_IN_USE',
              `Port ${port} of ${host} is in use: choose another with --port, or 0 for a free one.`,
            ),
          )
        case 'EACCES':
          return reject(
            new UsageError(
              'MOCK_PORT_IN_USE',
              `Port ${port} may not be used by this user: choose one above 1023 with --port.`,
            ),
          )
        case 'EADDRNOTAVAIL':
        case 'ENOTFOUND':
          return reject(
            new UsageError(
              'MOCK_HOST',
              `${host} is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all.`,
            ),
          )
        default:
          return reject(error)
      }
    })
    server.listen(port, host, resolve)
  })
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
  })
}

async function answerCall(
  mock: Mock,
  server: Server,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const head = requestHead(incoming)
  const body = await readBody(incoming, head)
  if (body === 'cut') return
  const answer = body === 'too_large' ? await mock.refuseTooLarge(head) : await mock.handle({ ...head, body })
  // A client that hears of it does not send its next request into a connection that is about to close.
  if (body === 'too_large' || !server.listening) outgoing.shouldKeepAlive = false
  write(outgoing, answer)
}

function requestHead(incoming: IncomingMessage): Omit<WireRequest, 'body'> {
  const headers: Record<string, string> = Object.create(null)
  const { rawHeaders } = incoming
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase()
    const value = rawHeaders[i + 1] ?? ''
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  return { method: incoming.method ?? 'GET', target: incoming.url ?? '/', headers }
}

/** The whole body; `cut` when the client went away, `too_large` beyond the limit, as soon as that is known. */
function readBody(
  incoming: IncomingMessage,
  { headers }: Pick<WireRequest, 'headers'>,
): Promise<Uint8Array | 'cut' | 'too_large'> {
  const limit = bodyLimitOf(headers)
  return new Promise((resolve) => {
    if (Number(headers['content-length'] ?? 0) > limit) return resolve('too_large')
    const chunks: Buffer[] = []
    let length = 0
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > limit) {
        incoming.pause()
        resolve('too_large')
      } else {
        chunks.push(chunk)
      }
    })
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    incoming.on('close', () => resolve('cut'))
    incoming.on('error', () => resolve('cut'))
  })
}

function write(outgoing: ServerResponse, { status, headers, body, delivery }: WireResponse): void {
  if (delivery?.kind === 'reset') {
    const { socket } = outgoing
    // Under TLS there is no TCP handle to reset.
    if (socket && 'encrypted' in socket) socket.destroy()
    else socket?.resetAndDestroy()
    return
  }
  if (delivery?.kind === 'empty') {
    outgoing.socket?.destroySoon()
    return
  }
  const closing = !outgoing.shouldKeepAlive
  const fields: string[] = []
  for (const [name, value] of headers) {
    if (closing && name === 'Keep-Alive') continue
    fields.push(name, closing && name === 'Connection' ? 'close' : value)
  }
  outgoing.writeHead(status, fields)
  if (delivery === undefined) outgoing.end(body)
  else if (delivery.kind === 'half_body') outgoing.write(firstHalf(body), () => outgoing.socket?.destroySoon())
  else drip(outgoing, body, delivery.pauseMs)
}

/** Sends a body byte by byte; a client that goes away ends it. */
function drip(outgoing: ServerResponse, body: Uint8Array, pauseMs: number): void {
  let at = 0
  const next = (): void => {
    if (outgoing.destroyed) return
    if (at >= body.length) {
      outgoing.end()
      return
    }
    outgoing.write(body.subarray(at, at + 1))
    at += 1
    setTimeout(next, pauseMs)
  }
  next()
}

/** A request target as an origin server sees it: scheme and authority of a proxied request are not part of what is signed. */
function originForm(url: string): string {
  const target = url.replace(/^https?:\/\/[^/?#]*/i, '')
  return target.startsWith('/') ? target : `/${target}`
}

/** A bug must not look like an answer of WeChat Pay: plain text that names the mock, without a stack. */
function reportBug(outgoing: ServerResponse): void {
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  outgoing.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
  outgoing.end(
    'This is a bug in wechatpay-mock, not an answer of WeChat Pay. The server log has the details; please report it.\n',
  )
}

const MALFORMED_STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** How long a client that was refused may take to read why. */
const REFUSAL_MS = 1_000

/** The answers that are still to be written, so that what cannot be read behind a request does not cost it its answer. */
class PendingAnswers {
  readonly #pending = new WeakMap<Socket, Set<ServerResponse>>()

  add(socket: Socket, outgoing: ServerResponse): void {
    const pending = this.#pending.get(socket) ?? new Set()
    this.#pending.set(socket, pending)
    pending.add(outgoing)
    outgoing.once('close', () => pending.delete(outgoing))
  }

  /**
   * Ends a connection on which something can not be answered: with a plain refusal when nothing is owed to the client, else after the
   * answers that are. Either way the socket is gone soon, whatever the client does.
   */
  endWith(socket: Socket, status: string, explanation = ''): void {
    // Node takes its own listener away from a socket that it hands over.
    socket.on('error', () => socket.destroy())
    socket.resume()
    const owed = [...(this.#pending.get(socket) ?? [])]
    if (owed.length > 0) {
      for (const outgoing of owed) outgoing.shouldKeepAlive = false
      owed.at(-1)?.once('close', () => socket.destroySoon())
      return
    }
    socket.end(
      `HTTP/1.1 ${status}\r\nServer: nginx\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(explanation)}\r\nConnection: close\r\n\r\n${explanation}`,
    )
    setTimeout(() => socket.destroy(), REFUSAL_MS).unref()
  }
}

type ControlListener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

/** The control API; hono is loaded at the first call, so that it costs nothing at start-up. */
function controlListener(
  mock: Mock,
  options: { host: string; controlToken: string | undefined; onBug: (bug: unknown) => void },
): ControlListener {
  let listener: Promise<ControlListener> | undefined
  const load = async (): Promise<ControlListener> => {
    const [{ getRequestListener }, { createControlApp }] = await Promise.all([
      import('@hono/node-server'),
      import('../control/app.ts'),
    ])
    const app = createControlApp(mock, {
      allowedHosts: isLoopback(options.host) ? [] : [options.host],
      onBug: options.onBug,
      ...(options.controlToken !== undefined && { token: options.controlToken }),
    })
    return getRequestListener(app.fetch, { overrideGlobalObjects: false })
  }
  return async (incoming, outgoing) => {
    listener ??= load()
    await (await listener)(incoming, outgoing)
  }
}
