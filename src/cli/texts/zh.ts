import { attemptReasonsZh } from '../../control/attempt-reasons-zh.ts'
import type { ScenarioName } from '../../scenarios/index.ts'
import { caZh } from './ca.ts'
import { dataZh } from './data.ts'
import type { RefusedCall, Texts } from './en.ts'
import { explainZh } from './explain.ts'
import { gauntletZh } from './gauntlet.ts'
import { runZh } from './run.ts'
import { storeZh } from './store.ts'

/** 各场景的说明。 */
const scenarios: Readonly<Record<ScenarioName, string>> = {
  default: '每种状态的券各一张，另有订单，可以依次看到关联接口的各种应答。',
  empty: '只有内置的公开商户。',
  life: '券的每种经历各一张，带有历史和用过的请求单号：关联、重新关联、关联后核销、退券（关联保留）、再次核销、失效、删除、过期。全部发生在 2025 年 6 月，每步相隔一天。',
  partner:
    '内置商户作为 1900000010 的服务商：有它创建、归属于它或只由它发放的批次，以及双方的订单。使用 --orders known 时订单属于调用接口的商户，所以 1900000001 查不到 SUB_ORDER_1。要以 1900000010 调用，请用 POST /_mock/merchants 添加。',
  times:
    '每种时间规则各一个批次，天数从启动时模拟服务的时间算起：TIMES_NOT_YET_USABLE 六天后可用，TIMES_ENDS_TODAY 当天午夜（北京时间）结束。按周、按年的可用时段以及已结束、未开始的批次用固定日期，可以调整时钟来观察。',
}

/** 命令行会遇到的控制 API 拒绝。 */
type Refusal =
  | 'MOCK_UNREACHABLE'
  | 'MOCK_NOT_A_MOCK'
  | 'MOCK_TOKEN'
  | 'MOCK_FORBIDDEN_HOST'
  | 'MOCK_STORE_UNAVAILABLE'
  | 'MOCK_AMBIGUOUS'
  | 'MOCK_MERCHANT_UNKNOWN'
  | 'MOCK_ORDER_UNKNOWN'
  | 'MOCK_ORDER_STATE'
  | 'MOCK_PREPAY_ID'
  | 'MOCK_PAYER'
  | 'MOCK_REFUND_AMOUNT'

const number = ({ order }: RefusedCall) => order?.outTradeNo ?? ''

const refusals: Readonly<Record<Refusal, string | ((call: RefusedCall) => string)>> = {
  MOCK_UNREACHABLE: '没有模拟服务应答，请先运行 wechatpay-mock，或更正 --url',
  MOCK_NOT_A_MOCK: '应答的不是 wechatpay-mock，请更正 --url',
  MOCK_TOKEN: '这个模拟服务需要控制令牌，请用 --control-token 给出',
  MOCK_FORBIDDEN_HOST: '控制 API 不接受这个主机名，请使用 localhost 或 127.0.0.1，或给出 --control-token',
  MOCK_STORE_UNAVAILABLE: '模拟服务现在无法使用它的存储，请检查 --store 指定的 Redis 或 Valkey 后重试',
  MOCK_AMBIGUOUS: (call) => `多个商户有订单 ${number(call)}，请用 --mchid 指明商户`,
  MOCK_MERCHANT_UNKNOWN: ({ mchid = '' }) => `没有商户 ${mchid}，请用 POST /_mock/merchants 添加，或不写 --mchid`,
  MOCK_ORDER_UNKNOWN: (call) => {
    const whose = call.mchid === undefined ? '' : `商户 ${call.mchid} `
    return `${whose}没有订单 ${number(call)}，请先调用接口下单，或用 POST /_mock/orders 添加`
  },
  MOCK_ORDER_STATE: (call) =>
    call.order?.action === 'refund'
      ? `订单 ${number(call)} 不能退款：尚未支付，或支付已超过 365 天，或已有 50 笔退款`
      : `订单 ${number(call)} 已支付或已关闭，请另下一单`,
  MOCK_PREPAY_ID: (call) => `订单 ${number(call)} 的预支付会话标识已超过两小时，请重新下单以取得新的`,
  MOCK_PAYER: (call) => `订单 ${number(call)} 是为另一个用户下的`,
  MOCK_REFUND_AMOUNT: (call) => `退款金额超过订单 ${number(call)} 剩余可退的金额，可用 order show ${number(call)} 查看`,
}

