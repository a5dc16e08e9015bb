import { setImmediate as turnOfTheLoop, setTimeout as wait } from 'node:timers/promises'
import { parseAuthorization } from '../../wire/protocol/authorization.ts'
import { sentences, type Texts } from '../../wire/shared/texts.ts'
import type { WireRequest } from '../http-message.ts'
import { type Exchange, KEPT_BODY_BYTES, type Remark } from '../journal/journal.ts'
import type { MerchantDirectory, Platform } from '../keys/merchants.ts'
import type { OperationDescription } from '../operation.ts'
import { type AuthenticationFailure, claimedMerchant, signatureRefused } from './authenticate.ts'
import type { ExplainedFailure } from './explain-failure.ts'
import type { Miss } from './router.ts'

/**
 * Bounds what one kind of diagnosis takes from the calls of honest clients. It counts work rather than time or calls, so that neither a slow machine
 * nor large bodies change which calls are diagnosed.
 */
export class DiagnosisBudget {
  readonly #stopwatch: () => number
  readonly #capacity: number
  readonly #perSecond: number
  #left: number
  #at: number

  /**
   * @param stopwatch milliseconds
   * @param capacity bytes of work that may be done at once
   * @param perSecond bytes of work added each second
   */
  constructor(stopwatch: () => number, capacity: number, perSecond: number) {
    this.#stopwatch = stopwatch
    this.#capacity = capacity
    this.#perSecond = perSecond
    this.#left = capacity
    this.#at = stopwatch()
  }

  /** Whether another diagnosis may be made now. The last one may overdraw the budget. */
  get allows(): boolean {
    const now = this.#stopwatch()
    // A test that stops the timers may turn the stopwatch back.
    const seconds = Math.max(0, now - this.#at) / 1_000
    this.#left = Math.min(this.#capacity, this.#left + seconds * this.#perSecond)
    this.#at = now
    return this.#left > 0
  }

  /** Charges a diagnosis to the budget, in bytes that were hashed or could have been hashed in the same time. */
  take(bytes: number): void {
    this.#left -= bytes
  }
}

interface DiagnosesParts {
  /** `off`: nothing is diagnosed until the journal is read, and answers have no `Wechatpay-Mock-Diagnosis`. */
  readonly mode: 'on' | 'off'
  /** The calls that the mock serves, and the documented ones that some of them replace. */
  readonly operations: readonly OperationDescription[]
  readonly merchants: MerchantDirectory
  readonly platformAt: (now: number) => Platform
  /** Milliseconds on the machine's clock that never go back. */
  readonly stopwatch: () => number
}

const MIB = 1_048_576
/**
 * Bytes of work that may be done at once: some 300 searches for a single mistake that find nothing, about as many as there is time for while calls
 * may wait; 12 for several; 128 for a path.
 */
const CAPACITY = { single: 128 * MIB, several: 96 * MIB, paths: 128 * MIB }
/** Bytes of work added each second: about four hundredths of one processor's time for single mistakes, and one hundredth for each of the others. */
const PER_SECOND = { single: 32 * MIB, several: 8 * MIB, paths: 8 * MIB }
/** The work of one search for the paths that may be meant, in bytes: some three milliseconds at most. */
const PATH_BYTES = MIB
/**
 * Charge for a single mistake that is found, in bytes. Finding it takes no longer than the rest of such a call, and is what the mock is for.
 * A flood of signatures that nothing explains is what slows others down: those are charged all of their work.
 */
const FOUND_BYTES = 65_536

/**
 * After a search, none starts for this many times its duration, so that together they take a fifteenth of the time; in milliseconds, never longer
 * than the cap. That for a single mistake is short whatever the call is: where it seems long, the machine is busy with something else.
 */
const REST = { times: 14, longestMs: { single: 5, several: 100 } }

/**
 * Bytes of bodies that may wait for a search, and how long each may wait for all of its own, in milliseconds: beyond that a call is answered at once.
 * Those that are searched for several mistakes leave room for others, which may have a single one.
 */
const WAITING = { bytes: { single: 16 * MIB, several: 8 * MIB }, ms: 2_000 }

const SEARCHES = ['single', 'several'] as const
type Search = (typeof SEARCHES)[number]

/** A call that waits for a search. */
interface Waiting {
  readonly search: Search
  /** Length of its body. */
  readonly bytes: number
  /** When it is answered without, by the stopwatch. */
  readonly latest: number
  /** Lets it go on; `false` without the search. */
  readonly goOn: (isTurn: boolean) => void
}

/**
 * The order of searches: one in each turn of the event loop, so that other calls come in between, and all that wait for a single mistake before any
 * for several. So however many signatures cannot be explained, they do not keep a single mistake from being found.
 */
class SearchTurns {
  readonly #stopwatch: () => number
  readonly #budgets: Readonly<Record<Search, DiagnosisBudget>>
  readonly #waiting: Readonly<Record<Search, Set<Waiting>>> = { single: new Set(), several: new Set() }
  /** Bytes of the bodies that wait. */
  #bytes = 0
  /** When the next search may begin, by the stopwatch, and the longest that it may take until then. */
  #rest = { until: 0, longestMs: 0 }
  #isRunning = false

