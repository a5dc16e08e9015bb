import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import type { Merchant, Platform } from '../../engine/keys/merchants.ts'
import { GOOD_STANDING } from '../../engine/keys/standing.ts'
import identity from './well-known-identity.json' with { type: 'json' }

/**
 * The well-known identity: a merchant and a platform whose keys are public, the same for everyone and valid for decades, so that
 * they can be pasted into any configuration. They protect nothing.
 */
export function wellKnownIdentity(): Identity {
  known ??= readIdentity()
  return known
}

interface Identity {
  readonly merchant: Merchant & Required<Pick<Merchant, 'privateKey'>>
  readonly platform: Platform
}

/** Kept, since reading keys takes longer than the rest of a mock. */
let known: Identity | undefined

function readIdentity(): Identity {
  const { platformCertificate, platformPublicKey } = identity
  const certificate = new X509Certificate(platformCertificate.certificate)
  return {
    merchant: {
      mchid: identity.mchid,
      name: identity.name,
      brandId: identity.brandId,
      serialNo: identity.serialNo,
      publicKey: createPublicKey(identity.certificate),
      certificate: identity.certificate,
      privateKey: identity.privateKey,
      apiV3Key: identity.apiV3Key,
      appids: [],
      partners: [],
      unopenedProducts: [],
      standing: GOOD_STANDING,
    },
    platform: {
      certificates: [
        {
          serialNo: platformCertificate.serialNo,
          privateKey: createPrivateKey(platformCertificate.privateKey),
          publicKey: certificate.publicKey,
          certificate: platformCertificate.certificate,
          from: certificate.validFromDate.getTime(),
          until: certificate.validToDate.getTime(),
        },
      ],
      publicKey: {
        serialNo: platformPublicKey.serialNo,
        privateKey: createPrivateKey(platformPublicKey.privateKey),
        publicKey: createPublicKey(platformPublicKey.publicKey),
        pem: platformPublicKey.publicKey,
      },
    },
  }
}

/** Number of the well-known merchant. */
export const WELL_KNOWN_MCHID = identity.mchid
