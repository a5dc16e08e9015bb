import { PRELUDE } from './prelude.ts'

/**
 * Reads a page of a sorted list, or counts its rows, without visiting those before and after it (`docs/decisions/0018-*`): by the ranks of members in
 * the sorted sets. A member of one is `text \2 by \2 key`, so `(text \2` is before all with a text, and `(text \3` after them.
 *
 * A merchant's part of a list consists of three sets: the seed's, the hidden members of that, and those of the changes. Only the
 * rows that are returned are read.
 */
const PAGES = String.raw`
-- Compares bytes, as sorted sets do; the order of Lua depends on the locale.
local function isBefore(a, b)
  if a == b then return false end
  local i = 1
  while string.byte(a, i) == string.byte(b, i) do i = i + 1 end
  return (string.byte(a, i) or -1) < (string.byte(b, i) or -1)
end
local function rankOf(set, bound) return redis.call('ZLEXCOUNT', set, '-', bound) end
local function memberAt(set, rank) return redis.call('ZRANGE', set, rank, rank)[1] end
-- Stands in one merchant's part of a list, before the first row from a bound on. In each layer: the rank of the next row, and the one behind the last.
local function cursorAt(tbl, list, mchid, text, bound)
  local reset = resetsOf(mchid)
  local function layer(generation, set)
    local stop = rankOf(set, '(' .. text .. '\3')
    if stop == 0 then checkKey(generation, set) end
    return {set = set, at = rankOf(set, bound), stop = stop}
  end
  local cursor = {owner = mchid, text = text, hidden = hiddenKey(tbl, list, mchid, reset)}
  cursor.seed = layer(SEED, sortedKey(SEED, tbl, list, mchid, '-'))
  cursor.changed = layer(ERA, sortedKey(ERA, tbl, list, mchid, reset))
  if cursor.seed.at < cursor.seed.stop then checkKey(ERA, cursor.hidden) end
  return cursor
end
-- Moves on to the first row of the seed that is in its place. Hidden ones, which may be all of the seed, are passed over in leaps: what stands one
-- behind the other in both sets is a run.
local function skipHidden(cursor)
  local seed, hidden = cursor.seed, cursor.hidden
  while seed.at < seed.stop do
    local at = redis.call('ZRANK', hidden, memberAt(seed.set, seed.at))
    if not at then return end
    local run, leap = 1, 2
    local function holds(length) return memberAt(seed.set, seed.at + length - 1) == (memberAt(hidden, at + length - 1) or '') end
    while holds(leap) do run, leap = leap, leap * 2 end
    while leap - run > 1 do
      local middle = math.floor((run + leap) / 2)
      if holds(middle) then run = middle else leap = middle end
    end
    seed.at = seed.at + run
  end
end
-- Moves on by a number of rows without looking at each.
local function skip(cursor, offset)
  local seed, changed, hidden = cursor.seed, cursor.changed, cursor.hidden
  local seedStart, changedStart = seed.at, changed.at
  local first = memberAt(seed.set, seedStart)
  local hiddenStart = first and rankOf(hidden, '(' .. first) or redis.call('ZCARD', hidden)
  local function passedBefore(member)
    local bound = '(' .. member
    return rankOf(seed.set, bound) - seedStart - (rankOf(hidden, bound) - hiddenStart) + rankOf(changed.set, bound) - changedStart
  end
  local function targetIn(layer)
    local low, high = layer.at, layer.stop
    while low < high do
      local middle = math.floor((low + high) / 2)
      if passedBefore(memberAt(layer.set, middle)) >= offset then high = middle else low = middle + 1 end
    end
    return low
  end
  seed.at, changed.at = targetIn(seed), targetIn(changed)
end
-- The next row: its layer, what it is sorted by, and its key.
local function headOf(cursor)
  skipHidden(cursor)
  local head
  for _, layer in ipairs({cursor.seed, cursor.changed}) do
    if layer.at < layer.stop then
      local member = memberAt(layer.set, layer.at)
      if not head or isBefore(member, head.member) then head = {layer = layer, member = member} end
    end
  end
  if not head then return nil end
  head.by, head.key = string.match(head.member, '^([^\2]*)\2([^\2]*)$', #cursor.text + 2)
  return head
end
-- Who has rows in a list: the one that is asked for, or everybody. Of thousands of merchants a few may have a callback that is due.
local function ownersInList(tbl, list, mchid)
  if mchid ~= '' then return {mchid} end
  local seed, changed = listedIn(SEED, tbl, list), listedIn(ERA, tbl, list)
  checkKey(SEED, seed)
  checkKey(ERA, changed)
  return redis.call('SUNION', seed, changed)
end
local function page(tbl, list, text, stretch)
  local mchid, isAfter, by, owner, key, offset, limit = string.match(stretch, '^([^\1]*)\1([^\1]*)\1([^\1]*)\1([^\1]*)\1([^\1]*)\1([^\1]*)\1([^\1]*)$')
  offset, limit = tonumber(offset), tonumber(limit)
  -- What is before this bound was on the pages before. Rows that are sorted by the same come by owner, then by key.
  local function boundFor(mchid)
    local start = text .. '\2'
    if isAfter ~= 'after' then return '(' .. start end
    if mchid == owner then return '[' .. start .. by .. '\2' .. key end
    if isBefore(owner, mchid) then return '(' .. start .. by .. '\2' end
    return '(' .. start .. by .. '\3'
  end
  local cursors = {}
  local owners = ownersInList(tbl, list, mchid)
  for _, one in ipairs(owners) do
    local cursor = cursorAt(tbl, list, one, text, boundFor(one))
    if #owners == 1 and offset > 0 then
      skip(cursor, offset)
      offset = 0
    end
    cursor.head = headOf(cursor)
    if cursor.head then cursors[#cursors + 1] = cursor end
  end
  local function isAhead(a, b)
    return isBefore(a.head.by, b.head.by) or (a.head.by == b.head.by and isBefore(a.owner, b.owner))
  end
  local found = nothingFound()
  while limit > 0 do
    local best
    for _, cursor in ipairs(cursors) do
      if cursor.head and (not best or isAhead(cursor, best)) then best = cursor end
    end
    if not best then break end
    local head = best.head
    if offset > 0 then
      offset = offset - 1
    else
      -- One that stands where the seed has it may have another value.
      local changed = changedRow(tbl, best.owner, head.key)
      addRow(found, changed and ERA or SEED, best.owner, head.key, changed or seedRow(tbl, best.owner, head.key))
      limit = limit - 1
    end
    head.layer.at = head.layer.at + 1
    best.head = headOf(best)
  end
  return replyOf(found)
end
local function countAmong(tbl, list, text, mchid)
  local total = 0
  for _, owner in ipairs(ownersInList(tbl, list, mchid)) do
    local cursor = cursorAt(tbl, list, owner, text, '(' .. text .. '\2')
    local hidden = redis.call('ZLEXCOUNT', cursor.hidden, '[' .. text .. '\2', '(' .. text .. '\3')
    for _, layer in ipairs({cursor.seed, cursor.changed}) do total = total + layer.stop - layer.at end
    total = total - hidden
  end
  total = string.format('%d', total)
  return {total, total}
end
`

