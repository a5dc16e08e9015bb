import type { Mock } from '../engine/mock.ts'

/** What a mock serves, as far as schemas depend on it. */
export type Served = Pick<Mock, 'tables' | 'events' | 'settingDefinitions'>
