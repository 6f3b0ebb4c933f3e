/** Light and dark. */
export const colours = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --soft: #566173; --page: #ffffff; --raised: #f4f6f9; --line: #d9dfe7; --link: #0b5cad; --mark: #8a3b12;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --soft: #a3adbb; --page: #14181f; --raised: #1d232c; --line: #343d4a; --link: #7db8f5; --mark: #f0a878; }
}
`
/** The look of the documentation's own pages. */
export const docsStyle = `${colours}* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
a { color: var(--link); }
.bar { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding: .75rem 1.25rem; border-bottom: 1px solid var(--line); background: var(--raised); }
.bar nav { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
.brand { font-weight: 700; color: var(--ink); text-decoration: none; }
main { max-width: 62rem; margin: 0 auto; padding: 1.25rem; }
.text h1 { font-size: 1.75rem; line-height: 1.25; margin: .5rem 0; overflow-wrap: anywhere; }
.text h2 { font-size: 1.25rem; margin: 2.25rem 0 .5rem; }
.soft { color: var(--soft); }
.text code { font: .9em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
.text pre { overflow-x: auto; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--raised); }
.text pre code { overflow-wrap: normal; }
.text table { width: 100%; border-collapse: collapse; font-size: .95rem; }
.text :is(th, td) { padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
.text th { color: var(--soft); font-weight: 600; }
.required { color: var(--mark); font-size: .85rem; }
.parts { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.whole { white-space: nowrap; }
.cards { list-style: none; padding: 0; }
.cards li { padding: .75rem 0; border-bottom: 1px solid var(--line); }
.cards p { margin: .1rem 0 0; }
@media (max-width: 40rem) {
  .text :is(table, tbody, tr, td) { display: block; }
  .text thead { display: none; }
  .text tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .text td { padding: .05rem 0; border: 0; }
  .text td:empty { display: none; }
}
`
