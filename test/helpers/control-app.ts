import type { Hono } from 'hono'
import { type ControlAppOptions, createControlApp } from '../../src/control/app.ts'
import type { Mock } from '../../src/engine/mock.ts'
import { recorder } from '../../src/mock.ts'

/** The control API of a mock as the server has it, without the server. */
export function controlApp(mock: Mock, options: Omit<ControlAppOptions, 'recorder'> = {}): Promise<Hono> {
  return createControlApp(mock, { recorder, ...options })
}
