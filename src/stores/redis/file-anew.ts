import { StoreUnavailable } from '../../engine/state/store-unavailable.ts'
import type { Table } from '../../engine/state/table.ts'
import { parseKept } from '../parse-kept.ts'
import { aScript, type RedisConnection } from './connection.ts'
import { indexNames, indexTexts } from './encode.ts'
import { FILE_ANEW, READ_FILED } from './scripts/file-anew.ts'

/** Every row is read and written: a hundred thousand take some seconds, and longer on a busy machine. */
const REPLY_TIMEOUT_MS = 180_000

const READ = aScript(READ_FILED, false, REPLY_TIMEOUT_MS)
const WRITE = aScript(FILE_ANEW, true, REPLY_TIMEOUT_MS)

/** How often it is attempted while others change the store. */
const MOST_ATTEMPTS = 20

/** Files the rows of tables anew, which an older version may have filed otherwise, and gives the store the format of this one: all in one step. */
export async function fileAnew(
  connection: RedisConnection,
  tables: readonly Table[],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const names = tables.map(({ name }) => name)
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const [state, ...words] = await read(connection, names)
    const rows = inRows(words).flatMap(([layer = '', name, mchid = '', key = '', json = '']) => {
      const table = tables.find((one) => one.name === name)
      if (!table) return []
      const texts = json === '' ? '' : indexTexts(table, parseKept(json))
      return [layer, table.name, indexNames(table), mchid, key, texts]
    })
    const held = await connection.run(WRITE, [from, to, state ?? '', names.join(','), ...rows])
    if (held === 1) return
  }
  throw new StoreUnavailable({
    en: 'Instances of an older version keep changing the store: stop them before a newer one is started with it.',
    zh: '旧版本的进程一直在改动这个存储：请先停止它们，再用新版本打开。',
  })
}

async function read(connection: RedisConnection, names: readonly string[]): Promise<readonly string[]> {
  const reply = await connection.run(READ, names)
  if (!Array.isArray(reply)) throw new Error(`A script answered ${String(reply)} instead of rows.`)
  return reply.map(String)
}

/** Five words a row. */
function inRows(words: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: words.length / 5 }, (_, i) => words.slice(i * 5, i * 5 + 5))
}
