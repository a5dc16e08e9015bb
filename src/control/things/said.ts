import { notifications } from '../../engine/callbacks/notifications.ts'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { parseJson } from '../../protocol/json-object.ts'
import { pathMembers } from '../../shared/path-members.ts'

/** The texts in an exchange's address, request and answer, by the names of their members, at any depth. */
export interface Said {
  /** Values of one name, in order. */
  of(member: string): readonly string[]
  readonly all: readonly (readonly [member: string, text: string])[]
}

/**
 * Texts in a call; for a callback, those in its sealed content.
 *
 * @param path of the operation, with variables in braces; `undefined` for a path that is not served
 */
export async function saidIn(
  tx: Transaction,
  { callback, mchid = '', request, response }: Exchange,
  path = '',
): Promise<Said> {
  const notification = callback && (await tx.in(notifications).find(mchid, callback.id))
  const [, query = ''] = request.target.split('?', 2)
  // Content that is not JSON names nothing.
  return said(
    callback
      ? [parseJson(notification?.resource ?? '')]
      : [
          pathMembers(path, request.target),
          Object.fromEntries(new URLSearchParams(query)),
          parseJson(request.body),
          parseJson(response?.body ?? ''),
        ],
  )
}

/** Not recursive, since a client may send more levels than the stack can hold. */
function said(contents: readonly unknown[]): Said {
  const found = new Map<string, Set<string>>()
  const open: [key: string, value: unknown][] = contents.map((value): [string, unknown] => ['', value]).toReversed()
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [key, inner] = next
    if (typeof inner === 'string') found.set(key, (found.get(key) ?? new Set()).add(inner))
    if (typeof inner !== 'object' || inner === null) continue
    for (const member of Object.entries(inner).toReversed()) open.push(member)
  }
  return {
    of: (member) => [...(found.get(member) ?? [])],
    all: [...found].flatMap(([member, texts]) => [...texts].map((text) => [member, text] as const)),
  }
}
