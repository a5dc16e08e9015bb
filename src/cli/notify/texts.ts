const en = {
  description:
    'Makes a callback of an event, signed by the platform and sealed with the APIv3 key of the well-known merchant, sends it, and shows what was sent. Needs no server. Exit code 1 when the receiver did not accept it.',
  event: 'what happened, such as COUPON.SEND or COMPLAINT.CREATE',
  eventOption: 'the event, in place of the first word',
  to: 'where it is sent to; other machines need --allow-callback-host',
  url: 'the same as --to',
  set: 'a member of what is sealed: order.amount=5; as often as you like',
  list: 'list the events of every product',
  resource: 'members of what is sealed, at any depth, as JSON or in a file; the rest is filled in, null leaves one out',
  keyMode: 'key that signs it',
  times: 'how often it is sent: each repeat has the same id, and a signature of its own',
  after: `wechatpay-mock notify COUPON.SEND --to http://127.0.0.1:3000/notify
wechatpay-mock notify COMPLAINT.CREATE --to http://127.0.0.1:3000/notify --set complaint_id=1 --set action_type=USER_RESPONSE
wechatpay-mock notify TRANSACTION.SUCCESS --to http://127.0.0.1:3000/notify --resource '{"amount":{"total":500}}'`,
  incomplete:
    'Say what happened and where it goes: wechatpay-mock notify COUPON.SEND --to http://127.0.0.1:3000/notify; --list shows all events',
  eventTwice: 'Give the event once: as the first word, or with --event',
  toTwice: 'Give --to or --url, not both',
  unknownEvent: (event: string, meant: string | undefined): string =>
    `There is no event ${event}${meant === undefined ? ':' : `; did you mean ${meant}?`} wechatpay-mock notify --list shows all`,
  badSet: (set: string): string => `--set "${set}": use MEMBER=VALUE, such as order.amount=5`,
  badMember: (path: string, kind: string): string => `--set: ${path} is ${kind}`,
  kinds: {
    text: 'text',
    number: 'a number',
    boolean: 'true or false',
    object: 'an object: give its members, or JSON',
    list: 'a list: give it as JSON',
  },
  badUrl: (url: string): string => `"${url}" is not an http or https address`,
  noObject: (name: string): string => `${name}: a JSON object is needed`,
  unknownMembers: (event: string, members: readonly string[]): string =>
    `${event} has no ${members.join(', ')} here: sent as given`,
  sealed: 'Sealed in it:',
  replied: (status: number, taken: boolean, body: string): string =>
    `Reply ${status}: ${taken ? 'accepted' : 'not accepted, only 200 and 204 are'}${body === '' ? '' : `\n${body}`}`,
  noReply: (why: string): string => `No reply: ${why}`,
}

const zh: typeof en = {
  description:
    '按事件生成回调，用平台密钥签名，用内置商户的 APIv3密钥加密，发送后显示发出的内容，不需要启动模拟服务。接收方没有接受时退出码为 1。',
  event: '发生的事件，如 COUPON.SEND、COMPLAINT.CREATE',
  eventOption: '事件，代替第一个参数',
  to: '发往的地址；其他机器须用 --allow-callback-host 允许',
  url: '与 --to 相同',
  set: '加密内容的一个字段，如 order.amount=5；可多次使用',
  list: '列出各产品的事件',
  resource: '加密内容的字段（任意层级），JSON 或文件；未写的自动补全，null 表示去掉该字段',
  keyMode: '签名所用的密钥',
  times: '发送次数：每次重发 id 相同，签名不同',
  after: `wechatpay-mock notify COUPON.SEND --to http://127.0.0.1:3000/notify
wechatpay-mock notify COMPLAINT.CREATE --to http://127.0.0.1:3000/notify --set complaint_id=1 --set action_type=USER_RESPONSE
wechatpay-mock notify TRANSACTION.SUCCESS --to http://127.0.0.1:3000/notify --resource '{"amount":{"total":500}}'`,
  incomplete:
    '请写明事件和地址：wechatpay-mock notify COUPON.SEND --to http://127.0.0.1:3000/notify；--list 可列出全部事件',
  eventTwice: '事件只需写一次：作为第一个参数，或用 --event',
  toTwice: '--to 与 --url 只能选其一',
  unknownEvent: (event, meant) =>
    `没有事件 ${event}${meant === undefined ? '：' : `，是否应为 ${meant}？`}wechatpay-mock notify --list 可列出全部事件`,
  badSet: (set) => `--set “${set}”：请写成 字段=值，如 order.amount=5`,
  badMember: (path, kind) => `--set：${path} 应为${kind}`,
  kinds: {
    text: '文本',
    number: '数字',
    boolean: ' true 或 false',
    object: '对象：请给出其中的字段，或写成 JSON',
    list: '数组：请写成 JSON',
  },
  badUrl: (url) => `“${url}”不是 http 或 https 地址`,
  noObject: (name) => `${name}：应为 JSON 对象`,
  unknownMembers: (event, members) => `${event} 在此没有 ${members.join('、')}，按原样发送`,
  sealed: '加密前的内容：',
  replied: (status, taken, body) =>
    `应答 ${status}：${taken ? '已接受' : '未接受，只有 200 和 204 表示接受'}${body === '' ? '' : `\n${body}`}`,
  noReply: (why) => `没有应答：${why}`,
}

/** Texts of `notify`. */
export const texts = { en, zh }
