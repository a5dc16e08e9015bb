import { randomBytes, X509Certificate } from 'node:crypto'
import { type Agent, request } from 'node:http'
import { checkAnswer, formatAuthorization, signRequest, timestampOf } from 'wechatpay-mock/protocol'
import identity from '../../src/control/identity/well-known-identity.json' with { type: 'json' }
import { wellKnownSigner } from '../well-known-signer.ts'

/** A call as sent on the wire, and its expected answer. */
export interface ReadyCall {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly status: number
  /** `code` of the error. */
  readonly code?: string
}

/** A call of the well-known merchant, before it is signed. */
export interface PlannedCall {
  readonly method: string
  readonly target: string
  readonly body?: unknown
  readonly status: number
  readonly code?: string
  /** `wrong`: with a signature over something else. `none`: a call of the control API. Default: a valid one. */
  readonly signature?: 'wrong' | 'none'
}

const platformKey = new X509Certificate(identity.platformCertificate.certificate).publicKey

function platformKeyWith(serialNo: string) {
  return serialNo === identity.platformCertificate.serialNo ? platformKey : undefined
}

/** Signs a call, by the machine's clock. The signature is valid for five minutes. */
export async function readyCall({ signature, ...call }: PlannedCall): Promise<ReadyCall> {
  const { method, target } = call
  const body = call.body === undefined ? '' : typeof call.body === 'string' ? call.body : JSON.stringify(call.body)
  const headers = {
    accept: 'application/json',
    'user-agent': 'reliability',
    ...(body !== '' && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  }
  if (signature === 'none') return { ...call, headers, body }
  const timestamp = timestampOf(Date.now())
  const nonce = randomBytes(16).toString('hex')
  const covered = Buffer.from(signature === 'wrong' ? `${body} ` : body)
  const signed = await signRequest({ method, target, timestamp, nonce, body: covered }, wellKnownSigner)
  return { ...call, headers: { ...headers, authorization: formatAuthorization(signed) }, body }
}

/**
 * Makes a call and checks the answer: status, code, and the platform's signature where required. The server may close a kept-alive connection just as
 * it is reused; like any client, this then takes another one.
 *
 * @throws Error for any other answer
 */
export function make(call: ReadyCall, url: string, agent: Agent): Promise<void> {
  const { method, target, headers, body } = call
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${target}`, { method, headers, agent }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const fault = faultOf(call, answer.statusCode ?? 0, answer.headers, bytes)
        if (fault === undefined) resolve()
        else
          reject(
            new Error(`${method} ${target} ${body}: ${fault}: ${answer.statusCode} ${bytes.toString('utf8', 0, 500)}`),
          )
      })
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (sent.reusedSocket && error.code === 'ECONNRESET') make(call, url, agent).then(resolve, reject)
      else reject(error)
    })
    sent.end(body)
  })
}

function faultOf(
  { status, code, target }: ReadyCall,
  answered: number,
  headers: NodeJS.Dict<string | string[]>,
  body: Buffer,
): string | undefined {
  if (answered !== status) return `not answered with ${status}`
  if (code !== undefined && !body.includes(`"code":"${code}"`)) return `the code is not ${code}`
  if (target.startsWith('/_mock')) return undefined
  const header = (name: string) => headers[name.toLowerCase()]?.toString()
  // Refused before authentication. A 404 for a path that does not exist has an empty body, too.
  if (status === 401 || (status === 404 && body.length === 0)) {
    return header('Wechatpay-Signature') === undefined ? undefined : `a ${status} is signed`
  }
  const { faults } = checkAnswer({ header, body }, { keyOf: platformKeyWith, now: Date.now() })
  return faults.length === 0 ? undefined : `a client has to refuse it: ${faults.join(', ')}`
}
