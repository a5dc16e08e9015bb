import { isLoopback, plainHost } from '../engine/callbacks/callback-host.ts'

/** Addresses in requests and answers, as far as a contract may contain them. */

const URL_TEXT = /^[a-z][a-z0-9+.-]*:\/\/[^\s]+$/i

export function isUrl(text: string): boolean {
  return URL_TEXT.test(text)
}

/** Whether a member's name suggests a secret, such as the `token` of a file to download. */
export function isSecret(name: string): boolean {
  const words = name.replaceAll(/([a-z])(?=[A-Z])/g, '$1_')
  return /(?:^|_)(?:token|secret|sign|signature|ticket|password|key)$/i.test(words)
}

/** Path and query without members named like secrets; unchanged otherwise. */
export function withoutSecrets(target: string): string {
  const [path = target, query = ''] = target.split('?', 2)
  const members = query.split('&')
  const open = members.filter((member) => !isSecret(member.split('=', 1).join('')))
  if (open.length === members.length) return target
  return open.length === 0 ? path : `${path}?${open.join('&')}`
}

/** A placeholder host for a machine's own address; the real port changes on every run. */
const ELSEWHERE = 'https://shop.example.com'

/** An address from a client, without secrets and without a port of this machine. */
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

/** Like {@link urlToRecord}, where the answer is about how the address is written: only its secrets are masked. */
export function urlWithMaskedSecrets(text: string): string {
  return text
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]+@/i, '$1EXAMPLE@')
    .replaceAll(/([?&])([^?&=#]+)=[^&#]*/g, (whole, start: string, name: string) =>
      isSecret(name) ? `${start}${name}=EXAMPLE` : whole,
    )
}

/** The part of an address from the service that is the same in each run: not its query, which may be a secret. */
export function withoutQuery(text: string): string {
  return text.split(/[?#]/, 1).join('')
}
