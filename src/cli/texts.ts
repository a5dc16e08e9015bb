import type { DiagnosisTexts } from '../wire/diagnosis/index.ts'
import { LANGUAGES, type Language } from '../wire/shared/texts.ts'

export { LANGUAGES, type Language }

/**
 * The language to speak: `--lang`, at any place among the arguments, or else `WECHATPAY_MOCK_LANG`, or else the locale. Must be known before the
 * arguments are parsed, since parsing may already end in a message.
 */
export function languageOf(args: readonly string[], environment: NodeJS.ProcessEnv): Language {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  const at = own.findLastIndex((arg) => arg === '--lang' || arg.startsWith('--lang='))
  const asked = own[at] === '--lang' ? own[at + 1] : own[at]?.slice('--lang='.length)
  const { WECHATPAY_MOCK_LANG, LC_ALL, LC_MESSAGES, LANG } = environment
  const named = LANGUAGES.find((language) => language === (asked ?? WECHATPAY_MOCK_LANG))
  if (named !== undefined) return named
  return /^zh(?:[_.@-]|$)/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'zh' : 'en'
}

export async function loadDiagnosisTexts(language: Language): Promise<DiagnosisTexts> {
  return language === 'zh'
    ? (await import('../wire/diagnosis/texts/zh.ts')).zh
    : (await import('../wire/diagnosis/texts/en.ts')).en
}

