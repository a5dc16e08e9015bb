/**
 * Crowds, slow clients and hostile bodies, each against a `wechatpay-mock serve` of its own: `npm run overload`, or
 * `npm run overload -- 3-silent` for one of them. Honest clients make signed calls and control calls all the while. Ends with 1 if one of these is not
 * answered, if a crowd gets anything but an answer or a plain refusal, if deliberately slow clients keep their connections, if memory is not bounded,
 * or if what is said of a scenario below does not hold.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { bin, residentMib, start } from '../bench/measure.ts'
import { HEALTH, HonestClients } from './honest-client.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'
import { make, type ReadyCall, readyCall } from './signed-calls.ts'

const MEMORY_LIMIT_MIB = 400
const HONEST_CLIENTS = 4

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'

/** Outcomes of a crowd's clients. */
interface Fate {
  answered: number
  refused: number
  /** Closed by the server, without an answer or with a 408. */
  closed: number
  /** Still open at the end. */
  open: number
  /** Wrong signatures whose single mistake the answer names. */
  named: number
}

interface Scenario {
  readonly name: string
  readonly title: string
  readonly clients: number
  /** Time limit for the server to close them, in seconds. */
  readonly withinSeconds: number
  /** Number of answers that each waits for. Default: one. */
  readonly answers?: number
  /** Status of the first of them. Default: 200. */
  readonly status?: number
  /** How long an honest call may take meanwhile, in milliseconds. Default: any time. */
  readonly honestMs?: number
  /** Limit of the server's memory meanwhile, in MiB. Default: {@link MEMORY_LIMIT_MIB}. */
  readonly memoryMib?: number
  /** Side that observes the end of a connection. Default: the client. */
  readonly seenFrom?: 'server'
  /** A client's behaviour on its connection. */
  readonly play: (socket: Socket, number: number) => Promise<void> | void
  /** Checks the outcome; returns the fault. */
  readonly fault: (fate: Fate) => string | undefined
}

const world = { coupons: Array.from({ length: 2_000 }, (_, at) => ({ stock_id: 'CROWD', coupon_code: `C${at}` })) }
const seed = join(tmpdir(), `wechatpay-mock-overload-${process.pid}.json`)
writeFileSync(seed, JSON.stringify(world))
/** Port of the server that a scenario is played against. */
let port = 0

const calls = await Promise.all(
  Array.from({ length: 1_500 }, (_, at) =>
    readyCall({
      method: 'POST',
      target: ASSOCIATE,
      body: { stock_id: 'CROWD', coupon_code: `C${at}`, out_trade_no: `MCH_${at}`, out_request_no: `LINK_${at}` },
      status: 200,
    }),
  ),
)

