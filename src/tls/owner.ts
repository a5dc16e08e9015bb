import { AuthorityError } from './authority-error.ts'

/**
 * Refuses files that another user could replace; files of root are trusted. The check applies to root too, who would trust a key that the other user
 * chose.
 *
 * @throws AuthorityError `other_user`
 */
export function checkOwner({ uid }: { readonly uid: number }, path: string): void {
  const own = process.getuid?.()
  if (own === undefined || uid === own || uid === 0) return
  throw new AuthorityError('other_user', path)
}
