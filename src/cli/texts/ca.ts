import type { AuthorityFault } from '../../tls/authority-error.ts'
import type { Runtime } from '../ca/trust-lines.ts'

/** What the command `ca` says, and every command that needs the CA. */
export interface CaTexts {
  readonly description: string
  readonly dataDir: string
  readonly dataDirExpected: string
  readonly pem: string
  readonly renew: string
  readonly remove: string
  readonly after: string
  readonly removeAlone: string
  readonly title: string
  readonly labels: { readonly certificate: string; readonly fingerprint: string; readonly validUntil: string }
  renewedLater(time: string): string
  readonly trustTitle: string
  readonly runtimes: Readonly<Record<Runtime, string>>
  undo(line: string): string
  readonly removeHint: string
  nothingToRemove(directory: string): string
  removed(path: string): string
  readonly removedNote: string
  /** `reason`: what the operating system says. */
  readonly faults: Readonly<Record<AuthorityFault, (file: string, reason: string) => string>>
}

export const caEn: CaTexts = {
  description:
    'Makes or shows the certificate authority of the TLS server, and the line with which each runtime trusts it. It is made on this machine and signs for WeChat Pay hosts, localhost and loopback only.',
  dataDir: 'where the CA of this machine is kept',
  dataDirExpected: 'name a directory',
  pem: 'print only the certificate, PEM',
  renew: 'make a new one; whatever trusts files in the directory trusts it at once',
  remove: 'delete it, with everything that was made beside it',
  after: `wechatpay-mock ca                                           the line for each runtime
wechatpay-mock ca --pem > ca.pem                            the certificate alone
curl --cacert .wechatpay-mock/ca.pem https://127.0.0.1:8089/_mock/health`,
  removeAlone: '--remove goes neither with --pem nor with --renew',
  title: "The CA of this machine's mock. It can sign for WeChat Pay hosts, localhost and loopback only.",
  labels: { certificate: 'certificate', fingerprint: 'SHA-256', validUntil: 'valid until' },
  renewedLater: (time) => `${time}, and renewed by whatever is started in the 30 days before`,
  trustTitle: 'To trust it (wechatpay-mock run -- <command> does it for one command):',
  runtimes: {
    node: 'Node.js',
    java: 'Java and everything else on the JVM',
    go: 'Go',
    php: 'PHP',
    curl: 'curl',
    python: 'Python (requests, httpx, ssl)',
    dotnet: '.NET',
  },
  undo: (line) => `undo: ${line}`,
  removeHint: 'To delete it and the files beside it: wechatpay-mock ca --remove',
  nothingToRemove: (directory) => `Nothing of ours is in ${directory}`,
  removed: (path) => `deleted: ${path}`,
  removedNote: 'Where the certificate was put into a store of the system, it is still there, but its key is gone.',
  faults: {
    too_open: (file) =>
      `${file} is open to other users of this machine, who may have read or changed it: close it with chmod go-rwx, then make a new CA with wechatpay-mock ca --renew`,
    foreign: (file) =>
      `${file} was not made by wechatpay-mock, or not by this user, and is left alone: choose another --data-dir, or move it away`,
    damaged: (file) => `${file} is damaged: make a new CA with wechatpay-mock ca --renew`,
    unusable: (file, reason) => `The CA can not be kept in ${file}: ${reason}; choose another --data-dir`,
  },
}

export const caZh: CaTexts = {
  description:
    '生成或显示 TLS 服务所用的证书颁发机构（CA），以及各运行环境信任它的命令。CA 在本机生成，只能为微信支付域名、localhost 和回环地址签发证书。',
  dataDir: '本机 CA 的保存目录',
  dataDirExpected: '请给出一个目录',
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
  faults: {
    too_open: (file) =>
      `本机其他用户可以访问 ${file}，内容可能已被读取或改动：请用 chmod go-rwx 收回权限，再用 wechatpay-mock ca --renew 重新生成 CA`,
    foreign: (file) => `${file} 不是 wechatpay-mock 或当前用户生成的，因此不做改动：请换一个 --data-dir，或把它移走`,
    damaged: (file) => `${file} 已损坏：请用 wechatpay-mock ca --renew 重新生成 CA`,
    unusable: (file, reason) => `无法在 ${file} 保存 CA：${reason}；请换一个 --data-dir`,
  },
}
