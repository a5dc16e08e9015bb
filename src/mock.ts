import type { CredentialsJson } from './control/answer-format.ts'
import type { PactRecorder } from './control/call.ts'
import type { Send } from './control/client/connection.ts'
import { wellKnownIdentity } from './control/identity/well-known.ts'
import { loadWorld } from './control/world/load-world.ts'
import { createCallbackSender, sendWithFetch } from './engine/callbacks/callback-sender.ts'
import { checkOptions, isObject, type KnownOptions } from './engine/check-options.ts'
import { checkProducts } from './engine/check-products.ts'
import { AdjustableClock, type Clock, type ClockChange, type ClockSetting } from './engine/clock.ts'
import { routersOf } from './engine/exchange/router.ts'
import type { Faults } from './engine/faults/faults.ts'
import type { WireRequest, WireResponse } from './engine/http-message.ts'
import { createIds } from './engine/ids.ts'
import { Journal } from './engine/journal/journal.ts'
import { MerchantDirectory } from './engine/keys/merchants.ts'
import { Mock } from './engine/mock.ts'
import {
  oneOf,
  severalTexts,
  someFunction,
  someNumber,
  someObject,
  someText,
  thatFits,
  wholeNumber,
  yesOrNo,
} from './engine/option-values.ts'
import { operationsOf, type Product, type SettingsOf, settingsOf, tablesOf } from './engine/product.ts'
import { type ValuesOf, valuesFrom } from './engine/settings.ts'
import { DocumentsCopy, startsBefore } from './engine/state/documents.ts'
import type { Store } from './engine/state/store.ts'
import { clientFor, type MockControl, type MockControlOf, type WorldOf } from './mock-control.ts'
import { products, type SettingOptions } from './products/index.ts'
import { scenario } from './products/scenarios/index.ts'
import { MemoryStore } from './stores/memory.ts'
import { refusalAt, UsageError } from './wire/protocol/errors.ts'
import { nodeTooOld } from './wire/shared/node-version.ts'
import { LANGUAGES, type Language } from './wire/shared/texts.ts'

/** The address that the mock replaces; a client in the same process needs no other. */
const WECHAT_PAY = 'https://api.mch.weixin.qq.com'

/**
 * Sends requests to the control API of a mock without a network. Loads the API on the first call, so that it costs nothing at start-up.
 *
 * @internal
 */
export function inProcess(mock: Mock, recorder: PactRecorder): Send {
  let app: Promise<{ fetch(request: Request): Response | Promise<Response> }> | undefined
  return async (request) => {
    app ??= import('./control/app.ts').then(({ createControlApp }) =>
      createControlApp(mock, { recorder, baseUrl: WECHAT_PAY, mostWaiting: Number.POSITIVE_INFINITY }),
    )
    return (await app).fetch(request)
  }
}

/** @throws UsageError `MOCK_NODE_TOO_OLD` for a Node that mocks do not run on, which would fail with something unclear otherwise @internal */
export function checkNode(version: string = process.versions.node): void {
  const tooOld = nodeTooOld(version)
  if (tooOld) throw new UsageError('MOCK_NODE_TOO_OLD', tooOld)
}

