import { documentKey } from './documents.ts'

/** How often the whole mock was reset, so that every process that shares the store hears of it, and knows that what it was about is gone. */
export const RESETS = documentKey<number>('resets')
