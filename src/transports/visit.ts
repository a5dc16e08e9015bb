import type { ServerResponse } from 'node:http'
import type { WireRequest } from '../engine/http-message.ts'
import { isWechatPayHost } from '../tls/hosts.ts'

/**
 * Whether a person opened the server's own address, not one of WeChat Pay's, in a browser: they look for the dashboard, while a program must get
 * WeChat Pay's answer.
 */
export function isVisit({ method, target, headers }: Omit<WireRequest, 'body'>): boolean {
  if (!['GET', 'HEAD'].includes(method) || target.split('?', 1)[0] !== '/') return false
  const { accept = '', authorization, host = '', 'sec-fetch-mode': mode = 'navigate' } = headers
  const isNavigation = mode === 'navigate' && accept.includes('text/html')
  return isNavigation && authorization === undefined && !isWechatPayHost(host.replace(/:\d*$/, ''))
}

/** Redirects a visitor to the dashboard. */
export function welcome(outgoing: ServerResponse): void {
  outgoing.writeHead(302, { Location: '/_mock', 'Cache-Control': 'no-store', 'Content-Length': 0 })
  outgoing.end()
}
