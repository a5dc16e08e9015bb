const en = {
  description:
    'Verifies the signature of a response or a callback, or with --request that of a request, and says why it fails.',
  file: 'response or callback with its head, as curl -i shows it; standard input if left out',
  timestamp: 'Wechatpay-Timestamp',
  nonce: 'Wechatpay-Nonce',
  signature: 'Wechatpay-Signature',
  serial: 'Wechatpay-Serial',
  headersFile: 'file with the headers, - for standard input',
  body: 'body',
  bodyFile: 'file with the body, - for standard input',
  platformKey: "the platform's certificate or public key (PEM); the well-known ones if left out",
  request: 'verify a request, as the service does',
  method: 'method of the request',
  url: 'URL or path of the request',
  authorization: 'Authorization header of the request',
  merchantKey: "the merchant's certificate or public key (PEM); the well-known one if left out",
  now: 'time to compare with: seconds since 1970, or like 2026-01-01T00:00:00+08:00; now if left out',
  after: `curl -si … | wechatpay-mock verify
wechatpay-mock verify --headers-file headers.txt --body-file body.json
wechatpay-mock verify --request --method POST --url /v3/… --authorization 'WECHATPAY2-SHA256-RSA2048 …' --body '{…}'`,
  onlyWithRequest: '--method, --url, --authorization and --merchant-key are about requests: add --request',
  notWithRequest:
    'A request is verified by its Authorization: leave out --timestamp, --nonce, --signature, --serial, --headers-file and --platform-key',
  fileAndOptions: 'Give a file with the whole message, or its parts as options, not both',
  bodyWithoutHeaders:
    'A body alone cannot be verified: give the headers too, with --headers-file or --timestamp, --nonce, --signature and --serial',
  requestIncomplete: 'Give --method, --url and --authorization, or a file with the whole request',
  notHttp: (name: string): string =>
    `${name} does not begin with the head of an HTTP message: save it with curl -i, or give the headers as options`,
  notHeaders: (name: string): string => `${name} is not a list of headers, one "Name: value" per line`,
  valid: (serial: string): string => `valid, signed with ${serial}`,
  invalid: 'not valid:',
  message: (bytes: number): string => `The message, ${bytes} bytes:`,
}

const zh: typeof en = {
  description: '验证应答或回调的签名，加 --request 则验证请求的签名；不通过时说明原因。',
  file: '带头部的应答或回调，即 curl -i 的输出；不写则读标准输入',
  timestamp: 'Wechatpay-Timestamp',
  nonce: 'Wechatpay-Nonce',
  signature: 'Wechatpay-Signature',
  serial: 'Wechatpay-Serial',
  headersFile: '头部所在的文件，- 表示标准输入',
  body: '报文主体',
  bodyFile: '报文主体所在的文件，- 表示标准输入',
  platformKey: '平台证书或微信支付公钥（PEM）；不写则用内置的',
  request: '像服务端那样验证请求',
  method: '请求的方法',
  url: '请求的 URL 或路径',
  authorization: '请求的 Authorization 头',
  merchantKey: '商户证书或公钥（PEM）；不写则用内置商户的',
  now: '用于比较的时间：1970 年以来的秒数，或 2026-01-01T00:00:00+08:00 的形式；不写则为现在',
  after: `curl -si … | wechatpay-mock verify
wechatpay-mock verify --headers-file headers.txt --body-file body.json
wechatpay-mock verify --request --method POST --url /v3/… --authorization 'WECHATPAY2-SHA256-RSA2048 …' --body '{…}'`,
  onlyWithRequest: '--method、--url、--authorization 和 --merchant-key 用于请求，请加上 --request',
  notWithRequest:
    '请求由 Authorization 验证，请去掉 --timestamp、--nonce、--signature、--serial、--headers-file 和 --platform-key',
  fileAndOptions: '请写包含完整报文的文件，或用选项写出各部分，二者只能取一',
  bodyWithoutHeaders:
    '只有报文主体无法验证，请用 --headers-file 或 --timestamp、--nonce、--signature、--serial 写出头部',
  requestIncomplete: '请写出 --method、--url 和 --authorization，或给出包含完整请求的文件',
  notHttp: (name) => `${name} 不是以 HTTP 报文的头部开头，请用 curl -i 保存，或用选项写出头部`,
  notHeaders: (name) => `${name} 不是每行一个“名称: 值”的头部列表`,
  valid: (serial) => `通过，签名密钥为 ${serial}`,
  invalid: '不通过：',
  message: (bytes) => `验签串共 ${bytes} 字节：`,
}

/** Texts of `verify`. */
export const texts = { en, zh }
