import type { Runtime } from './trust-lines.ts'

const en = {
  description:
    'Makes or shows the certificate authority of the TLS server, and the line with which each runtime trusts it. It is made on this machine and signs for WeChat Pay hosts, localhost and loopback only.',
  pem: 'print only the certificate, PEM',
  renew: 'make a new one; whatever trusts the files in the directory trusts it at once',
  remove: 'delete it, with everything that was made beside it',
  after: `wechatpay-mock ca                                           the line for each runtime
wechatpay-mock ca --pem > ca.pem                            the certificate alone
curl --cacert .wechatpay-mock/ca.pem https://127.0.0.1:8089/_mock/health`,
  removeAlone: '--remove cannot be combined with --pem or --renew',
  title: "The CA of this machine's mock. It can sign for WeChat Pay hosts, localhost and loopback only.",
  labels: { certificate: 'certificate', fingerprint: 'SHA-256', validUntil: 'valid until' },
  renewedLater: (time: string): string => `${time}, and renewed by whatever is started in the 30 days before`,
  trustTitle: 'To trust it (wechatpay-mock run -- <command> does it for one command):',
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
  removeHint: 'To delete it and the files beside it: wechatpay-mock ca --remove',
  nothingToRemove: (directory: string): string => `${directory} contains nothing of wechatpay-mock's`,
  removed: (path: string): string => `deleted: ${path}`,
  removedNote: 'If the certificate was put into a trust store of the system, it is still there, but its key is gone.',
}

const zh: typeof en = {
  description:
    '生成或显示 TLS 服务所用的证书颁发机构（CA），以及各运行环境信任它的命令。CA 在本机生成，只能为微信支付域名、localhost 和回环地址签发证书。',
  pem: '只输出证书（PEM）',
  renew: '重新生成；引用该目录中文件的程序随即信任新的 CA',
  remove: '删除 CA 以及随它生成的所有文件',
  after: `wechatpay-mock ca                                           各运行环境的命令
wechatpay-mock ca --pem > ca.pem                            只要证书
curl --cacert .wechatpay-mock/ca.pem https://127.0.0.1:8089/_mock/health`,
  removeAlone: '--remove 不能与 --pem 或 --renew 同时使用',
  title: '本机模拟服务的 CA，只能为微信支付域名、localhost 和回环地址签发证书。',
  labels: { certificate: '证书', fingerprint: 'SHA-256', validUntil: '有效期至' },
  renewedLater: (time) => `${time}，到期前 30 天内启动的命令会自动更新`,
  trustTitle: '信任它的方法（wechatpay-mock run -- <command> 会为单个命令设置好）：',
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
  removeHint: '删除 CA 及随它生成的文件：wechatpay-mock ca --remove',
  nothingToRemove: (directory) => `${directory} 中没有本程序的文件`,
  removed: (path) => `已删除：${path}`,
  removedNote: '如果曾把证书加入系统的信任库，证书仍在其中，但私钥已不存在。',
}

/** What `ca` says. */
export const texts = { en, zh }
