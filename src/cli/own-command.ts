import { argv, execPath } from 'node:process'
import { PACKAGE_FOLDER } from '../control/package-files.ts'
import { shellQuote } from '../shared/shell.ts'

/**
 * How this program is called again from a shell in the same directory.
 *
 * The executable has no script. Out of a clone the very Node that runs it is named: the one on the PATH may be too old for TypeScript.
 */
export function ownCommand(script = argv[1] ?? ''): string {
  if (PACKAGE_FOLDER === undefined) return shellQuote(execPath)
  if (/[\\/]node_modules[\\/]/.test(script)) return 'npx wechatpay-mock'
  return `${shellQuote(execPath)} ${shellQuote(script)}`
}
