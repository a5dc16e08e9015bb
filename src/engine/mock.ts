import { createPrivateKey } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import {
  commonErrors,
  commonKeyOf,
  INTERNAL_CODES,
  isPayPath,
  precedesAuthentication,
} from '../protocol/common-errors.ts'
import { ApiError, type ErrorDefinition } from '../protocol/errors.ts'
import { formatInstant } from '../protocol/instant.ts'
import { responseMessage } from '../protocol/message.ts'
import { type ResponseSignature, responseHeaders } from '../protocol/response-headers.ts'
import { BRAND_SIGNATURE_TYPE, SIGNATURE_TYPE, sign } from '../protocol/signature.ts'
import { AskedKeys } from './asked-keys.ts'
import { type AuthenticationFailure, authenticate } from './authenticate.ts'
import { type Before, nothingFound, noting } from './before.ts'
import type { CallbackSender } from './callback.ts'
import { ChangedSettings } from './changed-settings.ts'
import type { AdjustableClock, ClockChange } from './clock.ts'
import { webBody } from './delivery.ts'
import { Diagnoses } from './diagnoses.ts'
import { type DocumentsChange, documentKey } from './documents.ts'
import type { FiredFault } from './faults/fired-fault.ts'
import { Faults } from './faults.ts'
import type { IdSource } from './ids.ts'
import { parseInput } from './input.ts'
import type { Journal, JournalReader, Remark } from './journal.ts'
import type { Merchant, MerchantDirectory, Platform, PlatformKey } from './merchants.ts'
import { explainMiss } from './near-miss.ts'
import { putIntoOutbox } from './notify.ts'
import { type Operation, type OperationContext, type Settings, signatureTime } from './operation.ts'
import { Outbox } from './outbox.ts'
import { PlatformKeys } from './platform.ts'
import { choosePlatformKey } from './platform-key.ts'
import { RateLimiter } from './rate-limiter.ts'
import { Router } from './router.ts'
import { spoil } from './spoil.ts'
import { announcedStore, StateChanges } from './state-changes.ts'
import type { Awaitable, Store, Transaction, World } from './store.ts'
import { StoreUnavailable } from './store-unavailable.ts'
import { toWireJson } from './to-wire-json.ts'
import { watchedStore } from './watched-store.ts'
import { bodyLimitOf, type Delivery, pathOf, targetOf, type WireRequest, type WireResponse } from './wire.ts'

/** What a mock is put together from. */
export interface MockParts {
  readonly operations: readonly Operation[]
  readonly store: Store
  readonly clock: AdjustableClock
  readonly ids: IdSource
  readonly journal: Journal
  readonly merchants: MerchantDirectory
  /** The caller that lenient mode assumes when a request does not say who it is from. */
  readonly defaultMerchant: Merchant
  /** As the platform is before its certificate is ever changed. */
  readonly platform: Platform
  readonly settings: Settings
  /** What callbacks are sent with. */
  readonly sendCallback: CallbackSender
  /** Names and addresses, without ports, that callbacks are sent to besides this machine. */
  readonly allowCallbackHosts: readonly string[] | 'any'
  /** Whether calls that are not let in are diagnosed as they are answered. Default: `on`. */
  readonly diagnosis?: 'on' | 'off'
  /** Milliseconds of the machine that never go back. Default: `performance.now`. */
  readonly stopwatch?: () => number
}

interface Caller {
  readonly merchant: Merchant
  readonly brand: boolean
}

/** A request's one instant, on the mock's clock, on the one that signatures are judged by and on the machine's; epoch milliseconds. */
interface Instants {
  readonly now: number
  readonly signatures: number
  readonly machine: number
}

/** What goes into the journal besides the exchange itself. */
interface Notes {
  readonly remarks: Remark[]
  readonly before: Before
}

