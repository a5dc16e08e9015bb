import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { isHost, namesOf } from '../../control/guard.ts'
import { isLoopback } from '../../engine/callbacks/callback.ts'
import { checkOptions, type KnownOptions } from '../../engine/check-options.ts'
import type { WireRequest } from '../../engine/http-message.ts'
import type { Mock } from '../../engine/mock.ts'
import {
  severalTexts,
  someFunction,
  someObject,
  someSecret,
  someText,
  wholeNumber,
  yesOrNo,
} from '../../engine/option-values.ts'
import { StoreUnavailable } from '../../engine/state/store.ts'
import { UNFINISHED_MIB, UnfinishedBodies } from '../../engine/unfinished-bodies.ts'
import { createMock, engineOf, type WechatPayMock } from '../../mock.ts'
import { connectControl, type MockControl } from '../../mock-control.ts'
import { isWechatPayHost, WECHATPAY_HOSTS } from '../../wire/protocol/authorization.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { type CertificateAuthority, createCertificateAuthority } from '../../wire/tls/certificate-authority.ts'
import { controlListener } from './control-listener.ts'
import { openPort } from './port.ts'
import { foreignRequest, type OnRefused, OwnNames, requestHead, withBody } from './read-request.ts'
import { answerPlainly, compressed, reportBug, reportNoRoom, reportUnavailable, writeAnswer } from './write-answer.ts'

/**
 * Whether a person opened the server's own address, not one of WeChat Pay's, in a browser: they look for the dashboard, while a program must get
 * WeChat Pay's answer.
 */
function isVisit({ method, target, headers }: Omit<WireRequest, 'body'>): boolean {
  if (!['GET', 'HEAD'].includes(method) || target.split('?', 1)[0] !== '/') return false
  const { accept = '', authorization, host = '', 'sec-fetch-mode': mode = 'navigate' } = headers
  const isNavigation = mode === 'navigate' && accept.includes('text/html')
  return isNavigation && authorization === undefined && !isWechatPayHost(host.replace(/:\d*$/, ''))
}

/** Redirects a visitor to the dashboard. */
function welcome(outgoing: ServerResponse): void {
  outgoing.writeHead(302, { Location: '/_mock', 'Cache-Control': 'no-store', 'Content-Length': 0 })
  outgoing.end()
}

/// <reference types="node" preserve="true" />

export { type CertificateAuthority, createCertificateAuthority } from '../../wire/tls/certificate-authority.ts'
export type { OnRefused, RefusedConnection } from './read-request.ts'

/** The mock to serve, and the address to listen on. */
export interface ServerOptions<Control = MockControl> {
  /** Default: a new mock with the scenario `default`. */
  readonly mock?: WechatPayMock<Control>
  /** Default: 127.0.0.1. Anything but loopback needs `controlToken`. */
  readonly host?: string
  /** Default: 8089; 0 picks a free one. */
  readonly port?: number
  /**
   * Names and addresses that clients may call the server by, besides loopback and WeChat Pay's hosts: for instance that of a service in `docker
   * compose`. Other names are refused, since a web page whose name was pointed at this machine could make calls. A server that other machines can
   * reach accepts any name, except for `/_mock` and from web pages.
   */
  readonly allowedHosts?: readonly string[]
  /** The token that calls to the control API must send as `Authorization: Bearer …`. */
  readonly controlToken?: string
  /** Provides the certificate for TLS, at the first TLS connection or when it is asked for. Default: a CA of this server's own, kept in memory. */
  readonly certificateAuthority?: CertificateAuthority
  /** Whether proxied requests to hosts that are not WeChat Pay's are let through, untouched. Default: they are refused. */
  readonly proxyPassthrough?: boolean
  /** Answers coding assistants at `/_mock/mcp`, behind the same checks as the control API. Default: nothing is there; the command line has its own. */
  readonly mcp?: (request: Request, body: unknown) => Promise<Response>
  /** How many connections are served at once; more are answered with 503. Default: 1,024. */
  readonly connectionLimit?: number
  /** Called with connections and proxied requests that are not served. */
  readonly onRefused?: OnRefused
  /** Called with bugs in the mock, which clients see only as a plain 500. Default: writes to standard error. */
  readonly onBug?: (bug: unknown) => void
}

