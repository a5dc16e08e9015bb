// For development in a browser: the confirm page of WeChat, by way of that of the mock.
const mock = 'http://127.0.0.1:8089'

/** Opens the page in a window of its own. Resolves, with what WeChat would say, once that is closed. */
function openConfirmPage({ mchId, appId, package: package_info, openId }) {
  const query = new URLSearchParams({ mchId, appId, package: package_info, ...(openId && { openId }) })
  const page = window.open(`${mock}/_mock/transfer-page?${query}`, '_blank', 'popup,width=390,height=844')
  let errMsg = `requestMerchantTransfer:fail${page ? ' cancel' : ''}`
  window.addEventListener('message', ({ source, data }) => {
    if (page && source === page) errMsg = data.err_msg
  })
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (page && !page.closed) return
      clearInterval(timer)
      resolve(errMsg)
    }, 100)
  })
}

window.wx = {
  ...window.wx,
  async requestMerchantTransfer({ success, fail, complete, ...options }) {
    const errMsg = await openConfirmPage(options)
    if (errMsg.endsWith(':ok')) success?.({ errMsg })
    else fail?.({ errMsg })
    complete?.({ errMsg })
  },
}

window.WeixinJSBridge = {
  async invoke(_name, options, callback) {
    callback({ err_msg: await openConfirmPage(options) })
  },
}
