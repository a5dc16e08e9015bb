const en = {
  description:
    'Shows the identity that a client connects with: the well-known one, or that of a merchant of a running mock (--url).',
  format: 'what to show: values to read, JSON, variables, files, or a program for an SDK',
  mchid: 'merchant number; any but the well-known one needs --url',
  url: 'address of the mock, which is asked for the credentials (default: WECHATPAY_MOCK_URL, if set)',
  offline: 'only put --url into the output, and do not ask the mock',
  noMockAt: (url: string): string =>
    `No mock answers at ${url}: start one with wechatpay-mock, correct --url, or add --offline to do without it`,
  out: (directory: string): string => `directory for --format files (default: ${directory})`,
  force: 'replace files with other content',
  after: `wechatpay-mock credentials --format php > wechatpay.php     a program that runs as it is
wechatpay-mock credentials --format env > .env              for shells, dotenv and node --env-file
wechatpay-mock credentials --format files --out certs       apiclient_key.pem and the others`,
  onlyWellKnown: (mchid: string, wellKnown: string): string =>
    `Only ${wellKnown} is known without a mock: give the --url of the one that has merchant ${mchid}`,
  outOnlyWithFiles: '--out is for --format files: redirect other formats with >',
  labels: {
    mchid: 'merchant number (mchid)',
    serial: 'merchant certificate serial',
    apiV3Key: 'APIv3 key',
    platformSerial: 'platform certificate serial',
    publicKeyId: 'WeChat Pay public key id',
    url: 'base URL',
  },
  more: (formats: string): string =>
    `Keys: --format json|env|files. Programs that run as they are: --format ${formats}`,
  files: {
    title: 'Credentials for wechatpay-mock. They are for tests and protect nothing.',
    privateKey: 'private key of the merchant',
    certificate: 'API certificate of the merchant',
    platformCertificate: 'platform certificate, for verifying answers',
    publicKey: (id: string): string => `WeChat Pay public key ${id}, for verifying answers`,
    readme: 'what the other files are, and the values that are not in files',
  },
}

const zh: typeof en = {
  description: '显示客户端接入所需的身份信息：内置商户，或运行中的模拟服务里的商户（--url）。',
  format: '输出形式：供阅读的文本、JSON、环境变量、文件，或某个 SDK 的程序',
  mchid: '商户号；不是内置商户时需要 --url',
  url: '模拟服务的地址，身份信息向它查询（默认取 WECHATPAY_MOCK_URL）',
  offline: '只把 --url 写进输出，不去查询',
  noMockAt: (url) => `${url} 没有模拟服务应答，请先运行 wechatpay-mock，或更正 --url，或加 --offline，不连接模拟服务`,
  out: (directory) => `--format files 的目录（默认 ${directory}）`,
  force: '替换内容不同的文件',
  after: `wechatpay-mock credentials --format php > wechatpay.php     可以直接运行的程序
wechatpay-mock credentials --format env > .env              供 shell、dotenv 和 node --env-file 使用
wechatpay-mock credentials --format files --out certs       apiclient_key.pem 等文件`,
  onlyWellKnown: (mchid, wellKnown) => `离线时只知道 ${wellKnown}，请用 --url 指明有商户 ${mchid} 的模拟服务`,
  outOnlyWithFiles: '--out 只用于 --format files，其他形式请用 > 重定向',
  labels: {
    mchid: '商户号（mchid）',
    serial: '商户证书序列号',
    apiV3Key: 'APIv3密钥',
    platformSerial: '平台证书序列号',
    publicKeyId: '微信支付公钥ID',
    url: '接口地址',
  },
  more: (formats) => `密钥：--format json|env|files。可以直接运行的程序：--format ${formats}`,
  files: {
    title: 'wechatpay-mock 的身份信息，仅供测试，没有任何安全作用。',
    privateKey: '商户API私钥',
    certificate: '商户API证书',
    platformCertificate: '微信支付平台证书，用于验证应答',
    publicKey: (id) => `微信支付公钥 ${id}，用于验证应答`,
    readme: '以上文件的说明，以及文件之外的参数',
  },
}

/** Texts of `credentials`. */
export const texts = { en, zh }
