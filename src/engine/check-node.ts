import { UsageError } from '../protocol/errors.ts'
import { nodeTooOld } from '../shared/node-version.ts'

/** @throws UsageError `MOCK_NODE_TOO_OLD` for a Node that mocks do not run on, which would fail with something unclear otherwise */
export function checkNode(version: string = process.versions.node): void {
  const tooOld = nodeTooOld(version)
  if (tooOld) throw new UsageError('MOCK_NODE_TOO_OLD', tooOld)
}
