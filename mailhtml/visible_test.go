package mailhtml

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func TestVisible_hidden(t *testing.T) {
	for name, hidden := range map[string]string{
		"display none":                  `<div style="display:none">HIDDEN</div>`,
		"with blanks, upper case":       `<DIV STYLE=" DISPLAY : NONE !important ; ">HIDDEN</DIV>`,
		"escaped":                       `<p style="d\69 splay: none">HIDDEN</p>`,
		"behind a comment":              `<p style="/* x */display:none/*;">HIDDEN</p>`,
		"behind a bracket":              `<p style="background:url(a;b);display:none">HIDDEN</p>`,
		"the last one counts":           `<p style="display:block;display:none">HIDDEN</p>`,
		"deeper down":                   `<div style="display:none"><table><tr><td><p>HIDDEN</p></td></tr></table></div>`,
		"ended by its cell":             `<table><tr><td><div style="display:none">HIDDEN</td><td>`,
		"ended by its list":             `<ul><li style="display:none">HIDDEN<li>shown</ul>`,
		"ended by a paragraph":          `<p style="display:none">HIDDEN<p>`,
		"visibility":                    `<span style="visibility:hidden">HIDDEN <b>HIDDEN</b></span>`,
		"opacity":                       `<div style="opacity:0">HIDDEN</div>`,
		"little opacity":                `<div style="opacity: 0.01">HIDDEN</div>`,
		"no size":                       `<div style="font-size:0">HIDDEN</div>`,
		"no size, handed down":          `<div style="font-size:0px"><b>HIDDEN</b></div>`,
		"one pixel":                     `<div style="font-size:1px;line-height:1px">HIDDEN</div>`,
		"no size in short":              `<div style="font: 0/0 a">HIDDEN</div>`,
		"the hidden attribute":          `<div hidden>HIDDEN</div>`,
		"hidden until it is found":      `<div hidden="until-found">HIDDEN</div>`,
		"no height":                     `<div style="max-height:0;overflow:hidden">HIDDEN</div>`,
		"no height at all":              `<div style="overflow:hidden; height:0px">HIDDEN</div>`,
		"the line off the screen":       `<p style="text-indent:-9999px">HIDDEN</p>`,
		"off the screen":                `<p style="position:absolute; left:-10000px">HIDDEN</p>`,
		"clipped":                       `<p style="position:absolute; clip: rect(0, 0, 0, 0)">HIDDEN</p>`,
		"scaled to nothing":             `<p style="transform: scale(0)">HIDDEN</p>`,
		"white on white":                `<p style="color:#fff">HIDDEN</p>`,
		"white on white, by font":       `<font color="white">HIDDEN</font>`,
		"of the cell's colour":          `<table bgcolor="#123456"><tr><td style="color:#123456">HIDDEN</td></tr></table>`,
		"nearly of its colour":          `<div style="background:#fafafa; color:#fbfbfb">HIDDEN</div>`,
		"without any colour":            `<div style="color:transparent">HIDDEN</div>`,
		"without any colour by rgb":     `<div style="color:rgba(0, 0, 0, 0)">HIDDEN</div>`,
		"by a class":                    `<style>.pre, b { display: none }</style><div class="x pre">HIDDEN</div>`,
		"by an element's class":         `<style>@import "x"; div.pre { opacity: 0 }</style><div class="pre">HIDDEN</div>`,
		"by an id":                      `<style>#pre { max-height: 0; overflow: hidden }</style><div id=pre>HIDDEN</div>`,
		"a template":                    `<template><p>HIDDEN</p></template>`,
		"a closed dialog":               `<dialog>HIDDEN</dialog>`,
		"by a word that is none behind": `<p style="display:none;display:x">HIDDEN</p>`,
		"opacity, and no number":        `<p style="opacity:0;opacity:x">HIDDEN</p>`,
		"a size, and none":              `<p style="font-size:0;font-size:x">HIDDEN</p>`,
		"a size without a unit":         `<p style="font-size:0;font-size:-3px;font:14px">HIDDEN</p>`,
		"visibility, and no word":       `<p style="visibility:hidden;visibility:x">HIDDEN</p>`,
		"a mark that is none":           `<p style="display:none;display:block !ie">HIDDEN</p>`,
		"important":                     `<p style="display:none!important;display:block">HIDDEN</p>`,
		"important in a sheet":          `<style>.p{display:none!important}</style><p class=p style="display:block">HIDDEN</p>`,
		"in brackets that are open":     `<p style="background:url(it's.png);display:none">HIDDEN</p>`,
		"behind a string of two lines":  "<p style=\"content:'\n;display:none\">HIDDEN</p>",
		"by a sheet behind it":          `<div class=p>HIDDEN</div><style>.p{display:none}</style>`,
		"by two classes":                `<style>.a.b{display:none}</style><p class="b a">HIDDEN</p>`,
		"by a class in a class":         `<style>.a .b{display:none}</style><div class=a><i><p class=b>HIDDEN</p></i></div>`,
		"by a child":                    `<style>.a > p{display:none}</style><div class=a><p>HIDDEN</p></div>`,
		"by steps through the page":     `<style>html body div p{display:none}</style><div><p>HIDDEN</p></div>`,
		"on a screen":                   `<style>@media screen{.p{display:none}}</style><p class=p>HIDDEN</p>`,
		"on all media":                  `<style>@media all { @media (min-width:600px) {.p{display:none}}}</style><p class=p>HIDDEN</p>`,
		"where it is supported":         `<style>@supports (display:grid){.p{display:none}}</style><p class=p>HIDDEN</p>`,
		"in a layer":                    `<style>@layer a;@layer a{.p{display:none}}</style><p class=p>HIDDEN</p>`,
		"by a sheet in a comment":       `<style><!-- .p{display:none} --></style><p class=p>HIDDEN</p>`,
		"by a sheet with comments":      `<style>/* } */ .p /* { */ { color: red; /* ; */ display:none }</style><p class=p>HIDDEN</p>`,
		"by a sheet for screens":        `<style media="screen" type="text/css">.p{display:none}</style><p class=p>HIDDEN</p>`,
		"by an escaped class":           `<style>.sm\:p{display:none}</style><p class="sm:p">HIDDEN</p>`,
		"white with a sheet":            `<style>a{}</style><p style="color:#fff">HIDDEN</p>`,
		"white by a sheet":              `<style>.p{color:#fff}</style><p class=p>HIDDEN</p>`,
		"of the page's own colour":      `<style>body{background:#123}</style><body><p style="color:#112233">HIDDEN</p>`,
		"in a page that has ended":      `<body><div style="display:none"></body></html>HIDDEN</div>`,
		"in a table in a cell":          `<table><tr><td><div style="display:none"><table></td>HIDDEN</table></div></table>`,
		"moved to the left":             `<p style="position:relative;left:-9999px">HIDDEN</p>`,
		"moved by its right edge":       `<p style="position:absolute;right:9999px">HIDDEN</p>`,
		"moved down":                    `<p style="position:absolute;bottom:-9999px">HIDDEN</p>`,
		"moved by all edges":            `<p style="position:fixed;inset:-9999px auto auto 0">HIDDEN</p>`,
		"moved by all margins":          `<p style="margin:-9999px">HIDDEN</p>`,
		"moved by a margin":             `<p style="margin:0 0 0 -100em">HIDDEN</p>`,
		"scaled by itself":              `<p style="scale:0">HIDDEN</p>`,
		"scaled in one direction":       `<p style="transform:scaleX(0)">HIDDEN</p>`,
		"scaled among others":           `<p style="transform:rotate(3deg) scale(1, 0)">HIDDEN</p>`,
		"scaled by a matrix":            `<p style="transform:matrix(0,0,0,0,0,0)">HIDDEN</p>`,
		"turned on edge":                `<p style="transform:rotateY(90deg)">HIDDEN</p>`,
		"moved by a transformation":     `<p style="transform:translateX(-9999px)">HIDDEN</p>`,
		"moved by itself":               `<p style="translate:-9999px">HIDDEN</p>`,
		"clipped to a point":            `<p style="clip-path:polygon(0 0)">HIDDEN</p>`,
		"clipped to a line":             `<p style="clip-path:polygon(0px 0, 100% 0, 50% 0)">HIDDEN</p>`,
		"clipped from all sides":        `<p style="clip-path:inset(0 50% 0 50%)">HIDDEN</p>`,
		"letters without a fill":        `<p style="-webkit-text-fill-color:transparent">HIDDEN</p>`,
		"a clear hex":                   `<p style="color:#0000">HIDDEN</p>`,
		"a long clear hex":              `<p style="color:#00000000">HIDDEN</p>`,
		"clear with blanks":             `<p style="color:rgb(0 0 0 / 0)">HIDDEN</p>`,
		"clear with a point":            `<p style="color:rgba(0,0,0,.0)">HIDDEN</p>`,
		"clear in percent":              `<p style="color:rgb(0 0 0 / 1%)">HIDDEN</p>`,
		"white by its hue":              `<p style="color:hsl(0 0% 100%)">HIDDEN</p>`,
		"white by its whiteness":        `<p style="color:hwb(90 100% 0%)">HIDDEN</p>`,
		"half clear white":              `<p style="color:rgba(255,255,255,.5)">HIDDEN</p>`,
		"snow":                          `<p style="color:snow">HIDDEN</p>`,
		"ivory":                         `<p style="color:Ivory">HIDDEN</p>`,
		"white of the system":           `<p style="color:canvas">HIDDEN</p>`,
		"in its own colour":             `<p style="color:red;background:currentcolor">HIDDEN</p>`,
		"a canvas":                      `<canvas>HIDDEN</canvas>`,
		"a video":                       `<video><p>HIDDEN</p></video>`,
		"a sound":                       `<audio>HIDDEN</audio>`,
		"a measure":                     `<progress>HIDDEN</progress><meter>HIDDEN</meter>`,
		"brackets of small letters":     `<ruby>a<rp>HIDDEN</rp></ruby>`,
		"notes of a drawing":            `<svg><desc>HIDDEN</desc></svg>`,
		"parts of parts of opacity":     `<div style="opacity:.2"><div style="opacity:.2">HIDDEN</div></div>`,
		"parts of parts of a size":      `<div style="font-size:25%"><p style="font-size:.25em">HIDDEN</p></div>`,
		"a filter among others":         `<p style="filter:blur(1px) opacity(0%)">HIDDEN</p>`,
		"no size by a sum":              `<p style="font-size:calc(0px)">HIDDEN</p>`,
		"in a script that does not run": `<noscript><p style="display:none">HIDDEN</p></noscript>`,
		"an end in another block":       `<span style="display:none"><div></span>HIDDEN</div></span>`,
		"a format ended outside":        `<b><div style="display:none"></b>HIDDEN</div>`,
		"a page hidden later":           `<html><body>a<body style="display:none">HIDDEN`,
		"with an animation of no steps": `<p style="opacity:0;animation:x 1s">HIDDEN</p>`,
		"of the whole mail's kind":      `<div style="display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;max-width:0px;opacity:0;overflow:hidden;mso-hide:all;">HIDDEN&nbsp;&zwnj;</div>`,
	} {
		t.Run(name, func(t *testing.T) {
			got := string(Visible([]byte("<p>before</p>" + hidden + "<p>Real words</p>")))
			if whole := strings.Contains(hidden, "<body>a<body"); strings.Contains(got, "HIDDEN") || !strings.Contains(got, "before") || !whole && !strings.Contains(got, "Real words") {
				t.Errorf("%s shows %s", hidden, got)
			}
		})
	}
}