interface Outcome {
  readonly status: number
  readonly body: Uint8Array
  readonly internalCode: number
  readonly code?: string
  /** Who the request is from, or says it is from. */
  readonly mchid?: string
  /** Who the answer is signed for; nobody before authentication. */
  readonly caller?: Caller
  readonly key?: PlatformKey
  /** In short, why the request was not let in. */
  readonly diagnosis?: string
  /** What becomes of the answer. */
  readonly fault?: FiredFault
}

/** Carries an answer out of a transaction whose changes are dropped. */
class Undone {
  readonly output: unknown

  constructor(output: unknown) {
    this.output = output
  }
}

const NOTHING = new Uint8Array(0)
/** How often the whole mock was reset, so that every process that shares the store hears of it. */
const RESETS = documentKey<number>('resets')
const CONTENT_TYPE = 'application/json; charset=utf-8'

/** The simulated service: one function from the bytes of a request to the bytes of an answer. */
export class Mock {
  /** Wakes the outbox when a callback was saved. */
  readonly store: Store
  /** Delivers callbacks. */
  readonly outbox: Outbox
  readonly clock: AdjustableClock
  readonly ids: IdSource
  readonly journal: Journal
  /** What the control API shows of exchanges: the journal, or that of all processes that share the store. */
  readonly exchanges: JournalReader
  readonly merchants: MerchantDirectory
  readonly defaultMerchant: Merchant
  readonly platformKeys: PlatformKeys
  readonly operations: readonly Operation[]
  readonly faults: Faults
  readonly rateLimiter: RateLimiter
  /** Say why calls were not let in. */
  readonly diagnoses: Diagnoses
  /** Tell those who listen what of the state has changed. */
  readonly changes = new StateChanges()
  readonly #settings: ChangedSettings
  readonly #askedKeys: AskedKeys
  readonly #router: Router