function textOf({ method, target, headers, body }: ReadyCall): string {
  const fields = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${target} HTTP/1.1\r\n${fields.join('')}\r\n${body}`
}

/** Sends one byte per second, until the other side has had enough. */
async function drip(socket: Socket, text: string): Promise<void> {
  for (const character of text) {
    if (socket.destroyed || socket.writableEnded) return
    socket.write(character)
    await wait(1_000)
  }
}

const call = (number: number) => textOf(calls[number % calls.length] as ReadyCall)
/** A body of a mebibyte without its last byte. */
const HELD_BACK = Buffer.alloc(1_048_575, ' ')

const PIPELINED = 25_000

const WRONG_BODY_BYTES = 1_000_000
const CHUNKS = 1_000_000
const SINGLE_MISTAKES = 40

/** A call signed over another body than the one it is sent with: no known mistake explains its signature. */
async function unexplained(bytes: number, number: number): Promise<string> {
  const bodyOf = (letter: string) => JSON.stringify({ out_request_no: number, note: letter.repeat(bytes) })
  const ready = await readyCall({ method: 'POST', target: ASSOCIATE, body: bodyOf('a'), status: 401 })
  return textOf({ ...ready, body: bodyOf('b') })
}

let wrongBody: Promise<Buffer> | undefined
/** Once for all clients, and when the first needs it: a signature is valid for five minutes. */
function largeWrongCall(): Promise<Buffer> {
  wrongBody ??= unexplained(WRONG_BODY_BYTES, 0).then((text) => Buffer.from(text))
  return wrongBody
}

/** A call signed over its body and a space. */
async function singleMistake(number: number): Promise<string> {
  const body = { out_request_no: number }
  return textOf(await readyCall({ method: 'POST', target: ASSOCIATE, body, status: 401, signature: 'wrong' }))
}

/** Beginning of an answer. */
const STATUS = 'HTTP/1.1 '

const allGone = ({ open }: Fate) => (open > 0 ? `${open} are still there` : undefined)

const scenarios: readonly Scenario[] = [
  {
    name: '1-crowd',
    title: 'a signed call each, at once',
    clients: 1_000,
    withinSeconds: 60,
    play: (socket, number) => void socket.write(call(number)),
    fault: ({ answered }) => (answered < 1_000 ? `only ${answered} were answered` : undefined),
  },
  {
    name: '2-beyond-the-limit',
    title: 'the same, more than there may be',
    clients: 1_500,
    withinSeconds: 60,
    play: (socket, number) => void socket.write(call(number)),
    fault: ({ answered, refused }) =>
      answered + refused < 1_500 ? `${1_500 - answered - refused} got neither an answer nor a 503` : undefined,
  },
  {
    name: '3-silent',
    title: 'connect, and say nothing',
    clients: 1_000,
    withinSeconds: 20,
    play: () => {},
    fault: allGone,
  },
  {
    name: '4-slow-headers',
    title: 'a byte of their header each second',
    clients: 1_000,
    withinSeconds: 30,
    play: (socket) => drip(socket, `POST ${ASSOCIATE} HTTP/1.1\r\nHost: localhost\r\nX-Slow: ${'x'.repeat(200)}`),
    fault: allGone,
  },
  {
    name: '5-slow-bodies',
    title: 'a byte of their body each second',
    clients: 1_000,
    withinSeconds: 60,
    play(socket, number) {
      const [head = '', body = ''] = call(number).split('\r\n\r\n')
      socket.write(`${head}\r\n\r\n`)
      return drip(socket, body)
    },
    fault: allGone,
  },
  {
    name: '6-never-reading',
    title: 'ask a hundred times for the OpenAPI document, and read nothing',
    clients: 50,
    withinSeconds: 120,
    // A client that does not read cannot see that the connection was closed, so the server's side is checked.
    seenFrom: 'server',
    play(socket) {
      socket.pause()
      socket.write('GET /_mock/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(100))
    },
    fault: allGone,
  },
  {
    name: '7-pipelined',
    title: `${PIPELINED.toLocaleString('en')} calls each, without waiting for answers`,
    clients: 4,
    withinSeconds: 240,
    answers: PIPELINED,
    play(socket, number) {
      socket.write(call(number))
      socket.write('GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(PIPELINED - 1))
    },
    fault: ({ answered }) => (answered < 4 ? `only ${answered} got all their answers` : undefined),
  },
  {
    name: '8-held-back-bodies',
    title: 'hold back the last byte of a mebibyte',
    clients: 900,
    withinSeconds: 60,
    // Their bodies are limited to 64 MiB in total. Everything they send is read, and dropped, within a second; some of it is collected later.
    memoryMib: 600,
    play(socket) {
      socket.write(`POST ${ASSOCIATE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${HELD_BACK.length + 1}\r\n\r\n`)
      socket.write(HELD_BACK)
    },
    fault: allGone,
  },
  {
    name: '9-wrong-bodies',
    title: 'a megabyte with a wrong signature that nothing explains, at once',
    clients: 1_000,
    withinSeconds: 60,
    status: 401,
    honestMs: 500,
    // Their bodies are limited to 64 MiB in total, as above; what has been read of the others waits for its turn.
    memoryMib: 600,
    async play(socket) {
      socket.write(await largeWrongCall())
    },
    // One that is refused while it still sends may lose its connection before it has read why.
    fault: allGone,
  },
  {
    name: '10-single-mistakes',
    title: `a wrong signature, at once; ${SINGLE_MISTAKES} of them have a single mistake, the others one that nothing explains`,
    clients: 200,
    withinSeconds: 30,
    status: 401,
    async play(socket, number) {
      socket.write(await (number % 5 === 4 ? singleMistake(number) : unexplained(10, number)))
    },
    fault: ({ named }) =>
      named < SINGLE_MISTAKES ? `of ${SINGLE_MISTAKES} single mistakes ${named} are named` : undefined,
  },
  {
    name: '11-one-byte-chunks',
    title: `a body of ${CHUNKS.toLocaleString('en')} chunks of a byte each, in calls and in control calls`,
    clients: 20,
    withinSeconds: 120,
    honestMs: 500,
    play(socket, number) {
      const line = number % 2 === 0 ? `POST ${ASSOCIATE}` : 'PUT /_mock/world'
      socket.write(`${line} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`)
      socket.write(`${'1\r\n \r\n'.repeat(CHUNKS)}0\r\n\r\n`)
    },
    fault: allGone,
  },
]

/** Number of the server's connections, from /proc; NaN if that is unavailable. */
function connectionsOfServer(): number {
  try {
    const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
    const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n')
    return lines.filter((line) => line.trim().split(/\s+/)[1]?.endsWith(local) && / 01 /.test(line)).length
  } catch {
    return Number.NaN
  }
}

async function playCrowd({
  clients,
  withinSeconds,
  answers = 1,
  status = 200,
  play,
  seenFrom,
}: Scenario): Promise<Fate> {
  const fate: Fate = { answered: 0, refused: 0, closed: 0, open: 0, named: 0 }
  const deadline = wait(1_000 * withinSeconds, 'late' as const)
  const sockets: Socket[] = []
  await Promise.all(
    Array.from({ length: clients }, async (_, number) => {
      const socket = connect(port, '127.0.0.1')
      sockets.push(socket)
      let received = ''
      let count = 0
      /** The tail of the counted text: too short for a status unless more follows. */
      let end = ''
      const isRefused = () => received.startsWith(`${STATUS}503 `)
      const isAnswered = () => received.startsWith(`${STATUS}${status} `) && count >= answers
      // A server may end a connection with a reset.
      socket.on('error', () => {})
      const seen = new Promise<void>((resolve) => {
        socket.on('data', (chunk: Buffer) => {
          const text = chunk.toString('latin1')
          // The first answer shows the outcome.
          if (received.length < 1_000) received += text
          const counted = end + text
          count += counted.split(STATUS).length - 1
          end = counted.slice(1 - STATUS.length)
          if (isRefused() || isAnswered()) resolve()
        })
      })
      const closed = new Promise((resolve) => socket.on('close', resolve))
      socket.once('connect', () => void play(socket, number))
      await Promise.race([seen, closed, deadline])
      if (/^Wechatpay-Mock-Diagnosis: proved/im.test(received)) fate.named += 1
      if (isAnswered()) fate.answered += 1
      else if (isRefused()) fate.refused += 1
      else if (socket.destroyed || socket.readableEnded) fate.closed += 1
      else fate.open += 1
    }),
  )
  if (seenFrom === 'server') {
    fate.open = Math.max(0, connectionsOfServer() - HONEST_CLIENTS)
    fate.closed = clients - fate.open
  }
  for (const socket of sockets) socket.destroy()
  return fate
}

async function judge(scenario: Scenario): Promise<string[]> {
  // One each: memory that was freed, but not given back, is not held by the next.
  const server = await start([bin, 'serve', '--port', '0', '--json', '--quiet', '--seed', seed])
  port = Number(new URL(server.url).port)
  try {
    const honest = await HonestClients.start(server.url, HONEST_CLIENTS)
    await wait(500)
    await honest.made()
    let highest = 0
    const watch = setInterval(() => {
      highest = Math.max(highest, residentMib(server.child.pid))
    }, 100)
    const began = performance.now()
    const fate = await playCrowd(scenario)
    const seconds = (performance.now() - began) / 1_000
    const { answered, slowestMs } = await honest.stop()
    clearInterval(watch)
    const columns = {
      clients: `${scenario.clients.toLocaleString('en')}: ${scenario.title}`,
      answered: fate.answered,
      'refused with 503': fate.refused,
      ...(fate.named > 0 && { 'single mistakes named': fate.named }),
      'closed by the server': fate.closed,
      'still open': fate.open,
      seconds: seconds.toFixed(1),
      'honest calls answered meanwhile': answered,
      'the slowest, ms': Math.round(slowestMs),
      'MiB at most': Math.round(highest),
    }
    console.log(columns)
    if (isToBeKept) keepResult('overload', scenario.name, { columns, ...aboutThisRun() })
    // The crowd has left.
    await make(HEALTH, server.url, new Agent())
    const { honestMs = Number.POSITIVE_INFINITY, memoryMib = MEMORY_LIMIT_MIB } = scenario
    const fault = scenario.fault(fate)
    return [
      ...(fault === undefined ? [] : [fault]),
      ...(answered === 0 ? ['no honest call was answered'] : []),
      ...(slowestMs > honestMs ? [`an honest call took ${slowestMs.toFixed(0)} ms`] : []),
      ...(highest > memoryMib ? [`${highest.toFixed(0)} MiB were held`] : []),
    ].map((text) => `${scenario.clients} clients, ${scenario.title}: ${text}`)
  } finally {
    await server.stop()
  }
}

const wanted = process.argv.slice(2)
const faults: string[] = []
for (const scenario of scenarios) {
  if (wanted.length === 0 || wanted.includes(scenario.name)) faults.push(...(await judge(scenario)))
}
rmSync(seed)
for (const fault of faults) console.error(fault)
process.exit(faults.length === 0 ? 0 : 1)
