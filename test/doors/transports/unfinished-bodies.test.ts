import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type RefusedConnection, type ServerOptions, startServer } from '../../../src/doors/transports/node-server.ts'
import { REFUSAL_MS } from '../../../src/doors/transports/pending-answers.ts'
import { CollectedBytes, UnfinishedBodies } from '../../../src/engine/unfinished-bodies.ts'
import { createMock, engineOf } from '../../../src/mock.ts'
import { type RawConnection, rawConnection } from './raw-connection.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const MIB = 1_048_576
const ASSOCIATE = 'POST /v3/marketing/busifavor/coupons/associate HTTP/1.1'

async function mockServer(options: Omit<ServerOptions, 'port'> = {}, whenFinished = onTestFinished) {
  const refused: RefusedConnection[] = []
  const server = await startServer({ mock: createMock(), port: 0, onRefused: (one) => refused.push(one), ...options })
  whenFinished(() => server.close(0))
  return { port: server.port, refused }
}

const hasAnswer = (received: string) => received.includes('\r\n\r\n')

describe('a client that is refused while it sends', () => {
  const JSON_TYPE = 'Content-Type: application/json'

  test.concurrent.for<[string, string, readonly string[], number]>([
    ['without the token', 'POST /_mock/reset HTTP/1.1', [], 401],
    ['from a page', 'POST /_mock/reset HTTP/1.1', ['Authorization: Bearer secret', 'Origin: http://evil.test'], 403],
    ['by another name', 'PUT /_mock/clock HTTP/1.1', ['Host: evil.test'], 403],
    ['at an unknown path', 'POST /_mock/nowhere HTTP/1.1', ['Authorization: Bearer secret'], 404],
    ['with another method', 'DELETE /_mock/clock HTTP/1.1', ['Authorization: Bearer secret'], 405],
    ['with too much', 'PUT /_mock/clock HTTP/1.1', ['Authorization: Bearer secret', JSON_TYPE], 413],
    ['in a GET', 'GET /_mock/clock HTTP/1.1', [], 401],
    ['a call from a page', ASSOCIATE, ['Origin: http://evil.test'], 403],
    ['a call with too much', ASSOCIATE, [], 413],
  ])(
    '%s gets its answer, and goes on for a little only',
    async ([, requestLine, fields, status], { expect, onTestFinished }) => {
      const { port } = await mockServer({ controlToken: 'secret' }, onTestFinished)
      const { socket, write, read } = await rawConnection(port)
      const host = fields.some((field) => field.startsWith('Host:')) ? [] : ['Host: localhost']
      write([requestLine, ...host, ...fields, 'Transfer-Encoding: chunked', '', ''].join('\r\n'))
      // It goes on with little: it is to be ended, not to keep the machine busy.
      let bytes = 65_536
      void read(hasAnswer).then(() => {
        bytes = 1
      })
      const goOn = () => {
        const chunk = `${bytes.toString(16)}\r\n${' '.repeat(bytes)}\r\n`
        if (!socket.destroyed) socket.write(chunk, () => setTimeout(goOn, 1))
      }
      goOn()
      // Read until the connection ends, which comes sooner than an unfinished request would end by itself.
      expect(await read()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    },
  )

  test('keeps its connection if that is the end of it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { port } = await mockServer({ controlToken: 'secret' })
    const { write, read, socket } = await rawConnection(port)
    write(`PUT /_mock/clock HTTP/1.1\r\nHost: localhost\r\n${JSON_TYPE}\r\nContent-Length: 16\r\n\r\n{"froz`)
    expect(await read(hasAnswer)).toMatch(/^HTTP\/1\.1 401 /)
    const health = 'GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n'
    write(`en":true} ${health}`)
    const answered = (count: number) => read((text) => text.split('"ok"').length > count)
    expect(await answered(1)).toContain('HTTP/1.1 200 OK')
    vi.advanceTimersByTime(REFUSAL_MS)
    write(health)
    expect((await answered(2)).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
    socket.destroy()
  })
})

describe('unfinished bodies', () => {
  const LARGE = Buffer.alloc(MIB - 1, ' ')

  /** A client that holds back the end of a body of 1 MiB. */
  async function holdBack(port: number, requestLine = ASSOCIATE): Promise<RawConnection> {
    const connection = await rawConnection(port)
    const fields = ['Host: localhost', 'Content-Type: application/json', `Content-Length: ${MIB}`]
    connection.write(`${[requestLine, ...fields].join('\r\n')}\r\n\r\n`)
    connection.write(LARGE)
    onTestFinished(() => void connection.socket.destroy())
    return connection
  }

  /** Collects the data that each client receives. */
  function listen(clients: readonly RawConnection[]): string[] {
    const received = clients.map(() => '')
    for (const [at, { socket }] of clients.entries()) {
      socket.on('data', (chunk: Buffer) => {
        received[at] += chunk.toString('utf8')
      })
    }
    return received
  }

  test.for([
    [ASSOCIATE, /no room for this body\r\n(?:.*\r\n)*Retry-After: 1\r\n[\s\S]*not an answer of WeChat Pay/],
    ['PUT /_mock/world HTTP/1.1', /Service Unavailable\r\n(?:.*\r\n)*Retry-After: 1\r\n[\s\S]*MOCK_UNFINISHED_BODIES/i],
  ] as const)('get a share of the memory; what is beyond it is refused: %s', async ([requestLine, refusal]) => {
    const { port, refused } = await mockServer()
    const clients = await Promise.all(Array.from({ length: 80 }, () => holdBack(port, requestLine)))
    const received = listen(clients)
    // Each takes one or two of 64 MiB; the largest does not count.
    await expect.poll(() => received.filter((text) => text === '').length).toBeLessThanOrEqual(66)
    // With each answer it has also read what the others had sent by then, a piece of each body.
    for (let i = 0; i < 20; i += 1) await (await fetch(`http://127.0.0.1:${port}/_mock/health`)).text()
    await expect.poll(() => received.every((text) => text === '' || refusal.test(text))).toBe(true)

    const refusals = received.filter((text) => text !== '')
    for (const text of refusals) {
      expect(text).toMatch(/^HTTP\/1\.1 503 /)
      expect(text.replace(/^HTTP\/1\.1 503 /, '')).toMatch(refusal)
    }
    expect(clients.length - refusals.length).toBeGreaterThanOrEqual(20)
    expect(refused).toContainEqual({ reason: 'bodies', host: '', detail: '64' })
    expect(refused.length).toBeLessThan(5)

    // Most bodies are small, and still fit.
    const small = await rawConnection(port)
    small.write(
      `${requestLine}\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 10000\r\n\r\n${' '.repeat(10_000)}`,
    )
    expect(await small.read(hasAnswer)).toMatch(/^HTTP\/1\.1 4(?!03)\d\d /)
    small.socket.destroy()

    const held = clients.filter((_, at) => received[at] === '')
    const [first, ...others] = held
    first?.write(' ')
    expect(await first?.read(hasAnswer)).toMatch(/^HTTP\/1\.1 40[01] /)
    for (const { socket } of others) socket.destroy()
    const next = await holdBack(port, requestLine)
    next.write(' ')
    expect(await next.read(hasAnswer)).toMatch(/^HTTP\/1\.1 40[01] /)
  })

  test('are counted together, and one may be large all the same', async () => {
    const { port } = await mockServer()
    await Promise.all(Array.from({ length: 20 }, () => holdBack(port)))
    await Promise.all(Array.from({ length: 8 }, () => holdBack(port, 'PUT /_mock/world HTTP/1.1')))
    const world = `{"coupons":[]${' '.repeat(80 * MIB)}}`
    const restored = await fetch(`http://127.0.0.1:${port}/_mock/world`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: world,
    })
    expect(restored.status).toBe(204)
  })

  test('are forgotten once they are whole, cut off or too large', async () => {
    const { port } = await mockServer()
    for (let round = 0; round < 3; round += 1) {
      const clients = await Promise.all(Array.from({ length: 30 }, () => holdBack(port)))
      for (const [at, { socket, write }] of clients.entries()) {
        if (at % 3 === 0) socket.destroy()
        else if (at % 3 === 1) socket.resetAndDestroy()
        else write(' ')
      }
      for (const [at, { read }] of clients.entries()) {
        if (at % 3 === 2) expect(await read(hasAnswer)).toMatch(/^HTTP\/1\.1 40[01] /)
      }
    }
  })
})