/** Options of a mock. All are optional. */
export interface MockOptions<P extends readonly Product[] = readonly Product[]> extends SettingOptions {
  /**
   * The products that are served; a product of your own goes beside ours: `[...products, loyalty]`. Default: {@link products}, all that the package
   * has.
   */
  readonly products?: P
  /** The state to start with: a scenario's name, or a world as in a seed file. Default: the scenario `default`. */
  readonly seed?: string | WorldOf<P>
  /**
   * A store that is already open: its state is used, and `seed` is ignored. `openMock` opens and initializes one. Default: this
   * process's memory, with the seed in it.
   */
  readonly store?: Store
  /**
   * Whether calls that are answered with 401 are diagnosed at once, with the cause in the header `Wechatpay-Mock-Diagnosis` and in the
   * journal, and calls that the mock does not serve have such a header. With `off` these answers are byte for byte like those of the service.
   * Default: `on`.
   */
  readonly diagnosis?: 'on' | 'off'
  /**
   * The language of the mock's own texts: refusals of the control API, where a call's `Accept-Language` takes precedence, and plain text that is
   * not an answer of the service. Default: `en`.
   */
  readonly language?: Language
  /** The source of the mock's time before that is moved or frozen. Default: the machine. */
  readonly clock?: Clock
  /** Time and state of the mock's clock at the start, and again after a reset. Default: the time of `clock`, running. */
  readonly clockStart?: Partial<ClockSetting>
  /** Makes ids and nonces the same in every run. Default: random. */
  readonly randomSeed?: string
  /** Exchanges that the journal keeps. Default: 1,000. */
  readonly journalLimit?: number
  /** Names and addresses, without ports, that callbacks are sent to besides this machine. Default: none, or any with `receive`. */
  readonly allowCallbackHosts?: readonly string[]
  /**
   * Takes callbacks in place of the network, whatever their host unless `allowCallbackHosts` limits it: the shop's own handler, such as
   * `app.fetch`, or a function that keeps them for a test. It also gets the credentials of the well-known merchant, to verify and decrypt them.
   * `await mock.control.deliverNotifications()` waits for it. Default: the mock's own client, which keeps order and spelling of the headers.
   */
  readonly receive?: (callback: Request, credentials: CredentialsJson) => Response | Promise<Response>
}

/** Options for the settings of some products, if the type names them one by one. */
export type ProductOptions<Products extends readonly Product[]> = number extends Products['length']
  ? unknown
  : Partial<ValuesOf<SettingsOf<Products>>>

const CLOCK_MEMBERS: KnownOptions<keyof ClockSetting> = { now: someNumber, frozen: yesOrNo }

/** The options that are not settings. */
const OPTIONS: KnownOptions<Exclude<keyof MockOptions, keyof SettingOptions>> = {
  // checkServed checks the products.
  products: {},
  seed: thatFits((seed) => typeof seed === 'string' || isObject(seed), {
    en: "use a scenario's name or a world",
    zh: '应为场景名或数据',
  }),
  store: someObject,
  diagnosis: oneOf('on', 'off'),
  language: oneOf(...LANGUAGES),
  clock: thatFits(isClock, { en: 'use an object with a function now', zh: '应为带有 now 函数的对象' }),
  clockStart: { ...someObject, members: CLOCK_MEMBERS },
  randomSeed: someText,
  journalLimit: wholeNumber(0),
  allowCallbackHosts: severalTexts,
  receive: someFunction,
}

/** Whether a value is a source of time. */
export function isClock(value: unknown): value is Clock {
  return isObject(value) && 'now' in value && typeof value.now === 'function'
}

/** @throws UsageError `MOCK_PRODUCT` for products that do not fit together */
export function checkServed(served: readonly Product[]): void {
  checkOptions({ products: served }, { products: someList })
  checkProducts(served)
}

const someList = thatFits(Array.isArray, { en: 'use a list of products', zh: '应为产品的数组' })

/**
 * The options of a mock with some products.
 *
 * @throws UsageError `MOCK_PRODUCT` for a setting with the name of another option
 */
export function optionsWith(served: readonly Product[]): KnownOptions {
  const settings = settingsOf(served)
  const taken = Object.keys(settings).find((name) => Object.hasOwn(OPTIONS, name))
  if (taken !== undefined) {
    throw new UsageError('MOCK_PRODUCT', {
      en: `A setting is called ${taken}, which is another option: rename it.`,
      zh: `设置 ${taken} 与另一个选项重名，请改名。`,
    })
  }
  return { ...settings, ...OPTIONS }
}

/**
 * A simulated WeChat Pay, as its users hold it.
 *
 * @typeParam Control type of the control, which follows from the calls of its products
 */
