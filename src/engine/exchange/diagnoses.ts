import { setImmediate as turnOfTheLoop, setTimeout as wait } from 'node:timers/promises'
import { parseAuthorization } from '../../protocol/authorization.ts'
import { sentences, type Texts } from '../../shared/texts.ts'
import type { WireRequest } from '../http-message.ts'
import { type Exchange, KEPT_BODY_BYTES, type Remark } from '../journal/journal.ts'
import type { MerchantDirectory, Platform } from '../keys/merchants.ts'
import type { OperationDescription } from '../operation.ts'
import { type AuthenticationFailure, claimedMerchant, signatureRefused } from './authenticate.ts'
import type { ExplainedFailure } from './explain-failure.ts'
import type { Miss } from './router.ts'

/** Bytes of work added each second: about a hundredth of one processor's time. */
const PER_SECOND = 8 * 1_048_576

/**
 * Bounds what one kind of diagnosis takes from the calls of honest clients. It counts work rather than time or calls, so that neither a slow machine
 * nor large bodies change which calls are diagnosed.
 */
export class DiagnosisBudget {
  readonly #stopwatch: () => number
  readonly #capacity: number
  #left: number
  #at: number

  /**
   * @param stopwatch milliseconds
   * @param capacity bytes of work that may be done at once
   */
  constructor(stopwatch: () => number, capacity: number) {
    this.#stopwatch = stopwatch
    this.#capacity = capacity
    this.#left = capacity
    this.#at = stopwatch()
  }

  /** Whether another diagnosis may be made now. The last one may overdraw the budget. */
  get allows(): boolean {
    const now = this.#stopwatch()
    // A test that stops the timers may turn the stopwatch back.
    const seconds = Math.max(0, now - this.#at) / 1_000
    this.#left = Math.min(this.#capacity, this.#left + seconds * PER_SECOND)
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
/** Bytes of work that may be done at once: 12 searches for several mistakes that find nothing, 64 for a single one, 128 for a path. */
const CAPACITY = { several: 96 * MIB, single: 32 * MIB, paths: 128 * MIB }
/** The work of one search for the paths that may be meant, in bytes: some three milliseconds at most. */
const PATH_BYTES = MIB
/**
 * Charge for a single mistake that is found, in bytes. Finding it takes no longer than the rest of such a call, and is what the mock is for.
 * A flood of signatures that nothing explains is what slows others down: those are charged all of their work.
 */
const FOUND_BYTES = 16_384

/**
 * After a diagnosis, none starts for this many times its duration, so that together they take a fifteenth of the time; in milliseconds, never longer
 * than the cap.
 */
const REST = { times: 14, longestMs: 100 }

/** Bytes of bodies that may wait for a diagnosis, and how long one may wait, in milliseconds: beyond that a call is answered at once. */
const WAITING = { bytes: 16 * MIB, ms: 2_000 }

/**
 * Explains why calls were not admitted or not served: briefly as they are answered, within budgets so that a flood of them costs others little,
 * and thoroughly when the journal is read.
 */
export class Diagnoses {
  readonly #parts: DiagnosesParts
  /**
   * Budget for a single mistake, which is looked for first. Separate, so that it is still found once unexplained signatures have used up the other
   * budget.
   */
  readonly #single: DiagnosisBudget
  /** For several mistakes at once. */
  readonly #several: DiagnosisBudget
  /** For calls that are not served. Separate, since these need no credentials. */
  readonly #misses: DiagnosisBudget
  /** Settles with the turn of the last diagnosis that waits for one. */
  #last: Promise<unknown> = Promise.resolve()
  /** When the next diagnosis may begin, by the stopwatch. */
  #restUntil = 0
  /** Bytes of the bodies that wait. */
  #waiting = 0
  /** Caches thorough diagnoses, which take long. */
  readonly #thorough = new WeakMap<Remark, Remark>()

  constructor(parts: DiagnosesParts) {
    this.#parts = parts
    this.#single = new DiagnosisBudget(parts.stopwatch, CAPACITY.single)
    this.#several = new DiagnosisBudget(parts.stopwatch, CAPACITY.several)
    this.#misses = new DiagnosisBudget(parts.stopwatch, CAPACITY.paths)
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
    const notExamined = (): ExplainedFailure => {
      const text = sentences([explanation, notLookedFor(id)])
      return { remark: { about: check, text, ...shown, verdict: 'not_examined' }, header: 'not_examined' }
    }
    // A flood of unexplained signatures ends here, and costs no more than without diagnoses.
    if (signed && !this.#single.allows) return notExamined()
    const keys = { merchants: this.#parts.merchants, platform: this.#parts.platformAt(now) }
    const { explainBeforeSignature, explainSignature } = await import('./explain-failure.ts')
    if (!signed) return explainBeforeSignature(failure, request, keys, now)
    // Others may use up the budget meanwhile.
    if (!(await this.#hasTurn(request.body.length)) || !this.#single.allows) return notExamined()
    const effort = this.#several.allows ? 'request' : 'single'
    const began = this.#parts.stopwatch()
    const failed = { request, ...signed, explanation, ...shown }
    const { remark, header, work } = explainSignature(failed, keys, effort)
    const ended = this.#parts.stopwatch()
    this.#restUntil = ended + REST.times * (ended - began)
    this.#single.take(work.several === 0 && remark.verdict === 'proved' ? FOUND_BYTES : work.single)
    this.#several.take(work.several)
    if (remark.verdict !== 'not_examined') return { remark, header }
    const text = sentences([remark.text, onlyOneLookedFor(id)])
    return { remark: { ...remark, text }, header }
  }

  /** Waits for a turn, as long as not too much waits already. @returns whether it came in time */
  async #hasTurn(bytes: number): Promise<boolean> {
    if (this.#waiting + bytes > WAITING.bytes) return false
    const latest = this.#parts.stopwatch() + WAITING.ms
    this.#waiting += bytes
    await this.#turn(latest)
    this.#waiting -= bytes
    return this.#parts.stopwatch() <= latest
  }

  /** Waits for a turn of the event loop without another diagnosis, and for the rest after the last one, so that other calls come in between. */
  #turn(latest: number): Promise<unknown> {
    this.#last = this.#last.then(() => {
      if (!this.#single.allows || this.#parts.stopwatch() > latest) return undefined
      // Capped, since a test may have turned the stopwatch back.
      const rest = Math.min(this.#restUntil - this.#parts.stopwatch(), REST.longestMs)
      return rest > 0 ? wait(rest) : turnOfTheLoop()
    })
    return this.#last
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

  /**
   * The remarks of an exchange, with a thorough diagnosis if its signature was refused for an unknown reason and the journal has the whole body.
   */
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
