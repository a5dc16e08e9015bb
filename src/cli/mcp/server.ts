import type { McpServer } from '@modelcontextprotocol/server'
import { VERSION } from '../../control/package-files.ts'
import { checkPeer } from '../../engine/peers.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { troubleWith } from '../running-mock.ts'
import { callTools } from './call-tools.ts'
import { mockTools } from './mock-tools.ts'
import { thingTools } from './thing-tools.ts'
import { type Session, shortened, type Tool } from './tool.ts'

const en = {
  part: 'The server for assistants',
  otherwise: 'Without it, the commands of wechatpay-mock and the control API do the same',
  instructions:
    'A simulated WeChat Pay API v3 (微信支付) on this machine, for development and tests: nothing here is real money, and nothing leaves the machine. Begin with find_mock, or start_mock where there is one. Point the SDK at its address with the code that credentials gives. After a call of the program, list_calls shows it, and explain_call says why one failed: mend the program, not the mock. Things, users and time are changed with change_thing and move_clock.',
  startOne: 'start_mock starts one.',
}

const zh: typeof en = {
  part: '供 AI 编程助手使用的服务',
  otherwise: '不安装时，可用 wechatpay-mock 的命令和控制 API 完成同样的事',
  instructions:
    '本机上模拟的微信支付 API v3，供开发和测试：没有真实资金，数据不离开本机。先调用 find_mock；如有 start_mock，可用它启动。用 credentials 给出的代码把 SDK 指向它的地址。程序发出请求后，list_calls 列出请求，explain_call 说明为何失败：应改正程序，而不是模拟服务。数据、用户操作和时间用 change_thing 和 move_clock 改变。',
  startOne: '可用 start_mock 启动。',
}

const texts = { en, zh }

/** Characters of the longest answer; programs with keys have some 6,000. */
const LONGEST_ANSWER = 20_000

/**
 * A server of the Model Context Protocol for one connection, with tools over the control API of the session's mock.
 *
 * @throws UsageError `MOCK_MCP_MISSING`, `MOCK_MCP_TOO_OLD`
 */
export async function mcpServer(session: Session): Promise<McpServer> {
  checkMcpPeer()
  const { McpServer } = await import('@modelcontextprotocol/server')
  const { language } = session
  const server = new McpServer(
    { name: 'wechatpay-mock', version: VERSION },
    { instructions: texts[language].instructions },
  )
  for (const tool of [...mockTools(language), ...callTools(language), ...thingTools(language)]) {
    if (tool.local && !session.start) continue
    const { name, title, description, input: inputSchema, readOnly } = tool
    const annotations = { title, readOnlyHint: readOnly, openWorldHint: false }
    server.registerTool(name, { title, description, inputSchema, annotations }, (input: unknown) =>
      answer(tool, input, session),
    )
  }
  return server
}

/** Checks that the SDK is installed. @throws UsageError `MOCK_MCP_MISSING`, `MOCK_MCP_TOO_OLD` */
export function checkMcpPeer(): void {
  checkPeer('@modelcontextprotocol/server', {
    part: { en: en.part, zh: zh.part },
    otherwise: { en: en.otherwise, zh: zh.otherwise },
  })
}

async function answer(tool: Tool, input: unknown, session: Session) {
  try {
    const { lines, data } = await tool.run(input, session)
    const text = shortened(lines.join('\n'), LONGEST_ANSWER)
    return { content: [{ type: 'text' as const, text }], ...(data && { structuredContent: { ...data } }) }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { url, language, start } = session
    const text =
      error.code === 'MOCK_UNREACHABLE'
        ? [troubleWith(url, error, language), ...(start ? [texts[language].startOne] : [])].join('. ')
        : error.texts[language]
    return { content: [{ type: 'text' as const, text }], isError: true }
  }
}

/** Streams of notices that clients may hold open at once; nothing is ever sent on them. */
const MOST_STREAMS = 8

/** The door for assistants at the port of a mock. */
export interface AssistantDoor {
  /** Answers a request, by itself. @param body its JSON */
  answer(request: Request, body: unknown): Promise<Response>
  /** Ends the streams that clients hold open. */
  close(): Promise<void>
}

/** Opens a door for assistants, by streamable HTTP. @throws UsageError `MOCK_MCP_MISSING`, `MOCK_MCP_TOO_OLD` */
export async function openAssistantDoor(session: Session): Promise<AssistantDoor> {
  checkMcpPeer()
  const { createMcpHandler } = await import('@modelcontextprotocol/server')
  const { fetch, close } = createMcpHandler(() => mcpServer(session), { maxSubscriptions: MOST_STREAMS })
  return { answer: (request, body) => fetch(request, { parsedBody: body }), close }
}
