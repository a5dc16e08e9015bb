import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Output folder of `npm run build:binary`. */
export const BUILD = fileURLToPath(new URL('../../build/', import.meta.url))

const NAME = `wechatpay-mock-${process.platform}-${process.arch}`
/** The executable for this platform. */
export const BINARY = join(BUILD, process.platform === 'win32' ? `${NAME}.exe` : NAME)
/** The licences of everything in it. */
export const LICENSES = join(BUILD, `${NAME}-LICENSES.txt`)

/** The packages in it, and Node, in the format CycloneDX. */
export const BILL = join(BUILD, `${NAME}.cdx.json`)
/** SHA-256 of each of these files. */
export const CHECKSUMS = join(BUILD, 'SHA256SUMS')

/** The libraries of this Linux that a program is linked with. */
export function librariesOf(program: string): readonly string[] {
  return execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+(?= \(0x)/g) ?? []
}
