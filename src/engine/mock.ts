import { performance } from 'node:perf_hooks'
import type { Awaitable } from '../wire/shared/pieces.ts'
import type { SetBack } from '../wire/shared/set-back.ts'
import type { Language } from '../wire/shared/texts.ts'
import type { CallbackSender } from './callbacks/callback.ts'
import { withOwnReceiver } from './callbacks/callback-sender.ts'
import { Outbox } from './callbacks/due-deliveries.ts'
import type { EventDescription } from './callbacks/event.ts'
import type { AdjustableClock, ClockChange } from './clock.ts'
import { rehearse, type Stage } from './exchange/decide.ts'
import { Diagnoses } from './exchange/diagnoses.ts'
import { exchange } from './exchange/exchange.ts'
import { type ExchangeParts, NO_BODY, RateLimiter } from './exchange/exchange-parts.ts'
import { type Router, routersOf } from './exchange/router.ts'
import { Faults } from './faults/faults.ts'
import { bodyLimitOf, targetOf, type WireRequest, type WireResponse, webBody } from './http-message.ts'
import type { IdSource } from './ids.ts'
import type { Journal, JournalReader } from './journal/journal.ts'
import type { Merchant, MerchantDirectory, Platform } from './keys/merchants.ts'
import { PlatformKeys, PreferredKeyKind } from './keys/platform.ts'
import { ObservedStore } from './observed-store.ts'
import type { Operation } from './operation.ts'
import { eventsOf, gatewayAt, operationsOf, type Product, settingsOf, tablesOf, tellOf } from './product.ts'
import { ChangedSettings, type SettingDefinitions, type Settings, type SettingValues } from './settings.ts'
import { CLOCK, type DocumentsChange } from './state/documents.ts'
import { RESETS, StateChanges, type Store, type Transaction, type World } from './state/store.ts'
import type { Table } from './state/table.ts'

export interface MockParts {
  readonly products: readonly Product[]
  readonly store: Store
  readonly clock: AdjustableClock
  readonly ids: IdSource
  readonly journal: Journal
  readonly merchants: MerchantDirectory
  /** The caller that lenient mode assumes for a request that names none. */
  readonly defaultMerchant: Merchant
  /** The platform before any rotation of its certificate. */
  readonly platform: Platform
  /** The settings at the start, by name. Those left out have their defaults. */
  readonly settings: SettingValues
  readonly sendCallback: CallbackSender
  /** Hosts besides this machine that may receive callbacks: names and addresses without ports. */
  readonly allowCallbackHosts: readonly string[] | 'any'
  /** Whether refused calls are diagnosed as they are answered. Default: `on`. */
  readonly diagnosis?: 'on' | 'off'
  /** The language of the mock's own texts, for callers that ask for none. Default: `en`. */
  readonly language?: Language
  /** Milliseconds on the machine's clock that never go back. Default: `performance.now`. */
  readonly stopwatch?: () => number
}

/** The simulated service: one function from the bytes of a request to the bytes of an answer. */
export class Mock {
  /** Announces its writes to the outbox and to listeners. */
  readonly store: ObservedStore
  readonly outbox: Outbox
  readonly clock: AdjustableClock
  readonly ids: IdSource
  readonly journal: Journal
  /** The journal that the control API shows: this process's, or that of all processes sharing the store. */
  readonly exchanges: JournalReader
  readonly merchants: MerchantDirectory
  readonly platformKeys: PlatformKeys
  readonly products: readonly Product[]
  readonly operations: readonly Operation[]
  /** Finds the operation of a path, shaped ones included. */
  readonly router: Router
  /** The language of the mock's own texts, for callers that ask for none. */
  readonly language: Language
  readonly settingDefinitions: SettingDefinitions
  /** The tables of its products, and those of every mock. */
  readonly tables: readonly Table[]
  readonly events: readonly EventDescription[]
  readonly faults: Faults
  readonly rateLimiter: RateLimiter
  readonly diagnoses: Diagnoses
  readonly changes = new StateChanges()
  readonly #wellKnown: Merchant
  readonly #settings: ChangedSettings
  readonly #preferredKeyKind: PreferredKeyKind
  readonly #exchangeParts: ExchangeParts

