import { describe, expect, test } from "vitest";
import { colourOf, contrast, readable, styleMail, type Theme } from "./mail-colours";

const hex = (css: string) => colourOf(css)!;
const light: Theme = { paper: hex("#ffffff"), ink: hex("#17211e"), muted: hex("#52605b"), link: hex("#0b5f58"), sunken: hex("#eef0ef"), note: hex("#fff8e1") };
const dark: Theme = { paper: hex("#161b1a"), ink: hex("#e8eeeb"), muted: hex("#a9b6b1"), link: hex("#6fd6c9"), sunken: hex("#1d2422"), note: hex("#2b2513") };

test.each([["#0af", [0, 170, 255]], ["#00AAFF", [0, 170, 255]], ["rgb(1, 2, 3)", [1, 2, 3]], ["rgba(0, 0, 0, 0)", null], ["red", null], ["", null]])("%s is %s", (css, colour) => {
  expect(colourOf(css)).toEqual(colour);
});

describe("a colour can be read where it stands", () => {
  const colours = ["#000000", "#ffffff", "#cc0000", "#ff0000", "#0000ff", "#00ff00", "#ffff00", "#808080", "#1f497d", "#777777"];
  test.each(colours.flatMap((ink) => [...colours, "#161b1a"].map((paper) => [ink, paper] as const)))("%s on %s", (ink, paper) => {
    const shown = readable(hex(ink), hex(paper));
    expect(contrast(shown, hex(paper))).toBeGreaterThanOrEqual(3);
    if (contrast(hex(ink), hex(paper)) >= 3) expect(shown).toEqual(hex(ink));
  });
  test("and stays of its kind", () => {
    const [r, g, b] = readable(hex("#0000cc"), dark.paper);
    expect(b).toBeGreaterThan(Math.max(r, g));
  });
});

describe("the styles that are kept", () => {
  const show = (html: string, theme: Theme) => {
    const body = document.createElement("body");
    body.innerHTML = html;
    styleMail(body, theme);
    return body;
  };
  const colours = (body: HTMLElement) => [...body.querySelectorAll<HTMLElement>("*")].map((e) => e.style.color);

  test("are given to their elements, and no others", () => {
    const body = show('<p data-style="font-weight: bold; text-align: center; position: fixed; color: #cc0000">a</p>', light);
    const its = body.querySelector("p")!.style;
    expect([its.fontWeight, its.textAlign, its.position, its.color]).toEqual(["bold", "center", "", "rgb(204, 0, 0)"]);
  });
  test("leave what says nothing as it is", () => expect(colours(show("<p>a<a>b</a></p>", light))).toEqual(["", ""]));
  test("can be read in the dark", () => {
    const body = show('<p data-style="color: #000000">a<b>b</b></p><i data-style="color: #0000ff">c</i>', dark);
    const [p, b, i] = colours(body);
    expect(b).toBe("");
    for (const c of [p, i]) expect(contrast(colourOf(c!)!, dark.paper)).toBeGreaterThanOrEqual(3);
  });
  test.each([["light", light], ["dark", dark]] as const)("make all readable on a colour of the sender: %s", (_, theme) => {
    for (const back of ["#ffff00", "#000000", "#0000ee", "#6fd6c9"]) {
      const body = show(`<div data-style="background-color: ${back}">a<p>b</p><blockquote>c</blockquote><a>d</a><span class="picture">e</span><mark>f</mark></div>`, theme);
      const inks = new Map<string, string>();
      for (const e of body.querySelectorAll<HTMLElement>("*")) {
        const usual = e.nodeName === "A" ? theme.link : e.matches("blockquote, .picture") ? theme.muted : null;
        const around = inks.get("DIV") ?? `rgb(${theme.ink.join(", ")})`;
        const ink = e.style.color || (usual ? `rgb(${usual.join(", ")})` : around);
        inks.set(e.nodeName, ink);
        expect(contrast(colourOf(ink)!, e.nodeName === "MARK" ? theme.note : hex(back))).toBeGreaterThanOrEqual(3);
      }
    }
  });
  test("are right again in another theme", () => {
    const body = show('<p data-style="color: #000000">a</p>', dark);
    expect(colours(body)[0]).not.toBe("rgb(0, 0, 0)");
    styleMail(body, light);
    expect(colours(body)[0]).toBe("rgb(0, 0, 0)");
  });
});
