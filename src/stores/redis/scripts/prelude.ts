/** Files rows in indexes and sorted lists. `planMoves` determines the changes, and checks every key that will be written; `refile` writes them. */
export const FILING = String.raw`
local filed, moved = {}, {}
-- A set with what goes into it and out of it. Of a part of a sorted list, listed is the set of the merchants that have rows in it.
local function fileOf(generation, set, listed, mchid)
  return {generation = generation, set = set, listed = listed, mchid = mchid, into = {}, out = {}}
end
-- Where the rows of a merchant are filed in the generation that a script writes to, for each name of an index.
local function filesOf(generation, tbl, names, mchid, reset)
  filed[tbl] = filed[tbl] or {}
  local files = filed[tbl][mchid]
  if files then return files end
  files = {}
  for n, name in ipairs(namesOf(names)) do
    local list = listNamed(name)
    if list then
      files[n] = fileOf(generation, sortedKey(generation, tbl, list, mchid, reset), listedIn(generation, tbl, list), mchid)
      files[n].hidden = fileOf(generation, hiddenKey(tbl, list, mchid, reset))
    else
      files[n] = fileOf(generation, indexKey(generation, tbl, name))
    end
    files[n].behind = list and '\2' or memberOf('=', mchid, reset, '')
  end
  filed[tbl][mchid] = files
  return files
end
local function plan(file, way, member)
  if #file.into == 0 and #file.out == 0 then
    checkKey(file.generation, file.set)
    if file.listed then checkKey(file.generation, file.listed) end
    moved[#moved + 1] = file
  end
  local some = file[way]
  some[#some + 1] = member
end
-- Plans how a row moves from the old texts to the new ones, a text for each file: =text, or - for none. Where the seed under the changes has the row in
-- a sorted list, seeded has the text: a row that stays there is found there with its new value, and one that leaves is hidden.
local function planMoves(files, key, old, new, seeded)
  for n, file in ipairs(files) do
    local place = file.hidden and seeded and seeded[n] or '-'
    local was, is = old and (old[n] or '-') or place, new[n] or '-'
    if was ~= is then
      local function member(text) return string.sub(text, 2) .. file.behind .. key end
      if was ~= '-' and was ~= place then plan(file, 'out', member(was)) end
      if is ~= '-' and is ~= place then plan(file, 'into', member(is)) end
      if place ~= '-' and (was == place or is == place) then
        plan(file.hidden, was == place and 'into' or 'out', member(place))
      end
    end
  end
end
-- A function takes a limited number of arguments.
local function inPieces(list, work)
  for first = 1, #list, 1000 do work(unpack(list, first, math.min(first + 999, #list))) end
end
local function refile()
  for _, file in ipairs(moved) do
    local scored = {}
    for _, member in ipairs(file.into) do
      scored[#scored + 1] = 0
      scored[#scored + 1] = member
    end
    inPieces(scored, function (...) write(file.generation, 'ZADD', file.set, ...) end)
    if #scored > 0 and file.listed then write(file.generation, 'SADD', file.listed, file.mchid) end
  end
  for _, file in ipairs(moved) do
    local reduced = 0
    inPieces(file.out, function (...) reduced = reduced + redis.call('ZREM', file.set, ...) end)
    -- A set ends with its last member.
    if reduced > 0 and redis.call('EXISTS', file.set) == 0 then
      forget(file.generation, file.set)
      if file.listed then takeOut(file.generation, 'SREM', file.listed, file.mchid) end
    end
  end
end
`

/**
 * Beginning of every script. Scripts run inside the server. The root of all keys, `{prefix}`, is the first of the keys that they declare: the braces
 * put all keys of a mock into one slot of a cluster, so that a script may access all of them atomically (`docs/decisions/0015-*`). The second one is
 * `:meta`: as the root itself never exists, the two never both exist, so a cluster runs no script while it moves the slot from one node to another.
 *
 * | key, after the root | what it holds |
 * |---|---|
 * | `:meta` | hash: `format`, `seed` and `era` (which generation of seed and of changes is in use), `used` (the era, once anything was changed in it), `count` (of all commits), `since` and `documents` (when the first document was written, and how often any was), `journal` (how large its exchanges are together), `droppedByNumber` and `droppedBySize` (how many of them either limit has pushed out), `rates` (once any call was counted), `confirmed` (written to wait until replicas have all that came before) |
 * | `:s<seed>:rows:<table>:<mchid>`, `:c<era>:rows:<table>:<resets>:<mchid>` | hash: key of a row to its stamp, its index texts and its JSON, a line each |
 * | `:s<seed>:index:<table>:<index>`, `:c<era>:index:…` | sorted set, in lexicographic order: text, mchid, resets, key |
 * | `:s<seed>:sorted:<table>:<list>:-:<mchid>`, `:c<era>:sorted:<table>:<list>:<resets>:<mchid>` | sorted set, in lexicographic order: text, sort key, key |
 * | `:s<seed>:listed:<table>:<list>`, `:c<era>:listed:<table>:<list>` | set: merchants that have rows in the sorted list |
 * | `:c<era>:hidden:<table>:<list>:<resets>:<mchid>` | the same, of the rows in the seed that changes have moved elsewhere, or out of the list |
 * | `:s<seed>:owners:<table>`, `:c<era>:owners:<table>` | set: merchants that have rows |
 * | `:c<era>:resets` | hash: merchant to the commit that reset it |
 * | `:c<era>:stamps` | hash: the latest commit of each table, and of each merchant's |
 * | `:keys:s<seed>`, `:keys:c<era>` | set: names of all keys of that generation that exist; that of a seed also has its root |
 * | `:documents` | hash: name of a document to when it was put first, and its JSON, a line each; and an empty name, so that it always exists |
 * | `:documents:changed` | sorted set: names of documents, also of deleted ones, by their latest change |
 * | `:journal` | list of exchanges |
 * | `:rates` | hash: merchant and operation to the window that is counted, and the count |
 * | `:building` | hash: seeds that are being written, with when that began |
 * | `:garbage` | list: unused keys that are still to be deleted |
 *
 * A row in the changes hides the one in the seed; without JSON it marks the row as deleted. Dropping the changes means a new number in `era`.
 *
 * Keys that should exist but are missing were dropped by a server short of memory, or deleted by hand. A script that meets such a gap ends
 * with the error `LOST` and what is lost, instead of taking the state for an emptier one: `whatIsLost`. So a script reads, writes and empties the
 * keys of a generation with `checkKey`, `write` and `takeOut`.
 */
