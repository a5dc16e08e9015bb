import { isLoopback, plainHost } from '../engine/callbacks/callback-host.ts'

/** Addresses in requests and answers, as far as they may stand in a contract. */

const URL_TEXT = /^[a-z][a-z0-9+.-]*:\/\/[^\s]+$/i

export function isUrl(text: string): boolean {
  return URL_TEXT.test(text)
}

/** Whether a member is named as secrets are, such as the `token` of a file to download. */
export function isSecret(name: string): boolean {
  const words = name.replaceAll(/([a-z])(?=[A-Z])/g, '$1_')
  return /(?:^|_)(?:token|secret|sign|signature|ticket|password|key)$/i.test(words)
}

/** Path and query without what is named as a secret; as they stand where there is none. */
export function withoutSecrets(target: string): string {
  const [path = target, query = ''] = target.split('?', 2)
  const members = query.split('&')
  const open = members.filter((member) => !isSecret(member.split('=', 1).join('')))
  if (open.length === members.length) return target
  return open.length === 0 ? path : `${path}?${open.join('&')}`
}

/** The address of a machine that is there in no run, in place of one on this machine, whose port is another in each. */
const ELSEWHERE = 'https://shop.example.com'

/** An address that a client gave, without secrets and without a port of this machine. */
export function urlToRecord(text: string): string {
  const url = URL.parse(text)
  if (!url) return text
  const secrets = [...url.searchParams.keys()].filter(isSecret)
  const isHere = isLoopback(plainHost(url.hostname))
  if (secrets.length === 0 && !isHere && url.password === '') return text
  for (const name of secrets) url.searchParams.delete(name)
  return isHere
    ? `${ELSEWHERE}${url.pathname}${url.search}`
    : `${url.protocol}//${url.host}${url.pathname}${url.search}`
}

/** The same where an answer is about how the address is written: it stays so, but for its secrets. */
export function urlWithMaskedSecrets(text: string): string {
  return text
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]+@/i, '$1EXAMPLE@')
    .replaceAll(/([?&])([^?&=#]+)=[^&#]*/g, (whole, start: string, name: string) =>
      isSecret(name) ? `${start}${name}=EXAMPLE` : whole,
    )
}

/** What an address that the service gave has in common in each run: not its query, which may be a secret. */
export function withoutQuery(text: string): string {
  return text.split(/[?#]/, 1).join('')
}
