import type { PlannedAnswer } from '../../engine/planned-answers.ts'
import type { CORE_TABLES, ProductParts, SettingsOf } from '../../engine/product.ts'
import type { ClockJson, CredentialsJson, ExchangeJsonOf } from '../answer-format.ts'
import type { calls } from '../calls/index.ts'
import type { ControlEvent, SendNotificationJson } from '../formats/notification.ts'
import type { SettingsJsonOf } from '../formats/overview.ts'
import { parseRoute } from '../route.ts'
import { routes } from '../routes.ts'
import type { SnapshotJsonOf, WorldCountsOf, WorldJsonOf } from '../world/load-world.ts'
import type { ControlConnection, Derived } from './connection.ts'

/** Reads server-sent events as they arrive, until the stream ends. Skips comments. */
async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ControlEvent, void, undefined> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const blocks = (rest + value).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = eventOf(block)
        if (event) yield event
      }
    }
  } finally {
    // Ends the connection when the caller stops listening.
    await reader.cancel()
  }
}

function eventOf(block: string): ControlEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => [line.split(': ', 1).join(), line.slice(line.indexOf(': ') + 2)]),
  )
  const [type, data] = [fields.get('event'), fields.get('data')]
  // The mock writes only events that its description has; test/control checks that.
  return type === undefined || data === undefined ? undefined : ({ type, ...JSON.parse(data) } as ControlEvent)
}

/** A time for the mock's clock: RFC 3339 with offset, or a Date. */
export type ClockTime = string | Date

/** Target of the mock's clock: a time, or the machine's clock, with which it then runs. */
export type ClockTarget = ClockTime | 'machine'

type Products = readonly ProductParts[]

/** Tables of a mock with some products. */
export type TablesOf<P extends Products> = P[number]['tables'][number] | (typeof CORE_TABLES)[number]

type Exchange<P extends Products> = ExchangeJsonOf<TablesOf<P>, SettingsOf<P>>
type Settings<P extends Products> = SettingsJsonOf<SettingsOf<P>>

/** Types beyond the schemas: the products of the mock, Dates in place of times, and a callback that is either sent or repeated. */
interface Refinements<P extends Products> {
  changeSettings: { body: Partial<Settings<P>>; answer: Settings<P> }
  exchange: { answer: Exchange<P> }
  journal: { answer: Exchange<P>[] }
  replayExchange: { answer: Exchange<P> }
  restore: { body: WorldJsonOf<TablesOf<P>> }
  sendCall: { answer: Exchange<P> }
  sendNotification: { body: SendNotificationJson }
  setClock: { body: { readonly now?: ClockTarget; readonly frozen?: boolean } }
  settings: { answer: Settings<P> }
  snapshot: { answer: SnapshotJsonOf<TablesOf<P>> }
  world: { answer: SnapshotJsonOf<TablesOf<P>> }
  worldCounts: { answer: WorldCountsOf<TablesOf<P>> }
}

/** Calls of every mock, as typed for a mock with some products. */
export type CoreCalls<P extends Products, Names extends keyof typeof routes = keyof typeof routes> = Derived<
  typeof routes,
  typeof calls,
  Refinements<P>,
  Names
>

type PlanAnswer = NonNullable<Parameters<CoreCalls<[]>['planAnswer']>[0]>

type Filter<Name extends 'credentialsSnippet' | 'journalCount' | 'notifications'> = NonNullable<
  Parameters<CoreCalls<[]>[Name]>[0]
>

/** Selects callbacks; omitted members match all. */
export type NotificationFilter = Filter<'notifications'>

/** A language, or `env` for environment variables. */
type SnippetFormat = Filter<'credentialsSnippet'>['format']

