import { PIECE, piecesOf } from '../shared/pieces.ts'

/**
 * The JSON text of an answer, as `JSON.stringify` gives it. Others are answered between one piece of a long list and the next, as a snapshot may have
 * hundreds of thousands of rows.
 */
export async function stringifyInPieces(answer: unknown): Promise<string> {
  if (Array.isArray(answer)) return stringifyList(answer)
  if (typeof answer !== 'object' || answer === null || !Object.values(answer).some(isLong)) {
    return JSON.stringify(answer)
  }
  const members: string[] = []
  for (const [name, value] of Object.entries(answer)) {
    if (value === undefined) continue
    members.push(`${JSON.stringify(name)}:${Array.isArray(value) ? await stringifyList(value) : JSON.stringify(value)}`)
  }
  return `{${members.join(',')}}`
}

function isLong(value: unknown): boolean {
  return Array.isArray(value) && value.length > PIECE
}

async function stringifyList(list: readonly unknown[]): Promise<string> {
  if (!isLong(list)) return JSON.stringify(list)
  const pieces: string[] = []
  for await (const some of piecesOf(list)) pieces.push(JSON.stringify(some).slice(1, -1))
  return `[${pieces.join(',')}]`
}
