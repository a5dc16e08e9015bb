import { Hono, type Context as HonoContext } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { TrieRouter } from 'hono/router/trie-router'
import { z } from 'zod'
import { noSuchMember } from '../engine/misfit-texts.ts'
import type { Mock } from '../engine/mock.ts'
import type { Product } from '../engine/product.ts'
import { StoreUnavailable } from '../engine/state/store.ts'
import { UnfinishedBodies } from '../engine/unfinished-bodies.ts'
import { refusalAt, UsageError } from '../wire/protocol/errors.ts'
import { type Awaitable, ClientLeft, onceFor } from '../wire/shared/pieces.ts'
import { inItsPlace, type Language, nearestWord, preferredLanguage, type Texts } from '../wire/shared/texts.ts'
import {
  BODY_LIMIT,
  type ClientAddress,
  type JsonPieces,
  type PactRecorder,
  type ServedCall,
  takesBody,
} from './call.ts'
import { CostlyTurns, type Hold } from './costly-turns.ts'
import { bringsToken, checkCostly, checkHost, checkOrigin, isReachable, namesOf } from './guard.ts'
import { answerPage, answerScript, FRONT_END_SCRIPT, findPage, noSuchPart, servedPages } from './page/served-pages.ts'
import { withBody } from './read-body.ts'
import { statusOf } from './route.ts'
import { servedCalls } from './served-calls.ts'
import { jsonInPieces, stringifyInPieces } from './stringify-in-pieces.ts'
import { checkThings } from './things/take.ts'
import { type Given, misfitAt, partsOf, pointer, readInPieces, readInput } from './world/read-input.ts'

/** How the control API is reached, guarded and extended. */
export interface ControlAppOptions {
  /** Makes contracts of exchanges. */
  readonly recorder: PactRecorder
  /** Token that every call except health must send as `Authorization: Bearer …`. Default: no token is required. */
  readonly token?: string
  /** Address of the mock shown in credentials. Default: the address that the call was made to. */
  readonly baseUrl?: string
  /** PEM of the CA to trust for the server's TLS, `null` if it is unavailable. Omit it if there is neither TLS nor a proxy. */
  readonly caCertificate?: () => Promise<string | null>
  /** Names and addresses allowed in Host besides the loopback ones. */
  readonly allowedHosts?: readonly string[]
  /** Ends streams of events, so that a server can stop. */
  readonly ending?: AbortSignal
  /** Unfinished bodies of all calls to the port. Default: those of this API only. */
  readonly bodies?: UnfinishedBodies
  /** Answers coding assistants at `/_mock/mcp`; the body is read JSON. Default: nothing is there. */
  readonly mcp?: (request: Request, body: unknown) => Promise<Response>
  /** Called for requests refused because of their Host, or of the page that made them. */
  readonly onForeign?: (foreign: { readonly reason: 'host_header' | 'origin'; readonly host: string }) => void
  /** How many costly calls may wait for each other. Default: 128. */
  readonly mostWaiting?: number
  /** Called for bugs in the mock, which callers see only as a plain 500. Default: prints to standard error. */
  readonly onBug?: (bug: unknown) => void
}

const NOTHING = z.strictObject({})

const MCP_PATH = '/_mock/mcp'
/** Bytes of the largest request of an assistant. */
const MCP_LIMIT = 1_048_576

const BUG: Texts = {
  en: 'This is a bug in wechatpay-mock. The server log has the details; please report it.',
  zh: '这是 wechatpay-mock 的缺陷，详情见服务的日志，请反馈。',
}

/**
 * Creates the control API of a mock: everything under `/_mock`, in JSON, including the calls of the mock's products.
 *
 * Refusals are answered with `{"code":"MOCK_…","message","path"}`, in the language that the call prefers or else the mock's; bugs with 500 and plain
 * text.
 *
 * @throws UsageError `MOCK_PRODUCT` if the calls, things or pages of products do not fit together
 */
export async function createControlApp(mock: Mock, options: ControlAppOptions): Promise<ControlApp> {
  const { allowedHosts = [], bodies = new UnfinishedBodies(), onBug = (bug) => console.error(bug) } = options
  const { app, calls } = await (options.mcp ? routedWithMcp : routed)(mock.products)
  await checkThings(mock, calls)
  const costly = new CostlyTurns(onBug, options.mostWaiting)
  const env: ControlEnv = { mock, options, names: namesOf(allowedHosts), bodies, costly, onBug }
  return { fetch: (request) => app.fetch(request, env) }
}

/** The control API of one mock. */
export interface ControlApp {
  fetch(request: Request): Awaitable<Response>
}

