import { once } from 'node:events'
import { createServer, type RequestListener, type ServerOptions } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, type TestContext, test } from 'vitest'
import { ControlTurns } from '../../../src/doors/transports/control-listener.ts'
import { type RefusedConnection, startServer } from '../../../src/doors/transports/node-server.ts'
import { PendingAnswers } from '../../../src/doors/transports/pending-answers.ts'
import { createMock } from '../../../src/mock.ts'
import { listen, rawConnection } from './raw-connection.ts'

type Context = Pick<TestContext, 'onTestFinished'>

const LIMIT = 4
const HEALTH = 'GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n'
const MIB = 1_048_576

/** A server of Node's that makes its answers in turn, and the end of its first connection. */
async function serverOf(
  { onTestFinished }: Context,
  answer: RequestListener,
  { unreadMs, ...options }: ServerOptions & { unreadMs?: number } = {},
): Promise<{ port: number; ended: Promise<unknown> }> {
  const answers = new PendingAnswers(unreadMs)
  const server = createServer(options, (incoming, outgoing) => {
    answers.add(incoming.socket, outgoing, () => answer(incoming, outgoing))
  })
  server.on('timeout', (socket) => answers.endIdle(socket))
  if (options.requestTimeout !== undefined) {
    server.on('clientError', (_, socket: Socket) => answers.endWith(socket, '408 Request Timeout'))
  }
  const ended = once(server, 'connection').then(([socket]: Socket[]) => socket && once(socket, 'close'))
  onTestFinished(() => server.closeAllConnections())
  return { port: await listen(server, onTestFinished), ended }
}

describe.concurrent('more connections than there may be', () => {
  async function fullServer({ onTestFinished }: Context) {
    const refused: RefusedConnection[] = []
    const server = await startServer({
      mock: createMock(),
      port: 0,
      connectionLimit: LIMIT,
      onRefused: (one) => refused.push(one),
    })
    const open = Array.from({ length: LIMIT }, () => connect(server.port, '127.0.0.1'))
    onTestFinished(async () => {
      for (const socket of open) socket.destroy()
      await server.close(0)
    })
    await Promise.all(open.map((socket) => once(socket, 'connect')))
    return { port: server.port, open, refused }
  }

  test('are refused with 503 in plain text that says why', async (context) => {
    const { port, refused } = await fullServer(context)
    const beyond = await rawConnection(port)
    beyond.write(HEALTH)

    const answer = await beyond.read()
    await beyond.closed

    expect(answer).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/)
    expect(answer).toContain('wechatpay-mock takes 4 connections at once')
    expect(answer).not.toMatch(/wechatpay-(?:signature|serial)/i)
    expect(refused).toEqual([{ reason: 'connections', host: '', detail: '4' }])
  })

  test('do not keep those that are there from being answered, and are taken once others end', async (context) => {
    const { expect } = context
    const { port, open } = await fullServer(context)
    const beyond = await Promise.all(Array.from({ length: LIMIT }, () => rawConnection(port)))
    const [first] = open
    if (!first) throw new TypeError('There is no connection.')
    const answered = once(first, 'data')
    first.write(HEALTH)
    expect(String(await answered)).toContain('HTTP/1.1 200 OK')

    // If the server came to a connection only once there was room again, it would take it, and say nothing. They end also without a word of the client.
    await Promise.all(beyond.map(({ closed }) => closed))
    first.destroy()
    const answerOfNext = async () => {
      const next = await rawConnection(port)
      next.write(HEALTH)
      const answer = await next.read((received) => received.includes('"ok"'))
      next.socket.destroy()
      return answer
    }
    await expect.poll(answerOfNext, { timeout: 10_000 }).toContain('HTTP/1.1 200 OK')
  })
})

