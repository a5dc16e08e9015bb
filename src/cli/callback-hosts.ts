import { InvalidArgumentError, Option } from 'commander'
import type { Texts } from './texts/en.ts'

/** A name or an address, without a port; an IPv6 address with or without brackets. */
const HOST = /^(?:[\w-]+(?:\.[\w-]+)*|\[?(?=(?:[^:]*:){2})[\dA-Fa-f:.]+\]?)$/

/** `--allow-callback-host`, several times, or with several hosts after it; with commas or blanks between them in the environment. */
export function allowCallbackHostOption({ callbackHosts }: Texts): Option {
  return new Option('--allow-callback-host <host...>', callbackHosts.option).argParser(
    (text, before: readonly string[] = []) => {
      const hosts = text.split(/[\s,]+/).filter((host) => host !== '')
      if (hosts.length === 0 || !hosts.every((host) => HOST.test(host))) {
        throw new InvalidArgumentError(callbackHosts.expected)
      }
      return [...before, ...hosts]
    },
  )
}