  constructor(parts: MockParts) {
    this.clock = parts.clock
    this.ids = parts.ids
    this.journal = parts.journal
    this.merchants = parts.merchants
    this.#wellKnown = parts.defaultMerchant
    this.products = parts.products
    this.operations = operationsOf(parts.products)
    const routers = routersOf(this.operations)
    this.router = routers.answer
    this.language = parts.language ?? 'en'
    this.tables = tablesOf(parts.products)
    this.events = eventsOf(parts.products)
    const { documents } = parts.store
    this.platformKeys = new PlatformKeys(parts.platform, documents)
    this.settingDefinitions = settingsOf(parts.products)
    this.#settings = new ChangedSettings(this.settingDefinitions, parts.settings, documents)
    this.#preferredKeyKind = new PreferredKeyKind(documents)
    this.rateLimiter = new RateLimiter(parts.store.counters)
    this.faults = new Faults({ operations: this.operations, events: this.events }, documents)
    this.exchanges = parts.store.exchanges ?? parts.journal
    const stopwatch = parts.stopwatch ?? (() => performance.now())
    this.diagnoses = new Diagnoses({
      mode: parts.diagnosis ?? 'on',
      operations: parts.products.flatMap(({ operations }) => operations),
      merchants: parts.merchants,
      platformAt: (now) => this.platformKeys.at(now),
      stopwatch,
    })
    this.outbox = new Outbox({
      // The outbox need not be woken by its own attempts.
      store: new ObservedStore(parts.store, this.tables, { changes: this.changes }),
      clock: parts.clock,
      stopwatch,
      ids: parts.ids,
      journal: parts.journal,
      merchants: parts.merchants,
      platformAt: (now, chosenBy) => this.platformKeys.at(now, chosenBy),
      settings: () => this.settings,
      publicKeyShareOf: ({ mchid }) => {
        const share = this.settings.callbackPublicKeyShare
        return share === 'as_called' ? (this.#preferredKeyKind.isPublic(mchid) ? 100 : 0) : share
      },
      send: withOwnReceiver(parts.sendCallback),
      faults: this.faults,
      keepEnds: (tx, setBack) => this.keepEnds(tx, setBack),
      progressed: () => this.changes.announce(() => ({ tables: [], documents: [CLOCK.name] })),
      allowedHosts: parts.allowCallbackHosts,
    })
    const followers = parts.products.flatMap(({ follows = [] }) => follows)
    this.store = new ObservedStore(parts.store, this.tables, {
      changes: this.changes,
      outbox: this.outbox,
      ...(followers.length > 0 && {
        followers: {
          tables: new Set(followers.map(({ table }) => table)),
          saved: async (tx, table, row) => {
            const context = { now: this.clock.now(), ids: this.ids }
            for (const one of followers) if (one.table === table) await one.saved(tx, row, context)
          },
        },
      }),
    })
    documents.subscribe((names) => this.changes.announce(() => ({ tables: [], documents: [...names] })))
    this.faults.held.subscribe(() => this.changes.announce(() => ({ tables: [], documents: ['held'] })))
    this.#exchangeParts = {
      operations: this.operations,
      routers,
      gatewayAt: (path) => gatewayAt(parts.products, path),
      tell: (tx, thing) => tellOf(parts.products, tx, thing),
      store: this.store,
      clock: this.clock,
      ids: this.ids,
      journal: this.journal,
      merchants: this.merchants,
      defaultMerchant: this.defaultMerchant,
      platformKeys: this.platformKeys,
      settings: () => this.settings,
      diagnoses: this.diagnoses,
      faults: this.faults,
      rateLimiter: this.rateLimiter,
      preferredKeyKind: this.#preferredKeyKind,
    }
    documents.subscribe((names) => {
      if (names.has(RESETS.name)) this.#forget()
    })
    this.outbox.wake()
  }