/** 命令行的全部中文文字。 */
export const zh: Texts = {
  language: 'zh',
  program: {
    description: '模拟的微信支付 API v3：校验签名，保存商家券状态，返回已签名的应答。',
    after: `不写命令即启动服务：   wechatpay-mock --port 0
查看某个命令的选项：   wechatpay-mock <command> --help
退出码：               0 成功，1 否定的结果，2 用法有误`,
  },
  commands: {
    serve: '启动模拟服务（不写命令时的默认动作）',
    credentials: '显示或写出接入所需的身份信息，以及各 SDK 的示例代码',
    sign: '为请求签名',
    explain: '说明签名为何不通过以及如何改正',
    verify: '离线验证应答、回调或请求的签名',
    decrypt: '解密回调、密文对象或平台证书列表',
    notify: '离线向接收方发送一个已签名、已加密的回调',
    seed: '用场景或随机数据生成种子文件',
    order: '支付、过期、退款或查看运行中的模拟服务里的订单',
    pact: '验证消费者契约，或从流量录制契约',
    gauntlet: '让您自己的客户端面对故意做错的应答',
    ca: '生成或显示证书颁发机构（CA），以及各运行环境信任它的命令',
    run: '用模拟服务代替微信支付，运行您自己的命令',
  },
  help: {
    titles: {
      'Usage:': '用法：',
      'Arguments:': '参数：',
      'Options:': '选项：',
      'Commands:': '命令：',
    },
    helpOption: '显示帮助',
    versionOption: '显示版本',
    default: (value) => `默认 ${value}`,
  },
  common: {
    json: '以 JSON 输出',
    lang: '提示语言；不写则由系统区域设置决定',
  },
  loadDiagnosis: async () => (await import('../../diagnosis/texts/zh.ts')).zh,
  bug: '这是 wechatpay-mock 的缺陷，请连同以下内容一起反馈。',

  wrongUse: {
    seeHelp: (command) => `（参见 ${command} --help）`,
    unknownCommand: (name, commands) => `没有命令 ${name}，可用的命令有：${commands}`,
    unknownOption: (flag, similar) => `没有选项 ${flag}${similar === undefined ? '' : `，是否想写 ${similar}`}`,
    missingArgument: (name) => `缺少参数 <${name}>`,
    optionWithoutValue: (flags) => `选项 ${flags} 需要一个值`,
    tooManyArguments: (extra) => `多余的参数：${extra}`,
    badValue: (flags, value, reason) => `${flags} 不能是“${value}”：${reason}`,
    badVariable: (variable, value, reason) => `环境变量 ${variable} 不能是“${value}”：${reason}`,
    oneOf: (words) => `请从 ${words} 中选择`,
    wholeNumber: (min, max) => `请使用 ${min} 到 ${max} 的整数`,
  },

  files: {
    stdin: '标准输入',
    readingStdin: '正在读取标准输入，按 Ctrl+D 结束。',
    unreadable: (path, fault) => `无法读取 ${path}：${fault}`,
    unwritable: (path, fault) => `无法写入 ${path}：${fault}`,
    faults: {
      ENOENT: '没有这个文件或目录',
      EACCES: '没有权限',
      EISDIR: '这是一个目录',
      ENOTDIR: '路径中有一段不是目录',
      EEXIST: '已有同名文件',
      ENOSPC: '空间不足',
      EROFS: '文件系统只读',
    },
    notJson: (place, character) => `${place}：不是 JSON，此处不能出现 ${JSON.stringify(character)}`,
    jsonEnds: (place) => `${place}：不是 JSON，内容不完整`,
  },

  refused: (call) => {
    const text = Object.hasOwn(refusals, call.code) ? refusals[call.code as Refusal] : call.message
    return typeof text === 'string' ? text : text(call)
  },
  refusedAt: (url, reason) => `${url}：${reason}`,

  callbackHosts: {
    option: '除本机外，允许向哪些主机发送回调',
    expected: '请使用不带端口的主机名或地址',
  },

  requestLine: {
    badMethod: (text) => `“${text}”不是 HTTP 方法，请使用 GET、POST 等`,
    badUrl: (text) => `“${text}”既不是 URL（http://…），也不是以 / 开头的路径`,
    blankInUrl: (text) => `“${text}”中有空白字符，请按客户端实际发送的写法，用 %20 或 +`,
  },

  serve: {
    description:
      '在一个端口上启动模拟的微信支付 API v3，控制 API 在 /_mock 下。启动后显示地址、身份信息和一个可以直接试用的请求。',
    port: '监听端口；0 表示自动选择空闲端口',
    host: '监听地址；非本机回环地址需要 --control-token',
    hostExpected: '请使用地址或主机名，如 127.0.0.1',
    seed: '初始状态：场景名、种子文件，或 - 表示标准输入',
    seedExpected: '请写场景名或文件名',
    seedUnknown: (name, scenarios) =>
      `没有名为 ${name} 的场景或文件。场景有：${scenarios}；文件请写成 ./seed.json 的形式`,
    seedUnfit: (file, message) => `${file} 的内容不符合要求：${message}`,
    clock: '模拟服务的时间：2026-01-01T00:00:00+08:00 从该时刻起走动，frozen 静止，frozen@时刻 静止在该时刻',
    clockExpected: '请使用带时区的时间，如 2026-01-01T00:00:00+08:00，或 frozen，或 frozen@ 加这样的时间',
    percentExpected: '请使用 0 到 100 的数，例如 0.1',
    diagnosis: '401 是否在 Wechatpay-Mock-Diagnosis 中、日志是否说明客户端错在何处',
    notExamined: (id) => `错误的签名太多，没有逐一检查：wechatpay-mock explain --id ${id} 可说明这一个的原因。`,
    randomSeed: '使每次运行的编号和随机串都相同',
    randomSeedExpected: '请使用任意文本',
    journalLimit: '保留供查看的请求数量',
    controlToken: '调用控制 API 时须携带的令牌，即 Authorization: Bearer …',
    controlTokenExpected: '请使用不含空格的可见 ASCII 字符',
    quiet: '不在标准错误上逐条记录请求',
    after: `每个选项也可以用环境变量设置，例如 --key-mode 对应 WECHATPAY_MOCK_KEY_MODE；选项优先。
使用 --json 时，就绪后向标准输出写一行 {"event":"listening","url","control","pid"}。`,
    proxyPassthrough: '经代理访问非微信支付域名的请求直接转发，而不是拒绝',
    openProxy: (host) => `监听 ${host} 并使用 --proxy-passthrough 会让其他机器经本机访问任意地址，请去掉其中一个`,
    refusals: {
      namelessHost: '未给出的域名',
      host: (host) => `代理：已拒绝 ${host}，它不是微信支付的域名；用 --proxy-passthrough 可直接转发`,
      unreachable: (host, detail) => `代理：无法连接 ${host}：${detail}`,
      server_name: (host) => `TLS：已关闭连接，${host} 不是微信支付的域名`,
      untrusted: (host) => `TLS：客户端不信任 ${host} 的证书；信任的办法见 wechatpay-mock ca`,
      silent: (host) => `TLS：访问 ${host} 的客户端没有发送请求就断开了；如果是不信任证书，办法见 wechatpay-mock ca`,
      handshake: (host, detail) => `TLS：与访问 ${host} 的客户端握手失败：${detail}`,
      authority: (reason) => `TLS：无法提供服务：${reason}`,
      connections: (_, limit) => `同时连接超过 ${limit} 个：超出的以 503 拒绝`,
      store: (_, detail) => `应答 503：${detail}`,
    },
    portInUse: (port, host) => `${host} 的端口 ${port} 已被占用，请用 --port 换一个，或用 0 自动选择`,
    portReserved: (port) => `端口 ${port} 已被占用或需要管理员权限，请用 --port 选择 1023 以上的端口，或用 0 自动选择`,
    hostUnknown: (host) => `${host} 不是本机地址，请使用 --host 127.0.0.1，或用 0.0.0.0 表示全部地址`,
    tokenNeeded: (host) => `监听 ${host} 会使其他机器也能访问，请用 --control-token 保护控制 API`,
    linesDropped: (lines) => `（省略了 ${lines} 行：没有程序读取）`,
    stopping: '正在停止：处理完进行中的请求即退出，再按一次 Ctrl+C 立即退出。',
    listening: (version) => `wechatpay-mock ${version} 已启动。`,
    labels: {
      url: 'API v3',
      control: '控制 API',
      proxy: 'HTTPS_PROXY',
      mchid: '商户号',
      serial: '商户证书序列号',
      apiV3Key: 'APIv3 密钥',
      platformSerial: '平台证书序列号',
      publicKeyId: '微信支付公钥 ID',
      seed: '初始状态',
      clock: '时钟',
    },
    proxyHint: (url, command) => `${url}，供域名写死的客户端使用；信任它的办法：${command}`,
    scenario: (name) => `场景 ${name}`,
    clockNow: (time, frozen, judged) =>
      `${time}，${frozen ? '静止' : '走动'}${judged ? '；签名时间以此为准（用 --signature-clock machine 改为真实时间）' : ''}`,
    credentialsHint: (command) => `密钥和各 SDK 的示例代码：${command}`,
    tryIt: '在另一个终端中试一试：',
    stopHint: '按 Ctrl+C 停止。',
  },

  order: {
    description:
      '对运行中的模拟服务里的订单执行商户接口无法完成的操作：模拟用户手机支付、使订单超时关闭、模拟在商户平台退款；也可以查看订单。',
    action: '要做的事：pay 支付、expire 过期、refund 退款、show 查看',
    outTradeNo: '商户订单号（out_trade_no）',
    url: (standard) => `模拟服务的地址（默认取 WECHATPAY_MOCK_URL，未设置则为 ${standard}）`,
    mchid: '订单所属商户号；多个商户有同一订单号时需要',
    amount: '退款金额，单位为分；不写则退剩余的全部',
    outcome: '退款的结果；不写为 SUCCESS',
    controlToken: '模拟服务的控制令牌（如果设置了）',
    noMockAt: (url) => `${url} 没有模拟服务应答，请先运行 wechatpay-mock，或用 --url 或 WECHATPAY_MOCK_URL 指明地址`,
    onlyWithRefund: (flag) => `${flag} 只用于 refund`,
    after: `wechatpay-mock order pay MCH_202611250001                          用户手机支付
wechatpay-mock order refund MCH_202611250001 --amount 100          退回一元
wechatpay-mock order refund MCH_202611250001 --outcome ABNORMAL    退款没有到账`,
    shown: (number, state, total) => `订单 ${number}：${state}，${total}`,
    fen: (fen, currency) => `${fen} 分（${(fen / 100).toFixed(2)} ${currency}）`,
    paidAs: (transactionId, at, openid) =>
      `已支付：${transactionId}，${at}${openid === undefined ? '' : `，支付者 ${openid}`}`,
    prepayId: (id) => `预支付会话标识 ${id}`,
    refund: (number, status, amount, settles) => `退款 ${number}：${status}，${amount}，完成时间 ${settles}`,
  },

  credentials: {
    description: '显示客户端接入所需的身份信息：内置的公开商户，或运行中的模拟服务里的商户（--url）。',
    format: '输出形式：供阅读的文本、JSON、环境变量、文件，或某个 SDK 的程序',
    mchid: '商户号；不是内置商户时需要 --url',
    mchidExpected: '请使用 8 到 15 位数字',
    url: '模拟服务的地址，身份信息向它查询（默认取 WECHATPAY_MOCK_URL）',
    urlExpected: '请使用不带路径的地址，如 http://127.0.0.1:8089',
    offline: '只把 --url 写进输出，不去查询',
    controlToken: '模拟服务的控制令牌（如果设置了）',
    out: (directory) => `--format files 的目录（默认 ${directory}）`,
    force: '替换内容不同的文件',
    after: `wechatpay-mock credentials --format php > wechatpay.php     可以直接运行的程序
wechatpay-mock credentials --format env > .env              供 shell、dotenv 和 node --env-file 使用
wechatpay-mock credentials --format files --out certs       apiclient_key.pem 等文件`,
    onlyWellKnown: (mchid, wellKnown) => `离线时只知道 ${wellKnown}，请用 --url 指明有商户 ${mchid} 的模拟服务`,
    outOnlyWithFiles: '--out 只用于 --format files，其他形式请用 > 重定向',
    noMockAt: (url) => `${url} 没有模拟服务应答，请先运行 wechatpay-mock，或更正 --url，或加上 --offline 不去查询`,
    otherContent: (paths) => `已有内容不同的文件，确认替换请加 --force：${paths}`,
    labels: {
      mchid: '商户号 (mchid)',
      serial: '商户证书序列号',
      apiV3Key: 'APIv3 密钥',
      platformSerial: '平台证书序列号',
      publicKeyId: '微信支付公钥 ID',
      url: '接口地址',
    },
    more: (formats) => `密钥：--format json|env|files。可以直接运行的程序：--format ${formats}`,
    files: {
      title: 'wechatpay-mock 的身份信息，仅供测试，不保护任何东西。',
      privateKey: '商户 API 私钥',
      certificate: '商户 API 证书',
      platformCertificate: '微信支付平台证书，用于验证应答',
      publicKey: (id) => `微信支付公钥 ${id}，用于验证应答`,
      readme: '以上文件的说明，以及文件之外的参数',
    },
    snippets: {
      verified: 'SDK 已验证应答的签名',
      hostRewritten: '签名不包含域名，因此可以把请求改发到模拟服务。',
      privateAttribute: '该 SDK 没有设置地址的选项。',
    },
  },

  sign: {
    description: '为请求签名，输出 Authorization 请求头的值。',
    method: 'HTTP 方法',
    url: 'URL 或路径，包括查询串，与客户端实际发送的完全一致',
    body: '请求体',
    bodyFile: '请求体所在的文件，- 表示标准输入',
    oneBody: '--body 和 --body-file 只能写一个',
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
  },

  verify: {
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
    nowExpected: '请使用 1970 年以来的秒数，或带时区的时间，如 2026-01-01T00:00:00+08:00',
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
    noRequestLine: (name) => `${name} 不是以 POST /v3/… HTTP/1.1 这样的请求行开头`,
    notHttp: (name) => `${name} 不是以 HTTP 报文的头部开头，请用 curl -i 保存，或用选项写出头部`,
    notHeaders: (name) => `${name} 不是每行一个“名称: 值”的头部列表`,
    notAKey: (file) => `${file} 不是 PEM 格式的 RSA 证书或公钥`,
    privateKeyGiven: (file) => `${file} 是私钥，验证签名请使用证书或公钥`,
    valid: (serial) => `通过，签名密钥为 ${serial}`,
    invalid: '不通过：',
    message: (bytes) => `验签串共 ${bytes} 字节：`,
    reasons: {
      unsigned: '没有任何 Wechatpay-* 头部。401 应答从不签名；没有这些头部的 2xx 应答是伪造的。',
      headersMissing: (names) => `缺少 ${names}。`,
      signatureType: (type) => `Wechatpay-Signature-Type 为 ${type}，这里只能验证 RSA 签名。`,
      timestampNoNumber: (timestamp) => `时间戳“${timestamp}”不是 1970 年以来的整秒数。`,
      timestampMilliseconds: '时间戳以毫秒为单位，应为秒。',
      timestampOff: (seconds, behind, now) =>
        `时间戳比 ${now} ${behind ? '早' : '晚'} ${seconds} 秒，最多允许 300 秒（用 --now 指定比较的时间）。`,
      platformSerial: (serial, known) => `序列号 ${serial} 未知，已知的有 ${known}（用 --platform-key 指定其他密钥）。`,
      merchantSerial: (serial, known) => `序列号 ${serial} 未知，已知的是 ${known}（用 --merchant-key 指定其他密钥）。`,
      merchant: (mchid, known) => `商户 ${mchid} 未知，已知的是 ${known}（用 --merchant-key 指定其他商户的密钥）。`,
      authorizationMalformed:
        'Authorization 的格式应为：<认证类型> mchid="…",nonce_str="…",timestamp="…",serial_no="…",signature="…"（顺序不限，双引号，其间无空格）。',
      scheme: (scheme, path) => `认证类型 ${scheme} 不适用于 ${path}。`,
      probe: '签名以 WECHATPAY/SIGNTEST/ 开头，是故意错误的探测，应像其他错误签名一样拒绝，正确的会随后到来。',
      notBase64: '签名不是 base64。',
      differs: (serial) =>
        `签名与密钥 ${serial} 下的验签串不符：签名时的报文主体、时间戳或随机串不同，或使用了另一把密钥。`,
      trailingNewline: '去掉报文主体末尾的换行后签名相符；发送时没有这个换行，它是编辑器或 echo 加上的。',
      cutOff: (have, declared) => `报文主体只有 ${declared} 字节中的 ${have} 字节。`,
    },
  },

  decrypt: {
    description: '解密用 APIv3 密钥加密的内容：回调中的 resource，或 GET /v3/certificates 应答中的平台证书。',
    file: '密文对象、回调或证书列表的 JSON；不写则读标准输入',
    apiV3Key: 'APIv3 密钥，32 个字符；不写则用内置商户的',
    after: `wechatpay-mock decrypt callback.json
curl -s … /v3/certificates … | wechatpay-mock decrypt > platform.pem`,
    badKey: (bytes) => `APIv3 密钥应为 32 个 ASCII 字符，这里有 ${bytes} 字节，请更正 --api-v3-key`,
    nothingSealed: (name) => `${name} 中没有加密的内容，请给出密文对象（algorithm、nonce、ciphertext）、回调或证书列表`,
    certificate: (serial, from, until) => `${serial}${from && until ? `，有效期 ${from} 至 ${until}` : ''}`,
    reasons: {
      unknown_algorithm: '无法解密：算法不是 AEAD_AES_256_GCM。',
      ciphertext_too_short: '无法解密：密文比末尾的 16 字节认证标签还短。',
      bad_nonce: '无法解密：nonce 不是 12 个字符。',
      tag_mismatch:
        '无法解密：认证标签不符。加密时用了另一把 APIv3 密钥，或 associated_data、nonce、ciphertext 被改动。',
    },
  },

  notify: {
    description:
      '按事件生成回调，用平台密钥签名，用内置商户的 APIv3 密钥加密，发送后显示发出的内容，不需要启动模拟服务。接收方没有接受时退出码为 1。',
    event: '发生的事件',
    url: '发往的地址；其他机器须用 --allow-callback-host 允许',
    resource: '加密内容的字段（任意层级），JSON 或文件；未写的自动补全，null 表示去掉该字段',
    keyMode: '签名所用的密钥',
    times: '发送次数：每次重发 id 相同，签名不同',
    after: `wechatpay-mock notify --event COUPON.SEND --url http://127.0.0.1:3000/notify
wechatpay-mock notify --event TRANSACTION.SUCCESS --url http://127.0.0.1:3000/notify --resource '{"out_trade_no":"MCH_1"}'`,
    incomplete: '请写明事件和地址：--event COUPON.SEND --url http://127.0.0.1:3000/notify',
    badUrl: (url) => `--url “${url}”不是 http 或 https 地址`,
    hostNotAllowed: (host) => `${host} 不是本机，请用 --allow-callback-host ${host} 允许`,
    noObject: (name) => `${name}：应为 JSON 对象`,
    unknownMembers: (event, members) => `${event} 在此没有 ${members.join('、')}，按原样发送`,
    sealed: '加密前的内容：',
    replied: (status, taken, body) =>
      `应答 ${status}：${taken ? '已接受' : '未接受，只有 200 和 204 表示接受'}${body === '' ? '' : `\n${body}`}`,
    noReply: ({ reason: { name, value = '' } }) => `没有应答：${attemptReasonsZh[name](value)}`,
  },

  seed: {
    description: '写出供 serve --seed 使用的种子文件：一个或多个场景，随机生成的券，或二者合并。',
    scenarios: '要写入的场景；什么都不写则为 default',
    coupons: '生成多少张券，连同批次和订单',
    randomSeed: (standard) => `决定 --coupons 生成的内容，文本相同则内容相同（默认 ${standard}）`,
    randomSeedExpected: '请使用任意文本',
    randomSeedAlone: '--random-seed 用于 --coupons，请写明数量',
    out: '要写的文件；不写则为标准输出',
    scenario: (name, description) => (Object.hasOwn(scenarios, name) ? scenarios[name as ScenarioName] : description),
    list: '列出场景',
    after: `wechatpay-mock seed default --out seed.json
wechatpay-mock seed --coupons 100000 --random-seed 42 --out large.json`,
    unknownScenario: (name, scenarios) => `没有场景 ${name}，可用的场景有：${scenarios}`,
    progress: (lines) => `${lines} 行`,
    written: (file, bytes) => `${file}：${bytes} 字节`,
  },

  pact: {
    description: '用模拟服务验证消费者契约（Pact），或从它收到的请求录制契约。',
    after: `wechatpay-mock pact verify pacts/*.json
wechatpay-mock pact record --out pacts/my-shop-wechatpay.json --consumer my-shop`,
    subcommandNeeded: (names) => `请写明对契约做什么：${names}`,
    record: {
      summary: '从模拟服务收到的请求录制契约',
      description:
        '把运行中的模拟服务的请求记录变成契约文件（规范 4）：每种不同的请求成为一条交互，带上单独重放所需的提供方状态，每次都不同的值用匹配规则。文件中已有的交互保持不变。没有可录制的请求时退出码为 1。',
      out: '契约文件，新的交互会加入其中',
      url: '模拟服务的地址；不写则取 WECHATPAY_MOCK_URL',
      consumer: '消费方名称（默认：文件中的名称，或 wechatpay-client）',
      provider: '提供方名称（默认：文件中的名称，或 wechatpay）',
      mchid: '只录制此商户的请求',
      operation: '只录制此接口的请求',
      controlToken: '模拟服务的控制令牌（如果设置了）',
      after: `wechatpay-mock pact record --out pacts/my-shop-wechatpay.json --consumer my-shop
wechatpay-mock pact verify pacts/my-shop-wechatpay.json`,
      outNeeded: '请写明录制到哪个文件：--out FILE',
      fileUnfit: (message) => `无法录制到此文件：${message}`,
      noMockAt: (url) => `${url} 没有模拟服务应答，请先运行 wechatpay-mock，或更正 --url`,
      failed: (message) => `没有录制：${message}`,
      leftOut: (call, status, reason) => `未录制：${call}${status === undefined ? '' : ` ${status}`}：${reason}`,
      sum: (file, calls, added, kept, leftOut) =>
        calls === 0
          ? '没有可录制的请求：请求记录中没有符合条件的请求'
          : `${file}：新增 ${added} 条交互，已有 ${kept} 条${leftOut > 0 ? `；${calls} 个请求中有 ${leftOut} 个未录制` : ''}`,
    },
    verify: {
      summary: '验证任何语言写的契约',
      description:
        '验证任何语言、规范 2、3、4 的契约文件：设置提供方状态，按实际发出的字节重新签名每个请求，并检查每个应答的签名。有一条不符合时退出码为 1。',
      files: '契约文件、目录或地址（http…）',
      url: '已在运行的模拟服务的地址，验证后恢复其状态（默认取 WECHATPAY_MOCK_URL，未设置则自行启动一个）',
      controlToken: '它的控制令牌（如果设置了）',
      broker: 'Pact Broker 的地址，取主分支和已部署版本的契约；令牌用 PACT_BROKER_TOKEN',
      publish: '把结果作为此版本的结果发布到 Broker',
      junit: '同时把 JUnit 报告写入此文件',
      after: `wechatpay-mock pact verify pacts/my-shop-wechatpay.json --junit report.xml
wechatpay-mock pact verify pacts --url http://127.0.0.1:8089`,
      nothing: '没有要验证的契约，请写明契约文件，或用 --broker',
      publishWhere: '--publish 只用于 --broker 的契约',
      pactMissing: '验证契约需要 Pact，尚未安装：npm install --save-dev @pact-foundation/pact',
      fileUnfit: (message) => `不是契约文件：${message}`,
      noMockAt: (url) => `${url} 没有模拟服务应答，请先运行 wechatpay-mock，或更正 --url，或不写 --url`,
      tokenNeeded: '这个模拟服务需要控制令牌，请用 --control-token 给出',
      failed: (message) => `无法完成验证：${message}`,
      consumer: (name) => `${name} 的契约`,
      ok: '通过',
      failedWord: '失败',
      pending: '待定',
      problem: (text) => `问题：${text}`,
      sum: (all, failed, pending) =>
        `共 ${all} 条交互，通过 ${all - failed - pending}，失败 ${failed}${pending > 0 ? `，待定 ${pending}` : ''}`,
    },
  },

  ca: caZh,

  data: dataZh,
  store: storeZh,
  run: runZh,
  gauntlet: gauntletZh,
  explain: explainZh,
}