describe('large bodies of calls', () => {
  const callOf = (bytes: number) =>
    `${ASSOCIATE}\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n${' '.repeat(bytes)}`

  async function engineWithServer() {
    const mock = createMock()
    const { port } = await mockServer({ mock })
    return { engine: engineOf(mock), port }
  }

  test('that are whole at the same time are answered one in each turn of the event loop', async () => {
    const { engine, port } = await engineWithServer()
    let turn = 0
    const nextTurn = () => {
      turn += 1
      running = setImmediate(nextTurn)
    }
    let running = setImmediate(nextTurn)
    onTestFinished(() => clearImmediate(running))
    const turns: number[] = []
    vi.spyOn(engine, 'handle').mockImplementation(async () => {
      turns.push(turn)
      return { status: 204, headers: [], body: new Uint8Array(0) }
    })
    const clients = await Promise.all(Array.from({ length: 8 }, () => rawConnection(port)))
    // The last pieces come together, each too short to wait for its turn.
    const call = callOf(20_000)
    for (const { write } of clients) write(call.slice(0, -10_000))
    await (await fetch(`http://127.0.0.1:${port}/_mock/health`)).text()
    for (const { write } of clients) write(call.slice(-10_000))
    await Promise.all(clients.map(({ read }) => read(hasAnswer)))
    for (const { socket } of clients) socket.destroy()

    expect(turns).toHaveLength(8)
    expect(new Set(turns).size).toBe(8)
  })

  test('count until they are answered', async () => {
    const { engine, port } = await engineWithServer()
    const { promise: isLet, resolve: letGo } = Promise.withResolvers<void>()
    let held = 0
    vi.spyOn(engine, 'handle').mockImplementation(async () => {
      held += 1
      await isLet
      return { status: 204, headers: [], body: new Uint8Array(0) }
    })
    let refused = 0
    const clients = await Promise.all(Array.from({ length: 80 }, () => rawConnection(port)))
    const answers = clients.map(async ({ write, read, socket }) => {
      write(callOf(MIB))
      if ((await read(hasAnswer)).startsWith('HTTP/1.1 503 ')) refused += 1
      socket.destroy()
    })

    await expect.poll(() => held + refused).toBe(80)
    // Each takes one or two of 64 MiB; the largest does not count.
    expect(held).toBeLessThanOrEqual(66)
    letGo()
    await Promise.all(answers)
    expect(refused).toBe(80 - held)
  })

  test('are gone once they are answered, though the connection is kept', async () => {
    const { engine, port } = await engineWithServer()
    const bodies: WeakRef<Uint8Array>[] = []
    vi.spyOn(engine, 'handle').mockImplementation(async ({ body }) => {
      bodies.push(new WeakRef(body))
      return { status: 204, headers: [], body: new Uint8Array(0) }
    })
    const { write, read, socket } = await rawConnection(port)
    write(callOf(MIB))
    await read(hasAnswer)
    // The spy keeps what it was called with.
    vi.restoreAllMocks()
    for (let i = 0; i < 20 && bodies[0]?.deref() !== undefined; i++) {
      await turnOfTheLoop()
      collect()
    }

    expect(bodies[0]?.deref()).toBeUndefined()
    expect(socket.destroyed).toBe(false)
    socket.destroy()
  })
})

