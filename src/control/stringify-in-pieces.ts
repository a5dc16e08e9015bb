import { PIECE, piecesOf } from '../shared/pieces.ts'

/**
 * The JSON text of an answer, identical to that of `JSON.stringify`. Other calls are answered between pieces of a long list, since a snapshot may
 * have hundreds of thousands of rows.
 */
export async function stringifyInPieces(answer: unknown): Promise<string> {
  if (Array.isArray(answer)) return stringifyList(answer)
  if (!isRecord(answer) || !Object.values(answer).some((value) => isLong(value) || hasLong(value))) {
    return JSON.stringify(answer)
  }
  const members: string[] = []
  for (const [name, value] of Object.entries(answer)) {
    if (value === undefined) continue
    const json = isLong(value) || hasLong(value) ? await stringifyInPieces(value) : JSON.stringify(value)
    members.push(`${JSON.stringify(name)}:${json}`)
  }
  return `{${members.join(',')}}`
}

/** Whether a nested member is a long list, as in an HTTP archive. */
function hasLong(value: unknown): boolean {
  return isRecord(value) && Object.values(value).some(isLong)
}

function isLong(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > PIECE
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function stringifyList(list: readonly unknown[]): Promise<string> {
  if (!isLong(list)) return JSON.stringify(list)
  const pieces: string[] = []
  for await (const some of piecesOf(list)) pieces.push(JSON.stringify(some).slice(1, -1))
  return `[${pieces.join(',')}]`
}
