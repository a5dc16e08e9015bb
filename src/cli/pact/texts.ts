import type { LeftOutCall, PactRecording } from '../../recording/record-pact.ts'

const en = {
  description:
    'Verifies consumer contracts (Pact) against the mock, records one from the calls that it received, or lets verifiers and consumers of other languages work with a service that signs.',
  after: `wechatpay-mock pact verify pacts/*.json
wechatpay-mock pact record --out pacts/my-shop-wechatpay.json --consumer my-shop
wechatpay-mock pact front --to http://127.0.0.1:1234 -- go test ./...`,
  subcommandNeeded: (names: string): string => `Say what to do with pacts: ${names}`,
  record: {
    summary: 'record a pact from the calls that a mock received and the callbacks that it sent',
    description:
      'Turns the calls and callbacks in the journal of a running mock into a pact (specification 4): one interaction for each distinct call, with the provider states that it needs to be replayed alone, and messages for each callback; what differs in every run has stand-ins and matchers. What is in the file already stays as it is, and what is left out is listed. Exit code 1 when there is nothing to record.',
    out: 'the pact file; new interactions are added to it',
    url: 'address of the mock; WECHATPAY_MOCK_URL if left out',
    consumer: 'name of the consumer (default: as in the file, or wechatpay-client)',
    provider: 'name of the provider (default: as in the file, or wechatpay)',
    mchid: 'only calls of this merchant, and callbacks for it',
    operation: 'only calls of this operation, and no callbacks',
    controlToken: "the mock's control token, if it has one",
    after: `wechatpay-mock pact record --out pacts/my-shop-wechatpay.json --consumer my-shop
wechatpay-mock pact verify pacts/my-shop-wechatpay.json`,
    outNeeded: 'Say where to record into: --out FILE',
    failed: (message: string): string => `Nothing was recorded: ${message}`,
    leftOut: ({ call, status, times, reason }: LeftOutCall): string =>
      `left out: ${call}${status === undefined ? '' : ` ${status}`}${times > 1 ? `, ${times} times` : ''}: ${reason}`,
    sum: ({ file, calls, callbacks, added, kept, leftOut }: PactRecording): string =>
      calls + callbacks === 0
        ? 'Nothing to record: the journal has no such calls, and no callbacks'
        : `${file}: ${counted(added.length, 'interaction')} added, ${kept} already there; of ${counted(calls, 'call')} and ${counted(callbacks, 'callback')} ${timesIn(leftOut)} left out`,
  },
  verify: {
    summary: 'verify pacts written in any language',
    description:
      'Verifies pacts written in any language, of specification 2, 3 or 4: sets provider states, signs each request afresh over the bytes that are sent, and checks the signature of every answer. Exit code 1 when an interaction fails or a result cannot be published, 2 when there is nothing to verify.',
    files: 'pact files, directories of them, or their addresses (http…)',
    url: 'address of a running mock, whose state is restored afterwards (default: WECHATPAY_MOCK_URL, or else one is started)',
    controlToken: 'its control token, if it has one',
    broker:
      'Pact broker to take pacts from if no files are named (default: PACT_BROKER_BASE_URL): those of main branches and of what is deployed, unless others are chosen',
    brokerToken: 'its token; better in PACT_BROKER_TOKEN, since others on this machine can see command lines',
    brokerUsername: 'user of the broker, or PACT_BROKER_USERNAME',
    brokerPassword: "that user's password; better in PACT_BROKER_PASSWORD",
    brokerTimeout: 'how long each answer of the broker may take (default: 30)',
    provider: 'name of the provider in the pacts',
    providerBranch: "the provider's branch (default: that of git, or of the CI system)",
    providerTag: "tag of the provider's version; may be repeated",
    consumerVersionSelector:
      'choose pacts by a selector, as JSON, such as {"mainBranch":true,"consumer":"my-shop"}; may be repeated',
    consumerBranch: 'choose the latest pacts of a branch; may be repeated',
    consumerVersionTag: 'choose the latest pacts with a tag; may be repeated',
    enablePending: 'pacts that the provider has never kept may fail',
    includeWipPactsSince:
      'also verify pacts that are not chosen and that no one has verified, from this day on, YYYY-MM-DD; they may fail',
    publish: "publish the results to the broker, as those of this version of the provider's",
    buildUrl: 'address of this build, for those who see the results',
    allowEmpty: 'let it pass if there is nothing to verify',
    addressExpected: 'an address, like https://ci.example.com/builds/42',
    selectorExpected: 'an object in JSON, like {"mainBranch":true}',
    dateExpected: 'a day, like 2026-11-01',
    nameExpected: 'it is empty',
    branchExpected: 'it is empty: no branch is checked out here, so take its name from the CI system',
    junit: 'also write a JUnit report into this file',
    after: `wechatpay-mock pact verify pacts/my-shop-wechatpay.json --junit report.xml
wechatpay-mock pact verify pacts --url http://127.0.0.1:8089
wechatpay-mock pact verify --broker https://broker.example.com --publish 1.2.3`,
    nothing: 'There is nothing to verify: name pact files, or give a --broker',
    brokerOrFiles: 'Name pact files, or give a --broker, not both: with files, the broker is not asked for pacts',
    publishWhere: '--publish is for pacts of a --broker, not for files: publish these to the broker first',
    passwordAlone: '--broker-password needs --broker-username',
    choosesNothing: (name: string): string =>
      `${name} chooses among the pacts of a --broker: leave it out, or the files`,
    leftOut: (file: string, provider: string): string =>
      `${file} was left out: it is a contract with ${provider}; verify it with --provider if it is meant`,
    notInBinary:
      "This executable cannot verify pacts, since Pact's verifier is a native library: npm install --save-dev wechatpay-mock @pact-foundation/pact, then npx wechatpay-mock pact verify",
    interrupted: 'Interrupted, so there is no report',
    failed: (message: string): string => `The verification could not be carried out: ${message}`,
    contract: (consumer: string, pact: string | undefined): string =>
      `Contract of ${consumer}${pact === undefined ? '' : ` (${pact})`}`,
    ok: 'ok     ',
    failedWord: 'FAILED ',
    pending: 'pending',
    at: {
      status: (text: string): string => `status: ${text}`,
      header: (name: string, text: string): string => `header ${name}: ${text}`,
      body: (path: string, text: string): string => `${path === '' ? 'body' : `body ${path}`}: ${text}`,
      other: (place: string, text: string): string => (place === '' ? text : `${place}: ${text}`),
    },
    answered: (status: number, code = '', message = ''): string =>
      `answered: ${[status, code, message].filter((part) => part !== '').join(' ')}`,
    why: (reason: string): string => `why: ${reason}`,
    wholePattern: (pattern: string): string =>
      `A pattern has to cover the whole value: ${covering(pattern)}, not ${pattern}.`,
    published: (results: number, version: string): string =>
      `${counted(results, 'result')} published, of version ${version}`,
    emptyWorld:
      'Each interaction begins in an empty world: what a request is about has to be brought by a provider state (contracts/kit/README.md#provider-states).',
    problem: (text: string): string => `Problem: ${text}`,
    sum: (all: number, failed: number, pending: number): string =>
      `${all === 1 ? '1 interaction' : `${all} interactions`}, ${all - failed - pending} ok, ${failed} failed${pending > 0 ? `, ${pending} pending` : ''}`,
  },
  front: {
    summary: 'stand between the Pact of another language and a service that signs',
    description:
      "For verifiers of other languages: an address in place of the provider's. It sets the provider states that are posted to it, signs what it passes on to the mock, and checks the signature of every answer; one that is signed wrongly is handed on with status 599. With --to, for consumer tests of other languages: an address in place of WeChat Pay's. It signs the answers of Pact's mock server, which cannot, and refuses requests that are signed wrongly. With a command, it runs that and ends with it.",
    command:
      'tests to run, after --; they find the front in WECHATPAY_BASE_URL, and with --to the identity, the proxy and the CA as well',
    to: "address of Pact's mock server: sign its answers",
    toExpected: "use the address of Pact's mock server, like http://127.0.0.1:1234",
    url: 'address of a running mock, whose state is restored afterwards (default: WECHATPAY_MOCK_URL, or else one is started)',
    port: 'port of the front; 0 picks a free one',
    portDefault: (port: number): string => `${port}, or a free one for a command`,
    proxyPassthrough: "with --to, let through what is proxied to hosts that are not WeChat Pay's",
    notBoth:
      "Give --to for consumers, or --url for verifiers, not both: a consumer test has no mock behind it but Pact's",
    tokenWithTo: '--control-token is for a mock, and with --to there is none',
    passthroughWithoutTo: '--proxy-passthrough is for consumers: give it with --to',
    toItself: "--to is the front's own address: give that of Pact's mock server, or the front another --port",
    verifiersSay: (url: string): string => `Verifiers, of a front at ${url}:`,
    consumersSay: 'Consumers, with wechatpay-mock pact front --to http://127.0.0.1:1234 -- <tests>:',
    orInJunit: '(Maven, Gradle), or in JUnit 5 as docs/recipes/contracts-in-other-languages.md shows',
    theSdk: 'the SDK',
    exitCodes:
      'Exit codes: that of the command; 1 when something was signed wrongly, a provider state could not be set up, or no request came; 2 for a usage error.',
    listening: (url: string): string => `The front is at ${url}`,
    stopHint: 'Ctrl+C ends it, and tells how it went.',
    notStarted: (program: string, fault: string): string => `${program} cannot be started: ${fault}`,
    notRestored: (why: string): string => `The state of the mock is not as it was: ${why}`,
    passedOn: 'passed on ',
    unexpected: 'unexpected',
    failed: 'FAILED    ',
    nothingCame: {
      verifier:
        "No request came: point the verifier at WECHATPAY_BASE_URL, and name the provider as its pacts do; a consumer's tests need --to",
      consumer: 'No request came: let the SDK ask its own host through the proxy, or ask WECHATPAY_BASE_URL',
    },
    sum: (requests: number, failed: number, unexpected: number): string => {
      const said = [
        ...(failed > 0 ? [`${failed} not as they have to be`] : []),
        ...(unexpected > 0 ? [`${unexpected} that no interaction has`] : []),
      ]
      return `${requests === 1 ? '1 request' : `${requests} requests`}, ${said.join(', ') || 'all as they have to be'}`
    },
  },
}

