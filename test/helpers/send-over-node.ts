import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'

/** Carries requests over `node:http`, which adds nothing to the headers but `Host` and `Connection` and gives the answer's as they came. */
export interface NodeSender {
  readonly send: (request: WireRequest) => Promise<WireResponse>
  close(): void
}

/**
 * @param origin scheme, host and port
 * @param tls the forward proxy to go through, and the PEM of the CA to trust, for an https origin
 */
export function sendOverNode(origin: string, tls?: { readonly proxyUrl: string; readonly ca: string }): NodeSender {
  const { Agent, request: start } = origin.startsWith('https:') ? https : http
  const agent = new Agent({ keepAlive: true, ...(tls && { ca: tls.ca, proxyEnv: { HTTPS_PROXY: tls.proxyUrl } }) })
  const send = ({ method, target, headers, body }: WireRequest) =>
    new Promise<WireResponse>((resolve, reject) => {
      const outgoing = start(origin, { method, path: target, agent })
      for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value)
      if (body.length > 0) outgoing.setHeader('content-length', body.length)
      outgoing.on('response', (incoming) => resolve(wireResponse(incoming)))
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  return { send, close: () => agent.destroy() }
}

async function wireResponse(incoming: IncomingMessage): Promise<WireResponse> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { rawHeaders } = incoming
  return {
    status: incoming.statusCode ?? 0,
    headers: rawHeaders.flatMap((name, i) =>
      i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? ''] satisfies [string, string]] : [],
    ),
    body: Buffer.concat(chunks),
  }
}
