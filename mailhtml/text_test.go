package mailhtml

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, html, want string }{
		{"plain", "Hello", "Hello"},
		{"nothing", "", ""},
		{"no text in tags", "<p></p><div><br></div><p> &nbsp;\n</p>", ""},
		{"line breaks", "a<br>b<br/>c<BR />d", "a\nb\nc\nd"},
		{"an empty line", "<div>a</div><div><br></div><div>b</div>", "a\n\nb"},
		{"the last break of a line", "<div>a<br></div><div>b</div>", "a\nb"},
		{"paragraphs", "<p>one</p>\n<p>two</p>three", "one\n\ntwo\n\nthree"},
		{"lines of divs", "<div>a</div><div>b</div>", "a\nb"},
		{"words in tags stay whole", "un<b>believ</b>able <i>words</i>", "unbelievable words"},
		{"white space folds", "  a \r\n\t b&nbsp;&nbsp;c  ", "a b c"},
		{"preformatted", "<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"},
		{"entities", "&lt;b&gt; &amp;amp; &eacute;&#x1F600;&#0;", "<b> &amp; é😀\ufffd"},
		{"less than", "1 < 2 and 3 > 2", "1 < 2 and 3 > 2"},
		{"an attribute with >", `<p title="a>b">q</p>`, "q"},
		{"what is not shown", "<head><title>T</title><style>p{}</style></head><body>a<script>x()</script>b<!-- <p>c --></body>", "ab"},
		{"cells", "<table><tr><td>A</td><td>B</td></tr>\n<tr><th>C</th><td></td><td>D</td></tr></table>after", "A\tB\nC\tD\n\nafter"},
		{"paragraphs in cells", "<table><tr><td><p>A</p></td><td><p>B</p></td></tr></table>", "A\n\nB"},
		{"a list", "x<ul><li>a<li>b</ul>y", "x\n\n- a\n- b\n\ny"},
		{"quotes", "yes<blockquote>sure?<blockquote>ask<br>him</blockquote></blockquote>no", "yes\n\n> sure?\n\n> > ask\n> > him\n\nno"},
		{"a link", `<a href="https://x.test/y">Click <b>here</b></a> now`, "Click here <https://x.test/y> now"},
		{"a link that says where", `<a href="https://x.test/">https://x.test</a>, <a href="http://x.test/">x.test</a>, <a href='mailto:a@x.test'>a@x.test</a>`, "https://x.test, x.test, a@x.test"},
		{"a link to write to", `<a href="mailto:a@x.test">Ann</a>`, "Ann <mailto:a@x.test>"},
		{"links that lead nowhere", `<a href="#top">a</a><a href="javascript:x()">b</a><a href="data:text/html,c">c</a><a name=d>d</a><a href="/e">e</a><a href="http://">f</a>`, "abcdef"},
		{"a link around nothing", `a<a href="https://x.test"></a>b`, "ab"},
		{"a link around a picture", `a <a href="https://x.test"><img src="cid:1"></a> b`, "a <https://x.test> b"},
		{"a link that is never ended", `<a href="https://x.test">y<p>z`, "y\n\nz <https://x.test>"},
		{"a link in a link", `<a href="https://x.test">x <a href="https://y.test">y</a></a>`, "x <https://x.test> y <https://y.test>"},
		{"line breaks in an address", "<a href=\"https://x.\ntest/ y\">z</a>", "z <https://x.test/y>"},
		{"a picture's words", `a <img src="cid:1" alt="The  printer"> b`, "a The printer b"},
		{"struck out", "<s>twelve</s> two <del>big</del> tents", "~~twelve~~ two ~~big~~ tents"},
		{"struck out by a style", `<span style="text-decoration:line-through">twelve</span> two`, "~~twelve~~ two"},
		{"struck words beside each other", "<s>twelve <b>big</b></s> tents", "~~twelve big~~ tents"},
		{"struck lines", "a<s><p>b</p><p>c</p></s>d", "a\n\n~~b~~\n\n~~c~~\n\nd"},
		{"struck up to the end", "a <strike>b", "a ~~b~~"},
		{"nothing that is struck out", "a<s> </s>b</s>", "a b"},
		{"what the sender hides", `<div style="display:none">HIDDEN PREHEADER</div><p>Real words</p>`, "Real words"},
		{"all is hidden", `<div hidden>HIDDEN</div>`, ""},
		{"ends in a tag", "a<b", "a"},
		{"ends that never began", "</blockquote></pre></a>a<blockquote>b", "a\n\n> b"},
	} {
		t.Run("text of HTML/"+c.name, func(t *testing.T) {
			if got, _ := Text([]byte(c.html)); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestText_pictures(t *testing.T) {
	for source, want := range map[string]bool{
		`<img src="cid:1">`: true, `<IMG SRC=http://x.test/y.png alt="">`: true, `<img>`: false, `<img src=" ">`: false, `<p>a</p>`: false, `<!-- <img src=x> -->`: false,
	} {
		if _, got := Text([]byte(source)); got != want {
			t.Errorf("%s has pictures: %v", source, got)
		}
	}
}

func FuzzPlainText(f *testing.F) {
	for _, s := range []string{"<p>a<br>b", "<a href=http://x>y</a>", "<pre> a\n", "<blockquote><li><td>\xff", "<img alt='&#0;x' src=y>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, _ := Text([]byte(s))
		if got != strings.TrimSpace(got) && !strings.Contains(strings.ToLower(s), "<pre") || utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("%q became %q", s, got)
		}
		if len(got) > 20*len(s)+20 {
			t.Errorf("%d bytes became %d", len(s), len(got))
		}
	})
}
