const en = {
  description:
    'Starts the mock, runs a command that finds it through its environment (address, proxy for WeChat Pay hosts, trusted CA, credentials), stops it when the command ends, and exits with the exit code of the command.',
  command: 'program and arguments, after --',
  port: 'port of the mock; 0 picks a free one',
  log: 'write a line for each exchange into this file',
  verbose: 'write these lines to standard error',
  oneLog: 'Give --log or --verbose, not both',
  after: `wechatpay-mock run -- node pay.mjs
wechatpay-mock run --log calls.log -- java -jar shop.jar
wechatpay-mock run --seed life --key-mode public-key -- go test ./...
Each option is also an environment variable, such as WECHATPAY_MOCK_KEY_MODE for --key-mode; with --json the lines are JSON.
Exit codes: that of the command; 128 plus the number of the signal that ended it; 127 if there is no such command; 2 for a usage error.`,
  nothing: 'Say what to run, after --: wechatpay-mock run -- node pay.mjs',
  notStarted: (program: string, fault: string): string => `${program} cannot be started: ${fault}`,
  noCalls:
    'The command made no call to the mock: let it take its address from WECHATPAY_BASE_URL, or use the proxy in HTTPS_PROXY',
  missed: (calls: number, named: readonly string[], more: boolean): string =>
    `${calls === 1 ? '1 call was answered' : `${calls} calls were answered`} with 404 or 405, because the mock does not serve ${named.join(', ')}${more ? ' and others' : ''}`,
  shaped: (calls: number, named: readonly string[], more: boolean): string =>
    `${calls === 1 ? '1 call was' : `${calls} calls were`} only shaped, without rules behind ${calls === 1 ? 'it' : 'them'}: ${named.join(', ')}${more ? ' and others' : ''}`,
}

const zh: typeof en = {
  description:
    '启动模拟服务并运行一条命令：通过环境变量告诉它地址、微信支付域名的代理、受信任的 CA 和身份信息；命令结束后停止服务，并以命令的退出码结束。',
  command: '要运行的程序及参数，写在 -- 之后',
  port: '模拟服务的端口；0 为任选空闲端口',
  log: '把每次收发写入这个文件，一次一行',
  verbose: '把每次收发写到标准错误，一次一行',
  oneLog: '--log 与 --verbose 只能选其一',
  after: `wechatpay-mock run -- node pay.mjs
wechatpay-mock run --log calls.log -- java -jar shop.jar
wechatpay-mock run --seed life --key-mode public-key -- go test ./...
每个选项也可用环境变量给出，例如 --key-mode 对应 WECHATPAY_MOCK_KEY_MODE；加 --json 时每行是 JSON。
退出码：与命令相同；被信号结束时为 128 加信号编号；没有这个命令时为 127；用法有误时为 2。`,
  nothing: '请在 -- 之后写出要运行的命令：wechatpay-mock run -- node pay.mjs',
  notStarted: (program, fault) => `无法启动 ${program}：${fault}`,
  noCalls: '该命令没有请求模拟服务：请让它从 WECHATPAY_BASE_URL 读取地址，或使用 HTTPS_PROXY 中的代理',
  missed: (calls, named, more) =>
    `有 ${calls} 次调用得到 404 或 405，因为模拟服务没有这些接口：${named.join('、')}${more ? ' 等' : ''}`,
  shaped: (calls, named, more) =>
    `有 ${calls} 次调用仅按文档应答，不由规则模拟：${named.join('、')}${more ? ' 等' : ''}`,
}

/** Texts of `run`. */
export const texts = { en, zh }
