import { FILING } from './filing.ts'
import { PRELUDE } from './prelude.ts'

/** The state that rows were read from: it changes with each commit, reset and seed. */
const STATE = `
local state = table.concat({redis.call('HGET', P .. ':meta', 'count') or '', SEED, ERA}, ' ')
`

/**
 * Reads the rows of tables, to file them anew. Arguments: names of tables. Returns the state that they are of; then for each row five: `seed` or
 * `changes`, table, mchid, key, JSON (empty for a deleted row).
 */
export const READ_FILED = `${PRELUDE}${STATE}
checkGenerations()
local reply = {state}
for _, tbl in ipairs(ARGV) do
  for _, layer in ipairs({'seed', 'changes'}) do
    local generation = layer == 'seed' and SEED or ERA
    checkKey(generation, ownersIn(generation, tbl))
    for _, mchid in ipairs(redis.call('SMEMBERS', ownersIn(generation, tbl))) do
      local set = layer == 'seed' and seedRows(tbl, mchid) or changedRows(tbl, mchid)
      checkKey(generation, set)
      local rows = redis.call('HGETALL', set)
      for i = 1, #rows, 2 do
        local _, json = parse(rows[i + 1])
        for _, word in ipairs({layer, tbl, mchid, rows[i], json}) do reply[#reply + 1] = word end
      end
    end
  end
end
return reply
`

/**
 * Files the rows of tables anew, and gives the store another format. Arguments: the format that it has, and the new one; the state that the rows were
 * read from; names of the tables, separated by commas; for each row six, those of the seed first: `seed` or `changes`, table, names of its indexes,
 * mchid, key, index texts. Returns 1, or 0 if something has changed.
 *
 * Of the lists of all tables it notes who has rows in them.
 */
export const FILE_ANEW = `${PRELUDE}${STATE}${FILING}${String.raw`
if redis.call('HGET', P .. ':meta', 'format') ~= ARGV[1] then return 1 end
if state ~= ARGV[3] then return 0 end
local anew = {}
for _, tbl in ipairs(namesOf(ARGV[4])) do anew[tbl] = true end
for _, generation in ipairs({SEED, ERA}) do
  for _, key in ipairs(redis.call('SMEMBERS', keysOf(generation))) do
    local kind, tbl = string.match(string.sub(key, #generation + 1), '^:(%a+):([^:]+):')
    if anew[tbl] and (kind == 'index' or kind == 'sorted' or kind == 'hidden') then
      redis.call('UNLINK', key)
      redis.call('SREM', keysOf(generation), key)
    elseif kind == 'sorted' then
      local list, mchid = string.match(string.sub(key, #generation + 1), '^:sorted:[^:]+:([^:]+):[^:]+:(.*)$')
      write(generation, 'SADD', listedIn(generation, tbl, list), mchid)
    end
  end
end
for at = 5, #ARGV, 6 do
  local layer, tbl, names, mchid, key, texts = unpack(ARGV, at, at + 5)
  local isSeed = layer == 'seed'
  local rows = isSeed and seedRows(tbl, mchid) or changedRows(tbl, mchid)
  local row = {tbl = tbl, mchid = mchid, reset = isSeed and '-' or resetsOf(mchid), key = key}
  local under = not isSeed and textsOfRow(redis.call('HGET', seedRows(tbl, mchid), key)) or nil
  planMoves(isSeed and SEED or ERA, row, namesOf(names), nil, textsOf(texts), under)
  refile()
  local stamp, json = parse(redis.call('HGET', rows, key))
  redis.call('HSET', rows, key, stamp .. '\n' .. texts .. '\n' .. json)
end
redis.call('HSET', P .. ':meta', 'format', ARGV[2])
return 1
`}`
