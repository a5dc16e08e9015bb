import { PIECE, piecesOf } from '../shared/pieces.ts'

/**
 * The JSON text of an answer, identical to that of `JSON.stringify`. Other calls are answered between pieces of a long list, since a snapshot may
 * have hundreds of thousands of rows.
 */
export async function stringifyInPieces(answer: unknown): Promise<string> {
  if (isLong(answer)) {
    const pieces: string[] = []
    for await (const some of piecesOf(answer)) pieces.push(JSON.stringify(some).slice(1, -1))
    return `[${pieces.join(',')}]`
  }
  if (!isRecord(answer) || !hasLong(answer)) return JSON.stringify(answer)
  const members: string[] = []
  for (const [name, value] of Object.entries(answer)) {
    if (value !== undefined) members.push(`${JSON.stringify(name)}:${await stringifyInPieces(value)}`)
  }
  return `{${members.join(',')}}`
}

/** Whether a member is a long list, or one of a member, as in an HTTP archive. */
function hasLong(record: Readonly<Record<string, unknown>>, depth = 2): boolean {
  return Object.values(record).some(
    (value) => isLong(value) || (depth > 1 && isRecord(value) && hasLong(value, depth - 1)),
  )
}

function isLong(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > PIECE
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
