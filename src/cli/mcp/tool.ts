import type { z } from 'zod'
import { ControlConnection, sendTo } from '../../control/client/connection.ts'
import type { MockControl } from '../../mock-control.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { connect } from '../running-mock.ts'
import type { Language } from '../texts.ts'

/** The mock that an assistant works with. */
export interface Session {
  /** Address of the mock, whether it runs or not; changed by starting another. */
  url: string
  readonly token: string | undefined
  /** The language of what tools say. */
  readonly language: Language
  /**
   * Starts a mock that ends with the session. Left out where the session is served by a mock: it then starts no other, and reads no files of its
   * machine.
   *
   * @returns its address
   */
  readonly start?: (port: number, seed: string) => Promise<string>
}

/** The answer of a tool. */
export interface Said {
  readonly lines: readonly string[]
  /** The same for programs, as far as it helps them. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** A tool of the MCP server, whatever it takes. */
export interface Tool {
  /** snake_case. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: z.ZodType
  /** Whether it changes nothing. */
  readonly readOnly: boolean
  /** Whether it needs a session of its own process, since it starts a mock or reads files. */
  readonly local: boolean
  /** @throws UsageError with what to do */
  run(input: unknown, session: Session): Promise<Said>
}

/** Declares a tool. @param own its title and its description, in the language of the session */
export function defineTool<Input extends z.ZodType>(
  { title, description }: Pick<Tool, 'title' | 'description'>,
  {
    readOnly = false,
    local = false,
    ...tool
  }: Pick<Tool, 'name'> & {
    readonly readOnly?: boolean
    readonly local?: boolean
    readonly input: Input
    run(input: z.output<Input>, session: Session): Promise<Said>
  },
): Tool {
  // Input has passed the schema before the tool is run.
  return { title, description, ...tool, readOnly, local } as Tool
}

/** The control API of the session's mock. */
export function controlOf({ url, token, language }: Session): Promise<MockControl> {
  return connect(url, token, language)
}

/** Whether the session's mock runs. @throws UsageError if something else answers there */
export async function answers(session: Session): Promise<boolean> {
  try {
    await (await controlOf(session)).health()
    return true
  } catch (error) {
    if (error instanceof UsageError && error.code === 'MOCK_UNREACHABLE') return false
    throw error
  }
}

/** The control API of the session's mock for calls whose routes only the mock knows. */
export function connectionOf({ url, token, language }: Session): ControlConnection {
  return new ControlConnection(sendTo(url, { token, language }), url)
}

/** The first characters of a text, and … if more follow. */
export function shortened(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters).replace(/[\uD800-\uDBFF]$/, '')}…` : text
}
