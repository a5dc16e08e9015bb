/** The refusal of a request that cannot be parsed and so reaches no handler. */
export interface Refusal {
  /** Code and reason of the status line. */
  readonly status: string
  readonly explanation: string
}

/**
 * @param error what the HTTP server reports about the connection
 * @param headerLimit the largest head of a request, in bytes
 */
export function refusalOf({ code, message }: NodeJS.ErrnoException, headerLimit: number): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: '431 Request Header Fields Too Large',
        explanation: told(`takes a request line and header fields of ${headerLimit} bytes at most`),
      }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: '408 Request Timeout', explanation: told('has waited too long for the rest of this request') }
    default:
      return {
        status: '400 Bad Request',
        explanation: told(`cannot read this as HTTP/1.1: ${message.replace(/^Parse Error: /, '')}`),
      }
  }
}

function told(what: string): string {
  return `wechatpay-mock ${what}. This is no answer of WeChat Pay.\n`
}
