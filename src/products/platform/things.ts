import { userThing } from './users/thing.ts'

/** What the dashboard shows of the platform. */
export const things = [userThing]
