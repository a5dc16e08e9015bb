import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An answer on its way to the client. */
export interface PassingAnswer {
  status: number
  readonly headers: Record<string, string>
  body: string
}

/** A request on its way to the service. */
export interface PassingRequest {
  target: string
  body: string
}

/** A man in the middle: passes requests on as they are, or through `change`, and answers through `tamper`. */
export async function tamperingProxy(
  target: string,
  tamper: (answer: PassingAnswer) => void,
  change?: (request: PassingRequest) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (incoming, outgoing) => {
    const { connection: _, host: __, 'content-length': ___, ...headers } = incoming.headers
    const bytes = await bytesOf(incoming)
    const request: PassingRequest = { target: incoming.url ?? '', body: bytes.toString('utf8') }
    change?.(request)
    const response = await fetch(target + request.target, {
      method: incoming.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(incoming.method === 'POST' && { body: change ? request.body : bytes }),
    })
    const answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    }
    tamper(answer)
    delete answer.headers['content-length']
    outgoing.writeHead(answer.status, answer.headers)
    outgoing.end(answer.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}
