// The look of an HTML report: dense, quiet, one accent; colour means good or bad and nothing else.
#pragma once

#include <string_view>

namespace dwopt::report {

inline constexpr std::string_view html_style = R"css(
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--muted:#5b636d;--rule:#e2e5e9;--soft:#f5f6f8;--accent:#2a5a9c;
--bar:#dbe6f4;--good:#0a6a3b;--bad:#b3261e;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media(prefers-color-scheme:dark){:root{--bg:#13161a;--fg:#dfe3e8;--muted:#98a1ac;--rule:#2a3037;--soft:#1b2026;
--accent:#8cb4ee;--bar:#25374f;--good:#63cc94;--bad:#ff8f85}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--fg);font:14px/1.5 var(--sans);font-variant-numeric:tabular-nums}
.page{max-width:84rem;margin:0 auto;padding:2rem 2rem 4rem}
h1,h2,h3{line-height:1.25;margin:0;text-wrap:balance;overflow-wrap:anywhere}
h1{font-size:1.5rem;font-weight:650;letter-spacing:-.01em}
h2{font-size:1.125rem;font-weight:650;margin-bottom:.75rem}
h3{font-size:1rem;font-weight:600;margin:1.75rem 0 .4rem}
h2+h3{margin-top:.9rem}
h3 small{font-size:.9375rem;font-weight:400;margin-left:.6rem}
header p{max-width:none;margin:.25rem 0 0;color:var(--muted);overflow-wrap:anywhere}
nav{margin:1.25rem 0 0;padding:.6rem 0;border:solid var(--rule);border-width:1px 0}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:0;padding:0}
a{color:var(--accent);text-decoration:none}
a:hover,a:focus-visible{text-decoration:underline}
section{margin-top:2.5rem}
p{margin:.5rem 0;max-width:60rem;overflow-wrap:anywhere}
ul.list{margin:.5rem 0;padding-left:1.1rem;max-width:48rem;overflow-wrap:anywhere}
ul.list li{margin:.15rem 0}
.muted{color:var(--muted)}.strong{font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}
code,pre,.code{font-family:var(--mono);font-size:.8125rem}
pre{background:var(--soft);border-radius:4px;padding:.6rem .8rem;margin:.5rem 0;overflow-x:auto;line-height:1.45;tab-size:4}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.7rem 2rem;margin:.75rem 0}
dt{color:var(--muted);font-size:.8125rem}
dd{margin:0;overflow-wrap:anywhere}
.box{overflow-x:auto;margin:.75rem 0}
table{border-collapse:collapse;width:100%}
.data{font-size:.875rem}
.data.flexible{min-width:42rem}
.data th{font-weight:500;color:var(--muted);font-size:.8125rem;text-align:left;vertical-align:bottom;white-space:nowrap;
border-bottom:1px solid var(--muted)}
.data td{border-bottom:1px solid var(--rule);vertical-align:top;white-space:nowrap}
.data th,.data td{padding:.32rem 1.25rem .32rem 0}
.data th:last-child,.data td:last-child{padding-right:0}
.data .num,.bars .num{text-align:right}
.data th.wide{min-width:24rem}
.data th.barred{padding-right:6.85rem}
.data td.flex{white-space:normal;overflow-wrap:anywhere;min-width:14rem}
.data td.flex.code{width:60%;max-width:0;min-width:0}
td.barred svg{display:inline-block;width:5rem;height:.625rem;margin-left:.6rem;vertical-align:-1px}
td.barred rect,.bars rect{fill:var(--accent);opacity:.7}
details summary{cursor:pointer;color:inherit}
td details summary{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;list-style-position:inside}
td details pre{white-space:pre-wrap;overflow-wrap:anywhere}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:1.5rem 3rem;margin:1.25rem 0 0;align-items:start}
.bars caption,figcaption{text-align:left;font-weight:600;padding-bottom:.5rem}
figcaption small{font-weight:400;color:var(--muted)}
.bars{font-size:.875rem;table-layout:fixed}
.bars th{width:52%;font-weight:400;text-align:left;padding:.14rem 1rem .14rem 0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.bars svg{display:block;width:100%;height:.75rem}
.bars .num{width:5rem;white-space:nowrap}
figure{margin:0}
.plot{display:grid;grid-template-columns:auto 1fr;gap:0 .6rem}
.plot .y{height:184px}
.plot .y text{font:12px var(--sans);fill:var(--muted);text-anchor:end;font-variant-numeric:tabular-nums}
.plot .area{width:100%;height:160px;margin:8px 0;overflow:visible}
.plot path{fill:none;vector-effect:non-scaling-stroke}
.grid{stroke:var(--rule);stroke-width:1}
.path{stroke:var(--accent);stroke-width:1.5;stroke-linejoin:round}
.dots{stroke:var(--accent);stroke-width:4;stroke-linecap:round}
.plot .x{grid-column:2;display:flex;justify-content:space-between;gap:.5rem;font-size:.8125rem;color:var(--muted);margin-top:-6px;white-space:nowrap}
footer{margin-top:3rem;padding-top:.75rem;border-top:1px solid var(--rule)}
footer p{color:var(--muted);margin:0}
@media(max-width:40rem){.page{padding:1.25rem 1rem 3rem}dl{grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.6rem 1rem}
.plot .x .mid{display:none}.bars th{width:45%}section{margin-top:2rem}
td.barred svg{display:none}.data th.barred{padding-right:1.25rem}}
@media print{:root{--bg:#fff;--fg:#000;--muted:#444;--rule:#ccc;--soft:#f5f5f5;--accent:#234;--bar:#ddd;--good:#050;--bad:#900}
body{font-size:10pt}.page{max-width:none;padding:0}nav{display:none}.box,pre{overflow:visible}pre{white-space:pre-wrap}
.data.flexible{min-width:0}tr,figure,dl,.bars{break-inside:avoid}h2,h3{break-after:avoid}thead{display:table-header-group}
svg rect{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";

}  // namespace dwopt::report
