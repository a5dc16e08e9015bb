import type { MockControl } from '../../src/mock-control.ts'
import { withErrorName } from '../../src/wire/shared/errors.ts'

/** Last remark in the journal on the latest exchange, after the name of the error. */
export async function lastRemark(control: MockControl): Promise<string | undefined> {
  const remark = (await control.journal()).at(-1)?.remarks.at(-1)
  return remark && withErrorName(remark)
}
