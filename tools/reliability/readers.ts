import { Agent, request } from 'node:http'
import { readyCall } from './signed-calls.ts'

/** How often each status was answered; 0 for a connection that ended without an answer. */
export type Statuses = Record<number, number>

export function add(statuses: Statuses, status: number, times = 1): void {
  statuses[status] = (statuses[status] ?? 0) + times
}

/** Makes a call with many clients at once. */
export async function each(clients: number, play: () => Promise<number>): Promise<Statuses> {
  const statuses: Statuses = {}
  for (const status of await Promise.all(Array.from({ length: clients }, play))) add(statuses, status)
  return statuses
}

interface Sent {
  readonly body?: Iterable<string> | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the connection, whatever has been answered. */
  readonly left?: AbortSignal
  /** Called with the length of each piece of the answer. */
  readonly onBytes?: (length: number) => void
}

/** Makes a call and reads its answer as fast as it comes. Resolves with the status, 0 if the connection ended before the whole answer. */
export function send(
  url: string,
  method: string,
  path: string,
  { body, headers = {}, left, onBytes }: Sent = {},
): Promise<number> {
  return new Promise((resolve) => {
    const type = body && { 'Content-Type': 'application/json' }
    // With one that is closed after the answer, a refusal while the client still sends would be lost.
    const agent = new Agent({ keepAlive: true })
    const options = { method, headers: { ...type, ...headers }, agent, ...(left && { signal: left }) }
    const sent = request(`${url}${path}`, options, (answer) => {
      answer.on('data', (chunk: Buffer) => onBytes?.(chunk.length))
      answer.on('end', () => {
        resolve(answer.complete ? (answer.statusCode ?? 0) : 0)
        agent.destroy()
      })
      answer.on('error', () => resolve(0))
    })
    sent.on('error', () => resolve(0))
    const pieces = (body ?? [])[Symbol.iterator]()
    const next = (): void => {
      for (;;) {
        const { done, value } = pieces.next()
        if (done || sent.destroyed) break
        if (!sent.write(value)) {
          sent.once('drain', next)
          return
        }
      }
      sent.end()
    }
    next()
  })
}

/** Fills the journal with signed calls that are refused, each with a body of that many bytes. */
export async function fillJournal(url: string, calls: number, bytes: number): Promise<void> {
  for (let made = 0; made < calls; made++) {
    const call = await readyCall({
      method: 'POST',
      target: '/v3/marketing/busifavor/coupons/associate',
      body: {
        stock_id: 'BENCH',
        coupon_code: `C${made}`,
        out_trade_no: `O${made}`,
        out_request_no: `R${made}`,
        more: 'x'.repeat(bytes),
      },
      status: 0,
    })
    await send(url, call.method, call.target, { body: [call.body], headers: call.headers })
  }
}
