import { createHash } from 'node:crypto'
import type { MerchantRequest } from '../../src/testing/merchant-client.ts'

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Bytes that begin like a PNG. */
export const PNG = Buffer.concat([
  Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  Buffer.from('the rest of an image, with \r\n\r\n and --dashes in it'),
])

/** A part of an upload: the lines of its head, and its content. */
export type RawPart = readonly [head: string, content: Uint8Array | string]

/** A multipart body, written out as it goes on the wire. */
export function multipart(parts: readonly RawPart[], boundary = 'b0undary'): Buffer {
  return Buffer.concat([
    ...parts.flatMap(([head, content]) => [
      Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
      typeof content === 'string' ? Buffer.from(content) : content,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
}

/** An upload of an image, signed over its meta; what is given replaces what is right. */
export function upload({
  meta,
  file = PNG,
  filename = 'logo.png',
  parts,
  contentType = 'multipart/form-data; boundary=b0undary',
  target = '/v3/marketing/favor/media/image-upload',
}: {
  meta?: unknown
  file?: Uint8Array
  filename?: string
  /** All parts, in their order; made of `meta` and `file` if left out. */
  parts?: (meta: string) => readonly RawPart[]
  contentType?: string
  target?: string
} = {}): MerchantRequest {
  const text = typeof meta === 'string' ? meta : JSON.stringify(meta ?? { filename, sha256: sha256(file) })
  const usual: readonly RawPart[] = [
    ['Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json', text],
    [`Content-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: image/png`, file],
  ]
  return {
    target,
    headers: { 'Content-Type': contentType },
    body: multipart(parts ? parts(text) : usual),
    signInstead: { body: Buffer.from(text) },
  }
}
