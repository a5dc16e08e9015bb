import type { IncomingMessage } from 'node:http'
import { answersTo, isOfOwnOrigin } from '../control/guard.ts'
import type { RefusedConnection } from './refused-connection.ts'

/** What clients may call the mock. */
export interface OwnNames {
  /** Besides loopback. */
  readonly allowed: ReadonlySet<string>
  /** Whether programs may use any other name, as where other machines reach the mock. */
  readonly anyName: boolean
}

/** Why a request is not answered. */
export interface ForeignRequest {
  readonly refused: RefusedConnection
  /** For the client; without a full stop. */
  readonly explanation: string
}

/**
 * Finds requests that a web page of another origin makes, or may make. Everybody knows the key of the well-known merchant, and lenient mode needs
 * none: the check of signatures keeps no page out.
 *
 * @param isProxied whether the target is in absolute form: it says what the request is for then, whatever Host says
 */
export function foreignRequest(
  { headers, rawHeaders }: IncomingMessage,
  { allowed, anyName }: OwnNames,
  isProxied: boolean,
): ForeignRequest | undefined {
  const { host = '', origin, 'sec-fetch-site': site } = headers
  if (!isOfOwnOrigin({ origin, site, host })) {
    return {
      refused: { reason: 'origin', host: origin ?? '' },
      explanation: 'wechatpay-mock does not answer web pages of other origins: call it from a program',
    }
  }
  // A page whose own name was pointed at this machine is of the same origin.
  const fromPage = origin !== undefined || site !== undefined
  if (isProxied || (anyName && !fromPage)) return undefined
  // HTTP/1.0 may do without, which no browser does.
  const foreign = hostsIn(rawHeaders).find((name) => !answersTo(withoutRootDot(name), allowed))
  if (foreign === undefined) return undefined
  return {
    refused: { reason: 'host_header', host: foreign },
    explanation:
      'wechatpay-mock does not answer to the name in Host: call it as localhost or as a host of WeChat Pay, or allow the name with --allow-host (allowedHosts)',
  }
}

function hostsIn(raw: readonly string[]): string[] {
  return raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === 'host')
}

/** `api.mch.weixin.qq.com.` is the same host. */
function withoutRootDot(host: string): string {
  return host.replace(/\.(?=$|:\d*$)/, '')
}
