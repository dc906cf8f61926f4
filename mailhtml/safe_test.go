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
	} {
		if got := Safe(source); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", source, got, want)
		}
	}
}
