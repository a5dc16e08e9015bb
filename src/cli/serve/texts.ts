const en = {
  description:
    'Starts the simulated WeChat Pay API v3 on one port, with its control API under /_mock. Prints where it is, who to be, and a call to try.',
  port: 'port to listen on; 0 picks a free one',
  host: 'address to listen on; anything but loopback needs --control-token',
  hostExpected: 'use an address or a host name, such as 127.0.0.1',
  controlToken: 'token that calls to the control API must carry as Authorization: Bearer …',
  controlTokenExpected: 'use visible ASCII characters without blanks',
  quiet: 'do not log exchanges on standard error',
  after: `Each option is also an environment variable, such as WECHATPAY_MOCK_KEY_MODE for --key-mode; the option wins.
With --json one line {"event":"listening","url","control","pid"} goes to standard output when it is ready.`,
  stopping: 'Stopping: finishing what is in flight. Ctrl+C again ends at once.',
  listening: (version: string): string => `wechatpay-mock ${version} is listening.`,
  labels: {
    dashboard: 'dashboard',
    url: 'API v3',
    proxy: 'HTTPS_PROXY',
    authority: 'CA',
    mchid: 'merchant number',
    serial: 'merchant serial',
    apiV3Key: 'APIv3 key',
    platformSerial: 'platform serial',
    publicKeyId: 'public key id',
    seed: 'state',
    data: 'data file',
    store: 'store',
    clock: 'clock',
  },
  dashboard: (url: string): string => `${url} (with the control API under it)`,
  proxy: (url: string): string => `${url} (for clients with a fixed host)`,
  /** Describes the state kept in a data file. */
  resumed: 'as it was left (--seed and --clock are for a new file)',
  /** Describes a state that is already in a store. */
  joined: 'as it is in the store (--seed and --clock are for a new one)',
  scenario: (name: string): string => `scenario ${name}`,
  clockNow: (time: string, frozen: boolean, judged: boolean): string =>
    `${time}, ${frozen ? 'frozen' : 'running'}${judged ? '; signatures are judged by it (--signature-clock machine for the real time)' : ''}`,
  nextTitle: 'Next, in another terminal:',
  /** Purposes of commands. */
  next: {
    credentials: 'keys and code for your SDK',
    ca: 'how to trust the CA',
    explain: 'why a call was refused',
  },
  tryIt: 'Or a call to try:',
  stopHint: 'Ctrl+C stops it.',
}

const zh: typeof en = {
  description:
    '在一个端口上启动模拟的微信支付 API v3，控制 API 在 /_mock 下。启动后显示地址、身份信息和一个可以直接试用的请求。',
  port: '监听端口；0 表示自动选择空闲端口',
  host: '监听地址；非本机回环地址需要 --control-token',
  hostExpected: '请使用地址或主机名，如 127.0.0.1',
  controlToken: '调用控制 API 时须携带的令牌，即 Authorization: Bearer …',
  controlTokenExpected: '请使用不含空格的可见 ASCII 字符',
  quiet: '不在标准错误上逐条记录请求',
  after: `每个选项也可以用环境变量设置，例如 --key-mode 对应 WECHATPAY_MOCK_KEY_MODE；选项优先。
使用 --json 时，就绪后向标准输出写一行 {"event":"listening","url","control","pid"}。`,
  stopping: '正在停止：处理完进行中的请求即退出，再按一次 Ctrl+C 立即退出。',
  listening: (version) => `wechatpay-mock ${version} 已启动。`,
  labels: {
    dashboard: '仪表盘',
    url: 'API v3',
    proxy: 'HTTPS_PROXY',
    authority: 'CA',
    mchid: '商户号',
    serial: '商户证书序列号',
    apiV3Key: 'APIv3密钥',
    platformSerial: '平台证书序列号',
    publicKeyId: '微信支付公钥ID',
    seed: '初始状态',
    data: '数据文件',
    store: '存储',
    clock: '时钟',
  },
  dashboard: (url) => `${url} （控制 API 也在其下）`,
  proxy: (url) => `${url} （供域名写死的客户端使用）`,
  resumed: '接着上次的状态（--seed 和 --clock 只用于新文件）',
  joined: '沿用存储中的状态（--seed 和 --clock 只用于新的存储）',
  scenario: (name) => `场景 ${name}`,
  clockNow: (time, frozen, judged) =>
    `${time}，${frozen ? '已冻结' : '走时中'}${judged ? '；签名时间以此为准（用 --signature-clock machine 改为真实时间）' : ''}`,
  nextTitle: '接下来，在另一个终端中：',
  next: {
    credentials: '密钥和各 SDK 的示例代码',
    ca: '如何信任 CA',
    explain: '请求为何被拒绝',
  },
  tryIt: '或者先试一个请求：',
  stopHint: '按 Ctrl+C 停止。',
}

/** Texts of `serve`. */
export const texts = { en, zh }
