import { createMerchant } from '../../src/control/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { createIds } from '../../src/engine/ids.ts'
import type { Merchant } from '../../src/engine/keys/merchants.ts'
import { countStart } from '../../src/engine/state/documents.ts'
import type { Store } from '../../src/engine/state/store.ts'
import type { MockOptions } from '../../src/mock.ts'
import type { SnapshotJson } from '../../src/products/json.ts'
import { type ControlApp, controlApp } from '../helpers/control-app.ts'
import { createMock, type OpenedMock } from '../helpers/engine.ts'
import { type Kind, requestOf } from './calls.ts'
import { CALLERS, type Caller, MERCHANTS } from './merchants.ts'
import type { Answer, Body } from './model/outcome.ts'
import { NOON } from './references.ts'

/** Merchants besides the well-known one, made once, since keys take time to make. */
export async function createMerchants(): Promise<readonly Merchant[]> {
  const { platform } = wellKnownIdentity()
  const ids = createIds('model')
  const make = (caller: Caller, partners: readonly string[]) =>
    createMerchant({ mchid: MERCHANTS[caller], partners }, platform, ids)
  return [await make('partner', []), await make('sub', [MERCHANTS.partner]), await make('stranger', [])]
}

/** Receives callbacks. */
export type Receiver = (request: Request) => Promise<Response>

/** Replaces the right answer with that of a faulty mock. */
export type Distortion = (kind: Kind, answer: Answer) => Answer

/** Opens a store: empty at first, and the same one again after it was closed. */
export type OpenStore = () => Promise<Store>

export interface SubjectOptions extends MockOptions {
  readonly receive?: Receiver
  readonly distort?: Distortion
  /** Where the state is kept. Default: in memory. */
  readonly openStore?: OpenStore | undefined
}

/** The mock under test. It is addressed as by a client, but without signatures: it is lenient, and the header names the caller. */
export class Subject {
  #mock: OpenedMock
  #control: ControlApp
  readonly #options: SubjectOptions
  readonly #distort: Distortion
  readonly #authorizations = new Map<string, string>()

  private constructor(mock: OpenedMock, control: ControlApp, merchants: readonly Merchant[], options: SubjectOptions) {
    this.#mock = mock
    this.#control = control
    this.#options = options
    this.#distort = options.distort ?? ((_, answer) => answer)
    for (const merchant of merchants) this.#authorizations.set(merchant.mchid, unsigned(merchant))
  }

  static async open(merchants: readonly Merchant[], options: SubjectOptions = {}): Promise<Subject> {
    const mock = await openWith(options)
    for (const merchant of merchants) await mock.merchants.add(merchant)
    return new Subject(mock, await controlApp(mock), merchants, options)
  }

  get mock(): OpenedMock {
    return this.#mock
  }

  /** Replaces the mock with another one on the same store, as after the process ended. Without a persistent store nothing happens. */
  async restart(): Promise<void> {
    if (this.#options.openStore === undefined) return
    await this.#mock.close()
    this.#mock = await openWith(this.#options)
    this.#control = await controlApp(this.#mock)
  }

  close(): Promise<void> {
    return this.#mock.close()
  }

  get now(): number {
    return this.mock.clock.now()
  }

  /** @param by merchant number */
  async call(kind: Kind, by: string, input: Body): Promise<Answer> {
    const { method, target, body } = requestOf(kind, input)
    const authorization = this.#authorizations.get(by)
    const { status, body: bytes } = await this.#mock.handle({
      method,
      target,
      headers: {
        accept: 'application/json',
        'user-agent': 'model',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(authorization !== undefined && { authorization }),
        // A call with encrypted fields names their key, even if it has no such field.
        ...(kind === 'applyAbnormalRefund' && { 'wechatpay-serial': this.#mock.platform.publicKey.serialNo }),
      },
      body: Buffer.from(body ?? ''),
    })
    const parsed = bytes.length === 0 ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'))
    return this.#distort(kind, { status, body: parsed })
  }

  /** Makes a call of the control API. */
  async control(
    method: string,
    path: string,
    query: Readonly<Record<string, string>> = {},
    body?: Body,
  ): Promise<Answer> {
    const response = await this.#control.fetch(
      new Request(`http://localhost/_mock${path}?${new URLSearchParams(query)}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      }),
    )
    const text = await response.text()
    if (response.status >= 500) throw new Error(`${method} /_mock${path} answers ${response.status}: ${text}`)
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  advance(seconds: number): Promise<unknown> {
    return this.mock.control.advance(seconds)
  }

  world(): Promise<SnapshotJson> {
    return this.mock.control.world()
  }
}

async function openWith({ distort: _, openStore, ...options }: SubjectOptions): Promise<OpenedMock> {
  const store = await openStore?.()
  if (store) await countStart(store.documents)
  return createMock({
    seed: 'empty',
    auth: 'lenient',
    randomSeed: 'model',
    journalLimit: 16,
    // No model looks at why a call was refused.
    diagnosis: 'off',
    // Time moves only in steps.
    clockStart: { now: NOON, frozen: true },
    // Without a receiver no callbacks are sent.
    ...(options.receive && { allowCallbackHosts: CALLERS.map((caller) => `${caller}.example`) }),
    ...options,
    ...(store && { store }),
  })
}

/** A header that names the merchant, with an invalid signature. */
export function unsigned({ mchid, serialNo }: Merchant): string {
  const timestamp = Math.floor(NOON / 1_000)
  return `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="model",timestamp="${timestamp}",serial_no="${serialNo}",signature="AAAA"`
}
