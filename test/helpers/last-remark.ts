import type { MockControl } from '../../src/mock-control.ts'
import { withErrorName } from '../../src/shared/with-error-name.ts'

/** What the journal says last of its latest exchange, behind the name of the error. */
export async function lastRemark(control: MockControl): Promise<string | undefined> {
  const remark = (await control.journal()).at(-1)?.remarks.at(-1)
  return remark && withErrorName(remark)
}
