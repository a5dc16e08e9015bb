import { z } from 'zod'
import type { Awaitable } from '../wire/shared/pieces.ts'
import { snakeCase, type Texts } from '../wire/shared/texts.ts'
import type { AdjustableClock } from './clock.ts'
import { type Documents, type DocumentsDraft, documentKey } from './state/documents.ts'

interface SettingDefinition<Schema extends z.ZodType = z.ZodType> {
  /** camelCase, as in `createMock`; its flag, its environment variable and its name in the control API derive from it. */
  readonly name: string
  /** The schema of its value, in the control API as in `createMock`. */
  readonly schema: Schema
  readonly default: z.output<Schema>
  /** For the OpenAPI document, in English. */
  readonly description?: string
  /** For the help of the command line. */
  readonly texts: Texts
  /** The placeholder for its value in the help: `seconds` in `--stock-ready-after <seconds>`. {@link notationOf} treats `percent` specially. */
  readonly value: string
  /** The setting that it precedes in JSON and in the help. Default: it comes last. */
  readonly before?: string
}

/** A choice of behaviour, for cases where the real service's is unknown or a test wants less. */
export interface Setting<Schema extends z.ZodType = z.ZodType> extends SettingDefinition<Schema> {
  /** snake_case, as in the control API. */
  readonly wireName: string
  /** Its value among the settings of a mock; the default if the mock was made without this setting. */
  of(values: SettingValues): z.output<Schema>
}

export type SettingGroup = Readonly<Record<string, Setting>>

/** The values of a mock's settings by the names of the settings, as plain data. */
export type SettingValues = Readonly<Record<string, unknown>>

export type ValuesOf<Group extends SettingGroup> = {
  readonly [Name in keyof Group]: z.output<Group[Name]['schema']>
}

/**
 * Defines a setting, to be listed in a group under its own name. A handler reads it with `group.name.of(context.settings)`.
 *
 * The comment on it in the group is what users see at the option of `createMock`.
 */
export function defineSetting<Schema extends z.ZodType>(definition: SettingDefinition<Schema>): Setting<Schema> {
  const { name, default: standard } = definition
  return {
    ...definition,
    wireName: snakeCase(name),
    // Only values that its schema accepts are stored under its name.
    of: (values) => (values[name] === undefined ? standard : values[name]) as z.output<Schema>,
  }
}

/** Joins groups of settings, in the order in which they are shown. */
export function joinSettings(...groups: readonly SettingGroup[]): SettingGroup {
  const joined: Setting[] = []
  for (const setting of groups.flatMap((group) => Object.values(group))) {
    const next = joined.findIndex(({ name }) => name === setting.before)
    joined.splice(next === -1 ? joined.length : next, 0, setting)
  }
  return Object.fromEntries(joined.map((setting) => [setting.name, setting]))
}

/** The initial values of settings: those given, and defaults for the rest. */
export function valuesFrom<Group extends SettingGroup>(group: Group, given: SettingValues): ValuesOf<Group> {
  // Each name has the value that its own setting reads.
  return Object.fromEntries(Object.values(group).map((setting) => [setting.name, setting.of(given)])) as ValuesOf<Group>
}

/** How a value is written as text, e.g. in a flag. */
type Notation =
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'whole number'; readonly min: number; readonly max: number }
  | { readonly kind: 'percent' }
  | { readonly kind: 'text' }

/** How the value of a setting is written, derived from its schema. Numbers are whole, but a `percent` may have decimals. */
export function notationOf({ schema, value }: Setting): Notation {
  if (schema instanceof z.ZodEnum) return { kind: 'word', words: schema.options.map(String) }
  if (value === 'percent') return { kind: 'percent' }
  if (!(schema instanceof z.ZodNumber)) return { kind: 'text' }
  const { minValue, maxValue } = schema
  return { kind: 'whole number', min: minValue ?? 0, max: maxValue ?? Number.MAX_SAFE_INTEGER }
}

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
   * merchant's latest call asked for, since a client that has only one key can verify no other; with the certificate if no call named a key, as
   * the answers, and with the public key before the first call.
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
  /**
   * Whether longer answers are sent compressed to clients that accept `deflate`, as the live gateway does. In process, where no connection would be
   * spared, they never are. Default: `deflate`.
   */
  compression: defineSetting({
    name: 'compression',
    schema: z.enum(['deflate', 'off']),
    default: 'deflate',
    description: 'whether longer answers are sent as raw deflate to clients that accept deflate',
    texts: {
      en: 'whether longer answers are compressed for clients that accept deflate, as they are live',
      zh: '客户端接受 deflate 时，是否像线上一样压缩较长的应答',
    },
    value: 'how',
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
  /**
   * Whether members that older pages had, and SDKs still send, are accepted without effect and with a remark in the journal, or refused as unknown. Default:
   * `accept`.
   */
  formerlyDocumented: defineSetting({
    name: 'formerlyDocumented',
    schema: z.enum(['accept', 'refuse']),
    default: 'accept',
    description:
      'whether members that older pages had, and SDKs still send, are accepted without effect and with a remark in the journal, or refused as unknown',
    texts: {
      en: 'members that older pages had, and SDKs still send: accepted without effect and with a remark in the journal, or refused',
      zh: '旧文档曾有、SDK 仍会发送的字段：接受但不起作用并在请求记录中说明，或者拒绝',
    },
    value: 'how',
  }),
}

/** The settings of a mock: at least the engine's own. */
export type SettingDefinitions = typeof engineSettings

/** The values of a mock's settings. Those of products are included, and are read through their definitions. */
export type Settings = ValuesOf<SettingDefinitions>

/** @internal */
export const DEFAULT_SETTINGS: Settings = valuesFrom(engineSettings, {})

/** The instant at which signatures are made and checked while the mock's clock shows `now`; epoch milliseconds. */
export function signatureTime(clock: AdjustableClock, { signatureClock }: Settings, now = clock.now()): number {
  return signatureClock === 'machine' ? clock.source.now() : now
}

export const SETTINGS_CHANGES = documentKey<Partial<Settings>>('settings')

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
    const changes = this.#documents.get(SETTINGS_CHANGES)
    if (changes !== this.#read.changes) {
      this.#read = { changes, settings: valuesFrom(this.#definitions, { ...this.#initial, ...changes }) }
    }
    return this.#read.settings
  }

  /** Changes some settings; those left out stay as they are. */
  change(changes: Partial<Settings>): Awaitable<void> {
    return this.#documents.update((draft) =>
      draft.put(SETTINGS_CHANGES, { ...draft.get(SETTINGS_CHANGES), ...changes }),
    )
  }

  /** Goes back to the initial values, as part of a larger change. */
  resetIn(draft: DocumentsDraft): void {
    draft.delete(SETTINGS_CHANGES)
  }
}