/** Reads rows, and notices if they, or the keys that lead to them, were deleted. */
const ROWS = String.raw`
-- A script reads before it writes, so a row stays as it was found.
local rowsRead = {}
local function rowIn(generation, rows, key)
  if not rowsRead[rows] then rowsRead[rows] = {} end
  local row = rowsRead[rows][key]
  if row == nil then
    row = redis.call('HGET', rows, key)
    if not row then checkKey(generation, rows) end
    rowsRead[rows][key] = row
  end
  return row
end
local function rowsIn(generation, rows)
  local all = redis.call('HGETALL', rows)
  if #all == 0 then checkKey(generation, rows) end
  return all
end
local function changedRow(tbl, mchid, key) return rowIn(ERA, changedRows(tbl, mchid), key) end
local function seedRow(tbl, mchid, key) return rowIn(SEED, seedRows(tbl, mchid), key) end
local function ownersOf(tbl, mchid)
  if mchid ~= '' then return {mchid} end
  local seed, changed = ownersIn(SEED, tbl), ownersIn(ERA, tbl)
  checkKey(SEED, seed)
  checkKey(ERA, changed)
  return redis.call('SUNION', seed, changed)
end
-- Rows that an index or a list led to, and what makes up their fingerprint.
local function nothingFound() return {seen = {}, reply = {''}} end
local function addRow(found, generation, owner, key, row)
  if not row then lostFrom(generation) end
  found.seen[#found.seen + 1] = owner .. '\1' .. key .. '\1' .. stampOf(row)
  found.reply[#found.reply + 1] = shown(row)
end
local function replyOf(found)
  found.reply[1] = redis.sha1hex(table.concat(found.seen, '\2'))
  return found.reply
end
`

