import { UsageError, type UsageErrorCode } from '../../protocol/errors.ts'
import { parseJson, parseJsonObject } from '../../protocol/json-object.ts'

/** Members that are `undefined` are left out. */
export type Query = Readonly<Record<string, unknown>>

/** A call's method and its path below `/_mock`, with all variables filled in. */
interface Target {
  readonly method: string
  readonly path: string
  readonly query?: Query | undefined
}

/** Carries a request to a control API. */
export type Send = (request: Request) => Response | Promise<Response>

/** A connection to a control API over any transport. Every call goes through it. */
export class ControlConnection {
  readonly #send: Send
  readonly #baseUrl: string

  /** @param baseUrl address of the mock, with or without a trailing `/_mock` */
  constructor(send: Send, baseUrl: string) {
    this.#send = send
    this.#baseUrl = baseUrl.replace(/(?<!\/)\/+$/, '').replace(/\/_mock$/, '')
  }

  /** Makes a call and returns the JSON of its answer, or `undefined` if it is empty. */
  async call(target: Target, body?: unknown): Promise<unknown> {
    const response = await this.#request(target, body === undefined ? undefined : JSON.stringify(body))
    const text = await response.text()
    const answer = text === '' ? undefined : parseJson(text)
    if (text !== '' && answer === undefined) throw notTheControlApi(response, this.#urlOf(target))
    return answer
  }

  /** Returns a call's answer as a file, without reading it. */
  async download(target: Target): Promise<Blob> {
    const response = await this.#request(target)
    if (response.headers.get('content-type')?.startsWith('application/json')) return response.blob()
    throw notTheControlApi(response, this.#urlOf(target))
  }

  /** Makes a call whose body is a JSON file and whose answer is empty. */
  async upload(target: Target, file: Blob): Promise<void> {
    await this.#request(target, file)
  }

  /** Opens a stream of events that lasts until the mock ends it or `signal` is aborted. */
  async open(target: Target, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const url = this.#urlOf(target)
    const response = await this.#send(new Request(url, { method: target.method, ...(signal && { signal }) }))
    if (response.ok && response.body) return response.body
    const text = await response.text()
    throw refusal(response, text, url)
  }

  /** Returns the response if it is not a refusal, and throws otherwise. */
  async #request(target: Target, body?: string | Blob): Promise<Response> {
    const url = this.#urlOf(target)
    const response = await this.#send(
      new Request(url, {
        method: target.method,
        ...(body !== undefined && { body, headers: { 'Content-Type': 'application/json' } }),
      }),
    )
    if (response.ok) return response
    const text = await response.text()
    throw refusal(response, text, url)
  }

  #urlOf({ path, query = {} }: Target): URL {
    const url = new URL(`${this.#baseUrl}/_mock${path}`)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    return url
  }
}

function refusal(response: Response, text: string, url: URL): Error {
  // Text that is not JSON means a bug in the mock, or a server that is not a mock.
  const answer = parseJsonObject(text)
  if (answer && 'code' in answer && 'message' in answer && 'path' in answer) {
    const { code, message, path } = answer
    if (isUsageErrorCode(code)) {
      // Sent only in the language that the call asked for.
      const said = String(message)
      return new UsageError(code, { en: said, zh: said }, { path: String(path) })
    }
  }
  return text.includes('wechatpay-mock') ? new Error(text.trim()) : notTheControlApi(response, url)
}

function notTheControlApi(response: Response, url: URL): UsageError {
  const type = response.headers.get('content-type')
  return new UsageError('MOCK_NOT_A_MOCK', {
    en: `${url.origin} answered ${response.status} with ${type ?? 'nothing'}, which is not the control API of wechatpay-mock: give the address of a mock.`,
    zh: `${url.origin} 的应答（${response.status}，${type ?? '无内容'}）不是来自 wechatpay-mock 的控制 API，请更正地址。`,
  })
}

function isUsageErrorCode(code: unknown): code is UsageErrorCode {
  return typeof code === 'string' && code.startsWith('MOCK_')
}
