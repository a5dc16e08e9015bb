import { saveBlob } from './save-blob.ts'

/** Lets the browser save a value as a JSON file. */
export function saveFile(name: string, value: unknown): void {
  saveBlob(name, new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }))
}
