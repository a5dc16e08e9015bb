import { setTimeout as sleep } from 'node:timers/promises'
import {
  type DocumentsChange,
  DocumentsCopy,
  type DocumentsDelta,
  draftOver,
  hasFirstSeed,
} from '../../engine/state/documents.ts'
import { type Counters, type CounterWindow, StoreUnavailable } from '../../engine/state/store.ts'
import { encodeText, parseKept } from '../store-errors.ts'
import { aScript, listIn, type RedisConnection, type Session, whatIsLost } from './connection.ts'
import { decodeText } from './rows-on-server.ts'
import { PUT_DOCUMENTS, READ_DOCUMENTS } from './scripts/generations.ts'
import { PRELUDE } from './scripts/prelude.ts'
import { Together } from './together.ts'

const RATES = `
local rates = P .. ':rates'
local function checkRates()
  checkJoined()
  if redis.call('EXISTS', rates) == 0 and redis.call('HEXISTS', P .. ':meta', 'rates') == 1 then lost('rates') end
end
`

/** Returns the count of a window. Arguments: mchid, operation, start of the window, limit. */
const TAKEN = String.raw`${RATES}
checkRates()
local field = ARGV[1] .. '\1' .. ARGV[2]
local known = redis.call('HGET', rates, field)
local start, taken = string.match(known or '', '^(.*) (%d+)$')
taken = start == ARGV[3] and tonumber(taken) or 0
`

/** Tells whether a limit is reached, with the arguments of {@link TAKEN}. Returns 1 if it is. */
const IS_LIMIT_REACHED = `${PRELUDE}${TAKEN}
return taken >= tonumber(ARGV[4]) and 1 or 0
`

/** Counts a call, with the arguments of {@link TAKEN}. Returns 1 if it was counted. */
const COUNT_CALL = `${PRELUDE}${TAKEN}
if taken >= tonumber(ARGV[4]) then return 0 end
redis.call('HSET', rates, field, ARGV[3] .. ' ' .. (taken + 1))
redis.call('HSET', P .. ':meta', 'rates', 1)
return 1
`

/** Forgets counts. Argument: mchid, or none for all. */
const FORGET_CALLS = `${PRELUDE}${RATES}${String.raw`
if ARGV[1] == '' then
  redis.call('DEL', rates)
else
  checkRates()
  for _, field in ipairs(redis.call('HKEYS', rates)) do
    if string.sub(field, 1, #ARGV[1] + 1) == ARGV[1] .. '\1' then redis.call('HDEL', rates, field) end
  end
end
if redis.call('EXISTS', rates) == 0 then redis.call('HDEL', P .. ':meta', 'rates') end
return 1
`}`

const READ = aScript(READ_DOCUMENTS, true)
const PUT = aScript(PUT_DOCUMENTS, true)

const LOST_ALL = whatIsLost('all')

/** How often a change is attempted before it fails, and the longest pause between two attempts, milliseconds. */
const MOST_ATTEMPTS = 60
const LONGEST_PAUSE_MS = 50

/** One change, as run over the current documents in an attempt. */
type Attempt = (documents: ReadonlyMap<string, unknown>) => {
  readonly delta: DocumentsDelta
  /** Whether the change threw, so that nothing is kept. */
  readonly refused: boolean
  /** Settles the caller's promise, once the change is kept. */
  readonly settle: () => void
}

/** Runs a script that changes documents, perhaps among other things. Resolves with their new version, or with 0 if others changed them first. */
type Commit = (change: readonly string[], session: Session) => Promise<unknown>

/**
 * The documents of a store in Redis: a local copy with its version. Versions are compared within one session only: after a failover, the same one may
 * stand for other documents.
 */
export class RedisDocuments extends DocumentsCopy {
  readonly #connection: RedisConnection
  #version = ''
  /** The number of the session that the version is of. */
  #session = 0
  #next: Promise<void> | undefined
  /** All changes that come during the previous one are made in one step; otherwise every call would wait its turn. */
  readonly #together = new Together((attempts: readonly Attempt[]) =>
    this.#commit(attempts, (change, session) => session.run(PUT, change)),
  )
  #hadFirstSeed = false

  constructor(connection: RedisConnection) {
    super()
    this.#connection = connection
  }

  /** @throws StoreUnavailable also if the server has lost its data, since the mock would otherwise answer as if its world were empty */
  refresh(): Promise<void> {
    // One request serves all callers of the same moment, because it is sent after they have asked.
    this.#next ??= Promise.resolve().then(async () => {
      this.#next = undefined
      await this.#connection.within((session) => this.#readChanges(session))
      this.#checkNotLost()
    })
    return this.#next
  }

  #checkNotLost(): void {
    this.#hadFirstSeed ||= hasFirstSeed(this)
    if (!this.#hadFirstSeed || hasFirstSeed(this)) return
    throw new StoreUnavailable({ en: `The store ${LOST_ALL.en}.`, zh: `存储${LOST_ALL.zh}。` })
  }

  override update<Result>(change: DocumentsChange<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#together.add(attemptOf(change, resolve, reject)).catch(reject)
    })
  }

  /**
   * Makes a change in the same atomic step as something else.
   *
   * @param commit runs the script that makes both changes
   * @throws what `change` throws, with nothing changed
   */
  updateAlong(change: DocumentsChange | undefined, commit: Commit): Promise<void> {
    return new Promise((resolve, reject) => {
      const attempt = attemptOf(change ?? (() => undefined), resolve, reject)
      this.#commit([attempt], commit).catch(reject)
    })
  }

  async #commit(attempts: readonly Attempt[], commit: Commit): Promise<void> {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const settles = await this.#connection.within((session) => this.#commitOnce(attempts, commit, session))
      if (settles) {
        for (const settle of settles) settle()
        return
      }
      await this.refresh()
      if (attempt > 1) await sleep(Math.random() * Math.min(2 ** attempt, LONGEST_PAUSE_MS))
    }
    throw new StoreUnavailable({
      en: `Others changed clock, settings or faults at each of ${MOST_ATTEMPTS} attempts.`,
      zh: `尝试了 ${MOST_ATTEMPTS} 次，时钟、设置或故障每次都被其他进程改动，请稍后重试。`,
    })
  }

  /** Returns what settles the attempts, or nothing if others changed the documents first. */
  async #commitOnce(attempts: readonly Attempt[], commit: Commit, session: Session) {
    if (session.number !== this.#session) return undefined
    const from = this.#version
    const { delta, settles, refused } = runAll(attempts, this.documents)
    const change = [from, String(delta.size), ...argumentsOf(delta)]
    // A refusal is final only if what it saw is still current; then nothing else needs to be written.
    const version = await (refused ? session.run(PUT, change) : commit(change, session))
    if (version === 0) return undefined
    if (this.#version === from && this.#session === session.number) this.#take(session.number, String(version), delta)
    else await this.refresh()
    return settles
  }

  async #readChanges(session: Session): Promise<void> {
    const from = session.number === this.#session ? this.#version : ''
    const reply = listIn(await session.run(READ, [from]), 'documents')
    const [version, extent, ...entries] = reply.map(String)
    // The answer to a later request or to a change may have arrived first.
    if (version === undefined || session.number < this.#session) return
    if (session.number === this.#session && !isNewer(version, this.#version)) return
    const found: [name: string, first: number, value: unknown][] = []
    for (let i = 0; i < entries.length; i += 2) {
      const [name = '', row = ''] = entries.slice(i, i + 2)
      const end = row.indexOf('\n')
      found.push([
        decodeText(name),
        Number(row.slice(0, Math.max(end, 0))),
        row === '' ? undefined : parseKept(row.slice(end + 1)),
      ])
    }
    const delta = new Map<string, unknown>()
    if (extent === 'all') for (const name of this.documents.keys()) delta.set(name, undefined)
    for (const [name, , value] of found.toSorted(([, a], [, b]) => a - b)) delta.set(name, value)
    this.#take(session.number, version, delta)
  }

  #take(session: number, version: string, delta: DocumentsDelta): void {
    this.#session = session
    this.#version = version
    this.apply(delta)
  }
}

