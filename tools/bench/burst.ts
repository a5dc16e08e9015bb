import { sign } from 'node:crypto'
import autocannon from 'autocannon'
import { formatAuthorization, timestampOf } from 'wechatpay-mock/protocol'
import { createRandom } from '../../fixtures/random.ts'
import { anyCase } from '../../test/wire/diagnosis/cases.ts'
import { anyDraft, bodyOf, type Draft } from '../../test/wire/diagnosis/drafts.ts'
import { CORPUS, HOST } from '../../test/wire/diagnosis/mistakes.ts'
import { wellKnownSigner } from '../well-known-signer.ts'
import { PATH } from './associate-requests.ts'

/** Number of wrong signatures in one burst: that of a large test suite of them. */
export const BURST = 600
/** Hostname used by its requests, which the mock must allow: some of the mistakes involve the host. */
export const BURST_HOST = new URL(`http://${HOST}`).hostname
const CONNECTIONS = 8
/** A served call with a query, as unknown calls are refused before their signature is checked. */
const QUERY_PATH = '/v3/marketing/busifavor/users/oTest-Openid_01/coupons'

interface WrongRequest {
  readonly method: autocannon.Request['method'] & string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: Buffer
  /** Acceptable names for its mistake. */
  readonly names: readonly string[]
}

/** Mistakes that a client with the well-known merchant's keys can make. */
const MISTAKES = CORPUS.filter(({ name }) => name !== 'key_appended' && name !== 'line_added')

/** Cycles through the single mistakes of the tests' corpus, each in a different request. */
export function singleMistakes(count = BURST): readonly WrongRequest[] {
  const random = createRandom(`burst ${Date.now()}`)
  const served = (): Draft => {
    const draft = { ...anyDraft(random), timestamp: timestampOf(Date.now()) }
    const query = draft.url.split('?', 2)[1]
    const [method, path] = draft.value === undefined ? ['GET', QUERY_PATH] : ['POST', PATH]
    return { ...draft, method, url: query ? `${path}?${query}` : path }
  }
  return Array.from({ length: count }, (_, index) => {
    const mistake = MISTAKES[index % MISTAKES.length]
    if (!mistake) throw new Error('The corpus is empty.')
    const { wire, message } = anyCase(random, () => [mistake], served)
    const { identity, serialNo, privateKey } = wellKnownSigner
    const authorization = formatAuthorization({
      scheme: 'WECHATPAY2-SHA256-RSA2048',
      identity,
      serialNo,
      nonce: wire.nonce,
      timestamp: wire.timestamp,
      signature: sign('sha256', message, privateKey).toString('base64'),
    })
    return {
      method: wire.value === undefined ? 'GET' : 'POST',
      path: wire.url,
      headers: { host: HOST, accept: '*/*', 'user-agent': 'bench', 'content-type': 'application/json', authorization },
      body: bodyOf(wire),
      names: [mistake.name, ...(mistake.also ?? [])],
    }
  })
}

/** Sends each request once, as fast as possible, and counts those whose mistake the answer names. */
export async function namedInBurst(url: string, requests: readonly WrongRequest[]): Promise<number> {
  let next = 0
  let named = 0
  await new Promise<void>((resolve, reject) => {
    autocannon(
      {
        url,
        connections: CONNECTIONS,
        amount: requests.length,
        requests: [
          {
            setupRequest: (request, context) => {
              const wrong = requests[next++ % requests.length]
              if (!wrong) return request
              const { names, body, ...rest } = wrong
              Object.assign(context, { names })
              return { ...request, ...rest, ...(body.length > 0 && { body }) }
            },
            onResponse: (_status, _body, context, headers) => {
              const { names } = context as Pick<WrongRequest, 'names'>
              const header = Object.entries(headers ?? {}).find(([name]) =>
                /^wechatpay-mock-diagnosis$/i.test(name),
              )?.[1]
              const [verdict, cause] = String(header).split('; ')
              if (verdict === 'proved' && names.some((name) => name === cause)) named += 1
            },
          },
        ],
      },
      (error: unknown) => (error ? reject(error) : resolve()),
    )
  })
  return named
}