/** A running server. */
export interface RunningServer<Control = MockControl> {
  /** e.g. `http://127.0.0.1:8089` */
  readonly url: string
  readonly port: number
  readonly mock: WechatPayMock<Control>
  /** The control API, over HTTP. */
  readonly control: Control
  /** Takes no new requests and sends no more callbacks, lets those in flight finish for up to `graceMs` (default 5,000), then cuts the rest. */
  close(graceMs?: number): Promise<void>
}

const OPTIONS: KnownOptions<keyof ServerOptions> = {
  // engineOf refuses a value that is not a mock.
  mock: {},
  host: someText,
  port: wholeNumber(0, 65_535),
  allowedHosts: severalTexts,
  controlToken: someSecret,
  certificateAuthority: someObject,
  proxyPassthrough: yesOrNo,
  connectionLimit: wholeNumber(1),
  mcp: someFunction,
  onRefused: someFunction,
  onBug: someFunction,
}
const CONTROL_PATH = /^\/_mock(?:[/?]|$)/

/**
 * Serves a mock over HTTP/1.1 on one port: plain, over TLS as WeChat Pay's hosts, and as a forward proxy for them; with the control API
 * under `/_mock`, to which a browser that opens `/` is redirected.
 *
 * @throws UsageError `MOCK_PORT_IN_USE`, `MOCK_HOST` for an address that is not this machine's, `MOCK_CONTROL_TOKEN` for a host that is not loopback
 * without a token, `MOCK_OPEN_PROXY` for such a host with `proxyPassthrough`, `MOCK_ALLOWED_HOST` for an entry that is neither a name nor an address,
 * `MOCK_OPTION` for an unknown option or an impossible value
 */
