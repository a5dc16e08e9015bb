import type { Texts } from '../shared/texts.ts'

/** The refusal of a request that cannot be parsed and so reaches no handler. */
export interface Refusal {
  /** Code and reason of the status line. */
  readonly status: string
  readonly explanation: Texts
}

/**
 * @param error reported by the HTTP server about the connection
 * @param headerLimit the largest head of a request, in bytes
 */
export function refusalOf({ code, message }: NodeJS.ErrnoException, headerLimit: number): Refusal {
  const reason = message.replace(/^Parse Error: /, '')
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: '431 Request Header Fields Too Large',
        explanation: told({
          en: `takes a request line and header fields of ${headerLimit} bytes at most`,
          zh: `最多接受 ${headerLimit} 字节的请求行和头部`,
        }),
      }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: '408 Request Timeout',
        explanation: told({
          en: 'has waited too long for the rest of this request',
          zh: '等待此请求的其余部分超时',
        }),
      }
    default:
      return {
        status: '400 Bad Request',
        explanation: told({
          en: `cannot read this as HTTP/1.1: ${reason}`,
          zh: `无法按 HTTP/1.1 解析此请求：${reason}`,
        }),
      }
  }
}

function told({ en, zh }: Texts): Texts {
  return {
    en: `wechatpay-mock ${en}. This is no answer of WeChat Pay.\n`,
    zh: `wechatpay-mock ${zh}。这不是微信支付的应答。\n`,
  }
}
