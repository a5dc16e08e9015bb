import { readFileSync, realpathSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { argv, env, execPath } from 'node:process'
import { packageFolder } from '../control/package-files.ts'
import { isJsonObject } from '../protocol/json-object.ts'
import { shellQuote } from '../shared/shell.ts'

/**
 * The command that calls this program again from a shell: in any directory, or in that of the project it is installed in.
 *
 * The executable has no script. In a clone, names the Node that runs it, unless the shell finds the same one: another may be too old for TypeScript.
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
  // npx would look in the registry for something that it was given as a file or a folder.
  const spec = askedFor(cache)
  return spec !== undefined && /^wechatpay-mock(?:@[\w.^~-]+)?$/.test(spec) ? `npx ${spec}` : undefined
}

/** The package spec for which npx filled a folder of its cache. */
function askedFor(cache: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(cache, 'package.json'), 'utf8'))
    const { packages } = Object(isJsonObject(manifest) ? manifest._npx : undefined)
    return Array.isArray(packages) ? packages.map(String)[0] : undefined
  } catch {
    // Another npm may store it differently: the path is right in any case.
    return undefined
  }
}

/** Whether the shell finds this very file by name alone. Ignores the folders that npm puts in front of the PATH of the programs it runs. */
function isFound(name: string, file: string, path: string): boolean {
  const folders = path.split(delimiter).filter((folder) => folder !== '' && !/[\\/]node_modules[\\/]/.test(folder))
  const first = folders.map((folder) => realPath(join(folder, name))).find((found) => found !== undefined)
  return first !== undefined && first === realPath(file)
}

/** `undefined` for a file that does not exist. */
function realPath(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}
