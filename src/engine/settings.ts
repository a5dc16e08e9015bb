import { z } from 'zod'
import type { Awaitable } from '../shared/awaitable.ts'
import type { AdjustableClock } from './clock.ts'
import { defineSetting, type SettingValues, type ValuesOf, valuesFrom } from './setting.ts'
import { type Documents, type DocumentsDraft, documentKey } from './state/documents.ts'

/** The settings of every mock, whatever its products. */
export const engineSettings = {
  /** `lenient` serves requests with a wrong signature and remarks on them in the journal. Default: `strict`. */
  auth: defineSetting({
    name: 'auth',
    schema: z.enum(['strict', 'lenient']),
    default: 'strict',
    texts: {
      en: 'whether wrongly signed requests are refused, or served with a remark in the journal',
      zh: '签名有误的请求是拒绝，还是照常处理并在请求记录中说明',
    },
    value: 'how',
  }),
  /**
   * How calls that cannot be authenticated are refused: as observed on the live service, whose pay endpoints have texts of their own, require neither
   * `Accept` nor `User-Agent` and give unknown callers no `Request-ID`; or as the pages document it for every path. Default: `observed`.
   */
  authErrors: defineSetting({
    name: 'authErrors',
    schema: z.enum(['observed', 'documented']),
    default: 'observed',
    description:
      'how calls that cannot be authenticated are refused: as seen of the live service, with texts of their own on pay endpoints, or as the pages have it for every path',
    texts: {
      en: 'answers to calls that cannot be authenticated: as observed live, where pay endpoints differ, or as documented for every path',
      zh: '身份验证不通过时的应答：按线上实测（支付接口有所不同），或按文档（所有路径相同）',
    },
    value: 'source',
  }),
  /** Platform keys of merchants that do not specify their own mode. Default: `both`. */
  keyMode: defineSetting({
    name: 'keyMode',
    schema: z.enum(['certificate', 'public-key', 'both']),
    default: 'both',
    description: 'platform keys of merchants that do not say otherwise',
    texts: { en: 'keys that answers may be signed with', zh: '应答可以使用的平台密钥' },
    value: 'mode',
  }),
  /** Whether calls beyond the documented rates are answered with 429. Default: `off`. */
  rateLimit: defineSetting({
    name: 'rateLimit',
    schema: z.enum(['on', 'off']),
    default: 'off',
    description: 'whether calls beyond the documented rates are refused',
    texts: {
      en: 'whether calls beyond the documented rates are refused with 429',
      zh: '调用超过文档规定的频率时，是否以 429 拒绝',
    },
    value: 'state',
  }),
  /**
   * Percentage of callbacks signed with the public key, for merchants that have both keys. Default: `as_called`: with the kind of key that the
   * merchant's latest call asked for, or with the certificate before any call did, since a client that has only one key can verify no other.
   */
  // protocol.md 6
  callbackPublicKeyShare: defineSetting({
    name: 'callbackPublicKeyShare',
    schema: z.union([z.number().min(0).max(100), z.literal('as_called')]),
    default: 'as_called',
    description:
      "percentage of callbacks signed with the public key, for merchants that have both keys; as_called: with the kind of key that the merchant's latest call asked for",
    texts: {
      en: "percentage of callbacks signed with the public key, for merchants that have both keys; if left out, the merchant's latest call decides on the key",
      zh: '同时拥有两种平台密钥的商户，其回调用微信支付公钥签名的百分比；不指定时，与商户最近一次调用所要求的密钥一致',
    },
    value: 'percent',
  }),
  /**
   * The clock that timestamps of signatures are compared and made with: the mock's, or the machine's. With `machine`, a client whose own clock
   * cannot be moved goes on working while the mock's is moved to let coupons expire. Default: `mock`.
   */
  signatureClock: defineSetting({
    name: 'signatureClock',
    schema: z.enum(['mock', 'machine']),
    default: 'mock',
    description: "what timestamps of signatures are compared and made with: the mock's clock, or the machine's",
    texts: {
      en: "time that signatures are judged by; machine for clients that cannot follow the mock's clock",
      zh: '判断签名时间所用的时钟；客户端时间无法跟随模拟服务时用 machine',
    },
    value: 'which',
  }),
  /** Whether calls that the mock has no rules for are answered anyway, in the documented shape, or refused as unknown calls. Default: `answer`. */
  shaped: defineSetting({
    name: 'shaped',
    schema: z.enum(['answer', 'refuse']),
    default: 'answer',
    description:
      'whether documented calls that the mock has no rules for are answered in the documented shape, or with 404',
    texts: {
      en: 'documented calls that the mock has no rules for: answered in the documented shape, or with 404',
      zh: '没有模拟规则的接口：按文档的字段结构应答，或应答 404',
    },
    value: 'how',
  }),
}

/** The settings of a mock: at least the engine's own. */
export type SettingDefinitions = typeof engineSettings

/** The values of a mock's settings. Those of products are included, and are read through their definitions. */
export type Settings = ValuesOf<SettingDefinitions>

/** The defaults of the engine's settings. */
export const DEFAULT_SETTINGS: Settings = valuesFrom(engineSettings, {})

/** The instant at which signatures are made and checked while the mock's clock shows `now`; epoch milliseconds. */
export function signatureTime(clock: AdjustableClock, { signatureClock }: Settings, now = clock.now()): number {
  return signatureClock === 'machine' ? clock.source.now() : now
}

const CHANGES = documentKey<Partial<Settings>>('settings')

/** The settings that a mock was made with, and the changes since, which are a document of the store. */
export class ChangedSettings {
  readonly #definitions: SettingDefinitions
  readonly #initial: Settings
  readonly #documents: Documents
  #read: { readonly changes: Partial<Settings> | undefined; readonly settings: Settings }

  /**
   * @param definitions the mock's settings; the store may hold others, from a mock with other products
   * @param initial the initial values; settings left out have their defaults
   * @param documents of the mock's store
   */
  constructor(definitions: SettingDefinitions, initial: SettingValues, documents: Documents) {
    this.#definitions = definitions
    this.#initial = valuesFrom(definitions, initial)
    this.#documents = documents
    this.#read = { changes: undefined, settings: this.#initial }
  }

  /** The current values; the same object until they change. */
  get now(): Settings {
    const changes = this.#documents.get(CHANGES)
    if (changes !== this.#read.changes) {
      this.#read = { changes, settings: valuesFrom(this.#definitions, { ...this.#initial, ...changes }) }
    }
    return this.#read.settings
  }

  /** Changes some settings; those left out stay as they are. */
  change(changes: Partial<Settings>): Awaitable<void> {
    return this.#documents.update((draft) => draft.put(CHANGES, { ...draft.get(CHANGES), ...changes }))
  }

  /** Goes back to the initial values, as part of a larger change. */
  resetIn(draft: DocumentsDraft): void {
    draft.delete(CHANGES)
  }
}
