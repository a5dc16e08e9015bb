import { HttpResponse, RequestHandler } from 'msw'
import { isLost, webBody } from '../src/engine/delivery.ts'
import { targetOf, type WireRequest } from '../src/engine/http-message.ts'
import type { Mock } from '../src/engine/mock.ts'

/** The hosts of WeChat Pay that merchants call: the main one and the reserve (protocol.md 1). */
export const WECHAT_PAY_HOSTS: readonly string[] = ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com']

/** Where the handlers answer. */
export interface HandlersOptions {
  /** Host names without scheme and port; default: {@link WECHAT_PAY_HOSTS}. */
  readonly hosts?: readonly string[]
}

/**
 * The mock as handlers for msw: `setupServer(...handlers(mock))`.
 *
 * They answer every request to WeChat Pay's hosts, also to paths that the mock does not serve, so that nothing meant for WeChat Pay
 * leaves for the network. Put handlers of your own before them to answer some path differently.
 *
 * What msw hands over is what the client sent, with two exceptions: a body on GET is lost, and a path that is no normal URL (`/a/../b`,
 * `'` in the query) arrives as the URL standard writes it. A client that signs those fails here as with no other door.
 *
 * A planned fault that resets or closes the connection fails the request: `fetch` rejects.
 *
 * A bug in the mock fails the request: `fetch` rejects, with a {@link MockBugError} as the cause.
 */
export function handlers(mock: Pick<Mock, 'handle'>, options: HandlersOptions = {}): RequestHandler[] {
  return [new WechatPayHandler(mock, options.hosts ?? WECHAT_PAY_HOSTS)]
}

/**
 * A bug in the mock, on its way to the client as a failed connection: an answer could be taken for one of WeChat Pay.
 *
 * `cause` is what was thrown.
 */
export class MockBugError extends Error {
  override readonly name = 'MockBugError'
  readonly code = 'MOCK_BUG'
  /** Its presence makes msw fail the request with this error; anything else thrown becomes an answer with status 500. */
  readonly errno = undefined

  constructor(bug: unknown) {
    super(`This is a bug in wechatpay-mock, not an answer of WeChat Pay: ${bug instanceof Error ? bug.message : bug}`, {
      cause: bug,
    })
  }
}

type Arguments = Parameters<RequestHandler['run']>[0]
type Result = Awaited<ReturnType<RequestHandler['run']>>

/**
 * One handler for everything, in place of one `http.all()` a host: the mock finds the operation itself, and msw's own `run`
 * clones the request and takes the URL and the cookies apart, which costs as much again as verifying the signature.
 */
class WechatPayHandler extends RequestHandler {
  readonly #mock: Pick<Mock, 'handle'>
  readonly #hosts: ReadonlySet<string>

  constructor(mock: Pick<Mock, 'handle'>, hosts: readonly string[]) {
    super({ info: { header: `WeChat Pay at ${hosts.join(', ')}` }, resolver: ({ request }) => this.#answer(request) })
    this.#mock = mock
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()))
  }

  override predicate({ request }: { request: Request }): boolean {
    // The URL of CONNECT is no URL: it goes on to the proxy, and the request inside the tunnel comes here by itself.
    return request.method !== 'CONNECT' && this.#hosts.has(new URL(request.url).hostname)
  }

  override async run({ request, requestId }: Arguments): Promise<Result> {
    if (!this.predicate({ request })) return null
    return { handler: this, request, requestId, response: await this.#answer(request) }
  }

  override log({ request, response }: { request: Request; response: Response }): void {
    console.info(`[wechatpay-mock] ${request.method} ${targetOf(request.url)} ${response.status}`)
  }

  async #answer(request: Request): Promise<Response> {
    const wireRequest: WireRequest = {
      method: request.method,
      target: targetOf(request.url),
      headers: Object.fromEntries(request.headers),
      body: request.body === null ? new Uint8Array(0) : new Uint8Array(await request.arrayBuffer()),
    }
    const answer = await this.#mock.handle(wireRequest).catch((bug: unknown) => {
      throw new MockBugError(bug)
    })
    if (isLost(answer)) return HttpResponse.error()
    return new HttpResponse(webBody(answer), {
      status: answer.status,
      headers: answer.headers.map(([name, value]): [string, string] => [name, value]),
    })
  }
}