const en = {
  program: {
    description:
      'A simulated WeChat Pay API v3: checks signatures, keeps the state of coupons, orders, refunds, profit sharing, bills and transfers, answers with signed responses.',
    after: `Without a command it serves:  wechatpay-mock --port 0
Options of a command:         wechatpay-mock <command> --help
Exit codes:                   0 success, 1 negative result, 2 usage error`,
  },
  /** One line for each command, as the program's help lists them. */
  commands: {
    serve: 'start the simulated service (what happens without a command)',
    credentials: 'show or write the identity to connect with, and a snippet for an SDK',
    sign: 'sign a request',
    explain: 'say why a signature fails, and what to do about it',
    code: 'print a call of a running mock as a program, a test or a contract',
    verify: 'verify a response, a callback or a request, offline',
    decrypt: 'open a callback, an envelope or a certificate list',
    notify: 'send a signed, encrypted callback to a receiver, offline',
    seed: 'write a seed file from a scenario or at random',
    order: 'pay, expire, refund or show an order of a running mock',
    transfer: 'confirm, dismiss, fail or show a transfer of a running mock',
    clock: 'show, move, freeze or unfreeze the clock of a running mock',
    pact: 'verify, show, review and record consumer contracts, hold them against live traffic, or stand before the Pact of another language',
    openapi: 'print the OpenAPI document of what is served',
    gauntlet: 'run your own client against answers that are wrong on purpose',
    ca: 'make or show the certificate authority, and how each runtime trusts it',
    run: 'run a command of yours with the mock in place of WeChat Pay',
    health: 'ask a running mock whether it is up',
    mcp: 'serve coding assistants, by the Model Context Protocol',
  },
  help: {
    titles: {
      'Usage:': 'Usage:',
      'Arguments:': 'Arguments:',
      'Options:': 'Options:',
      'Commands:': 'Commands:',
    },
    helpOption: 'show this help',
    versionOption: 'show the version',
    default: (value: string): string => `default: ${value}`,
    notes: (notes: readonly string[]): string => ` (${notes.join('; ')})`,
  },
  options: {
    json: 'answer in JSON, and say errors on standard error as {"code","message","path"}',
    lang: 'language of messages; the locale decides if left out',
    hostsExpected: 'use host names or addresses, without ports',
    timeout: 'how long each answer may take',
    minEvidence:
      'how sure it has to be at least that the live service does the same, or else the exit code is 1 (docs/fidelity.md)',
    timeExpected: 'use seconds since 1970, or a time with offset like 2026-01-01T00:00:00+08:00',
  },
  fact: (label: string, value: string): string => `${label}: ${value}`,
  bug: 'This is a bug in wechatpay-mock; please report it with what follows.',

  wrongUse: {
    seeHelp: (command: string): string => ` (see ${command} --help)`,
    unknownCommand: (name: string, commands: string, similar: string | undefined): string =>
      `There is no command ${name}${similar === undefined ? '.' : `; did you mean ${similar}?`} The commands are: ${commands}`,
    unknownOption: (flag: string, similar: string | undefined): string =>
      `There is no option ${flag}${similar === undefined ? '' : `; did you mean ${similar}?`}`,
    unknownVariable: (variable: string, similar: string | undefined): string =>
      `There is no environment variable ${variable}${similar === undefined ? '' : `; did you mean ${similar}?`}`,
    missingArgument: (name: string): string => `<${name}> is missing`,
    optionWithoutValue: (flags: string): string => `The option ${flags} needs a value`,
    tooManyArguments: (extra: string): string => `Too many arguments: ${extra}`,
    behindSeparator: (line: string): string => `Put the command behind --: ${line}`,
    badValue: (flags: string, value: string, reason: string): string => `${flags} cannot be "${value}": ${reason}`,
    badVariable: (variable: string, value: string, reason: string): string =>
      `The environment variable ${variable} cannot be "${value}": ${reason}`,
    oneOf: (words: string): string => `use one of ${words}`,
    wholeNumber: (min: number, max: number): string => `use a whole number from ${min} to ${max}`,
    oneBody: 'Give --body or --body-file, not both',
  },

  files: {
    stdin: 'standard input',
    readingStdin: 'Reading from standard input; end it with Ctrl+D.',
    unreadable: (path: string, fault: string): string => `Cannot read ${path}: ${fault}`,
    unwritable: (path: string, fault: string): string => `Cannot write ${path}: ${fault}`,
    utf16: (name: string): string =>
      `${name} is in UTF-16, as Windows PowerShell redirects into files: save it in UTF-8, or let the program write the file itself, like curl -o`,
    notJson: (place: string, character: string): string =>
      `${place}: not JSON, ${JSON.stringify(character)} is not allowed here`,
    jsonEnds: (place: string): string => `${place}: not JSON, the text ends too early`,
  },

  /** `names`: one file or several. */
  replacing: {
    force: 'replace a file that is there',
    question: (names: string): string => `Already there: ${names}. Replace? [y/N] `,
    refused: (names: string): string => `Already there, and replaced only with --force: ${names}`,
    kept: (names: string): string => `Left as it was: ${names}`,
  },

  requestLine: {
    badMethod: (text: string): string => `"${text}" is not an HTTP method: use GET, POST or the like`,
    badUrl: (text: string): string => `"${text}" is neither a URL (http://…) nor a path that begins with /`,
    blankInUrl: (text: string): string => `"${text}" has blanks in it: write them as the client sends them, %20 or +`,
    missing: (name: string): string => `${name} does not begin with a request line such as POST /v3/… HTTP/1.1`,
  },

  callbackHosts: {
    option: 'hosts that callbacks may be sent to besides this machine',
    notAllowed: (host: string): string => `${host} is not this machine: allow it with --allow-callback-host ${host}`,
  },

  runningMock: {
    urlExpected: 'use the address of a mock without a path, like http://127.0.0.1:8089',
    mchidExpected: 'use 8 to 15 digits',
    controlToken: "the mock's control token, if it has one",
    noMockAt: (url: string): string =>
      `No mock answers at ${url}: start one with wechatpay-mock, or give --url or WECHATPAY_MOCK_URL`,
    refusedAt: (url: string, reason: string): string => `${url}: ${reason}`,
  },

  authority: { dataDir: 'where the CA is kept', dataDirExpected: 'name a directory' },

  verification: {
    notAKey: (file: string): string => `${file} is neither an RSA certificate nor an RSA public key in PEM`,
    privateKeyGiven: (file: string): string =>
      `${file} is a private key: signatures are verified with the certificate or the public key`,
    reasons: {
      unsigned:
        'It has none of the Wechatpay-* headers. 401 answers are never signed; a 2xx answer without them is forged.',
      headersMissing: (names: string): string => `Missing: ${names}.`,
      signatureType: (type: string): string =>
        `Wechatpay-Signature-Type is ${type}; only RSA signatures can be verified.`,
      timestampNoNumber: (timestamp: string): string =>
        `The timestamp "${timestamp}" is not a whole number of seconds since 1970.`,
      timestampMilliseconds: 'The timestamp is in milliseconds; it must be in seconds.',
      timestampOff: (seconds: number, behind: boolean, now: string): string =>
        `The timestamp is ${seconds} seconds ${behind ? 'behind' : 'ahead of'} ${now}; at most 300 are allowed (--now sets the time to compare with).`,
      platformSerial: (serial: string, known: string): string =>
        `The serial ${serial} is unknown; the known ones are ${known} (--platform-key names another key).`,
      merchantSerial: (serial: string, known: string): string =>
        `The serial ${serial} is unknown; the known one is ${known} (--merchant-key names another key).`,
      merchant: (mchid: string, known: string): string =>
        `The merchant ${mchid} is unknown; the known one is ${known} (--merchant-key names another's key).`,
      authorizationMalformed:
        'Authorization is not of the form <scheme> mchid="…",nonce_str="…",timestamp="…",serial_no="…",signature="…" (any order, double quotes, no blanks between).',
      scheme: (scheme: string, path: string): string => `The scheme ${scheme} is not the one for ${path}.`,
      probe:
        'The signature begins with WECHATPAY/SIGNTEST/: it is a probe, wrong on purpose. Reject it like any wrong signature; the real one follows.',
      notBase64: 'The signature is not base64.',
      differs: (serial: string): string =>
        `The signature does not match the message under the key ${serial}: another body, timestamp or nonce was signed, or another key signed it.`,
      trailingNewline:
        'The signature matches without the line feed at the end of the body, which was not sent: an editor or echo added it.',
      cutOff: (have: number, declared: number): string => `The body has only ${have} of ${declared} bytes.`,
    },
  },

  envelope: {
    badKey: (bytes: number): string =>
      `An APIv3 key has 32 ASCII characters; this one has ${bytes} bytes: correct --api-v3-key`,
    reasons: {
      unknown_algorithm: 'Cannot be opened: the algorithm is not AEAD_AES_256_GCM.',
      ciphertext_too_short: 'Cannot be opened: the ciphertext is shorter than the tag at its end, 16 bytes.',
      bad_nonce: 'Cannot be opened: the nonce does not have 12 characters.',
      tag_mismatch:
        'Cannot be opened: the tag differs. It was encrypted with another APIv3 key, or associated_data, nonce or ciphertext was changed.',
    },
  },
}

