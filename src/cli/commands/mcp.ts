import { once } from 'node:events'
import { type RunningServer, startServer } from '../../doors/transports/node-server.ts'
import { createMock } from '../../mock.ts'
import { stopOnSignals } from '../child.ts'
import { defines } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { checkMcpPeer, mcpServer } from '../mcp/server.ts'
import type { Session } from '../mcp/tool.ts'
import { warn } from '../output.ts'
import { DEFAULT_URL, urlOption } from '../running-mock.ts'
import { readSeed } from '../seeded-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description:
    'Serves coding assistants over standard input and output, by the Model Context Protocol (MCP): tools that start or find a mock, give credentials and code for an SDK, list and explain calls, make and change coupons, orders and transfers, act as the user, plan faults, move the clock, send callbacks and verify contracts. An assistant starts it; a running mock serves the same at /_mock/mcp, but for what needs files.',
  url: 'address of the mock to work with; one can be started there',
  after: `claude mcp add wechatpay-mock -- npx wechatpay-mock mcp
wechatpay-mock mcp --url http://127.0.0.1:8089
WECHATPAY_MOCK_URL gives the address too; --url wins.
It needs the package @modelcontextprotocol/server: npm install --save-dev @modelcontextprotocol/server`,
  waiting: 'Waiting for an assistant on standard input, which has to start this command itself; Ctrl+C ends it.',
}

const zh: typeof en = {
  description:
    '通过标准输入输出，按模型上下文协议（MCP）为 AI 编程助手提供工具：启动或查找模拟服务、取得身份信息和 SDK 代码、列出和说明请求、新建和改变券、订单、转账单、以用户身份操作、预设故障、调整时钟、发送回调、验证契约。由助手启动；运行中的模拟服务在 /_mock/mcp 提供同样的工具，但不含需要读取文件的。',
  url: '要使用的模拟服务的地址；也可以在该处启动',
  after: `claude mcp add wechatpay-mock -- npx wechatpay-mock mcp
wechatpay-mock mcp --url http://127.0.0.1:8089
也可用 WECHATPAY_MOCK_URL 给出地址，以 --url 为准。
需要安装 @modelcontextprotocol/server：npm install --save-dev @modelcontextprotocol/server`,
  waiting: '正在标准输入上等待助手；此命令应由助手自己启动。按 Ctrl+C 结束。',
}

const texts = { en, zh }

interface McpOptions {
  readonly url: string
  readonly controlToken?: string
}

export const define = defines(texts, (command, own, language) => {
  command
    .addOption(urlOption(own.url, language).default(DEFAULT_URL))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .action(async () => {
      fillUrlFromEnvironment(command)
      await serveAssistant(command.opts<McpOptions>(), language)
    })
})

/** Serves until the assistant closes standard input, or a signal comes. */
async function serveAssistant({ url, controlToken }: McpOptions, language: Language): Promise<void> {
  checkMcpPeer()
  const { serveStdio } = await import('@modelcontextprotocol/server/stdio')
  const started: RunningServer[] = []
  const session: Session = {
    url,
    token: controlToken,
    language,
    async start(port, seed) {
      const { world } = await readSeed(seed, language)
      const server = await startServer({ mock: createMock({ seed: world, language }), port })
      started.push(server)
      return server.url
    },
  }
  if (process.stdin.isTTY) warn(texts[language].waiting)
  const served = serveStdio(() => mcpServer(session))
  const stop = async (): Promise<void> => {
    await served.close()
    for (const server of started) await server.close(0)
  }
  stopOnSignals(stop)
  await once(process.stdin, 'close')
  await stop()
}
