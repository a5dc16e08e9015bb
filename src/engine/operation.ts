import type { z } from 'zod'
import type { ErrorDefinition, Evidence } from '../wire/protocol/errors.ts'
import type { Source } from '../wire/protocol/sources.ts'
import type { Awaitable } from '../wire/shared/pieces.ts'
import type { Texts } from '../wire/shared/texts.ts'
import type { Notification } from './callbacks/notification.ts'
import type { IdSource } from './ids.ts'
import type { KeyMode, Merchant, Platform, PlatformKey } from './keys/merchants.ts'
import type { Settings } from './settings.ts'
import type { Transaction } from './state/store.ts'

/** A callback that an operation sends once its change is kept. */
export interface NewNotification
  extends Pick<
    Notification,
    'mchid' | 'url' | 'eventType' | 'summary' | 'originalType' | 'associatedData' | 'schedule' | 'replySeconds' | 'xml'
  > {
  /** Sealed as JSON. */
  readonly resource: Readonly<Record<string, unknown>>
  /** When it is first sent, epoch milliseconds. Default: at once. */
  readonly dueAt?: number
}

/** A thing that a documented call without rules asks for. */
export interface NamedThing {
  /** The caller. */
  readonly mchid: string
  /** The number that names the thing, such as `transaction_id`. */
  readonly name: string
  readonly value: string
  /** Names of the members of the answer. */
  readonly members: readonly string[]
  /** Epoch milliseconds. */
  readonly now: number
  /** The members of all things that such calls of the same product have told of with a number of some name. */
  remembered(name: string): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** Members of a thing; `null` if it does not exist, `undefined` if that is unknown. */
export type Told = Readonly<Record<string, unknown>> | null | undefined

/** Context of a handler, besides its input. */
export interface OperationContext<ErrorKey extends string> {
  readonly tx: Transaction
  /** The call's one instant, when its turn in the store comes, epoch milliseconds. */
  readonly now: number
  readonly caller: Merchant
  /** {@link Merchant.keyMode} of the caller, or the mock's. */
  readonly keyMode: KeyMode
  /** The platform when the request came. */
  readonly platform: Platform
  /** The platform key that signs the answer: the one named in `Wechatpay-Serial`, if any. */
  readonly platformKey: PlatformKey
  /** Another merchant by its number, e.g. the owner of a batch. */
  merchantOf(mchid: string): Merchant | undefined
  /** Where browsers find the mock, such as `http://127.0.0.1:8089`, or `https://…` if the call came over TLS: left out if the call was made to a host of WeChat Pay. */
  readonly origin?: string
  readonly settings: Settings
  readonly ids: IdSource
  /** Asks the rows of simulated products about a thing: for documented calls without rules. */
  tell(thing: Omit<NamedThing, 'mchid' | 'now'>): Awaitable<Told>
  /** Sends a callback once the transaction is kept; a merchant without an APIv3 key gets none. Returns what was put into the outbox. */
  notify(notification: NewNotification): Promise<Notification>
  /** Answers with one of the operation's documented errors; `explanation` is for the journal only. */
  fail(reason: ErrorKey, explanation?: Texts): never
}

type Parsed<Schema extends z.ZodType | undefined> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** The schemas of the parts of a request that an operation reads; a part without a schema is ignored. */
export interface InputSchemas<
  Path extends z.ZodType | undefined,
  Query extends z.ZodType | undefined,
  Body extends z.ZodType | undefined,
> {
  readonly path?: Path
  readonly query?: Query
  readonly body?: Body
  /** Set for uploads: they have a part named `file`, and their body is the part named `meta`. */
  readonly file?: FileField | undefined
}

/** Key under which the metadata of a field of an answer says that it is sent encrypted. */
export const ENCRYPTED = 'x-encrypted'

/** Key under which the metadata of a member that its page lacks says how it is known. */
export const MEMBER_EVIDENCE = 'x-evidence'

export interface FileField {
  /** 中文字段名, the field's title in the official documents. */
  readonly title: string
}

/** An uploaded file. The signature does not cover it: it counts only if its digest matches the signed one. */
export interface UploadedFile {
  readonly bytes: Uint8Array
}

/** A statement about the real service that the operation relies on; listed in `docs/fidelity.md`. */
export interface Rule {
  readonly rule: string
  readonly evidence: Evidence
  /** Evidence for the statement. Default for a documented rule: the page of its call. */
  readonly source?: Source | readonly Source[]
  /** Where a contract is known to rely on it: in a call that is made again, or in the provider state of that name. */
  readonly upon?: typeof REPEAT | { readonly state: string }
}

/** A call made again, with the same number and the same values. */
export const REPEAT = 'repeat'

/** A rule that a contract relies on wherever it has this. */
export function upon(place: NonNullable<Rule['upon']>, rule: Rule): Rule {
  return { ...rule, upon: place }
}

const rule =
  (evidence: Evidence) =>
  (text: string, ...source: readonly Source[]): Rule => ({ rule: text, evidence, ...(source.length > 0 && { source }) })

/** A {@link Rule} that the page of the call states, or the source given. */
export const documented = rule('documented')
export const observed = rule('observed')
export const reported = rule('reported')
export const inferred = rule('inferred')

/** The bytes of a file. A type of its own, as compilers before TypeScript 5.7 do not take type arguments of `Uint8Array`. */
export interface FileBytes extends Uint8Array {}

/** A product of the official documents, by its name. */
export interface DocumentedProduct {
  /** kebab-case, such as `payscore`. */
  readonly id: string
  readonly title: Texts
}

/** Differences between older pages of a call and today's, which clients still follow. */
export interface FormerlyDocumented {
  /** The schemas of requests that may have it. */
  readonly input: OperationDescription['input']
  /** The request as today's page has it, and a remark for the journal on each difference. */
  withoutThem(input: ParsedInput): { readonly input: ParsedInput; readonly remarks: readonly Texts[] }
}

/** An operation without its handler: enough for routing, documents and error tables. */
export interface OperationDescription {
  /** Method name of the official SDKs, camelCase; of a shaped call its method and path. */
  readonly id: string
  /** No rules back its answers: they have the documented shape, with values taken from requests or made up. */
  readonly shaped?: true
  /** The product whose pages describe a shaped call. */
  readonly product?: DocumentedProduct
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path with `{name}` for its variable segments. */
  readonly path: string
  /**
   * In English, as an imperative that names its object with an article, such as `Link a coupon to an order`: recorded interactions are named after
   * it.
   */
  readonly summary: string
  /** Name in the official documents. */
  readonly title: string
  /** The official page. */
  readonly source: string
  readonly rules: readonly Rule[]
  readonly input: InputSchemas<z.ZodType | undefined, z.ZodType | undefined, z.ZodType | undefined>
  /** Accepted in place of `input`, unless the setting `formerlyDocumented` says otherwise. */
  readonly formerlyDocumented?: FormerlyDocumented | undefined
  readonly output: z.ZodType
  /** Remarks for the journal where a field is refused, by its place without indexes, such as `/body/stock/name`; listed in `docs/differences.md`. */
  readonly notes?: Readonly<Record<string, Texts>> | undefined
  /** Status of a success. Default: 200, or 204 for an answer without a body. */
  readonly status?: number | undefined
  /** Status of a {@link WholeAnswer} that has the members of a success, but is not the end: the client has to ask again. */
  readonly pendingStatus?: number | undefined
  /** Media type, if the answer is a file: the bytes that `handle` returns, which the service does not sign. Default: JSON, signed. */
  readonly fileType?: string | undefined
  /** The service takes it without a signature, as from a merchant that its query names. */
  readonly unsigned?: true | undefined
  readonly errors: Readonly<Record<string, ErrorDefinition>>
  /** It reads more than others should wait for: every access of its `tx` is a transaction of its own, and the journal keeps none of the rows. */
  readonly lengthy?: true
  /**
   * Its encrypted fields (敏感信息字段), as members of the body, with dots between those of inner objects: if one is given, `Wechatpay-Serial`
   * must name their key (protocol.md 6). `true`: it must in any case.
   */
  readonly encryptedFields?: true | readonly string[]
  /** How often one merchant may call it, if known (busifavor.md 1.4). */
  readonly rateLimit?:
    | {
        readonly calls: number
        readonly seconds: number
        /** How many of them may fail; after that, further calls are refused. */
        readonly failing?: number
        readonly evidence: Evidence
        readonly source?: Source | readonly Source[]
      }
    | undefined
}

/** An API call of the real service that the mock answers. */
export interface Operation extends OperationDescription {
  /** Does slow work that needs no state, such as opening encrypted fields, before the transaction. */
  prepare?(input: ParsedInput, key: PlatformKey): Promise<ParsedInput>
  /** Runs inside one transaction; a throw leaves the store unchanged. It may run again, so it must have no other effects. */
  handle(input: ParsedInput, context: OperationContext<string>): Promise<unknown>
}

/** Returned by a handler whose answer has a status of its own. Its body is what the handler would return otherwise, or `undefined` for none. */
export class WholeAnswer {
  readonly status: number
  readonly body: unknown

