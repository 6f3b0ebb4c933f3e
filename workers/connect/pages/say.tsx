import { Fragment } from 'hono/jsx'
import type { ForApp } from '../words.ts'

export type Values = Record<string, string | number>

/** `{name}` filled in, where only text can stand: a title, an attribute. */
export const fill = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))

/** The same on the page: a foreign name keeps its own direction and turns nothing around it. */
export const Say = ({ text, values }: { text: string; values: Values }) => (
  <>
    {text.split(/(\{\w+\})/).map((part) => {
      const value = /^\{\w+\}$/.test(part) ? values[part.slice(1, -1)] : undefined
      return value === undefined ? <Fragment>{part}</Fragment> : <bdi>{value}</bdi>
    })}
  </>
)

/** The form that speaks of the app by its name, where it has one. */
export const ofApp = (words: ForApp, app: string | null): string => (app ? words.named : words.plain)