const zh: typeof en = {
  description:
    '用模拟服务验证消费者契约（Pact），从它收到的请求录制契约，或让其他语言的验证程序和消费者测试能与需要签名的服务配合。',
  after: `wechatpay-mock pact verify pacts/*.json
wechatpay-mock pact record --out pacts/my-shop-wechatpay.json --consumer my-shop
wechatpay-mock pact front --to http://127.0.0.1:1234 -- go test ./...`,
  subcommandNeeded: (names) => `请写明对契约做什么：${names}`,
  record: {
    summary: '从模拟服务收到的请求和发出的回调录制契约',
    description:
      '把运行中的模拟服务的请求记录变成契约文件（规范 4）：每种不同的请求成为一条交互，带上单独重放所需的提供方状态；每种回调成为消息；每次都不同的值换成固定的值或匹配规则。文件中已有的交互保持不变，未录制的内容会列出。没有可录制的内容时退出码为 1。',
    out: '契约文件，新的交互会加入其中',
    url: '模拟服务的地址；不写则取 WECHATPAY_MOCK_URL',
    consumer: '消费者名称（默认：文件中的名称，或 wechatpay-client）',
    provider: '提供方名称（默认：文件中的名称，或 wechatpay）',
    mchid: '只录制此商户的请求和回调',
    operation: '只录制此接口的请求，不录制回调',
    controlToken: '模拟服务的控制令牌（如果设置了）',
    after: `wechatpay-mock pact record --out pacts/my-shop-wechatpay.json --consumer my-shop
wechatpay-mock pact verify pacts/my-shop-wechatpay.json`,
    outNeeded: '请写明录制到哪个文件：--out FILE',
    failed: (message) => `没有录制：${message}`,
    leftOut: ({ call, status, times, reason }) =>
      `未录制：${call}${status === undefined ? '' : ` ${status}`}${times > 1 ? `，${times} 次` : ''}：${reason}`,
    sum: ({ file, calls, callbacks, added, kept, leftOut }) =>
      calls + callbacks === 0
        ? '没有可录制的内容：请求记录中没有符合条件的请求和回调'
        : `${file}：新增 ${added.length} 条交互，已有 ${kept} 条；${calls} 个请求和 ${callbacks} 次回调中，未录制 ${timesIn(leftOut)} 个`,
  },
  verify: {
    summary: '验证任何语言写的契约',
    description:
      '验证任何语言、规范 2、3、4 的契约文件：设置提供方状态，按实际发出的字节重新签名每个请求，并检查每个应答的签名。有一条不符合，或结果无法发布时，退出码为 1；没有可验证的契约时为 2。',
    files: '契约文件、目录或地址（http…）',
    url: '已在运行的模拟服务的地址，验证后恢复其状态（默认取 WECHATPAY_MOCK_URL，未设置则自行启动一个）',
    controlToken: '它的控制令牌（如果设置了）',
    broker:
      'Pact Broker 的地址（默认取 PACT_BROKER_BASE_URL），未写明文件时从它取契约：默认取主分支和已部署版本的，也可另选',
    brokerToken: '它的令牌；本机其他人能看到命令行，最好用 PACT_BROKER_TOKEN',
    brokerUsername: 'Broker 的用户名，或用 PACT_BROKER_USERNAME',
    brokerPassword: '该用户的密码，最好用 PACT_BROKER_PASSWORD',
    brokerTimeout: '等待 Broker 每个应答的秒数（默认 30）',
    provider: '契约中提供方的名称',
    providerBranch: '提供方的分支（默认取自 git 或 CI 系统）',
    providerTag: '提供方版本的标签，可重复',
    consumerVersionSelector: '用 JSON 写的选择条件，如 {"mainBranch":true,"consumer":"my-shop"}，可重复',
    consumerBranch: '取此分支的最新契约，可重复',
    consumerVersionTag: '取带此标签的最新契约，可重复',
    enablePending: '提供方从未符合过的契约可以不通过',
    includeWipPactsSince: '同时验证此日期（YYYY-MM-DD）以来未被选中且从未验证过的契约，它们可以不通过',
    publish: '把结果作为提供方此版本的结果发布到 Broker',
    buildUrl: '此次构建的地址，供查看结果的人使用',
    allowEmpty: '没有可验证的契约时也算通过',
    addressExpected: '应为地址，如 https://ci.example.com/builds/42',
    selectorExpected: '应为 JSON 对象，如 {"mainBranch":true}',
    dateExpected: '应为日期，如 2026-11-01',
    nameExpected: '请给出名称',
    branchExpected: '此处没有检出分支，请用 CI 系统给出的分支名',
    junit: '同时把 JUnit 报告写入此文件',
    after: `wechatpay-mock pact verify pacts/my-shop-wechatpay.json --junit report.xml
wechatpay-mock pact verify pacts --url http://127.0.0.1:8089
wechatpay-mock pact verify --broker https://broker.example.com --publish 1.2.3`,
    nothing: '没有要验证的契约，请写明契约文件，或用 --broker',
    brokerOrFiles: '契约文件与 --broker 只能选其一：写明文件时不从 Broker 取契约',
    publishWhere: '--publish 用于 --broker 的契约，不能用于文件：请先把文件发布到 Broker',
    passwordAlone: '--broker-password 需要与 --broker-username 一起使用',
    choosesNothing: (name) => `${name} 用于选择 --broker 的契约，请去掉它，或去掉文件`,
    leftOut: (file, provider) => `未验证 ${file}：它是与 ${provider} 的契约；如需验证，请用 --provider`,
    notInBinary:
      '单文件版不能验证契约，因为 Pact 的验证器是原生库：请先 npm install --save-dev wechatpay-mock @pact-foundation/pact，再运行 npx wechatpay-mock pact verify',
    interrupted: '验证已中断，没有生成报告',
    failed: (message) => `无法完成验证：${message}`,
    contract: (consumer, pact) => `${consumer} 的契约${pact === undefined ? '' : `（${pact}）`}`,
    ok: '通过',
    failedWord: '失败',
    pending: '待定',
    at: {
      status: (text) => `状态码：${text.replace(/^expected (\d+) but was (\d+)$/, '应为 $1，实际为 $2')}`,
      header: (name, text) => `头部 ${name}：${text}`,
      body: (path, text) => `${path === '' ? '报文主体' : `报文主体 ${path}`}：${text}`,
      other: (place, text) => (place === '' ? text : `${place}：${text}`),
    },
    answered: (status, code = '', message = '') =>
      `应答：${[status, code, message].filter((part) => part !== '').join(' ')}`,
    why: (reason) => `原因：${reason}`,
    wholePattern: (pattern) => `正则要覆盖整个值：写 ${covering(pattern)}，不要写 ${pattern}。`,
    published: (results, version) => `已发布 ${results} 份结果，版本 ${version}`,
    emptyWorld:
      '每条交互开始时模拟服务中没有任何数据，请求所涉及的批次、券或订单须由提供方状态给出（contracts/kit/README.md#provider-states）。',
    problem: (text) => `问题：${text}`,
    sum: (all, failed, pending) =>
      `共 ${all} 条交互，通过 ${all - failed - pending}，失败 ${failed}${pending > 0 ? `，待定 ${pending}` : ''}`,
  },
  front: {
    summary: '让其他语言的 Pact 能与需要签名的服务配合',
    description:
      '供其他语言的验证程序使用：代替提供方的地址。它设置验证程序发来的提供方状态，对转发给模拟服务的请求签名，并检查每个应答的签名；签名有误的应答以状态码 599 交给验证程序。加 --to 时供其他语言的消费者测试使用：代替微信支付的地址。Pact 的模拟服务器不会签名，由它对应答签名，并拒绝签名有误的请求。给出命令时运行该命令，并随之结束。',
    command: '要运行的测试，写在 -- 之后；测试从 WECHATPAY_BASE_URL 得到地址，加 --to 时还得到身份信息、代理和 CA',
    to: 'Pact 模拟服务器的地址：对它的应答签名',
    toExpected: '应为 Pact 模拟服务器的地址，如 http://127.0.0.1:1234',
    url: '已在运行的模拟服务的地址，结束后恢复其状态（默认取 WECHATPAY_MOCK_URL，未设置则自行启动一个）',
    port: '监听的端口；0 为任选空闲端口',
    portDefault: (port) => `${port}；运行命令时任选空闲端口`,
    proxyPassthrough: '与 --to 一起使用，放行经代理发往其他主机的请求',
    notBoth: '消费者测试用 --to，验证用 --url，只能选其一：消费者测试的后面只有 Pact 的模拟服务器',
    tokenWithTo: '--control-token 用于模拟服务，与 --to 一起使用时没有模拟服务',
    passthroughWithoutTo: '--proxy-passthrough 用于消费者测试，须与 --to 一起使用',
    toItself: '--to 是 front 自己的地址：请给出 Pact 模拟服务器的地址，或用 --port 换一个端口',
    verifiersSay: (url) => `验证程序的写法（地址为 ${url} 时）：`,
    consumersSay: '消费者测试的写法，配合 wechatpay-mock pact front --to http://127.0.0.1:1234 -- <测试命令>：',
    orInJunit: '（Maven、Gradle）；JUnit 5 的写法见 docs/recipes/contracts-in-other-languages.zh-CN.md',
    theSdk: 'SDK',
    exitCodes: '退出码：与命令相同；有签名错误、提供方状态无法设置或没有收到请求时为 1；用法有误时为 2。',
    listening: (url) => `地址：${url}`,
    stopHint: '按 Ctrl+C 结束并给出结果。',
    notStarted: (program, fault) => `无法启动 ${program}：${fault}`,
    notRestored: (why) => `模拟服务的状态未能恢复：${why}`,
    passedOn: '已转发',
    unexpected: '约定外',
    failed: '失败  ',
    nothingCame: {
      verifier: '没有收到请求：请让验证程序访问 WECHATPAY_BASE_URL，提供方名称与契约中的一致；消费者测试需要 --to',
      consumer: '没有收到请求：请让 SDK 经代理访问原来的域名，或访问 WECHATPAY_BASE_URL',
    },
    sum: (requests, failed, unexpected) => {
      const said = [
        ...(failed > 0 ? [`${failed} 个不符合要求`] : []),
        ...(unexpected > 0 ? [`${unexpected} 个不在契约中`] : []),
      ]
      return `共 ${requests} 个请求，${said.join('，') || '均符合要求'}`
    },
  },
}

/** Turns a pattern for part of a value into one for the whole value. */
function covering(pattern: string): string {
  return `${pattern.startsWith('^') ? '' : '^.+'}${pattern}${pattern.endsWith('$') ? '' : '.+$'}`
}

function counted(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}

function timesIn(leftOut: readonly LeftOutCall[]): number {
  return leftOut.reduce((sum, { times }) => sum + times, 0)
}

/** Texts of `pact` and its subcommands. */
export const texts = { en, zh }
