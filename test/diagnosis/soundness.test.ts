import { expect, test } from 'vitest'
import { createRandom, type Random } from '../../fixtures/random.ts'
import type { Cause } from '../../src/diagnosis/cause.ts'
import { diagnoseWithin } from '../../src/diagnosis/diagnose.ts'
import { Work } from '../../src/diagnosis/work.ts'
import { verify } from '../../src/protocol/signature.ts'
import { amountOf } from '../helpers/amount.ts'
import { anyDraft, type Draft, messageOf } from './drafts.ts'
import { failureOf, signed, smallKey } from './failure.ts'
import { applyMistake, CORPUS, causeOf } from './mistakes.ts'

const CASES = amountOf(500)

/** A message of a request: as one or two mistakes make it, or as none that are known. */
function anyMessage(random: Random, wire: Draft): Buffer {
  let draft = wire
  for (let mistakes = 1 + random.below(2); mistakes > 0; mistakes -= 1) {
    const mistake = CORPUS[random.below(CORPUS.length)]
    const cause = mistake && causeOf(mistake, wire)
    if (cause) draft = applyMistake(cause, draft)
  }
  const message = messageOf(draft)
  // The search for a damaged message goes on to the end of its work, and is in vain.
  if (random.below(8) > 0) return message
  const at = random.below(message.length)
  const damage = random.below(4)
  if (damage === 0) return Buffer.concat([message.subarray(0, at), message.subarray(at + 1)])
  if (damage === 1) return Buffer.concat([message.subarray(0, at), Buffer.of(random.below(256)), message.subarray(at)])
  const changed = Buffer.from(message)
  changed.writeUInt8(message.readUInt8(at) ^ (1 << random.below(8)), at)
  return changed
}

/** Causes that only say how the message was signed, not how it was made. */
const isOfMessage = ({ name }: Cause) => !/^(?:key_of|digest|padding|signature)_/.test(name)

test.for(Array.from({ length: 10 }, (_, index) => index))(
  `in ${CASES} random cases never a cause that does not lead to the message that was signed (%i)`,
  (index) => {
    const random = createRandom(`soundness ${index}`)
    let proved = 0
    for (let run = 0; run < CASES; run += 1) {
      const wire = anyDraft(random)
      const message = anyMessage(random, wire)
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
    expect(proved).toBeGreaterThan(CASES / 3)
  },
)