/** One mock, and how its control API is reached. */
interface ControlEnv {
  readonly mock: Mock
  readonly options: ControlAppOptions
  readonly names: ReadonlySet<string>
  readonly bodies: UnfinishedBodies
  readonly costly: CostlyTurns
  readonly onBug: (bug: unknown) => void
}

type Context = HonoContext<{ Bindings: ControlEnv }>

const hostOf = (c: Context) => c.req.header('host') ?? new URL(c.req.url).host
const languageOf = (c: Context) => preferredLanguage(c.req.header('accept-language'), c.env.mock.language)
const refuse = (c: Context, error: UsageError, call?: ServedCall) => refuseIn(languageOf(c), c, error, call)

// The routes follow from the products, so all mocks with the same ones share them: they take longer to build than most calls to answer.
const routed = onceFor((products: readonly Product[]) => routeCalls(products))
const routedWithMcp = onceFor((products: readonly Product[]) => routeCalls(products, MCP_PATH))

async function routeCalls(products: readonly Product[], mcpPath?: string) {
  // Hono would try a faster router first, and find that it cannot take these paths.
  const app = new Hono<{ Bindings: ControlEnv }>({ router: new TrieRouter() })
  const calls = await servedCalls(products)
  const pages = servedPages(products, calls)
  const pageOf = (c: Context) => findPage(pages, c.req.method, c.req.path)

  app.use(async (c, next) => {
    c.header('Cache-Control', 'no-store')
    c.header('X-Content-Type-Options', 'nosniff')
    if (!pageOf(c)) c.header('Vary', 'Accept-Language')
    await next()
  })

  app.use(async (c, next) => {
    const { token } = c.env.options
    const host = hostOf(c)
    const page = pageOf(c)
    const trusted = token !== undefined && bringsToken(c.req.header('authorization'), token)
    // A page that points its own name at this machine (DNS rebinding) does not know the token, so a request with the token may use any name.
    if (!trusted) checkHost(host, c.env.names)
    // Any site may link to the page, because it cannot be framed and asks for the token.
    const followedLink = page && c.req.header('sec-fetch-dest') === 'document'
    const isScript = c.req.path === FRONT_END_SCRIPT
    if (!followedLink && !isScript) {
      const { origin, referer, 'sec-fetch-site': site } = c.req.header()
      // Over plain HTTP to a name, Referer is all that a browser sends, with a followed link too.
      checkOrigin({ host, origin, 'sec-fetch-site': site, ...(!page && { referer }) })
    }
    if (
      token !== undefined &&
      !trusted &&
      !page &&
      !isScript &&
      !calls.some(({ open, path }) => open && path === c.req.path)
    ) {
      c.header('WWW-Authenticate', 'Bearer')
      throw new UsageError('MOCK_TOKEN', {
        en: 'This control API needs its token: send Authorization: Bearer with what --control-token was given; from the command line, give it --control-token too.',
        zh: '控制 API 需要令牌，即启动模拟服务时 --control-token 的值：请以 Authorization: Bearer 发送，命令行用 --control-token 给出。',
      })
    }
    await next()
  })

  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, allowed) => {
        c.header('Allow', allowed.join(', '))
        return refuse(
          c,
          new UsageError('MOCK_METHOD', {
            en: `${c.req.path} takes ${allowed.join(', ')}, not ${c.req.method}.`,
            zh: `${c.req.path} 只接受 ${allowed.join('、')}，不接受 ${c.req.method}。`,
          }),
        )
      },
    }),
  )

  const browserOf = (c: Context) => ({
    known: c.req.header('if-none-match'),
    encodings: c.req.header('accept-encoding'),
  })
  app.get(FRONT_END_SCRIPT, (c) => answerScript(browserOf(c), languageOf(c)))

  if (mcpPath !== undefined) {
    app.on(['POST', 'GET', 'DELETE'], mcpPath, async (c) => {
      const { raw, method, url } = c.req
      const answered = async (body?: unknown) =>
        (await c.env.options.mcp?.(new Request(url, { method, headers: raw.headers }), body)) ?? c.notFound()
      if (method !== 'POST') return answered()
      // The SDK says of a message what is wrong with it.
      const rules = { limit: MCP_LIMIT, splitsMembers: false, checkMember: () => undefined }
      return withBody(raw, rules, c.env.bodies, async (given) =>
        answered(given && (await readInPieces(z.unknown(), given))),
      )
    })
  }

  for (const page of pages) {
    for (const part of [page.path, `${page.path}/`, `${page.path}/assets/:name`]) {
      app.get(part, (c) => {
        const wanted = pageOf(c)
        return wanted ? answerPage(wanted, browserOf(c), languageOf(c)) : noSuchPart(page, c.req.path, languageOf(c))
      })
    }
  }

  for (const call of calls) {
    app.on(call.method, call.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
      const { method } = c.req.raw
      if (call.isCostly && c.env.options.token === undefined) checkCostly(method, c.req.header(), hostOf(c))
      try {
        const answered = await answer(c, call, calls)
        // Nobody reads the body of an answer to HEAD.
        if (method === 'HEAD') await answered.body?.cancel()
        return answered
      } catch (error) {
        if (error instanceof UsageError) return refuse(c, error, call)
        throw error
      }
    })
  }

  app.notFound((c) => {
    const { path } = c.req
    const advice = adviceOnPath(c.req, calls)
    return refuse(
      c,
      new UsageError('MOCK_NOT_FOUND', { en: `There is no ${path}.${advice.en}`, zh: `没有 ${path}，${advice.zh}` }),
    )
  })

  app.onError((error, c) => {
    if (error instanceof UsageError) {
      const { host = '', origin = '' } = c.req.header()
      const { onForeign } = c.env.options
      if (error.code === 'MOCK_FORBIDDEN_HOST') onForeign?.({ reason: 'host_header', host })
      if (error.code === 'MOCK_FORBIDDEN_ORIGIN') onForeign?.({ reason: 'origin', host: origin })
      return refuse(c, error)
    }
    if (error instanceof StoreUnavailable) {
      return refuse(c, new UsageError('MOCK_STORE_UNAVAILABLE', error.texts, { cause: error }))
    }
    // Nobody reads this answer.
    if (error instanceof ClientLeft) return new Response(null, { status: 499 })
    c.env.onBug(error)
    const language = languageOf(c)
    return c.text(`${BUG[language]}\n`, 500, { 'Content-Language': language })
  })

  return { app, calls }
}

