import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import http, { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connectControl, type MockControl } from '../../src/mock-control.ts'
import { createMerchantClient, type MerchantClient } from '../../src/testing/merchant-client.ts'
import { environment, MAIN, NODE } from '../cli/cli.ts'
import { sendOverNode } from '../helpers/send-over-node.ts'

/** A mock in a process of its own, which shares its store with others. */
export interface Instance {
  readonly url: string
  readonly control: MockControl
  /** A merchant's client of this instance; the well-known one unless another is named. */
  client(mchid?: string): Promise<MerchantClient>
  /** Everything written to standard error so far. */
  readonly log: string
  /** `kill -9`. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** No process outlives its test for long, whatever goes wrong. */
const LIMIT_MS = 240_000

/** Starts a mock on a free port, and waits until it listens. */
export async function startInstance(store: string, args: readonly string[] = []): Promise<Instance> {
  const child = spawn(NODE, [MAIN, 'serve', '--json', '--quiet', '--port', '0', '--store', store, ...args], {
    env: environment(),
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const url = await addressOf(child, () => log)
  const senders: { close(): void }[] = []
  const end = async (signal: NodeJS.Signals) => {
    for (const sender of senders.splice(0)) sender.close()
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  const control = connectControl(url)
  return {
    url,
    control,
    async client(mchid) {
      const sender = sendOverNode(url)
      senders.push(sender)
      return createMerchantClient({ credentials: await control.credentials(mchid), send: sender.send })
    },
    get log() {
      return log
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

async function addressOf(child: ChildProcess, log: () => string): Promise<string> {
  let output = ''
  child.stdout?.setEncoding('utf8')
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (text: string) => {
      output += text
      const url = /"url":"([^"]+)"/.exec(output)?.[1]
      if (url !== undefined) resolve(url)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`It exited with ${code}: ${log()}`)))
  })
}

/** A load balancer: each request goes to the next instance. */
export interface Balancer {
  readonly url: string
  close(): Promise<void>
}

/** One that does not listen any more is passed over; a connection that is lost in the middle is answered with 502. */
export async function startBalancer(urls: readonly string[]): Promise<Balancer> {
  const agent = new http.Agent({ keepAlive: true })
  let next = 0
  const server = createServer(async (incoming, outgoing) => {
    const body = await bodyOf(incoming)
    for (let i = 0; i < urls.length; i++) {
      const url = urls[next++ % urls.length] ?? ''
      try {
        const answer = await forward(url, agent, incoming, body)
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        outgoing.end(await bodyOf(answer))
        return
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') continue
        break
      }
    }
    outgoing.writeHead(502).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      agent.destroy()
      server.close()
      server.closeAllConnections()
    },
  }
}

function forward(url: string, agent: http.Agent, incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(url, { method: incoming.method, path: incoming.url, agent })
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (value !== undefined && name !== 'connection') outgoing.setHeader(name, value)
    }
    outgoing.on('response', resolve)
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Works through a list, so many at once. */
export async function atOnce<Item>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0
  const lane = async () => {
    for (;;) {
      const item = items[next++]
      if (item === undefined) return
      await work(item)
    }
  }
  await Promise.all(Array.from({ length: limit }, lane))
}