/** Versions of one store grow. One of another store counts as newer: the server has lost all its data. */
function isNewer(version: string, than: string): boolean {
  const [since, change] = version.split('.')
  const [otherSince, otherChange] = than.split('.')
  return since === otherSince ? Number(change) > Number(otherChange) : true
}

function attemptOf<Result>(
  change: DocumentsChange<Result>,
  resolve: (result: Result) => void,
  reject: (error: unknown) => void,
): Attempt {
  return (documents) => {
    try {
      const { result, delta } = draftOver(documents, change)
      return { delta, refused: false, settle: () => resolve(result) }
    } catch (error) {
      return { delta: new Map(), refused: true, settle: () => reject(error) }
    }
  }
}

/** Runs changes in turn, each over the result of the previous ones. */
function runAll(attempts: readonly Attempt[], documents: ReadonlyMap<string, unknown>) {
  const now = new Map(documents)
  const delta = new Map<string, unknown>()
  let refused = true
  const settles = attempts.map((attempt) => {
    const one = attempt(now)
    refused &&= one.refused
    for (const [name, value] of one.delta) {
      delta.set(name, value)
      if (value === undefined) now.delete(name)
      else now.set(name, value)
    }
    return one.settle
  })
  return { delta, settles, refused }
}

function argumentsOf(delta: DocumentsDelta): string[] {
  return [...delta].flatMap(([name, value]) => [encodeText(name), value === undefined ? '' : JSON.stringify(value)])
}

const COUNT = aScript(COUNT_CALL, false)
const IS_REACHED = aScript(IS_LIMIT_REACHED, false)
const FORGET = aScript(FORGET_CALLS, false)

/** Counts of calls for the rate limits, shared by all instances. */
export class RedisCounters implements Counters {
  readonly #connection: RedisConnection

  constructor(connection: RedisConnection) {
    this.#connection = connection
  }

  async take(window: CounterWindow, limit: number): Promise<boolean> {
    return (await this.#connection.run(COUNT, windowArguments(window, limit))) === 1
  }

  async isReached(window: CounterWindow, limit: number): Promise<boolean> {
    return (await this.#connection.run(IS_REACHED, windowArguments(window, limit))) === 1
  }

  async clear(mchid?: string): Promise<void> {
    await this.#connection.run(FORGET, [mchid === undefined ? '' : encodeText(mchid)])
  }
}

function windowArguments({ mchid, operation, start }: CounterWindow, limit: number): string[] {
  return [encodeText(mchid), encodeText(operation), String(start), String(limit)]
}