/** The route that a path most likely means, preferably with its method, or else all routes. */
function adviceOnPath({ method, path }: { method: string; path: string }, calls: readonly ServedCall[]): Texts {
  const given = path.split('/')
  const within = (text: string) => text.slice('/_mock'.length)
  const routes = calls
    .toSorted((a, b) => Number(b.method === method) - Number(a.method === method))
    .map((call) => ({
      route: `${call.method} ${call.path}`,
      // Variables have any value, so that only names are compared.
      filled: within(
        call.path
          .split('/')
          .map((segment, i) => (segment.startsWith('{') ? (given[i] ?? segment) : segment))
          .join('/'),
      ),
    }))
  const nearest = nearestWord(
    within(path),
    routes.map(({ filled }) => filled),
  )
  return inItsPlace(
    routes.find(({ filled }) => filled === nearest)?.route,
    calls.map(({ method, path }) => `${method} ${path}`),
  )
}

function addressOf(c: Context, { baseUrl, caCertificate, allowedHosts = [] }: ControlAppOptions): ClientAddress {
  const { origin, host, hostname, protocol, port } = new URL(c.req.url)
  const reachable = [hostname, ...namesOf(allowedHosts)].find(isReachable)
  return {
    baseUrl: baseUrl ?? origin,
    ...(reachable !== undefined && { phoneUrl: `${protocol}//${reachable}${port === '' ? '' : `:${port}`}` }),
    ...(caCertificate && { proxyUrl: `http://${host}`, caCertificate }),
  }
}

async function answer(c: Context, call: ServedCall, calls: readonly ServedCall[]): Promise<Response> {
  const { mock, options, bodies, costly } = c.env
  const left = c.req.raw.signal
  const address = addressOf(c, options)
  const { ending, recorder } = options
  const lastEventId = c.req.header('last-event-id')
  await mock.store.documents.refresh?.()
  for (const name of Object.keys(c.req.query())) checkParameter(call, name)
  const handle = async (given?: Given) => {
    const { body = NOTHING } = call
    return call.handle(
      {
        params: call.params && readInput(call.params, c.req.param(), '/path'),
        query: readInput(call.query ?? NOTHING, c.req.query(), '/query'),
        body: await readInPieces(body, given ?? partsOf(absent(call))),
      },
      {
        mock,
        address,
        recorder,
        language: languageOf(c),
        calls,
        left,
        ...(lastEventId !== undefined && { lastEventId }),
        ...(ending && { ending }),
      },
    )
  }
  const inTurn = async (given?: Given) => {
    if (!call.isCostly) return respond(c, call, await handle(given))
    await call.waitsFor?.(mock)
    return costly.run(left, async (hold) => respond(c, call, await handle(given), hold))
  }
  if (!takesBody(call)) return inTurn()
  const { bodyLimit: limit = BODY_LIMIT } = call
  const rules = { limit, splitsMembers: limit > BODY_LIMIT, checkMember: (name: string) => checkMember(call, name) }
  return withBody(c.req.raw, rules, bodies, inTurn)
}

