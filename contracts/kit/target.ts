import type { FaultJson, PlannedFaultJson } from '../../src/control/answer-format.ts'
import { sendTo } from '../../src/control/client/connection.ts'
import { VERSION } from '../../src/control/package-files.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import type { Product } from '../../src/engine/product.ts'
import { createMock } from '../../src/mock.ts'
import { type ControlOptions, controlAt, type MockControl } from '../../src/mock-control.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { isJsonObject } from '../../src/wire/protocol/json-object.ts'
import type { Language } from '../../src/wire/shared/texts.ts'
import { ANSWER_LIMIT_MS, late } from './raw-http.ts'

/** Required size of the journal: the reason for a refusal is read at once, whatever else states and checks call. */
const JOURNAL_LIMIT = 100

/** A provider to verify. */
export interface Target {
  readonly url: string
  readonly control: MockControl
  /** Restores the previous state. */
  close(): Promise<void>
}

/** Location of the provider to verify. */
export interface TargetOptions {
  /** Address of a running mock, whose state is restored afterwards. Default: a new mock is started. */
  readonly url?: string
  readonly control?: MockControl
  readonly controlToken?: string
  readonly language?: Language
  readonly products?: readonly Product[]
  /** Time limit of each answer of a running mock, milliseconds. Default: 30 seconds. */
  readonly answerLimitMs?: number
  /** Aborts calls to a running mock, except those that restore its state. */
  readonly signal?: AbortSignal | undefined
}

/** Time limit of each answer while the state of a mock is kept or restored: what begins or ends a run must not wait for long. */
const RESTORE_LIMIT_MS = 10_000

/**
 * Starts a mock, or saves the state of a running one.
 *
 * @throws UsageError `MOCK_UNREACHABLE`, `MOCK_NOT_A_MOCK`, `MOCK_NO_ANSWER`, `MOCK_TOKEN` for a mock at `url` that cannot be used; the reason of
 * the signal
 */
export async function openTarget(options: TargetOptions): Promise<Target> {
  const { url, language, products, answerLimitMs = ANSWER_LIMIT_MS, signal } = options
  if (url === undefined) {
    const mock = createMock({
      seed: 'empty',
      journalLimit: JOURNAL_LIMIT,
      ...(language && { language }),
      ...(products && { products }),
    })
    const server = await startServer({ mock, port: 0 })
    return { url: server.url, control: mock.control, close: () => server.close(0) }
  }
  const guard = await keptByMock(
    options.control ?? controlAt(url, controlOptions(options), sendTo),
    Math.min(answerLimitMs, RESTORE_LIMIT_MS),
    signal,
  )
  const running = controlWithin(url, options, answerLimitMs, signal)
  const restoring = controlWithin(url, options, Math.min(answerLimitMs, RESTORE_LIMIT_MS))
  try {
    const restore = await keepState(url, running, restoring)
    return {
      url,
      control: running,
      async close() {
        try {
          await restore()
          if (guard.isKept) await restoring.releaseState()
        } finally {
          guard.end()
        }
      },
    }
  } catch (error) {
    guard.end()
    throw error
  }
}

/**
 * Has a running mock restore its state by itself, if this process is killed: it does so when the connection ends. First it restores the state of a run
 * that was killed together with its mock. An older mock can do neither.
 */
async function keptByMock(
  control: MockControl,
  limitMs: number,
  signal?: AbortSignal,
): Promise<{ isKept: boolean; end(): void }> {
  const connection = new AbortController()
  let end = () => connection.abort()
  const giveUp = () => end()
  const limit = setTimeout(giveUp, limitMs)
  signal?.addEventListener('abort', giveUp)
  try {
    const reader = (await control.keepState(connection.signal)).getReader()
    // The signal reaches a request no longer once the garbage collector has taken that.
    end = () => void reader.cancel().catch(() => undefined)
    const { value } = await reader.read()
    const isKept = value !== undefined && Buffer.from(value).toString().startsWith(KEPT)
    if (isKept) void readOn(reader)
    else end()
    return { isKept, end }
  } catch {
    // Not a mock, an older one, or one that refuses: the calls that follow say which.
    end()
    return { isKept: false, end }
  } finally {
    clearTimeout(limit)
    signal?.removeEventListener('abort', giveUp)
  }
}

const KEPT = ': kept'

/** Reads until the connection ends, at whichever end. */
async function readOn(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // It was ended here, or the mock has ended, which the calls to it say.
  }
}

/** The version of the mock to verify. @throws UsageError as {@link openTarget} */
export async function versionAt(options: TargetOptions): Promise<string> {
  const { url, answerLimitMs = ANSWER_LIMIT_MS, signal } = options
  if (url === undefined) return VERSION
  const { version } = (await controlWithin(url, options, answerLimitMs, signal).health()) ?? {}
  if (typeof version === 'string') return version
  throw notAMock(url)
}

function controlWithin(url: string, options: TargetOptions, limitMs: number, signal?: AbortSignal): MockControl {
  return options.control ?? controlAt(url, controlOptions(options), sendingWithin(limitMs, signal))
}

function controlOptions({ controlToken: token, language, products }: TargetOptions): ControlOptions {
  return { ...(token !== undefined && { token }), ...(language && { language }), ...(products && { products }) }
}

/** Sends to a mock, and reads each answer to its end, within a limit. */
function sendingWithin(limitMs: number, ending?: AbortSignal): typeof sendTo {
  return (address, options) => {
    const send = sendTo(address, options)
    return async (request) => {
      const signal = AbortSignal.any([AbortSignal.timeout(limitMs), ...(ending ? [ending] : [])])
      try {
        const answer = await send(new Request(request, { signal }))
        const body = await answer.arrayBuffer()
        return new Response(body.byteLength > 0 ? body : null, answer)
      } catch (cause) {
        ending?.throwIfAborted()
        throw signal.aborted ? late(limitMs, cause, { from: address }) : cause
      }
    }
  }
}

/** Saves the state of a running mock; the returned function restores it. The state becomes the seed, since only a whole world can be restored. */
async function keepState(url: string, control: MockControl, restoring: MockControl): Promise<() => Promise<void>> {
  const [world, clock, settings, faults] = await Promise.all([
    control.world(),
    control.clock(),
    control.settings(),
    control.faults(),
  ])
  // Anything may answer with JSON.
  if (!isJsonObject(world) || !isJsonObject(clock) || Number.isNaN(Date.parse(clock.now)) || !Array.isArray(faults)) {
    throw notAMock(url)
  }
  const kept = performance.now()
  return async () => {
    const now = Date.parse(clock.now) + (clock.frozen ? 0 : Math.round(performance.now() - kept))
    await restoring.setClock({ now: new Date(now), frozen: clock.frozen })
    await restoring.restore(world)
    await restoring.changeSettings(settings)
    await restoring.clearFaults()
    for (const fault of faults) await restoring.planFault(stillToCome(fault))
  }
}

/** The remaining part of a fault, as a plan. */
function stillToCome({ id: _, left, times: __, fired: ___, calls, nth, ...fault }: PlannedFaultJson): FaultJson {
  return {
    ...fault,
    ...(left !== undefined && { times: left }),
    ...(nth !== undefined && nth > calls && { nth: nth - calls }),
  }
}

function notAMock(url: string): UsageError {
  return new UsageError('MOCK_NOT_A_MOCK', {
    en: `${url} does not answer as wechatpay-mock does: give the address of a mock.`,
    zh: `${url} 的应答不是来自 wechatpay-mock，请更正地址。`,
  })
}
