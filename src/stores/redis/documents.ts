import { setTimeout as sleep } from 'node:timers/promises'
import { type DocumentsChange, DocumentsCopy, type DocumentsDelta, draftOver } from '../../engine/state/documents.ts'
import { isBegun } from '../../engine/state/first-seed.ts'
import { StoreUnavailable } from '../../engine/state/store-unavailable.ts'
import { encodeText } from '../encode-text.ts'
import { parseKept } from '../parse-kept.ts'
import { aScript, type RedisConnection } from './connection.ts'
import { decodeText } from './encode.ts'
import { PUT_DOCUMENTS, READ_DOCUMENTS } from './scripts.ts'

const READ = aScript(READ_DOCUMENTS, false)
const PUT = aScript(PUT_DOCUMENTS, true)

/** How often a change is tried before it gives up, and the longest pause between two tries, milliseconds. */
const MOST_TRIES = 60
const LONGEST_PAUSE_MS = 50

/** One change, run over the documents as they are at a try. */
type Attempt = (documents: ReadonlyMap<string, unknown>) => {
  readonly delta: DocumentsDelta
  /** Whether the change refused, so that nothing comes of it. */
  readonly refused: boolean
  /** Tells who asked for it, once it is kept. */
  readonly settle: () => void
}

interface Waiting {
  readonly attempt: Attempt
  readonly fail: (error: unknown) => void
}

/** A script that changes documents, with other things perhaps: answers with their new version, or with 0 when others came before. */
type Commit = (change: readonly string[]) => Promise<unknown>

/** The documents of a store in Redis: a copy of them here, that knows which version it is. */
export class RedisDocuments extends DocumentsCopy {
  readonly #connection: RedisConnection
  #version = ''
  #next: Promise<void> | undefined
  #waiting: Waiting[] = []
  #isWorking = false
  #wasBegun = false

  constructor(connection: RedisConnection) {
    super()
    this.#connection = connection
  }

  /** @throws StoreUnavailable also where the server has lost what it had: nothing is what an empty world would answer */
  refresh(): Promise<void> {
    // One question answers all who ask in the same moment: it is sent after they have asked.
    this.#next ??= Promise.resolve().then(async () => {
      this.#next = undefined
      await this.#readChanges()
      this.#checkNotLost()
    })
    return this.#next
  }

  #checkNotLost(): void {
    this.#wasBegun ||= isBegun(this)
    if (!this.#wasBegun || isBegun(this)) return
    throw new StoreUnavailable(
      'The store has lost the state of the mock, as one does that was emptied, or started again without its data: start a mock with it once more, which gives it a seed.',
    )
  }

  override update<Result>(change: DocumentsChange<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ attempt: attemptOf(change, resolve, reject), fail: reject })
      if (!this.#isWorking) void this.#work()
    })
  }

  /**
   * Makes a change in the same step as something else.
   *
   * @param commit runs the script that does both
   * @throws what `change` throws, with nothing done
   */
  updateAlong(change: DocumentsChange | undefined, commit: Commit): Promise<void> {
    return new Promise((resolve, reject) => {
      const attempt = attemptOf(change ?? (() => undefined), resolve, reject)
      this.#commit([attempt], commit).catch(reject)
    })
  }

  /** What has come together while the change before was under way is made at once: as many as there are calls would take turns otherwise. */
  async #work(): Promise<void> {
    this.#isWorking = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#commit(
          batch.map(({ attempt }) => attempt),
          (change) => this.#put(change),
        )
      } catch (error) {
        for (const { fail } of batch) fail(error)
      }
    }
    this.#isWorking = false
  }

  async #commit(attempts: readonly Attempt[], commit: Commit): Promise<void> {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const from = this.#version
      const { delta, settles, refused } = runAll(attempts, this.documents)
      const change = [from, String(delta.size), ...argumentsOf(delta)]
      // A refusal counts too if what it saw is still so, and nothing else is done then.
      const version = await (refused ? this.#put(change) : commit(change))
      if (version !== 0) {
        if (this.#version === from) this.#take(String(version), delta)
        else await this.refresh()
        for (const settle of settles) settle()
        return
      }
      await this.refresh()
      if (tries > 1) await sleep(Math.random() * Math.min(2 ** tries, LONGEST_PAUSE_MS))
    }
    throw new StoreUnavailable(`Others changed clock, settings or faults at each of ${MOST_TRIES} tries.`)
  }

  #put(change: readonly string[]): Promise<unknown> {
    return this.#connection.run(PUT, change)
  }

  async #readChanges(): Promise<void> {
    const from = this.#version
    const reply = await this.#connection.run(READ, [from])
    if (!Array.isArray(reply)) throw new Error(`A script answered ${String(reply)} instead of documents.`)
    const [version, extent, ...entries] = reply.map(String)
    // Another answer, to a later question or to a change, may have come before.
    if (version === undefined || !isNewer(version, this.#version)) return
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
    this.#take(version, delta)
  }

  #take(version: string, delta: DocumentsDelta): void {
    this.#version = version
    this.apply(delta)
  }
}

/** Versions of one store grow; one of another store, since the server has lost all it had, counts as newer. */
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

/** Runs changes one after the other, each over what those before it left. */
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
