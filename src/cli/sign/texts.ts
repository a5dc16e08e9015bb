const en = {
  description: 'Signs a request and prints the value of its Authorization header.',
  method: 'HTTP method',
  url: 'URL or path, with the query, exactly as the client sends it',
  body: 'body of the request',
  bodyFile: 'file with the body, - for standard input',
  mchid: 'merchant number, or brand id with the brand scheme; the well-known one if left out',
  mchidExpected: 'use digits',
  serial: "serial of the merchant's certificate; the well-known one if left out",
  serialExpected: 'use the digits and letters of a serial number',
  key: 'file with the private key (PEM); the well-known one if left out',
  keyNeedsSerial: 'A --key of your own needs the --serial of its certificate, and usually --mchid too',
  notAKey: (file: string): string => `${file} is not an RSA private key in PEM without a passphrase`,
  timestamp: 'seconds since 1970; now if left out',
  timestampExpected: 'use digits',
  nonce: 'random text; generated if left out',
  nonceExpected: 'use 1 to 128 printable ASCII characters',
  scheme: 'authentication scheme; the path decides if left out',
  print: 'the header value, the message that is signed, or a curl command',
  binaryBody: 'A body that is not text cannot be written into a curl command: put it into a file and use --body-file',
  after: `wechatpay-mock sign POST /v3/marketing/busifavor/coupons/associate --body '{"stock_id":"100088"}'
wechatpay-mock sign GET http://127.0.0.1:8089/v3/certificates --print curl | sh`,
}

const zh: typeof en = {
  description: '为请求签名，输出 Authorization 请求头的值。',
  method: 'HTTP 方法',
  url: 'URL 或路径，包括查询串，与客户端实际发送的完全一致',
  body: '请求体',
  bodyFile: '请求体所在的文件，- 表示标准输入',
  mchid: '商户号，品牌认证类型时为品牌 ID；不写则用内置商户',
  mchidExpected: '请使用数字',
  serial: '商户证书序列号；不写则用内置商户的',
  serialExpected: '请使用序列号中的数字和字母',
  key: '商户私钥文件（PEM）；不写则用内置商户的',
  keyNeedsSerial: '使用自己的 --key 时须写明证书序列号 --serial，一般还有 --mchid',
  notAKey: (file) => `${file} 不是无密码的 PEM 格式 RSA 私钥`,
  timestamp: '1970 年以来的秒数；不写则为现在',
  timestampExpected: '请使用数字',
  nonce: '随机串；不写则自动生成',
  nonceExpected: '请使用 1 到 128 个可打印的 ASCII 字符',
  scheme: '认证类型；不写则由路径决定',
  print: '输出请求头的值、待签名串，或一条 curl 命令',
  binaryBody: '请求体不是文本，无法写进 curl 命令，请存为文件并使用 --body-file',
  after: `wechatpay-mock sign POST /v3/marketing/busifavor/coupons/associate --body '{"stock_id":"100088"}'
wechatpay-mock sign GET http://127.0.0.1:8089/v3/certificates --print curl | sh`,
}

/** Texts of `sign`. */
export const texts = { en, zh }
