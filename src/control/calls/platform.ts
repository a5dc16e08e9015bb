import type { Mock } from '../../engine/mock.ts'
import { signatureTime } from '../../engine/settings.ts'
import { createPlatformCertificate } from '../../identity/create-platform-certificate.ts'
import { exactTime } from '../../protocol/instant.ts'
import { type PlatformJson, platformJson } from '../answer-format.ts'
import { defineCall } from '../call.ts'

export const platform = defineCall({
  summary: 'The platform certificates that merchants can download now, and the id of the public key',
  answer: platformJson,
  handle: (_, { mock }) => describePlatform(mock),
})

export const rotatePlatformCertificate = defineCall({
  summary:
    "Change the platform certificate: a new one is listed at once, signs after 24 hours, and alone after 48, by the mock's clock; until the next reset",
  status: 201,
  answer: platformJson,
  refusals: {
    MOCK_ROTATION_UNDER_WAY: { status: 409, when: 'the change before it is not over' },
    MOCK_ROTATION_ENDED: { status: 409, when: 'the mock was reset before the new certificate was made' },
  },
  async handle(_, { mock }) {
    const at = mock.clock.now()
    const clocks = [at, signatureTime(mock.clock, mock.settings, at)] as const
    await mock.platformKeys.rotateTo(at, () => createPlatformCertificate(mock.platform, clocks))
    return describePlatform(mock)
  },
})

function describePlatform({ clock, platform, platformKeys }: Mock): PlatformJson {
  return {
    certificates: platformKeys.certificatesAt(clock.now()).map(({ serialNo, certificate, from, until, inUse }) => ({
      serial_no: serialNo,
      certificate,
      from: exactTime(from),
      until: exactTime(until),
      in_use: inUse,
    })),
    public_key: { id: platform.publicKey.serialNo },
  }
}
