import type { Mock } from '../engine/mock.ts'

/** The parts of a mock that schemas depend on. */
export type Served = Pick<Mock, 'tables' | 'events' | 'settingDefinitions'>
