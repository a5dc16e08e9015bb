import { checkMcpPeer, mcpServer } from './server.ts'
import type { Session } from './tool.ts'

/** Streams of notices that clients may hold open at once; nothing is ever sent on them. */
const MOST_STREAMS = 8

/**
 * Answers requests of assistants by streamable HTTP, each by itself.
 *
 * @throws UsageError `MOCK_MCP_MISSING`, `MOCK_MCP_TOO_OLD`
 */
export async function assistantDoor(session: Session): Promise<(request: Request, body: unknown) => Promise<Response>> {
  checkMcpPeer()
  const { createMcpHandler } = await import('@modelcontextprotocol/server')
  const handler = createMcpHandler(() => mcpServer(session), { maxSubscriptions: MOST_STREAMS })
  return (request, body) => handler.fetch(request, { parsedBody: body })
}
