import type { Words } from '../words.ts'

const zh: Words = {
  steps: { label: '进度', choose: '选择', signIn: '登录', done: '完成', finished: '已完成' },
  picker: {
    title: '连接你的健康数据',
    intro: {
      named: '选择要与 {app} 共享的设备或应用。',
      plain: '选择要共享的设备或应用。',
    },
    promise: {
      named: '{app} 不会看到你的密码。你可以随时收回访问权限。',
      plain: '应用不会看到你的密码。你可以随时收回访问权限。',
    },
    search: '搜索设备和应用',
    submit: '搜索',
    filter: '显示',
    all: '全部',
    list: '设备和应用',
    count: { other: '{n} 个设备和应用' },
    none: '没有找到。请检查拼写，或查看完整列表。',
    showAll: '显示全部',
    connected: '已连接',
    beta: '测试版',
    newTab: '在新标签页中打开',
    cancel: '暂不连接',
  },
  categories: {
    wearable: '手表和戒指',
    training: '训练',
    body: '身体和体重秤',
    nutrition: '饮食',
    glucose: '血糖',
    cycle: '生理周期',
    phone: '手机上',
  },
  leaving: {
    title: '正在前往 {name}…',
    text: '你将在那里登录，并决定共享哪些内容，然后回到这里。',
    link: '前往 {name}',
  },
  credentials: {
    title: '连接 {name}',
    intro: {
      named: '{name} 凭以下信息让我们读取你的数据。{app} 不会看到这些信息。',
      plain: '{name} 凭以下信息让我们读取你的数据。应用不会看到这些信息。',
    },
    kept: '我们会加密保存这些信息，只用来获取你的数据。',
    submit: '连接',
    cancel: '选择其他来源',
    errors: {
      refused_by_provider: '这些信息未被接受。请检查后重试。',
      provider_unavailable: '目前没有响应。你的信息没有保存，请稍后重试。',
      incomplete: '请填写所有内容。',
    },
  },
  labels: {
    email: '邮箱',
    password: '密码',
    username: '用户名',
    apiKey: 'API 密钥',
    address: '你的服务器地址',
  },
  device: {
    title: '连接 {name}',
    intro: '这些数据保存在你的手机上，因此需要在应用中连接。',
    open: { named: '在手机上打开 {app}。', plain: '在手机上打开应用。' },
    allow: '手机询问时，请允许访问 {name}。你可以选择共享哪些数据。',
    keep: {
      named: '这样就好了。只要手机上还有 {app}，新数据就会自动送达。',
      plain: '这样就好了。只要手机上还有这个应用，新数据就会自动送达。',
    },
    next: { named: '在 {app} 中继续', plain: '在应用中继续' },
  },
  result: {
    connected: { named: '{name} 已连接', plain: '已连接' },
    connectedText: {
      named: '一切就绪。{app} 从现在起会收到你的数据。',
      plain: '一切就绪。你的数据从现在起会送达。',
    },
    failed: { named: '{name} 未连接', plain: '未连接' },
    used: '这个链接已经用过',
    reasons: {
      access_denied: '你没有允许访问，因此没有共享任何内容。如果这不是你的本意，请重试。',
      cancelled: '你中途停止了，因此没有共享任何内容。你可以随时重新开始。',
      state_mismatch: '这次登录与你在这里开始的不一致。为安全起见，我们已停止。请重新开始。',
      already_used: '如果你的设备还没有连接，请重新开始。',
      expired: '用时有点久，链接已失效。请重新开始。',
      cookie_missing:
        '浏览器没有保留用来保护这次登录的 Cookie。请允许 Cookie，或用你常用的浏览器打开本页，然后重新开始。',
      opened_elsewhere: '你是在另一个浏览器或另一台设备上开始的。请回到那里完成，或在这里重新开始。',
      refused_by_provider: '对方没有接受这次登录。请重试。',
      provider_unavailable: '对方服务暂时没有响应。请过几分钟再试。',
      no_code: '登录还没完成，你就被送回来了。请重试。',
      unknown_link: '我们不认识这个链接。请回到应用，从那里开始。',
      not_set_up: '这个来源目前在这里不可用。请选择其他来源。',
      unknown: '出了点问题，没有共享任何内容。请重试。',
    },
    back: { named: '返回 {app}', plain: '返回应用' },
    again: '重试',
    close: '你可以关闭此页面。',
  },
  wait: {
    title: '请在另一个标签页中完成',
    text: '请在刚刚打开的标签页中登录 {name}。完成后，本页会自动继续。',
    look: '立即查看',
  },
}
export default zh