/** @param hold of a costly call, which answers as fast as its client reads */
async function respond(c: Context, call: ServedCall, output: unknown, hold?: Hold): Promise<Response> {
  const left = c.req.raw.signal
  if (output instanceof Response)
    return hold && output.body ? new Response(hold(chunksOf(output.body)), output) : output
  if (call.answer === undefined) return c.body(null, 204)
  const json = hold
    ? hold(isPieces(output) ? output : jsonInPieces(output, left))
    : await stringifyInPieces(output, left)
  return c.body(json, call.status ?? 200, { 'Content-Type': 'application/json' })
}

async function* chunksOf(body: ReadableStream<Uint8Array>): JsonPieces {
  yield* body
}

function isPieces(output: unknown): output is JsonPieces {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}

/** Refuses a parameter of the query that the call takes in its body, or not at all. */
function checkParameter({ body, query = NOTHING, ofAllMerchants }: ServedCall, name: string): void {
  if (hasMember(query, name)) return
  const path = pointer(['query', name])
  if (ofAllMerchants && name === 'mchid') throw notOfOneMerchant(path)
  if (body && hasMember(body, name)) {
    throw refusalAt(path, 'MOCK_INPUT', {
      en: `${path}: it belongs to the body, as a member of its JSON.`,
      zh: `${path}：应放在请求体中，作为 JSON 的一个字段。`,
    })
  }
}

function hasMember(schema: z.ZodType, name: string): boolean {
  return schema instanceof z.ZodObject && Object.hasOwn(schema.shape, name)
}

/** The refusal to do to one merchant what is done to the mock that all of them share. */
function notOfOneMerchant(path: string): UsageError {
  return refusalAt(path, 'MOCK_INPUT', {
    en: `${path}: all merchants of a mock share this. A job that needs it otherwise takes a mock of its own: wechatpay-mock serve --port 0, or run -- and its command. docs/containers.md#share-one-mock-among-ci-jobs has what is apart.`,
    zh: `${path}：这由模拟服务的所有商户共用。需要不同取值的任务请单独启动一个模拟服务：wechatpay-mock serve --port 0，或 run -- 加任务的命令。docs/containers.zh-CN.md 列出了按商户隔离的内容。`,
  })
}

/** Refuses a member that the call does not take. Gives one that belongs in the query its own message. */
function checkMember({ body = NOTHING, query = NOTHING, ofAllMerchants }: ServedCall, name: string): void {
  if (!(body instanceof z.ZodObject) || Object.hasOwn(body.shape, name)) return
  if (ofAllMerchants && name === 'mchid') throw notOfOneMerchant(pointer([name]))
  if (hasMember(query, name)) {
    throw refusalAt(`/${name}`, 'MOCK_INPUT', {
      en: `/${name}: it belongs to the query, as ?${name}=…; the client takes that as the argument after the body.`,
      zh: `/${name}：应放在查询参数中，即 ?${name}=…；使用控制客户端时，是请求体之后的那个参数。`,
    })
  }
  if (body.def.catchall instanceof z.ZodNever) {
    throw misfitAt(pointer([name]), noSuchMember(name, Object.keys(body.shape)))
  }
}

function absent({ body, bodyOptional, id }: ServedCall): unknown {
  if (!body || bodyOptional) return {}
  throw new UsageError('MOCK_JSON', {
    en: `This call needs a JSON body: /_mock/openapi.json has its members under ${id}.`,
    zh: `此调用需要 JSON 请求体，其字段见 /_mock/openapi.json 中的 ${id}。`,
  })
}

function refuseIn(language: Language, c: Context, { code, texts, path }: UsageError, call?: ServedCall): Response {
  if (code === 'MOCK_UNFINISHED_BODIES' || code === 'MOCK_WORLD_BUSY') c.header('Retry-After', '1')
  c.header('Content-Language', language)
  return c.json({ code, message: texts[language], path }, statusOf(code, call))
}

/** Refuses a request that cannot be read, so its preferred language is unknown. */
export function refuseUnread({ code, texts, path }: UsageError, language: Language): Response {
  return Response.json(
    { code, message: texts[language], path },
    { status: statusOf(code), headers: { 'Cache-Control': 'no-store', 'Content-Language': language } },
  )
}