  /** The current state of the caller that lenient mode assumes for a request that names none. */
  get defaultMerchant(): Merchant {
    return this.merchants.find(this.#wellKnown.mchid) ?? this.#wellKnown
  }

  get settings(): Settings {
    return this.#settings.now
  }

  /** Changes settings until the next reset; those left out stay as they are. */
  changeSettings(changes: Partial<Settings>): Awaitable<void> {
    return this.#settings.change(changes)
  }

  /** The platform now, on the mock's clock, with the certificate in use first. */
  get platform(): Platform {
    return this.platformKeys.at(this.clock.now())
  }

  /**
   * Answers one request as WeChat Pay would, refusals included.
   *
   * Rejects only on a bug in the mock or a lost store, which never look like an answer of the service; the journal has the exchange even then.
   *
   * @param left aborted when the client goes away, so that the call is held no longer; a function is asked for it only then
   */
  handle(request: WireRequest, left?: AbortSignal | (() => AbortSignal)): Promise<WireResponse> {
    const tooLarge = request.body.length > bodyLimitOf(request.headers)
    return exchange(this.#exchangeParts, request, tooLarge, typeof left === 'function' ? left : left && (() => left))
  }

  /** Tries how a call would be answered, with parts in place of the mock's own; see {@link rehearse}. */
  rehearse(request: WireRequest, stage: Stage): ReturnType<typeof rehearse> {
    return rehearse(this.#exchangeParts, request, stage)
  }

  /** Answers a request whose body exceeds {@link bodyLimitOf}, so that a door need not read it. */
  refuseTooLarge(head: Omit<WireRequest, 'body'>): Promise<WireResponse> {
    return exchange(this.#exchangeParts, { ...head, body: NO_BODY }, true)
  }

  /** The web-standard face of {@link handle}: what `fetch` code and msw use. Relies on nothing but path, headers and body. */
  async fetch(request: Request): Promise<Response> {
    request.signal.throwIfAborted()
    const wireRequest = {
      method: request.method,
      target: targetOf(request.url),
      headers: Object.fromEntries(request.headers),
      body: new Uint8Array(await request.arrayBuffer()),
    }
    const answer = await this.handle(wireRequest, request.signal)
    const body = webBody(answer)
    return new Response(request.method === 'HEAD' ? null : body, {
      status: answer.status,
      headers: answer.headers.map(([name, value]): [string, string] => [name, value]),
    })
  }

  /** Runs `work` in a transaction, at the instant when its turn comes: an earlier one may have moved the clock since the request. */
  inTurn<Result>(work: (tx: Transaction, now: number) => Awaitable<Result>): Promise<Result> {
    return this.store.transaction((tx) => work(tx, this.clock.now()))
  }

  /**
   * Sets the clock, freezes it or lets it run on; members left out stay as they are. On the way to a later time, callbacks that become due are
   * delivered in order, with the clock standing still at each; resolves once all are delivered. On the way back nothing that has ended begins again.
   *
   * @throws UsageError `MOCK_CLOCK_OUT_OF_RANGE`, before anything has changed
   */
  setClock(change: ClockChange): Promise<void> {
    return this.outbox.moveClock(() => change)
  }

  /** Moves the clock to an instant in epoch milliseconds, like {@link setClock}. */
  advanceTo(now: number): Promise<void> {
    return this.setClock({ now })
  }

  /** Moves the clock by milliseconds, forward or back, like {@link setClock}. */
  advance(ms: number): Promise<void> {
    return this.outbox.moveClock((now) => ({ now: now + ms }))
  }

  /** Writes down what time has ended, as setting the clock back does. */
  async keepEnds(tx: Transaction, setBack: SetBack): Promise<void> {
    for (const product of this.products) await product.keepEnds?.(tx, setBack)
  }

  /**
   * Resets the state to the seed, and undoes changes to merchants. Unless limited to one merchant, also resets clock, settings, faults, rates
   * and platform certificate to where they started, and empties the journal. Every process that shares the store sees all of it or nothing.
   *
   * @param mchid limits the reset to the state of this merchant
   */
  async reset(mchid?: string): Promise<void> {
    this.faults.held.release(mchid)
    if (mchid !== undefined) {
      await this.store.reset(mchid, (draft) => this.merchants.resetIn(draft, mchid))
      await this.rateLimiter.clear(mchid)
      return
    }
    // First, so that the reset does not wait for a receiver whose callback is about to be forgotten.
    this.outbox.forget()
    this.outbox.endMoves()
    await this.outbox.paused(async () => {
      await this.store.reset(undefined, (draft) => {
        this.clock.resetIn(draft)
        this.faults.clearIn(draft)
        this.#settings.resetIn(draft)
        this.#preferredKeyKind.clearIn(draft)
        this.platformKeys.resetIn(draft)
        this.merchants.resetIn(draft)
        draft.put(RESETS, (draft.get(RESETS) ?? 0) + 1)
      })
      await this.exchanges.clear()
      await this.rateLimiter.clear()
    })
  }

  /** Ends the deliveries and releases the store's resources, such as a file or a connection. The mock answers nothing afterwards. */
  async close(): Promise<void> {
    this.faults.held.release()
    await this.outbox.stop()
    await this.store.close?.()
  }

  /** Replaces the seed and all state with a world, with a change of documents in the same step. */
  async restore(world: World, along?: DocumentsChange): Promise<void> {
    this.outbox.endMoves()
    this.faults.held.release()
    await this.store.replace(world, along)
  }

  /** Forgets what only this process knows about a state that some process has reset. */
  #forget(): void {
    this.outbox.forget()
    this.outbox.endMoves()
    this.journal.clear()
  }
}
