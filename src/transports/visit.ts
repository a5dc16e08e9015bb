import type { ServerResponse } from 'node:http'
import type { WireRequest } from '../engine/http-message.ts'
import { isWechatPayHost } from '../tls/hosts.ts'

/**
 * Whether a person opened the address of the server in a browser, and not WeChat Pay's: they look for the dashboard, where a program is to get what
 * WeChat Pay answers.
 */
export function isVisit({ method, target, headers }: Omit<WireRequest, 'body'>): boolean {
  if (!['GET', 'HEAD'].includes(method) || target.split('?', 1)[0] !== '/') return false
  const { accept = '', authorization, host = '', 'sec-fetch-mode': mode = 'navigate' } = headers
  const isNavigation = mode === 'navigate' && accept.includes('text/html')
  return isNavigation && authorization === undefined && !isWechatPayHost(host.replace(/:\d*$/, ''))
}

/** Leads a visitor to the dashboard. */
export function welcome(outgoing: ServerResponse): void {
  outgoing.writeHead(302, { Location: '/_mock', 'Cache-Control': 'no-store', 'Content-Length': 0 })
  outgoing.end()
}
