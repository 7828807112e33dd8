/** The only style of the page: its hash stands in the policy, so that no other is applied. */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#57606a;--line:#d0d7de;--link:#0550ae;--bad:#a40e26;--head:#f6f8fa}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9da7b3;--line:#30363d;--link:#79c0ff;--bad:#ff9492;--head:#161b22}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
main,header{max-width:72rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem;margin:0}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
a{color:var(--link)}
a:focus-visible,select:focus-visible,button:focus-visible,[tabindex]:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--bg);padding:.5rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--dim);padding-bottom:.25rem}
th,td{text-align:left;padding:.3rem .7rem;border-bottom:1px solid var(--line);vertical-align:top}
thead th{background:var(--head)}
.n{text-align:right;font-variant-numeric:tabular-nums}
.bad{color:var(--bad);font-weight:600}
.dim{color:var(--dim)}
pre,code{font:13px/1.45 ui-monospace,monospace}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--head);padding:.7rem;border:1px solid var(--line)}
svg{width:100%;height:10rem;background:var(--head);border:1px solid var(--line);display:block}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1rem}
.key{display:inline-block;width:.8rem;height:.8rem;margin-right:.4rem}
.t0{fill:#0969da;background:#0969da}.t1{fill:#bc4c00;background:#bc4c00}.t2{fill:#8250df;background:#8250df}
.t3{fill:#1a7f37;background:#1a7f37}.t4{fill:#bf3989;background:#bf3989}.t5{fill:#9a6700;background:#9a6700}.t6{fill:#6e7781;background:#6e7781}
form{display:flex;gap:1rem;flex-wrap:wrap;align-items:end;margin:.5rem 0}
select,button{font:inherit;padding:.25rem .5rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}
dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
`