describe('the share of unfinished bodies', () => {
  /** Bytes that each may hold besides. */
  const FREE = 16_384

  /** Whether bodies of these sizes fit, one after the other, each in one piece. */
  const taken = (bodies: UnfinishedBodies, sizes: readonly number[]) =>
    sizes.map((bytes) => bodies.makeRoom(new CollectedBytes(), new Uint8Array(FREE + bytes)))

  test('is for all but the largest, whichever that is', () => {
    let full = 0
    const bodies = new UnfinishedBodies(() => {
      full += 1
    }, 10)
    expect(taken(bodies, [100, 6, 4])).toEqual([true, true, true])
    expect(taken(bodies, [1, 50])).toEqual([false, false])
    expect(full).toBe(1)
  })

  test('is given back, and the next largest takes the place of the largest', () => {
    const bodies = new UnfinishedBodies(undefined, 10)
    const [large, small, other] = [new CollectedBytes(), new CollectedBytes(), new CollectedBytes()]
    expect(bodies.makeRoom(small, new Uint8Array(FREE + 6))).toBe(true)
    expect(bodies.makeRoom(large, new Uint8Array(FREE + 100))).toBe(true)
    expect(bodies.makeRoom(other, new Uint8Array(FREE + 10))).toBe(false)
    bodies.release(other)
    bodies.release(large)
    expect(bodies.makeRoom(other, new Uint8Array(FREE + 10))).toBe(true)
    bodies.release(small)
    bodies.release(small)
    expect(taken(bodies, [10])).toEqual([true])
  })

  test('grows with a body', () => {
    const bodies = new UnfinishedBodies(undefined, 10)
    expect(taken(bodies, [100])).toEqual([true])
    const body = new CollectedBytes()
    for (const [bytes, hasRoom] of [
      [FREE, true],
      [1, false],
    ] as const) {
      const piece = new Uint8Array(bytes)
      expect(bodies.makeRoom(body, piece)).toBe(hasRoom)
      body.add(piece)
    }
  })

  test('is not needed by small bodies', () => {
    const bodies = new UnfinishedBodies(undefined, 10)
    expect(taken(bodies, [100, 10])).toEqual([true, true])
    expect(
      taken(
        bodies,
        Array.from({ length: 1_000 }, () => 0),
      ),
    ).not.toContain(false)
  })
})
