import type { Merchant } from '../../src/engine/keys/merchants.ts'
import type { SnapshotJson } from '../../src/products/json.ts'
import { Random } from './random.ts'
import { Player } from './run.ts'
import type { Step } from './steps.ts'

/** A callback as it reached its receiver. */
export interface Delivery {
  readonly url: string
  /** The id of the event, the same with every try. */
  readonly id: string
  /** The sender's clock, in seconds. */
  readonly timestamp: string | null
  readonly body: string
}

export interface Course {
  readonly trace: readonly string[]
  readonly world: SnapshotJson
  readonly delivered: readonly Delivery[]
}

/** Plays steps at a fresh mock whose callbacks go to a receiver that refuses every third. @throws Error when an answer is wrong */
export async function courseOf(steps: readonly Step[], merchants: readonly Merchant[]): Promise<Course> {
  const delivered: Delivery[] = []
  const receive = async (request: Request): Promise<Response> => {
    const body = await request.text()
    const timestamp = request.headers.get('Wechatpay-Timestamp')
    delivered.push({ url: request.url, id: String(Object(JSON.parse(body)).id), timestamp, body })
    return new Response(null, { status: delivered.length % 3 === 0 ? 500 : 204 })
  }
  const player = await Player.begin({ merchants, orders: 'any', receive })
  for (const step of steps) {
    const fault = await player.play(step)
    if (fault !== undefined) throw new Error([fault, ...player.trace.slice(-3)].join('\n'))
    await player.subject.mock.outbox.idle()
  }
  const trace = player.trace.filter((line) => !line.startsWith('the clock'))
  return { trace, world: await player.subject.world(), delivered }
}

/** Whether a callback came before: it is repeated until it is taken. */
export function isRepeat({ id }: Delivery, index: number, all: readonly Delivery[]): boolean {
  return all.findIndex((other) => other.id === id) < index
}

/** The same steps with every move of the clock in up to four pieces. */
export function inPieces(steps: readonly Step[], seed: number): readonly Step[] {
  const random = new Random(seed)
  return steps.flatMap((step) => {
    if (step.do !== 'advance') return [step]
    let left = step.seconds
    const pieces: number[] = []
    while (left > 1 && pieces.length < 3) {
      const piece = random.between(1, left - 1)
      pieces.push(piece)
      left -= piece
    }
    return [...pieces, left].map((seconds): Step => ({ do: 'advance', seconds }))
  })
}
