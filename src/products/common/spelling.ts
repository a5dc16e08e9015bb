/** Translates the service's spelling into the word that the rules use. @throws Error for a spelling that no word has */
export function fromWire<Word extends string, Spelling extends string>(
  spellings: Readonly<Record<Word, Spelling>>,
  spelling: Spelling,
): Word {
  const word = (Object.keys(spellings) as Word[]).find((key) => spellings[key] === spelling)
  if (word === undefined) throw new Error(`No word is spelled ${spelling}`)
  return word
}
