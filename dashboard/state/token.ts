import { kept } from './kept.ts'

/** The control token, for as long as this tab is open. */
export const token = kept<string>('token', (text) => text ?? '', sessionStorage)
