import { Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { PATH, type Signed } from '../associate-requests.ts'

const CONNECTIONS = 32

/** How far a client may fall behind its pace before it sends the next calls, in milliseconds. */
const STEP_MS = 5

/**
 * Sends calls at a steady pace, whether or not the earlier ones are answered.
 *
 * @param perSecond number of calls to start per second
 * @returns their durations, in milliseconds
 * @throws Error for an answer other than 200
 */
export async function sendSteadily(url: string, calls: readonly Signed[], perSecond: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const answers: Promise<number>[] = []
  const begin = performance.now()
  while (answers.length < calls.length) {
    const due = Math.min(calls.length, Math.ceil(((performance.now() - begin) * perSecond) / 1_000))
    for (const call of calls.slice(answers.length, due)) answers.push(send(url, call, agent))
    await sleep(STEP_MS)
  }
  const took = await Promise.all(answers)
  agent.destroy()
  return took
}

async function send(url: string, { headers, body }: Signed, agent: Agent): Promise<number> {
  const begin = performance.now()
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const outgoing = request(url + PATH, { method: 'POST', headers, agent }, resolve)
  outgoing.on('error', reject)
  outgoing.end(body)
  const answer = await promise
  for await (const _ of answer);
  if (answer.statusCode !== 200) throw new Error(`A call was answered with ${answer.statusCode}.`)
  return performance.now() - begin
}