/** Client methods that are more than a plain call: shorthands, and calls whose answers are not JSON. */
export function shortcuts<P extends Products>(calls: CoreCalls<P>, connection: ControlConnection) {
  return {
    /** Keys and address to configure a client with; of the well-known merchant if none is named. */
    credentials(mchid?: string): Promise<CredentialsJson> {
      return calls.credentials({ mchid })
    },

    /** A program that connects a language's SDK, ready to be run; with `env` a file of variables. */
    async credentialsSnippet(
      format: SnippetFormat,
      options: Omit<Filter<'credentialsSnippet'>, 'format'> = {},
    ): Promise<string> {
      const { text } = await calls.credentialsSnippet({ ...options, format })
      return text
    },

    /** Goes back to the seed: everything, with journal, clock, faults, settings, rates and platform certificate, or only one merchant's state. Merchants that were made stay. */
    reset(mchid?: string): Promise<void> {
      return calls.reset({ mchid })
    },

    /** A snapshot, of everything or of one merchant, in the format of a seed file. It holds private keys of the merchants made. */
    world(mchid?: string): Promise<SnapshotJsonOf<TablesOf<P>>> {
      return calls.world({ mchid })
    },

    /** The snapshot of `world` as a file, for a large one that is only stored. */
    worldFile(mchid?: string): Promise<Blob> {
      return connection.download({ ...parseRoute(routes.world), query: { mchid } })
    },

    /** A kept snapshot as a file, for a large one that is only stored. */
    snapshotFile(name: string): Promise<Blob> {
      return connection.download({ method: 'GET', path: `/snapshots/${encodeURIComponent(name)}` })
    },

    /** Like `restore`, but uploads a file without parsing it first. */
    restoreFile(file: Blob): Promise<void> {
      return connection.upload(parseRoute(routes.restore), file)
    },

    /** Stops the clock, at its current time or at another. */
    freeze(now?: ClockTarget): Promise<ClockJson> {
      return calls.setClock({ ...(now !== undefined && { now }), frozen: true })
    },

    /** Lets the clock run from its current time. */
    run(): Promise<ClockJson> {
      return calls.setClock({ frozen: false })
    },

    /** Moves the clock by an ISO 8601 duration like `P31D`, `PT5M` or `-PT1H`, or by seconds; callbacks as with `setClock`. */
    advance(duration: string | number): Promise<ClockJson> {
      return calls.advance({ duration })
    },

    /**
     * Plans the answer to the next call of an operation: members that are merged into the answer of a shaped call.
     *
     * ```ts
     * await control.answer('GET /v3/payscore/serviceorder', { state: 'DONE' })
     * ```
     */
    answer(
      operation: string,
      merge: Readonly<Record<string, unknown>>,
      more: Omit<PlanAnswer, 'operation' | 'merge'> = {},
    ): Promise<PlannedAnswer> {
      return calls.planAnswer({ ...more, operation, merge })
    },

    /** Number of calls in the journal. */
    async journalCount(filter: Filter<'journalCount'> = {}): Promise<number> {
      const { count } = await calls.journalCount(filter)
      return count
    },

    /** A call as a curl command for bash and zsh: signed afresh, which works for five minutes, or as it was sent. */
    async exchangeCurl(id: string, signature: 'afresh' | 'as_sent' = 'afresh'): Promise<string> {
      const { command } = await calls.exchangeCurl(id, { signature })
      return command
    },

    /** A first call to try, as a curl command that works for five minutes. */
    async sampleCurl(): Promise<string> {
      const { command } = await calls.sampleCurl()
      return command
    },

    /**
     * Exchanges and changes of the state as they happen, until the server ends or `signal` is aborted. It is connected when `onOpen` is called.
     *
     * ```ts
     * for await (const event of control.events()) if (event.type === 'exchange') console.log(event.exchange.operation)
     * ```
     *
     * @param options `lastEventId`: id of an exchange; later ones come first, or `resync` where the mock no longer has all of them
     */
    async *events(
      options: { readonly lastEventId?: string; readonly signal?: AbortSignal; readonly onOpen?: () => void } = {},
    ): AsyncGenerator<ControlEvent, void, undefined> {
      const { lastEventId, signal, onOpen } = options
      const body = await connection.open(
        { ...parseRoute(routes.events), query: { last_event_id: lastEventId } },
        signal,
      )
      onOpen?.()
      yield* readEvents(body)
    },
    /**
     * Has the mock keep its state, and restore it when the connection ends, however it ends, unless `releaseState` was called.
     *
     * @param signal ends the connection
     * @returns the connection, which says something at once; it has to be read, and be held, while the state is to be kept
     */
    keepState: (signal: AbortSignal): Promise<ReadableStream<Uint8Array>> =>
      connection.open(parseRoute(routes.keepState), signal),
  }
}

/** Result of {@link shortcuts} for a mock with some products. */
export type Shortcuts<P extends Products> = ReturnType<typeof shortcuts<P>>
