const en = {
  description:
    'Makes a callback of an event, signed by the platform and sealed with the APIv3 key of the well-known merchant, sends it, and shows what was sent. Needs no server. Exit code 1 when the receiver did not accept it.',
  event: 'what happened',
  url: 'where it is sent to; other machines need --allow-callback-host',
  resource: 'members of what is sealed, at any depth, as JSON or in a file; the rest is filled in, null leaves one out',
  keyMode: 'key that signs it',
  times: 'how often it is sent: each repeat has the same id, and a signature of its own',
  after: `wechatpay-mock notify --event COUPON.SEND --url http://127.0.0.1:3000/notify
wechatpay-mock notify --event TRANSACTION.SUCCESS --url http://127.0.0.1:3000/notify --resource '{"out_trade_no":"MCH_1"}'`,
  incomplete: 'Say what happened and where it goes: --event COUPON.SEND --url http://127.0.0.1:3000/notify',
  badUrl: (url: string): string => `--url "${url}" is not an http or https address`,
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
  event: '发生的事件',
  url: '发往的地址；其他机器须用 --allow-callback-host 允许',
  resource: '加密内容的字段（任意层级），JSON 或文件；未写的自动补全，null 表示去掉该字段',
  keyMode: '签名所用的密钥',
  times: '发送次数：每次重发 id 相同，签名不同',
  after: `wechatpay-mock notify --event COUPON.SEND --url http://127.0.0.1:3000/notify
wechatpay-mock notify --event TRANSACTION.SUCCESS --url http://127.0.0.1:3000/notify --resource '{"out_trade_no":"MCH_1"}'`,
  incomplete: '请写明事件和地址：--event COUPON.SEND --url http://127.0.0.1:3000/notify',
  badUrl: (url) => `--url “${url}”不是 http 或 https 地址`,
  noObject: (name) => `${name}：应为 JSON 对象`,
  unknownMembers: (event, members) => `${event} 在此没有 ${members.join('、')}，按原样发送`,
  sealed: '加密前的内容：',
  replied: (status, taken, body) =>
    `应答 ${status}：${taken ? '已接受' : '未接受，只有 200 和 204 表示接受'}${body === '' ? '' : `\n${body}`}`,
  noReply: (why) => `没有应答：${why}`,
}

/** What `notify` says. */
export const texts = { en, zh }
