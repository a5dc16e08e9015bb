import { type Cause, type CauseName, cause, type Variant } from '../../../src/wire/diagnosis/variant.ts'

/** Causes on one line: `url_query_missing + url_host(https://shop.example)`. */
export const named = (causes: readonly Cause[]): string =>
  causes.map(({ name, value }) => (value === undefined ? name : `${name}(${value})`)).join(' + ')

/** The causes that {@link named} writes like this. */
export const causesIn = (text: string): Cause[] =>
  text.split(' + ').map((one) => {
    const [, name = '', value] = /^(\w+)(?:\((.*)\))?$/s.exec(one) ?? []
    return cause(name as CauseName, value)
  })

/** A variant of one line of the message on a line: `1 url_query_missing: /v3/x`, its rank first. */
export const told = ({ value, causes, rank }: Variant<string | Uint8Array>): string =>
  `${rank} ${named(causes)}: ${typeof value === 'string' ? value : Buffer.from(value).toString('utf8')}`
