/** Files rows in indexes and sorted lists. `planMoves` determines the changes, and checks every key that will be written; `refile` writes them. */
export const FILING = String.raw`
local moves = {}
-- Of a part of a sorted list, listed is the set of the merchants that have rows in it.
local function plan(generation, isIn, set, member, listed, mchid)
  checkKey(generation, set)
  if listed then checkKey(generation, listed) end
  moves[#moves + 1] = {generation = generation, isIn = isIn, set = set, member = member, listed = listed, mchid = mchid}
end
local function memberOf(row, list, text)
  text = string.sub(text, 2)
  if list then return text .. '\2' .. row.key end
  return table.concat({text, row.mchid, row.reset, row.key}, '\1')
end
-- Plans how a row moves in its generation from the old texts to the new ones, a text for each name: =text, or - for none. Where the seed under the
-- changes has the row in a sorted list, seeded has the text: a row that stays there is found there with its new value, and one that leaves is hidden.
local function planMoves(generation, row, names, old, new, seeded)
  for n, name in ipairs(names) do
    local list = listNamed(name)
    local place = list and seeded and seeded[n] or '-'
    local was, is = old and (old[n] or '-') or place, new[n] or '-'
    if was ~= is then
      local set = list and sortedKey(generation, row.tbl, list, row.mchid, row.reset) or indexKey(generation, row.tbl, name)
      local listed = list and listedIn(generation, row.tbl, list)
      if was ~= '-' and was ~= place then plan(generation, false, set, memberOf(row, list, was), listed, row.mchid) end
      if is ~= '-' and is ~= place then plan(generation, true, set, memberOf(row, list, is), listed, row.mchid) end
      if place ~= '-' and (was == place or is == place) then
        plan(generation, was == place, hiddenKey(row.tbl, list, row.mchid, row.reset), memberOf(row, list, place))
      end
    end
  end
end
local function refile()
  for _, move in ipairs(moves) do
    if move.isIn then
      write(move.generation, 'ZADD', move.set, 0, move.member)
      if move.listed then write(move.generation, 'SADD', move.listed, move.mchid) end
    else
      takeOut(move.generation, 'ZREM', move.set, move.member)
      if move.listed and missing[move.set] then takeOut(move.generation, 'SREM', move.listed, move.mchid) end
    end
  end
  moves = {}
end
`
