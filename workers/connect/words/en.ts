import type { Words } from '../words.ts'

const en: Words = {
  steps: { label: 'Progress', choose: 'Choose', signIn: 'Sign in', done: 'Done', finished: 'finished' },
  picker: {
    title: 'Connect your health data',
    intro: { named: 'Choose a device or app to share with {app}.', plain: 'Choose a device or app to share.' },
    promise: {
      named: '{app} never sees your password. You can take back access whenever you like.',
      plain: 'The app never sees your password. You can take back access whenever you like.',
    },
    search: 'Search devices and apps',
    submit: 'Search',
    filter: 'Show',
    all: 'All',
    list: 'Devices and apps',
    count: { one: '{n} device or app', other: '{n} devices and apps' },
    none: 'Nothing found. Check the spelling, or look through the whole list.',
    showAll: 'Show all',
    connected: 'Connected',
    beta: 'Beta',
    newTab: 'opens in a new tab',
    cancel: 'Not now',
  },
  categories: {
    wearable: 'Watches and rings',
    training: 'Training',
    body: 'Body and scales',
    nutrition: 'Food',
    glucose: 'Blood sugar',
    cycle: 'Cycle',
    phone: 'On your phone',
  },
  leaving: {
    title: 'Taking you to {name}…',
    text: 'You sign in there and decide what to share. Then you come back here.',
    link: 'Go to {name}',
  },
  credentials: {
    title: 'Connect {name}',
    intro: {
      named: '{name} lets us read your data with the details below. {app} does not get to see them.',
      plain: '{name} lets us read your data with the details below. The app does not get to see them.',
    },
    kept: 'We keep them encrypted and use them only to fetch your data.',
    submit: 'Connect',
    cancel: 'Choose another source',
    errors: {
      refused_by_provider: 'These details were not accepted. Please check them and try again.',
      provider_unavailable: 'There is no answer at the moment. Your details were not saved; please try again shortly.',
      incomplete: 'Please fill in every field.',
    },
  },
  labels: {
    email: 'Email',
    password: 'Password',
    username: 'User name',
    apiKey: 'API key',
    address: 'Address of your server',
  },
  device: {
    title: 'Connect {name}',
    intro: 'This data lives on your phone, so the connection is made in the app.',
    open: { named: 'Open {app} on your phone.', plain: 'Open the app on your phone.' },
    allow: 'When your phone asks, allow access to {name}. You choose which data.',
    keep: {
      named: 'That is all. New data arrives by itself for as long as {app} is installed.',
      plain: 'That is all. New data arrives by itself for as long as the app is installed.',
    },
    next: { named: 'Continue in {app}', plain: 'Continue in the app' },
  },
  result: {
    connected: { named: '{name} is connected', plain: 'Connected' },
    connectedText: {
      named: 'All set. {app} receives your data from now on.',
      plain: 'All set. Your data arrives from now on.',
    },
    failed: { named: '{name} is not connected', plain: 'Not connected' },
    used: 'This link was used already',
    reasons: {
      access_denied: 'You did not allow access, so nothing was shared. If that was not what you wanted, try again.',
      cancelled: 'You stopped before the end, so nothing was shared. You can start again whenever you like.',
      state_mismatch:
        'This sign-in does not match the one you started here. To be safe we stopped. Please start again.',
      already_used: 'If your device is not connected yet, please start again.',
      expired: 'That took a little too long and the link is no longer valid. Please start again.',
      cookie_missing:
        'Your browser did not keep the cookie that protects this sign-in. Allow cookies, or open the page in your normal browser, and start again.',
      opened_elsewhere:
        'You started in another browser or on another device. Please finish there, or start again here.',
      refused_by_provider: 'The service did not accept the sign-in. Please try again.',
      provider_unavailable: 'The service is not answering at the moment. Please try again in a few minutes.',
      no_code: 'The service sent you back without finishing the sign-in. Please try again.',
      unknown_link: 'We do not know this link. Go back to the app and start from there.',
      not_set_up: 'This source is not available here at the moment. Please choose another one.',
      unknown: 'Something went wrong, and nothing was shared. Please try again.',
    },
    back: { named: 'Back to {app}', plain: 'Back to the app' },
    again: 'Try again',
    close: 'You can close this page.',
  },
  wait: {
    title: 'Finish in the other tab',
    text: 'Sign in to {name} in the tab that has just opened. This page continues by itself as soon as you are done.',
    look: 'Check now',
  },
}
export default en
