import { UsageError, type UsageErrorCode } from '../../protocol/errors.ts'
import { parseJson, parseJsonObject } from '../../protocol/json-object.ts'

type Query = Readonly<Record<string, string | number | undefined>>

/** One connection to a control API, over whatever carries a request to it: what all calls are made with. */
export class ControlConnection {
  readonly #send: (request: Request) => Promise<Response>
  readonly #baseUrl: string

  /** @param baseUrl address of the mock, with or without `/_mock` behind it */
  constructor(send: (request: Request) => Promise<Response>, baseUrl: string) {
    this.#send = send
    this.#baseUrl = baseUrl.replace(/\/+$/, '').replace(/\/_mock$/, '')
  }

  /** Makes a call, and gives the answer as its description says it is. */
  protected async call<Answer>(
    method: string,
    path: string,
    { query = {}, body }: { readonly query?: Query; readonly body?: unknown } = {},
  ): Promise<Answer> {
    const response = await this.#request(method, path, query, body === undefined ? undefined : JSON.stringify(body))
    const text = await response.text()
    const answer = text === '' ? undefined : parseJson(text)
    if (text !== '' && answer === undefined) throw notTheControlApi(response, this.#urlOf(path, query))
    // The API answers as its own description says, which test/control checks call by call.
    return answer as Answer
  }

  /** The JSON that a call answers with, as a file that is not read. */
  protected async download(path: string, query: Query): Promise<Blob> {
    const response = await this.#request('GET', path, query)
    if (response.headers.get('content-type')?.startsWith('application/json')) return response.blob()
    throw notTheControlApi(response, this.#urlOf(path, query))
  }

  /** Makes a call whose body is a file of JSON, and which answers with nothing. */
  protected async upload(method: string, path: string, file: Blob): Promise<void> {
    await this.#request(method, path, {}, file)
  }

  /** Opens an answer that goes on for as long as the mock has something to tell, or until `signal` is aborted. */
  protected async open(
    path: string,
    { query = {}, signal }: { readonly query?: Query; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const url = this.#urlOf(path, query)
    const response = await this.#send(new Request(url, signal ? { signal } : {}))
    if (response.ok && response.body) return response.body
    const text = await response.text()
    throw refusal(response, text, url)
  }

  /** An answer that is no refusal. */
  async #request(method: string, path: string, query: Query, body?: string | Blob): Promise<Response> {
    const url = this.#urlOf(path, query)
    const response = await this.#send(
      new Request(url, {
        method,
        ...(body !== undefined && { body, headers: { 'Content-Type': 'application/json' } }),
      }),
    )
    if (response.ok) return response
    const text = await response.text()
    throw refusal(response, text, url)
  }

  #urlOf(path: string, query: Query): URL {
    const url = new URL(`${this.#baseUrl}/_mock${path}`)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    return url
  }
}

function refusal(response: Response, text: string, url: URL): Error {
  // Text that is not JSON comes of a bug in the mock, or from a server that is no mock.
  const answer = parseJsonObject(text)
  if (answer && 'code' in answer && 'message' in answer && 'path' in answer) {
    const { code, message, path } = answer
    if (isUsageErrorCode(code)) return new UsageError(code, String(message), { path: String(path) })
  }
  return text.includes('wechatpay-mock') ? new Error(text.trim()) : notTheControlApi(response, url)
}

function notTheControlApi(response: Response, url: URL): UsageError {
  const type = response.headers.get('content-type') ?? 'nothing'
  return new UsageError(
    'MOCK_NOT_A_MOCK',
    `${url.origin} answered ${response.status} with ${type}, which is not the control API of wechatpay-mock.`,
  )
}

function isUsageErrorCode(code: unknown): code is UsageErrorCode {
  return typeof code === 'string' && code.startsWith('MOCK_')
}
