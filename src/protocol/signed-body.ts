/**
 * The bytes that a request signature covers as the body: the body itself, or for an upload the part named `meta`.
 *
 * An upload without a readable `meta` part gives no bytes, which the live service answers as a signature mismatch
 * (protocol.md 2 and 10). The boundary is taken from the first line of the body when the header has none, and a part's own
 * type does not matter: real SDKs differ in both.
 */
export function signedBody(contentType: string | undefined, body: Uint8Array): Uint8Array {
  if (contentType === undefined || !/^multipart\/form-data\b/i.test(contentType)) return body
  return metaPart(contentType, Buffer.from(body.buffer, body.byteOffset, body.byteLength)) ?? new Uint8Array(0)
}

const HEAD_LIMIT = 8_192

/** Takes whole parameters before `name`, so that a file called `x; name=meta` is not taken for the part. */
const META_DISPOSITION =
  /^content-disposition:\s*form-data\s*(?:;\s*[\w*-]+=(?:"[^"\r\n]*"|[^\s;"]*)\s*)*?;\s*name="?meta"?\s*(?:;|$)/im

function metaPart(contentType: string, body: Buffer): Buffer | undefined {
  const declared = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  const delimiter = declared ? `--${declared[1] ?? declared[2]}` : firstLine(body)
  if (delimiter === undefined || !/^--.{1,70}$/s.test(delimiter)) return undefined

  let start = body.indexOf(delimiter)
  while (start !== -1) {
    const headStart = start + delimiter.length + 2
    const headEnd = body.indexOf('\r\n\r\n', headStart - 2)
    const next = headEnd === -1 ? -1 : body.indexOf(`\r\n${delimiter}`, headEnd + 2)
    if (headEnd === -1 || next === -1 || headEnd - headStart > HEAD_LIMIT) return undefined
    const head = body.toString('utf8', headStart, headEnd)
    if (META_DISPOSITION.test(head)) {
      return body.subarray(headEnd + 4, Math.max(headEnd + 4, next))
    }
    start = next + 2
  }
  return undefined
}

function firstLine(body: Buffer): string | undefined {
  const end = body.indexOf('\r\n')
  return end === -1 || end > 256 ? undefined : body.toString('latin1', 0, end)
}
