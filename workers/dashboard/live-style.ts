/** The look of the live page, beside that of its charts. */
export const liveStyle = `
:root { --motion: #0f7a5f; --energy: #a85a00; --body: #3f5fc4; }
@media (prefers-color-scheme: dark) { :root { --motion: #5fd3b0; --energy: #f0b057; --body: #93aefc; } }
main.wide { max-width: 88rem; }
[hidden] { display: none !important; }
select { font: inherit; min-height: 2.6rem; padding: .35rem .6rem; border: 1px solid var(--soft); border-radius: .5rem; background: var(--page); color: var(--ink); }
#live .head h1 { margin-inline-end: auto; display: flex; gap: .9rem; align-items: center; }
.live-link { font-size: .85rem; font-weight: 600; color: var(--soft); display: inline-flex; align-items: center; gap: .45rem; }
.live-link::before, .live-state::before { content: ''; width: .6rem; height: .6rem; border-radius: 50%; background: currentColor; }
.live-link:empty { display: none; }
.live-link[data-state=open] { color: var(--good); }
.live-link[data-state=lost], .live-link[data-state=connecting] { color: var(--warn); }
.live-link[data-state=over] { color: var(--bad); }
.live-span { display: inline-flex; gap: .5rem; align-items: center; }
#pause[aria-pressed=true] { background: var(--warn-ground); color: var(--warn); border-color: var(--warn); }
.lives { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); }
.live { --tone: var(--body); content-visibility: auto; contain-intrinsic-size: auto 26rem; border: 1px solid var(--line); border-radius: 1rem; padding: 1rem 1.1rem .9rem; background: var(--page); min-width: 0; }
.live[data-tone=heart] { --tone: var(--heart); }
.live[data-tone=motion] { --tone: var(--motion); }
.live[data-tone=energy] { --tone: var(--energy); }
.live-head { display: flex; gap: .75rem; align-items: baseline; justify-content: space-between; }
.live-head h2 { margin: 0; font-size: 1.1rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.live-state { flex: none; display: inline-flex; align-items: center; gap: .4rem; font-size: .85rem; font-weight: 600; color: var(--soft); }
.live[data-state=live] .live-state { color: var(--good); }
.live[data-state=quiet] .live-state { color: var(--warn); }
.live-id { margin: 0; display: flex; gap: .6rem; align-items: center; min-height: 1.75rem; font-size: .85rem; }
.live-id .mono { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.live-now { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; justify-content: space-between; margin: .35rem 0 .25rem; min-height: 3.6rem; }
.live-now p { margin: 0; color: var(--soft); }
.live-now strong { font-size: 3rem; line-height: 1.15; font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums; color: var(--tone); }
.live[data-state=away] .live-now strong { color: var(--soft); }
.live:not([data-state=live]) .halo, #live:has(#pause[aria-pressed=true]) .halo { opacity: 0; }
.live[data-state=away] :is(.line, .area, .head) { opacity: .55; }
.facts { display: grid; grid-template-columns: minmax(0, 1fr) auto auto auto; gap: .4rem 1rem; margin: .6rem 0 0; padding-top: .6rem; border-top: 1px solid var(--line); }
.facts div { min-width: 0; }
.facts dt { color: var(--soft); font-size: .78rem; white-space: nowrap; }
.facts dd { margin: 0; font-size: .95rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
@media (max-width: 34rem) { .facts { grid-template-columns: 1fr 1fr; } }
.nobody { border: 1px dashed var(--line); border-radius: 1rem; padding: 1.25rem; margin: 1rem 0; }
.nobody h2 { margin-top: 0; }
.nobody .cards { grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); }
.nobody .cards h3 { margin: 0 0 .25rem; font-size: 1.05rem; }
.live-status { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); margin-top: 1rem; }
.live-status section { border: 1px solid var(--line); border-radius: 1rem; padding: .9rem 1.1rem 1rem; background: var(--raised); }
.live-status .figures { gap: .6rem 1.75rem; }
.live-status h2 { margin: 0; font-size: 1rem; }
.live-status h2 .soft { font-weight: 400; font-size: .85rem; margin-inline-start: .4rem; }
.codes { grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); margin-bottom: 1rem; }
.code svg { display: block; width: 100%; max-width: 22rem; height: auto; margin: .75rem auto; border-radius: .5rem; }
.row select { font: inherit; }
`
