import type { Words } from '../words.ts'

const ja: Words = {
  steps: { label: '進み具合', choose: '選ぶ', signIn: 'サインイン', done: '完了', finished: '済み' },
  picker: {
    title: '健康データをつなぐ',
    intro: {
      named: '{app}と共有する機器またはアプリを選んでください。',
      plain: '共有する機器またはアプリを選んでください。',
    },
    promise: {
      named: '{app}があなたのパスワードを見ることはありません。アクセスの許可はいつでも取り消せます。',
      plain: 'アプリがあなたのパスワードを見ることはありません。アクセスの許可はいつでも取り消せます。',
    },
    search: '機器やアプリを探す',
    submit: '検索',
    filter: '表示するもの',
    all: 'すべて',
    list: '機器とアプリ',
    count: { other: '{n}件の機器とアプリ' },
    none: '見つかりませんでした。つづりを確かめるか、一覧からお探しください。',
    showAll: 'すべて表示',
    connected: '接続済み',
    beta: 'ベータ版',
    newTab: '新しいタブで開きます',
    cancel: '今はしない',
  },
  categories: {
    wearable: '時計・リング',
    training: 'トレーニング',
    body: '体・体重計',
    nutrition: '食事',
    glucose: '血糖',
    cycle: '月経周期',
    phone: 'スマートフォン',
  },
  leaving: {
    title: '{name}に移動しています…',
    text: '移動先でサインインし、共有する内容を選んでください。終わるとこの画面に戻ります。',
    link: '{name}に進む',
  },
  credentials: {
    title: '{name}をつなぐ',
    intro: {
      named: '次の情報を使って、{name}からあなたのデータを受け取ります。{app}がこの情報を見ることはありません。',
      plain: '次の情報を使って、{name}からあなたのデータを受け取ります。アプリがこの情報を見ることはありません。',
    },
    kept: '情報は暗号化して保管し、データの受け取りだけに使います。',
    submit: 'つなぐ',
    cancel: 'ほかのものを選ぶ',
    errors: {
      refused_by_provider: 'この情報では接続できませんでした。内容を確かめて、もう一度お試しください。',
      provider_unavailable:
        '現在応答がありません。入力内容は保存していません。しばらくしてからもう一度お試しください。',
      incomplete: 'すべての欄に入力してください。',
    },
  },
  labels: {
    email: 'メールアドレス',
    password: 'パスワード',
    username: 'ユーザー名',
    apiKey: 'APIキー',
    address: 'サーバーのアドレス',
  },
  device: {
    title: '{name}をつなぐ',
    intro: 'このデータはスマートフォンの中にあるため、アプリで接続します。',
    open: { named: 'スマートフォンで{app}を開きます。', plain: 'スマートフォンでアプリを開きます。' },
    allow: '確認が表示されたら、{name}へのアクセスを許可します。どのデータにするかは選べます。',
    keep: {
      named: 'これで完了です。{app}が入っている間は、新しいデータが自動で届きます。',
      plain: 'これで完了です。アプリが入っている間は、新しいデータが自動で届きます。',
    },
    next: { named: '{app}で続ける', plain: 'アプリで続ける' },
  },
  result: {
    connected: { named: '{name}とつながりました', plain: 'つながりました' },
    connectedText: {
      named: '準備ができました。これから{app}にデータが届きます。',
      plain: '準備ができました。これからデータが届きます。',
    },
    failed: { named: '{name}とつながっていません', plain: 'つながっていません' },
    used: 'このリンクは使用済みです',
    reasons: {
      access_denied: 'アクセスが許可されなかったため、何も共有していません。間違いの場合は、もう一度お試しください。',
      cancelled: '途中で終了したため、何も共有していません。いつでもやり直せます。',
      state_mismatch:
        'このサインインは、ここで始めたものと一致しません。安全のため中止しました。最初からやり直してください。',
      already_used: 'まだつながっていない場合は、最初からやり直してください。',
      expired: '時間がかかったため、リンクの有効期限が切れました。最初からやり直してください。',
      cookie_missing:
        'このサインインを守るCookieがブラウザーに残っていません。Cookieを許可するか、ふだんお使いのブラウザーで開いて、最初からやり直してください。',
      opened_elsewhere: '別のブラウザーまたは機器で始めています。そちらで続けるか、ここで最初からやり直してください。',
      refused_by_provider: 'サービスがサインインを受け付けませんでした。もう一度お試しください。',
      provider_unavailable: 'サービスが現在応答していません。数分後にもう一度お試しください。',
      no_code: 'サインインが終わる前に戻されました。もう一度お試しください。',
      unknown_link: 'このリンクは確認できません。アプリに戻って、そこから始めてください。',
      not_set_up: '現在ここでは利用できません。ほかのものを選んでください。',
      unknown: '問題が起きたため、何も共有していません。もう一度お試しください。',
    },
    back: { named: '{app}に戻る', plain: 'アプリに戻る' },
    again: 'もう一度試す',
    close: 'このページは閉じてかまいません。',
  },
  wait: {
    title: '別のタブで続けてください',
    text: '今開いたタブで{name}にサインインしてください。終わると、この画面は自動で進みます。',
    look: '今すぐ確認',
  },
}
export default ja
