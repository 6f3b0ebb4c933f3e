/** Back to the page that somebody wanted before signing in: below `home` only, and to no other site. */
export const backTo = (home: string, wanted: string | undefined): string =>
  wanted !== undefined && /^(\/[\w-]+)+\/?$/.test(wanted) && `${wanted}/`.startsWith(`${home}/`) ? wanted : home
