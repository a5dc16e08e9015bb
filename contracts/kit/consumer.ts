import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Pact } from '@pact-foundation/pact'
import type { CredentialsJson } from '../../src/control/answer-format.ts'
import { describeCredentials } from '../../src/control/calls/merchants.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { stateIn } from '../../src/control/provider-states/state.ts'
import { type ErrorOf, errorOf } from '../../src/engine/faults/check-plan.ts'
import type { Mock } from '../../src/engine/mock.ts'
import type { OperationDescription } from '../../src/engine/operation.ts'
import { checkPeer } from '../../src/engine/peers.ts'
import { gatewayAt } from '../../src/engine/product.ts'
import { createEngine } from '../../src/mock.ts'
import { products } from '../../src/products/index.ts'
import { type ParametersOf, type StateName, states } from '../../src/products/states.ts'
import { fillPath } from '../../src/testing/merchant-client.ts'
import { exampleOf, fromExpression, isMatcher, refusalBody, signedLike } from '../../src/traffic/recording/matchers.ts'
import { timestampOf } from '../../src/wire/protocol/authorization.ts'
import { commonErrors, precedesAuthentication } from '../../src/wire/protocol/common-errors.ts'
import { type ErrorDefinition, hasBody } from '../../src/wire/protocol/errors.ts'
import { callbackHeaders } from './coupon-send.ts'
import { startSigningFront } from './signing-front.ts'

/** Names of consumer and provider, and the place of the contract. */
export interface WechatPayPactOptions {
  readonly consumer: string
  /** Default: `wechatpay`. */
  readonly provider?: string
  /** Directory of the pact file `<consumer>-<provider>.json`. Default: `pacts`. */
  readonly dir?: string
  /**
   * Starts with an empty pact, so that interactions removed from the tests are removed from the file. This also drops those written by another test
   * file; if one consumer has several, empty the directory before the tests instead. Default: false.
   */
  readonly fresh?: boolean
  /**
   * Writes `Authorization` into each signed request, for tools that read the file alone, such as openapi-pact-comparator. Default: false, since the
   * signature of each request is checked anyway, and whoever verifies signs it afresh.
   */
  readonly authorization?: boolean
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error'
}

/** Configuration of a client under test: it talks to pact's mock server, whose answers are signed on the way. */
export interface Connection {
  /** Replaces `https://api.mch.weixin.qq.com`. */
  readonly url: string
  /** The key of the well-known merchant `1900000001`. */
  readonly credentials: CredentialsJson
}

type Described = Pick<OperationDescription, 'id' | 'method' | 'path' | 'errors'>

/** Start of an interaction. */
export interface InteractionStart {
  /**
   * Names a state of the provider; may be called more than once.
   *
   * @throws UsageError `MOCK_STATE_UNKNOWN`, `MOCK_STATE_PARAMETER` for an unknown state or parameter
   */
  given<Name extends StateName>(name: Name, parameters?: ParametersOf<Name>): InteractionStart
  /** The request: `input` fills the variables of the path; the rest is the query of GET, the JSON body otherwise. A value may be a `fromState`. */
  calls<Operation extends Described>(
    operation: Operation,
    input?: Readonly<Record<string, unknown>>,
    request?: RequestTerms,
  ): InteractionAnswer<ErrorOf<Operation>>
}

/** Further terms of a request. */
export interface RequestTerms {
  /** Header fields that are agreed on. `Content-Type` of a body goes without saying, and so do those that every request has. */
  readonly headers?: Readonly<Record<string, unknown>>
  /** Whether its signature is right. Default: true, except for errors about signatures. */
  readonly signed?: boolean
}

/**
 * Specifies the provider's answer. Of the header fields only `Content-Type` is agreed on, as loosely as Pact reads it; `headers` replace it or add
 * to it. Signatures are checked whenever the contract is verified.
 */
export interface InteractionAnswer<Errors extends string> {
  /** Status 200 with a signed body of examples and matchers; without a body 204, signed as well. */
  answers(body?: unknown, headers?: Readonly<Record<string, unknown>>): InteractionTest
  /**
   * One of the errors of the operation, or of any call; `body` replaces its code and text.
   *
   * @throws Error for an error that the operation does not have; it lists those that it has
   */
  refuses(error: Errors, body?: unknown, headers?: Readonly<Record<string, unknown>>): InteractionTest
}

export interface InteractionTest {
  /**
   * Runs the client against the interaction and, on success, writes it into the pact file.
   *
   * @throws the error of `test`, or an Error if its signature was wrong. For a different request, an Error with the difference, whose cause is the
   * error of `test`
   */
  test<Result>(test: (connection: Connection) => Promise<Result>): Promise<Result>
}

/** A callback as its receiver gets it. */
export interface ReceivedMessage {
  /** Bytes of the body, JSON built from the examples. */
  readonly body: Uint8Array
  /** The `Wechatpay-*` header fields, signed with the well-known platform key over the body; empty for an unsigned message. */
  readonly headers: Readonly<Record<string, string>>
  /** Credentials of the well-known merchant, to verify and to decrypt with. */
  readonly credentials: CredentialsJson
}

