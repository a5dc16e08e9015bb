import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { test as base, environment, MAIN, NODE } from './cli.ts'

/** The answer of a tool, as an assistant sees it. */
export interface ToolAnswer {
  readonly text: string
  readonly isError: boolean
  readonly data: unknown
}

/** Calls a tool. */
export async function useTool(client: Client, name: string, input: Record<string, unknown> = {}): Promise<ToolAnswer> {
  const { content, isError = false, structuredContent } = await client.callTool({ name, arguments: input })
  const [only, ...others] = content
  if (only?.type !== 'text' || others.length > 0) throw new Error(`Not one text: ${JSON.stringify(content)}`)
  return { text: only.text, isError, data: structuredContent }
}

/** The address that an answer begins with, or has in its first lines. */
export function addressIn({ text }: ToolAnswer): string {
  return /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? ''
}

export const test = base
  /** An assistant with `wechatpay-mock mcp` in a process of its own; both end with the test. */
  .extend('assistant', ({ task: _ }, { onCleanup }) => {
    const clients: Client[] = []
    onCleanup(async () => {
      for (const client of clients) await client.close()
    })
    return async (...args: readonly string[]): Promise<Client> => {
      const client = new Client({ name: 'assistant', version: '1.0.0' })
      clients.push(client)
      const variables = Object.entries(environment()).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      )
      const server = { command: NODE, args: [MAIN, 'mcp', ...args], env: Object.fromEntries(variables) }
      await client.connect(new StdioClientTransport(server))
      return client
    }
  })
  /** An assistant of a mock that runs, at its address for assistants. */
  .extend('httpAssistant', ({ task: _ }, { onCleanup }) => {
    const clients: Client[] = []
    onCleanup(async () => {
      for (const client of clients) await client.close()
    })
    return async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Client> => {
      const client = new Client({ name: 'assistant', version: '1.0.0' })
      clients.push(client)
      await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/_mock/mcp`), { requestInit: { headers } }))
      return client
    }
  })
