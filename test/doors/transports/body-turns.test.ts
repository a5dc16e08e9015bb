import { createServer, type RequestListener } from 'node:http'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { BodyTurns, RequestFeed } from '../../../src/doors/transports/one-port.ts'
import { PendingAnswers } from '../../../src/doors/transports/pending-answers.ts'
import { listen, rawConnection } from './raw-connection.ts'

const HEAD = 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n'
const END = '0\r\n\r\n'
const ofOneByte = (chunks: number) => `${HEAD}${'1\r\nx\r\n'.repeat(chunks)}${END}`
/** The most that is parsed of such bodies in a turn of the event loop if each piece takes all of its time, in bytes. */
const PIECE = 4_096
const CHUNK = '1\r\nx\r\n'.length

const answerWithLength: RequestListener = (incoming, outgoing) => {
  let length = 0
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length
  })
  incoming.on('end', () => outgoing.end(`<${length}>`))
}

/** A server on which parsing a piece takes some time, and the pieces that it parsed in each turn of the event loop. */
async function serverOf(pieceMs: number, answer: RequestListener = answerWithLength) {
  const answers = new PendingAnswers()
  let now = 0
  const pieces: number[] = [0]
  // Read before each piece and behind it.
  const turns = new BodyTurns(() => {
    now += pieceMs
    pieces.push((pieces.pop() ?? 0) + 0.5)
    return now
  })
  const nextTurn = () => {
    if (pieces.at(-1) !== 0) pieces.push(0)
    running = setImmediate(nextTurn)
  }
  let running = setImmediate(nextTurn)
  const server = createServer((incoming, outgoing) =>
    answers.add(incoming.socket, outgoing, () => answer(incoming, outgoing)),
  )
  server.on('connection', (socket) => new RequestFeed(socket, answers, turns))
  onTestFinished(() => {
    clearImmediate(running)
    server.closeAllConnections()
  })
  return { port: await listen(server), pieces }
}

async function send(port: number, text: string, isAnswered = (received: string) => received.endsWith('>')) {
  const { write, read, socket } = await rawConnection(port)
  onTestFinished(() => void socket.destroy())
  write(text)
  return await read(isAnswered)
}

describe('chunks of one byte', () => {
  const CHUNKS = 20_000
  const PIECES = Math.floor((CHUNKS * CHUNK) / PIECE)

  test('are parsed a piece in each turn of the event loop, and all of them are read', async () => {
    const { port, pieces } = await serverOf(2)
    expect(await send(port, ofOneByte(CHUNKS))).toContain(`<${CHUNKS}>`)
    expect(Math.max(...pieces)).toBe(1)
    expect(pieces.length).toBeGreaterThanOrEqual(PIECES)
  })

  test('of several clients take no more time together, and each gets its turn', async () => {
    const { port, pieces } = await serverOf(2)
    const ended: number[] = []
    await Promise.all(
      [1, 2, 3].map(async (number) => {
        expect(await send(port, ofOneByte(number * CHUNKS))).toContain(`<${number * CHUNKS}>`)
        ended.push(number)
      }),
    )
    expect(Math.max(...pieces)).toBe(1)
    expect(ended).toEqual([1, 2, 3])
  })

  test('are read no faster behind an answer', async () => {
    // Else a client that is still sending behind its answer would lose its connection on a busy machine.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { port, pieces } = await serverOf(2, (_, outgoing) => outgoing.end('<refused>'))
    expect(
      await send(
        port,
        `${ofOneByte(CHUNKS)}GET / HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        (received) => received.split('<refused>').length > 2,
      ),
    ).toMatch(/<refused>[\s\S]*<refused>/)
    expect(Math.max(...pieces)).toBe(1)
    expect(pieces.length).toBeGreaterThanOrEqual(PIECES)
  })
})

const LARGE = 'x'.repeat(65_536)
const PARTS = 64
const withLength = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${PARTS * LARGE.length}\r\n\r\n${LARGE.repeat(PARTS)}`

describe('large bodies', () => {
  test.for([1, 4])('of %i clients are parsed a piece in each turn of the event loop', async (clients) => {
    const { port, pieces } = await serverOf(2)
    const answers = await Promise.all(Array.from({ length: clients }, () => send(port, withLength)))
    for (const answer of answers) expect(answer).toContain(`<${PARTS * LARGE.length}>`)
    expect(Math.max(...pieces)).toBe(1)
    expect(pieces.length).toBeGreaterThanOrEqual(clients * PARTS)
  })

  test('are dropped at once behind an answer', async () => {
    const { port, pieces } = await serverOf(2, (_, outgoing) => outgoing.end('<refused>'))
    const twice = await send(
      port,
      `${withLength}GET / HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      (received) => received.split('<refused>').length > 2,
    )
    expect(twice).toMatch(/<refused>[\s\S]*<refused>/)
    expect(pieces.reduce((sum, count) => sum + count, 0)).toBeLessThan(4)
  })
})

test('bodies go on as long as they take no time', async () => {
  const { port, pieces } = await serverOf(0)
  expect(await send(port, `${HEAD}${`10000\r\n${LARGE}\r\n`.repeat(PARTS)}${END}`)).toContain(
    `<${PARTS * LARGE.length}>`,
  )
  expect(Math.max(...pieces)).toBeGreaterThan(8)
})
