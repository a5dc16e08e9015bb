import type { Texts } from '../../wire/shared/texts.ts'
import type { Exchange } from '../journal/journal.ts'

/** The most exchanges that are held at once; more pass, with a remark. */
const HELD_LIMIT = 100
/** The longest that one is held, in milliseconds on the machine's clock. */
export const HOLD_LIMIT_MS = 300_000

/** An answer that somebody gives in place of the operation; `body` is JSON text, left out for an answer without a body. */
export interface GivenAnswer {
  readonly status: number
  readonly body?: string | undefined
}

/** The end of a held exchange. `answer` is for calls: the content of a callback is signed as it is. */
type HeldDecision = { readonly decide: 'let_through' | 'lose' } | ({ readonly decide: 'answer' } & GivenAnswer)

/** Why an exchange goes on, each with its text for the journal. Unless somebody decided otherwise, it is let through. */
const ENDS = {
  let_through: { en: 'It was held, and let through by hand.', zh: '被拦下，由人工放行。' },
  lose: { en: 'It was held, and lost by hand.', zh: '被拦下，由人工丢弃。' },
  answer: { en: 'It was held, and answered by hand.', zh: '被拦下，由人工应答。' },
  too_long: {
    en: `It was held for ${HOLD_LIMIT_MS / 60_000} minutes, the longest there is, and let through.`,
    zh: `被拦下满 ${HOLD_LIMIT_MS / 60_000} 分钟（上限），自动放行。`,
  },
  too_many: {
    en: `It passed, as ${HELD_LIMIT} were held already: decide on some.`,
    zh: `已有 ${HELD_LIMIT} 条被拦下，因此未拦下：请先处理其中一些。`,
  },
  released: {
    en: 'It was held, and let through as the faults were cleared, or the mock was reset or stopped.',
    zh: '被拦下，因故障被清除、模拟服务被重置或停止而放行。',
  },
  left: { en: 'It was held, and let through as its client was gone.', zh: '被拦下，因客户端已断开而放行。' },
} as const satisfies Readonly<Record<string, Texts>>

/** How the hold of an exchange ended. */
interface HoldEnd {
  readonly decision: HeldDecision
  /** For the journal. */
  readonly text: Texts
}

/** A call or an attempt to deliver a callback that waits for a decision. Neither is in the journal yet. */
interface HeldExchange {
  /** As the journal will have it, as far as that is known. */
  readonly exchange: Exchange
  /** When it is let through unless somebody decides before, in epoch milliseconds of the machine. */
  readonly until: number
  /** The answer that the call is about to get. */
  readonly answer?: GivenAnswer
}

interface Waiting {
  readonly held: HeldExchange
  readonly end: (why: keyof typeof ENDS, decision?: HeldDecision) => void
}

/** The exchanges that planned faults hold, of this process only: their connections are its own. Nothing of the store is held with them. */
export class HeldExchanges {
  readonly #waiting = new Map<string, Waiting>()
  readonly #listeners = new Set<() => void>()

  /** The longest held first. */
  get list(): readonly HeldExchange[] {
    return [...this.#waiting.values()].map(({ held }) => held)
  }

  find(id: string): HeldExchange | undefined {
    return this.#waiting.get(id)?.held
  }

  /** Calls `listener` whenever the list has changed. */
  subscribe(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /**
   * Holds an exchange until somebody decides, for {@link HOLD_LIMIT_MS} at most.
   *
   * @param now epoch milliseconds of the machine
   * @param left aborted when nobody waits for the exchange any more
   */
  hold(about: Omit<HeldExchange, 'until'>, now: number, left?: AbortSignal): Promise<HoldEnd> {
    const { id } = about.exchange
    return new Promise((resolve) => {
      const end: Waiting['end'] = (why, decision = { decide: 'let_through' }) => {
        clearTimeout(timer)
        left?.removeEventListener('abort', leave)
        if (this.#waiting.delete(id)) this.#tell()
        resolve({ decision, text: ENDS[why] })
      }
      const leave = () => end('left')
      const timer = setTimeout(() => end('too_long'), HOLD_LIMIT_MS)
      // A callback must not keep the process alive.
      if (about.exchange.callback) timer.unref()
      if (left?.aborted) return leave()
      if (this.#waiting.size >= HELD_LIMIT) return end('too_many')
      left?.addEventListener('abort', leave, { once: true })
      this.#waiting.set(id, { held: { ...about, until: now + HOLD_LIMIT_MS }, end })
      this.#tell()
    })
  }

  /** Ends the hold of an exchange. Returns whether it was held. */
  decide(id: string, decision: HeldDecision): boolean {
    const waiting = this.#waiting.get(id)
    waiting?.end(decision.decide, decision)
    return waiting !== undefined
  }

  /** Lets everything through, of one merchant or of all. */
  release(mchid?: string): void {
    for (const { held, end } of [...this.#waiting.values()]) {
      if (mchid === undefined || held.exchange.mchid === mchid) end('released')
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
