import { checkMcpPeer, mcpServer } from './server.ts'
import type { Session } from './tool.ts'

/** Streams of notices that clients may hold open at once; nothing is ever sent on them. */
const MOST_STREAMS = 8

/** The door for assistants at the port of a mock. */
export interface AssistantDoor {
  /** Answers a request, by itself. @param body its JSON */
  answer(request: Request, body: unknown): Promise<Response>
  /** Ends the streams that clients hold open. */
  close(): Promise<void>
}

/**
 * Opens a door for assistants, by streamable HTTP.
 *
 * @throws UsageError `MOCK_MCP_MISSING`, `MOCK_MCP_TOO_OLD`
 */
export async function openAssistantDoor(session: Session): Promise<AssistantDoor> {
  checkMcpPeer()
  const { createMcpHandler } = await import('@modelcontextprotocol/server')
  const { fetch, close } = createMcpHandler(() => mcpServer(session), { maxSubscriptions: MOST_STREAMS })
  return { answer: (request, body) => fetch(request, { parsedBody: body }), close }
}
