import { expect, test } from 'vitest'
import { createRandom, type Random } from '../../../fixtures/random.ts'
import { diagnoseWithin } from '../../../src/wire/diagnosis/diagnose.ts'
import type { Cause } from '../../../src/wire/diagnosis/variant.ts'
import { Work } from '../../../src/wire/diagnosis/work.ts'
import { verify } from '../../../src/wire/protocol/signature.ts'
import { amountOf } from '../../helpers/amount.ts'
import { anyCase, type Case } from './cases.ts'
import { messageOf } from './drafts.ts'
import { failureOf, signed, smallKey } from './failure.ts'
import { applyMistake, CORPUS } from './mistakes.ts'

/** With fewer, chance would decide whether a quarter is explained. */
const CASES = Math.max(16, amountOf(400))

/** One mistake or two, or the message damaged in a way that is not among the known ones. */
function anySigned(random: Random): Pick<Case, 'wire' | 'message'> {
  const anyMistake = () => CORPUS[random.below(CORPUS.length)] ?? []
  const { wire, message } = anyCase(random, () => Array.from({ length: 1 + random.below(2) }, anyMistake).flat())
  // The search for a damaged message goes on to the end of its work, and is in vain.
  if (random.below(8) > 0) return { wire, message }
  const at = random.below(message.length)
  const [before, behind] = [message.subarray(0, at), message.subarray(at)]
  const changed = Buffer.of(message.readUInt8(at) ^ (1 << random.below(8)))
  const damaged = [
    [before, behind.subarray(1)],
    [before, Buffer.of(random.below(256)), behind],
    [before, changed, behind.subarray(1)],
  ]
  return { wire, message: Buffer.concat(damaged[random.below(damaged.length)] ?? []) }
}

/** Causes that only say how the message was signed, not how it was made. */
const isOfMessage = ({ name }: Cause) => !/^(?:key_of|digest|padding|signature)_/.test(name)

test.for(Array.from({ length: 10 }, (_, index) => index))(
  `in ${CASES} random cases never a cause that does not lead to the message that was signed (%i)`,
  (index) => {
    const random = createRandom(`soundness ${index}`)
    let proved = 0
    for (let run = 0; run < CASES; run += 1) {
      const { wire, message } = anySigned(random)
      const signature = signed(message, smallKey)

      // With little work most is found that is found at all, in a tenth of the time.
      const diagnosis = diagnoseWithin(failureOf(wire, signature), new Work(500_000, 'request'))

      if (diagnosis.verdict === 'verifies') expect(message).toEqual(messageOf(wire))
      if (diagnosis.verdict !== 'proved') continue
      proved += 1
      expect(diagnosis.signedMessage.equals(message)).toBe(true)
      expect(verify(diagnosis.signedMessage, signature, smallKey.publicKey)).toBe(true)
      const made = diagnosis.causes.filter(isOfMessage).reduce((draft, cause) => applyMistake(cause, draft), wire)
      expect(messageOf(made).equals(message), JSON.stringify({ causes: diagnosis.causes, wire })).toBe(true)
    }
    expect(proved).toBeGreaterThan(CASES / 4)
  },
)
