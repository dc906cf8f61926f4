import { expect, it } from "vitest";
import { moved } from "./order";

it("moves an item and keeps the others in their order", () => {
  expect(moved("abcd".split(""), 0, 2).join("")).toBe("bcad");
  expect(moved("abcd".split(""), 3, 0).join("")).toBe("dabc");
  expect(moved("abcd".split(""), 1, 1).join("")).toBe("abcd");
});

it("stops at the ends", () => {
  expect(moved("abc".split(""), 0, -1).join("")).toBe("abc");
  expect(moved("abc".split(""), 2, 9).join("")).toBe("abc");
});