func TestVisible_shown(t *testing.T) {
	for name, shown := range map[string]string{
		"a size of its own in a wrapper of none": `<td style="font-size:0"><div style="font-size:14px">SHOWN</div></td>`,
		"visible in what is hidden":              `<div style="visibility:hidden"><b style="visibility:visible">SHOWN</b></div>`,
		"black on white":                         `<p style="color:#000">SHOWN</p>`,
		"white on black":                         `<div style="background-color:black"><p style="color:white">SHOWN</p></div>`,
		"white on a picture":                     `<div style="background-image:url(x.png)"><p style="color:white">SHOWN</p></div>`,
		"white on a picture in short":            `<table background="x.png"><tr><td style="color:white">SHOWN</td></tr></table>`,
		"white where sheets say the background":  `<style>body div { background: black }</style><div style="color:white">SHOWN</div>`,
		"a link in the page's colour":            `<div style="color:#fff"><a href="https://x.test">SHOWN</a></div>`,
		"behind the end of what is hidden":       `<div><span style="display:none">x</div>SHOWN`,
		"another cell":                           `<table><tr><td><div style="display:none">x<td>SHOWN</table>`,
		"another item":                           `<ul><li style="display:none">x<li>SHOWN</ul>`,
		"behind a paragraph":                     `<p hidden>x<div>SHOWN</div>`,
		"a hidden input":                         `<input type="hidden" hidden>SHOWN`,
		"half of the opacity":                    `<p style="opacity:0.5">SHOWN</p>`,
		"no height, and nothing is cut off":      `<p style="max-height:0">SHOWN</p>`,
		"a cell that ellipses":                   `<td style="max-width:0;overflow:hidden;width:100%">SHOWN</td>`,
		"for narrow screens":                     `<style>@media (max-width:600px) { .d { display:none } } .e{color:red}</style><p class="d">SHOWN</p>`,
		"another class":                          `<style>.pre { display:none }</style><p class="prefix">SHOWN</p>`,
		"inline over the sheet":                  `<style>.pre { display:none }</style><p class="pre" style="display:block">SHOWN</p>`,
		"a button that Outlook draws itself":     `<a href="https://x.test" style="mso-hide:all">SHOWN</a>`,
		"what only Outlook hides":                `<div style="mso-hide:all">SHOWN</div>`,
		"an open dialog":                         `<dialog open>SHOWN</dialog>`,
		"an end that never began":                `</div></td></table>SHOWN`,
		"what only sounds like it":               `<p style="x-display:none; content:'display:none'" title="hidden">SHOWN</p>`,
		"important, and hidden behind":           `<p style="display:block!important;display:none">SHOWN</p>`,
		"hidden, and shown all the same":         `<p hidden style="display:block">SHOWN</p>`,
		"by a sheet that is stronger":            `<style>p.a{display:block} .a{display:none}</style><p class=a>SHOWN</p>`,
		"by an important sheet":                  `<style>.a{display:block!important}</style><p class=a style="display:none">SHOWN</p>`,
		"by the later sheet":                     `<style>.a{display:none}</style><p class=a>SHOWN</p><style>.a{display:block}</style>`,
		"a size behind the short one":            `<p style="font-size:0;font:14px Arial">SHOWN</p>`,
		"all is taken back":                      `<p style="display:none;all:initial">SHOWN</p>`,
		"what is not known":                      `<p style="display:none;display:var(--x)">SHOWN</p>`,
		"two words with a comment between":       `<p style="dis/**/play:none">SHOWN</p>`,
		"in another box":                         `<style>.a .b{display:none}</style><div class=a></div><p class=b>SHOWN</p>`,
		"no child":                               `<style>.a > p{display:none}</style><div class=a><div><p>SHOWN</p></div></div>`,
		"only one of two classes":                `<style>.a.b{display:none}</style><p class=a>SHOWN</p>`,
		"when a pointer is there":                `<style>p:hover{display:none} p::before{display:none}</style><p>SHOWN</p>`,
		"what may not fit":                       `<style>p + p{display:none} [lang]{display:none} p:last-child{opacity:0}</style><p>SHOWN</p>`,
		"what may fit and reveals":               `<style>.p{display:none} .p:not(.q){display:block}</style><p class=p>SHOWN</p>`,
		"on paper":                               `<style>@media print{p{display:none}}</style><p>SHOWN</p>`,
		"by a sheet for paper":                   `<style media=print>p{display:none}</style><p>SHOWN</p>`,
		"not on a screen":                        `<style>@media not screen{p{display:none}}</style><p>SHOWN</p>`,
		"in the dark":                            `<style>@media (prefers-color-scheme: dark){p{display:none}}</style><p>SHOWN</p>`,
		"on a desk":                              `<style>.d{display:none} @media (min-width:480px){.d{display:block!important}}</style><p class=d>SHOWN</p>`,
		"by a sheet that is none":                `<style type="text/plain">p{display:none}</style><p>SHOWN</p>`,
		"by a sheet in a template":               `<template><style>p{display:none}</style></template><p>SHOWN</p>`,
		"a step of a picture":                    `<style>@keyframes a{from{opacity:0}} @font-face{x:y}</style><p>SHOWN</p>`,
		"white in a box of a sheet":              `<style>.b{background:#000}</style><div class=b><p style="color:#fff">SHOWN</p></div>`,
		"white where a sheet may be black":       `<style>table td:first-child{background:#000}</style><table><tr><td style="color:#fff">SHOWN</td></tr></table>`,
		"white in a black page":                  `<style>body{background:#000}</style><p style="color:#fff">SHOWN</p>`,
		"white in a page black by its tag":       `<html><body bgcolor=black><font color=white>SHOWN</font></body></html>`,
		"white over a picture":                   `<div style="position:relative"><img src="a.png"><div style="position:absolute;top:9px;color:#fff">SHOWN</div></div>`,
		"white drawn over what is above":         `<img src="a.png"><div style="margin-top:-80px;color:#fff">SHOWN</div>`,
		"white with a shadow":                    `<p style="color:#fff;text-shadow:0 0 3px #000">SHOWN</p>`,
		"letters of a picture":                   `<h1 style="background:linear-gradient(red,blue);-webkit-background-clip:text;color:transparent">SHOWN</h1>`,
		"a fill over the colour":                 `<p style="color:transparent;-webkit-text-fill-color:#000">SHOWN</p>`,
		"an attribute that is none":              `<p color=white>SHOWN</p>`,
		"half clear black":                       `<p style="color:rgba(0,0,0,.5)">SHOWN</p>`,
		"no height in a line":                    `<span style="max-height:0;overflow:hidden">SHOWN</span>`,
		"no height of a cell":                    `<table><tr><td style="height:0;overflow:hidden">SHOWN</td></tr></table>`,
		"a part of a height that is not said":    `<div style="height:0%;overflow:hidden">SHOWN</div>`,
		"no height, and a least one":             `<div style="height:0;min-height:40px;overflow:hidden">SHOWN</div>`,
		"no height, and room below":              `<div style="height:0;padding:0 0 40px;overflow:hidden">SHOWN</div>`,
		"lifted out of no height":                `<div style="height:0;overflow:hidden"><p style="position:absolute">SHOWN</p></div>`,
		"clipped, but not lifted":                `<p style="clip:rect(0,0,0,0)">SHOWN</p>`,
		"clipped a little":                       `<p style="clip-path:inset(1px)">SHOWN</p>`,
		"scaled in a line":                       `<span style="transform:scale(0)">SHOWN</span>`,
		"edges of what is not moved":             `<p style="left:-9999px;top:-9999px">SHOWN</p>`,
		"a wide box in the middle":               `<div style="position:absolute;left:50%;margin-left:-1000px;width:2000px">SHOWN</div>`,
		"moved by half of itself":                `<div style="position:absolute;left:50%;top:50%;transform:translate(-50%,-50%)">SHOWN</div>`,
		"a margin of a cell":                     `<table><tr><td style="margin:-9999px">SHOWN</td></tr></table>`,
		"white in a table with a form in it":     `<table bgcolor=black><form><tr><td style="color:#fff">SHOWN</td></tr></form></table>`,
		"white in a table with a stray word":     `<table bgcolor=black><b><tr><td style="color:#fff">SHOWN</td></tr></table>`,
		"what comes in by an animation":          `<style>@keyframes in{to{opacity:1}} .in{opacity:0;animation:in 1s forwards}</style><p class=in>SHOWN</p>`,
		"a second line":                          `<p style="text-indent:-9999px">x<br>SHOWN</p>`,
		"an indent in a line":                    `<p><span style="text-indent:-9999px">SHOWN</span></p>`,
		"a heading in a heading":                 `<h1 style="display:none">x<h2>SHOWN</h2>`,
		"a link in a link":                       `<a style="display:none">x<a>SHOWN</a>`,
		"a cell without a table":                 `<td style="display:none">SHOWN</td>`,
		"between the cells of a table":           `<table style="display:none">SHOWN</table>`,
		"a table in a table":                     `<table style="display:none"><table><tr><td>SHOWN</table>`,
		"behind a form in a form":                `<form style="display:none"><form></form>SHOWN`,
		"another heading's end":                  `<h1 style="display:none">x</h3>SHOWN`,
		"without scripts":                        `<noscript><p>SHOWN</p></noscript>`,
		"a table of old pages":                   `<div style="font-size:0;color:#fff"><table><tr><td>SHOWN</td></tr></table></div>`,
		"a slight indent":                        `<p style="text-indent:-20px">SHOWN</p>`,
	} {
		t.Run(name, func(t *testing.T) {
			if got := string(Visible([]byte(shown))); !strings.Contains(got, "SHOWN") {
				t.Errorf("%s shows %s", shown, got)
			}
		})
	}
}

