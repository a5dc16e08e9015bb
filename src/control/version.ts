import { readPackageFile } from './package-files.ts'

const manifest: { readonly version: string } = JSON.parse(new TextDecoder().decode(readPackageFile('package.json')))

/** Version of this package. */
export const VERSION = manifest.version
