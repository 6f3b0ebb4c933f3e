/** The look of the dashboard. Colours keep a contrast of 4.5 to their ground, light and dark. */
export const dashboardStyle = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --soft: #566173; --page: #ffffff; --raised: #f4f6f9; --line: #d3dae3; --link: #0b5cad; --strong: #0b5cad; --on-strong: #ffffff;
  --good: #0d6b3f; --good-ground: #e3f5eb; --bad: #9c1f1f; --bad-ground: #fdeaea; --warn: #7a4b00; --warn-ground: #fdf1da;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6eaf0; --soft: #a3adbb; --page: #14181f; --raised: #1d232c; --line: #343d4a; --link: #7db8f5; --strong: #7db8f5; --on-strong: #10151c;
    --good: #7fd8a9; --good-ground: #12301f; --bad: #f5a3a3; --bad-ground: #3a1717; --warn: #f0c878; --warn-ground: #362708;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--link); }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: .5rem; top: .5rem; background: var(--page); padding: .5rem; z-index: 1; }
.bar { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; padding: .6rem 1.25rem; border-bottom: 1px solid var(--line); background: var(--raised); }
.bar nav { display: flex; gap: 1.25rem; flex: 1; }
.brand { font-weight: 700; color: var(--ink); text-decoration: none; }
.who { display: flex; gap: .75rem; align-items: center; font-size: .9rem; }
main { max-width: 66rem; margin: 0 auto; padding: 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .25rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.soft { color: var(--soft); }
.head { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; }
.head { margin-bottom: 1rem; }
.head h1 { margin: 0; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; }
.actions form { margin: 0; }
button, .button { font: inherit; font-weight: 600; display: inline-block; min-height: 2.6rem; padding: .5rem 1rem; border: 1px solid var(--strong); border-radius: .5rem; background: var(--strong); color: var(--on-strong); cursor: pointer; text-decoration: none; }
button.quiet, .button.quiet { background: transparent; color: var(--link); border-color: var(--line); }
button.danger { background: transparent; color: var(--bad); border-color: var(--bad); }
:is(a, button, input, select, textarea, summary):focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.notice { padding: .75rem 1rem; border-radius: .5rem; overflow-wrap: anywhere; }
.good { color: var(--good); background: var(--good-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
.warn { color: var(--warn); background: var(--warn-ground); }
.badge { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; font-size: .85rem; font-weight: 600; }
.cards { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); }
.cards > li { border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; }
.cards h2 { margin: 0 0 .25rem; font-size: 1.05rem; overflow-wrap: anywhere; }
.cards p { margin: .35rem 0 0; }
.figures { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: .75rem 0 0; padding: 0; }
.figures div { min-width: 6rem; }
.figures dt { color: var(--soft); font-size: .85rem; }
.figures dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
:is(th, td) { padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
code, .mono { font: .9em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--raised); }
.fields { max-width: 38rem; }
.field { margin: 0 0 1.1rem; border: 0; padding: 0; min-width: 0; }
.field > label, legend { display: block; font-weight: 600; margin-bottom: .25rem; padding: 0; }
.field.flag { display: grid; grid-template-columns: auto 1fr; gap: 0 .6rem; align-items: center; }
.field.flag .help { grid-column: 2; }
.field.flag label { margin: 0; }
.field :is(input:not([type=checkbox]), select, textarea), .row :is(input, select) { font: inherit; width: 100%; min-height: 2.6rem; padding: .45rem .7rem; border: 1px solid var(--soft); border-radius: .5rem; background: var(--page); color: var(--ink); }
.field :is(input:not([type=checkbox]), select, textarea)[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
input[type=checkbox] { width: 1.25rem; height: 1.25rem; accent-color: var(--strong); }
.required { color: var(--warn); font-weight: 400; font-size: .85rem; }
.help { color: var(--soft); font-size: .88rem; margin: .25rem 0 0; }
.choices { display: flex; flex-wrap: wrap; gap: .35rem 1rem; margin-top: .4rem; }
.choices label { display: inline-flex; gap: .4rem; align-items: center; min-height: 1.9rem; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: .5rem 0 1rem; }
.row label { display: grid; gap: .2rem; font-size: .88rem; color: var(--soft); flex: 1 1 9rem; }
details { border: 1px solid var(--line); border-radius: .75rem; padding: .25rem 1rem; margin: .75rem 0; }
summary { cursor: pointer; font-weight: 600; padding: .6rem 0; }
.once { font: 1rem/1.5 ui-monospace, monospace; word-break: break-all; user-select: all; }
progress { width: 100%; height: 1rem; accent-color: var(--strong); }
.beats { width: 100%; height: 4.5rem; display: block; }
.beats .delivered { fill: var(--good); } .beats .retry { fill: var(--warn); } .beats .rejected { fill: var(--bad); } .beats line { stroke: var(--line); }
`