const zh: typeof en = {
  program: {
    description:
      '模拟的微信支付 API v3：校验签名，保存商家券、订单、退款、分账、账单和商家转账的状态，返回已签名的应答。',
    after: `不写命令即启动服务：   wechatpay-mock --port 0
查看某个命令的选项：   wechatpay-mock <command> --help
退出码：               0 成功，1 检查未通过，2 用法有误`,
  },
  commands: {
    serve: '启动模拟服务（不写命令时的默认动作）',
    credentials: '显示或写出接入所需的身份信息，以及各 SDK 的示例代码',
    sign: '为请求签名',
    explain: '说明签名为何不通过以及如何改正',
    code: '把运行中的模拟服务收到的请求输出为程序、测试或契约',
    verify: '离线验证应答、回调或请求的签名',
    decrypt: '解密回调、密文对象或平台证书列表',
    notify: '离线向接收方发送一个已签名、已加密的回调',
    seed: '用场景或随机数据生成种子文件',
    order: '支付、过期、退款或查看运行中的模拟服务里的订单',
    transfer: '确认、关闭、置为失败或查看运行中的模拟服务里的商家转账',
    clock: '查看、调整、冻结运行中的模拟服务的时钟',
    pact: '验证、展示、评审、录制消费者契约，与线上流量比对，或配合其他语言的 Pact',
    openapi: '输出所提供接口的 OpenAPI 文档',
    gauntlet: '用故意出错的应答检验您自己的客户端',
    ca: '生成或显示证书颁发机构（CA），以及各运行环境信任它的命令',
    run: '用模拟服务代替微信支付，运行您自己的命令',
    health: '询问运行中的模拟服务是否可用',
    mcp: '通过模型上下文协议（MCP）为 AI 编程助手提供工具',
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
    notes: (notes) => `（${notes.join('；')}）`,
  },
  options: {
    json: '以 JSON 输出；出错时向标准错误输出 {"code","message","path"}',
    lang: '提示语言；不写则由系统区域设置决定',
    hostsExpected: '请使用不带端口的主机名或地址',
    timeout: '等待每个应答的秒数',
    minEvidence: '每条交互与线上服务一致的依据至少应达到的程度，否则退出码为 1（docs/fidelity.md）',
    timeExpected: '请使用 1970 年以来的秒数，或带时区的时间，如 2026-01-01T00:00:00+08:00',
  },
  fact: (label, value) => `${label}：${value}`,
  bug: '这是 wechatpay-mock 的缺陷，请连同以下内容一起反馈。',

  wrongUse: {
    seeHelp: (command) => `（参见 ${command} --help）`,
    unknownCommand: (name, commands, similar) =>
      `没有命令 ${name}${similar === undefined ? '' : `（是否想写 ${similar}）`}，可用的命令有：${commands}`,
    unknownOption: (flag, similar) => `没有选项 ${flag}${similar === undefined ? '' : `，是否想写 ${similar}`}`,
    unknownVariable: (variable, similar) =>
      `没有环境变量 ${variable}${similar === undefined ? '' : `，是否想写 ${similar}`}`,
    missingArgument: (name) => `缺少参数 <${name}>`,
    optionWithoutValue: (flags) => `选项 ${flags} 需要一个值`,
    tooManyArguments: (extra) => `多余的参数：${extra}`,
    behindSeparator: (line) => `命令请写在 -- 之后：${line}`,
    badValue: (flags, value, reason) => `${flags} 不能是“${value}”：${reason}`,
    badVariable: (variable, value, reason) => `环境变量 ${variable} 不能是“${value}”：${reason}`,
    oneOf: (words) => `请从 ${words} 中选择`,
    wholeNumber: (min, max) => `请使用 ${min} 到 ${max} 的整数`,
    oneBody: '--body 和 --body-file 只能写一个',
  },

  files: {
    stdin: '标准输入',
    readingStdin: '正在读取标准输入，按 Ctrl+D 结束。',
    unreadable: (path, fault) => `无法读取 ${path}：${fault}`,
    unwritable: (path, fault) => `无法写入 ${path}：${fault}`,
    utf16: (name) =>
      `${name} 是 UTF-16 编码，Windows PowerShell 重定向时会这样写文件：请改存为 UTF-8，或让程序自己写文件，例如 curl -o`,
    notJson: (place, character) => `${place}：不是 JSON，此处不能出现 ${JSON.stringify(character)}`,
    jsonEnds: (place) => `${place}：不是 JSON，内容不完整`,
  },

  replacing: {
    force: '替换已有的文件',
    question: (names) => `${names} 已存在，是否替换？[y/N] `,
    refused: (names) => `${names} 已存在，确认替换请加 --force`,
    kept: (names) => `${names} 未改动`,
  },

  requestLine: {
    badMethod: (text) => `“${text}”不是 HTTP 方法，请使用 GET、POST 等`,
    badUrl: (text) => `“${text}”既不是 URL（http://…），也不是以 / 开头的路径`,
    blankInUrl: (text) => `“${text}”中有空白字符，请按客户端实际发送的写法，用 %20 或 +`,
    missing: (name) => `${name} 不是以 POST /v3/… HTTP/1.1 这样的请求行开头`,
  },

  callbackHosts: {
    option: '除本机外，允许向哪些主机发送回调',
    notAllowed: (host) => `${host} 不是本机，请用 --allow-callback-host ${host} 允许`,
  },

  runningMock: {
    urlExpected: '请使用不带路径的地址，如 http://127.0.0.1:8089',
    mchidExpected: '请使用 8 到 15 位数字',
    controlToken: '模拟服务的控制令牌（如果设置了）',
    noMockAt: (url) => `${url} 没有模拟服务应答，请先运行 wechatpay-mock，或用 --url 或 WECHATPAY_MOCK_URL 指明地址`,
    refusedAt: (url, reason) => `${url}：${reason}`,
  },

  authority: { dataDir: 'CA 的保存目录', dataDirExpected: '请给出一个目录' },

  verification: {
    notAKey: (file) => `${file} 不是 PEM 格式的 RSA 证书或公钥`,
    privateKeyGiven: (file) => `${file} 是私钥，验证签名请使用证书或公钥`,
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

  envelope: {
    badKey: (bytes) => `APIv3密钥应为 32 个 ASCII 字符，这里有 ${bytes} 字节，请更正 --api-v3-key`,
    reasons: {
      unknown_algorithm: '无法解密：算法不是 AEAD_AES_256_GCM。',
      ciphertext_too_short: '无法解密：密文比末尾的 16 字节认证标签还短。',
      bad_nonce: '无法解密：nonce 不是 12 个字符。',
      tag_mismatch:
        '无法解密：认证标签不符。加密时用了另一把 APIv3密钥，或 associated_data、nonce、ciphertext 被改动。',
    },
  },
}

/** Texts of the program, and those that several commands share; a command's own texts are in its folder. */
export const commonTexts = { en, zh }
