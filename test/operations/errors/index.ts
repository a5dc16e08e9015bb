import { readdirSync } from 'node:fs'
import type { Cookbook } from './recipe.ts'

const folder = new URL('.', import.meta.url)
const chapters = readdirSync(folder).filter((name) => name !== 'index.ts')

/** How every error of every operation comes about: all cookbooks that the files beside this one export. */
export const cookbooks: readonly Cookbook[] = (
  await Promise.all(
    chapters.map((name): Promise<Readonly<Record<string, unknown>>> => import(new URL(name, folder).href)),
  )
).flatMap((chapter) => Object.values(chapter).flat().filter(isCookbook))

function isCookbook(exported: unknown): exported is Cookbook {
  return typeof exported === 'object' && exported !== null && 'recipes' in exported
}