/** A contract of a consumer with WeChat Pay. */
export interface WechatPayPact {
  /** Starts an interaction. @param description the consumer's action, unique with its states */
  upon(description: string): InteractionStart
  /** Starts a callback that the consumer receives. @param description contains the name of the event, e.g. `COUPON.SEND` */
  receives(description: string): MessageStart
}

export interface MessageStart {
  given<Name extends StateName>(name: Name, parameters?: ParametersOf<Name>): MessageStart
  /** @param contents examples and matchers */
  with(contents: unknown, options?: MessageTerms): MessageTest
}

/** Further terms of a message. */
export interface MessageTerms {
  /** Whether the consumer's handler receives it with the `Wechatpay-*` header fields of a callback. Default: false. */
  readonly signed?: boolean
  /** Header fields that are agreed on. Default: none, since the signature of a callback is checked whenever the contract is verified. */
  readonly headers?: Readonly<Record<string, unknown>>
}

export interface MessageTest {
  /** Passes the example to the consumer's handler and, on success, writes the message into the pact file. */
  test(test: (message: ReceivedMessage) => Promise<void>): Promise<void>
}

interface Given {
  readonly name: string
  readonly parameters: object | undefined
}

/**
 * Starts a contract with WeChat Pay, in Pact's specification 4.
 *
 * ```ts
 * const pact = wechatPayPact({ consumer: 'my-shop' })
 *
 * test('links a coupon', () =>
 * pact
 * .upon('a request to link a coupon')
 * .given('a user holds a usable coupon', { coupon_code: 'sxxe34343434' })
 * .calls(associateTradeInfo, { stock_id: '100088', coupon_code: 'sxxe34343434', … })
 * .answers({ wechatpay_associate_time: time() })
 * .test(async ({ url, credentials }) => {
 * await new MyShop(url, credentials).link('sxxe34343434', 'MCH_102233445')
 * }))
 * ```
 *
 * @throws UsageError `MOCK_PACT_MISSING` if Pact is not installed, `MOCK_PACT_TOO_OLD`
 */
export function wechatPayPact(options: WechatPayPactOptions): WechatPayPact {
  const { consumer, provider = 'wechatpay', dir = 'pacts', fresh = false, logLevel = 'warn' } = options
  const { authorization = false } = options
  if (fresh) rmSync(join(dir, `${consumer}-${provider}.json`), { force: true })
  const pact = newPact({ consumer, provider, dir, logLevel })
  return {
    upon: (description) => interaction({ pact, authorization }, description, []),
    receives: (description) => message(pact, description, []),
  }
}

/** Loads Pact only here: the rest of the kit does not need it. */
function newPact(options: ConstructorParameters<typeof Pact>[0]): Pact {
  checkPeer('@pact-foundation/pact', { part: { en: 'Writing pacts', zh: '编写契约' } })
  const library: typeof import('@pact-foundation/pact') = createRequire(import.meta.url)('@pact-foundation/pact')
  return new library.Pact(options)
}

/** A contract that interactions are written into. */
interface Contract {
  readonly pact: Pact
  readonly authorization: boolean
}

function interaction(contract: Contract, description: string, givens: readonly Given[]): InteractionStart {
  return {
    given: (name, parameters) => interaction(contract, description, [...givens, givenOf(name, parameters)]),
    calls: (operation, input = {}, terms = {}) => {
      const respond = (
        status: number,
        body: unknown,
        unsigned: Agreed['unsigned'],
        headers: Agreed['headers'] = {},
      ): InteractionTest => ({
        test: (test) =>
          run(contract, { description, givens, operation, input, terms, status, body, headers, unsigned }, test),
      })
      return {
        answers: (body, headers) =>
          respond(body === undefined ? 204 : 200, body, { request: false, answer: false }, headers),
        refuses: (key, body, headers) => {
          const error = refusalOf(operation, key)
          const unsigned = precedesAuthentication(error)
          const own = hasBody(error) ? refusalBody(error.code, error.message) : undefined
          return respond(error.status, body ?? own, { request: unsigned, answer: unsigned }, headers)
        },
      }
    },
  }
}

/** A state with the given parameters. Test runners do not check types, so the name may be anything. */
function givenOf(name: string, parameters: object | undefined): Given {
  stateIn(states, name, { ...parameters })
  return { name, parameters }
}

/** An error of an operation, with its gateway's texts. */
function refusalOf(operation: Described, key: string): ErrorDefinition {
  const error = errorOf(operation, key, gatewayAt(products, operation.path))
  if (error) return error
  const own = Object.keys(operation.errors).join(', ')
  const common = Object.keys(commonErrors).join(', ')
  throw new Error(`${operation.id} has no error ${key}. It has: ${own}. Every call has: ${common}.`)
}

