/** One part of an upload (`multipart/form-data`). */
export interface Part {
  readonly name: string
  readonly content: Uint8Array
}

/** Whether a `Content-Type` is that of an upload. */
export function isUpload(contentType: string | undefined): contentType is string {
  return contentType !== undefined && /^multipart\/form-data\b/i.test(contentType)
}

const HEAD_LIMIT = 8_192

/** Two dashes and a boundary, which has up to 70 characters: looking for a longer one could take seconds. */
const DELIMITER_LIMIT = 72

/** The most parts of an upload: real SDKs send two. */
const PART_LIMIT = 64

/**
 * The parts of an upload that have a name, in their order, up to the first that cannot be read.
 *
 * The boundary is taken from the first line of the body when the header has none, and a part's own type does not matter: real SDKs differ
 * in both (protocol.md 10). Takes time in proportion to the body, whatever is in it. The contents are views of the body.
 */
export function partsOf(contentType: string, body: Uint8Array): readonly Part[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const declared = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  const delimiter = declared ? `--${declared[1] ?? declared[2]}` : firstLine(bytes)
  if (delimiter === undefined || delimiter.length > DELIMITER_LIMIT) return []

  const parts: Part[] = []
  let start = bytes.indexOf(delimiter)
  for (let count = 0; count < PART_LIMIT; count++) {
    const headStart = start + delimiter.length + 2
    const headEnd = bytes.indexOf('\r\n\r\n', headStart - 2)
    if (headEnd === -1 || headEnd - headStart > HEAD_LIMIT) break
    // Searched from the end of the head: an empty content may share its blank line. A missing delimiter is not found here either.
    const next = bytes.indexOf(`\r\n${delimiter}`, headEnd)
    if (next === -1) break
    const name = nameIn(bytes.toString('utf8', headStart, headEnd))
    if (name !== undefined) parts.push({ name, content: bytes.subarray(headEnd + 4, next) })
    start = next + 2
  }
  return parts
}

const DISPOSITION = /^content-disposition:[ \t]*form-data[ \t]*/im

/** One parameter of it. Takes whole ones, so that a file called `x; name=meta` is not taken for a name. */
const PARAMETER = /;[ \t]*(?:(name)|[\w*-]+)=(?:"([^"\r\n]*)"|([^\s;"]*))[ \t]*(?=;|$)/imy

/** The name of a part, from its head; the first if there are two. */
function nameIn(head: string): string | undefined {
  const start = DISPOSITION.exec(head)
  if (!start) return undefined
  PARAMETER.lastIndex = start.index + start[0].length
  for (let match = PARAMETER.exec(head); match; match = PARAMETER.exec(head)) {
    const [, isName, quoted, bare] = match
    if (isName) return quoted ?? bare
  }
  return undefined
}

/** The line that a body begins with, if it may be a delimiter. */
function firstLine(body: Buffer): string | undefined {
  return /^--[^\r\n]+(?=\r\n)/.exec(body.toString('latin1', 0, DELIMITER_LIMIT + 2))?.[0]
}
