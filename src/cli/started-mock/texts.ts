const EXAMPLES = ['redis://user:password@host:6379/0?prefix=mock', 'redis://host:7000,host:7001']

const en = {
  seed: 'state to start with: a scenario, a seed file, or - for standard input',
  seedExpected: 'name a scenario or a file',
  seedUnknown: (name: string, scenarios: string): string =>
    `There is neither a scenario nor a file ${name}. Scenarios are: ${scenarios}; a file is named like ./seed.json`,
  seedUnfit: (file: string, message: string): string => `${file} does not fit: ${message}`,
  placed: (path: string, message: string): string => `${path}: ${message}`,
  clock: "the mock's time: 2026-01-01T00:00:00+08:00 runs on from there, frozen stands still, frozen@TIME both",
  clockExpected: 'use a time with offset like 2026-01-01T00:00:00+08:00, frozen, or frozen@ with such a time',
  percentExpected: 'use a number from 0 to 100, such as 0.1',
  diagnosis:
    'whether Wechatpay-Mock-Diagnosis on a 401, 404 or 405, and this log for a 401, say what the client did wrong',
  randomSeed: 'make numbers and nonces the same in every run',
  randomSeedExpected: 'use any text',
  journalLimit: 'number of exchanges that the journal keeps',
  allowHost: 'names besides localhost that clients may call the mock by, such as that of a docker compose service',
  proxyPassthrough: "let proxied requests to hosts that are not WeChat Pay's through, instead of refusing them",
  shaped: 'shaped',
  notExamined: (id: string): string =>
    `Too many signatures were wrong at once to look for more than a single mistake: wechatpay-mock explain --id ${id} says what is wrong with this one.`,
  linesDropped: (lines: number): string => `(${lines} lines left out: nobody read them)`,
  refusals: {
    namelessHost: 'a host without a name',
    host: (host: string): string =>
      `proxy: ${host} refused, since it is not one of WeChat Pay's hosts; --proxy-passthrough lets it through`,
    host_header: (host: string): string =>
      `refused a call to ${host}, which is not a name of the mock; --allow-host allows it`,
    origin: (origin: string): string => `refused a call from a web page of another origin: ${origin}`,
    unreachable: (host: string, detail: string): string => `proxy: ${host} cannot be reached: ${detail}`,
    server_name: (host: string): string => `TLS: closed, since ${host} is not one of WeChat Pay's hosts`,
    untrusted: (host: string): string =>
      `TLS: a client does not trust the certificate for ${host}; wechatpay-mock ca shows how to make it`,
    silent: (host: string): string =>
      `TLS: a client for ${host} went away without a request; if it does not trust the certificate, wechatpay-mock ca shows how to make it`,
    handshake: (host: string, detail: string): string => `TLS: no handshake with a client for ${host}: ${detail}`,
    authority: (_: string, reason: string): string => `TLS: not served: ${reason}`,
    connections: (_: string, limit: string): string =>
      `more than ${limit} connections at once: the rest are refused with 503`,
    bodies: (_: string, mebibytes: string): string =>
      `unfinished request bodies take more than ${mebibytes} MiB: further ones are refused with 503`,
    store: (_: string, detail: string): string => `answered with 503: ${detail}`,
  },

  data: {
    option:
      'keep the state in this file (SQLite), which is made if there is none; a file that has a state continues with it, and --seed and --clock are for a new one',
    expected: 'name a file',
  },

  store: {
    option:
      'keep the state in Redis or Valkey, e.g. redis://127.0.0.1:6379: all mocks with the same address are one; --seed and --clock are for a store that has no state yet',
    expected: `use an address like ${EXAMPLES[0]}`,
    notBoth: 'give --data or --store, not both: the state is in a file, or in Redis',
    /** `reason`: in English, why a mock could not start with a store or a data file. */
    unavailable: (reason: string): string => `the state cannot be kept: ${reason}`,
  },
}

const zh: typeof en = {
  seed: '初始状态：场景名、种子文件，或 - 表示标准输入',
  seedExpected: '请写场景名或文件名',
  seedUnknown: (name, scenarios) =>
    `没有名为 ${name} 的场景或文件。场景有：${scenarios}；文件请写成 ./seed.json 的形式`,
  seedUnfit: (file, message) => `${file} 的内容不符合要求：${message}`,
  placed: (path, message) => `${path}：${message}`,
  clock: '模拟服务的时间：2026-01-01T00:00:00+08:00 从该时刻起走时，frozen 冻结，frozen@时刻 冻结在该时刻',
  clockExpected: '请使用带时区的时间，如 2026-01-01T00:00:00+08:00，或 frozen，或 frozen@ 加这样的时间',
  percentExpected: '请使用 0 到 100 的数，例如 0.1',
  diagnosis: '是否在 401、404、405 的 Wechatpay-Mock-Diagnosis 头部，以及 401 的日志中，说明客户端错在何处',
  randomSeed: '使每次运行的编号和随机串都相同',
  randomSeedExpected: '请使用任意文本',
  journalLimit: '请求记录最多保留多少条',
  allowHost: '除 localhost 外，客户端还可以用哪些主机名访问模拟服务，例如 docker compose 中的服务名',
  proxyPassthrough: '经代理访问非微信支付域名的请求直接转发，而不是拒绝',
  shaped: '按文档应答',
  notExamined: (id) =>
    `错误的签名太多，没有查找一处以上的错误：wechatpay-mock explain --id ${id} 可说明这一个错在何处。`,
  linesDropped: (lines) => `（省略了 ${lines} 行：没有程序读取）`,
  refusals: {
    namelessHost: '未给出的域名',
    host: (host) => `代理：已拒绝 ${host}，它不是微信支付的域名；用 --proxy-passthrough 可直接转发`,
    host_header: (host) => `已拒绝以 ${host} 为主机名的请求，它不是模拟服务的主机名；用 --allow-host 可以允许`,
    origin: (origin) => `已拒绝其他来源的网页发出的请求：${origin}`,
    unreachable: (host, detail) => `代理：无法连接 ${host}：${detail}`,
    server_name: (host) => `TLS：已关闭连接，${host} 不是微信支付的域名`,
    untrusted: (host) => `TLS：客户端不信任 ${host} 的证书；信任的办法见 wechatpay-mock ca`,
    silent: (host) => `TLS：访问 ${host} 的客户端没有发送请求就断开了；如果是不信任证书，办法见 wechatpay-mock ca`,
    handshake: (host, detail) => `TLS：与访问 ${host} 的客户端握手失败：${detail}`,
    authority: (_, reason) => `TLS：无法提供服务：${reason}`,
    connections: (_, limit) => `同时连接超过 ${limit} 个：超出的以 503 拒绝`,
    bodies: (_, mebibytes) => `未接收完的请求体合计超过 ${mebibytes} MiB：超出的以 503 拒绝`,
    store: (_, detail) => `应答 503：${detail}`,
  },

  data: {
    option:
      '把状态保存在该文件中（SQLite），不存在时新建；已有状态的文件接着上次的状态运行，--seed 和 --clock 只用于新文件',
    expected: '请写文件名',
  },

  store: {
    option:
      '把状态保存在 Redis 或 Valkey 中，例如 redis://127.0.0.1:6379：地址相同的所有模拟服务合为一个；--seed 和 --clock 只用于还没有状态的存储',
    expected: `请写 ${EXAMPLES[0]} 形式的地址`,
    notBoth: '--data 和 --store 只能写一个：状态要么在文件里，要么在 Redis 里',
    unavailable: (reason) => `无法保存状态：${reason}`,
  },
}

/** Texts of commands about the mock that they start. */
export const texts = { en, zh }
