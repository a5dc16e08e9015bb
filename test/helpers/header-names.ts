/** Header fields of every answer with a body, in the order and spelling of the live service (protocol.md 1). */
export const USUAL_NAMES = [
  'Server',
  'Date',
  'Content-Type',
  'Content-Length',
  'Connection',
  'Keep-Alive',
  'Cache-Control',
  'X-Content-Type-Options',
  'Request-ID',
  'Content-Language',
]

/** Those that a signed answer has after them. */
export const SIGNATURE_NAMES = [
  'Wechatpay-Nonce',
  'Wechatpay-Signature',
  'Wechatpay-Timestamp',
  'Wechatpay-Serial',
  'Wechatpay-Signature-Type',
]