/**
 * The ways to read, by name. Each returns a fingerprint that shows whether it would still read the same, then what `shown` makes of each row, or their
 * number. `mark` returns only the fingerprint.
 */
const WAYS = String.raw`${ROWS}${PAGES}
local function listStamp(tbl, mchid)
  local field = tbl
  if mchid ~= '' then field = tbl .. '\1' .. mchid end
  return SEED .. ERA .. ':' .. (rowIn(ERA, ERA .. ':stamps', field) or '-')
end
local READINGS = {page = page, countAmong = countAmong}
function READINGS.find(tbl, mchid, key)
  local row = changedRow(tbl, mchid, key) or seedRow(tbl, mchid, key)
  if not row or isGone(row) then return {'-'} end
  return {stampOf(row), shown(row)}
end
function READINGS.where(tbl, index, text, mchid)
  local found = nothingFound()
  local start = text .. '\1'
  if mchid ~= '' then start = start .. mchid .. '\1' end
  local function range(generation)
    local key = indexKey(generation, tbl, index)
    local members = redis.call('ZRANGE', key, '[' .. start, '(' .. string.sub(start, 1, -2) .. '\2', 'BYLEX')
    if #members == 0 then checkKey(generation, key) end
    return members
  end
  for _, member in ipairs(range(SEED)) do
    local owner, key = string.match(member, '^([^\1]*)\1[^\1]*\1([^\1]*)$', #text + 2)
    if not changedRow(tbl, owner, key) then addRow(found, SEED, owner, key, seedRow(tbl, owner, key)) end
  end
  for _, member in ipairs(range(ERA)) do
    local owner, reset, key = string.match(member, '^([^\1]*)\1([^\1]*)\1([^\1]*)$', #text + 2)
    if reset == resetsOf(owner) then addRow(found, ERA, owner, key, changedRow(tbl, owner, key)) end
  end
  return replyOf(found)
end
function READINGS.list(tbl, mchid)
  local reply = {listStamp(tbl, mchid)}
  for _, owner in ipairs(ownersOf(tbl, mchid)) do
    local changed = {}
    local rows = rowsIn(ERA, changedRows(tbl, owner))
    for i = 1, #rows, 2 do
      changed[rows[i]] = true
      if not isGone(rows[i + 1]) then reply[#reply + 1] = shown(rows[i + 1]) end
    end
    rows = rowsIn(SEED, seedRows(tbl, owner))
    for i = 1, #rows, 2 do
      if not changed[rows[i]] then reply[#reply + 1] = shown(rows[i + 1]) end
    end
  end
  return reply
end
-- Looks at the changes only, as there may be a million rows in the seed.
function READINGS.count(tbl, mchid)
  local total = 0
  for _, owner in ipairs(ownersOf(tbl, mchid)) do
    local seed = seedRows(tbl, owner)
    checkKey(SEED, seed)
    total = total + redis.call('HLEN', seed)
    local rows = rowsIn(ERA, changedRows(tbl, owner))
    for i = 1, #rows, 2 do
      total = total + (isGone(rows[i + 1]) and 0 or 1) - redis.call('HEXISTS', seed, rows[i])
    end
  end
  return {listStamp(tbl, mchid), tostring(total)}
end
-- Documents are read from a copy; a transaction that relies on one has this compared when it commits.
function READINGS.document(_, name)
  local kept = redis.call('HGET', P .. ':documents', name)
  return {kept and string.match(kept, '^[^\n]*\n(.*)$') or ''}
end
local function mark(what, tbl, ...)
  if what == 'list' or what == 'count' then return listStamp(tbl, (...)) end
  return READINGS[what](tbl, ...)[1]
end
`

/** The ways to read, for fingerprints alone. */
export const READERS = `
local function shown() return nil end
${WAYS}`

/**
 * Returns what each of some readings gives. Arguments: five for each, empty if it takes fewer: `find table mchid key`, `where table index text mchid`,
 * `list table mchid`, `count table mchid`, `page table list text stretch`, or `countAmong table list text mchid`; an empty mchid stands for all.
 */
export const READ = `${PRELUDE}
local shown = jsonOf
${WAYS}
checkGenerations()
local replies = {}
for i = 1, #ARGV, 5 do replies[#replies + 1] = READINGS[ARGV[i]](unpack(ARGV, i + 1, i + 4)) end
return replies
`