export async function startServer<Control = MockControl>(
  options: ServerOptions<Control> = {},
): Promise<RunningServer<Control>> {
  checkOptions(options, OPTIONS)
  const { host = '127.0.0.1', port = 8089, controlToken, proxyPassthrough = false, connectionLimit = 1_024 } = options
  const { allowedHosts = [] } = options
  // The attempt to listen will show whether the host is this machine's.
  const ownHosts = [...(isLoopback(host) || !isHost(host) ? [] : [host]), ...allowedHosts]
  const ownNames = new OwnNames(namesOf([...WECHATPAY_HOSTS, ...ownHosts]), !isLoopback(host))
  const { onRefused = () => undefined, onBug = (bug) => console.error(bug) } = options
  if (!isLoopback(host) && !controlToken) {
    throw new UsageError('MOCK_CONTROL_TOKEN', {
      en: `Listening on ${host} lets other machines in: protect /_mock with a control token (controlToken, --control-token or WECHATPAY_MOCK_CONTROL_TOKEN).`,
      zh: `监听 ${host} 会使其他机器也能访问：请设置控制令牌（controlToken、--control-token 或 WECHATPAY_MOCK_CONTROL_TOKEN）来保护 /_mock。`,
    })
  }
  if (!isLoopback(host) && proxyPassthrough) {
    throw new UsageError('MOCK_OPEN_PROXY', {
      en: `Listening on ${host} with --proxy-passthrough would let other machines go anywhere through this one: leave one of them out.`,
      zh: `监听 ${host} 并使用 --proxy-passthrough 会让其他机器经本机访问任意地址，请去掉其中一个。`,
    })
  }
  // Without a mock, Control is that of a new one, which the compiler cannot infer.
  const mock = options.mock ?? (createMock() as WechatPayMock<unknown> as WechatPayMock<Control>)
  const engine = engineOf(mock)
  const authority = options.certificateAuthority ?? createCertificateAuthority()
  const { language } = engine
  const bodies = new UnfinishedBodies(() => onRefused({ reason: 'bodies', host: '', detail: String(UNFINISHED_MIB) }))
  const ending = new AbortController()
  const answerControl = controlListener(engine, {
    allowedHosts: ownHosts,
    bodies,
    onForeign: onRefused,
    ending: ending.signal,
    controlToken,
    onBug,
    mcp: options.mcp,
    caCertificate: () => certificateOf(authority, onRefused),
  })
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse, isProxied: boolean): void => {
    if (CONTROL_PATH.test(incoming.url ?? '')) {
      reportFailure(answerControl(incoming, outgoing), outgoing)
      return
    }
    const head = requestHead(incoming)
    const isLink = !isProxied && isVisit(head)
    const foreign = foreignRequest(head, ownNames, { isProxied, isLink })
    if (foreign) {
      onRefused(foreign.refused)
      answerPlainly(outgoing, 403, language, foreign.explanation)
      return
    }
    if (isLink) {
      welcome(outgoing)
      return
    }
    reportFailure(answerCall({ mock: engine, server: opened.server, bodies }, head, incoming, outgoing), outgoing)
  }
  const reportFailure = (answer: Promise<void>, outgoing: ServerResponse): void => {
    answer.catch((bug: unknown) => {
      if (bug instanceof StoreUnavailable) {
        onRefused({ reason: 'store', host: '', detail: bug.message, cause: bug })
        reportUnavailable(outgoing, bug, language)
        return
      }
      onBug(bug)
      reportBug(outgoing, language)
    })
  }
  const opened = await openPort({
    host,
    port,
    authority,
    passthrough: proxyPassthrough,
    connectionLimit,
    language,
    serve,
    onRefused,
    onBug,
  })
  engine.outbox.onBug = onBug
  engine.outbox.start()

  return {
    url: opened.url,
    port: opened.port,
    mock,
    // It has the same calls as the mock's own control: those of its products.
    control: connectControl(opened.url, {
      products: engine.products,
      ...(controlToken !== undefined && { token: controlToken }),
    }) as Control,
    close: async (graceMs = 5_000) => {
      ending.abort()
      engine.faults.held.release()
      await Promise.all([opened.close(graceMs), engine.outbox.stop(graceMs)])
    },
  }
}

function answerCall(
  { mock, server, bodies }: { readonly mock: Mock; readonly server: Server; readonly bodies: UnfinishedBodies },
  head: Omit<WireRequest, 'body'>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  return withBody(incoming, head, bodies, async (body) => {
    if (body === 'no_room') return reportNoRoom(outgoing, mock.language)
    const answer =
      body === 'too_large'
        ? await mock.refuseTooLarge(head)
        : await mock.handle({ ...head, body }, () => leaving(incoming, outgoing))
    // Tells the client not to send its next request on a connection that is about to close.
    if (body === 'too_large' || !server.listening) outgoing.shouldKeepAlive = false
    const isPlain = mock.settings.compression === 'off'
    writeAnswer(outgoing, isPlain ? answer : compressed(answer, head.headers['accept-encoding']))
  })
}

/**
 * Aborted when the client goes away. One that has closed its sending side may still read the answer, and gets it. Made only for a call that is held, as
 * hardly any is.
 */
function leaving({ socket }: IncomingMessage, outgoing: ServerResponse): AbortSignal {
  if (socket.readableEnded || outgoing.closed) return AbortSignal.abort()
  const left = new AbortController()
  const leave = () => left.abort()
  socket.once('end', leave)
  outgoing.once('close', () => {
    socket.off('end', leave)
    // Nobody waits any longer once the answer is out.
    if (!outgoing.writableFinished) leave()
  })
  return left.signal
}

/** The CA's certificate, on request. If it cannot be made, TLS is not available, but everything else works. */
async function certificateOf(authority: CertificateAuthority, onRefused: OnRefused): Promise<string | null> {
  try {
    return await authority.certificate()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    onRefused({ reason: 'authority', host: '', detail: error.message, cause: error })
    return null
  }
}
