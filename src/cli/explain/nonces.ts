import { callOf, nonceRemark, sharesNonce, signerOf } from '../../engine/journal/nonces.ts'
import { type Authorization, parseAuthorization } from '../../protocol/authorization.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { Texts } from '../../shared/texts.ts'
import { remarkLine } from '../log-line.ts'
import { connect } from '../running-mock.ts'
import type { Language } from '../texts.ts'

/** The forms in which several requests may be pasted at once, by the line that each begins with. */
const REQUEST_STARTS = {
  raw: /^(?=[A-Z]+ \S+ HTTP\/\d)/m,
  curl: /^(?=(?:[$>%#] +)?curl(?:\.exe)? )/m,
  verbose: /^(?=> [A-Z]+ \S+ HTTP\/\d)/m,
} as const

const AUTHORIZATION = /authorization: ?(?=WECHATPAY)/i

/** An Authorization has five values in quotes. */
const QUOTES = 10

/** How many calls a mock is asked for: a program that never draws a nonce has as many as its journal. */
const ASKED_CALLS = 20

interface Other {
  readonly signer: Authorization
  readonly where: Texts
}

export interface NonceSources {
  /** The input, as text. */
  readonly text: string
  readonly form: keyof typeof REQUEST_STARTS
  /** Address of the mock whose journal is searched; left out, none is. */
  readonly url?: string | undefined
  readonly controlToken?: string | undefined
}

/** Notes on a pasted request whose nonce another one has: in the same input, or in the journal of the running mock. */
export async function nonceNotes(
  headers: ReadonlyMap<string, string>,
  sources: NonceSources,
  language: Language,
): Promise<string[]> {
  const own = signerOf({ headers: Object.fromEntries(headers) })
  if (own === undefined) return []
  const others = [
    othersIn(sources).find(({ signer }) => sharesNonce(own, signer)),
    (await othersAt(own, sources, language))[0],
  ]
  return others
    .filter((other) => other !== undefined)
    .map(({ signer, where }) => nonceRemark(own, signer, where))
    .map((remark) => remarkLine(language, { about: remark.about, text: remark.text[language] }))
}

/** The requests of the input after the first. */
function othersIn({ text, form }: NonceSources): Other[] {
  return text
    .split(REQUEST_STARTS[form])
    .flatMap((request) => authorizationIn(request) ?? [])
    .map((signer, i) => ({
      signer,
      where: { en: `request ${i + 1} of the input`, zh: `输入中的第 ${i + 1} 个请求` },
    }))
    .slice(1)
}

function authorizationIn(text: string): Authorization | undefined {
  const [, behind = ''] = text.split(AUTHORIZATION, 2)
  const [line = ''] = behind.split(/[\r\n]/, 1)
  // More options may follow on the line of a curl command, whose quotes may be escaped.
  const parsed = parseAuthorization(`${line.replaceAll('\\"', '"').split('"', QUOTES).join('"')}"`)
  return typeof parsed === 'string' ? undefined : parsed
}

/** The calls in the mock's journal, oldest first, besides the pasted one itself. */
async function othersAt(own: Authorization, { url, controlToken }: NonceSources, language: Language): Promise<Other[]> {
  if (url === undefined) return []
  const control = await connect(url, controlToken, language)
  const found = await control.journal({ nonce: own.nonce, limit: ASKED_CALLS }).catch((error: unknown) => {
    // A mock of an older version cannot be asked for a nonce.
    if (error instanceof UsageError) return []
    throw error
  })
  const calls = found.flatMap(({ id, request }) => {
    const signer = signerOf(request)
    return signer && sharesNonce(own, signer) ? [{ signer, where: callOf(id) }] : []
  })
  const itself = calls.findLast(({ signer }) => signer.signature === own.signature)
  return calls.filter((call) => call !== itself)
}

/**
 * The first of several raw requests. One with a Content-Length ends by that; of the others the body would go on to the end of the input.
 *
 * @param input the whole input
 */
export function firstRequest(input: Buffer): Buffer {
  // One character for each byte.
  const [first = '', second] = input.toString('latin1').split(REQUEST_STARTS.raw)
  if (second === undefined || !authorizationIn(second) || /^content-length:/im.test(first)) return input
  let end = first.length
  while (first[end - 1] === '\n' || first[end - 1] === '\r') end -= 1
  return Buffer.from(first.slice(0, end), 'latin1')
}
