import { createPrivateKey } from 'node:crypto'
import type { Signer } from 'wechatpay-mock/protocol'
import identity from '../src/control/identity/well-known-identity.json' with { type: 'json' }

/** The well-known merchant, known to every mock. */
export const wellKnownSigner: Signer = {
  identity: identity.mchid,
  serialNo: identity.serialNo,
  privateKey: createPrivateKey(identity.privateKey),
}