func TestVisible_styles(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"without styles it stays to the byte", `<P Class=a>x &amp; <b>y</B><br/><!-- c --></p>`, `<P Class=a>x &amp; <b>y</B><br/></p>`},
		{"struck out", `<span style="text-decoration:line-through">twelve</span> two`, `<span style="text-decoration: line-through"><s>twelve</s></span> two`},
		{"struck out in long", `<p style="text-decoration-line:underline line-through">a<b>b</b></p>`, `<p style="text-decoration: underline"><s>a</s><b><s>b</s></b></p>`},
		{"struck out by an element", `<del style="text-decoration:line-through">a</del>`, `<del style="text-decoration: line-through">a</del>`},
		{"struck out by a class", `<style>.old{text-decoration:line-through}</style><i class="old">a</i>`, `<i class="old"><s>a</s></i>`},
		{"colours", `<font color="RED">a</font><i style="color:rgb(0,0,255);background:yellow">b</i>`, `<font style="color: #ff0000">a</font><i style="background-color: #ffff00; color: #0000ff">b</i>`},
		{"a colour that could not be read", `<div style="background:url(x)"><i style="color:#fffff0">a</i></div>`, `<div><i>a</i></div>`},
		{"a background that would hide the text", `<i style="background:#111">a</i>`, `<i>a</i>`},
		{"what is no meaning", `<p style="position:fixed;top:0;width:9999px;color:url(x);font-weight:bold;behavior:url(x)">a</p>`, `<p style="font-weight: bold">a</p>`},
		{"a quote in a value", `<p style="color:red" title="&quot;><script>">a</p>`, `<p title="&#34;&gt;&lt;script&gt;" style="color: #ff0000">a</p>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(Visible([]byte(c.source))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// hostile are sources that grow with n, and where a naive reader's work grows faster.
var hostile = map[string]func(n int) string{
	"deep":                  func(n int) string { return strings.Repeat("<div>", n) },
	"deep and ended":        func(n int) string { return strings.Repeat("<div>", n) + strings.Repeat("</div>", n) },
	"deep and hidden":       func(n int) string { return strings.Repeat("<div hidden>", n) + "x" },
	"ends that never began": func(n int) string { return strings.Repeat("<i>", n) + strings.Repeat("</b>", n) },
	"formats in paragraphs": func(n int) string { return strings.Repeat("<font color=red><p>", n) },
	"cells in cells":        func(n int) string { return strings.Repeat("<table><tr><td>", n) },
	"cells without tables":  func(n int) string { return strings.Repeat("<td>", n) },
	"items":                 func(n int) string { return strings.Repeat("<li>", n) },
	"lists in items":        func(n int) string { return strings.Repeat("<ul><li>", n) },
	"paragraphs":            func(n int) string { return strings.Repeat("<p>x", n) },
	"one long style":        func(n int) string { return `<p style="` + strings.Repeat("color:red;", n) + `">x` },
	"open comments":         func(n int) string { return `<p style="` + strings.Repeat("/*", n) + `">x` },
	"many styles":           func(n int) string { return strings.Repeat(`<b style="color:red">x</b>`, n) },
	"many sheets":           func(n int) string { return strings.Repeat("<div><style>.a{color:red}</style>", n) },
	"one long sheet":        func(n int) string { return "<style>" + strings.Repeat(".a,b{color:red}", n) + "</style><p class=a>x" },
	"nested blocks":         func(n int) string { return "<style>" + strings.Repeat("@media x{", n) + "</style>x" },
	"many classes":          func(n int) string { return "<style>.a{color:red}</style><p class='" + strings.Repeat("a ", n) + "'>x" },
	"many attributes":       func(n int) string { return "<p " + strings.Repeat("a=b ", n) + ">x" },
	"struck letters":        func(n int) string { return "<p style='text-decoration:line-through'>" + strings.Repeat("x<i>", n) },
	"a class again and again": func(n int) string {
		return "<style>.a{" + strings.Repeat("x:y;", 9) + "color:red;top:0;left:0;width:0;height:0}</style><p class='" + strings.Repeat("a ", n) + "'>x"
	},
	"rules that fit": func(n int) string {
		return "<style>" + strings.Repeat("p{top:0}", n/2) + "</style>" + strings.Repeat("<p>", n/2)
	},
	"steps that fit": func(n int) string {
		return "<style>" + strings.Repeat("i i>i,", n/3) + "i{top:0}</style>" + strings.Repeat("<i>", n/2)
	},
	"selectors of one rule":   func(n int) string { return "<style>" + strings.Repeat("a,", n) + "b{top:0}</style>x" },
	"braces":                  func(n int) string { return "<style>" + strings.Repeat("}{", n) + "</style>x" },
	"open strings":            func(n int) string { return "<p style=\"" + strings.Repeat("'\n;", n) + "\">x" },
	"open brackets":           func(n int) string { return "<p style=\"color:" + strings.Repeat("rgb(", n) + "\">x" },
	"pages":                   func(n int) string { return strings.Repeat("<i><body class=a>", n) },
	"headings":                func(n int) string { return strings.Repeat("<h1><b>", n) + strings.Repeat("</h2>", n) },
	"first lines":             func(n int) string { return "<p style='text-indent:-9999px'>" + strings.Repeat("<i><br>", n) },
	"scripts that do not run": func(n int) string { return strings.Repeat("<noscript>", n) },
	"names of their own":      func(n int) string { return strings.Repeat("<a1><b2><c3></c3>", n) },
}

// TestVisible_growth: ten times the source takes about ten times the memory, and so do the steps:
// an element is opened once and closed once.
func TestVisible_growth(t *testing.T) {
	for name, source := range hostile {
		t.Run(name, func(t *testing.T) {
			few, many := []byte(source(2_000)), []byte(source(20_000))
			if a, b := allocated(few), allocated(many); b > 20*a {
				t.Errorf("%d bytes took %d, and %d took %d", len(few), a, len(many), b)
			}
			v := reader{}
			if v.read(many); v.elements.steps > 3*len(many) {
				t.Errorf("%d bytes took %d steps", len(many), v.elements.steps)
			}
			if v.sheet.work > maxMatching+maxRules*int(propertyCount) {
				t.Errorf("%d bytes took %d steps to find their rules", len(many), v.sheet.work)
			}
		})
	}
}

// TestClassesOf: of a list of classes the first ones count, each once.
func TestClassesOf(t *testing.T) {
	if got := classesOf(strings.Repeat("a ", 250_000)); len(got) != 1 {
		t.Errorf("one class became %d", len(got))
	}
	var many strings.Builder
	for i := range 250_000 {
		fmt.Fprintf(&many, "c%d ", i)
	}
	if got := classesOf(many.String()); len(got) != maxNames {
		t.Errorf("%d classes count", len(got))
	}
}

func allocated(source []byte) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	Visible(source)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func FuzzVisible(f *testing.F) {
	for _, source := range hostile {
		f.Add(source(3))
	}
	f.Add(`<table><td style="color:#fff;background:red"><li hidden></table>`)
	f.Fuzz(func(t *testing.T, source string) {
		once := Visible([]byte(source))
		if len(once) > 8*len(source)+100 {
			t.Errorf("%d bytes became %d", len(source), len(once))
		}
	})
}
