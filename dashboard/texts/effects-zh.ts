import type { effectsEn } from './effects-en.ts'

/** 故障注入的效果：连接、应答签名、回调。 */
export const effectsZh: typeof effectsEn = {
  hold: {
    hold: '拦下，等您决定如何处理',
  },
  line: {
    delay: '应答延迟',
    reset: '连接被重置',
    empty: '未应答即关闭连接',
    half_body: '只发送一半报文后关闭',
    slow_drip: '逐字节发送报文',
    answer_lost: '已处理，但应答丢失',
    error_as_200: '以状态码 200 返回错误',
  },
  answer: {
    bad_signature: '签名被改动',
    wrong_key: '用其他私钥签名',
    tampered_body: '签名后报文被篡改',
    replayed_signature: '使用另一条消息的签名',
    stale_timestamp: '十分钟前的时间戳',
    unknown_serial: '未知的序列号和密钥',
    missing_timestamp: '缺少 Wechatpay-Timestamp',
    missing_nonce: '缺少 Wechatpay-Nonce',
    missing_signature: '缺少 Wechatpay-Signature',
    missing_serial: '缺少 Wechatpay-Serial',
    missing_signature_type: '缺少 Wechatpay-Signature-Type',
    unsigned: '没有任何 Wechatpay-* 头',
    probe: '签名探测流量（344 个字符）',
    probe_long: '签名探测流量（355 个字符）',
  },
  callback: {
    duplicate: '被接受后立即再发送一次',
    late: '延迟发送',
    out_of_order: '乱序：等下一条被接受后再发送',
    wrong_tag: '密文的认证标签不符',
    wrong_api_v3_key: '用其他 APIv3密钥加密',
  },
}
