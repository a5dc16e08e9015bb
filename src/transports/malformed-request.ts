/** What is told to a client whose request can not be read, which no handler hears of. */
export interface Refusal {
  /** Code and reason of the status line. */
  readonly status: string
  readonly explanation: string
}

/**
 * @param error what the HTTP server says of a connection
 * @param headerLimit bytes that the head of a request may have
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
        explanation: told(`can not read this as HTTP/1.1: ${message.replace(/^Parse Error: /, '')}`),
      }
  }
}

function told(what: string): string {
  return `wechatpay-mock ${what}. This is no answer of WeChat Pay.\n`
}
