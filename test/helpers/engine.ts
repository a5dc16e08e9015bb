import type { Mock } from '../../src/engine/mock.ts'
import { createEngine, engineOf, type MockOptions, mockOf } from '../../src/mock.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { type OpenMockOptions, openMock as open } from '../../src/open-mock.ts'

/** A mock that also gives tests access to its internals. */
export type OpenedMock = Mock & { readonly control: MockControl }

/** Makes a mock as `createMock` does, with access to its internals. */
export function createMock(options: MockOptions = {}): OpenedMock {
  const engine = createEngine(options)
  return Object.assign(engine, { control: mockOf(engine, undefined).control })
}

/** Opens a mock as `openMock` does, with access to its internals. */
export async function openMock(options: OpenMockOptions = {}): Promise<OpenedMock> {
  const mock = await open(options)
  return Object.assign(engineOf(mock), { control: mock.control })
}
