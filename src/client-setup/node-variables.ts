import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WECHATPAY_HOSTS } from '../tls/hosts.ts'

/**
 * The variable that leads Node programs to a mock if their HTTP client ignores proxies, as some with `agent: false` do: connections to WeChat Pay's
 * hosts go to the mock, which speaks TLS there, and all others are unaffected. Options already in the environment are kept.
 *
 * @param url the mock's address, such as `http://127.0.0.1:8089`
 * @param directory for the module that every Node process loads first
 */
export async function nodeVariables(
  url: string,
  { inherited, directory }: { readonly inherited: NodeJS.ProcessEnv; readonly directory: string },
): Promise<{ NODE_OPTIONS: string }> {
  const file = join(directory, 'lead-to-mock.cjs')
  await writeFile(file, leadingModule(new URL(url)))
  const { NODE_OPTIONS: options } = inherited
  // A backslash is special between double quotes, as in JSON.
  return { NODE_OPTIONS: [...(options ? [options] : []), `--require ${JSON.stringify(file)}`].join(' ') }
}

/** CommonJS that even an old Node understands: the program may use another Node than ours. */
function leadingModule({ hostname, port }: URL): string {
  return `// Written by wechatpay-mock: connections to WeChat Pay's hosts go to the mock.
'use strict'
const { Socket } = require('net')
const hosts = ${JSON.stringify(WECHATPAY_HOSTS)}
const mock = ${JSON.stringify({ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port) })}
const { connect } = Socket.prototype
Socket.prototype.connect = function (...args) {
  // Node's own modules hand over a list of options and callback.
  const holder = Array.isArray(args[0]) ? args[0] : args
  const options = holder[0]
  if (options !== null && typeof options === 'object' && hosts.includes(String(options.host).toLowerCase())) {
    holder[0] = Object.assign({}, options, mock)
  }
  return connect.apply(this, args)
}
`
}
