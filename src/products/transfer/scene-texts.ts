import type { Texts } from '../../shared/texts.ts'
import { SCENES } from './rules/scene.ts'

/** What a scene is called where it is chosen, beside its id. */
export const SCENE_NAMES: Readonly<Record<string, Texts>> = Object.fromEntries(
  Object.entries(SCENES).map(([id, { name, english }]) => [id, { en: `${name}: ${english}`, zh: name }]),
)

/** A scene by its id and its name. */
export function describeScene(id: string): Texts {
  const { en, zh } = SCENE_NAMES[id] ?? { en: '', zh: '' }
  return { en: `${id} ${en}`.trim(), zh: `${id} ${zh}`.trim() }
}
