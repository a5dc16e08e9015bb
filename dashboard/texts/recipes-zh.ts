import type { recipesEn } from './recipes-en.ts'

/** 常用的故障注入，各为一句带输入项的话。 */
export const recipesZh: typeof recipesEn = {
  answer_lost: {
    title: '已处理，但应答丢失',
    sentence: (field) => ['接下来 ', field('times'), ' 次 ', field('operation'), '：照常处理，但应答丢失。'],
  },
  reset: {
    title: '连接重置，未处理',
    sentence: (field) => ['接下来 ', field('times'), ' 次 ', field('operation'), '：连接被重置，请求未处理。'],
  },
  rate_limited: {
    title: '频率超限',
    sentence: (field) => [field('operation'), '：其中 ', field('percent'), ' % 返回 429。'],
  },
  error_then_fine: {
    title: '先返回 500，随后正常',
    sentence: (field) => ['接下来 ', field('times'), ' 次 ', field('operation'), '：返回 500，随后恢复正常。'],
  },
  slow: {
    title: '应答缓慢',
    sentence: (field) => [
      '每次 ',
      field('operation'),
      '：一般耗时 ',
      field('delayMedian'),
      ' 毫秒，每一百次约有一次超过 ',
      field('delayP99'),
      ' 毫秒。',
    ],
  },
  badly_signed: {
    title: '应答签名异常',
    sentence: (field) => [
      '接下来 ',
      field('times'),
      ' 次 ',
      field('operation'),
      '：应答验签应当失败（',
      field('effect'),
      '）。',
    ],
  },
  hold: {
    title: '拦下请求，人工处理',
    sentence: (field) => [
      '接下来 ',
      field('times'),
      ' 次 ',
      field('operation'),
      '：处理之前拦下，在“请求记录”中放行、修改应答或丢弃。',
    ],
  },
  callback_held: {
    title: '拦下回调，人工处理',
    sentence: (field) => [
      '接下来 ',
      field('times'),
      ' 次 ',
      field('event'),
      '：发送之前拦下，在“请求记录”中放行或丢弃。',
    ],
  },
  callback_twice: {
    title: '回调重复',
    sentence: (field) => ['接下来 ', field('times'), ' 次 ', field('event'), '：被接受后再发送一次。'],
  },
  callback_late: {
    title: '回调推迟',
    sentence: (field) => ['接下来 ', field('times'), ' 次 ', field('event'), '：推迟 ', field('lateBy'), ' 发送。'],
  },
  callback_badly_signed: {
    title: '回调签名异常',
    sentence: (field) => [
      '接下来 ',
      field('times'),
      ' 次 ',
      field('event'),
      '：验签应当失败（',
      field('effect'),
      '），随后补发正常的回调。',
    ],
  },
}