export interface WechatPayMock<Control = MockControl> {
  /**
   * Answers one request as WeChat Pay would, refusals included.
   *
   * Rejects only for a bug in the mock, which never looks like an answer of the service; the journal has the exchange even then. Something else than a
   * request is refused with the UsageError `MOCK_REQUEST`.
   *
   * @param left aborted when the client goes away, so that the call is held no longer
   */
  handle(request: WireRequest, left?: AbortSignal): Promise<WireResponse>
  /** The web-standard face of {@link handle}: `app.fetch` of a test, msw. Relies on nothing but method, path, headers and body. */
  fetch(request: Request): Promise<Response>
  /** The same control API that the server has under `/_mock`, without a network in between. */
  readonly control: Control
  /** Faults that are planned on purpose. */
  readonly faults: MockFaults
  /** The mock's clock, to read: epoch milliseconds. */
  readonly clock: Clock
  /**
   * Sets the clock, freezes it or lets it run on; members left out stay as they are. On the way to a later time, callbacks that become due are
   * delivered in order, with the clock standing still at each; resolves once all are delivered.
   *
   * @throws UsageError `MOCK_CLOCK_OUT_OF_RANGE`, before anything has changed
   */
  setClock(change: ClockChange): Promise<void>
  /** Moves the clock by milliseconds, forward or back, like {@link setClock}. */
  advance(ms: number): Promise<void>
  /** Moves the clock to an instant (epoch milliseconds), like {@link setClock}. */
  advanceTo(now: number): Promise<void>
  /**
   * Returns to the seed. A reset of the whole mock also returns clock, settings, faults, rates and platform certificate to where they started, and
   * empties the journal.
   *
   * @param mchid limits the reset to the state of this merchant
   */
  reset(mchid?: string): Promise<void>
  /** Ends the deliveries, and releases a data file or a connection to Redis. The mock answers nothing afterwards. */
  close(): Promise<void>
}

/** Plans faults, and tells which have not happened. */
export type MockFaults = Pick<Faults, 'plan' | 'next' | 'planned' | 'unused' | 'assertAllUsed' | 'remove' | 'clear'>

/**
 * Creates a simulated WeChat Pay with the well-known merchant `1900000001` and the state of a scenario.
 *
 * ```ts
 * const mock = createMock({ orders: 'known' })
 * const answer = await mock.fetch(new Request('https://api.mch.weixin.qq.com/v3/certificates', { headers }))
 * ```
 *
 * @throws UsageError `MOCK_OPTION` for an unknown option or an impossible value, `MOCK_PRODUCT` for products that do not fit
 * together, `MOCK_SCENARIO` for an unknown scenario, `MOCK_INPUT` for a world that does not fit, `MOCK_ANSWER` for planned answers in it that do not,
 * `MOCK_SEED_MERCHANTS` for a world with merchants, which take time to make: `await mock.control.restore(world)` accepts those
 */
export function createMock<const P extends readonly Product[] = readonly Product[]>(
  options?: MockOptions<P> & ProductOptions<P>,
): WechatPayMock<MockControlOf<P>> {
  const given: MockOptions<P> = options ?? {}
  return mockOf(createEngine(given), given.products)
}

/** The engine of each mock, for doors that need more than users hold. */
const engines = new WeakMap<object, Mock>()

/** Marks a mock so that other copies of this package recognize it, which do not have its engine. */
const FROM_ANY_COPY = Symbol.for('wechatpay-mock')

/**
 * The engine behind a mock.
 *
 * @throws UsageError `MOCK_NOT_A_MOCK`; `MOCK_OTHER_COPY` for a mock that another copy of this package made
 */
export function engineOf(mock: WechatPayMock<unknown> | Mock): Mock {
  const engine = mock instanceof Mock ? mock : engines.get(mock)
  if (engine) return engine
  if (FROM_ANY_COPY in Object(mock)) {
    throw new UsageError('MOCK_OTHER_COPY', {
      en: 'This mock is of another copy of wechatpay-mock: the package is loaded twice, by import and by require, or in two versions. Load all of its entries in the same way.',
      zh: '这个模拟服务由另一份 wechatpay-mock 创建：该包被加载了两次（既用 import 又用 require，或有两个版本）。请用同一种方式加载它的所有入口。',
    })
  }
  throw new UsageError('MOCK_NOT_A_MOCK', {
    en: 'This is no mock: make one with createMock or openMock.',
    zh: '这不是模拟服务，请用 createMock 或 openMock 创建。',
  })
}

/** @throws UsageError `MOCK_REQUEST` for what only code without types can pass */
function checkedRequest(request: WireRequest): WireRequest {
  const { method, target, headers, body }: Partial<WireRequest> = Object(request)
  if (typeof method === 'string' && typeof target === 'string' && isObject(headers) && body instanceof Uint8Array) {
    return request
  }
  throw new UsageError('MOCK_REQUEST', {
    en: 'handle takes { method, target, headers, body }, with headers in an object and the body as a Uint8Array. For a Request there is mock.fetch.',
    zh: 'handle 的参数是 { method, target, headers, body }，其中 headers 是对象，body 是 Uint8Array。如果手上是 Request，请用 mock.fetch。',
  })
}