  constructor(parts: MockParts) {
    this.clock = parts.clock
    this.ids = parts.ids
    this.journal = parts.journal
    this.merchants = parts.merchants
    this.defaultMerchant = parts.defaultMerchant
    const announced = announcedStore(parts.store, this.changes)
    const { documents } = announced
    this.platformKeys = new PlatformKeys(parts.platform, documents)
    this.#settings = new ChangedSettings(parts.settings, documents)
    this.#askedKeys = new AskedKeys(documents)
    this.rateLimiter = new RateLimiter(parts.store.counters)
    this.operations = parts.operations
    this.faults = new Faults(parts.operations, documents)
    this.exchanges = parts.store.exchanges ?? parts.journal
    this.#router = new Router(parts.operations)
    const stopwatch = parts.stopwatch ?? (() => performance.now())
    this.diagnoses = new Diagnoses({
      mode: parts.diagnosis ?? 'on',
      merchants: parts.merchants,
      platformAt: (now) => this.platformKeys.at(now),
      stopwatch,
    })
    this.outbox = new Outbox({
      store: announced,
      clock: parts.clock,
      stopwatch,
      ids: parts.ids,
      journal: parts.journal,
      merchants: parts.merchants,
      platformAt: (now, chosenBy) => this.platformKeys.at(now, chosenBy),
      settings: () => this.settings,
      publicKeyShareOf: ({ mchid }) => {
        const share = this.settings.callbackPublicKeyShare
        return share === 'as_called' ? (this.#askedKeys.hasPublic(mchid) ? 100 : 0) : share
      },
      send: parts.sendCallback,
      faults: this.faults,
      allowedHosts: parts.allowCallbackHosts,
    })
    this.store = watchedStore(announced, this.outbox)
    documents.subscribe((names) => {
      if (names.has(RESETS.name)) this.#forget()
    })
    this.outbox.wake()
  }

  /** How it behaves where there is a choice, as it is now. */
  get settings(): Settings {
    return this.#settings.now
  }

  /** Changes how the mock behaves, until the next reset; what is left out stays as it is. */
  changeSettings(changes: Partial<Settings>): Awaitable<void> {
    return this.#settings.change(changes)
  }

  /** The platform as it is now, by the mock's clock; the certificate in use first. */
  get platform(): Platform {
    return this.platformKeys.at(this.clock.now())
  }

  /**
   * Answers one request as WeChat Pay would, refusals included.
   *
   * Rejects only for a bug in the mock, which never looks like an answer of the service; the journal has it then too.
   */
  handle(request: WireRequest): Promise<WireResponse> {
    return this.#exchange(request, request.body.length > bodyLimitOf(request.headers))
  }

  /**
   * Sets the clock, freezes it or lets it run on; what is left out stays as it is. On the way to a later time, callbacks that become due are
   * delivered in their order, the clock standing at the instant of each; resolves when they are.
   *
   * @throws UsageError `MOCK_CLOCK_OUT_OF_RANGE`, before anything has changed
   */
  setClock(change: ClockChange): Promise<void> {
    return this.outbox.moveClock(() => change)
  }

  /** Moves the clock to an instant (epoch milliseconds), like {@link setClock}. */
  advanceTo(now: number): Promise<void> {
    return this.setClock({ now })
  }

  /** Moves the clock by milliseconds, forward or back, like {@link setClock}. */
  advance(ms: number): Promise<void> {
    return this.outbox.moveClock((now) => ({ now: now + ms }))
  }

  /**
   * Goes back to the seed, and with the whole mock to where clock, settings, faults, rates and platform certificate were at the start, with an
   * empty journal. Every process that shares the store sees all of it or nothing.
   *
   * @param mchid whose state alone goes back
   */
  async reset(mchid?: string): Promise<void> {
    if (mchid !== undefined) {
      await this.store.reset(mchid)
      await this.rateLimiter.clear(mchid)
      return
    }
    // Nobody waits for a receiver that is about to be forgotten; what is due afterwards is due by the clock of then.
    this.outbox.forget()
    this.outbox.endMoves()
    await this.outbox.paused(async () => {
      await this.store.reset(undefined, (draft) => {
        this.clock.resetIn(draft)
        this.faults.clearIn(draft)
        this.#settings.resetIn(draft)
        this.#askedKeys.clearIn(draft)
        this.platformKeys.resetIn(draft)
        draft.put(RESETS, (draft.get(RESETS) ?? 0) + 1)
      })
      await this.exchanges.clear()
      await this.rateLimiter.clear()
    })
  }

  /** Ends the deliveries, and gives free what the store holds: a file, a connection. The mock answers nothing after that. */
  async close(): Promise<void> {
    await this.outbox.stop()
    await this.store.close?.()
  }

  /** Makes a world the new seed, with a change of documents in the same step. */
  async restore(world: World, along?: DocumentsChange): Promise<void> {
    this.outbox.endMoves()
    await this.store.replace(world, along)
  }

  /** What this process alone knows of a state that is gone, whoever has reset it. */
  #forget(): void {
    this.outbox.forget()
    this.outbox.endMoves()
    this.journal.clear()
  }

  /** Answers a request whose body is larger than {@link bodyLimitOf} it, so that a door need not read it. */
  refuseTooLarge(head: Omit<WireRequest, 'body'>): Promise<WireResponse> {
    return this.#exchange({ ...head, body: NOTHING }, true)
  }

  async #exchange(request: WireRequest, tooLarge: boolean): Promise<WireResponse> {
    const started = performance.now()
    const { documents } = this.store
    if (documents.refresh) await documents.refresh()
    const now = this.clock.now()
    const instants = {
      now,
      signatures: signatureTime(this.clock, this.settings, now),
      machine: this.clock.source.now(),
    }
    const id = this.ids.requestId()
    const notes: Notes = { remarks: [], before: nothingFound(this.settings) }
    const path = pathOf(request.target)
    const route = this.#router.find(request.method, path)
    const operation = 'operation' in route ? route.operation : undefined
    let outcome: Outcome | undefined
    let response: WireResponse | undefined

