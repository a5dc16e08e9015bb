import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A pact stored in the broker. */
interface StoredPact {
  readonly content: object
  /** The name under which it is stored. */
  readonly consumer: string
  readonly pending?: boolean
  readonly wip?: boolean
}

/** Subject of a request to the broker. */
type Question = 'index' | 'list' | 'pact' | 'provider' | 'branch' | 'tag' | 'results'

/** A request that the broker received. */
interface BrokerCall {
  readonly question: Question | 'unknown'
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: unknown
}

/** Answers in the broker's place, or leaves it to the broker with `false`. @param nth counts the calls with this question, from 1 */
export type Instead = (outgoing: ServerResponse, nth: number) => boolean

/** A Pact broker, to the extent that a verifier of one provider needs it. */
export interface SmallBroker extends AsyncDisposable {
  readonly url: string
  /** In order of arrival. */
  readonly calls: readonly BrokerCall[]
  /** Bodies of the published results. */
  readonly results: readonly unknown[]
  /** The address of a pact, as a webhook passes it on. */
  pactUrl(index: number): string
}

export interface SmallBrokerOptions {
  readonly pacts: readonly StoredPact[]
  readonly instead?: Partial<Record<Question, Instead>>
}

const PROVIDER = 'wechatpay'

/** Answers with an error in a broker's wording. */
export const refuses =
  (status: number, error: unknown, times = Number.POSITIVE_INFINITY): Instead =>
  (outgoing, nth) =>
    nth <= times && json(outgoing, status, { error })

/** Answers with JSON. */
export const says =
  (body: unknown): Instead =>
  (outgoing) =>
    json(outgoing, 200, body)

/** Answers with a login page, as a proxy in front of a broker does. */
export const showsPage: Instead = (outgoing) => {
  outgoing.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Log in</title>')
  return true
}

/** Redirects the client to another address. */
export const redirects =
  (location: string, status = 302): Instead =>
  (outgoing) => {
    outgoing.writeHead(status, { Location: location }).end()
    return true
  }

/** Answers with an endless text, until the connection closes. */
export const neverEnds: Instead = (outgoing) => {
  const chunk = Buffer.alloc(1_048_576, ' ')
  const more = (): void => {
    while (!outgoing.destroyed && outgoing.write(chunk));
  }
  outgoing.writeHead(200, { 'Content-Type': 'application/json' }).on('drain', more)
  more()
  return true
}

/** Answers one byte at a time, until the connection closes. */
export const drips: Instead = (outgoing) => {
  outgoing.writeHead(200, { 'Content-Type': 'application/json' })
  const timer = setInterval(() => outgoing.write(' '), 50)
  outgoing.on('close', () => clearInterval(timer))
  return true
}

/** Never answers. */
export const hangs: Instead = () => true

function json(outgoing: ServerResponse, status: number, body: unknown): true {
  outgoing.writeHead(status, { 'Content-Type': 'application/hal+json;charset=utf-8' }).end(JSON.stringify(body))
  return true
}

/** Starts a broker on a loopback port and stops it at the end of the scope. */
export async function smallBroker({ pacts, instead = {} }: SmallBrokerOptions): Promise<SmallBroker> {
  const calls: BrokerCall[] = []
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Brokers often believe that they have another address than the one that clients use.
  const own = 'https://broker.internal'
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = `/pacticipants/${PROVIDER}`
  const list = `/pacts/provider/${PROVIDER}/for-verification`
  const pactPath = (index: number) =>
    `/pacts/provider/${PROVIDER}/consumer/${encodeURIComponent(pacts[index]?.consumer ?? '')}/pact-version/${index}`

  const questionIn = (method: string, path: string): BrokerCall['question'] => {
    if (`${method} ${path}` === 'GET /') return 'index'
    if (`${method} ${path}` === `POST ${list}`) return 'list'
    if (`${method} ${path}` === `GET ${provider}`) return 'provider'
    if (method === 'PUT' && path.startsWith(`${provider}/branches/`)) return 'branch'
    if (method === 'PUT' && path.startsWith(`${provider}/versions/`)) return 'tag'
    const isPact = pacts.some((_, i) => path === pactPath(i) || path === `${pactPath(i)}/verification-results`)
    if (!isPact) return 'unknown'
    return method === 'GET' ? 'pact' : 'results'
  }

  const selfAt = (path: string) => ({ _links: { self: { href: own + path } } })
  const bodies: Readonly<Record<Question, (path: string) => object>> = {
    index: () => ({
      _links: {
        'pb:provider-pacts-for-verification': {
          href: `${own}/pacts/provider/{provider}/for-verification`,
          templated: true,
        },
      },
    }),
    list: () => ({
      _embedded: {
        pacts: pacts.map(({ consumer, pending = false, wip }, i) => ({
          shortDescription: 'latest from main branch',
          verificationProperties: { pending, ...(wip && { wip }), notices: [] },
          _links: { self: { href: own + pactPath(i), name: `Pact between ${consumer} and ${PROVIDER}` } },
        })),
      },
      _links: { self: { href: own + list } },
    }),
    pact: (path) => {
      const index = pacts.findIndex((_, i) => path === pactPath(i))
      return {
        ...withIds(pacts[index]?.content ?? {}),
        _links: {
          self: { href: own + path },
          'pb:provider': { href: own + provider },
          'pb:publish-verification-results': { href: `${own}${path}/verification-results` },
        },
      }
    },
    provider: () => ({
      _links: {
        'pb:version-tag': { href: `${own}${provider}/versions/{version}/tags/{tag}`, templated: true },
        'pb:branch-version': { href: `${own}${provider}/branches/{branch}/versions/{version}`, templated: true },
      },
    }),
    branch: selfAt,
    tag: selfAt,
    results: selfAt,
  }

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', headers } = incoming
    const sent = await text(incoming)
    const question = questionIn(method, path)
    calls.push({
      question,
      method,
      path,
      authorization: headers.authorization,
      body: sent === '' ? undefined : JSON.parse(sent),
    })
    if (question === 'unknown') {
      json(outgoing, 404, { error: 'The requested document was not found on this server.' })
      return
    }
    const nth = calls.filter((call) => call.question === question).length
    if (instead[question]?.(outgoing, nth)) return
    json(outgoing, method === 'GET' || question === 'list' ? 200 : 201, bodies[question](path))
  }

  return {
    url,
    calls,
    get results() {
      return calls.filter(({ question }) => question === 'results').map(({ body }) => body)
    },
    pactUrl: (index) => url + pactPath(index),
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Adds to interactions the ids that a broker gives them. */
function withIds(content: object): object {
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [
      name,
      name === 'interactions' ? (value as object[]).map((one, i) => ({ ...one, _id: `id-${i}` })) : value,
    ]),
  )
}