  constructor(status: number, body: unknown) {
    this.status = status
    this.body = body
  }
}

export interface ParsedInput {
  readonly path: unknown
  readonly query: unknown
  readonly body: unknown
  readonly file: unknown
}

/**
 * Declares an operation. `fail` takes only the keys of `errors`, so a refusal without an error entry does not compile, and
 * what `handle` returns has to fit `output`.
 */
export function defineOperation<
  const Id extends string,
  Output extends z.ZodType,
  const Errors extends Readonly<Record<string, ErrorDefinition>>,
  Path extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  File extends FileField | undefined = undefined,
>(
  definition: Omit<OperationDescription, 'id' | 'input' | 'output' | 'errors'> & {
    readonly id: Id
    readonly input: InputSchemas<Path, Query, Body> & { readonly file?: File }
    readonly output: Output
    readonly errors: Errors
    handle(
      input: {
        readonly path: Parsed<Path>
        readonly query: Parsed<Query>
        readonly body: Parsed<Body>
        readonly file: File extends FileField ? UploadedFile : undefined
      },
      context: OperationContext<keyof Errors & string>,
    ): Promise<z.output<Output>>
  },
): typeof definition & Operation {
  // The pipeline passes `handle` the output of the operation's own schemas, so the input has the type it declares.
  return definition as typeof definition & Operation
}