    try {
      outcome = tooLarge
        ? refuseBody(request, notes.remarks)
        : await this.#decide(request, path, route, { ...instants, id }, this.platformKeys.at(now, id), notes)
      response = await this.#respond(outcome, id, instants)
      return response
    } catch (bug) {
      const about = bug instanceof StoreUnavailable ? 'store' : 'bug'
      notes.remarks.push({ about, text: bug instanceof Error ? bug.message : String(bug) })
      throw bug
    } finally {
      const kept = this.journal.add({
        id,
        at: now,
        durationMs: performance.now() - started,
        request,
        ...(response && { response }),
        ...(operation && { operation: operation.id }),
        ...(outcome?.mchid && { mchid: outcome.mchid }),
        ...(outcome?.code && { code: outcome.code }),
        ...notes,
      })
      // Whoever has the answer finds it in the journal, at every instance.
      if (kept) await kept
    }
  }

  /** The web-standard face of {@link handle}: what `fetch` code and msw use. Relies on nothing but path, headers and body. */
  async fetch(request: Request): Promise<Response> {
    request.signal.throwIfAborted()
    const answer = await this.handle({
      method: request.method,
      target: targetOf(request.url),
      headers: Object.fromEntries(request.headers),
      body: new Uint8Array(await request.arrayBuffer()),
    })
    const body = webBody(answer)
    return new Response(request.method === 'HEAD' ? null : body, {
      status: answer.status,
      headers: answer.headers.map(([name, value]): [string, string] => [name, value]),
    })
  }

  async #decide(
    request: WireRequest,
    path: string,
    route: ReturnType<Router['find']>,
    { now, signatures, machine, id }: Instants & { readonly id: string },
    platform: Platform,
    { remarks, before }: Notes,
  ): Promise<Outcome> {
    const result = authenticate(request, this.merchants, signatures, {
      judgedBy: this.settings.signatureClock,
      machine,
    })
    let caller: Caller
    if ('failure' in result) {
      const { failure } = result
      const { remark, header } = await this.diagnoses.ofFailure(failure, request, { id, now: signatures })
      remarks.push(remark)
      const admitted = this.#admit(failure)
      if (!admitted) {
        const { error, claimed } = failure
        return {
          ...refusal(error),
          ...(claimed && { mchid: claimed.mchid }),
          ...(header !== undefined && { diagnosis: header }),
        }
      }
      caller = admitted
    } else {
      caller = { merchant: result.caller, brand: result.brand }
    }

    const keyMode = caller.merchant.keyMode ?? this.settings.keyMode
    before.settings = keyMode === this.settings.keyMode ? this.settings : { ...this.settings, keyMode }
    const { key, error } = choosePlatformKey(request.headers['wechatpay-serial'], {
      mode: keyMode,
      merchant: caller.merchant,
      platform,
      path,
      encrypted: 'operation' in route && route.operation.encryptedFields === true,
    })
    const refuse = (error: ApiError): Outcome => {
      remarks.push({ about: 'refusal', text: explain(error) })
      return refusal(error, caller, key)
    }
    if (error) return refuse(error)
    await this.#noteKeyAskedFor(caller.merchant, request.headers['wechatpay-serial'], platform)
    const another = isPayPath(path) ? anotherMchid(request.body, caller.merchant.mchid) : undefined
    if (another !== undefined) {
      const explanation = `/body/mchid is ${JSON.stringify(another.slice(0, 40))}, the request is signed by ${caller.merchant.mchid}`
      return refuse(new ApiError(commonErrors.mchid_differs, { explanation }))
    }
    if (!('operation' in route)) {
      remarks.push({ about: 'path', text: this.#explainMiss(request.method, path, route) })
      return refusal(
        new ApiError(route.miss === 'path' ? commonErrors.path_unknown : commonErrors.method_unfit),
        caller,
        key,
      )
    }

    const tooMany =
      this.settings.rateLimit === 'on'
        ? await this.rateLimiter.take(route.operation, caller.merchant.mchid, now)
        : undefined
    if (tooMany) {
      const { calls, seconds, windowEnd } = tooMany
      return refuse(
        new ApiError(commonErrors.rate_limited, {
          explanation: `${route.operation.id} takes ${calls} calls of a merchant in ${seconds === 1 ? 'a second' : `${seconds} seconds`}; the next are taken from ${formatInstant(windowEnd)} by the mock's clock.`,
        }),
      )
    }
    const perform = async (keep: boolean): Promise<Outcome> => {
      try {
        const output = await this.#run(
          route.operation,
          request,
          route.params,
          { caller: caller.merchant, keyMode, platform, platformKey: key, now, keep },
          before,
        )
        const nothing = output === undefined
        return {
          status: nothing ? 204 : 200,
          body: nothing ? NOTHING : Buffer.from(toWireJson(output)),
          internalCode: 0,
          caller,
          key,
          mchid: caller.merchant.mchid,
        }
      } catch (error) {
        if (error instanceof ApiError) return refuse(error)
        throw error
      }
    }
    const { operation } = route
    const fault =
      this.faults.planned.length === 0
        ? undefined
        : await this.faults.take({ operation, mchid: caller.merchant.mchid, request })
    if (!fault) return perform(true)
    remarks.push({ about: 'fault', text: fault.remark })
    await this.faults.wait(fault.delayMs.before)
    const done = fault.inPlace ? undefined : await perform(fault.when === 'after')
    await this.faults.wait(fault.delayMs.after)
    const outcome = done && !fault.error ? done : this.#forced(fault, caller, key)
    return { ...outcome, ...(fault.errorAs200 && { status: 200 }), fault }
  }

  /** An error that is planned: signed as the service signs it, and always where it is to look like a success. */
  #forced({ error = commonErrors.system_error, errorAs200 }: FiredFault, caller: Caller, key: PlatformKey): Outcome {
    const signed = errorAs200 || !precedesAuthentication(error)
    if (signed) return refusal(new ApiError(error), caller, key)
    return { ...refusal(new ApiError(error)), mchid: caller.merchant.mchid }
  }

  #noteKeyAskedFor(
    { mchid }: Merchant,
    serialNo: string | undefined,
    { certificates, publicKey }: Platform,
  ): Awaitable<void> {
    if (serialNo === publicKey.serialNo) return this.#askedKeys.note(mchid, 'public')
    if (certificates.some((certificate) => certificate.serialNo === serialNo)) {
      return this.#askedKeys.note(mchid, 'certificate')
    }
  }

  /** Who a request that failed authentication counts for in lenient mode; nobody in strict mode. */
  #admit({ check, claimed }: AuthenticationFailure): Caller | undefined {
    if (this.settings.auth === 'strict') return undefined
    const saysNobody = check === 'headers' || check === 'authorization' || check === 'scheme'
    const merchant = claimed ?? (saysNobody ? this.defaultMerchant : undefined)
    return merchant && { merchant, brand: false }
  }

  async #run(
    operation: Operation,
    request: WireRequest,
    params: Readonly<Record<string, string>>,
    {
      caller,
      keyMode,
      platform,
      platformKey,
      now,
      keep,
    }: Pick<OperationContext<string>, 'caller' | 'keyMode' | 'platform' | 'platformKey' | 'now'> & {
      /** Whether the change is kept. */
      readonly keep: boolean
    },
    before: Before,
  ): Promise<unknown> {
    const input = parseInput(operation, request, params)
    const handle = (tx: Transaction) =>
      operation.handle(input, {
        tx: noting(tx, before, caller.mchid),
        now,
        caller,
        keyMode,
        platform,
        platformKey,
        merchantOf: (mchid) => this.merchants.find(mchid),
        settings: this.settings,
        ids: this.ids,
        notify: (notification) => putIntoOutbox(tx, notification, { now, ids: this.ids }),
        fail(reason, explanation) {
          const definition: ErrorDefinition | undefined = operation.errors[reason]
          throw definition
            ? new ApiError(definition, { key: reason, ...(explanation !== undefined && { explanation }) })
            : new Error(`${operation.id} has no error ${reason}`)
        },
      })
    const output = await (keep ? this.store.transaction(handle) : this.#tryOut(handle))
    return operation.output.parse(output)
  }

  /** What a transaction would give, with its changes dropped. */
  async #tryOut(handle: (tx: Transaction) => Promise<unknown>): Promise<unknown> {
    try {
      return await this.store.transaction(async (tx) => {
        throw new Undone(await handle(tx))
      })
    } catch (thrown) {
      if (thrown instanceof Undone) return thrown.output
      throw thrown
    }
  }

  async #respond(
    { status, body, internalCode, caller, key, fault, diagnosis }: Outcome,
    id: string,
    { now, signatures }: Instants,
  ): Promise<WireResponse> {
    const signed = caller && key && (await this.#sign(body, caller, key, signatures))
    const response: WireResponse = {
      status,
      headers: responseHeaders({
        status,
        bodyLength: body.length,
        contentType: CONTENT_TYPE,
        requestId: `${id}-${internalCode}`,
        now,
        signature: signed,
        diagnosis,
      }),
      body,
      ...(fault?.delivery && { delivery: deliveryOf(fault.delivery, body) }),
    }
    if (fault?.spoil === undefined || !caller || !key) return response
    const keys = { right: key.privateKey, wrong: createPrivateKey(caller.merchant.privateKey) }
    return spoil(response, fault.spoil, keys)
  }

  async #sign(body: Uint8Array, { brand }: Caller, key: PlatformKey, at: number): Promise<ResponseSignature> {
    const timestamp = String(Math.floor(at / 1_000))
    const nonce = this.ids.nonce()
    return {
      timestamp,
      nonce,
      signature: await sign(responseMessage({ timestamp, nonce, body }), key.privateKey),
      serialNo: key.serialNo,
      signatureType: brand ? BRAND_SIGNATURE_TYPE : SIGNATURE_TYPE,
    }
  }

  #explainMiss(
    method: string,
    path: string,
    route: { miss: 'path' } | { miss: 'method'; allowed: readonly string[] },
  ): string {
    if (route.miss === 'path') return explainMiss(method, path, this.operations)
    return `Only the method differs: ${path} exists, but takes ${route.allowed.join(' or ')}, not ${method}.`
  }
}

