import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startServer } from '../../../src/doors/transports/node-server.ts'
import { UndecidedConnections } from '../../../src/doors/transports/tls-end.ts'
import { createMock } from '../../../src/mock.ts'
import { listen, rawConnection } from './raw-connection.ts'

/** A small seeded generator, so that bytes that broke something can be sent again (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A client hello as real clients write it. */
async function clientHello(servername: string): Promise<Buffer> {
  const listening = createServer()
  const arrived = once(listening, 'connection')
  const client = connectTls({ port: await listen(listening), host: '127.0.0.1', servername })
  client.on('error', () => {})
  const [socket]: [Socket] = (await arrived) as [Socket]
  const [hello]: [Buffer] = (await once(socket, 'data')) as [Buffer]
  client.destroy()
  socket.destroy()
  return hello
}

const CONNECT = 'CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\r\nHost: api.mch.weixin.qq.com:443\r\n'

/** First bytes of connections that no honest client makes, and of some that one makes and then abandons. */
async function beginnings(random: () => number): Promise<[name: string, bytes: Buffer][]> {
  const hello = await clientHello('api.mch.weixin.qq.com')
  const long = await clientHello(`${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(60)}`)
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)))
  const mutated = (original: Buffer) => {
    const copy = Buffer.from(original)
    for (let i = 0; i < 1 + random() * 8; i++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
    return copy.subarray(0, Math.ceil(random() * copy.length))
  }
  const fixed: [string, Buffer][] = [
    ['a TLS record of nothing', Buffer.from([0x16, 3, 1, 0, 0])],
    ['a TLS record that is longer than any', Buffer.from([0x16, 3, 1, 0xff, 0xff, ...bytes(70_000)])],
    ['TLS rubbish', Buffer.concat([Buffer.from([0x16, 3, 1]), bytes(2_000)])],
    ['half a client hello', hello.subarray(0, hello.length / 2)],
    ['a whole client hello, and silence', hello],
    ['a client hello twice', Buffer.concat([hello, hello])],
    ['a huge server name', long],
    ['half a CONNECT', Buffer.from(CONNECT)],
    ['a CONNECT with rubbish behind it', Buffer.concat([Buffer.from(`${CONNECT}\r\n`), bytes(5_000)])],
    ['a CONNECT with TLS rubbish behind it', Buffer.concat([Buffer.from(`${CONNECT}\r\n\x16\x03`), bytes(5_000)])],
    ['a CONNECT, a client hello and silence', Buffer.concat([Buffer.from(`${CONNECT}\r\n`), hello])],
    ['CONNECT to a host of 60 KiB', Buffer.from(`CONNECT ${'a'.repeat(61_440)}:443 HTTP/1.1\r\n\r\n`)],
    ['64 KiB of header', Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(65_536)}`)],
    ['many header fields', Buffer.from(`GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(3_000)}\r\n`)],
    ['NULs', Buffer.alloc(4_096)],
    ['a request line with NULs', Buffer.from('GET /\0 HTTP/1.1\r\nHost: \0\r\n\r\n')],
    ['line feeds', Buffer.from('\n'.repeat(4_096))],
    ['an HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['a TLS alert', Buffer.from([0x15, 3, 3, 0, 2, 2, 40])],
    ['SSLv2', Buffer.from([0x80, 0x2e, 1, 0, 2, ...bytes(44)])],
    ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.0\r\n')],
  ]
  const made: [string, Buffer][] = Array.from({ length: 200 }, (_, i) => {
    const kind = i % 4
    if (kind === 0) return [`random bytes ${i}`, bytes(1 + Math.floor(random() * 3_000))]
    if (kind === 1) return [`a changed client hello ${i}`, mutated(hello)]
    if (kind === 2) return [`a changed CONNECT ${i}`, mutated(Buffer.from(`${CONNECT}\r\n`))]
    return [
      `a changed request ${i}`,
      mutated(Buffer.from('GET http://a/v3 HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n')),
    ]
  })
  return [...fixed, ...made]
}

const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))

describe('whatever a connection begins with', () => {
  test(`the server goes on, in bounded memory, and serves others meanwhile (FUZZ_SEED=${SEED})`, {
    timeout: 60_000,
  }, async () => {
    const bugs: unknown[] = []
    const server = await startServer({ mock: createMock(), port: 0, onBug: (bug) => bugs.push(bug) })
    onTestFinished(() => server.close(0))
    // Make the CA before memory is compared.
    await server.control.credentials()
    const all = await beginnings(randomNumbers(SEED))
    const health = async () => expect((await server.control.health()).status).toBe('ok')
    const before = process.memoryUsage().rss

    const open: Socket[] = []
    for (const [i, [, bytes]] of all.entries()) {
      const socket = connect(server.port, '127.0.0.1')
      // The server may treat such a connection in any way, so long as it ends.
      socket.on('error', () => {})
      socket.resume()
      open.push(socket)
      socket.write(bytes)
      // Some leave at once, some never.
      if (i % 3 === 0) setTimeout(() => socket.resetAndDestroy(), 20)
      if (i % 3 === 1) socket.end()
      if (i % 20 === 0) await health()
    }
    await health()
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1_048_576)

    for (const socket of open) socket.destroy()
    await server.close(0)
    expect(bugs).toEqual([])
  })
})

describe('a connection whose client says nothing', () => {
  async function undecided(openingMs: number): Promise<{ port: number; taken: string[] }> {
    const connections = new UndecidedConnections(openingMs)
    const taken: string[] = []
    const take = (protocol: string) => (socket: Socket) => {
      taken.push(protocol)
      socket.end(socket.read())
    }
    const listening = createServer((socket) => connections.decide(socket, { tls: take('tls'), http: take('http') }))
    onTestFinished(() => connections.close())
    return { port: await listen(listening), taken }
  }

  test('is closed after a while', async () => {
    const { port, taken } = await undecided(50)
    await (await rawConnection(port)).closed
    expect(taken).toEqual([])
  })

  test('is closed when the client ends it', async () => {
    const { port } = await undecided(60_000)
    const { socket, closed } = await rawConnection(port)
    socket.end()
    await closed
  })

  test.for<[text: string, protocol: string]>([
    ['\x16\x03\x01', 'tls'],
    ['GET /', 'http'],
    ['\0', 'http'],
  ])('%j is handed over whole', async ([text, protocol]) => {
    const { port, taken } = await undecided(60_000)
    const { read, write } = await rawConnection(port)
    write(text)
    expect(await read()).toBe(text)
    expect(taken).toEqual([protocol])
  })
})
