/** The word of the rules for one of the service's spellings. */
export function fromWire<Word extends string, Spelling extends string>(
  spellings: Readonly<Record<Word, Spelling>>,
  spelling: Spelling,
): Word {
  const word = (Object.keys(spellings) as Word[]).find((key) => spellings[key] === spelling)
  if (word === undefined) throw new Error(`No word is spelled ${spelling}`)
  return word
}
