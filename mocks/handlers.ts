import type { RequestHandler as MswHandler } from 'msw'
import { checkOptions } from '../src/engine/check-options.ts'
import { isLost, targetOf, type WireRequest, webBody } from '../src/engine/http-message.ts'
import type { Mock } from '../src/engine/mock.ts'
import { severalTexts } from '../src/engine/option-values.ts'
import { HttpResponse, RequestHandler } from './msw.ts'

/** The hosts of WeChat Pay that merchants call: the main one, its backup (protocol.md 1), and that of invoice files. */
export const WECHAT_PAY_HOSTS: readonly string[] = [
  'api.mch.weixin.qq.com',
  'api2.mch.weixin.qq.com',
  'pay.wechatpay.cn',
]

/** Options of {@link handlers}. */
export interface HandlersOptions {
  /** Host names without scheme and port; default: {@link WECHAT_PAY_HOSTS}. */
  readonly hosts?: readonly string[]
}

/**
 * The mock as handlers for msw: `setupServer(...handlers(mock))`.
 *
 * They answer every request to WeChat Pay's hosts, even for paths that the mock does not serve, so that nothing meant for WeChat Pay reaches the
 * network. To answer a path differently, put your own handlers before them.
 *
 * msw passes on the client's request with two exceptions: a body on GET is lost, and a path that is not a normalized URL (`/a/../b`, `'` in the
 * query) arrives normalized. A client that signs those fails here, but not with any other transport.
 *
 * A planned fault that resets or closes the connection fails the request: `fetch` rejects.
 *
 * A bug in the mock fails the request: `fetch` rejects, with a {@link MockBugError} as the cause.
 *
 * @throws UsageError `MOCK_OPTION` for an option that does not exist or has an impossible value
 */
export function handlers(mock: Pick<Mock, 'handle'>, options: HandlersOptions = {}): MswHandler[] {
  checkOptions(options, { hosts: severalTexts })
  return [new WechatPayHandler(mock, options.hosts ?? WECHAT_PAY_HOSTS)]
}

/**
 * A bug in the mock. The client sees it as a failed connection, because an answer could be mistaken for WeChat Pay's.
 *
 * `cause` is the thrown value.
 */
export class MockBugError extends Error {
  override readonly name = 'MockBugError'
  readonly code = 'MOCK_BUG'
  /** Makes msw fail the request with this error; it turns any other error into an answer with status 500. */
  readonly errno = undefined

  constructor(bug: unknown) {
    super(`This is a bug in wechatpay-mock, not an answer of WeChat Pay: ${bug instanceof Error ? bug.message : bug}`, {
      cause: bug,
    })
  }
}

type Arguments = Parameters<MswHandler['run']>[0]
type Result = Awaited<ReturnType<MswHandler['run']>>

/**
 * One handler for everything, instead of an `http.all()` for each host: the mock finds the operation itself, and msw's own `run` clones the request
 * and parses the URL and the cookies, which costs as much again as verifying the signature.
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
    // CONNECT does not have a real URL: it passes on to the proxy, and the request inside the tunnel arrives here on its own.
    // With a dot at its end, a name is the same host.
    return request.method !== 'CONNECT' && this.#hosts.has(new URL(request.url).hostname.replace(/\.$/, ''))
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
    const answer = await this.#mock.handle(wireRequest, request.signal).catch((bug: unknown) => {
      throw new MockBugError(bug)
    })
    if (isLost(answer)) return HttpResponse.error()
    return new HttpResponse(webBody(answer), {
      status: answer.status,
      headers: answer.headers.map(([name, value]): [string, string] => [name, value]),
    })
  }
}