describe.concurrent('a client that does not read its answer', () => {
  test.for<[what: string, answer: RequestListener]>([
    ['loses its connection after a while', (_, outgoing) => outgoing.end(Buffer.alloc(32 * MIB))],
    ['loses it also while its answer is not whole yet', (_, outgoing) => void outgoing.write(Buffer.alloc(32 * MIB))],
  ])('%s', async ([, answer], context) => {
    const { port, ended } = await serverOf(context, answer, { unreadMs: 100 })
    const { socket } = await rawConnection(port)
    socket.pause()
    socket.write(HEALTH)
    await ended
    socket.destroy()
  })

  test('keeps it as long as it goes on reading, however slowly', async (context) => {
    // The whole answer takes longer than the limit, but no single pause does, even on a busy machine.
    const slow: RequestListener = (_, outgoing) => outgoing.end(Buffer.alloc(8 * MIB))
    const { port } = await serverOf(context, slow, { unreadMs: 4_000 })
    const { socket, closed } = await rawConnection(port)
    let length = 0
    socket.on('data', (chunk: Buffer) => {
      length += chunk.length
      socket.pause()
      setTimeout(() => socket.resume(), 40)
    })
    socket.write(HEALTH.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
    await closed
    expect(length).toBeGreaterThan(8 * MIB)
  })

  test('waits for an answer as long as that takes, also behind another one', async (context) => {
    let count = 0
    const late: RequestListener = (_, outgoing) => {
      count += 1
      setTimeout(() => outgoing.end(`answer ${count}`), count === 1 ? 0 : 400)
    }
    const { port } = await serverOf(context, late, { unreadMs: 100 })
    const { read, write, socket } = await rawConnection(port)
    write(HEALTH + HEALTH)
    expect(
      await read((received) => received.split('HTTP/1.1 200').length > 2 && received.includes('answer 2')),
    ).toContain('answer 2')
    socket.destroy()
  })
})

describe('calls whose answers are large', () => {
  const LARGE = 8 * MIB

  /** A server on which only `/large` is such a call. */
  async function turningServer(context: Context, turns: ControlTurns, work: () => void = () => {}) {
    const made: string[] = []
    const { port } = await serverOf(context, async ({ url = '' }, outgoing) => {
      const isLarge = url.startsWith('/large')
      if (isLarge && !(await turns.take(outgoing))) return
      if (isLarge) work()
      made.push(url)
      outgoing.end(isLarge ? Buffer.alloc(LARGE) : 'small')
    })
    const toAsk = async (name: string) => {
      const connection = await rawConnection(port)
      const send = () => connection.write(`GET ${name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
      return { connection, send }
    }
    const ask = async (name: string) => {
      const { connection, send } = await toAsk(name)
      send()
      return connection
    }
    const askAndNotRead = async (name: string) => {
      const { socket } = await ask(name)
      socket.pause()
      return socket
    }
    return { made, toAsk, ask, askAndNotRead }
  }

  test('are not made while too much waits for clients that do not read', async (context) => {
    const { made, askAndNotRead } = await turningServer(context, new ControlTurns(LARGE))
    const silent = await Promise.all(Array.from({ length: 4 }, (_, i) => askAndNotRead(`/large/${i}`)))
    await expect.poll(() => made.length).toBeGreaterThanOrEqual(1)
    await wait(100)
    expect(made.length).toBeLessThanOrEqual(2)
    for (const socket of silent) socket.destroy()
  })

  test('are made once clients that do not read have lost their connections', async (context) => {
    const { made, askAndNotRead, ask } = await turningServer(context, new ControlTurns(LARGE, 100))
    const silent = await Promise.all(Array.from({ length: 4 }, (_, i) => askAndNotRead(`/large/${i}`)))

    const reading = await ask('/large/read')
    await reading.closed
    expect((await reading.read()).length).toBeGreaterThan(LARGE)
    expect(made.toSorted()).toEqual(['/large/0', '/large/1', '/large/2', '/large/3', '/large/read'])
    for (const socket of silent) socket.destroy()
  })

  test('leave room between them for those that are not', async (context) => {
    let now = 0
    const rests: number[] = []
    const answered = Promise.withResolvers<void>()
    const turns = new ControlTurns(100 * LARGE, undefined, {
      now: () => now,
      rest: async (ms) => {
        rests.push(ms)
        await answered.promise
        now += ms
      },
    })
    const times = [5, 50, 400]
    const { made, ask, toAsk } = await turningServer(context, turns, () => {
      now += times.shift() ?? 0
    })
    const crowd = await Promise.all(Array.from({ length: 4 }, (_, i) => toAsk(`/large/${i}`)))
    for (const { send } of crowd) send()
    await expect.poll(() => rests.length).toBe(1)
    const small = await ask('/small')
    expect(await small.read()).toContain('small')
    answered.resolve()
    await expect.poll(() => made.length).toBe(5)

    // Those that took no time were followed by the next at once.
    expect(made.indexOf('/small')).toBe(2)
    expect(rests).toEqual([50, 100])
    for (const { connection } of crowd) connection.socket.destroy()
  })

  test('are not made for who has gone away', async (context) => {
    const { made, askAndNotRead, ask } = await turningServer(context, new ControlTurns(LARGE - 1, 1_000))
    const silent = await askAndNotRead('/large/0')
    await expect.poll(() => made.length).toBe(1)
    const gone = await askAndNotRead('/large/gone')
    await wait(50)
    gone.destroy()
    const last = await ask('/large/1')
    await last.closed
    expect(made).toEqual(['/large/0', '/large/1'])
    silent.destroy()
  })
})

test('whether the mock is up is answered while many other control calls wait for their turn', async (context) => {
  const server = await startServer({ mock: createMock(), port: 0 })
  context.onTestFinished(() => server.close(0))
  // Loads the control API.
  await (await fetch(`${server.url}/_mock/health`)).text()
  const answered: string[] = []
  const asked = async (name: string) => {
    const connection = await rawConnection(server.port)
    return () => {
      connection.write(`GET /_mock/${name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
      return connection.closed.then(() => answered.push(name))
    }
  }
  const crowd = await Promise.all(Array.from({ length: 20 }, () => asked('operations')))
  const health = await asked('health')
  await Promise.all([...crowd, health].map((send) => send()))
  expect(answered.indexOf('health')).toBeLessThan(10)
})

test.concurrent('a client that sends requests without waiting has one answer made at a time', async (context) => {
  const { expect } = context
  const made: number[] = []
  const { port } = await serverOf(context, (_, outgoing) => {
    made.push(made.length + 1)
    outgoing.end(Buffer.alloc(MIB))
  })
  const { socket } = await rawConnection(port)
  socket.pause()
  socket.write(HEALTH.repeat(60))
  await wait(500)
  // The system's buffers take some before the server notices that nobody reads.
  expect(made.length).toBeLessThan(20)
  socket.resume()
  await expect.poll(() => made.length).toBe(60)
  socket.destroy()
})

describe.concurrent('a request whose body cannot be read to its end', () => {
  const HEAD = 'POST /v3/marketing/busifavor/coupons/associate HTTP/1.1\r\nHost: localhost\r\n'

  test('is answered with 400 where its chunks are none', async ({ onTestFinished }) => {
    const server = await startServer({ mock: createMock(), port: 0 })
    onTestFinished(() => server.close(0))
    const { write, read, closed } = await rawConnection(Number(new URL(server.url).port))
    write(`${HEAD}Transfer-Encoding: chunked\r\n\r\nno chunk\r\n`)
    expect(await read()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    await closed
  })

  test.for([
    ['', /^HTTP\/1\.1 408 Request Timeout\r\n/],
    ['GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1\.1 200 OK\r\n[\s\S]*read$/],
  ] as const)(
    'ends with 408 where it takes too long, or with the answer that is due before it: %j',
    async ([before, expected], context) => {
      const answer: RequestListener = (incoming, outgoing) => {
        incoming.resume().on('end', () => setTimeout(() => outgoing.end('read'), 500))
      }
      const { port } = await serverOf(context, answer, { requestTimeout: 300, connectionsCheckingInterval: 50 })
      const { write, read, closed } = await rawConnection(port)
      write(`${before}${HEAD}Content-Length: 100\r\n\r\nhalf a body`)
      expect(await read()).toMatch(expected)
      await closed
    },
  )
})
