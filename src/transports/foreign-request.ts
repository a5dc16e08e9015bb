import { answersTo, isOfOwnOrigin } from '../control/guard.ts'
import type { WireRequest } from '../engine/http-message.ts'
import type { Texts } from '../shared/texts.ts'
import type { RefusedConnection } from './refused-connection.ts'

/** The names that clients may call the mock by. */
export class OwnNames {
  readonly #allowed: ReadonlySet<string>
  /** Whether programs may use any other name, as where other machines reach the mock. */
  readonly anyName: boolean
  /** The Host that was accepted last: clients send the same one with every request. */
  #latest: string | undefined

  /** @param allowed names besides loopback */
  constructor(allowed: ReadonlySet<string>, anyName: boolean) {
    this.#allowed = allowed
    this.anyName = anyName
  }

  /** @param host the Host header; several values, joined by a comma, do not match any name */
  has(host: string): boolean {
    if (host === this.#latest) return true
    if (!answersTo(withoutRootDot(host), this.#allowed)) return false
    this.#latest = host
    return true
  }
}

/** Why a request is not answered. */
export interface ForeignRequest {
  readonly refused: RefusedConnection
  /** Text for the client. */
  readonly explanation: Texts
}

/**
 * Finds requests that a web page of another origin makes, or may make. Everybody knows the key of the well-known merchant, and lenient mode needs
 * none, so checking signatures keeps no page out.
 *
 * @param isProxied whether the target is in absolute form: then it names the host, whatever Host says
 */
export function foreignRequest(
  { host, origin, 'sec-fetch-site': site }: WireRequest['headers'],
  ownNames: OwnNames,
  isProxied: boolean,
): ForeignRequest | undefined {
  if (!isOfOwnOrigin({ origin, site, host: host ?? '' })) {
    return {
      refused: { reason: 'origin', host: origin ?? '' },
      explanation: {
        en: 'wechatpay-mock does not answer web pages of other origins: call it from a program.',
        zh: 'wechatpay-mock 不应答其他来源的网页：请从程序调用。',
      },
    }
  }
  // A page whose own name was pointed at this machine is of the same origin.
  const fromPage = origin !== undefined || site !== undefined
  if (isProxied || (ownNames.anyName && !fromPage)) return undefined
  // HTTP/1.0 may leave out the header; no browser does.
  if (host === undefined || ownNames.has(host)) return undefined
  return {
    refused: { reason: 'host_header', host },
    explanation: {
      en: 'wechatpay-mock does not answer to the name in Host: call it as localhost or as a host of WeChat Pay, or allow the name with --allow-host (allowedHosts).',
      zh: 'wechatpay-mock 不接受 Host 头中的主机名：请使用 localhost 或微信支付的域名，或在启动时用 --allow-host（allowedHosts）允许它。',
    },
  }
}

/** `api.mch.weixin.qq.com.` is the same host. */
function withoutRootDot(host: string): string {
  return host.replace(/\.(?=$|:\d*$)/, '')
}
