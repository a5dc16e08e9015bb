/**
 * A curl command over several lines. All arguments must already be quoted for the shell.
 *
 * @param options placed before the URL
 * @param more further groups of options, each on a line of its own
 */
export function curlLine(options: readonly string[], url: string, more: readonly string[]): string {
  return [['curl', ...options, url].join(' '), ...more].join(' \\\n  ')
}

/** A curl command for a call of the API that shows the whole answer. All arguments must already be quoted for the shell. */
export function signedCall({
  options = [],
  url,
  authorization,
  data,
}: {
  /** Options in addition to those of every call. */
  readonly options?: readonly string[]
  readonly url: string
  /** The whole header field. */
  readonly authorization: string
  /** The option that passes the JSON body; left out for a call without a body. */
  readonly data?: string | undefined
}): string {
  const body = data === undefined ? [] : [`-H 'Content-Type: application/json' ${data}`]
  return curlLine(['-sSi', ...options], url, [`-H ${authorization}`, ...body])
}
