import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { getRawAsset, IS_SINGLE_EXECUTABLE } from '../wire/shared/node-version.ts'

/**
 * The folder of the installed package, or of a checkout. `undefined` in the single executable, which embeds the files it reads.
 *
 * The package finds itself by its own name, so that this works from the sources, from `dist` and from the bundle.
 */
export function packageFolder(): string | undefined {
  if (IS_SINGLE_EXECUTABLE) return undefined
  folder ??= dirname(createRequire(import.meta.url).resolve('wechatpay-mock/package.json'))
  return folder
}

/** Looked up on first use, after start-up. */
let folder: string | undefined

/** The bytes of a file of this package, such as `dist/dashboard/index.html`; `undefined` if the package does not have the file. */
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

const manifest: { readonly version: string } = JSON.parse(new TextDecoder().decode(readPackageFile('package.json')))

export const VERSION = manifest.version
