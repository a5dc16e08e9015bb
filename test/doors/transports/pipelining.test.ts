import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type RunningServer, startServer } from '../../../src/doors/transports/node-server.ts'
import { BodyTurns, RequestFeed } from '../../../src/doors/transports/one-port.ts'
import { PendingAnswers } from '../../../src/doors/transports/pending-answers.ts'
import { createMock } from '../../../src/mock.ts'
import { handshake, openTunnel } from './proxied.ts'
import { listen, rawConnection } from './raw-connection.ts'

/** More than a connection's buffers hold, so that its parser could be far ahead of the answers. */
const MANY = 2_000
/** More than may wait at once. */
const SOME = 500
const HOST = 'Host: localhost\r\n\r\n'

async function mockServer(mock = createMock()): Promise<RunningServer> {
  const server = await startServer({ mock, port: 0 })
  onTestFinished(() => server.close(0))
  return server
}

/** Unknown paths, which are answered with 404. */
const requests = (count: number, target = '/v3/') =>
  Array.from({ length: count }, (_, at) => `GET ${target}${at} HTTP/1.1\r\n${HOST}`).join('')

const ANSWERS = /HTTP\/1\.1 404/g
const countOf = (received: string) => received.match(ANSWERS)?.length ?? 0

/** Everything from when it is called until so many 404s have come, or the other side closes. */
async function answersTo(socket: Socket, count: number): Promise<string> {
  const received: string[] = []
  let answered = 0
  const ended = once(socket, 'close')
  await Promise.race([
    ended,
    new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        // Each answer is written by itself, and is too small to be split.
        const text = chunk.toString('latin1')
        received.push(text)
        answered += countOf(text)
        if (answered === count) resolve()
      })
    }),
  ])
  return received.join('')
}

describe('requests that are sent without waiting', () => {
  /** A server that answers with the target, once it is let. */
  async function patientServer() {
    const answers = new PendingAnswers()
    const taken: string[] = []
    const waiting: (() => void)[] = []
    let isLet = false
    const server = createServer((incoming, outgoing: ServerResponse) => {
      taken.push(incoming.url ?? '')
      answers.add(incoming.socket, outgoing, () => {
        const answer = () => void outgoing.end(`<${incoming.url}>`)
        if (isLet) answer()
        else waiting.push(answer)
      })
    })
    server.on('connection', (socket) => new RequestFeed(socket, answers, new BodyTurns()))
    onTestFinished(() => server.closeAllConnections())
    const letGo = () => {
      isLet = true
      for (const answer of waiting) answer()
    }
    return { port: await listen(server), taken, letGo }
  }

  test('are read only as far as a few of them wait, and all of them are answered in order', async () => {
    const { port, taken, letGo } = await patientServer()
    const { write, read, socket } = await rawConnection(port)
    write(requests(MANY, '/'))
    await expect.poll(() => taken.length).toBeGreaterThan(0)
    await wait(200)
    // 16 may wait, and the parser gets some twenty at a time.
    expect(taken.length).toBeLessThanOrEqual(40)

    letGo()
    const received = await read((text) => text.endsWith(`</${MANY - 1}>`))
    expect(received.match(/<\/\d+>/g)).toEqual(Array.from({ length: MANY }, (_, at) => `</${at}>`))
    socket.destroy()
  })

  test('leave the server time for other clients', async () => {
    const { port } = await mockServer()
    const pipelined = await rawConnection(port)
    let received = ''
    pipelined.socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
    })
    pipelined.write(requests(MANY))
    await once(pipelined.socket, 'data')

    const honest = await rawConnection(port)
    honest.write(requests(1))
    await honest.read((text) => countOf(text) > 0)

    expect(countOf(received)).toBeLessThan(MANY / 2)
    honest.socket.destroy()
    pipelined.socket.destroy()
  })

  test('are answered to a client that has closed its side', async () => {
    const { port } = await mockServer()
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const closed = once(socket, 'close')
    const received = answersTo(socket, Number.POSITIVE_INFINITY)
    socket.end(requests(SOME))
    await closed
    expect(countOf(await received)).toBe(SOME)
  })

  test('are answered over TLS, through a tunnel and through the proxy', async () => {
    const server = await mockServer()
    const overTls = async (socket: Socket) => {
      const secured = await handshake(socket, { servername: 'api.mch.weixin.qq.com', rejectUnauthorized: false })
      secured.write(requests(SOME))
      expect(countOf(await answersTo(secured, SOME))).toBe(SOME)
      secured.destroy()
    }
    await overTls((await rawConnection(server.port)).socket)
    await overTls((await openTunnel(server.port, 'api.mch.weixin.qq.com:443')).socket)

    const { socket } = await rawConnection(server.port)
    socket.write(requests(SOME, 'http://api.mch.weixin.qq.com/v3/'))
    expect(countOf(await answersTo(socket, SOME))).toBe(SOME)
    socket.destroy()
  })

  test('are answered before a tunnel is opened behind them, and what is sent into it with them is not lost', async () => {
    const { port } = await mockServer()
    const { socket } = await rawConnection(port)
    socket.write(`${requests(100)}CONNECT api.mch.weixin.qq.com:80 HTTP/1.1\r\n${HOST}${requests(200)}`)
    const received = await answersTo(socket, 300)
    expect(countOf(received.slice(0, received.indexOf('200 Connection established')))).toBe(100)
    socket.destroy()
  })

  test('are answered although something unreadable follows them', async () => {
    const { port } = await mockServer()
    const { write, read, closed } = await rawConnection(port)
    write(`${requests(100)}rubbish\r\n\r\n`)
    await closed
    expect(countOf(await read())).toBe(100)
  })

  test('are answered once their client reads', async () => {
    // A megabyte of JSON, which is made in no time.
    const coupons = Array.from({ length: 2_000 }, (_, at) => ({ stock_id: '700001', coupon_code: `C${at}` }))
    const { port } = await mockServer(createMock({ seed: { stocks: [{ stock_id: '700001' }], coupons } }))
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET /_mock/world HTTP/1.1\r\n${HOST}`.repeat(20) + requests(MANY))
    await wait(300)
    expect(countOf(await answersTo(socket, MANY))).toBe(MANY)
    socket.destroy()
  })

  test('are told why the next one is not read, when that is all there is', async () => {
    const { port } = await mockServer()
    const { write, read, closed } = await rawConnection(port)
    write('rubbish\r\n\r\n'.repeat(50_000))
    await closed
    expect(await read()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*no answer of WeChat Pay\.\n$/)
  })
})

test('a body of blank lines is read whole', async () => {
  const server = await mockServer()
  const { write, read, socket } = await rawConnection(server.port)
  const body = `{"frozen":${'\r\n\r\n'.repeat(200_000)}true}`
  write(
    `PUT /_mock/clock HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${HOST}${body}`,
  )
  expect(await read((text) => text.includes('"frozen"'))).toContain('"frozen":true')
  socket.destroy()
})