  constructor(stopwatch: () => number) {
    this.#stopwatch = stopwatch
    this.#budgets = {
      single: new DiagnosisBudget(stopwatch, CAPACITY.single, PER_SECOND.single),
      several: new DiagnosisBudget(stopwatch, CAPACITY.several, PER_SECOND.several),
    }
  }

  /** Makes a search in its turn. @returns undefined without one: if too many bytes wait, its turn does not come in time, or the budget is used up */
  async take<Found>(call: Omit<Waiting, 'goOn'>, make: (budget: DiagnosisBudget) => Found): Promise<Found | undefined> {
    const budget = this.#budgets[call.search]
    if (!budget.allows || this.#bytes + call.bytes > WAITING.bytes[call.search]) return undefined
    const isTurn = await new Promise<boolean>((goOn) => {
      this.#bytes += call.bytes
      this.#waiting[call.search].add({ ...call, goOn })
      if (!this.#isRunning) void this.#run()
    })
    if (!isTurn) return undefined
    const began = this.#stopwatch()
    const found = make(budget)
    const ended = this.#stopwatch()
    this.#rest = { until: ended + REST.times * (ended - began), longestMs: REST.longestMs[call.search] }
    return found
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    for (;;) {
      await turnOfTheLoop()
      if (!this.#next()) break
      // Capped, since a test may have turned the stopwatch back.
      const rest = Math.min(this.#rest.until - this.#stopwatch(), this.#rest.longestMs)
      if (rest > 0) await wait(rest)
      const next = this.#next()
      if (next) this.#end(next, true)
    }
    this.#isRunning = false
  }

  /** The call whose turn it is. Those whose turn comes too late are answered without, and all if the budget is used up. */
  #next(): Waiting | undefined {
    const [single, several] = SEARCHES.map((search) => {
      for (const call of this.#waiting[search]) {
        if (this.#budgets[search].allows && this.#stopwatch() <= call.latest) return call
        this.#end(call, false)
      }
      return undefined
    })
    return single ?? several
  }

  #end(call: Waiting, isTurn: boolean): void {
    this.#waiting[call.search].delete(call)
    this.#bytes -= call.bytes
    call.goOn(isTurn)
  }
}

/**
 * Explains why calls were not admitted or not served: briefly as they are answered, within budgets so that a flood of them costs others little,
 * and thoroughly when the journal is read.
 */
export class Diagnoses {
  readonly #parts: DiagnosesParts
  readonly #turns: SearchTurns
  /** For calls that are not served. Separate, since these need no credentials. */
  readonly #misses: DiagnosisBudget
  /** Caches thorough diagnoses, which take long. */
  readonly #thorough = new WeakMap<Remark, Remark>()

  constructor(parts: DiagnosesParts) {
    this.#parts = parts
    this.#turns = new SearchTurns(parts.stopwatch)
    this.#misses = new DiagnosisBudget(parts.stopwatch, CAPACITY.paths, PER_SECOND.paths)
  }

  /**
   * Explains why a request is not admitted.
   *
   * @param id id of the exchange
   * @param now the instant that timestamps are compared with, epoch milliseconds
   */
  async ofFailure(
    failure: AuthenticationFailure,
    request: WireRequest,
    { id, now }: { readonly id: string; readonly now: number },
  ): Promise<ExplainedFailure> {
    const { check, explanation, expectedMessage, authorization, claimed } = failure
    const shown = expectedMessage !== undefined && { expectedMessage }
    if (this.#parts.mode === 'off' || check === 'headers')
      return { remark: { about: check, text: explanation, ...shown } }
    const signed = check === 'signature' && authorization && claimed ? { authorization, claimed } : undefined
    const keys = { merchants: this.#parts.merchants, platform: this.#parts.platformAt(now) }
    const { explainBeforeSignature, explainSignature } = await import('./explain-failure.ts')
    if (!signed) return explainBeforeSignature(failure, request, keys, now)
    const failed = { request, ...signed, explanation, ...shown }
    const call = { bytes: request.body.length, latest: this.#parts.stopwatch() + WAITING.ms }
    const single = await this.#turns.take({ ...call, search: 'single' }, (budget) => {
      const explained = explainSignature(failed, keys, 'single')
      budget.take(explained.remark.verdict === 'proved' ? FOUND_BYTES : explained.diagnosis.work[0].spent)
      return explained
    })
    // A flood of unexplained signatures ends here, and costs no more than without diagnoses.
    if (!single) {
      const text = sentences([explanation, notLookedFor(id)])
      return { remark: { about: check, text, ...shown, verdict: 'not_examined' }, header: 'not_examined' }
    }
    const { remark, header } = single
    if (remark.verdict !== 'not_examined') return { remark, header }
    const several = await this.#turns.take({ ...call, search: 'several' }, (budget) => {
      const explained = explainSignature(failed, keys, 'request', single.diagnosis)
      budget.take(explained.diagnosis.work[1]?.spent ?? 0)
      return explained
    })
    if (several) return { remark: several.remark, header: several.header }
    return { remark: { ...remark, text: sentences([remark.text, onlyOneLookedFor(id)]) }, header }
  }

  /**
   * Explains why no operation serves a request.
   *
   * @param refused the call, if it is refused only because it is a shaped one
   */
  async ofMiss(miss: Miss, request: WireRequest, refused?: OperationDescription): Promise<ExplainedFailure> {
    const { explainMiss } = await import('./explain-failure.ts')
    const search = this.#misses.allows
    if (search) this.#misses.take(PATH_BYTES)
    const { remark, header } = explainMiss(miss, request, this.#parts.operations, search, refused)
    return this.#parts.mode === 'off' ? { remark } : { remark, header }
  }

  /** The remarks of an exchange, with a thorough diagnosis if its signature was refused for an unknown reason and the journal has the whole body. */
  async ofExchange({ request, remarks, at }: Exchange): Promise<readonly Remark[]> {
    return Promise.all(remarks.map((remark) => this.#examine(remark, request, at)))
  }

  async #examine(remark: Remark, request: WireRequest, at: number): Promise<Remark> {
    const open = remark.verdict === undefined || ['not_examined', 'message_unknown'].includes(remark.verdict)
    if (remark.about !== 'signature' || !open || request.body.length >= KEPT_BODY_BYTES) return remark
    const known = this.#thorough.get(remark)
    if (known) return known
    const authorization = parseAuthorization(request.headers.authorization ?? '')
    if (typeof authorization === 'string') return remark
    const claimed = claimedMerchant(authorization, this.#parts.merchants)
    // A reset may have removed the merchant.
    if (!claimed) return remark
    const keys = { merchants: this.#parts.merchants, platform: this.#parts.platformAt(at) }
    const { explainSignature } = await import('./explain-failure.ts')
    const { expectedMessage } = remark
    const explained = explainSignature(
      {
        request,
        authorization,
        claimed,
        explanation: signatureRefused(claimed),
        ...(expectedMessage !== undefined && { expectedMessage }),
      },
      keys,
      'thorough',
    )
    this.#thorough.set(remark, explained.remark)
    return explained.remark
  }
}

function notLookedFor(id: string): Texts {
  return {
    en: `The cause was not looked for, because too many signatures were wrong in a short time: ${thoroughly(id).en}`,
    zh: `短时间内错误签名过多，因此没有查找原因：${thoroughly(id).zh}`,
  }
}

function onlyOneLookedFor(id: string): Texts {
  return {
    en: `Only a single mistake was looked for, because too many signatures were wrong in a short time: ${thoroughly(id).en}`,
    zh: `短时间内错误签名过多，因此只查找了单个错误：${thoroughly(id).zh}`,
  }
}

function thoroughly(id: string): Texts {
  const ways = [`GET /_mock/journal/${id}`, `\`wechatpay-mock explain --id ${id}\``]
  return { en: `${ways.join(' or ')} looks for it thoroughly.`, zh: `${ways.join(' 或 ')} 会彻底查找。` }
}
