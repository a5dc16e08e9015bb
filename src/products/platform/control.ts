import type { CallsFor } from '../../control/call.ts'
import { field } from '../../control/life.ts'
import { addCalls } from '../../control/row-calls.ts'
import { defineThing, fact } from '../../control/things/thing.ts'
import type { routes } from './routes.ts'
import { type User, users } from './users.ts'

const { one: addUser, many: addUsers } = addCalls(users, {
  summary: 'Say what is known of a WeChat user or a list of them; one with the same openid is replaced',
})

/** The control calls of the platform: what is known of users. */
export const calls = { addUser, addUsers } satisfies CallsFor<typeof routes>

/** Their types under one name, so that declarations need not spell all of them out. */
export interface PlatformCalls extends Readonly<typeof calls> {}

const userThing = defineThing(users, {
  one: { en: 'User', zh: '用户' },
  none: {
    en: 'No users are described yet. A user need not be: say only what is special about one.',
    zh: '还没有用户信息。用户无需登记，只需说明其特殊之处。',
  },
  show: (user: User) => user,
  search: {
    hint: { en: 'openid, appid, unionid, person, real name', zh: 'openid、appid、unionid、自然人、真实姓名' },
    texts: ({ openid, appid, unionid, person, real_name }) => [openid, appid, unionid, person, real_name ?? undefined],
  },
  facts: [
    fact('mchid', 'Merchant', '商户号', { as: 'code', inList: 'under' }),
    fact('appid', 'Only with appid', '仅限 appid', { as: 'code', inList: 'under' }),
    fact('unionid', 'unionid', '用户 unionid', { as: 'code' }),
    fact('person', 'Person', '自然人', { inList: 'under' }),
    {
      title: { en: 'Real name', zh: '真实姓名' },
      of: ({ real_name }) => (real_name === null ? { en: 'not verified', zh: '未实名' } : real_name),
      inList: 'beside',
    },
    {
      title: { en: 'Risk', zh: '风险' },
      of: ({ suspicious }) => (suspicious ? { en: 'suspicious', zh: '可疑用户' } : undefined),
      inList: 'beside',
    },
    {
      title: { en: 'Account', zh: '账户' },
      of: ({ closed }) => (closed ? { en: 'blocked or closed', zh: '已冻结或注销' } : undefined),
      inList: 'beside',
    },
  ],
  makes: [
    {
      title: { en: 'Describe a user', zh: '添加用户信息' },
      call: 'addUser',
      fields: [
        field('openid', 'User (openid)', '用户（openid）'),
        field('appid', 'Only with appid', '仅限 appid', { placeholder: { en: 'any', zh: '不限' } }),
        field('person', 'Person', '自然人'),
        field('real_name', 'Real name', '真实姓名', { placeholder: { en: 'not known', zh: '未知' } }),
        field('suspicious', 'Suspicious', '可疑用户', { placeholder: { en: 'no', zh: '否' } }),
        field('closed', 'Blocked or closed', '已冻结或注销', { placeholder: { en: 'no', zh: '否' } }),
      ],
      made: ['mchid', 'openid'],
      done: { en: 'The user is known.', zh: '用户信息已添加。' },
    },
  ],
})

export const things = [userThing]
