/**
 * A command line of curl over several lines. Everything is given as the shell reads it.
 *
 * @param options in front of the URL
 * @param more one group of options a line
 */
export function curlLine(options: readonly string[], url: string, more: readonly string[]): string {
  return [['curl', ...options, url].join(' '), ...more].join(' \\\n  ')
}

/** A call of the API as a command line of curl that shows the whole answer. Everything is given as the shell reads it. */
export function signedCall({
  options = [],
  url,
  authorization,
  data,
}: {
  /** Beside those that every call has. */
  readonly options?: readonly string[]
  readonly url: string
  /** The whole header field. */
  readonly authorization: string
  /** The option that gives the body, which is JSON; left out where there is none. */
  readonly data?: string | undefined
}): string {
  const body = data === undefined ? [] : [`-H 'Content-Type: application/json' ${data}`]
  return curlLine(['-sSi', ...options], url, [`-H ${authorization}`, ...body])
}
