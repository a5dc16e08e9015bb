import { readFileSync, realpathSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { argv, env, execPath } from 'node:process'
import { packageFolder } from '../control/package-files.ts'
import { isJsonObject } from '../protocol/json-object.ts'
import { shellQuote } from '../shared/shell.ts'

/**
 * How this program is called again from a shell: in any directory, or in that of the project it is installed in.
 *
 * The executable has no script. Out of a clone the very Node that runs it is named, unless the shell finds the same: another may be too old for TypeScript.
 */
export function ownCommand(script = argv[1] ?? '', path = env.PATH ?? ''): string {
  if (packageFolder() === undefined) {
    const own = basename(execPath)
    return isFound(own, execPath, path) ? own : shellQuote(execPath)
  }
  const name = basename(script)
  if (name === 'wechatpay-mock' && isFound(name, script, path)) return name
  const npx = throughNpx(script)
  if (npx !== undefined) return npx
  return `${isFound('node', execPath, path) ? 'node' : shellQuote(execPath)} ${shellQuote(script)}`
}

function throughNpx(script: string): string | undefined {
  if (!/[\\/]node_modules[\\/]/.test(script)) return undefined
  const cache = /^.*[\\/]_npx[\\/][^\\/]+(?=[\\/])/.exec(script)?.[0]
  if (cache === undefined) return 'npx wechatpay-mock'
  // What npx was given a file or a folder for, it would look for in the registry.
  const spec = askedFor(cache)
  return spec !== undefined && /^wechatpay-mock(?:@[\w.^~-]+)?$/.test(spec) ? `npx ${spec}` : undefined
}

/** What npx was asked for when it filled a folder of its cache. */
function askedFor(cache: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(cache, 'package.json'), 'utf8'))
    const { packages } = Object(isJsonObject(manifest) ? manifest._npx : undefined)
    return Array.isArray(packages) ? packages.map(String)[0] : undefined
  } catch {
    // Another npm may keep it otherwise: the path is right in any case.
    return undefined
  }
}

/** Whether the shell finds this very file by a name alone. It does not look into the folders that npm puts in front of the PATH of what it runs. */
function isFound(name: string, file: string, path: string): boolean {
  const folders = path.split(delimiter).filter((folder) => folder !== '' && !/[\\/]node_modules[\\/]/.test(folder))
  const first = folders.map((folder) => realPath(join(folder, name))).find((found) => found !== undefined)
  return first !== undefined && first === realPath(file)
}

/** `undefined` for a file that is not there. */
function realPath(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}
