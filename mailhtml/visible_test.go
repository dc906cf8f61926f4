package mailhtml

import (
	"runtime"
	"strings"
	"testing"
)

func TestVisible_hidden(t *testing.T) {
	for name, hidden := range map[string]string{
		"display none":              `<div style="display:none">HIDDEN</div>`,
		"with blanks, upper case":   `<DIV STYLE=" DISPLAY : NONE !important ; ">HIDDEN</DIV>`,
		"escaped":                   `<p style="d\69 splay: none">HIDDEN</p>`,
		"behind a comment":          `<p style="/* x */display:none/*;">HIDDEN</p>`,
		"behind a bracket":          `<p style="background:url(a;b);display:none">HIDDEN</p>`,
		"the last one counts":       `<p style="display:block;display:none">HIDDEN</p>`,
		"deeper down":               `<div style="display:none"><table><tr><td><p>HIDDEN</p></td></tr></table></div>`,
		"ended by its cell":         `<table><tr><td><div style="display:none">HIDDEN</td><td>`,
		"ended by its list":         `<ul><li style="display:none">HIDDEN<li>shown</ul>`,
		"ended by a paragraph":      `<p style="display:none">HIDDEN<p>`,
		"visibility":                `<span style="visibility:hidden">HIDDEN <b>HIDDEN</b></span>`,
		"opacity":                   `<div style="opacity:0">HIDDEN</div>`,
		"little opacity":            `<div style="opacity: 0.01">HIDDEN</div>`,
		"no size":                   `<div style="font-size:0">HIDDEN</div>`,
		"no size, handed down":      `<div style="font-size:0px"><b>HIDDEN</b></div>`,
		"one pixel":                 `<div style="font-size:1px;line-height:1px">HIDDEN</div>`,
		"no size in short":          `<div style="font: 0/0 a">HIDDEN</div>`,
		"the hidden attribute":      `<div hidden>HIDDEN</div>`,
		"hidden until it is found":  `<div hidden="until-found">HIDDEN</div>`,
		"no height":                 `<div style="max-height:0;overflow:hidden">HIDDEN</div>`,
		"no height at all":          `<div style="overflow:hidden; height:0px">HIDDEN</div>`,
		"the line off the screen":   `<p style="text-indent:-9999px">HIDDEN</p>`,
		"off the screen":            `<p style="position:absolute; left:-10000px">HIDDEN</p>`,
		"clipped":                   `<p style="position:absolute; clip: rect(0, 0, 0, 0)">HIDDEN</p>`,
		"scaled to nothing":         `<p style="transform: scale(0)">HIDDEN</p>`,
		"white on white":            `<p style="color:#fff">HIDDEN</p>`,
		"white on white, by font":   `<font color="white">HIDDEN</font>`,
		"of the cell's colour":      `<table bgcolor="#123456"><tr><td style="color:#123456">HIDDEN</td></tr></table>`,
		"nearly of its colour":      `<div style="background:#fafafa; color:#fbfbfb">HIDDEN</div>`,
		"without any colour":        `<div style="color:transparent">HIDDEN</div>`,
		"without any colour by rgb": `<div style="color:rgba(0, 0, 0, 0)">HIDDEN</div>`,
		"from Outlook":              `<div style="mso-hide:all">HIDDEN</div>`,
		"by a class":                `<style>.pre, b { display: none }</style><div class="x pre">HIDDEN</div>`,
		"by an element's class":     `<style>@import "x"; div.pre { opacity: 0 }</style><div class="pre">HIDDEN</div>`,
		"by an id":                  `<style>#pre { max-height: 0; overflow: hidden }</style><div id=pre>HIDDEN</div>`,
		"a template":                `<template><p>HIDDEN</p></template>`,
		"a closed dialog":           `<dialog>HIDDEN</dialog>`,
		"of the whole mail's kind":  `<div style="display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;max-width:0px;opacity:0;overflow:hidden;mso-hide:all;">HIDDEN&nbsp;&zwnj;</div>`,
	} {
		t.Run(name, func(t *testing.T) {
			got := string(Visible([]byte("<p>before</p>" + hidden + "<p>Real words</p>")))
			if strings.Contains(got, "HIDDEN") || !strings.Contains(got, "before") || !strings.Contains(got, "Real words") {
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
		"an open dialog":                         `<dialog open>SHOWN</dialog>`,
		"an end that never began":                `</div></td></table>SHOWN`,
		"what only sounds like it":               `<p style="x-display:none; content:'display:none'" title="hidden">SHOWN</p>`,
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
	"names of their own":    func(n int) string { return strings.Repeat("<a1><b2><c3></c3>", n) },
}

// TestVisible_growth: ten times the source takes about ten times the memory, and so do the steps:
// an element is opened once and closed once.
func TestVisible_growth(t *testing.T) {
	for name, source := range hostile {
		t.Run(name, func(t *testing.T) {
			few, many := []byte(source(2_000)), []byte(source(20_000))
			if a, b := allocated(few), allocated(many); b > 15*a {
				t.Errorf("%d bytes took %d, and %d took %d", len(few), a, len(many), b)
			}
			v := reader{sheet: styleSheet{}}
			if v.read(many); v.elements.steps > 3*len(many) {
				t.Errorf("%d bytes took %d steps", len(many), v.elements.steps)
			}
		})
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
