import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { getRawAsset, IS_SINGLE_EXECUTABLE } from '../shared/single-executable.ts'

/**
 * The folder that this package is installed in, or that of a checkout. `undefined` in the single executable, which brings the files it reads within itself.
 *
 * The package finds itself by its own name, so that this works from the sources, from `dist` and from the bundle alike.
 */
export function packageFolder(): string | undefined {
  if (IS_SINGLE_EXECUTABLE) return undefined
  folder ??= dirname(createRequire(import.meta.url).resolve('wechatpay-mock/package.json'))
  return folder
}

/** Looked for when it is first asked for, which is after the start. */
let folder: string | undefined

/** The bytes of a file of this package, such as `dist/dashboard/index.html`; `undefined` if it has none of that name. */
export function readPackageFile(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const folder = packageFolder()
    return folder === undefined ? new Uint8Array(getRawAsset(path)) : readFileSync(join(folder, path))
  } catch (error) {
    if (NOT_THERE.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

const NOT_THERE = ['ENOENT', 'ERR_SINGLE_EXECUTABLE_APPLICATION_ASSET_NOT_FOUND']
