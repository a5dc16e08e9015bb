import forge from 'node-forge'
import { WECHATPAY_HOSTS } from './hosts.ts'

/** Names that the server's certificate covers, besides addresses. */
export const SERVER_NAMES: readonly string[] = [...WECHATPAY_HOSTS, 'localhost']

/** Loopback addresses that the server's certificate covers. */
export const SERVER_ADDRESSES: readonly string[] = ['127.0.0.1', '::1']

/** 127.0.0.0/8 and ::1/128: address and mask in network byte order. */
const LOOPBACK_RANGES: readonly (readonly number[])[] = [
  [127, 0, 0, 0, 255, 0, 0, 0],
  [...Array<number>(15).fill(0), 1, ...Array<number>(16).fill(255)],
]

const PERMITTED_SUBTREES = 0
const DNS_NAME = 2
const IP_ADDRESS = 7

/**
 * The value of the extension nameConstraints (2.5.29.30) that restricts a CA to WeChat Pay's hosts, `localhost` and loopback.
 * A name also permits its subdomains.
 *
 * Source: RFC 5280, 4.2.1.10.
 *
 * @returns DER
 */
export function nameConstraints(): Buffer {
  const subtrees = [
    ...SERVER_NAMES.map((name) => subtree(DNS_NAME, name)),
    ...LOOPBACK_RANGES.map((range) => subtree(IP_ADDRESS, String.fromCharCode(...range))),
  ]
  const der = forge.asn1.toDer(sequence([tagged(PERMITTED_SUBTREES, true, subtrees)]))
  return Buffer.from(der.getBytes(), 'latin1')
}

function subtree(kind: number, name: string): forge.asn1.Asn1 {
  return sequence([tagged(kind, false, name)])
}

function sequence(members: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.SEQUENCE, true, members)
}

/** A context-specific tag, such as `[2]` in the RFC; forge calls the number a type. */
function tagged(number: number, constructed: boolean, value: string | forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return forge.asn1.create(forge.asn1.Class.CONTEXT_SPECIFIC, number as forge.asn1.Type, constructed, value)
}
