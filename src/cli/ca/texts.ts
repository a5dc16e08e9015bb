import type { Runtime } from './trust-lines.ts'

const en = {
  description:
    'Makes or shows the certificate authority of the TLS server, and the line with which each runtime trusts it: that of a directory on this machine, which mocks that are started there use, or that of a running mock (--url). It signs for WeChat Pay hosts, localhost and loopback only.',
  url: 'address of a running mock, whose CA is fetched',
  out: (directory: string): string => `directory for the files of --url (default: ${directory})`,
  pem: 'print only the certificate, PEM',
  renew: 'make a new one; whatever trusts the files in the directory trusts it at once',
  remove: 'delete it, with everything that was made beside it',
  after: `wechatpay-mock ca                         the line for each runtime
wechatpay-mock ca --pem > ca.pem          the certificate alone
wechatpay-mock ca --url http://mock:8089  that of a mock elsewhere
curl --cacert .wechatpay-mock/ca.pem https://127.0.0.1:8089/_mock/health`,
  removeAlone: '--remove cannot be combined with --pem or --renew',
  notTogether: (one: string, other: string): string => `${one} cannot be combined with ${other}`,
  outOnlyWithUrl: '--out is for --url: without it the files are in --data-dir',
  noCertificate: (url: string): string => `The mock at ${url} has no CA: its log says what is wrong with its directory`,
  unconstrained: (url: string): string =>
    `The CA of the mock at ${url} is not taken, since it is not limited to the hosts of this version: use the same version of wechatpay-mock on both sides, and make sure that it is your mock that answers there`,
  ownCaThere: (directory: string): string => `${directory} has a CA of its own: choose another --out`,
  foreignThere: (file: string): string =>
    `${file} was not made by wechatpay-mock, and is left alone: choose another --out`,
  ofDirectory: (directory: string): string =>
    `The CA of ${directory}, for mocks that are started with this --data-dir.`,
  ofMock: (url: string): string => `The CA of the mock at ${url}.`,
  signsFor: 'It can sign for WeChat Pay hosts, localhost and loopback only.',
  labels: { certificate: 'certificate', fingerprint: 'SHA-256', validUntil: 'valid until' },
  renewedLater: (time: string): string => `${time}, and renewed by whatever is started in the 30 days before`,
  trustTitle: 'To trust it (wechatpay-mock run -- <command> does it for one command):',
  trustTitleOfMock: 'To trust it:',
  runtimes: {
    node: 'Node.js',
    java: 'Java and everything else on the JVM',
    go: 'Go',
    php: 'PHP',
    curl: 'curl',
    python: 'Python (requests, httpx, ssl)',
    dotnet: '.NET',
  } satisfies Readonly<Record<Runtime, string>>,
  undo: (line: string): string => `undo: ${line}`,
  removeHint: (command: string): string => `To delete it and the files beside it: ${command}`,
  nothingToRemove: (directory: string): string => `${directory} contains nothing of wechatpay-mock's`,
  removed: (path: string): string => `deleted: ${path}`,
  removedNote: 'If the certificate was put into a trust store of the system, it is still there, but its key is gone.',
}

const zh: typeof en = {
  description:
    '生成或显示 TLS 服务所用的证书颁发机构（CA），以及各运行环境信任它的命令：本机某个目录中的 CA，供在该处启动的模拟服务使用；或运行中的模拟服务的 CA（--url）。CA 只能为微信支付域名、localhost 和回环地址签发证书。',
  url: '运行中的模拟服务的地址，取它的 CA',
  out: (directory) => `--url 的文件写到哪个目录（默认 ${directory}）`,
  pem: '只输出证书（PEM）',
  renew: '重新生成；引用该目录中文件的程序随即信任新的 CA',
  remove: '删除 CA 以及随它生成的所有文件',
  after: `wechatpay-mock ca                         各运行环境的命令
wechatpay-mock ca --pem > ca.pem          只要证书
wechatpay-mock ca --url http://mock:8089  别处的模拟服务的 CA
curl --cacert .wechatpay-mock/ca.pem https://127.0.0.1:8089/_mock/health`,
  removeAlone: '--remove 不能与 --pem 或 --renew 同时使用',
  notTogether: (one, other) => `${one} 不能与 ${other} 同时使用`,
  outOnlyWithUrl: '--out 只用于 --url；不写 --url 时文件在 --data-dir 中',
  noCertificate: (url) => `${url} 的模拟服务没有 CA：原因见它的日志`,
  unconstrained: (url) =>
    `没有采用 ${url} 的模拟服务的 CA，因为它能签发的域名不限于此版本的范围：请在两边使用同一版本的 wechatpay-mock，并确认应答的是您的模拟服务`,
  ownCaThere: (directory) => `${directory} 中已有自己的 CA，请换一个 --out`,
  foreignThere: (file) => `${file} 不是 wechatpay-mock 生成的，因此不做改动：请换一个 --out`,
  ofDirectory: (directory) => `${directory} 中的 CA，用于以此为 --data-dir 启动的模拟服务。`,
  ofMock: (url) => `${url} 的模拟服务的 CA。`,
  signsFor: '只能为微信支付域名、localhost 和回环地址签发证书。',
  labels: { certificate: '证书', fingerprint: 'SHA-256', validUntil: '有效期至' },
  renewedLater: (time) => `${time}，到期前 30 天内启动的命令会自动更新`,
  trustTitle: '信任它的方法（wechatpay-mock run -- <command> 会为单个命令设置好）：',
  trustTitleOfMock: '信任它的方法：',
  runtimes: {
    node: 'Node.js',
    java: 'Java 及其他 JVM 语言',
    go: 'Go',
    php: 'PHP',
    curl: 'curl',
    python: 'Python（requests、httpx、ssl）',
    dotnet: '.NET',
  },
  undo: (line) => `撤销：${line}`,
  removeHint: (command) => `删除 CA 及随它生成的文件：${command}`,
  nothingToRemove: (directory) => `${directory} 中没有本程序的文件`,
  removed: (path) => `已删除：${path}`,
  removedNote: '如果曾把证书加入系统的信任库，证书仍在其中，但私钥已不存在。',
}

/** Texts of `ca`. */
export const texts = { en, zh }