/** What the journal says of a refusal: the key that a planned fault would name it by, and what is so. */
function explain(error: ApiError): string {
  const key = error.key ?? commonKeyOf(error.definition)
  return key === undefined ? error.explanation : `${key}: ${error.explanation}`
}

function refusal(error: ApiError, caller?: Caller, key?: PlatformKey): Outcome {
  return {
    status: error.status,
    body: Buffer.from(toWireJson(error)),
    internalCode: error.definition.internalCode ?? INTERNAL_CODES.unspecified,
    code: error.code,
    ...(caller && key && { caller, key, mchid: caller.merchant.mchid }),
  }
}

/** What has no body can not be cut in half: nothing of it arrives. */
function deliveryOf(delivery: Delivery, body: Uint8Array): Delivery {
  return delivery.kind === 'half_body' && body.length === 0 ? { kind: 'empty' } : delivery
}

/** What is too large is not read, so it can not be authenticated either. */
function refuseBody({ headers }: WireRequest, remarks: Remark[]): Outcome {
  remarks.push({ about: 'body', text: `The body is larger than ${bodyLimitOf(headers)} bytes.` })
  return refusal(new ApiError(commonErrors.body_too_large))
}

/** The `mchid` of a JSON body, if it is not the caller's. */
function anotherMchid(body: Uint8Array, mchid: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    const named = typeof payload === 'object' && payload !== null && 'mchid' in payload ? payload.mchid : undefined
    return typeof named === 'string' && named !== mchid ? named : undefined
  } catch {
    // A body that is not JSON names nobody; the operation's own check answers it.
    return undefined
  }
}
