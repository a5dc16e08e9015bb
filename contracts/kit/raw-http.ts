import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { HOP_BY_HOP } from '../../src/protocol/hop-by-hop.ts'
import { isError } from '../../src/shared/is-error.ts'

/** Sends requests unchanged and returns answers unchanged: the bytes of the body, header names in their original spelling. */
export interface RawSender {
  readonly send: (request: WireRequest) => Promise<WireResponse>
  close(): void
}

/** How long an answer may take, milliseconds. */
const ANSWER_LIMIT = 20_000

/** @param origin scheme, host and port, e.g. `http://127.0.0.1:8089` */
export function rawSender(origin: string): RawSender {
  const { Agent, request: start } = origin.startsWith('https:') ? https : http
  const agent = new Agent({ keepAlive: true })
  const send = ({ method, target, headers, body }: WireRequest) =>
    new Promise<WireResponse>((resolve, reject) => {
      const outgoing = start(origin, { method, path: target, agent, headers: { ...headers }, timeout: ANSWER_LIMIT })
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${ANSWER_LIMIT / 1_000} seconds`)))
      outgoing.on('response', (incoming) => {
        readAll(incoming).then((body) => resolve(wireResponse(incoming, body)), reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  return { send, close: () => agent.destroy() }
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function wireResponse({ statusCode = 0, rawHeaders }: IncomingMessage, body: Buffer): WireResponse {
  return { status: statusCode, headers: pairs(rawHeaders), body }
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, i) =>
    i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? ''] satisfies [string, string]] : [],
  )
}

/** A server on a loopback port of its own. */
export interface RawServer {
  /** e.g. `http://127.0.0.1:40123` */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** Serves `answer` on a free port of 127.0.0.1. Answers whatever it throws with 500 and the error's text. */
export async function rawServer(answer: (request: WireRequest) => Promise<WireResponse>): Promise<RawServer> {
  const server = http.createServer((incoming, outgoing) => {
    wireRequest(incoming)
      .then(answer)
      .then((response) => write(outgoing, response))
      .catch((error: unknown) => {
        outgoing.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' })
        outgoing.end(isError(error) ? error.message : String(error))
      })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function wireRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const headers: Record<string, string> = {}
  for (const [name, value] of pairs(incoming.rawHeaders)) {
    const key = name.toLowerCase()
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`
  }
  return {
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    headers,
    body: await readAll(incoming),
  }
}

function write(outgoing: ServerResponse, { status, headers, body }: WireResponse): void {
  const kept = headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !/^content-length$/i.test(name))
  outgoing.sendDate = false
  outgoing.writeHead(status, [...kept.flat(), 'Content-Length', String(body.length)])
  outgoing.end(body)
}

/** An answer in JSON. */
export function jsonAnswer(status: number, body: unknown, headers: WireResponse['headers'] = []): WireResponse {
  return {
    status,
    headers: [['Content-Type', 'application/json; charset=utf-8'], ...headers],
    body: Buffer.from(JSON.stringify(body)),
  }
}