export const PRELUDE = String.raw`
local P = KEYS[1]
local meta = {}
meta.seed, meta.era, meta.used = unpack(redis.call('HMGET', P .. ':meta', 'seed', 'era', 'used'))
local SEED, ERA = P .. ':s' .. (meta.seed or '0'), P .. ':c' .. (meta.era or '0')
local function nameOf(generation) return string.sub(generation, #P + 2) end
local function keysOf(generation) return P .. ':keys:' .. nameOf(generation) end

local function lost(what) error({err = 'LOST ' .. what}) end
local function lostFrom(generation) lost(generation == ERA and 'changes' or 'seed') end
local function checkJoined()
  if not meta.seed then lost('all') end
end
local function checkGenerations()
  checkJoined()
  if redis.call('EXISTS', keysOf(SEED)) == 0 then lostFrom(SEED) end
  if meta.used == meta.era and redis.call('EXISTS', keysOf(ERA)) == 0 then lostFrom(ERA) end
end

local missing = {}
-- Ends the script if a key that was written was deleted; one that nothing was written to is rightly missing. A script checks every key that it will write
-- before it writes the first, so that one that ends here has changed nothing.
local function checkKey(generation, key)
  if missing[key] ~= nil then return end
  missing[key] = redis.call('EXISTS', key) == 0
  if missing[key] and redis.call('SISMEMBER', keysOf(generation), key) == 1 then lostFrom(generation) end
end
local function write(generation, command, key, ...)
  checkKey(generation, key)
  redis.call(command, key, ...)
  if not missing[key] then return end
  redis.call('SADD', keysOf(generation), key)
  missing[key] = false
end
local function forget(generation, key)
  redis.call('SREM', keysOf(generation), key)
  missing[key] = true
end
-- A set ends with its last member.
local function takeOut(generation, command, key, member)
  if redis.call(command, key, member) == 1 and redis.call('EXISTS', key) == 0 then forget(generation, key) end
end

local resets = {}
local function resetsOf(mchid)
  if not resets[mchid] then
    local number = redis.call('HGET', ERA .. ':resets', mchid)
    if not number then checkKey(ERA, ERA .. ':resets') end
    resets[mchid] = number or '0'
  end
  return resets[mchid]
end
local function ownersIn(generation, tbl) return generation .. ':owners:' .. tbl end
local function seedRows(tbl, mchid) return SEED .. ':rows:' .. tbl .. ':' .. mchid end
-- The rows since the merchant's latest reset, or those of before it.
local function changedRows(tbl, mchid, reset)
  return ERA .. ':rows:' .. tbl .. ':' .. (reset or resetsOf(mchid)) .. ':' .. mchid
end
local function indexKey(generation, tbl, index) return generation .. ':index:' .. tbl .. ':' .. index end
local function sortedKey(generation, tbl, list, mchid, reset)
  return table.concat({generation, 'sorted', tbl, list, reset, mchid}, ':')
end
local function listedIn(generation, tbl, list) return table.concat({generation, 'listed', tbl, list}, ':') end
local function hiddenKey(tbl, list, mchid, reset) return table.concat({ERA, 'hidden', tbl, list, reset, mchid}, ':') end

-- A row is a stamp, its texts and its JSON, a line each. Only what is asked for is copied, without a pattern: the JSON is long.
local function lineEnd(row, from) return (string.find(row, '\n', from, true)) end
local function stampOf(row) return string.sub(row, 1, lineEnd(row, 1) - 1) end
local function jsonOf(row) return string.sub(row, lineEnd(row, lineEnd(row, 1) + 1) + 1) end
local function isGone(row) return string.sub(row, -1) == '\n' end
local function textsOf(texts)
  local all = {}
  for text in string.gmatch(texts, '[^\1]+') do all[#all + 1] = text end
  return all
end
-- The texts of a row, as it is stored; none if there is no row.
local function textsOfRow(row)
  if not row then return {} end
  local first = lineEnd(row, 1) + 1
  return textsOf(string.sub(row, first, lineEnd(row, first) - 1))
end
local function namesOf(names)
  local all = {}
  for name in string.gmatch(names, '[^,]+') do all[#all + 1] = name end
  return all
end
-- The sorted list that a name of an index stands for, if it is marked as one.
local function listNamed(name) return string.match(name, '^%+(.*)$') end
-- How a row is called in an index, by its text: =text.
local function memberOf(text, mchid, reset, key) return table.concat({string.sub(text, 2), mchid, reset, key}, '\1') end
`