interface Agreed {
  readonly description: string
  readonly givens: readonly Given[]
  readonly operation: Described
  readonly input: Readonly<Record<string, unknown>>
  readonly terms: RequestTerms
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, unknown>>
  readonly unsigned: { readonly request: boolean; readonly answer: boolean }
}

async function run<Result>(
  { pact, authorization }: Contract,
  agreed: Agreed,
  test: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const { description, givens, operation, terms, status, body, unsigned } = agreed
  const { path, rest } = requestTo(operation, agreed.input)
  const hasBody = operation.method !== 'GET' && operation.method !== 'DELETE'
  const requestSigned = terms.signed ?? !unsigned.request
  const headers = { ...(authorization && requestSigned && signedLike()), ...terms.headers }
  const start = pact.addInteraction()
  for (const { name, parameters } of givens) start.given(name, textsOf(parameters))

  const outcome: { result?: Result; failure?: unknown } = {}
  await start
    .uponReceiving(description)
    .withRequest(operation.method, path, (request) => {
      request.headers(present(headers))
      if (hasBody) request.jsonBody(rest)
      else request.query(present(queryOf(rest)))
    })
    .willRespondWith(status, (response) => {
      response.headers(present(agreed.headers))
      if (body !== undefined) response.jsonBody(body)
    })
    .executeTest(async ({ url: pactUrl }) => {
      let isOtherRequest = false
      const front = await startSigningFront({
        pactUrl,
        signed: !unsigned.answer,
        onAnswer: ({ unexpected }) => {
          isOtherRequest ||= unexpected !== undefined
        },
      })
      try {
        outcome.result = await test({ url: front.url, credentials: credentialsFor(front.url) })
        if (requestSigned && front.faults.length > 0) {
          throw new Error(`The request is not signed as it has to be: ${front.faults.join(' ')}`)
        }
      } catch (error) {
        // Pact reports the difference only if the test does not throw; the client's reaction to that answer says less.
        if (!isOtherRequest) throw error
        outcome.failure = error
      } finally {
        await front.close()
      }
    })
    .catch((error: Error) => {
      throw outcome.failure === undefined ? error : new Error(error.message, { cause: outcome.failure })
    })
  if (outcome.failure !== undefined) throw outcome.failure
  // `executeTest` rejects unless the test completed.
  return outcome.result as Result
}

/** The path of a request, and the rest for its query or body. A path with values from states is one expression. */
function requestTo({ path: template }: Described, input: Agreed['input']) {
  const missing = (name: string): never => {
    throw new Error(`${template} needs a value for {${name}}`)
  }
  const { path } = fillPath(template, Object(exampleOf(input)), missing)
  const { rest } = fillPath(template, input, missing)
  const expression = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => expressionOf(input[name]))
  return { path: expression === path ? path : fromExpression(expression, path), rest }
}

function expressionOf(value: unknown): string {
  if (isMatcher(value)) return value.expression ?? encodeURIComponent(String(value.value))
  return encodeURIComponent(String(value))
}

function message(pact: Pact, description: string, givens: readonly Given[]): MessageStart {
  return {
    given: (name, parameters) => message(pact, description, [...givens, givenOf(name, parameters)]),
    with: (contents, { signed = false, headers } = {}) => ({
      async test(test) {
        const start = pact.addAsynchronousInteraction()
        for (const { name, parameters } of givens) start.given(name, textsOf(parameters))
        await start
          .expectsToReceive(description, (builder) => {
            builder.withJSONContent(contents)
            if (headers) builder.withMetadata(present(headers))
          })
          .executeTest(async ({ contents }) => test(await received(contents.content, signed)))
      },
    }),
  }
}

async function received(contents: unknown, signed: boolean): Promise<ReceivedMessage> {
  const body = Buffer.from(JSON.stringify(contents))
  const { platform } = wellKnownIdentity()
  const timestamp = timestampOf(Date.now())
  const nonce = randomBytes(16).toString('hex')
  return {
    body,
    headers: signed ? await callbackHeaders(body, { timestamp, nonce, platform }) : {},
    credentials: credentialsFor('https://api.mch.weixin.qq.com'),
  }
}

/** The values as texts, without undefined ones; undefined if nothing is left. */
function textsOf(values: object | undefined): Record<string, string> | undefined {
  const given = Object.entries(values ?? {}).filter(([, value]) => value !== undefined)
  return given.length === 0 ? undefined : Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

/** The same for a query, which keeps its matchers. */
function queryOf(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const matchers = Object.entries(values).filter(([, value]) => isMatcher(value))
  return { ...textsOf(values), ...Object.fromEntries(matchers) }
}

function present(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  // Pact accepts matchers in place of texts, but its types do not know ours.
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >
}

let engine: Mock | undefined

function credentialsFor(url: string): CredentialsJson {
  engine ??= createEngine({ seed: 'empty' })
  return describeCredentials(engine, engine.defaultMerchant, { baseUrl: url })
}
