package mailhtml

import "testing"

// TestSafe: what carries meaning stays, what the sender hides goes, and what is not safe.
func TestSafe(t *testing.T) {
	for source, want := range map[string]string{
		`<div style="display:none">HIDDEN</div><p>Real words</p>`:               `<p>Real words</p>`,
		`<span style="text-decoration:line-through">twelve</span> two tents`:    `<span style="text-decoration: line-through"><s>twelve</s></span> two tents`,
		`<p>I ask?</p><p style="color:#c00">You answer.</p>`:                    `<p>I ask?</p><p style="color: #cc0000">You answer.</p>`,
		`<font color="red">a</font> <font face="Arial">b</font>`:                `<font style="color: #ff0000">a</font> b`,
		`<p style="position:fixed;top:0;left:0;background:url(//x.test)">a</p>`: `<p>a</p>`,
		`<p style="color:red;background-color:red;font-weight:expression(x)">a`: `<p style="color: #ff0000">`,
		`<p style="color:&quot;onload=x&quot;" onclick=x>a</p>`:                 `<p>a</p>`,
		`<b style='color:red"><img src=x onerror=y>'>a</b>`:                     `<b>a</b>`,
		`<style>p{display:none}</style><div>a</div><script>b</script>`:          `<div>a</div>`,
		`<a href="https://x.test" style="color:blue">x</a>`:                     `<a href="https://x.test" style="color: #0000ff" rel="nofollow">x</a>`,
		// A link can be read on what is kept below it, whatever colour links have there.
		`<div style="background-color:#0000ee"><a href="https://x.test">x</a></div>`: `<div style="background-color: #0000ee"><a href="https://x.test" style="color: #ffffff" rel="nofollow">x</a></div>`,
		`<div style="background:#ffc"><a href="https://x.test">x</a></div>`:          `<div style="background-color: #ffffcc"><a href="https://x.test" rel="nofollow">x</a></div>`,
		`<a href="https://x.test" style="background:#204cd0">x</a>`:                  `<a href="https://x.test" rel="nofollow">x</a>`,
		`<p style="color:rgba(0,0,0,.5);background:#ff08">x</p>`:                     `<p>x</p>`,
		`<noscript><p onclick=x>a<script>b</script></p></noscript>`:                  `<p>a</p>`,
	} {
		if got := Safe(source); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", source, got, want)
		}
	}
}
