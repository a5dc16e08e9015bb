import type { ExchangeJson } from '../src/products/json.ts'

/** A value in an `Authorization` header. */
export function partOf(authorization: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(authorization)?.[1]
}

/**
 * The lines that a request's signature covers; `undefined` if they cannot be shown: for bytes that are not text, and for an upload, whose file is not
 * signed.
 */
export function linesToSign({ method, target, headers, body }: ExchangeJson['request']): readonly string[] | undefined {
  if (typeof body !== 'string' || /multipart/i.test(headers['content-type'] ?? '')) return undefined
  const { authorization = '' } = headers
  return [method, target, partOf(authorization, 'timestamp') ?? '–', partOf(authorization, 'nonce_str') ?? '–', body]
}
