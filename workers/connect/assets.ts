import { Hono } from 'hono'
import { widgetScript } from './widget-script.ts'
import { widgetStyle } from './widget-style.ts'

const headers = (type: string) => ({ 'content-type': type, 'cache-control': 'public, max-age=300' })

export const assets = new Hono()
assets.get('/assets/widget.css', (c) => c.body(widgetStyle, 200, headers('text/css; charset=utf-8')))
assets.get('/assets/widget.js', (c) => c.body(widgetScript, 200, headers('text/javascript; charset=utf-8')))
