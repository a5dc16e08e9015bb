import { type ControlAppOptions, createControlApp } from '../../src/control/app.ts'
import type { Mock } from '../../src/engine/mock.ts'
import { recorder } from '../../src/mock.ts'

/** The control API of a mock as the server has it, without the server; a path is on localhost. */
export async function controlApp(mock: Mock, options: Omit<ControlAppOptions, 'recorder'> = {}) {
  const { fetch } = await createControlApp(mock, { recorder, ...options })
  const request = async (input: string | Request, init?: RequestInit) =>
    fetch(typeof input === 'string' ? new Request(new URL(input, 'http://localhost'), init) : input)
  return { fetch, request }
}

export type ControlApp = Awaited<ReturnType<typeof controlApp>>