/** The users' view of an engine. */
export function mockOf<P extends readonly Product[]>(
  engine: Mock,
  served: P | undefined,
): WechatPayMock<MockControlOf<P>> {
  const mock: WechatPayMock<MockControlOf<P>> = {
    handle: async (request, left) => engine.handle(checkedRequest(request), left),
    fetch: (request) => engine.fetch(request),
    control: controlOf(engine, served),
    faults: engine.faults,
    clock: engine.clock,
    setClock: (change) => engine.setClock(change),
    advance: (ms) => engine.advance(ms),
    advanceTo: (now) => engine.advanceTo(now),
    reset: (mchid) => engine.reset(mchid),
    close: () => engine.close(),
  }
  engines.set(mock, engine)
  Object.defineProperty(mock, FROM_ANY_COPY, { value: true })
  return mock
}

function controlOf<P extends readonly Product[]>(engine: Mock, served: P | undefined): MockControlOf<P> {
  return new (clientFor(served))(inProcess(engine, recorder), 'http://localhost')
}

/** Creates the engine of a mock, as {@link createMock} describes it. */
export function createEngine<P extends readonly Product[]>(options: MockOptions<P> = {}): Mock {
  checkNode()
  const served = options.products ?? products
  checkServed(served)
  checkOptions(options, optionsWith(served))
  const { merchant, platform } = wellKnownIdentity()
  const documents = options.store?.documents ?? new DocumentsCopy()
  const clock = new AdjustableClock(options.clock, options.clockStart, documents)
  const tables = tablesOf(served)
  const ids = createIds(options.randomSeed, startsBefore(documents))
  const wanted = options.store ? 'empty' : (options.seed ?? 'default')
  const seed = typeof wanted === 'object' ? wanted : scenario(wanted)
  const defaults = { now: clock.now(), ids, defaultMchid: merchant.mchid }
  const loaded = loadWorld(seed, tables, defaults, () => routersOf(operationsOf(served)).answer)
  if (loaded.merchants.length > 0) {
    throw refusalAt('/merchants', 'MOCK_SEED_MERCHANTS', {
      en: 'This world brings merchants along, and their keys take time to make: create the mock without it, then `await mock.control.restore(world)`.',
      zh: '初始数据中有商户，生成它们的密钥需要时间：请先不带它创建模拟服务，再 `await mock.control.restore(world)`。',
    })
  }
  const { receive } = options
  /** Describes credentials, without the way through the control API that a user's question takes. Loaded with the first callback. */
  let describing: Promise<typeof import('./control/calls/merchants.ts')> | undefined
  const load = () => (describing ??= import('./control/calls/merchants.ts'))
  const engine = new Mock({
    products: served,
    store: options.store ?? new MemoryStore(tables, loaded.world, documents),
    clock,
    ids,
    journal: new Journal(options.journalLimit, options.store?.exchanges),
    merchants: new MerchantDirectory([merchant], documents),
    defaultMerchant: merchant,
    platform,
    sendCallback: receive
      ? Object.assign(
          sendWithFetch(async (callback) => {
            const { describeCredentials } = await load()
            const credentials = describeCredentials(engine, engine.defaultMerchant, { baseUrl: WECHAT_PAY })
            // The mock may have been closed meanwhile.
            callback.signal.throwIfAborted()
            return receive(callback, credentials)
          }),
          { ready: load },
        )
      : createCallbackSender(),
    allowCallbackHosts: options.allowCallbackHosts ?? (receive ? 'any' : []),
    diagnosis: options.diagnosis ?? 'on',
    language: options.language ?? 'en',
    settings: valuesFrom(settingsOf(served), { ...options }),
  })
  return engine
}

/** Records contracts for the control API, with mocks of its own. Loaded with the first one, so that it costs nothing before. */
export const recorder: PactRecorder = async (...exchange) => {
  const { createRecorder } = await import('./traffic/recording/record-pact.ts')
  return createRecorder(createMock)(...exchange)
}
